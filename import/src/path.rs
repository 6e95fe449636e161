//! The way of a row through the trees, in words.

use crate::forest::{FeatureKind, Forest, Node, Test};
use model::format::ZERO;
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
                let is_missing = value.is_nan()
                    || matches!(test, Test::UpToZeroMissing(_)) && value.abs() <= ZERO;
                let goes_left = match (is_missing, test) {
                    (true, _) => *missing_left,
                    (false, Test::UpTo(threshold) | Test::UpToZeroMissing(threshold)) => {
                        value <= *threshold
                    }
                    (false, Test::In(words)) => {
                        let below = if forest.arithmetic.f32_inputs {
                            0.0
                        } else {
                            -1.0
                        };
                        let is_below = value < below || value == -1.0;
                        !is_below && contains(words, value as u64)
                    }
                };
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

fn contains(words: &[u32], code: u64) -> bool {
    let word = usize::try_from(code / 32).ok().and_then(|at| words.get(at));
    word.is_some_and(|word| word >> (code % 32) & 1 == 1)
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
