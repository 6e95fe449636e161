//! Sound models on which small requests are large ones.

use std::path::{Path, PathBuf};

use model::assemble::{
    ColumnPart, KernelParts, LeafParts, NodeParts, Parts, TextColumn, TreeParts, assemble,
};
use model::features::TextSettings;
use model::format::{Estimator, LEAF, Link, Node, NumberEncoding, TreeRecord};
use model::head::{Classes, Head};
use support::small::{number, regression};

fn write(folder: &Path, name: &str, parts: &Parts<'_>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, assemble(parts).unwrap()).unwrap();
    path
}

/// A linear model of so many numbers, each of which may be left out: a row is two bytes of JSON.
pub fn wide(folder: &Path, columns: usize) -> PathBuf {
    let all: Vec<ColumnPart> = (0..columns)
        .map(|index| number(format!("c{index}"), NumberEncoding::Standard))
        .collect();
    let weights = vec![0.5; columns];
    write(folder, "wide.hearth", &regression("wide", &all, weights))
}

/// A model with a number that may be left out and so many labels of so many bytes: an answer is long.
pub fn labelled(folder: &Path, labels: usize, length: usize) -> PathBuf {
    let columns = [number("c0", NumberEncoding::Standard)];
    let labels: Vec<String> = (0..labels).map(|at| format!("{at:0>length$}")).collect();
    let (weights, intercepts) = (vec![0.5; labels.len()], vec![0.0; labels.len()]);
    let parts = Parts {
        estimator: Estimator::LogisticRegression,
        intercepts: &intercepts,
        head: Head::Classes(Classes::new(
            labels.iter().map(String::as_str).collect(),
            Link::Softmax,
        )),
        ..regression("wide", &columns, weights)
    };
    write(folder, "labelled.hearth", &parts)
}

/// A text model of the words `ab` and `cd`, the pairs of them, and, if it is asked for, of characters
/// of scripts without spaces.
pub fn text(folder: &Path, characters: bool) -> PathBuf {
    let terms = ["ab", "cd", "ab cd", "ab ab"].map(|term| (term.to_owned(), 1.0));
    let column = TextColumn {
        name: "text".into(),
        settings: TextSettings {
            ngram_range: (1, 2),
            characters,
            ..TextSettings::default()
        },
        terms: terms.to_vec(),
    };
    let columns = [ColumnPart::Text(column)];
    write(
        folder,
        "text.hearth",
        &regression("wide", &columns, vec![0.5; 4]),
    )
}

/// Trees that a row goes through all the way: `trees` chains of `depth` nodes.
pub fn deep(folder: &Path, trees: u32, depth: u32) -> PathBuf {
    let columns = [number("c0", NumberEncoding::Raw)];
    let count = 2 * depth + 1;
    let node = |feature: u32, right: u32| Node {
        threshold: 0.0.into(),
        feature: feature.into(),
        right: right.into(),
    };
    let mut nodes = Vec::new();
    for _ in 0..trees {
        // An inner node's left child is the next one; a missing value goes right, to the next inner
        // node.
        for at in 0..depth {
            nodes.push(node(0, 2 * at + 2));
            nodes.push(node(LEAF, 0));
        }
        nodes.push(node(LEAF, 0));
    }
    let all = TreeParts {
        trees: (0..trees)
            .map(|tree| TreeRecord {
                output: 0.into(),
                first: (tree * count).into(),
                count: count.into(),
            })
            .collect(),
        nodes: NodeParts::F32(nodes),
        leaves: LeafParts::default(),
        ..TreeParts::default()
    };
    let parts = Parts {
        estimator: Estimator::GradientBoosting,
        kernel: KernelParts::Trees(all),
        ..regression("wide", &columns, Vec::new())
    };
    write(folder, "deep.hearth", &parts)
}
