//! Small models of mixed columns, of weights and of trees.

pub mod foreign;
mod kept;

use super::{WORDS, column};
use model::Model;
use model::assemble::{
    BaselineParts, CategoryColumn, ColumnPart, KernelParts, LeafParts, NodeParts, NumberColumn,
    Parts, TextColumn, TimestampColumn, TreeParts, assemble,
};
use model::calibration::Calibration;
use model::features::{NumberSettings, Scaling};
use model::format::{
    CategoryEncoding, Estimator, LEAF, Link, MISSING_LEFT, Node, Node64, NodeRecord,
    NumberEncoding, TreeRecord, ValueLink,
};
use model::head::{Classes, Head};
use model::notation::Notation;
use model::row::{Cell, Row};
use model::verify::golden_cases;

/// Change by a test before the file is made.
#[derive(Clone)]
pub struct Mixed {
    pub version: &'static str,
    pub estimator: Estimator,
    pub columns: Vec<ColumnPart>,
    pub kernel: KernelParts,
    pub intercepts: Vec<f64>,
    pub head: Head<'static>,
    pub baseline: Option<BaselineParts>,
    /// Rows of the golden cases.
    pub golden: Vec<String>,
}

/// Standard numbers with mean 2, scale 4 and fill 3.
pub const SCALING: Scaling = Scaling {
    encoding: NumberEncoding::Standard,
    mean: 2.0,
    scale: 4.0,
    fill: 3.0,
    least: -5.0,
    greatest: 9.0,
};

/// Settings of a standard number whose missing values have no feature.
pub const STANDARD: NumberSettings = NumberSettings {
    scaling: SCALING,
    marks_missing: false,
};

/// Values as they are.
pub const RAW: Scaling = Scaling {
    encoding: NumberEncoding::Raw,
    ..SCALING
};

/// A column of numbers or booleans.
pub fn number(name: &str, settings: NumberSettings) -> NumberColumn {
    NumberColumn {
        name: name.to_string(),
        optional: false,
        notation: Notation::default(),
        settings,
    }
}

/// A column of numbers or booleans as they are.
pub fn raw(name: &str) -> NumberColumn {
    let settings = NumberSettings {
        scaling: RAW,
        marks_missing: false,
    };
    number(name, settings)
}

/// A column of timestamps.
pub fn time(name: &str, scaling: Scaling, day_first: bool) -> TimestampColumn {
    TimestampColumn {
        name: name.to_string(),
        optional: false,
        notation: Notation::with_day_first(day_first),
        scaling,
    }
}

/// A column of timestamps as they are.
pub fn raw_time(name: &str) -> TimestampColumn {
    time(name, RAW, false)
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
        leaves: LeafParts::Dense(leaves.to_vec()),
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

/// The same trees with leaves that leave out zeros.
pub fn sparse(parts: &TreeParts, outputs: usize) -> TreeParts {
    let LeafParts::Dense(numbers) = &parts.leaves else {
        return parts.clone();
    };
    let (mut ends, mut shares) = (Vec::new(), Vec::new());
    for row in numbers.chunks(outputs) {
        let present = (0..).zip(row.iter().copied());
        shares.extend(present.filter(|(_, share)| *share != 0.0));
        ends.push(shares.len() as u32);
    }
    TreeParts {
        leaves: LeafParts::Sparse { ends, shares },
        ..parts.clone()
    }
}

/// A regression of these trees over two raw numbers, with the intercept 0.5.
pub fn regression(trees: TreeParts) -> Mixed {
    let mut draft = Mixed::boosting();
    draft.columns = ["a", "b"]
        .map(|name| ColumnPart::Number(raw(name)))
        .to_vec();
    draft.kernel = KernelParts::Trees(trees);
    draft.intercepts = vec![0.5];
    draft
}

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Labels of which the most probable one is answered, without a calibration.
pub fn classes(link: Link, labels: &[&'static str]) -> Classes<'static> {
    Classes::new(labels.to_vec(), link)
}

/// A row of raw numbers.
pub fn scores_row(scores: &[f64]) -> Row<'static> {
    Row::from_cells(scores.iter().map(|score| Cell::Number(*score)).collect())
}

impl Mixed {
    /// A model whose scores are the numbers of its row: as many as it has outputs.
    pub fn of_scores(link: Link, labels: usize, calibration: Calibration) -> Mixed {
        let outputs = match link {
            Link::Sigmoid => 1,
            Link::Softmax | Link::Share | Link::OneVsRest => labels,
        };
        let head = Head::Classes(Classes {
            calibration,
            ..classes(link, &NAMES[..labels])
        });
        Mixed::of_outputs(outputs, head)
    }

    /// A regression whose value is the number of its row.
    pub fn of_value() -> Mixed {
        Mixed::of_outputs(1, Head::Value(ValueLink::Identity))
    }

    fn of_outputs(outputs: usize, head: Head<'static>) -> Mixed {
        let number = |name: &&str| ColumnPart::Number(raw(name));
        let weight = |i: usize| f32::from(u8::from(i / outputs == i % outputs));
        Mixed {
            version: "1",
            estimator: Estimator::Ridge,
            columns: NAMES[..outputs].iter().map(number).collect(),
            kernel: KernelParts::Weights((0..outputs * outputs).map(weight).collect()),
            intercepts: vec![0.0; outputs],
            head,
            baseline: None,
            golden: Vec::new(),
        }
    }

    /// The labels and what belongs to them, of a classification.
    pub fn classes(&mut self) -> &mut Classes<'static> {
        match &mut self.head {
            Head::Classes(classes) => classes,
            Head::Value(_) => panic!("this is a regression"),
        }
    }

    /// Its trees.
    pub fn trees(&mut self) -> &mut TreeParts {
        match &mut self.kernel {
            KernelParts::Trees(trees) => trees,
            KernelParts::Weights(_) | KernelParts::Weights64(_) => panic!("this has weights"),
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
            estimator: self.estimator,
            columns: &self.columns,
            kernel: self.kernel.clone(),
            intercepts: &self.intercepts,
            head: self.head.clone(),
            baseline: self.baseline.as_ref(),
            golden,
            card: r#"{"name": "mixed"}"#,
        };
        assemble(&parts).unwrap()
    }
}
