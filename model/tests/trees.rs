//! Trees, walked by hand.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{
    Mixed, classes, inner, inner_missing_left, leaf, leaf_row, regression, trees, wide,
};
use common::{entry_of, put_u32, section, u32_at};
use model::Model;
use model::answer::Answer;
use model::assemble::{KernelParts, LeafParts, NodeParts};
use model::calibration::Calibration;
use model::format::{ALL_OUTPUTS, Estimator, LEAF, Link, Node};
use model::head::Head;
use model::row::{Cell, Row};
use model::score::{NotFinite, Scorer};
use model::trees::MAX_DEPTH;

const NONE: u32 = u32::MAX;

fn one_tree(nodes: Vec<Node>) -> Mixed {
    regression(trees(&[(0, nodes)], &[]))
}

fn scores(bytes: &[u8], values: [f64; 2]) -> Result<Vec<f64>, NotFinite> {
    let model = Model::open(bytes).unwrap();
    let row = Row::from_cells(values.map(Cell::Number).to_vec());
    Scorer::default().scores(&model, &row)
}

/// The value that a file of narrow nodes gives, and one of wide nodes as well.
fn value(draft: &Mixed, values: [f64; 2]) -> f64 {
    let value = scores(&draft.bytes_with(""), values).unwrap()[0];
    assert_eq!(scores(&widened(draft), values), Ok(vec![value]));
    value
}

/// The file of the same trees with `f64` in their nodes.
fn widened(draft: &Mixed) -> Vec<u8> {
    let mut draft = draft.clone();
    *draft.trees() = wide(draft.trees());
    draft.bytes_with("")
}

#[test]
fn a_value_up_to_the_threshold_goes_left() {
    let draft = one_tree(vec![inner(1, 2.5, 2), leaf(1.0), leaf(2.0)]);
    for (value_of_b, leaf) in [
        (2.4, 1.0),
        (2.5, 1.0),
        (2.6, 2.0),
        (-1e308, 1.0),
        (1e308, 2.0),
    ] {
        assert_eq!(value(&draft, [0.0, value_of_b]), 0.5 + leaf, "{value_of_b}");
    }
    // Thresholds are f32, values f64: just above 0.1 is not 0.1.
    let draft = one_tree(vec![inner(0, 0.1, 2), leaf(1.0), leaf(2.0)]);
    assert_eq!(value(&draft, [f64::from(0.1f32), 0.0]), 1.5);
    assert_eq!(value(&draft, [f64::from(0.1f32).next_up(), 0.0]), 2.5);
}

/// Between two seconds of 2025 lies no `f32`, and neither is 0.1 one.
#[test]
fn wide_nodes_keep_every_digit() {
    let mut draft = one_tree(vec![inner(0, 0.0, 2), leaf(0.0), leaf(0.0)]);
    let mut parts = wide(draft.trees());
    if let NodeParts::F64(nodes) = &mut parts.nodes {
        let numbers = [1_751_328_001.5, 0.1, -0.3];
        for (node, number) in nodes.iter_mut().zip(numbers) {
            node.threshold = number.into();
        }
    }
    draft.kernel = KernelParts::Trees(parts);
    let bytes = draft.bytes_with("");
    for (seconds, value) in [(1_751_328_001.0, 0.1), (1_751_328_002.0, -0.3)] {
        assert_eq!(scores(&bytes, [seconds, 0.0]), Ok(vec![0.5 + value]));
    }
    // A file has one kind of nodes; a reader that knows both looks at the wide ones.
    assert_eq!(u32_at(&bytes, entry_of(&bytes, 23, NONE)), 23);
    let kinds = (0..u32_at(&bytes, 12) as usize).map(|index| u32_at(&bytes, 64 + 24 * index));
    assert!(!kinds.collect::<Vec<_>>().contains(&16));
}

#[test]
fn a_missing_value_goes_as_the_node_says() {
    let right = one_tree(vec![inner(0, 2.5, 2), leaf(1.0), leaf(2.0)]);
    let left = one_tree(vec![inner_missing_left(0, 2.5, 2), leaf(1.0), leaf(2.0)]);
    assert_eq!(value(&right, [f64::NAN, 0.0]), 2.5);
    assert_eq!(value(&left, [f64::NAN, 0.0]), 1.5);
    // What is there goes by the threshold.
    for draft in [right, left] {
        assert_eq!(value(&draft, [2.0, f64::NAN]), 1.5);
        assert_eq!(value(&draft, [3.0, f64::NAN]), 2.5);
    }
}

