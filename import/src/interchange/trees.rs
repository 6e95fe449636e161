//! Trees of the document to a forest whose features are the columns.

use super::columns;
use super::document::{ColumnEntry, Inputs, LIBRARY, TreeEntry, TreeValues, TreesEntry};
use super::features::EstimatorFeature;
use super::questions::of_column;
use crate::forest::{Answers, Forest, Node, Test, Tree};
use anyhow::{Context, Result, bail};
use model::arithmetic::Arithmetic;
use model::assemble::ColumnPart;
use model::features::{NumberSettings, Scaling};
use model::format::{ALL_OUTPUTS, CategoryEncoding, NumberEncoding};
use std::collections::HashMap;

/// The forest of a document, whose trees ask for the features of the estimator.
pub fn read(entry: TreesEntry, answers: Answers) -> Result<Forest> {
    let outputs = entry.intercepts.len();
    let mut forest = Forest {
        library: LIBRARY,
        version: String::new(),
        objective: String::new(),
        estimator: entry.like,
        features: Vec::new(),
        trees: Vec::with_capacity(entry.trees.len()),
        leaves: Vec::new(),
        intercepts: entry.intercepts,
        answers,
        arithmetic: Arithmetic {
            f32_inputs: entry.inputs == Inputs::F32,
            intercept_first: true,
            divisor: entry.divisor,
            factor: entry.factor,
            ..Arithmetic::default()
        },
        unknown_is_not_missing: false,
        pipeline: None,
        notes: Vec::new(),
    };
    for (index, tree) in entry.trees.into_iter().enumerate() {
        let tree = self::tree(tree, outputs, &mut forest.leaves);
        forest
            .trees
            .push(tree.with_context(|| format!("tree {index}"))?);
    }
    if forest.trees.is_empty() {
        bail!("it has no trees");
    }
    Ok(forest)
}

/// Adds the rows of its leaves to `leaves`, `[rows, outputs]`, if they have a number for each output.
fn tree(entry: TreeEntry, outputs: usize, leaves: &mut Vec<f64>) -> Result<Tree> {
    let count = entry.left.len();
    let values = match &entry.values {
        TreeValues::One(values) => values.len(),
        TreeValues::Rows(rows) => rows.len(),
    };
    let lengths = [
        ("right", entry.right.len()),
        ("feature", entry.feature.len()),
        ("threshold", entry.threshold.len()),
        ("missing_left", entry.missing_left.len()),
        ("weight", entry.weight.len()),
        ("values", values),
    ];
    for (name, length) in lengths {
        if length != count {
            bail!("{name} has {length} entries; {count} were expected, as left has");
        }
    }
    let output = match entry.output {
        Some(output) if (output as usize) < outputs => output,
        Some(output) => bail!("it adds to output {output}; the model has {outputs}"),
        None => ALL_OUTPUTS,
    };
    let sets: HashMap<usize, &[u32]> = entry
        .sets
        .iter()
        .map(|(at, codes)| (*at, codes.as_slice()))
        .collect();
    let mut nodes = Vec::with_capacity(count);
    for at in 0..count {
        if entry.left[at] >= 0 {
            let index = |number: i64| u32::try_from(number).context("an index below 0");
            nodes.push(Node::Split {
                feature: index(entry.feature[at])?,
                test: match sets.get(&at) {
                    Some(codes) => Test::In(words(codes)?),
                    None => Test::UpTo(entry.threshold[at]),
                },
                missing_left: entry.missing_left[at] != 0,
                left: index(entry.left[at])?,
                right: index(entry.right[at])?,
            });
            continue;
        }
        let value = match (&entry.values, output) {
            (TreeValues::Rows(rows), ALL_OUTPUTS) if rows[at].len() == outputs => {
                leaves.extend_from_slice(&rows[at]);
                (leaves.len() / outputs - 1) as f64
            }
            (TreeValues::One(values), output) if output != ALL_OUTPUTS => values[at],
            _ => bail!("the values of its leaves do not fit its output"),
        };
        nodes.push(Node::Leaf {
            value,
            weight: Some(entry.weight[at].max(0.0)),
        });
    }
    Ok(Tree { output, nodes })
}

fn words(codes: &[u32]) -> Result<Vec<u32>> {
    let mut words = Vec::new();
    for code in codes {
        let word = (code / 32) as usize;
        if word >= 1 << 16 {
            bail!("a set of categories has the code {code}");
        }
        words.resize(words.len().max(word + 1), 0u32);
        words[word] |= 1 << (code % 32);
    }
    Ok(words)
}

/// Makes the trees of a forest ask for the columns in place of features. Returns the columns.
pub fn ask_columns(
    forest: &mut Forest,
    features: &[EstimatorFeature],
    entries: &[ColumnEntry],
) -> Result<Vec<ColumnPart>> {
    let is_f32 = forest.arithmetic.f32_inputs;
    for (index, tree) in forest.trees.iter_mut().enumerate() {
        for node in &mut tree.nodes {
            let Node::Split {
                feature,
                test,
                missing_left,
                ..
            } = node
            else {
                continue;
            };
            let Some(of) = features.get(*feature as usize) else {
                bail!(
                    "tree {index} asks for feature {feature}; the document has {}",
                    features.len()
                );
            };
            let categories = entries[of.column].categories.len();
            let asked = of_column(of, (test, *missing_left), is_f32, categories)
                .with_context(|| format!("tree {index}"))?;
            (*feature, *test, *missing_left) = (asked.column, asked.test, asked.missing_left);
        }
    }
    // The tests of columns are about values as they are.
    forest.arithmetic.f32_inputs = false;
    let column = |entry: &ColumnEntry| match entry.kind.as_str() {
        "category" => columns::category(entry, CategoryEncoding::Ordered),
        _ => columns::number(entry, raw()),
    };
    entries.iter().map(column).collect()
}

fn raw() -> NumberSettings {
    NumberSettings {
        scaling: Scaling {
            encoding: NumberEncoding::Raw,
            mean: 0.0,
            scale: 1.0,
            fill: 0.0,
            least: f64::NEG_INFINITY,
            greatest: f64::INFINITY,
        },
        marks_missing: false,
    }
}
