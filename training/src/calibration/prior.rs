//! Probabilities of a fit with class weights, corrected to how often labels really occur.
//!
//! Weights that make all classes equal are a training table in which every class has the same number
//! of rows. The probabilities of such a fit are right in that table, and wrong where labels come as
//! often as in the data: of a label that 4 % of the rows have they say some 40 %. Bayes' rule corrects
//! them, since weights change how often a class comes and not how its rows look:
//!
//! ```text
//! P(label | row)  is in proportion to  P_balanced(label | row) * rows of the label
//! ```
//!
//! (Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, theorem 2; Saerens, Latinne and
//! Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities: a simple
//! procedure", Neural Computation 14, 2002.) In decision scores, which are logarithms, that is a shift.
//! It is right for a fit that the weights have moved by all they weigh. One that follows every training
//! row, as a forest of full trees, is hardly moved by them; so [`super::choose`] keeps the correction only
//! where out-of-fold rows say that it helps.

use crate::codes::frequencies;
use model::calibration::Calibration;

/// The correction for a fit with balanced classes to rows with these codes.
pub fn fit(codes: &[u32], classes: usize) -> Calibration {
    let rows = frequencies(codes, classes);
    // A label that no row has, whatever the reason, counts as if one had it.
    let logarithm = |rows: usize| libm::log(rows.max(1) as f64);
    let shifts = match rows[..] {
        [first, second] => vec![logarithm(second) - logarithm(first)],
        _ => {
            let all = logarithm(codes.len());
            rows.into_iter().map(|rows| logarithm(rows) - all).collect()
        }
    };
    Calibration::Affine { scale: 1.0, shifts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::calibration::probabilities;
    use model::format::Link;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        /// Bayes' rule, straight: multiply by the rows of each label, and scale to sum 1.
        #[test]
        fn the_correction_is_bayes_rule(
            scores in vec(-8.0f64..8.0, 2..6),
            rows in vec(1usize..2000, 6),
        ) {
            let classes = scores.len();
            let codes: Vec<u32> = (0..classes)
                .flat_map(|code| vec![code as u32; rows[code]])
                .collect();
            let corrected = fit(&codes, classes);
            let found = probabilities(Link::Softmax, &corrected, scores.clone());
            let balanced = probabilities(Link::Softmax, &Calibration::None, scores);
            let weighed: Vec<f64> = balanced
                .iter()
                .zip(&rows)
                .map(|(p, rows)| p * *rows as f64)
                .collect();
            let sum: f64 = weighed.iter().sum();
            for (found, expected) in found.iter().zip(weighed) {
                prop_assert!((found - expected / sum).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_label_that_no_row_has_stays_finite() {
        let Calibration::Affine { shifts, .. } = fit(&[0, 0, 1], 3) else {
            panic!("the correction is affine");
        };
        assert!(shifts.iter().all(|shift| shift.is_finite()));
    }
}
