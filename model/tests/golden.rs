//! Golden cases: rows kept in the file with the answers that they must get.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::Draft;
use model::Model;
use model::verify::{Fault, golden_cases, verify};

#[test]
fn golden_cases_are_compared_to_the_last_bit() {
    let draft = Draft::spam();
    let without = draft.bytes_with("");
    let model = Model::open(&without).unwrap();
    assert_eq!(verify(&model), Err(Fault::NoCases));

    let golden = golden_cases(&model, &draft.golden).unwrap();
    let bits = |p: f64| format!("{:016x}", p.to_bits());
    let spam = 1.0 / (1.0 + libm::exp(-2.0));
    assert!(golden.contains(&bits(spam)), "{golden}");
    let off_by_one_bit = golden.replace(&bits(spam), &bits(f64::from_bits(spam.to_bits() ^ 1)));
    let other_label = golden.replace(r#""label":"spam""#, r#""label":"ham""#);
    let other_row = golden.replace(r#""text""#, r#""subject""#);
    for (golden, expected) in [
        (
            off_by_one_bit,
            "golden case 1 got another answer: the probability of \"spam\" has the bits",
        ),
        (
            other_label,
            "golden case 1 got another answer: \"spam\" instead of \"ham\"",
        ),
        (
            other_row,
            "golden case 1 cannot be answered: the field \"text\" is missing",
        ),
        (
            "{}\n".to_string(),
            "golden case 1 cannot be answered: missing field `row`",
        ),
    ] {
        let bytes = draft.bytes_with(&golden);
        let fault = verify(&Model::open(&bytes).unwrap()).unwrap_err();
        assert!(fault.to_string().starts_with(expected), "{fault}");
    }
}

#[test]
fn a_golden_row_of_several_lines_is_kept_on_one() {
    let draft = Draft::spam();
    let without = draft.bytes_with("");
    let rows = [
        "{\n  \"text\": \"prize\"\r\n}".to_string(),
        draft.golden[0].clone(),
    ];
    let golden = golden_cases(&Model::open(&without).unwrap(), &rows).unwrap();
    assert_eq!(golden.lines().count(), 2);
    let bytes = draft.bytes_with(&golden);
    assert_eq!(verify(&Model::open(&bytes).unwrap()), Ok(2));
}

#[test]
fn a_row_that_the_model_cannot_answer_is_no_golden_case() {
    let bytes = Draft::spam().bytes();
    let fault = golden_cases(&Model::open(&bytes).unwrap(), &["{}".to_string()]).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "golden case 1 cannot be answered: the field \"text\" is missing; a string was expected"
    );
}