#[test]
fn trees_add_up() {
    let stump = |feature, low, high| vec![inner(feature, 0.0, 2), leaf(low), leaf(high)];
    let deep = vec![
        inner(0, 0.0, 4),
        inner(1, 0.0, 3),
        leaf(100.0),
        leaf(200.0),
        inner(1, 0.0, 6),
        leaf(300.0),
        leaf(400.0),
    ];
    let draft = regression(trees(
        &[
            (0, stump(0, 1.0, 2.0)),
            (0, stump(1, 10.0, 20.0)),
            (0, deep),
            (0, vec![leaf(0.25)]),
        ],
        &[],
    ));
    assert_eq!(value(&draft, [-1.0, -1.0]), 111.75);
    assert_eq!(value(&draft, [-1.0, 1.0]), 221.75);
    assert_eq!(value(&draft, [1.0, -1.0]), 312.75);
    assert_eq!(value(&draft, [1.0, 1.0]), 422.75);
}

#[test]
fn a_tree_adds_to_its_output() {
    let mut draft = regression(trees(
        &[
            (2, vec![inner(0, 0.0, 2), leaf(-1.0), leaf(3.0)]),
            (0, vec![leaf(1.0)]),
        ],
        &[],
    ));
    draft.head = Head::Classes(classes(Link::Softmax, &["x", "y", "z"]));
    draft.intercepts = vec![0.0, 0.25, 0.0];
    let bytes = draft.bytes_with("");
    assert_eq!(scores(&bytes, [1.0, 0.0]), Ok(vec![1.0, 0.25, 3.0]));
    assert_eq!(scores(&bytes, [0.0, 0.0]), Ok(vec![1.0, 0.25, -1.0]));
}

#[test]
fn leaves_of_all_outputs_are_rows() {
    let first = vec![inner(0, 0.0, 2), leaf_row(1), leaf_row(0)];
    let mut draft = regression(trees(
        &[(ALL_OUTPUTS, first), (ALL_OUTPUTS, vec![leaf_row(1)])],
        &[0.75, 0.25, 0.0, 1.0],
    ));
    draft.estimator = Estimator::ExtraTrees;
    draft.head = Head::Classes(classes(Link::Share, &["x", "y"]));
    draft.intercepts = vec![0.0; 2];
    let bytes = draft.bytes_with("");
    assert_eq!(scores(&bytes, [1.0, 0.0]), Ok(vec![0.75, 1.25]));
    assert_eq!(scores(&bytes, [0.0, 0.0]), Ok(vec![0.0, 2.0]));
    let model = Model::open(&bytes).unwrap();
    let row = Row::from_cells(vec![Cell::Number(1.0), Cell::Number(0.0)]);
    let answer = Scorer::default().answer(&model, &row).unwrap();
    assert_eq!(answer.probabilities(), [0.375, 0.625]);
}

/// The file of a forest of these rows, whose tree ends in `row`, without the rows' zeros.
fn sparse_leaf(ends: &[u32], shares: &[(u32, f32)], row: u32) -> Vec<u8> {
    let mut draft = regression(trees(&[(ALL_OUTPUTS, vec![leaf_row(row)])], &[]));
    draft.trees().leaves = LeafParts::Sparse {
        ends: ends.to_vec(),
        shares: shares.to_vec(),
    };
    draft.head = Head::Classes(classes(Link::Share, &["x", "y", "z"]));
    draft.intercepts = vec![0.0; 3];
    draft.bytes_with("")
}

#[test]
fn a_sparse_leaf_adds_to_the_outputs_that_it_names() {
    let (ends, shares) = ([1, 3, 3], [(1, 1.0), (0, 0.25), (2, 0.75)]);
    let scores_of = |row| scores(&sparse_leaf(&ends, &shares, row), [0.0, 0.0]);
    assert_eq!(scores_of(0), Ok(vec![0.0, 1.0, 0.0]));
    assert_eq!(scores_of(1), Ok(vec![0.25, 0.0, 0.75]));
    // No share at all is no answer, and neither is a row that is not there.
    assert_eq!(scores_of(2), Err(NotFinite));
    assert_eq!(scores_of(3), Err(NotFinite));
}

/// Rows that overlap would make each tree add all of them.
#[test]
fn sparse_leaves_that_no_program_writes_give_no_answer() {
    let many = [(0, 0.5); 4];
    for (what, ends, shares) in [
        ("more shares than outputs", &[4][..], &many[..]),
        ("an output that there is not", &[1], &[(3, 1.0)]),
        ("an end behind all shares", &[2], &[(0, 1.0)]),
        ("ends that descend", &[1, 0], &[(0, 1.0)]),
    ] {
        let row = ends.len() as u32 - 1;
        let bytes = sparse_leaf(ends, shares, row);
        assert_eq!(scores(&bytes, [0.0, 0.0]), Err(NotFinite), "{what}");
    }
}

/// The same forest with and without its zeros gives the same bits.
#[test]
fn sparse_leaves_give_the_same_answers() {
    let (dense, sparse) = (Mixed::explained().bytes(), Mixed::sparse().bytes());
    let golden = |bytes: &[u8]| Model::open(bytes).unwrap().golden.to_vec();
    assert_eq!(golden(&dense), golden(&sparse));
    // Kinds 27 and 28 stand in the place of 17.
    let kinds = |bytes: &[u8]| -> Vec<u32> {
        let entries = (0..u32_at(bytes, 12) as usize).map(|index| u32_at(bytes, 64 + 24 * index));
        entries.filter(|kind| [17, 27, 28].contains(kind)).collect()
    };
    assert_eq!((kinds(&dense), kinds(&sparse)), (vec![17], vec![27, 28]));
}

