//! The shapes of made-up files.

use model::assemble::{
    ColumnPart, KernelParts, LeafParts, NodeParts, Parts, TextColumn, TreeParts, assemble,
};
use model::features::TextSettings;
use model::format::{ALL_OUTPUTS, Estimator, Kind, LEAF, Link, Node, NumberEncoding};
use model::format::{Slot, TreeRecord};
use model::head::{Classes, Head};
use model::trees::MAX_DEPTH;
use support::small::{number, regression};
use support::tables::Draw;
use zerocopy::IntoBytes;

use super::sections::Sections;

/// Nodes of a forest, words of a vocabulary: a file of some 100 KB.
const NODES: usize = 6000;
const WORDS: usize = 4000;

/// The shapes, by the number that an input has for its way in.
pub const SHAPES: [fn(&mut Draw) -> Crafted; 8] = [
    one_low_hash,
    a_run_before_every_place,
    a_chain_of_all_nodes,
    chains_of_the_greatest_depth,
    shared_leaves,
    one_section_for_many,
    a_long_label,
    many_words_for_nothing,
];

/// A made-up file, a sound one of its size, and the request that is asked of both.
pub struct Crafted {
    pub file: Vec<u8>,
    pub sound: Vec<u8>,
    pub rows: Vec<String>,
}

/// A text model of [`WORDS`] words and their pairs to eights, and a long text.
fn text() -> (Vec<u8>, Vec<String>) {
    let terms = (0..WORDS).map(|at| (format!("word{at}"), 1.0)).collect();
    let column = TextColumn {
        name: "text".into(),
        settings: TextSettings {
            ngram_range: (1, 8),
            ..TextSettings::default()
        },
        terms,
    };
    let columns = [ColumnPart::Text(column)];
    let file = assemble(&regression("crafted", &columns, vec![0.5; WORDS])).unwrap();
    // Six million letters of it are 6 KB of gzip.
    let rows = vec![format!("{{\"text\":\"{}\"}}", "ab ".repeat(30_000))];
    (file, rows)
}

/// The text model with other slots and another greatest displacement.
fn vocabulary(displacement: usize, hash: impl Fn(usize, usize) -> u64) -> Crafted {
    let (sound, rows) = text();
    let mut sections = Sections::of(&sound);
    let count = sections.get(Kind::Vocabulary).len() / size_of::<Slot>();
    let slots: Vec<Slot> = (0..count)
        .map(|at| Slot {
            hash: hash(at, count - displacement).into(),
            feature: 0.into(),
            idf: 1.0.into(),
        })
        .collect();
    *sections.get(Kind::Vocabulary) = slots.as_bytes().to_vec();
    let settings = sections.get(Kind::Text);
    let at = settings.len() - 4;
    settings[at..].copy_from_slice(&(displacement as u32).to_le_bytes());
    Crafted {
        file: sections.file(None),
        sound,
        rows,
    }
}

/// Every look-up passes over slots of a hash that is lower than any.
fn one_low_hash(draw: &mut Draw) -> Crafted {
    let displacement = [2000, 2400, 4096, 64][draw.below(4)];
    vocabulary(displacement, |_, _| 1)
}

/// A table in its order, in which every slot holds a term of as many places before.
fn a_run_before_every_place(draw: &mut Draw) -> Crafted {
    let displacement = [2000, 1000, 100][draw.below(3)];
    vocabulary(displacement, |at, capacity| {
        let home = at.saturating_sub(displacement) as u128;
        ((home << 64) / capacity as u128) as u64 + 1 + at as u64
    })
}

/// A forest of `trees`, each with its nodes' thresholds, questions and right children.
fn forest(trees: &[Vec<(f32, u32, u32)>]) -> Vec<u8> {
    let columns = [number("x", NumberEncoding::Raw)];
    let mut all = TreeParts {
        trees: Vec::new(),
        nodes: NodeParts::F32(Vec::new()),
        leaves: LeafParts::default(),
        ..TreeParts::default()
    };
    let mut nodes: Vec<Node> = Vec::new();
    for tree in trees {
        all.trees.push(TreeRecord {
            output: 0.into(),
            first: (nodes.len() as u32).into(),
            count: (tree.len() as u32).into(),
        });
        nodes.extend(tree.iter().map(|(threshold, feature, right)| Node {
            threshold: (*threshold).into(),
            feature: (*feature).into(),
            right: (*right).into(),
        }));
    }
    all.nodes = NodeParts::F32(nodes);
    assemble(&Parts {
        estimator: Estimator::GradientBoosting,
        kernel: KernelParts::Trees(all),
        ..regression("crafted", &columns, Vec::new())
    })
    .unwrap()
}

fn stump() -> Vec<(f32, u32, u32)> {
    vec![(0.0, 0, 2), (0.5, LEAF, 0), (0.5, LEAF, 0)]
}

/// Inner nodes whose left child is the next one; at the end their leaves.
fn chain(depth: usize) -> Vec<(f32, u32, u32)> {
    let mut nodes = vec![(1e30, 0, 2 * depth as u32); depth];
    nodes.resize(2 * depth + 1, (0.5, LEAF, 0));
    nodes
}

