//! Nodes and arithmetic of other libraries: each test, each rounding, and what is refused.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::foreign::{asks, split};
use common::mixed::{Mixed, regression, trees};
use common::refusal::{changed, damaged, of_length, refusal, renamed, unknown};
use common::section;
use model::Model;
use model::answer::Answer;
use model::arithmetic::Arithmetic;
use model::assemble::NodeParts;
use model::format::{LEAF, Link, MISSING_LEFT, Split, ValueLink, ZERO, ZERO_MISSING};
use model::head::Head;
use model::row::{Cell, Row};
use model::score::Scorer;
use proptest::collection::vec;
use proptest::prelude::*;

const NONE: u32 = u32::MAX;

/// A model of one tree whose root is this node: it answers 1 on the left and 2 on the right.
fn asking(root: Split, sets: &[u32], arithmetic: Arithmetic) -> Mixed {
    let mut parts = trees(&[(0, Vec::new())], &[]);
    parts.trees[0].count = 3.into();
    parts.nodes = NodeParts::Splits {
        splits: vec![root, split(1.0, LEAF, 0), split(2.0, LEAF, 0)],
        sets: sets.to_vec(),
    };
    parts.arithmetic = arithmetic;
    let mut draft = regression(parts);
    draft.intercepts = vec![0.0];
    draft
}

fn value(model: &Model<'_>, numbers: [f64; 2]) -> f64 {
    let row = Row::from_cells(numbers.map(Cell::Number).to_vec());
    match Scorer::default().answer(model, &row).unwrap() {
        Answer::Value(value) => value,
        Answer::Label(_) => panic!("a number was expected"),
    }
}

fn goes_left(draft: &Mixed, number: f64) -> bool {
    let bytes = draft.bytes_with("");
    value(&Model::open(&bytes).unwrap(), [number, 0.0]) == 1.0
}

