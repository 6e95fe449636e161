//! Times of the kernels that a row goes through, each by itself:
//!
//! ```text
//! cargo bench -p model
//! cargo bench -p model -- trees
//! ```
//!
//! `make bench` times whole requests.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use model::arithmetic::Arithmetic;
use model::format::{LEAF, Node, Slot, TreeRecord};
use model::leaves::Leaves;
use model::rows::{Blocks, Content, Cutter, Format};
use model::tokens::{TermHash, Tokens};
use model::trees::{Nodes, Trees};
use model::vocabulary::Vocabulary;
use std::io::Cursor;

fn main() {
    divan::main();
}

/// 1,600 characters in 300 words, of which a few are not ASCII.
fn text() -> String {
    let words = ["parcel", "Refund", "the", "42", "wägen", "is-late"];
    let words: Vec<&str> = words.into_iter().cycle().take(300).collect();
    words.join(" ")
}

#[divan::bench]
fn tokens(bencher: Bencher<'_, '_>) {
    let (text, mut tokens) = (text(), Tokens::default());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| tokens.find(black_box(&text), true).len());
}

/// Looks up terms of which half are known.
#[divan::bench(args = [1_000, 50_000])]
fn vocabulary(bencher: Bencher<'_, '_>, terms: u32) {
    let hash = |number: u32| TermHash::of(&format!("term{number}"));
    let known: Vec<(u64, f32)> = (0..terms).map(|number| (hash(number), 1.0)).collect();
    let (slots, displacement): (Vec<Slot>, u32) = Vocabulary::build(&known).expect("no collision");
    let vocabulary = Vocabulary::new(&slots, displacement).expect("a sound table");
    let asked: Vec<u64> = (0..1_000)
        .map(|number| hash(number * terms / 500))
        .collect();
    bencher.counter(ItemsCount::new(asked.len())).bench(|| {
        let found = asked.iter().filter(|&&hash| vocabulary.get(hash).is_some());
        found.count()
    });
}

/// Full trees of 31 splits over 30 features, as gradient boosting makes them.
fn full_trees(count: u32) -> (Vec<TreeRecord>, Vec<Node>) {
    const DEPTH: u32 = 5;
    fn grow(nodes: &mut Vec<Node>, depth: u32, first: usize, seed: u32) {
        if depth == 0 {
            return nodes.push(node(seed as f32, LEAF, 0));
        }
        let at = nodes.len();
        nodes.push(node((seed % 7) as f32 / 7.0, seed % 30, 0));
        grow(nodes, depth - 1, first, seed.wrapping_mul(31) + 1);
        nodes[at].right = ((nodes.len() - first) as u32).into();
        grow(nodes, depth - 1, first, seed.wrapping_mul(37) + 2);
    }
    fn node(threshold: f32, feature: u32, right: u32) -> Node {
        Node {
            threshold: threshold.into(),
            feature: feature.into(),
            right: right.into(),
        }
    }
    let (mut trees, mut nodes) = (Vec::new(), Vec::new());
    for seed in 0..count {
        let first = nodes.len();
        grow(&mut nodes, DEPTH, first, seed);
        trees.push(TreeRecord {
            output: 0.into(),
            first: (first as u32).into(),
            count: ((nodes.len() - first) as u32).into(),
        });
    }
    (trees, nodes)
}

#[divan::bench(args = [100, 1_000])]
fn trees(bencher: Bencher<'_, '_>, count: u32) {
    let (records, nodes) = full_trees(count);
    let trees = Trees {
        trees: &records,
        nodes: Nodes::F32(&nodes),
        arithmetic: Arithmetic::default(),
        leaves: Leaves::Dense(&[]),
        means: None,
    };
    let row: Vec<f64> = (0..30)
        .map(|feature| f64::from(feature % 5) / 5.0)
        .collect();
    bencher.counter(ItemsCount::new(count)).bench(|| {
        let mut scores = [0.0];
        trees
            .add(black_box(&row), &mut scores)
            .expect("sound trees");
        scores
    });
}

/// 10,000 rows of ten values, of which one is quoted.
#[divan::bench]
fn csv(bencher: Bencher<'_, '_>) {
    let header: Vec<String> = (0..10).map(|column| format!("c{column}")).collect();
    let row = "1,2.5,red,\"a, b\",2026-02-01,true,17,0.125,,last\n";
    let table = header.join(",") + "\n" + &row.repeat(10_000);
    bencher.counter(BytesCount::of_str(&table)).bench(|| {
        let input = Box::new(Cursor::new(table.clone().into_bytes()));
        let mut blocks = Blocks::new("t.csv", input, Some(Format::Csv)).expect("a header");
        let (shape, mut characters) = (blocks.shape().clone(), 0);
        let mut cutter = Cutter::new(&shape);
        while let Some(block) = blocks.next_block().expect("whole records") {
            let mut position = block.start();
            while let Some(cut) = cutter.next(&block.bytes, &mut position) {
                if let Content::Fields(fields) = &cut.content {
                    let texts = fields.texts().flatten();
                    characters += texts.map(|text| text.len()).sum::<usize>();
                }
            }
        }
        characters
    });
}