fn chains(depth: usize, seed: usize) -> Crafted {
    let count = (NODES / (2 * depth + 1)).max(1);
    let value = [0, 1, -1][seed % 3];
    Crafted {
        file: forest(&vec![chain(depth); count]),
        sound: forest(&vec![stump(); NODES / 3]),
        // A thousand of them are some bytes of gzip.
        rows: vec![format!(
            "{{\"instances\":[{}]}}",
            vec![format!("{{\"x\":{value}}}"); 300].join(",")
        )],
    }
}

fn a_chain_of_all_nodes(draw: &mut Draw) -> Crafted {
    chains(NODES / 2, draw.below(3))
}

fn chains_of_the_greatest_depth(draw: &mut Draw) -> Crafted {
    let depth = [MAX_DEPTH, MAX_DEPTH - 1, MAX_DEPTH + 1, 100][draw.below(4)];
    chains(depth, draw.below(3))
}

/// Many trees of one leaf each, all of them the same row of many outputs, with or without its zeros.
fn shared_leaves(draw: &mut Draw) -> Crafted {
    let leaves = match draw.below(2) {
        0 => LeafParts::Dense(vec![1.0 / 4000.0; 4000]),
        _ => LeafParts::Sparse {
            ends: vec![4000],
            shares: (0..4000).map(|output| (output, 1.0 / 4000.0)).collect(),
        },
    };
    let columns = [number("x", NumberEncoding::Raw)];
    let labels: Vec<String> = (0..4000).map(|at| format!("l{at}")).collect();
    let of = |trees: usize| {
        let labels = labels.iter().map(String::as_str).collect();
        let all = TreeParts {
            trees: (0..trees)
                .map(|tree| TreeRecord {
                    output: ALL_OUTPUTS.into(),
                    first: (tree as u32).into(),
                    count: 1.into(),
                })
                .collect(),
            nodes: NodeParts::F32(
                (0..trees)
                    .map(|_| Node {
                        threshold: 0.0.into(),
                        feature: LEAF.into(),
                        right: 0.into(),
                    })
                    .collect(),
            ),
            leaves: leaves.clone(),
            ..TreeParts::default()
        };
        let parts = Parts {
            estimator: Estimator::RandomForest,
            kernel: KernelParts::Trees(all),
            intercepts: &vec![0.0; 4000],
            head: Head::Classes(Classes::new(labels, Link::Share)),
            ..regression("crafted", &columns, Vec::new())
        };
        assemble(&parts).unwrap()
    };
    Crafted {
        file: of(NODES),
        sound: of(10),
        rows: vec!["{\"x\":1}".into()],
    }
}

/// Text columns that share the ends of their terms: each seems to have as many features as the file
/// has room for once.
fn one_section_for_many(draw: &mut Draw) -> Crafted {
    let kind = [Kind::TermEnds, Kind::Terms, Kind::Vocabulary][draw.below(3)];
    let column = |at: usize| {
        ColumnPart::Text(TextColumn {
            name: format!("t{at}"),
            settings: TextSettings::default(),
            terms: (0..500).map(|at| (format!("word{at}"), 1.0)).collect(),
        })
    };
    let columns: Vec<ColumnPart> = (0..8).map(column).collect();
    let sound = assemble(&regression("crafted", &columns, vec![0.5; 4000])).unwrap();
    Crafted {
        file: Sections::of(&sound).file(Some(kind)),
        sound,
        rows: vec!["{\"t0\":\"word1\"}".into()],
    }
}

fn a_long_label(draw: &mut Draw) -> Crafted {
    let columns = [number("x", NumberEncoding::Raw)];
    let length = [1024, 1025, 100_000][draw.below(3)];
    let of = |length: usize| {
        let label = "a".repeat(length);
        let parts = Parts {
            estimator: Estimator::LogisticRegression,
            head: Head::Classes(Classes::new(vec![&label, "b"], Link::Sigmoid)),
            ..regression("crafted", &columns, vec![0.5])
        };
        assemble(&parts).unwrap()
    };
    let row = vec!["{\"x\":1}"; 300].join(",");
    Crafted {
        file: of(length),
        sound: of(10),
        rows: vec![format!("{{\"instances\":[{row}]}}")],
    }
}

/// A column whose values are compared with thousands of words for a missing one.
fn many_words_for_nothing(draw: &mut Draw) -> Crafted {
    let words = [65, 2000, 64][draw.below(3)];
    let of = |words: usize| {
        let mut column = number("x", NumberEncoding::Raw);
        if let ColumnPart::Number(column) = &mut column {
            let text: String = (0..words).map(|at| format!("{at}\n")).collect();
            column.notation.missing = Some(text.into());
        }
        assemble(&regression("crafted", &[column], vec![0.5])).unwrap()
    };
    let row = vec!["{\"x\":-1}"; 300].join(",");
    Crafted {
        file: of(words),
        sound: of(10),
        rows: vec![format!("{{\"instances\":[{row}]}}")],
    }
}
