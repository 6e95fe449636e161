//! Distance of two sets of counts over the same bins.

/// Up to this index nothing has changed that matters.
pub const STABLE: f64 = 0.1;

/// From this index on the change is a major one. Both bounds are those that credit scoring has used
/// for decades (Siddiqi, "Credit risk scorecards", 2006, chapter 9).
pub const MAJOR: f64 = 0.25;

/// Meaning of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No change that matters, or none that chance would not make.
    Stable,
    /// One to look into.
    Moderate,
    /// One that the model was not trained for.
    Major,
}

impl Verdict {
    /// Verdict on an index, if the difference is not chance.
    pub fn of(psi: f64, is_significant: bool) -> Verdict {
        match psi {
            _ if !is_significant => Verdict::Stable,
            psi if psi >= MAJOR => Verdict::Major,
            psi if psi >= STABLE => Verdict::Moderate,
            _ => Verdict::Stable,
        }
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Stable => "stable",
            Verdict::Moderate => "moderate",
            Verdict::Major => "major",
        }
    }
}

/// The population stability index of live counts against training's, less what chance alone makes
/// of it: 0 where nothing has changed, not below, whatever the number of rows; 0 where either is
/// empty.
///
/// The index is Σ (pᵢ − qᵢ) ln(pᵢ / qᵢ) over the bins (Kullback and Leibler's divergence both ways,
/// "On information and sufficiency", 1951; Jeffreys, 1946). Of n live and m training rows of one
/// distribution over B bins it is distributed about as (1/n + 1/m) times chi-squared with B − 1
/// degrees of freedom, and so is (B − 1)(1/n + 1/m) in the mean (Yurdakul and Naranjo, "Statistical
/// properties of the population stability index", Journal of Risk Model Validation 14(4), 2020,
/// section 3): 0.02 of 500 rows in 10 bins, for nothing. That mean is taken off.
///
/// An empty bin would make the index infinite. So each share gets that of one row of the smaller
/// sample, pᵢ = (cᵢ/n + ε) / (1 + Bε) with ε = 1/min(n, m), the same for both: what is empty in both
/// adds nothing. The mean of a bin's part, (1 − πᵢ)(1/n + 1/m) of a share πᵢ in both together, by
/// that becomes πᵢ (1 − πᵢ)(1/n + 1/m) / ((πᵢ + ε)(1 + Bε)), and it is this that is summed. Of what
/// chance makes, 5 % are left at most: with half a row it would be 10 % in rare bins.
pub fn psi(live: &[u64], training: &[u64]) -> f64 {
    corrected(live, training).max(0.0)
}

/// As [`psi`], but below 0 where the difference is less than chance makes in the mean.
pub fn corrected(live: &[u64], training: &[u64]) -> f64 {
    let (n, m) = (sum(live), sum(training));
    if n == 0.0 || m == 0.0 {
        return 0.0;
    }
    let floor = 1.0 / n.min(m);
    let whole = 1.0 + floor * live.len() as f64;
    let chance = (1.0 / n + 1.0 / m) / whole;
    live.iter().zip(training).fold(0.0, |index, (c, d)| {
        let (c, d) = (*c as f64, *d as f64);
        let (p, q) = (c / n + floor, d / m + floor);
        let both = (c + d) / (n + m);
        index + (p - q) / whole * (p / q).ln() - both * (1.0 - both) / (both + floor) * chance
    })
}

/// The Jensen-Shannon distance, from 0 to 1: the root of the divergence in bits (Lin, "Divergence
/// measures based on the Shannon entropy", 1991; that the root is a metric: Endres and Schindelin,
/// "A new metric for probability distributions", 2003). 0 where either is empty.
pub fn jensen_shannon(live: &[u64], training: &[u64]) -> f64 {
    let (n, m) = (sum(live), sum(training));
    if n == 0.0 || m == 0.0 {
        return 0.0;
    }
    // 0 ln 0 is 0.
    let part = |share: f64, middle: f64| match share > 0.0 {
        true => share * (share / middle).log2(),
        false => 0.0,
    };
    let divergence = live.iter().zip(training).fold(0.0, |sum, (c, d)| {
        let (p, q) = (*c as f64 / n, *d as f64 / m);
        let middle = (p + q) / 2.0;
        sum + (part(p, middle) + part(q, middle)) / 2.0
    });
    // Rounding may leave it just outside.
    divergence.clamp(0.0, 1.0).sqrt()
}

