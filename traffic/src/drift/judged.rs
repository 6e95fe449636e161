//! A distribution of live traffic beside that of training, or of other traffic, and the verdict on it.

use super::news::NewValue;
use model::baseline::Distribution;
use monitor::{Verdict, chi_squared, kolmogorov, shift};
use serde::Serialize;

/// A distribution, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// Its name: `income`, `note.oov_ratio`, `prediction.label`.
    pub name: String,
    /// The population stability index, less what chance makes of it.
    pub psi: f64,
    /// The Jensen-Shannon distance, 0 to 1.
    pub jensen_shannon: f64,
    /// Probability of such a difference by chance: Pearson's test of all bins.
    pub p_value: f64,
    /// The same by the test of Kolmogorov and Smirnov, of numbers at the bins' edges; it does not see
    /// what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kolmogorov_p_value: Option<f64>,
    /// Verdict.
    pub verdict: Verdict,
    /// Live values that were counted; 0 where all were redacted.
    pub rows: u64,
    /// Values that they are compared with: those of training, or of other captures.
    pub reference_rows: u64,
    /// The mean of the live numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// The mean of the numbers that they are compared with, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_mean: Option<f64>,
    /// Bins of its values, without what is missing.
    pub bins: Vec<Bin>,
    /// Bin of the missing values.
    pub missing: Bin,
    /// The most frequent values of a category that training did not see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new_values: Vec<NewValue>,
}

/// A bin with what is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// `<= 3.5`, `red`, `missing`.
    pub name: String,
    /// Its share of the rows that are compared with: those of training, or of other captures.
    pub reference: f64,
    /// The share of live rows.
    pub live: f64,
}

impl Bin {
    /// Live share less that of the reference.
    pub fn change(&self) -> f64 {
        self.live - self.reference
    }
}

/// Counts of a distribution.
pub(super) struct Counts<'c> {
    /// Live ones.
    pub live: &'c [u64],
    /// Those to compare with.
    pub reference: &'c [u64],
}

/// Compares counts; a difference counts if chance makes it with a probability below `level`.
pub(super) fn judge(
    distribution: &Distribution<'_>,
    Counts { live, reference }: Counts<'_>,
    level: f64,
    name: String,
) -> Judged {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>();
    let (rows, reference_rows) = (sum(live), sum(reference));
    let psi = shift::psi(live, reference);
    let p_value = chi_squared::homogeneity(live, reference).p_value;
    let missing = distribution.missing();
    let kolmogorov_p_value = (!distribution.statistic.is_of_names()).then(|| {
        let (live, reference) = (&live[..missing], &reference[..missing]);
        let distance = kolmogorov::distance_of_counts(live, reference);
        kolmogorov::p_value(distance, kolmogorov::effective(sum(live), sum(reference)))
    });
    let share = |count: u64, whole: u64| count as f64 / (whole as f64).max(1.0);
    let bins = reference.iter().zip(live).enumerate();
    let mut bins: Vec<Bin> = bins
        .map(|(bin, (reference, live))| Bin {
            name: distribution.bin_name(bin),
            reference: share(*reference, reference_rows),
            live: share(*live, rows),
        })
        .collect();
    // The last one, which a distribution always has.
    let missing = bins.pop().unwrap_or_else(|| Bin {
        name: String::new(),
        reference: 0.0,
        live: 0.0,
    });
    Judged {
        name,
        psi,
        jensen_shannon: shift::jensen_shannon(live, reference),
        p_value,
        kolmogorov_p_value,
        verdict: Verdict::of(psi, p_value < level),
        rows,
        reference_rows,
        mean: None,
        reference_mean: None,
        bins,
        missing,
        new_values: Vec::new(),
    }
}
