//! Scores to probabilities, by links and calibrations, against values worked out by hand.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{Mixed, scores_row};
use model::Model;
use model::calibration::Calibration;
use model::format::Link;
use model::score::{NotFinite, Scorer};

fn probabilities(draft: &Mixed, scores: &[f64]) -> Result<Vec<f64>, NotFinite> {
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let answer = Scorer::default().answer(&model, &scores_row(scores))?;
    Ok(answer.probabilities().to_vec())
}

/// Equal up to the last bits.
fn assert_close(actual: Result<Vec<f64>, NotFinite>, expected: &[f64]) {
    let actual = actual.unwrap();
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        assert!((actual - expected).abs() < 1e-15, "{actual} {expected}");
    }
}

fn sigmoid(score: f64) -> [f64; 2] {
    let positive = 1.0 / (1.0 + (-score).exp());
    [1.0 - positive, positive]
}

fn softmax<const N: usize>(scores: [f64; N]) -> [f64; N] {
    let sum: f64 = scores.iter().map(|score| score.exp()).sum();
    scores.map(|score| score.exp() / sum)
}

fn affine(scale: f64, shifts: &[f64]) -> Calibration {
    let shifts = shifts.to_vec();
    Calibration::Affine { scale, shifts }
}

fn isotonic() -> Calibration {
    Calibration::Isotonic {
        scores: vec![-1.0, 0.0, 0.0, 4.0],
        probabilities: vec![0.125, 0.25, 0.5, 1.0],
    }
}

#[test]
fn shares_are_scaled_to_sum_1() {
    let draft = Mixed::of_scores(Link::Share, 3, Calibration::None);
    assert_eq!(
        probabilities(&draft, &[1.0, 2.0, 5.0]),
        Ok(vec![0.125, 0.25, 0.625])
    );
    assert_eq!(
        probabilities(&draft, &[0.0, 3.0, 0.0]),
        Ok(vec![0.0, 1.0, 0.0])
    );
}

#[test]
fn scores_that_are_no_shares_give_no_answer() {
    for calibration in [Calibration::None, affine(1.0, &[0.0; 3])] {
        let draft = Mixed::of_scores(Link::Share, 3, calibration);
        for scores in [[0.0; 3], [-1.0, 2.0, 0.0], [1e308; 3], [f64::NAN, 1.0, 1.0]] {
            assert_eq!(probabilities(&draft, &scores), Err(NotFinite), "{scores:?}");
        }
    }
}

#[test]
fn one_decision_is_scaled_and_shifted() {
    let draft = Mixed::of_scores(Link::Sigmoid, 2, affine(2.0, &[-0.5]));
    assert_close(probabilities(&draft, &[1.5]), &sigmoid(2.5));
    assert_close(probabilities(&draft, &[0.0]), &sigmoid(-0.5));
}

#[test]
fn a_decision_a_label_is_scaled_and_shifted() {
    let draft = Mixed::of_scores(Link::Softmax, 3, affine(0.5, &[0.0, 1.0, -1.0]));
    assert_close(
        probabilities(&draft, &[4.0, 1.0, 2.0]),
        &softmax([2.0, 1.5, 0.0]),
    );
}

#[test]
fn two_scores_make_one_decision() {
    let draft = Mixed::of_scores(Link::Softmax, 2, affine(2.0, &[1.0]));
    assert_close(probabilities(&draft, &[0.25, 1.0]), &sigmoid(2.5));
}

#[test]
fn shares_are_calibrated_by_their_logarithms() {
    let three = Mixed::of_scores(Link::Share, 3, affine(1.0, &[0.0; 3]));
    assert_close(
        probabilities(&three, &[1.0, 2.0, 5.0]),
        &[0.125, 0.25, 0.625],
    );
    // A share of 0 counts as a thousandth.
    let sum = 1.001 + 0.001;
    assert_close(
        probabilities(&three, &[0.0, 3.0, 0.0]),
        &[0.001 / sum, 1.0 / sum, 0.001 / sum],
    );
    let two = Mixed::of_scores(Link::Share, 2, affine(1.0, &[3f64.ln()]));
    assert_close(probabilities(&two, &[6.0, 2.0]), &[0.5, 0.5]);
}

#[test]
fn isotonic_probabilities_are_linear_between_scores() {
    let draft = Mixed::of_scores(Link::Sigmoid, 2, isotonic());
    for (score, probability) in [
        (-1e308, 0.125),
        (-1.0, 0.125),
        (-0.5, 0.1875),
        (-f64::MIN_POSITIVE, 0.25),
        (0.0, 0.5), // the right one of two at one score
        (1.0, 0.625),
        (4.0, 1.0),
        (1e308, 1.0),
    ] {
        let expected = vec![1.0 - probability, probability];
        assert_eq!(probabilities(&draft, &[score]), Ok(expected), "{score}");
    }
}

#[test]
fn isotonic_works_on_the_one_decision_of_two_scores() {
    for (link, scores) in [
        (Link::Softmax, [-2.0, -1.0]),
        (Link::Share, [1.0, 1f64.exp()]),
    ] {
        let draft = Mixed::of_scores(link, 2, isotonic());
        assert_close(probabilities(&draft, &scores), &[0.375, 0.625]);
    }
}

#[test]
fn a_calibration_that_leaves_the_numbers_gives_no_answer() {
    let wide = Calibration::Isotonic {
        scores: vec![-1e308, 1e308],
        probabilities: vec![0.0, 1.0],
    };
    assert_eq!(
        probabilities(&Mixed::of_scores(Link::Sigmoid, 2, wide), &[1e308]),
        Ok(vec![0.0, 1.0])
    );
    let wide = Calibration::Isotonic {
        scores: vec![-1.5e308, 1.5e308],
        probabilities: vec![0.0, 1.0],
    };
    assert_eq!(
        probabilities(&Mixed::of_scores(Link::Sigmoid, 2, wide), &[1e308]),
        Err(NotFinite)
    );
    let steep = Mixed::of_scores(Link::Softmax, 3, affine(1e308, &[0.0; 3]));
    assert_eq!(probabilities(&steep, &[9.0, 9.0, 0.0]), Err(NotFinite));
}
