//! Interface of an estimator: parameters, and a fit to labels, to numbers or to both.
//!
//! A type that answers labels implements [`Classifier`], one that answers numbers [`Regressor`]. A
//! fit of the wrong kind is no error at run time, it does not compile:
//!
//! ```compile_fail
//! use training::estimators::{Classifier, Ridge};
//!
//! fn fits_labels(_: impl Classifier) {}
//! fits_labels(Ridge::default());
//! ```

use super::need::{FitNeed, FitSize};
use crate::linear;
use crate::parameters::Parameters;
use crate::trees::TreeTarget;
use anyhow::Result;
use model::format::{ColumnKind, Link};

/// An estimator: the values of its parameters.
pub trait Algorithm: Parameters {
    /// The features that it learns from: a sparse [`Matrix`](crate::sparse::Matrix), or the
    /// [`Bins`](crate::trees::Bins) of trees.
    type Features;

    /// The result of a fit: [`LinearFit`](crate::linear::LinearFit) or
    /// [`Trees`](crate::trees::Trees).
    type Fitted;

    /// Memory that a fit takes; by default that of weights which a few vectors of their length lead to.
    fn need(&self, size: &FitSize) -> FitNeed {
        let vectors = size.weights().saturating_mul(8);
        FitNeed::of_weights(
            size,
            vectors.saturating_add(size.scores().saturating_mul(3)),
        )
    }

    /// True if it learns from columns of this kind.
    fn learns_from(kind: ColumnKind) -> bool {
        let _ = kind;
        true
    }
}

/// An estimator of labels.
pub trait Classifier: Algorithm {
    /// True if its scores are meant as probabilities. Otherwise they are calibrated by
    /// cross-validation where nothing else is said.
    const IS_PROBABILISTIC: bool = true;

    /// The function that turns its scores into probabilities.
    fn link(classes: usize) -> Link {
        linear::link(classes)
    }

    /// Fits it to the class of each row.
    ///
    /// # Errors
    /// When features, classes or weights do not suit it, or it finds no finite result.
    fn fit_classes(
        &self,
        features: &Self::Features,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<Self::Fitted>;
}

/// An estimator of numbers.
pub trait Regressor: Algorithm {
    /// Fits it to the value of each row.
    ///
    /// # Errors
    /// When features, values or weights do not suit it, or it finds no finite result.
    fn fit_values(
        &self,
        features: &Self::Features,
        values: &[f64],
        options: &FitOptions<'_>,
    ) -> Result<Self::Fitted>;
}

/// The class of each row.
#[derive(Clone, Copy, Debug)]
pub struct ClassCodes<'a> {
    /// One a row, each below `count`.
    pub codes: &'a [u32],
    /// Number of classes.
    pub count: usize,
}

impl<'a> From<ClassCodes<'a>> for TreeTarget<'a> {
    fn from(ClassCodes { codes, count }: ClassCodes<'a>) -> TreeTarget<'a> {
        TreeTarget::Classes { codes, count }
    }
}

/// Input of a fit besides features and targets.
pub struct FitOptions<'a> {
    /// One a row: a row of weight 2 counts as two, one of weight 0 not at all. All 1, if `None`.
    pub row_weights: Option<&'a [f64]>,
    /// Seed of all that is random.
    pub seed: u64,
    /// Called with the steps done, the steps in all (0 if unknown) and a message.
    pub report: &'a (dyn Fn(usize, usize, String) + Sync),
}

impl Default for FitOptions<'_> {
    fn default() -> FitOptions<'static> {
        FitOptions {
            row_weights: None,
            seed: 0,
            report: &|_, _, _| (),
        }
    }
}