fn numbers() -> impl Strategy<Value = f64> {
    let edges = [
        f64::NAN,
        0.0,
        -0.0,
        1.0,
        -1.0,
        -0.5,
        -0.999,
        31.0,
        32.0,
        33.9,
        63.0,
        64.0,
        1e-35,
        -1e-35,
        ZERO,
        -ZERO,
        5e-324,
        4294967296.0,
        1e300,
        -1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    prop_oneof![
        prop::sample::select(edges.to_vec()),
        any::<f64>(),
        -70.0..70.0f64,
    ]
}

proptest! {
    /// Every test against its meaning, written in another way.
    #[test]
    fn rows_go_where_the_specification_says(
        number in numbers(),
        threshold in numbers().prop_filter("thresholds are numbers", |t| !t.is_nan()),
        words in vec(any::<u32>(), 0..4),
        (is_set, zero, left, narrow) in any::<(bool, bool, bool, bool)>(),
    ) {
        let mark = if left { MISSING_LEFT } else { 0 };
        let root = match is_set {
            true => asks((1, words.len() as u32), mark, 2),
            false => split(threshold, mark | if zero { ZERO_MISSING } else { 0 }, 2),
        };
        let sets: Vec<u32> = [u32::MAX].into_iter().chain(words.clone()).collect();
        let arithmetic = Arithmetic { f32_inputs: narrow, ..Arithmetic::default() };
        let x = if narrow { f64::from(number as f32) } else { number };
        let missing = x.is_nan() || !is_set && zero && (-ZERO..=ZERO).contains(&x);
        let expected = match (missing, is_set) {
            (true, _) => left,
            (false, false) => x <= threshold,
            (false, true) => {
                let code = if narrow { x.floor() } else { x.trunc() };
                (0..32 * words.len()).any(|bit| {
                    bit as f64 == code && words[bit / 32] & 1 << (bit % 32) != 0
                })
            }
        };
        prop_assert_eq!(goes_left(&asking(root, &sets, arithmetic), number), expected);
    }

    /// A set that lies beyond its section has no category, and no number makes a reader panic.
    #[test]
    fn any_set_is_answered(first in any::<u32>(), count in any::<u32>(), number in numbers()) {
        let root = asks((first, count), 0, 2);
        let _ = goes_left(&asking(root, &[u32::MAX; 2], Arithmetic::default()), number);
    }
}

#[test]
fn sums_are_rounded_in_the_order_of_the_trees() {
    let leaves = [0.1f32, 16_777_216.0, 0.7, -16_777_216.0, 0.3];
    let intercept = 0.3f32;
    let answer = |arithmetic: Arithmetic| {
        let mut parts = trees(&vec![(0, Vec::new()); 5], &[]);
        let nodes: Vec<Split> = leaves.map(|leaf| split(f64::from(leaf), LEAF, 0)).to_vec();
        for (place, tree) in parts.trees.iter_mut().enumerate() {
            (tree.first, tree.count) = ((place as u32).into(), 1.into());
        }
        parts.nodes = NodeParts::Splits {
            splits: nodes,
            sets: Vec::new(),
        };
        parts.arithmetic = arithmetic;
        let mut draft = regression(parts);
        draft.intercepts = vec![f64::from(intercept)];
        let bytes = draft.bytes_with("");
        value(&Model::open(&bytes).unwrap(), [0.0; 2])
    };
    let narrow = Arithmetic {
        f32_sums: true,
        ..Arithmetic::default()
    };
    let first = Arithmetic {
        intercept_first: true,
        ..narrow
    };
    let last = leaves.iter().fold(0.0f32, |sum, leaf| sum + leaf) + intercept;
    assert_eq!(answer(narrow), f64::from(last));
    let sum = leaves.iter().fold(intercept, |sum, leaf| sum + leaf);
    assert_eq!(answer(first), f64::from(sum));
    assert_ne!(last, sum);
    let wide = leaves.iter().fold(0.0, |sum, leaf| sum + f64::from(*leaf)) + f64::from(intercept);
    assert_eq!(answer(Arithmetic::default()), wide);
    let averaged = Arithmetic {
        divisor: 3.0,
        factor: 0.7,
        ..Arithmetic::default()
    };
    assert_eq!(answer(averaged), wide / 3.0 * 0.7);
}

#[test]
fn links_turn_a_score_into_a_number() {
    let of = |link, score: f64| {
        let mut draft = Mixed::of_value();
        draft.head = Head::Value(link);
        let bytes = draft.bytes();
        let model = Model::open(&bytes).unwrap();
        let row = Row::from_cells(vec![Cell::Number(score)]);
        match Scorer::default().answer(&model, &row) {
            Ok(Answer::Value(value)) => Some(value),
            _ => None,
        }
    };
    assert_eq!(of(ValueLink::Exp, 0.0), Some(1.0));
    assert_eq!(of(ValueLink::Square, -3.0), Some(-9.0));
    assert_eq!(of(ValueLink::Logistic, 0.0), Some(0.5));
    // No number stands for one that is too great.
    assert_eq!(of(ValueLink::Exp, 1000.0), None);
}

#[test]
fn explanations_sum_to_the_score() {
    let bytes = Mixed::foreign().bytes();
    let model = Model::open(&bytes).unwrap();
    let explainer = model::explain::Explainer::new(&model, 9).unwrap();
    for row in Mixed::foreign().golden {
        let row = Row::from_json(&model.columns, row.as_bytes()).unwrap();
        let mut scorer = Scorer::default();
        let score = scorer.scores(&model, &row).unwrap()[0];
        let answer = scorer.answer(&model, &row).unwrap();
        let explanation = explainer.explain(&answer, &mut scorer).unwrap();
        assert!(
            (explanation.score - score).abs() < 1e-6,
            "{score} {explanation:?}"
        );
        let parts: f64 = explanation
            .features
            .iter()
            .map(|part| part.contribution)
            .sum();
        assert!((explanation.intercept + parts - score).abs() < 1e-6);
    }
}

#[test]
fn what_is_not_legal_is_refused() {
    let bytes = Mixed::foreign().bytes();
    let newer = unknown("another arithmetic of its trees");
    for at in [0, 4, 8] {
        assert_eq!(changed(&bytes, 31, NONE, at, 2), newer);
    }
    // Divisor and factor: negative, then NaN.
    for at in [20, 28] {
        assert_eq!(changed(&bytes, 31, NONE, at, 0xC000_0000), newer);
        assert_eq!(changed(&bytes, 31, NONE, at, 0x7FF8_0000), newer);
    }
    let one = damaged("its arithmetic is not one record");
    assert_eq!(of_length(&bytes, 31, NONE, 0), one);
    let within = damaged("its section Arithmetic ends within a record");
    assert_eq!(of_length(&bytes, 31, NONE, 31), within);
    let within = damaged("its section Sets ends within a record");
    assert_eq!(of_length(&bytes, 30, NONE, 3), within);
    let within = damaged("its section Splits ends within a record");
    assert_eq!(of_length(&bytes, 29, NONE, 17), within);
    assert_eq!(
        renamed(&bytes, 30, NONE, 18),
        damaged("it has no section Sets")
    );
    let mut calibrated = Mixed::one_vs_rest();
    calibrated.classes().calibration = model::calibration::Calibration::Affine {
        scale: 1.0,
        shifts: vec![0.0; 3],
    };
    let numbers = damaged("the numbers of its calibration are not legal");
    assert_eq!(refusal(&calibrated.bytes_with("")), numbers);
    let fits = damaged("2 labels and 1 outputs do not fit one_vs_rest");
    assert_eq!(
        changed(
            &Mixed::linear().bytes(),
            1,
            NONE,
            40,
            Link::OneVsRest.code()
        ),
        fits
    );
    assert!(section(&bytes, 29, NONE).is_multiple_of(64));
}
