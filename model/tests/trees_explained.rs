//! Contributions to a score of trees, by hand and for any trees.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{
    Mixed, classes, inner, inner_missing_left, leaf, leaf_row, regression, trees, wide,
};
use common::{put_u32, section};
use model::Model;
use model::format::{ALL_OUTPUTS, Link, MISSING_LEFT, Node, NodeMean};
use model::head::Head;
use proptest::collection::vec;
use proptest::prelude::*;

const NONE: u32 = u32::MAX;

/// The parts of an explanation, by feature, and what the roots answer on average.
fn explained(bytes: &[u8], row: &[f64], weights: &[f64]) -> Option<(f64, Vec<(u32, f64)>)> {
    let model = Model::open(bytes).unwrap();
    let mut parts = Vec::new();
    let roots = model
        .kernel
        .trees()
        .unwrap()
        .explain(row, weights, |feature, part| parts.push((feature, part)))?;
    Some((roots, parts))
}

#[test]
fn an_explanation_tells_each_step_of_the_way() {
    let mut parts = trees(
        &[
            (
                0,
                vec![
                    inner(0, 0.0, 4),
                    inner(1, 0.0, 3),
                    leaf(1.0),
                    leaf(3.0),
                    inner_missing_left(1, 5.0, 6),
                    leaf(10.0),
                    leaf(20.0),
                ],
            ),
            (0, vec![leaf(0.25)]),
            (0, vec![inner(0, 9.0, 2), leaf(-1.0), leaf(-9.0)]),
        ],
        &[],
    );
    parts.means = Some([6.5, 2.0, 11.0, -3.0].map(NodeMean::of_value).to_vec());
    let bytes = regression(parts).bytes_with("");
    let of = |row: [f64; 2]| explained(&bytes, &row, &[1.0]).unwrap();
    let roots = 6.5 + 0.25 - 3.0;
    let far_left = [(0, 2.0 - 6.5), (1, 1.0 - 2.0), (0, -1.0 + 3.0)];
    assert_eq!(of([-1.0, -1.0]), (roots, far_left.to_vec()));
    let right = [(0, 11.0 - 6.5), (1, 10.0 - 11.0), (0, -9.0 + 3.0)];
    assert_eq!(of([9.5, f64::NAN]), (roots, right.to_vec()));
    // With another weight everything is so much more.
    let half = explained(&bytes, &[9.5, 5.5], &[0.5]).unwrap();
    assert_eq!(half, (roots / 2.0, vec![(0, 2.25), (1, 4.5), (0, -3.0)]));
}

#[test]
fn what_holds_no_means_or_damaged_ones_is_not_explained() {
    let row = [0.5; 12];
    let weights = [1.0, -0.5, -0.5];
    let without = Mixed::forest().bytes();
    assert_eq!(explained(&without, &row, &weights), None);
    let mut bytes = Mixed::explained().bytes();
    assert!(explained(&bytes, &row, &weights).is_some());
    let root = section(&bytes, 20, NONE);
    put_u32(&mut bytes, root, 11);
    assert_eq!(explained(&bytes, &row, &weights), None);
}

/// Nodes of a tree of this depth at most, with their means, in the order of a walk; `numbers` gives
/// what it is made of.
fn grow(
    depth: u32,
    nodes: &mut Vec<Node>,
    means: &mut Vec<NodeMean>,
    numbers: &mut impl FnMut() -> u32,
    answer: &impl Fn(u32) -> (Node, NodeMean),
) {
    let number = numbers();
    if depth == 0 || number.is_multiple_of(5) {
        nodes.push(answer(numbers()).0);
        return;
    }
    means.push(answer(numbers()).1);
    let at = nodes.len();
    let missing = if number.is_multiple_of(2) {
        MISSING_LEFT
    } else {
        0
    };
    let threshold = (numbers() % 16) as f32 - 8.0;
    nodes.push(inner(number % 2 + missing, threshold, 0));
    grow(depth - 1, nodes, means, numbers, answer);
    nodes[at].right = (nodes.len() as u32).into();
    grow(depth - 1, nodes, means, numbers, answer);
}

proptest! {
    #[test]
    fn an_explanation_sums_to_the_score(
        seed in any::<u64>(),
        outputs in 1usize..4,
        depth in 0u32..7,
        shares in any::<bool>(),
        is_wide in any::<bool>(),
        count in 1u32..20,
        weights in vec(-2.0..2.0f64, 3),
        row in vec(prop_oneof![-9.0..9.0f64, Just(f64::NAN)], 2),
    ) {
        let mut state = seed | 1;
        let mut numbers = move || {
            // Xorshift: Marsaglia, 2003.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 20) as u32
        };
        let leaves: Vec<f32> = (0..9 * outputs).map(|_| (numbers() % 1000) as f32 / 999.0).collect();
        let answer = |number: u32| match shares {
            true => (leaf_row(number % 9), NodeMean::of_row(number % 9)),
            false => {
                let value = number as f32 / 1e9 - 2.0;
                (leaf(value), NodeMean::of_value(value))
            }
        };
        let mut means = Vec::new();
        let grown: Vec<(u32, Vec<Node>)> = (0..count)
            .map(|tree| {
                let mut nodes = Vec::new();
                grow(depth, &mut nodes, &mut means, &mut numbers, &answer);
                (if shares { ALL_OUTPUTS } else { tree % outputs as u32 }, nodes)
            })
            .collect();
        let mut parts = trees(&grown, &leaves);
        parts.means = Some(means);
        if is_wide {
            parts = wide(&parts);
        }
        let mut draft = regression(parts);
        if outputs > 1 {
            draft.head = Head::Classes(classes(Link::Softmax, &["x", "y", "z"][..outputs]));
            draft.intercepts = vec![0.0; outputs];
        }
        let bytes = draft.bytes_with("");
        let (roots, steps) = explained(&bytes, &row, &weights[..outputs]).unwrap();
        let mut scores = vec![0.0; outputs];
        Model::open(&bytes).unwrap().kernel.trees().unwrap().add(&row, &mut scores).unwrap();
        let score: f64 = scores.iter().zip(&weights).map(|(score, weight)| score * weight).sum();
        let sum: f64 = roots + steps.iter().map(|(_, part)| part).sum::<f64>();
        prop_assert!((sum - score).abs() <= 1e-9 * score.abs().max(1.0), "{} {}", sum, score);
    }
}
