//! Small models of mixed columns, of weights and of trees.

mod kept;

use super::{WORDS, column, strings};
use model::Model;
use model::assemble::{
    BaselineParts, CategoryColumn, ColumnPart, NodeParts, NumberColumn, Parts, TextColumn,
    TreeParts, assemble,
};
use model::calibration::Calibration;
use model::features::NumberSettings;
use model::format::{
    CategoryEncoding, ColumnKind, Estimator, LEAF, Link, MISSING_LEFT, Node, Node64, NodeRecord,
    NumberEncoding, Task, TreeRecord,
};
use model::row::{Cell, Row};
use model::verify::golden_cases;

/// Change by a test before the file is made.
#[derive(Clone)]
pub struct Mixed {
    pub version: &'static str,
    pub task: Task,
    pub estimator: Estimator,
    pub link: Link,
    pub columns: Vec<ColumnPart>,
    pub labels: Vec<String>,
    pub weights: Vec<f32>,
    pub trees: Option<TreeParts>,
    pub intercepts: Vec<f64>,
    pub calibration: Calibration,
    pub threshold: Option<f64>,
    pub label_weights: Vec<f64>,
    pub baseline: Option<BaselineParts>,
    /// Rows of the golden cases.
    pub golden: Vec<String>,
}

/// Settings of a standard number with mean 2, scale 4 and fill 3; `option` is false.
pub const STANDARD: NumberSettings = NumberSettings {
    encoding: NumberEncoding::Standard,
    option: false,
    mean: 2.0,
    scale: 4.0,
    fill: 3.0,
    least: -5.0,
    greatest: 9.0,
};

/// A column of numbers, booleans or timestamps.
pub fn number(name: &str, kind: ColumnKind, settings: NumberSettings) -> NumberColumn {
    NumberColumn {
        name: name.to_string(),
        kind,
        optional: false,
        notation: Default::default(),
        settings,
    }
}

/// A column of values as they are.
pub fn raw(name: &str, kind: ColumnKind) -> NumberColumn {
    let settings = NumberSettings {
        encoding: NumberEncoding::Raw,
        ..STANDARD
    };
    number(name, kind, settings)
}

/// A column of categories, each with its number.
pub fn category(
    name: &str,
    encoding: CategoryEncoding,
    categories: &[(&str, f32)],
) -> CategoryColumn {
    let TextColumn { name, terms, .. } = column(name, WORDS, categories);
    CategoryColumn {
        name,
        optional: false,
        notation: Default::default(),
        encoding,
        categories: terms,
    }
}

/// An inner node.
pub fn inner(feature: u32, threshold: f32, right: u32) -> Node {
    Node {
        threshold: threshold.into(),
        feature: feature.into(),
        right: right.into(),
    }
}

/// An inner node whose missing values go left.
pub fn inner_missing_left(feature: u32, threshold: f32, right: u32) -> Node {
    inner(feature + MISSING_LEFT, threshold, right)
}

/// A leaf of a tree of one output.
pub fn leaf(value: f32) -> Node {
    inner(LEAF, value, 0)
}

/// A leaf of a tree of all outputs.
pub fn leaf_row(row: u32) -> Node {
    inner(LEAF, 0.0, row)
}

/// Trees, each with its output.
pub fn trees(trees: &[(u32, Vec<Node>)], leaves: &[f32]) -> TreeParts {
    let mut parts = TreeParts {
        leaves: leaves.to_vec(),
        ..TreeParts::default()
    };
    let mut all = Vec::new();
    for (output, nodes) in trees {
        parts.trees.push(TreeRecord {
            output: (*output).into(),
            first: (all.len() as u32).into(),
            count: (nodes.len() as u32).into(),
        });
        all.extend(nodes);
    }
    parts.nodes = NodeParts::F32(all);
    parts
}

/// The same trees with `f64` in their nodes.
pub fn wide(parts: &TreeParts) -> TreeParts {
    let NodeParts::F32(nodes) = &parts.nodes else {
        return parts.clone();
    };
    let wide = nodes.iter().map(|node| Node64 {
        threshold: node.threshold().into(),
        feature: node.feature,
        right: node.right,
    });
    TreeParts {
        nodes: NodeParts::F64(wide.collect()),
        ..parts.clone()
    }
}

/// A regression of these trees over two raw numbers, with the intercept 0.5.
pub fn regression(trees: TreeParts) -> Mixed {
    let mut draft = Mixed::boosting();
    draft.columns = ["a", "b"]
        .map(|name| ColumnPart::Number(raw(name, ColumnKind::Number)))
        .to_vec();
    draft.trees = Some(trees);
    draft.intercepts = vec![0.5];
    draft
}

/// A row of raw numbers.
pub fn scores_row(scores: &[f64]) -> Row<'static> {
    Row::from_cells(scores.iter().map(|score| Cell::Number(*score)).collect())
}

impl Mixed {
    /// A model whose scores are the numbers of its row: as many as it has outputs.
    pub fn of_scores(link: Link, labels: usize, calibration: Calibration) -> Mixed {
        const NAMES: [&str; 4] = ["a", "b", "c", "d"];
        let outputs = match link {
            Link::Sigmoid | Link::Identity => 1,
            Link::Softmax | Link::Share => labels,
        };
        let number = |name: &&str| ColumnPart::Number(raw(name, ColumnKind::Number));
        let weight = |i: usize| f32::from(u8::from(i / outputs == i % outputs));
        let task = match labels {
            0 => Task::Regression,
            _ => Task::Classification,
        };
        Mixed {
            version: "1",
            task,
            estimator: Estimator::Ridge,
            link,
            columns: NAMES[..outputs].iter().map(number).collect(),
            labels: strings(&NAMES[..labels]),
            weights: (0..outputs * outputs).map(weight).collect(),
            trees: None,
            intercepts: vec![0.0; outputs],
            calibration,
            threshold: None,
            label_weights: Vec::new(),
            baseline: None,
            golden: Vec::new(),
        }
    }

    /// The model file, with its golden cases.
    pub fn bytes(&self) -> Vec<u8> {
        let without = self.bytes_with("");
        let model = Model::open(&without).unwrap();
        let golden = golden_cases(&model, &self.golden).unwrap();
        self.bytes_with(&golden)
    }

    /// The model file with these golden cases; it need not be one that can be opened.
    pub fn bytes_with(&self, golden: &str) -> Vec<u8> {
        let parts = Parts {
            name: "mixed",
            version: self.version,
            git_revision: "",
            example: self.golden.first().map_or("{}", String::as_str),
            task: self.task,
            estimator: self.estimator,
            link: self.link,
            columns: &self.columns,
            labels: &self.labels,
            weights: &self.weights,
            trees: self.trees.as_ref(),
            calibration: &self.calibration,
            threshold: self.threshold,
            label_weights: &self.label_weights,
            intercepts: &self.intercepts,
            baseline: self.baseline.as_ref(),
            golden,
            card: r#"{"name": "mixed"}"#,
        };
        assemble(&parts).unwrap()
    }
}