/// Total variation distance of two distributions over the same outcomes, given as pairs of their
/// probabilities: half the sum of the differences, from 0 to 1.
pub fn total_variation(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let sum: f64 = pairs.map(|(p, q)| (p - q).abs()).sum();
    // Rounding may leave it just outside.
    (sum / 2.0).clamp(0.0, 1.0)
}

fn sum(counts: &[u64]) -> f64 {
    counts.iter().map(|count| *count as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::counts;
    use model::random::Random;
    use proptest::prelude::*;

    /// The mean index of many draws from one distribution, as a part of what is taken off for
    /// chance: without correction it would be 1.
    fn left(shares: &[f64], live: u64, training: u64) -> f64 {
        let mut random = Random::new(live ^ training);
        let draws = 2_000;
        let sum: f64 = (0..draws)
            .map(|_| {
                let c = counts(&mut random, shares, live);
                let d = counts(&mut random, shares, training);
                corrected(&c, &d)
            })
            .sum();
        let chance = (shares.len() - 1) as f64 * (1.0 / live as f64 + 1.0 / training as f64);
        sum / f64::from(draws) / chance
    }

    #[test]
    fn of_one_distribution_the_mean_is_0_at_any_size() {
        let even = [0.1; 10];
        // Deciles without a missing value, and a category that few rows have.
        let rare = [0.5, 0.3, 0.1, 0.06, 0.02, 0.01, 0.005, 0.003, 0.002, 0.0];
        for (live, training) in [(30, 300), (50, 500), (200, 2_000), (900, 300)] {
            let mean = left(&even, live, training);
            assert!(mean.abs() < 0.08, "even, {live} of {training}: {mean}");
            let mean = left(&rare, live, training);
            assert!(mean.abs() < 0.08, "rare, {live} of {training}: {mean}");
        }
    }

    #[test]
    fn the_index_of_many_rows_is_the_textbook_s() {
        // (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5)
        let expected = -0.1 * 0.8f64.ln() + 0.1 * 1.2f64.ln();
        let index = psi(&[4_000_000, 6_000_000], &[5_000_000, 5_000_000]);
        assert!((index - expected).abs() < 1e-6, "{index}");
        assert!(psi(&[0, 500], &[500, 0]) > 5.0, "all has changed");
        assert_eq!(psi(&[0, 0], &[5, 5]), 0.0);
        assert_eq!(psi(&[], &[]), 0.0);
    }

    #[test]
    fn the_distance_is_scipy_s() {
        // scipy 1.17.1: scipy.spatial.distance.jensenshannon([.1, .2, .7], [.3, .3, .4], base=2)
        let distance = jensen_shannon(&[10, 20, 70], &[3, 3, 4]);
        assert!((distance - 0.2736668758986993).abs() < 1e-14);
        assert_eq!(jensen_shannon(&[1, 0], &[0, 1]), 1.0);
        assert_eq!(jensen_shannon(&[2, 2], &[1, 1]), 0.0);
        assert_eq!(jensen_shannon(&[0, 0], &[1, 1]), 0.0);
    }

    #[test]
    fn a_verdict_needs_size_and_significance() {
        assert_eq!(Verdict::of(0.3, false), Verdict::Stable);
        assert_eq!(Verdict::of(0.0999, true), Verdict::Stable);
        assert_eq!(Verdict::of(0.1, true), Verdict::Moderate);
        assert_eq!(Verdict::of(0.25, true), Verdict::Major);
        assert_eq!(Verdict::of(f64::NAN, true), Verdict::Stable);
    }

    proptest! {
        #[test]
        fn any_counts_give_an_index_and_a_distance(
            pairs in prop::collection::vec((0u64..1 << 40, 0u64..1 << 40), 0..60),
        ) {
            let (live, training): (Vec<u64>, Vec<u64>) = pairs.into_iter().unzip();
            let index = psi(&live, &training);
            prop_assert!(index >= 0.0 && index.is_finite());
            let distance = jensen_shannon(&live, &training);
            prop_assert!((0.0..=1.0).contains(&distance));
            let back = jensen_shannon(&training, &live);
            prop_assert!((distance - back).abs() < 1e-7);
        }
    }
}
