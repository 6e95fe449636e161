//! Models as other libraries grow them: the contents of `splits-1-*`.

use super::{Mixed, category, classes, raw, trees};
use crate::common::strings;
use model::arithmetic::Arithmetic;
use model::assemble::{ColumnPart, KernelParts, NodeParts};
use model::format::{
    CategoryEncoding, IN_SET, LEAF, Link, MISSING_LEFT, NodeMean, Split, ValueLink, ZERO_MISSING,
};
use model::head::Head;

/// A node that compares with a threshold, or a leaf.
pub fn split(threshold: f64, feature: u32, right: u32) -> Split {
    Split {
        threshold: threshold.into(),
        feature: feature.into(),
        right: right.into(),
    }
}

/// A node that asks for a set of words, given by the first and the number of them.
pub fn asks((first, count): (u32, u32), feature: u32, right: u32) -> Split {
    Split {
        threshold: Split::set(first, count),
        ..split(0.0, feature | IN_SET, right)
    }
}

impl Mixed {
    /// Boosting of a number with every test, in sums of `f32` that begin with the intercept.
    pub fn foreign() -> Mixed {
        let depots = [("Bonn", 0.0), ("Ulm", 33.0), ("7", 40.0)];
        let mut depot = category("depot", CategoryEncoding::Ordered, &depots);
        depot.optional = true;
        let columns = vec![
            ColumnPart::Number(raw("weight")),
            ColumnPart::Number(raw("code")),
            ColumnPart::Category(depot),
        ];
        let mut parts = trees(&[(0, Vec::new()), (0, Vec::new())], &[]);
        let narrow = |number: f32| f64::from(number);
        let nodes = vec![
            split(narrow(2.5), ZERO_MISSING | MISSING_LEFT, 4),
            asks((0, 2), 2, 3),
            split(narrow(0.1), LEAF, 0),
            split(narrow(-0.7), LEAF, 0),
            split(narrow(1e-3), LEAF, 0),
            asks((1, 1), 1 | MISSING_LEFT, 2),
            split(narrow(0.3), LEAF, 0),
            split(narrow(16777216.0), 0, 4),
            split(narrow(-0.05), LEAF, 0),
            split(narrow(0.25), LEAF, 0),
        ];
        // A second tree of which the right child is a question.
        for (place, (first, count)) in [(0, 5), (5, 5)].into_iter().enumerate() {
            parts.trees[place].first = first.into();
            parts.trees[place].count = count.into();
        }
        parts.nodes = NodeParts::Splits {
            splits: nodes,
            sets: vec![1, 2, 0b1010],
        };
        let means = [-0.1f32, -0.3, 0.15, 0.1].map(NodeMean::of_value);
        parts.means = Some(means.to_vec());
        parts.arithmetic = Arithmetic {
            f32_inputs: true,
            f32_sums: true,
            intercept_first: true,
            divisor: 2.0,
            factor: 1.5,
        };
        Mixed {
            columns,
            kernel: KernelParts::Trees(parts),
            intercepts: vec![narrow(0.4)],
            head: Head::Value(ValueLink::Exp),
            golden: strings(&[
                r#"{"weight": 0, "code": 1, "depot": "Ulm"}"#,
                r#"{"weight": -0.0, "code": 3.9, "depot": "Bonn"}"#,
                r#"{"weight": 2.5000000001, "code": -0.5, "depot": 7}"#,
                r#"{"weight": 2.6, "code": 16777217, "depot": "Rome"}"#,
                r#"{"weight": null, "code": null}"#,
                r#"{"weight": 1e300, "code": 1e300, "depot": null}"#,
            ]),
            ..Mixed::boosting()
        }
    }

    /// Averaged trees of three labels, each against the rest.
    pub fn one_vs_rest() -> Mixed {
        let mut parts = trees(&[(0, Vec::new()), (1, Vec::new()), (2, Vec::new())], &[]);
        let nodes = [
            split(0.1, MISSING_LEFT, 2),
            split(0.25, LEAF, 0),
            split(-1.7, LEAF, 0),
            asks((0, 1), 1, 2),
            split(2.0, LEAF, 0),
            split(0.1, LEAF, 0),
            split(-0.3, LEAF, 0),
        ];
        for (place, (first, count)) in [(0, 3), (3, 3), (6, 1)].into_iter().enumerate() {
            parts.trees[place].first = first.into();
            parts.trees[place].count = count.into();
        }
        parts.nodes = NodeParts::Splits {
            splits: nodes.to_vec(),
            sets: vec![0b100],
        };
        parts.arithmetic = Arithmetic {
            divisor: 3.0,
            factor: 0.7,
            ..Arithmetic::default()
        };
        let columns = ["a", "b"].map(|name| ColumnPart::Number(raw(name)));
        Mixed {
            columns: columns.to_vec(),
            kernel: KernelParts::Trees(parts),
            intercepts: vec![0.0, 0.125, -0.25],
            head: Head::Classes(classes(Link::OneVsRest, &["x", "y", "z"])),
            golden: strings(&[
                r#"{"a": 0.1, "b": 2.999}"#,
                r#"{"a": 0.2, "b": -0.9}"#,
                r#"{"a": null, "b": null}"#,
                r#"{"a": -1e308, "b": 34}"#,
            ]),
            ..Mixed::boosting()
        }
    }
}
