//! The values of one metric within a line.

use crate::Metric;
use std::borrow::Cow;

/// The values of one metric. The first is kept apart because most metrics have only one, and an
/// empty `Vec` needs no memory.
#[derive(Clone, Debug)]
pub(crate) struct Series<'a> {
    pub(crate) metric: &'a Metric,
    /// The metric's name, made legal.
    pub(crate) name: Cow<'a, str>,
    pub(crate) first: f64,
    pub(crate) rest: Vec<f64>,
}
