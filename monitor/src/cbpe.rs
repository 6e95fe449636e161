//! Estimate of accuracy without labels, from calibrated probabilities (CBPE).
//!
//! Of calibrated probabilities, of the rows that are answered with confidence 0.8, 80 % are right.
//! So the mean confidence is the accuracy, and for two labels the four cells of the confusion matrix
//! follow in the same way (Kivimäki et al., "Confidence-based estimators for predictive performance
//! in model monitoring", 2024; the estimator is known as CBPE from NannyML). It sees what a change of
//! inputs does to accuracy, and not a change of what inputs mean.

/// Counts of answers; any number of them merge by adding.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Confidences {
    rows: u64,
    sum: f64,
    /// The sum of c (1 − c): the variance of the number of right answers.
    variance: f64,
}

/// An estimated share with its interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The share.
    pub share: f64,
    /// Where it lies with 95 % confidence, if the probabilities are calibrated.
    pub interval: [f64; 2],
    /// Number of rows.
    pub rows: u64,
}

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Confidences {
    /// Adds an answer of this confidence; values that are not probabilities are ignored.
    pub fn add(&mut self, confidence: f64) {
        if (0.0..=1.0).contains(&confidence) {
            self.rows += 1;
            self.sum += confidence;
            self.variance += confidence * (1.0 - confidence);
        }
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Confidences) {
        self.rows += other.rows;
        self.sum += other.sum;
        self.variance += other.variance;
    }

    /// The number of answers.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The estimated accuracy; `None` without answers. The number of right answers is a sum of
    /// independent draws with these probabilities, which is normal in the limit (Lyapunov, 1901).
    pub fn accuracy(&self) -> Option<Estimate> {
        if self.rows == 0 {
            return None;
        }
        let rows = self.rows as f64;
        let (share, half) = (self.sum / rows, Z * self.variance.sqrt() / rows);
        Some(Estimate {
            share,
            interval: [(share - half).max(0.0), (share + half).min(1.0)],
            rows: self.rows,
        })
    }
}

/// The estimated confusion matrix of two labels, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Confusion {
    /// Answered the second label, and right.
    pub true_positives: f64,
    /// Answered the second label, and wrong.
    pub false_positives: f64,
    /// Answered the first label, and right.
    pub true_negatives: f64,
    /// Answered the first label, and wrong.
    pub false_negatives: f64,
}

impl Confusion {
    /// Adds an answer: the probability of the second label, and whether that was answered.
    pub fn add(&mut self, probability: f64, is_second: bool) {
        if !(0.0..=1.0).contains(&probability) {
            return;
        }
        if is_second {
            self.true_positives += probability;
            self.false_positives += 1.0 - probability;
        } else {
            self.false_negatives += probability;
            self.true_negatives += 1.0 - probability;
        }
    }

    /// Adds those of another.
    pub fn merge(&mut self, other: &Confusion) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.true_negatives += other.true_negatives;
        self.false_negatives += other.false_negatives;
    }

    /// The estimated precision of the second label; `None` where it was never answered.
    pub fn precision(&self) -> Option<f64> {
        part(self.true_positives, self.false_positives)
    }

    /// The estimated recall of the second label; `None` where no row has any of it.
    pub fn recall(&self) -> Option<f64> {
        part(self.true_positives, self.false_negatives)
    }
}

fn part(of: f64, rest: f64) -> Option<f64> {
    (of + rest > 0.0).then(|| of / (of + rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;

    #[test]
    fn the_estimate_is_the_mean_confidence() {
        let mut seen = Confidences::default();
        assert_eq!(seen.accuracy(), None);
        for confidence in [0.5, 0.75, 1.0, f64::NAN, -1.0] {
            seen.add(confidence);
        }
        let found = seen.accuracy().unwrap();
        assert_eq!((found.share, found.rows), (0.75, 3));
        let half = Z * (0.25f64 + 0.1875).sqrt() / 3.0;
        assert!((found.interval[0] - (0.75 - half)).abs() < 1e-15);
        assert_eq!(found.interval[1], 1.0);
    }

    #[test]
    fn estimates_hold_what_calibrated_answers_turn_out_to_be() {
        let mut random = Random::new(5);
        let (mut inside, draws) = (0, 500);
        for _ in 0..draws {
            let (mut seen, mut right) = (Confidences::default(), 0);
            for _ in 0..300 {
                let confidence = 0.5 + 0.5 * random.share();
                seen.add(confidence);
                right += u32::from(random.share() < confidence);
            }
            let [low, high] = seen.accuracy().unwrap().interval;
            inside += u32::from((low..=high).contains(&(f64::from(right) / 300.0)));
        }
        assert!((460..=490).contains(&inside), "{inside} of {draws}");
    }

    #[test]
    fn the_cells_of_two_labels_sum_to_the_rows() {
        let mut all = Confusion::default();
        all.add(0.9, true);
        all.add(0.2, false);
        let mut more = Confusion::default();
        more.add(0.4, true);
        all.merge(&more);
        assert!((all.true_positives - 1.3).abs() < 1e-15);
        assert!((all.precision().unwrap() - 0.65).abs() < 1e-15);
        assert!((all.recall().unwrap() - 1.3 / 1.5).abs() < 1e-15);
        assert_eq!(Confusion::default().recall(), None);
    }
}
