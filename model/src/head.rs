//! The two ends of a model: the kernel makes scores of features, the head makes an answer of scores.

use crate::calibration::{Calibration, logistic};
use crate::format::{Link, Task, ValueLink};
use crate::trees::Trees;
use crate::weights::Weights;

/// Features to scores.
#[derive(Clone, Copy, Debug)]
pub enum Kernel<'a> {
    /// For linear models and naive Bayes.
    Weights(Weights<'a>),
    /// For forests and boosting.
    Trees(Trees<'a>),
}

impl<'a> Kernel<'a> {
    /// The weights, where the scores come from weights.
    pub fn weights(&self) -> Option<&Weights<'a>> {
        match self {
            Kernel::Weights(weights) => Some(weights),
            Kernel::Trees(_) => None,
        }
    }

    /// The trees, where the scores come from trees.
    pub fn trees(&self) -> Option<&Trees<'a>> {
        match self {
            Kernel::Weights(_) => None,
            Kernel::Trees(trees) => Some(trees),
        }
    }
}

/// Scores to an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Head<'a> {
    /// Classification: one of several labels.
    Classes(Classes<'a>),
    /// Regression: the one score becomes the answer.
    Value(ValueLink),
}

impl<'a> Head<'a> {
    /// Task of the model.
    pub fn task(&self) -> Task {
        match self {
            Head::Classes(_) => Task::Classification,
            Head::Value(_) => Task::Regression,
        }
    }

    /// The labels, in the order of their codes; a regression has none.
    pub fn labels(&self) -> &[&'a str] {
        match self {
            Head::Classes(classes) => &classes.labels,
            Head::Value(_) => &[],
        }
    }

    /// The labels with what belongs to them, for classification.
    pub fn classes(&self) -> Option<&Classes<'a>> {
        match self {
            Head::Classes(classes) => Some(classes),
            Head::Value(_) => None,
        }
    }
}

impl ValueLink {
    /// The answer to a score.
    pub fn value(self, score: f64) -> f64 {
        match self {
            ValueLink::Identity => score,
            ValueLink::Exp => libm::exp(score),
            ValueLink::Square => score * score.abs(),
            ValueLink::Logistic => logistic(score),
            ValueLink::Expm1 => libm::expm1(score),
        }
    }
}

/// Labels, and the way from scores to one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes<'a> {
    /// The labels, two or more, in the order of their codes.
    pub labels: Vec<&'a str>,
    /// Link from scores to probabilities.
    pub link: Link,
    /// Calibration, applied to scores before they become probabilities.
    pub calibration: Calibration,
    /// Choice of a label by its probability.
    pub rule: DecisionRule,
}

impl<'a> Classes<'a> {
    /// Labels without a calibration, of which the most probable one is answered.
    pub fn new(labels: Vec<&'a str>, link: Link) -> Classes<'a> {
        Classes {
            labels,
            link,
            calibration: Calibration::None,
            rule: DecisionRule::MostProbable,
        }
    }
}

/// Rule that chooses a label by the probabilities.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DecisionRule {
    /// The most probable label; of equal ones, the one that comes first.
    #[default]
    MostProbable,
    /// Two labels: the second one from this probability on.
    Threshold(f64),
    /// One weight per label: the label whose probability times its weight is the greatest; of equal
    /// ones, the one that comes first.
    Weights(Vec<f64>),
}

impl DecisionRule {
    /// The second label's probability from which on it is chosen, where that is given.
    pub fn threshold(&self) -> Option<f64> {
        match self {
            DecisionRule::Threshold(threshold) => Some(*threshold),
            DecisionRule::MostProbable | DecisionRule::Weights(_) => None,
        }
    }

    /// The weights of the labels, where they are given.
    pub fn weights(&self) -> Option<&[f64]> {
        match self {
            DecisionRule::Weights(weights) => Some(weights),
            DecisionRule::MostProbable | DecisionRule::Threshold(_) => None,
        }
    }
}
