//! A model of another library, as its file describes it.

use crate::pipeline::Pipeline;
use model::arithmetic::Arithmetic;
use model::assemble::ColumnPart;
use model::format::{Estimator, Link, ValueLink, ZERO};

/// The trees of a model with all that turns rows into answers.
#[derive(Clone, Debug)]
pub struct Forest {
    /// The library that trained it, e.g. `LightGBM`.
    pub library: &'static str,
    /// Its version, as far as the file has it.
    pub version: String,
    /// The objective, as the file has it.
    pub objective: String,
    /// The nearest of Hearth's estimators.
    pub estimator: Estimator,
    /// Inputs, in the order in which trees number them.
    pub features: Vec<Feature>,
    /// In the order in which the library adds them up.
    pub trees: Vec<Tree>,
    /// Rows of the leaves of trees that add to all outputs, `[rows, outputs]`.
    pub leaves: Vec<f64>,
    /// One per output.
    pub intercepts: Vec<f64>,
    /// Meaning of the scores.
    pub answers: Answers,
    /// Arithmetic of the scores.
    pub arithmetic: Arithmetic,
    /// True if a category that is not known is not answered like a missing one.
    pub unknown_is_not_missing: bool,
    /// Additional parts of a whole pipeline, whose columns are then the features.
    pub pipeline: Option<Pipeline>,
    /// Sentences about what a person should know.
    pub notes: Vec<String>,
}

/// Meaning of the scores of a forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Probabilities of so many classes.
    Classes(usize, Link),
    /// A number.
    Value(ValueLink),
}

/// An input of a forest.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Its values.
    pub kind: FeatureKind,
    /// Least and greatest value of the training rows, if the file has them.
    pub range: Option<[f64; 2]>,
    /// True if training rows may have lacked it.
    pub optional: bool,
}

/// Values of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum FeatureKind {
    /// Numbers.
    Number,
    /// 0 or 1.
    Boolean,
    /// Codes of categories. The file has no names for them; it may have a list of codes.
    Codes(Vec<u32>),
    /// Categories by their names, in the order of their codes.
    Categories(Vec<String>),
}

/// A tree. The first node is its root.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The output to which its leaves add, or `ALL_OUTPUTS`.
    pub output: u32,
    /// Its nodes, in any order.
    pub nodes: Vec<Node>,
}

/// A node of a tree.
#[derive(Clone, Debug)]
pub enum Node {
    /// The end of a path.
    Leaf {
        /// The number that it adds; in a tree of all outputs, its row in [`Forest::leaves`].
        value: f64,
        /// Number or weight of the training rows that reached it, if the file has it.
        weight: Option<f64>,
    },
    /// A question about one feature.
    Split {
        /// Index of the feature.
        feature: u32,
        /// The question.
        test: Test,
        /// True if a missing value goes left.
        missing_left: bool,
        /// Index of the node for rows that pass the test.
        left: u32,
        /// Index of the node for the others.
        right: u32,
    },
}

/// A test that sends a row left.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is at most this.
    UpTo(f64),
    /// As `UpTo`, where zero counts as missing.
    UpToZeroMissing(f64),
    /// The value is a code in this set: bit `c % 32` of word `c / 32`.
    In(Vec<u32>),
}

/// True if a value passes a test, or is missing and `missing_left` says so.
pub fn goes_left(value: f64, test: &Test, missing_left: bool, f32_inputs: bool) -> bool {
    let value = match f32_inputs {
        true => f64::from(value as f32),
        false => value,
    };
    if test.is_missing(value) {
        return missing_left;
    }
    match test {
        Test::UpTo(threshold) | Test::UpToZeroMissing(threshold) => value <= *threshold,
        Test::In(words) => {
            let is_below = match f32_inputs {
                true => value < 0.0,
                false => value <= -1.0,
            };
            !is_below && contains(words, value as u64)
        }
    }
}

/// True if the set of these words has a code.
pub fn contains(words: &[u32], code: u64) -> bool {
    let word = usize::try_from(code / 32).ok().and_then(|at| words.get(at));
    word.is_some_and(|word| word >> (code % 32) & 1 == 1)
}

impl Test {
    /// True if a value counts as missing.
    pub fn is_missing(&self, value: f64) -> bool {
        value.is_nan() || matches!(self, Test::UpToZeroMissing(_)) && value.abs() <= ZERO
    }
}

impl Feature {
    /// The input that a column is.
    pub fn of(column: &ColumnPart) -> Feature {
        Feature {
            name: column.name().into(),
            kind: match column {
                ColumnPart::Boolean(_) => FeatureKind::Boolean,
                ColumnPart::Category(of) => {
                    let names = of.categories.iter().map(|(name, _)| name.clone());
                    FeatureKind::Categories(names.collect())
                }
                _ => FeatureKind::Number,
            },
            range: None,
            optional: column.is_optional(),
        }
    }
}

impl Forest {
    /// Number of scores of a row.
    pub fn outputs(&self) -> usize {
        self.intercepts.len()
    }

    /// The splits of all trees.
    pub fn splits(&self) -> impl Iterator<Item = (u32, &Test)> {
        let nodes = self.trees.iter().flat_map(|tree| &tree.nodes);
        nodes.filter_map(|node| match node {
            Node::Leaf { .. } => None,
            Node::Split { feature, test, .. } => Some((*feature, test)),
        })
    }

    /// The index of the feature of this name.
    pub fn feature(&self, name: &str) -> Option<usize> {
        self.features
            .iter()
            .position(|feature| feature.name == name)
    }
}
