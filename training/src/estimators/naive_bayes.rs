//! Naive Bayes for counts and tf-idf values: multinomial and complement.
//!
//! Both add up the features of each class's rows, and nothing more is needed: a fit is one walk over
//! the entries. The conventions are those of scikit-learn's `MultinomialNB` and `ComplementNB`.
//! Two classes have one output, the second's score less the first's, whose sigmoid is the softmax
//! of both.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions};
use super::need::{FitNeed, FitSize, product};
use crate::linear::{LinearFit, check_finite, check_rows, weight_of};
use crate::parameters;
use crate::parameters::Range;
use crate::sparse::Matrix;
use anyhow::{Result, bail};
use model::format::ColumnKind;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::naive_bayes::multinomial::{MultinomialNB, MultinomialNBParameters};

parameters! {
    /// Multinomial naive Bayes on term weights.
    pub struct MultinomialNb, given GivenMultinomialNb {
        /// Added to the sum of each feature in each class (Laplace or Lidstone smoothing).
        alpha: f64 = 1.0, Range::Above0;
    }
}

parameters! {
    /// Complement naive Bayes: from the terms of all other labels.
    pub struct ComplementNb, given GivenComplementNb {
        /// Added to the sum of each feature in each class (Laplace or Lidstone smoothing).
        alpha: f64 = 1.0, Range::Above0;
    }
}

/// Implements an estimator by the function of this module that makes its weights of the sums, and the
/// number of tables as large as the sums that a fit has.
macro_rules! naive_bayes {
    ($type:ident, $fit:ident, $sums:literal) => {
        impl Algorithm for $type {
            type Features = Matrix;
            type Fitted = LinearFit;

            /// Sums of classes, and what smartcore makes of them.
            fn need(&self, size: &FitSize) -> FitNeed {
                let sums = product(8, &[size.features, size.classes]);
                FitNeed::of_weights(size, $sums * sums)
            }

            fn learns_from(kind: ColumnKind) -> bool {
                matches!(kind, ColumnKind::Text | ColumnKind::Category)
            }
        }

        impl Classifier for $type {
            fn fit_classes(
                &self,
                rows: &Matrix,
                classes: ClassCodes<'_>,
                options: &FitOptions<'_>,
            ) -> Result<LinearFit> {
                let sums = ClassSums::new(rows, classes, options.row_weights, self.alpha)?;
                $fit(&sums, self.alpha)
            }
        }
    };
}
naive_bayes!(MultinomialNb, multinomial, 4);
naive_bayes!(ComplementNb, complement, 1);

/// Multinomial naive Bayes (Manning, Raghavan and Schütze, "Introduction to information retrieval",
/// 2008, chapter 13): a weight is `ln P(feature | class)`, an intercept `ln P(class)`.
///
/// smartcore fits it, to the sums of classes instead of to rows, which gives the same bits for
/// counts and also takes values that are no whole numbers.
///
/// # Errors
/// When smartcore refuses the sums, or alpha is too small for finite weights.
fn multinomial(sums: &ClassSums, alpha: f64) -> Result<LinearFit> {
    let classes = sums.weights.len();
    let total: f64 = sums.weights.iter().sum();
    let priors: Vec<f64> = sums.weights.iter().map(|weight| weight / total).collect();
    let scale = sums.scale();
    let counts = sums.sums.iter().map(|sum| (sum * scale).round() as u64);
    let codes: Vec<u32> = (0..classes as u32).collect();
    let parameters = MultinomialNBParameters::default()
        .with_alpha(alpha * scale)
        .with_priors(priors.clone());
    let fitted = DenseMatrix::new(classes, sums.columns, counts.collect(), false)
        .and_then(|counts| MultinomialNB::fit(&counts, &codes, parameters));
    let fitted = match fitted {
        Ok(fitted) => fitted,
        Err(failed) => bail!("smartcore could not fit multinomial naive Bayes: {failed}"),
    };
    let logarithms = fitted.feature_log_prob();
    let intercepts = priors.into_iter().map(libm::log).collect();
    compiled(sums.columns, intercepts, |column, class| {
        logarithms[class][column]
    })
}

/// Complement naive Bayes (Rennie, Shih, Teevan and Karger, "Tackling the poor assumptions of naive
/// Bayes text classifiers", ICML 2003, without their last step of scaled weights): a weight is
/// `-ln P(feature | not the class)`, and there are no intercepts. Better than [`multinomial`] where
/// classes differ much in size.
///
/// # Errors
/// When alpha is too small for finite weights.
fn complement(sums: &ClassSums, alpha: f64) -> Result<LinearFit> {
    let (classes, columns) = (sums.weights.len(), sums.columns);
    let mut all = vec![0.0; columns];
    for class in sums.sums.chunks(columns.max(1)) {
        for (all, sum) in all.iter_mut().zip(class) {
            *all += sum;
        }
    }
    // As scikit-learn adds: all, alpha, less the class's own.
    let others =
        |column: usize, class: usize| all[column] + alpha - sums.sums[class * columns + column];
    let totals: Vec<f64> = (0..classes)
        .map(|class| (0..columns).map(|column| others(column, class)).sum())
        .collect();
    compiled(columns, vec![0.0; classes], |column, class| {
        -libm::log(others(column, class) / totals[class])
    })
}

