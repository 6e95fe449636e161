//! The report of a training: [`html()`] makes one page that needs nothing but itself, [`markdown()`]
//! a comment for a pull request.
//!
//! `page` puts the sections together, which `figures`, `classes`, `charts`, `learnt` and `origin`
//! make; `verdict` is the sentence on top of both, `scale` the line under it; `escape` is where all
//! text from data goes through, and `svg` draws.

mod charts;
mod classes;
pub(crate) mod escape;
mod figures;
mod learnt;
mod markdown;
mod origin;
pub(crate) mod page;
mod scale;
mod svg;
mod verdict;

pub use markdown::markdown;
pub use page::html;

use crate::evaluate::Predictions;
use crate::notes::Note;
use model::card::{Card, Metrics};

/// All that is told of a model. Empty lists are sections that are left out.
pub struct Report<'a> {
    /// The model's card.
    pub card: &'a Card,
    /// What it says of the test rows.
    pub predictions: &'a Predictions,
    /// Its labels, in the order of their codes; empty for numbers.
    pub labels: &'a [String],
    /// Features or columns with their share of what decides, greatest first.
    pub importances: &'a [(String, f64)],
    /// Labels with the terms that speak for them, and against them where the weight is negative.
    pub top_terms: &'a [(String, Vec<(String, f64)>)],
    /// Test rows that were answered wrong, the worst first.
    pub mistakes: &'a [Mistake],
    /// What a search tried, in its order.
    pub tried: Option<&'a [Tried]>,
    /// The previous model.
    pub against: Option<&'a Against>,
    /// Sentences about the training that a person should read.
    pub notes: &'a [Note],
}

/// A test row that was answered wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// The row, as a JSON object.
    pub row: String,
    /// Its true label or number.
    pub truth: String,
    /// What was answered.
    pub answer: String,
    /// How bad it is: the probability given to a wrong label, or the number answered less the true
    /// one.
    pub size: f64,
}

/// An estimator with settings that a search tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The estimator.
    pub name: String,
    /// Its settings, as text.
    pub settings: String,
    /// Mean over folds of the figure that decides; `None` where it could not be fitted.
    pub mean: Option<f64>,
    /// Its standard deviation over folds.
    pub standard_deviation: Option<f64>,
    /// How long it took.
    pub seconds: f64,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// A model to compare with, measured on the same rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its figures on the rows of this report.
    pub metrics: Metrics,
}

#[cfg(test)]
mod tests;
