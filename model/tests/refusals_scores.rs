//! Each sentence with which a file is refused for its trees, calibration, threshold or task. The offsets
//! are those of `FORMAT.md`.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::Mixed;
use common::refusal::{changed, damaged, of_length, renamed};
use common::{entry_of, put_u32, put_u64, section};
use model::calibration::Calibration;
use model::format::{Link, Task, ValueLink};
use model::head::DecisionRule;

const NONE: u32 = u32::MAX;

/// The sentence that refuses the file of a draft.
fn refusal(draft: &Mixed) -> String {
    common::refusal::refusal(&draft.bytes_with(""))
}

/// The file of a classification with one output, as that of a regression, but for what belongs to its
/// labels.
fn as_regression(draft: &Mixed) -> Vec<u8> {
    let mut bytes = draft.bytes_with("????????");
    let summary = section(&bytes, 1, NONE);
    put_u32(&mut bytes, summary + 32, Task::Regression.code());
    put_u32(&mut bytes, summary + 40, ValueLink::Identity.code());
    let labels = entry_of(&bytes, 3, NONE);
    put_u64(&mut bytes, labels + 16, 0);
    bytes
}

#[test]
fn sections_that_are_not_there_once() {
    let (linear, forest) = (Mixed::linear(), Mixed::forest());
    for (sentence, what) in [
        (
            renamed(&linear.bytes(), 13, 3, 8),
            "no section Number for column 3",
        ),
        (
            renamed(&linear.bytes(), 14, 2, 8),
            "no section Category for column 2",
        ),
        (
            renamed(&linear.bytes(), 9, 2, 8),
            "no section TermEnds for column 2",
        ),
        (
            renamed(&linear.bytes(), 18, NONE, 17),
            "no section Calibration",
        ),
        (
            renamed(&linear.bytes(), 12, NONE, 19),
            "more than one section Threshold",
        ),
        (renamed(&forest.bytes(), 15, NONE, 21), "no section Trees"),
        (renamed(&forest.bytes(), 15, NONE, 16), "no section Trees"),
        (
            renamed(&forest.bytes(), 12, NONE, 16),
            "more than one section Nodes",
        ),
        (renamed(&forest.bytes(), 17, NONE, 12), "no section Leaves"),
    ] {
        assert_eq!(sentence, damaged(&format!("it has {what}")));
    }
    let mut bytes = linear.bytes();
    let entry = entry_of(&bytes, 19, NONE);
    put_u32(&mut bytes, entry + 4, 0);
    let of_a_column = common::refusal::refusal(&bytes);
    assert_eq!(of_a_column, damaged("it has no section Threshold"));
}

#[test]
fn trees_that_do_not_fit() {
    let forest = Mixed::forest();
    assert_eq!(
        of_length(&forest.bytes(), 15, NONE, 0),
        damaged("its 0 trees and 15 numbers of leaves do not fit 3 outputs")
    );
    assert_eq!(
        of_length(&forest.bytes(), 17, NONE, 56),
        damaged("its 3 trees and 14 numbers of leaves do not fit 3 outputs")
    );
    assert_eq!(
        of_length(&forest.bytes(), 16, NONE, 13),
        damaged("its section Nodes ends within a record")
    );
    let misplaced = |tree: u32| {
        damaged(&format!(
            "the nodes of tree {tree} do not follow those before, or are not all there"
        ))
    };
    assert_eq!(changed(&forest.bytes(), 15, NONE, 4, 1), misplaced(0));
    assert_eq!(changed(&forest.bytes(), 15, NONE, 12 + 4, 6), misplaced(1));
    assert_eq!(changed(&forest.bytes(), 15, NONE, 24 + 8, 2), misplaced(2));
    assert_eq!(
        changed(&forest.bytes(), 15, NONE, 24 + 8, u32::MAX),
        misplaced(2)
    );
    assert_eq!(of_length(&forest.bytes(), 16, NONE, 14 * 12), misplaced(2));
    let wide = Mixed::wide();
    assert_eq!(
        of_length(&wide.bytes(), 23, NONE, 24),
        damaged("its section Nodes64 ends within a record")
    );
    assert_eq!(of_length(&wide.bytes(), 23, NONE, 7 * 16), misplaced(1));

    // The leaves of a forest as its weights, too: kinds 8 and 17.
    let mut bytes = forest.bytes();
    let (weights, leaves) = (entry_of(&bytes, 8, NONE), entry_of(&bytes, 17, NONE));
    bytes.copy_within(leaves + 8..leaves + 24, weights + 8);
    assert_eq!(
        common::refusal::refusal(&bytes),
        damaged("its 15 weights do not fit 0 features and 3 outputs")
    );
}