/// The weight of each class and the sum of each feature in it.
struct ClassSums {
    /// Number of features.
    columns: usize,
    weights: Vec<f64>,
    /// `[classes, features]`, row-major.
    sums: Vec<f64>,
}

impl ClassSums {
    /// # Errors
    /// When a value is below 0, a class has no row of weight above 0, or targets, row weights or
    /// alpha are not what they must be.
    fn new(
        rows: &Matrix,
        classes: ClassCodes<'_>,
        row_weights: Option<&[f64]>,
        alpha: f64,
    ) -> Result<ClassSums> {
        let ClassCodes { codes, count } = classes;
        check_rows(rows, codes.len(), row_weights)?;
        if !(alpha > 0.0 && alpha.is_finite()) {
            bail!("alpha of naive Bayes is {alpha}; expected a finite number above 0");
        }
        let mut found = ClassSums {
            columns: rows.columns,
            weights: vec![0.0; count],
            sums: vec![0.0; count * rows.columns],
        };
        for (row, class) in codes.iter().enumerate() {
            let class = *class as usize;
            let weight = weight_of(row_weights, row);
            found.weights[class] += weight;
            for (column, value) in rows.row(row) {
                if !(0.0..f64::INFINITY).contains(&value) {
                    bail!(
                        "feature {column} of row {row} is {value}; naive Bayes expects counts or \
                         tf-idf, numbers of at least 0 (scaled numbers are not: choose another estimator)"
                    );
                }
                found.sums[class * rows.columns + column] += weight * value;
            }
        }
        if let Some(class) = found.weights.iter().position(|weight| *weight <= 0.0) {
            bail!("class {class} has no row of a weight above 0; expected at least one a class");
        }
        Ok(found)
    }

    /// Factor that turns sums into the whole numbers that smartcore takes: 1 where they are, else
    /// the power of two that leaves 52 bits for the greatest class.
    fn scale(&self) -> f64 {
        let per_class = self.sums.chunks(self.columns.max(1));
        let greatest = per_class
            .map(|sums| sums.iter().sum::<f64>())
            .fold(1.0, f64::max);
        let whole = self.sums.iter().all(|sum| sum.fract() == 0.0);
        if whole && greatest < 2f64.powi(52) {
            return 1.0;
        }
        let (_, exponent) = libm::frexp(greatest);
        libm::ldexp(1.0, 52 - exponent)
    }
}

/// The scores as weights: `weight(feature, class)` and the intercept of each class.
fn compiled(
    columns: usize,
    intercepts: Vec<f64>,
    weight: impl Fn(usize, usize) -> f64,
) -> Result<LinearFit> {
    let classes = intercepts.len();
    let (weights, intercepts) = match intercepts[..] {
        [first, second] => (
            (0..columns)
                .map(|column| weight(column, 1) - weight(column, 0))
                .collect(),
            vec![second - first],
        ),
        _ => (
            (0..columns)
                .flat_map(|column| (0..classes).map(move |class| (column, class)))
                .map(|(column, class)| weight(column, class))
                .collect(),
            intercepts,
        ),
    };
    let fit = LinearFit {
        weights,
        intercepts,
        iterations: 1,
        converged: true,
    };
    check_finite(fit, "try a greater alpha")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(estimator: impl Classifier<Features = Matrix, Fitted = LinearFit>) -> LinearFit {
        let classes = ClassCodes {
            codes: &[0, 1, 2],
            count: 3,
        };
        estimator
            .fit_classes(&rows(), classes, &FitOptions::default())
            .unwrap()
    }

    fn rows() -> Matrix {
        let rows: [&[(u32, f64)]; 3] = [&[(0, 2.0), (1, 1.0)], &[(1, 3.0)], &[(2, 0.5)]];
        Matrix::new(3, rows.into_iter())
    }

    #[test]
    fn multinomial_weights_are_logarithms_of_smoothed_shares() {
        let fit = fitted(MultinomialNb { alpha: 1.0 });
        // Class 0 has (2 + 1) / (3 + 3) of feature 0; class 2 has (0.5 + 1) / (0.5 + 3) of feature 2.
        assert!((fit.weights[0] - (3.0f64 / 6.0).ln()).abs() < 1e-15);
        assert!((fit.weights[2 * 3 + 2] - (1.5f64 / 3.5).ln()).abs() < 1e-12);
        assert!((fit.intercepts[1] - (1.0f64 / 3.0).ln()).abs() < 1e-15);
    }

    #[test]
    fn complement_weights_come_from_the_other_classes() {
        let fit = fitted(ComplementNb { alpha: 1.0 });
        // Not in class 0: feature 0 has 0 + 1 of 3.5 + 3.
        assert!((fit.weights[0] + (1.0f64 / 6.5).ln()).abs() < 1e-15);
        assert_eq!(fit.intercepts, [0.0; 3]);
    }

    #[test]
    fn a_value_below_zero_is_refused_with_its_place() {
        let row: &[(u32, f64)] = &[(0, -0.5)];
        let rows = Matrix::new(1, [row].into_iter());
        let classes = ClassCodes {
            codes: &[0],
            count: 1,
        };
        let error = ClassSums::new(&rows, classes, None, 1.0);
        let error = error.err().unwrap().to_string();
        assert!(error.starts_with("feature 0 of row 0 is -0.5; naive Bayes expects"));
    }
}
