//! One variant against the other.

use super::answers::Answer;
use super::captures::Tally;
use super::truth::Truth;
use monitor::capture::Record;
use monitor::chi_squared;
use monitor::moments::{self, Moments};
use monitor::proportion::{self, Counted};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Significance level of the comparison.
pub const LEVEL: f64 = 0.05;

/// Maximum number of variants, and of labels of each: a log may hold any.
const MOST: usize = 50;

/// Maximum number of labels to keep, to find true labels that are not among them.
const NAMES: usize = 10_000;

/// Statistics of each variant.
pub struct Variants<'a> {
    truth: Option<&'a Truth>,
    all: BTreeMap<String, Variant>,
    /// Labels that the answers name, those with a probability among them.
    names: BTreeSet<String>,
}

/// Statistics of a variant.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Records.
    pub rows: u64,
    /// Number of answers by label.
    pub labels: BTreeMap<String, u64>,
    /// Confidence of the answers.
    pub confidence: Moments,
    /// Numbers that were answered.
    pub values: Moments,
    /// Right answers, of those whose truth is known.
    pub right: Counted,
    /// Absolute errors of numbers whose truth is known.
    pub errors: Moments,
}

/// A variant against the one with the most records.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The variant with the most records.
    pub reference: String,
    /// The other.
    pub variant: String,
    /// Probability of such a difference of the shares of labels by chance.
    pub labels_p_value: Option<f64>,
    /// The same of mean confidence, or of the mean number.
    pub mean_p_value: Option<f64>,
    /// Difference of the accuracies; for regressions, of the mean absolute errors.
    pub difference: Option<f64>,
    /// Probability of such a difference by chance; `None` with too few rows.
    pub p_value: Option<f64>,
    /// Rows with truth that each needs for the difference seen to be found with a probability of 0.8.
    pub rows_needed: Option<u64>,
    /// Verdict, in one sentence.
    pub verdict: String,
}