#[test]
fn a_calibration_that_no_program_writes() {
    let sentence = damaged("the numbers of its calibration are not legal");
    let mut draft = Mixed::linear();
    let isotonic = |scores: &[f64], probabilities: &[f64]| Calibration::Isotonic {
        scores: scores.to_vec(),
        probabilities: probabilities.to_vec(),
    };
    let affine = |scale: f64, shifts: &[f64]| Calibration::Affine {
        scale,
        shifts: shifts.to_vec(),
    };
    for calibration in [
        isotonic(&[], &[]),
        isotonic(&[0.0, 1.0], &[0.5]),
        isotonic(&[1.0, 0.0], &[0.25, 0.5]),
        isotonic(&[0.0, f64::NAN], &[0.25, 0.5]),
        isotonic(&[0.0, f64::INFINITY], &[0.25, 0.5]),
        isotonic(&[0.0, 1.0], &[0.25, 1.5]),
        isotonic(&[0.0, 1.0], &[-0.25, 0.5]),
        affine(1.0, &[]),
        affine(1.0, &[0.0, 0.0]),
        affine(0.0, &[0.0]),
        affine(-1.0, &[0.0]),
        affine(1.0, &[f64::NAN]),
    ] {
        draft.classes().calibration = calibration;
        assert_eq!(refusal(&draft), sentence, "{:?}", draft.head);
    }
    // Of two labels only, and of no regression.
    let mut forest = Mixed::forest();
    forest.classes().calibration = isotonic(&[0.0], &[0.5]);
    assert_eq!(refusal(&forest), sentence);
    assert_eq!(
        common::refusal::refusal(&as_regression(&Mixed::linear())),
        sentence
    );
}

#[test]
fn a_threshold_that_no_program_writes() {
    let sentence = damaged("its threshold is not one probability for two labels");
    let mut linear = Mixed::linear();
    for threshold in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        linear.classes().rule = DecisionRule::Threshold(threshold);
        assert_eq!(refusal(&linear), sentence, "{threshold}");
    }
    assert_eq!(of_length(&Mixed::linear().bytes(), 19, NONE, 0), sentence);
    let mut forest = Mixed::forest();
    forest.classes().rule = DecisionRule::Threshold(0.5);
    assert_eq!(refusal(&forest), sentence);
    let mut linear = Mixed::linear();
    linear.classes().calibration = Calibration::None;
    assert_eq!(common::refusal::refusal(&as_regression(&linear)), sentence);
}

#[test]
fn weights_of_labels_that_no_program_writes() {
    let sentence = damaged("the weights of its labels are not one number above 0 a label");
    let mut forest = Mixed::forest();
    for weights in [
        vec![1.0; 2],
        vec![1.0, 0.0, 1.0],
        vec![1.0, -1.0, 1.0],
        vec![1.0, f64::NAN, 1.0],
        vec![1.0, f64::INFINITY, 1.0],
    ] {
        forest.classes().rule = DecisionRule::Weights(weights);
        assert_eq!(refusal(&forest), sentence, "{:?}", forest.head);
    }
    let mut linear = Mixed::linear();
    linear.classes().calibration = Calibration::None;
    linear.classes().rule = DecisionRule::Weights(vec![1.0, 2.0]);
    assert_eq!(common::refusal::refusal(&as_regression(&linear)), sentence);
    // Eight bytes of golden cases, which are a probability, as a threshold.
    let bytes = linear.bytes_with("????????");
    assert_eq!(
        renamed(&bytes, 11, NONE, 19),
        damaged("it has both a threshold and weights of its labels")
    );
}

#[test]
fn tasks_and_links_that_do_not_fit() {
    let link = |draft: &Mixed, code| changed(&draft.bytes(), 1, NONE, 40, code);
    assert_eq!(
        link(&Mixed::boosting(), Link::Sigmoid.code()),
        damaged("0 labels and 1 outputs do not fit sigmoid")
    );
    assert_eq!(
        link(&Mixed::linear(), ValueLink::Identity.code()),
        damaged("2 labels and 1 outputs do not fit identity")
    );
    assert_eq!(
        link(&Mixed::linear(), Link::Share.code()),
        damaged("2 labels and 1 outputs do not fit share")
    );
    let task = |draft: &Mixed, code| changed(&draft.bytes(), 1, NONE, 32, code);
    assert_eq!(
        task(&Mixed::linear(), Task::Regression.code()),
        damaged("2 labels and 1 outputs do not fit sigmoid")
    );
    assert_eq!(
        task(&Mixed::boosting(), Task::Classification.code()),
        damaged("0 labels and 1 outputs do not fit identity")
    );
}
