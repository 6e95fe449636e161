//! Rows held back, and when to stop for their sake.

use super::loss;
use super::settings::TreeTarget;
use model::random::Random;

/// A loss that falls by less counts as the same, as in scikit-learn.
const TOLERANCE: f64 = 1e-7;

/// Losses of the rows held back.
pub(super) struct Validation {
    /// Rounds without a better loss after which to stop.
    patience: Option<usize>,
    rows: Vec<u32>,
    best: Option<BestRound>,
}

/// The round with the least loss.
#[derive(Clone, Copy)]
struct BestRound {
    /// Counted from 1.
    round: usize,
    loss: f64,
}

impl Validation {
    /// Without rows nothing is measured and nothing stopped.
    pub fn new(patience: Option<usize>, rows: Vec<u32>) -> Validation {
        Validation {
            patience: patience.filter(|_| !rows.is_empty()),
            rows,
            best: None,
        }
    }

    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// The weighted mean loss behind a round, whose `scores` are [outputs][rows].
    pub fn measure(
        &mut self,
        round: usize,
        target: TreeTarget<'_>,
        weights: Option<&[f64]>,
        scores: &[Vec<f64>],
    ) -> Option<f64> {
        self.patience?;
        let (mut sum, mut all) = (0.0, 0.0);
        for &row in &self.rows {
            let weight = weights.map_or(1.0, |weights| weights[row as usize]);
            let own = scores.iter().map(|scores| scores[row as usize]);
            sum += weight * loss::loss(target, row, own);
            all += weight;
        }
        let loss = sum / all;
        if self.best.is_none_or(|best| loss < best.loss - TOLERANCE) {
            self.best = Some(BestRound { round, loss });
        }
        Some(loss)
    }

    /// True if patience has run out after a round.
    pub fn is_over(&self, round: usize) -> bool {
        match (self.patience, self.best) {
            (Some(patience), Some(best)) => round >= best.round + patience.max(1),
            _ => false,
        }
    }

    /// The best round.
    pub fn best(&self) -> Option<usize> {
        self.best.map(|best| best.round)
    }
}

/// Parts rows into those to learn from and a share held back, of each class the same; both
/// ascending. A class of which nothing would be left to learn is not held back from.
pub(super) fn held_back(
    target: TreeTarget<'_>,
    rows: Vec<u32>,
    share: f64,
    random: &mut Random,
) -> (Vec<u32>, Vec<u32>) {
    let groups = match target {
        TreeTarget::Values(_) => vec![rows],
        TreeTarget::Classes { codes, count } => {
            let mut groups = vec![Vec::new(); count];
            for row in rows {
                groups[codes[row as usize] as usize].push(row);
            }
            groups
        }
    };
    let (mut kept, mut held) = (Vec::new(), Vec::new());
    for mut group in groups {
        random.shuffle(&mut group);
        let count = (share * group.len() as f64).round() as usize;
        let count = count.min(group.len().saturating_sub(1));
        held.extend_from_slice(&group[..count]);
        kept.extend_from_slice(&group[count..]);
    }
    kept.sort_unstable();
    held.sort_unstable();
    (kept, held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_is_held_back_from_alike() {
        let codes: Vec<u32> = (0..110).map(|row| u32::from(row >= 100)).collect();
        let target = TreeTarget::Classes {
            codes: &codes,
            count: 3,
        };
        let (kept, held) = held_back(target, (0..110).collect(), 0.1, &mut Random::new(0));
        assert_eq!((kept.len(), held.len()), (99, 11));
        assert_eq!(held.iter().filter(|&&row| row >= 100).count(), 1);
        let target = TreeTarget::Values(&[1.0]);
        assert_eq!(held_back(target, vec![0], 0.9, &mut Random::new(0)).0, [0]);
    }

    #[test]
    fn patience_counts_from_the_best_round() {
        let mut validation = Validation::new(Some(2), vec![0]);
        let target = TreeTarget::Values(&[1.0]);
        for (round, score) in [(1, 0.0), (2, 0.5), (3, 0.4), (4, 0.3)] {
            assert!(!validation.is_over(round - 1));
            validation.measure(round, target, None, &[vec![score]]);
        }
        assert!(validation.is_over(4));
        assert_eq!(validation.best(), Some(2));
        assert!(Validation::new(None, vec![0]).best().is_none());
    }
}