impl<'a> Variants<'a> {
    /// Nothing yet.
    pub fn new(truth: Option<&'a Truth>) -> Variants<'a> {
        Variants {
            truth,
            all: BTreeMap::new(),
            names: BTreeSet::new(),
        }
    }

    /// Labels that the answers name; `None` where they are more than are kept, or the answers are
    /// numbers.
    pub fn names(&self) -> Option<Vec<&str>> {
        let is_whole = (1..NAMES).contains(&self.names.len());
        is_whole.then(|| self.names.iter().map(String::as_str).collect())
    }

    /// The variants, by name.
    pub fn all(&self) -> &BTreeMap<String, Variant> {
        &self.all
    }

    /// Every variant against the one with the most records; nothing where there is but one.
    pub fn compare(&self) -> Vec<Comparison> {
        // `max_by_key` takes the last of equals; the first name shall win.
        let reference = self.all.iter().rev().max_by_key(|(_, of)| of.rows);
        let Some((name, reference)) = reference else {
            return Vec::new();
        };
        let level = LEVEL / self.all.len().saturating_sub(1).max(1) as f64;
        let others = self.all.iter().filter(|(other, _)| *other != name);
        others
            .map(|(other, of)| compare((name, reference), (other, of), level))
            .collect()
    }
}

fn compare(
    (reference, a): (&String, &Variant),
    (variant, b): (&String, &Variant),
    level: f64,
) -> Comparison {
    let labels_p_value = (!a.labels.is_empty() && !b.labels.is_empty()).then(|| {
        let names: BTreeSet<&String> = a.labels.keys().chain(b.labels.keys()).collect();
        let counts = |of: &Variant| -> Vec<u64> {
            let count = |name: &&String| of.labels.get(*name).copied().unwrap_or_default();
            names.iter().map(count).collect()
        };
        chi_squared::homogeneity(&counts(a), &counts(b)).p_value
    });
    let mean_p_value = match labels_p_value {
        Some(_) => moments::difference(&a.confidence, &b.confidence),
        None => moments::difference(&a.values, &b.values),
    };
    let mut comparison = Comparison {
        reference: reference.clone(),
        variant: variant.clone(),
        labels_p_value,
        mean_p_value,
        difference: None,
        p_value: None,
        rows_needed: None,
        verdict: String::new(),
    };
    let (have, better, text) = if let (Some(of_a), Some(of_b)) = (a.right.share(), b.right.share())
    {
        let difference = of_b - of_a;
        comparison.difference = Some(difference);
        comparison.p_value = proportion::difference(a.right, b.right);
        comparison.rows_needed = proportion::rows_needed(of_a, of_b);
        let text = format!("{:.1} points", difference.abs() * 100.0);
        ([a.right.whole, b.right.whole], difference > 0.0, text)
    } else if let (Some(of_a), Some(of_b)) = (a.errors.mean(), b.errors.mean()) {
        let difference = of_b - of_a;
        comparison.difference = Some(difference);
        comparison.p_value = moments::difference(&a.errors, &b.errors);
        comparison.rows_needed = moments::rows_needed(&a.errors, &b.errors);
        let text = format!("a mean absolute error of {:.4}", difference.abs());
        ([a.errors.rows(), b.errors.rows()], difference < 0.0, text)
    } else {
        comparison.verdict = format!(
            "which of {reference} and {variant} is right more often cannot be determined without \
             labels (--truth)"
        );
        return comparison;
    };
    comparison.verdict = verdict(&comparison, have, better, &text, level);
    comparison
}

/// Says plainly what is known, and what is not.
fn verdict(of: &Comparison, have: [u64; 2], better: bool, gap: &str, level: f64) -> String {
    let (a, b) = (&of.reference, &of.variant);
    let word = if better { "better" } else { "worse" };
    match (of.p_value, of.rows_needed) {
        (Some(p), _) if p < level => {
            format!(
                "{b} is {word} than {a} by {gap}: chance makes that in {} of 100 cases",
                cases(p)
            )
        }
        (_, Some(needed)) => format!(
            "there is not enough data to tell {b} from {a}: it looks {word} by {gap}, which may be chance{}; \
             to be sure of such a difference about {needed} rows with labels each are needed, and there are {} and {}",
            of.p_value.map_or(String::new(), |p| format!(" (p {p:.2})")),
            have[0],
            have[1],
        ),
        (_, None) => format!(
            "{a} and {b} are equally good on {} and {} rows with labels",
            have[0], have[1]
        ),
    }
}

fn cases(p: f64) -> String {
    match p * 100.0 {
        few if few < 0.01 => "fewer than 0.01".into(),
        some => format!("{some:.2}"),
    }
}

impl Tally for Variants<'_> {
    fn add(&mut self, record: &Record<'_>) {
        let Some(answer) = Answer::read(&record.output) else {
            return;
        };
        let name = record.variant.as_deref().unwrap_or("(no variant)");
        let fits = self.all.len() < MOST || self.all.contains_key(name);
        let name = if fits { name } else { "(others)" };
        if !self.all.contains_key(name) {
            self.all.insert(name.to_string(), Variant::default());
        }
        let Some(of) = self.all.get_mut(name) else {
            return;
        };
        of.rows += 1;
        let truth = self.truth.and_then(|truth| truth.take_of(record));
        if self.truth.is_some() {
            let named = answer.probabilities.0.iter().map(|(name, _)| name.as_ref());
            for name in named.chain(answer.label.as_deref()) {
                if self.names.len() < NAMES && !self.names.contains(name) {
                    self.names.insert(name.to_string());
                }
            }
        }
        if let Some(label) = answer.label.as_deref() {
            note(&mut of.labels, label, 1);
            if let Some(truth) = truth {
                of.right.add(label.trim() == truth);
            }
        } else if let Some(value) = answer.value {
            of.values.add(value);
            if let Some(truth) = truth.and_then(|truth| truth.parse::<f64>().ok()) {
                of.errors.add((value - truth).abs());
            }
        }
        if let Some(confidence) = answer.confidence() {
            of.confidence.add(confidence);
        }
    }

    fn merge(&mut self, other: Self) {
        self.names.extend(other.names);
        for (name, more) in other.all {
            let fits = self.all.len() < MOST || self.all.contains_key(&name);
            let of = self
                .all
                .entry(if fits { name } else { "(others)".into() })
                .or_default();
            of.rows += more.rows;
            for (label, count) in &more.labels {
                note(&mut of.labels, label, *count);
            }
            of.confidence.merge(&more.confidence);
            of.values.merge(&more.values);
            of.right.merge(&more.right);
            of.errors.merge(&more.errors);
        }
    }
}

fn note(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    let fits = counts.len() < MOST || counts.contains_key(name);
    let name = if fits { name } else { "(others)" };
    match counts.get_mut(name) {
        Some(count) => *count += more,
        None => {
            counts.insert(name.to_string(), more);
        }
    }
}