#[test]
fn features_that_a_row_lacks_are_0() {
    // The golden cases of the forest have a text column; "late" goes right at 0.
    let mut draft = Mixed::forest();
    draft.classes().calibration = Calibration::None;
    draft.kernel = KernelParts::Trees(trees(
        &[(
            ALL_OUTPUTS,
            vec![inner(10, 0.0, 2), leaf_row(0), leaf_row(1)],
        )],
        &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    ));
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let mut scorer = Scorer::default();
    // A scorer keeps nothing of the row before.
    for (note, label) in [
        ("late", "silver"),
        ("fee", "gold"),
        ("late", "silver"),
        ("", "gold"),
    ] {
        let json = format!(r#"{{"member": null, "seen": null, "note": "{note}"}}"#);
        let row = Row::from_json(&model.columns, json.as_bytes()).unwrap();
        let answer = scorer.answer(&model, &row).unwrap();
        assert_eq!(answer.label(), Some(label), "{note:?}");
    }
}

/// Errors of damaged trees; opening a file does not find them.
#[test]
fn a_walk_that_goes_wrong_gives_no_answer() {
    for (what, nodes) in [
        (
            "a right child that is its own parent",
            vec![inner(0, 0.0, 0), leaf(1.0)],
        ),
        (
            "a right child before its parent",
            vec![inner(0, 0.0, 1), inner(0, 0.0, 0), leaf(1.0)],
        ),
        (
            "a right child out of the tree",
            vec![inner(0, 0.0, 2), leaf(1.0)],
        ),
        (
            "a right child far out",
            vec![inner(0, 0.0, NONE), leaf(1.0)],
        ),
        (
            "a feature out of range",
            vec![inner(2, 0.0, 2), leaf(1.0), leaf(2.0)],
        ),
        (
            "a feature far out",
            vec![inner(LEAF - 1, 0.0, 2), leaf(1.0), leaf(2.0)],
        ),
        (
            "a leaf that is infinite",
            vec![inner(0, 0.0, 2), leaf(1.0), leaf(f32::INFINITY)],
        ),
        (
            "a leaf that is no number",
            vec![inner(0, 0.0, 2), leaf(1.0), leaf(f32::NAN)],
        ),
        ("a tree without nodes", vec![]),
    ] {
        let draft = one_tree(nodes);
        for bytes in [draft.bytes_with(""), widened(&draft)] {
            assert_eq!(scores(&bytes, [1.0, 0.0]), Err(NotFinite), "{what}");
        }
    }
    // A left child that is not there.
    let bytes = one_tree(vec![inner(0, 0.0, 1)]).bytes_with("");
    assert_eq!(scores(&bytes, [-1.0, 0.0]), Err(NotFinite));
    // A threshold that is no number sends all that is there right.
    let bytes = one_tree(vec![inner(0, f32::NAN, 2), leaf(1.0), leaf(2.0)]).bytes_with("");
    assert_eq!(scores(&bytes, [-1.0, 0.0]), Ok(vec![2.5]));
}

#[test]
fn an_output_or_a_row_of_leaves_that_there_is_not_gives_no_answer() {
    let mut bytes = one_tree(vec![leaf(1.0)]).bytes_with("");
    let output = section(&bytes, 15, NONE);
    put_u32(&mut bytes, output, 1);
    assert_eq!(scores(&bytes, [0.0, 0.0]), Err(NotFinite));
    for row in [2, NONE] {
        let all = regression(trees(&[(ALL_OUTPUTS, vec![leaf_row(row)])], &[1.0, 2.0]));
        assert_eq!(scores(&all.bytes_with(""), [0.0, 0.0]), Err(NotFinite));
    }
    let all = regression(trees(&[(ALL_OUTPUTS, vec![leaf_row(1)])], &[1.0, 2.0]));
    let bytes = all.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let row = Row::from_cells(vec![Cell::Number(0.0), Cell::Number(0.0)]);
    assert_eq!(
        Scorer::default().answer(&model, &row),
        Ok(Answer::Value(2.5))
    );
}

/// A chain as deep as training grows answers; a deeper one, made to make each row wait, does not.
#[test]
fn a_tree_is_of_bounded_depth() {
    for (depth, answers) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false), (50_000, false)] {
        let mut nodes = vec![inner(0, 1e30, 2 * depth as u32); depth];
        nodes.resize(2 * depth + 1, leaf(1.0));
        let draft = one_tree(nodes);
        let found = scores(&draft.bytes_with(""), [0.0, 0.0]);
        assert_eq!(found.is_ok(), answers, "{depth}");
    }
}
