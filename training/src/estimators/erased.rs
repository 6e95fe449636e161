//! Any estimator, where the one that is fitted is chosen by its name.

use super::algorithm::{Algorithm, ClassCodes, Classifier, FitOptions, Regressor};
use super::need::{FitNeed, FitSize};
use crate::linear::LinearFit;
use crate::sparse::Matrix;
use crate::trees::{Bins, Trees};
use anyhow::{Context, Result};
use model::format::{ColumnKind, Link};

/// The form of the features that an estimator learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Scaled numbers, one feature per category.
    Linear,
    /// Numbers as they are, categories in an order that means something.
    Trees,
}

/// Features of some rows.
pub enum Encoded {
    /// For linear estimators.
    Sparse(Matrix),
    /// For trees.
    Binned(Bins),
}

/// A result of a fit, which makes scores of features.
pub enum Kernel {
    /// Weights.
    Linear(LinearFit),
    /// Trees.
    Trees(Trees),
}

impl Kernel {
    /// One an output.
    pub fn intercepts(&self) -> &[f64] {
        match self {
            Kernel::Linear(fit) => &fit.intercepts,
            Kernel::Trees(trees) => &trees.intercepts,
        }
    }
}

impl From<LinearFit> for Kernel {
    fn from(fit: LinearFit) -> Kernel {
        Kernel::Linear(fit)
    }
}

impl From<Trees> for Kernel {
    fn from(trees: Trees) -> Kernel {
        Kernel::Trees(trees)
    }
}

/// A type of features, among all of them.
pub trait FeatureSet: Sized {
    /// Its form.
    const STYLE: Style;

    /// The features, if they are of this type.
    fn of(encoded: &Encoded) -> Option<&Self>;
}

impl FeatureSet for Matrix {
    const STYLE: Style = Style::Linear;

    fn of(encoded: &Encoded) -> Option<&Matrix> {
        match encoded {
            Encoded::Sparse(matrix) => Some(matrix),
            Encoded::Binned(_) => None,
        }
    }
}

impl FeatureSet for Bins {
    const STYLE: Style = Style::Trees;

    fn of(encoded: &Encoded) -> Option<&Bins> {
        match encoded {
            Encoded::Binned(bins) => Some(bins),
            Encoded::Sparse(_) => None,
        }
    }
}

/// An [`Algorithm`] of any type.
pub trait AnyEstimator {
    /// The form of the features that it learns from.
    fn style(&self) -> Style;

    /// As [`Algorithm::need`].
    fn need(&self, size: &FitSize) -> FitNeed;

    /// As [`Algorithm::learns_from`].
    fn learns_from(&self, kind: ColumnKind) -> bool;
}

/// A [`Classifier`] of any type.
pub trait AnyClassifier: AnyEstimator {
    /// As [`Classifier::IS_PROBABILISTIC`].
    fn is_probabilistic(&self) -> bool;

    /// As [`Classifier::link`].
    fn link(&self, classes: usize) -> Link;

    /// As [`Classifier::fit_classes`], with features of its own [`AnyEstimator::style`].
    ///
    /// # Errors
    /// Those of the estimator, and one where the features are of the other style.
    fn fit(
        &self,
        features: &Encoded,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<Kernel>;
}

/// A [`Regressor`] of any type.
pub trait AnyRegressor: AnyEstimator {
    /// As [`Regressor::fit_values`], with features of its own [`AnyEstimator::style`].
    ///
    /// # Errors
    /// Those of the estimator, and one where the features are of the other style.
    fn fit(&self, features: &Encoded, values: &[f64], options: &FitOptions<'_>) -> Result<Kernel>;
}

/// The sentence of an error that only a mistake in this crate brings about.
const OTHER_STYLE: &str = "features of the other style were made for this estimator";

impl<A: Algorithm<Features: FeatureSet>> AnyEstimator for A {
    fn style(&self) -> Style {
        A::Features::STYLE
    }

    fn need(&self, size: &FitSize) -> FitNeed {
        Algorithm::need(self, size)
    }

    fn learns_from(&self, kind: ColumnKind) -> bool {
        A::learns_from(kind)
    }
}

impl<C> AnyClassifier for C
where
    C: Classifier<Features: FeatureSet, Fitted: Into<Kernel>>,
{
    fn is_probabilistic(&self) -> bool {
        C::IS_PROBABILISTIC
    }

    fn link(&self, classes: usize) -> Link {
        C::link(classes)
    }

    fn fit(
        &self,
        features: &Encoded,
        classes: ClassCodes<'_>,
        options: &FitOptions<'_>,
    ) -> Result<Kernel> {
        let features = C::Features::of(features).context(OTHER_STYLE)?;
        Ok(self.fit_classes(features, classes, options)?.into())
    }
}

impl<R> AnyRegressor for R
where
    R: Regressor<Features: FeatureSet, Fitted: Into<Kernel>>,
{
    fn fit(&self, features: &Encoded, values: &[f64], options: &FitOptions<'_>) -> Result<Kernel> {
        let features = R::Features::of(features).context(OTHER_STYLE)?;
        Ok(self.fit_values(features, values, options)?.into())
    }
}
