//! Answers: the label by a threshold, and the value of a regression.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::json;
use common::mixed::{Mixed, scores_row};
use model::Model;
use model::answer::{Answer, Identity};
use model::calibration::Calibration;
use model::format::Link;
use model::head::DecisionRule;
use model::score::{NotFinite, Scorer};

#[test]
fn from_its_threshold_on_the_second_label_is_answered() {
    let mut draft = Mixed::of_scores(Link::Share, 2, Calibration::None);
    for (threshold, scores, label) in [
        (0.25, [3.0, 1.0], "b"),
        (0.25, [3.001, 1.0], "a"),
        (0.75, [1.001, 2.0], "a"),
        (0.0, [1.0, 0.0], "b"),
        (1.0, [0.001, 1.0], "a"),
    ] {
        draft.classes().rule = DecisionRule::Threshold(threshold);
        let bytes = draft.bytes_with("");
        let model = Model::open(&bytes).unwrap();
        assert_eq!(model.head, draft.head);
        let answer = Scorer::default()
            .answer(&model, &scores_row(&scores))
            .unwrap();
        let labelled = answer.labelled().unwrap();
        assert_eq!(labelled.label(), label, "{threshold} {scores:?}");
        assert_eq!(
            labelled.confidence(),
            labelled.probabilities[labelled.code()]
        );
    }
}

#[test]
fn a_threshold_does_not_change_the_ranking() {
    let labels = ["no", "yes"];
    let answer = Answer::of_labels(&labels, vec![0.75, 0.25], &DecisionRule::Threshold(0.2));
    let identity = Identity {
        name: "m".into(),
        version: "1".into(),
    };
    let json = json(&labels, &identity, &answer, Some(1));
    assert_eq!(
        json,
        r#"{"label":"yes","probabilities":{"no":0.75},"model":{"name":"m","version":"1"}}"#
    );
    assert_eq!(
        (answer.label(), answer.confidence()),
        (Some("yes"), Some(0.25))
    );
}

#[test]
fn weights_of_labels_choose_the_answer_and_leave_the_ranking() {
    let mut draft = Mixed::of_scores(Link::Share, 3, Calibration::None);
    let rule = DecisionRule::Weights(vec![1.0, 4.0, 1.0]);
    draft.classes().rule = rule.clone();
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    assert_eq!(model.head, draft.head);
    for (scores, label) in [
        ([6.0, 2.0, 2.0], "b"),
        // Equal ones: the first.
        ([4.0, 1.0, 1.0], "a"),
        ([1.0, 1.0, 6.0], "c"),
    ] {
        let answer = Scorer::default()
            .answer(&model, &scores_row(&scores))
            .unwrap();
        let labelled = answer.labelled().unwrap();
        assert_eq!(labelled.label(), label, "{scores:?}");
        assert_eq!(
            labelled.confidence(),
            labelled.probabilities[labelled.code()]
        );
    }
    let labels = ["a", "b", "c"];
    let answer = Answer::of_labels(&labels, vec![0.6, 0.2, 0.2], &rule);
    let identity = Identity {
        name: "m".into(),
        version: "1".into(),
    };
    let json = json(&labels, &identity, &answer, Some(1));
    assert!(
        json.starts_with(r#"{"label":"b","probabilities":{"a":0.6}"#),
        "{json}"
    );
}

#[test]
fn regression_answers_its_score() {
    let mut draft = Mixed::of_value();
    draft.intercepts = vec![0.25];
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let answer = Scorer::default()
        .answer(&model, &scores_row(&[-2.5]))
        .unwrap();
    assert_eq!(answer, Answer::Value(-2.25));
    assert_eq!((answer.label(), answer.confidence()), (None, None));
    assert!(answer.probabilities().is_empty() && answer.labelled().is_none());
    let identity = Identity::of(&model);
    for top in [None, Some(0), Some(5)] {
        let json = json(&[], &identity, &answer, top);
        assert_eq!(
            json,
            r#"{"value":-2.25,"model":{"name":"mixed","version":"1"}}"#
        );
    }
    assert_eq!(
        Scorer::default().answer(&model, &scores_row(&[f64::NAN])),
        Err(NotFinite)
    );
}
