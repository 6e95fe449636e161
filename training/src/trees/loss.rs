//! Losses of boosting, with their derivatives by the scores (Friedman, "Greedy function
//! approximation: a gradient boosting machine", 2001).

use super::settings::TreeTarget;

/// Shares of classes are kept this far from 0 and 1 where a start score is made of them.
const NEVER: f64 = 1e-7;

/// Scores that a target has: two classes need but one.
pub(super) fn outputs(target: TreeTarget<'_>) -> usize {
    match target {
        TreeTarget::Classes { count, .. } if count > 2 => count,
        _ => 1,
    }
}

/// The best constant scores: the mean, log-odds or logarithms of shares.
pub(super) fn start(target: TreeTarget<'_>, rows: &[u32], weight: impl Fn(u32) -> f64) -> Vec<f64> {
    let sum: f64 = rows.iter().map(|&row| weight(row)).sum();
    if sum <= 0.0 {
        return vec![0.0; outputs(target)];
    }
    match target {
        TreeTarget::Values(values) => {
            let weighted = rows.iter().map(|&row| weight(row) * values[row as usize]);
            vec![weighted.sum::<f64>() / sum]
        }
        TreeTarget::Classes { codes, count } => {
            let mut shares = vec![0.0; count.max(2)];
            for &row in rows {
                shares[codes[row as usize] as usize] += weight(row) / sum;
            }
            let mut logarithms = shares.iter().map(|share| libm::log(share.max(NEVER)));
            if count > 2 {
                logarithms.collect()
            } else {
                let none = logarithms.next().unwrap_or(0.0);
                vec![logarithms.next().unwrap_or(0.0) - none]
            }
        }
    }
}

/// 1 / (1 + e^-score)
pub(super) fn logistic(score: f64) -> f64 {
    if score >= 0.0 {
        1.0 / (1.0 + libm::exp(-score))
    } else {
        let exponential = libm::exp(score);
        exponential / (1.0 + exponential)
    }
}

/// Shares of all classes from a row's scores; returns log(sum(e^score)).
pub(super) fn softmax(scores: impl Iterator<Item = f64> + Clone, shares: &mut [f32]) -> f64 {
    let greatest = scores.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (share, score) in shares.iter_mut().zip(scores) {
        let exponential = libm::exp(score - greatest);
        sum += exponential;
        *share = exponential as f32;
    }
    let factor = (1.0 / sum) as f32;
    for share in shares.iter_mut() {
        *share *= factor;
    }
    greatest + libm::log(sum)
}

/// A row's loss: log loss, or half the squared error.
pub(super) fn loss(
    target: TreeTarget<'_>,
    row: u32,
    scores: impl Iterator<Item = f64> + Clone,
) -> f64 {
    let row = row as usize;
    match target {
        TreeTarget::Values(values) => {
            let error = values[row] - scores.fold(0.0, |_, score| score);
            error * error / 2.0
        }
        TreeTarget::Classes { codes, count } if count > 2 => {
            let own = scores.clone().nth(codes[row] as usize).unwrap_or(0.0);
            let greatest = scores.clone().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = scores.map(|score| libm::exp(score - greatest)).sum();
            greatest + libm::log(sum) - own
        }
        TreeTarget::Classes { codes, .. } => {
            let score = scores.fold(0.0, |_, score| score);
            let towards = if codes[row] == 1 { -score } else { score };
            // log(1 + e^towards), without overflow.
            towards.max(0.0) + libm::log1p(libm::exp(-towards.abs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_scores_give_the_shares() {
        let codes = [0, 1, 1, 1];
        let binary = TreeTarget::Classes {
            codes: &codes,
            count: 2,
        };
        let start = start(binary, &[0, 1, 2, 3], |_| 2.0);
        assert!((logistic(start[0]) - 0.75).abs() < 1e-12);
        let mut shares = [0.0; 3];
        softmax([0.0, 1.0, f64::from(0.5f32)].into_iter(), &mut shares);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6 && shares[1] > shares[2]);
    }

    #[test]
    fn losses_of_two_classes_agree_with_softmax() {
        let codes = [1];
        let two = TreeTarget::Classes {
            codes: &codes,
            count: 2,
        };
        let three = TreeTarget::Classes {
            codes: &codes,
            count: 3,
        };
        let scores = [0.0, 1.7, -1e9];
        let softmax = loss(three, 0, scores.into_iter());
        assert!((softmax - loss(two, 0, [1.7].into_iter())).abs() < 1e-12);
        assert!(loss(two, 0, [-1000.0].into_iter()) == 1000.0);
        assert_eq!(loss(TreeTarget::Values(&[3.0]), 0, [1.0].into_iter()), 2.0);
    }
}
