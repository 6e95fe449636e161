//! LightGBM's text format, `model.txt`.
//!
//! A header of `name=value` lines, a block of such lines for each tree, and at the end the categories
//! of pandas columns as JSON. Semantics are those of `Tree::Decision` in LightGBM's
//! `include/LightGBM/tree.h`.

mod features;
mod lines;
mod objective;
mod tree;

use crate::forest::Forest;
use anyhow::{Context, Result, bail};
use features::Features;
use lines::Lines;
use model::arithmetic::Arithmetic;
use model::format::Estimator;
use objective::Objective;

/// True if a file begins like one of LightGBM.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"tree\n") || bytes.starts_with(b"tree\r\n")
}

/// Reads a model.
///
/// `objective` replaces that of the file. `categories` are the names of features that take the lists of
/// `pandas_categorical` besides those whose values are categories by `feature_infos`; `numbers` those
/// that do not.
///
/// # Errors
/// One sentence: the line, what is wrong or not supported, and what would work.
pub fn read(
    text: &str,
    objective: Option<&str>,
    (categories, numbers): (&[&str], &[&str]),
) -> Result<Forest> {
    let mut lines = Lines::new(text);
    let header = lines.block()?;
    let per_iteration: usize = header.number("num_tree_per_iteration")?;
    if per_iteration == 0 {
        bail!("num_tree_per_iteration is 0; at least 1 was expected");
    }
    let named = header.find("objective").unwrap_or_default();
    let objective = Objective::read(objective.unwrap_or(named), per_iteration)?;
    let mut features = Features::read(&header)?;

    let mut trees = Vec::new();
    let mut text_after = None;
    while let Some(block) = lines.next_tree()? {
        let output = (trees.len() % per_iteration) as u32;
        let tree = tree::read(&block, output, &mut features);
        trees.push(tree.with_context(|| format!("tree {} (line {})", trees.len(), block.line))?);
    }
    if trees.is_empty() || !trees.len().is_multiple_of(per_iteration) {
        bail!(
            "it has {} trees; a multiple of num_tree_per_iteration={per_iteration} was expected, so the \
             file is cut off or its training was stopped before the first tree",
            trees.len()
        );
    }
    while let Some(line) = lines.next() {
        if let Some(json) = line.strip_prefix("pandas_categorical:") {
            text_after = Some(json);
        }
    }
    let mut notes = Vec::new();
    let features = features.named(text_after, (categories, numbers), &mut notes)?;
    let averages = header.has("average_output");
    Ok(Forest {
        library: "LightGBM",
        version: header.find("version").unwrap_or_default().to_string(),
        objective: objective.text,
        estimator: match averages {
            true => Estimator::RandomForest,
            false => Estimator::GradientBoosting,
        },
        features,
        intercepts: vec![0.0; per_iteration],
        answers: objective.answers,
        arithmetic: Arithmetic {
            divisor: match averages {
                true => (trees.len() / per_iteration) as f64,
                false => 1.0,
            },
            factor: objective.factor,
            ..Arithmetic::default()
        },
        trees,
        leaves: Vec::new(),
        pipeline: None,
        unknown_is_not_missing: false,
        notes,
    })
}
