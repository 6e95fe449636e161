//! The report of a training: [`html()`] makes one page that needs nothing but itself, [`markdown()`]
//! a comment for a pull request. [`drift`] and [`load`] make the pages of a drift and of a load test.
//!
//! `frame` is what all pages share, `page` puts the sections together, which `figures`, `threshold`,
//! `classes`, `charts`, `reliability`, `slices`, `mistakes`, `learnt`, `dependence` and `origin` make;
//! `verdict` is the sentence on top of both, `chips` and `scale` follow it; `escape` is where all text from data goes through, and `svg` draws.

mod charts;
mod chips;
mod classes;
mod dependence;
pub mod drift;
pub(crate) mod escape;
mod figures;
mod frame;
mod learnt;
pub mod load;
mod markdown;
mod mistakes;
mod origin;
mod page;
mod reliability;
mod scale;
mod slices;
mod svg;
mod threshold;
mod verdict;

pub use markdown::markdown;
pub use page::html;

use crate::resampled::Change;
use model::card::Card;
use training::assessment::{Against, Mistake};
use training::dependence::Dependences;
use training::evaluation::Predictions;
use training::notes::Note;
use training::search::Tried;
use training::slices::Slices;

/// Content of the report. Empty lists are sections that are left out.
pub struct Report<'a> {
    /// The model's card.
    pub card: &'a Card,
    /// Answers to the test rows.
    pub predictions: &'a Predictions,
    /// Its labels, in the order of their codes; empty for numbers.
    pub labels: &'a [String],
    /// Features or columns with their share of what decides, greatest first.
    pub importances: &'a [(String, f64)],
    /// Labels with their terms of the greatest absolute weight; negative weights are evidence
    /// against the label.
    pub top_terms: &'a [(String, Vec<(String, f64)>)],
    /// Test rows that were answered wrong, the worst first.
    pub mistakes: &'a [Mistake],
    /// Candidates of the search, in its order.
    pub tried: Option<&'a [Tried]>,
    /// The previous model.
    pub against: Option<&'a Against>,
    /// Changes of the figures since the previous model, on the same rows.
    pub changes: &'a [Change],
    /// Sentences about the training that a person should read.
    pub notes: &'a [Note],
    /// The test rows by the values of each column.
    pub slices: &'a [Slices],
    /// Dependence of answers on the most important columns.
    pub dependences: &'a Dependences,
    /// True if the table was there, so that what is empty does not exist.
    pub has_rows: bool,
}

/// The dependences of a report of figures.
static NO_DEPENDENCES: Dependences = Dependences {
    labels: Vec::new(),
    columns: Vec::new(),
};

impl<'a> Report<'a> {
    /// A report of the figures alone.
    pub fn of_figures(
        card: &'a Card,
        predictions: &'a Predictions,
        labels: &'a [String],
    ) -> Report<'a> {
        Report {
            card,
            predictions,
            labels,
            importances: &[],
            top_terms: &[],
            mistakes: &[],
            tried: None,
            against: None,
            changes: &[],
            notes: &[],
            slices: &[],
            dependences: &NO_DEPENDENCES,
            has_rows: false,
        }
    }
}

#[cfg(test)]
mod tests;
