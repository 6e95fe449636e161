//! The way of a row through the trees, in words.

use crate::forest::{FeatureKind, Forest, Node, Test, contains, goes_left};
use model::format::ALL_OUTPUTS;
use std::fmt::Write;

/// Most steps that are written of a tree.
const STEPS: usize = 64;

/// Categories of a set that are named.
const NAMED: usize = 8;

/// The path of a row, given as one number per feature, through a tree: a line per question, then the
/// number that the leaf adds. `None` if there is no such tree.
pub fn describe(forest: &Forest, tree: usize, row: &[f64]) -> Option<String> {
    let nodes = &forest.trees.get(tree)?.nodes;
    let mut text = String::new();
    let mut at = 0;
    for _ in 0..STEPS {
        match nodes.get(at as usize)? {
            Node::Leaf { value, .. } if forest.trees[tree].output == ALL_OUTPUTS => {
                let outputs = forest.outputs();
                let row = forest.leaves.chunks(outputs).nth(*value as usize)?;
                let _ = write!(text, "leaf {at}: adds {row:?}");
                return Some(text);
            }
            Node::Leaf { value, .. } => {
                let _ = write!(text, "leaf {at}: adds {value}");
                return Some(text);
            }
            Node::Split {
                feature,
                test,
                missing_left,
                left,
                right,
            } => {
                let value = *row.get(*feature as usize)?;
                let value = match forest.arithmetic.f32_inputs {
                    true => f64::from(value as f32),
                    false => value,
                };
                let is_missing = test.is_missing(value);
                let goes_left = goes_left(value, test, *missing_left, forest.arithmetic.f32_inputs);
                let of = forest.features.get(*feature as usize)?;
                let question = match test {
                    Test::UpTo(threshold) | Test::UpToZeroMissing(threshold) => {
                        format!("{} <= {threshold}", of.name)
                    }
                    Test::In(words) => format!("{} in {}", of.name, set(words, &of.kind)),
                };
                let side = if goes_left { "left" } else { "right" };
                let missing = if is_missing { ", missing" } else { "" };
                let _ = writeln!(text, "node {at}: {question}? {value}{missing}: {side}");
                at = if goes_left { *left } else { *right };
            }
        }
    }
    text.push('…');
    Some(text)
}

fn set(words: &[u32], kind: &FeatureKind) -> String {
    let codes: Vec<u64> = (0..32 * words.len() as u64)
        .filter(|code| contains(words, *code))
        .collect();
    let name = |code: &u64| match kind {
        FeatureKind::Categories(names) => match names.get(*code as usize) {
            Some(name) => name.clone(),
            None => code.to_string(),
        },
        _ => code.to_string(),
    };
    let names: Vec<String> = codes.iter().take(NAMED).map(name).collect();
    let rest = match codes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{{{}{rest}}}", names.join(", "))
}
