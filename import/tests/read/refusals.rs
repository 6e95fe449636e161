//! Refusals, each with an alternative that works.

use crate::{LIGHTGBM, XGBOOST, given, refusal};
use import::file::{Imported, SourceFile};
use import::given::Given;
use import::source;
use model::format::ColumnKind;
use proptest::prelude::*;

#[test]
fn what_a_user_says_must_fit() {
    let labels = |labels: &[&str]| Given {
        labels: Some(labels.iter().map(|label| label.to_string()).collect()),
        ..given()
    };
    assert!(refusal(LIGHTGBM, labels(&["a"])).contains("--labels has 1 names; the model has 2"));
    assert!(refusal(LIGHTGBM, labels(&["a", "a"])).contains("\"a\" twice"));
    let kind = |name: &str, kind| Given {
        kinds: vec![(name.to_string(), kind)],
        ..given()
    };
    let refused = refusal(LIGHTGBM, kind("regoin", ColumnKind::Category));
    assert!(refused.contains("no feature \"regoin\"") && refused.contains("did you mean"));
    let refused = refusal(LIGHTGBM, kind("charge", ColumnKind::Text));
    assert!(refused.contains("cannot be a text"), "{refused}");
    let refused = refusal(LIGHTGBM, kind("charge", ColumnKind::Category));
    assert!(refused.contains("--column NAME=number"), "{refused}");
    let names = Given {
        names: Some(vec!["a".into()]),
        ..given()
    };
    assert!(refusal(LIGHTGBM, names).contains("--names has 1 names; the model has 3 features"));
}

/// The text is refused in one sentence with each of these changes: a part, its replacement, and a part of
/// the sentence.
#[track_caller]
fn each_change_is_refused(text: &str, changes: &[(&str, &str, &str)]) {
    for (from, to, said) in changes {
        let refused = refusal(&text.replacen(from, to, 1), given());
        assert!(refused.contains(said), "{from} -> {to}: {refused}");
        assert!(refused.lines().count() == 1, "{refused}");
    }
}

#[test]
fn what_is_not_supported_is_refused_with_what_would_work() {
    let lightgbm = [
        ("is_linear=0", "is_linear=1", "train with linear_tree=false"),
        ("objective=binary sigmoid:1\n", "", "--objective"),
        (
            "binary sigmoid:1",
            "cross_entropy_lambda",
            "\"cross_entropy_lambda\" is not supported",
        ),
        (
            "binary sigmoid:1",
            "multiclass num_class:3",
            "has 1 classes",
        ),
        ("end of trees", "", "end of trees was expected"),
        (
            "leaf_value=0.25 -0.5",
            "leaf_value=0.25",
            "leaf_value has 2 numbers; 3 were expected",
        ),
        ("threshold=10.5", "threshold=x", "\"x\", which is no number"),
        (
            "threshold=10.5 0",
            "threshold=10.5 7",
            "no set of categories 7",
        ),
        ("left_child=1", "left_child=9", "no child 9"),
        ("left_child=1", "left_child=0", "form a loop"),
        (
            "split_feature=0 1",
            "split_feature=0 9",
            "asks for feature 9",
        ),
        ("decision_type=10", "decision_type=14", "which is not known"),
        ("leaf_value=0.25", "leaf_value=inf", "which is no number"),
        (
            "north\", \"south",
            "north \", \"north",
            "two categories \"north\"",
        ),
        ("\"north\"", "\"\"", "an empty name"),
        (
            "[[\"north\"",
            "[[\"a\"], [\"north\"",
            "has the categories of 2 columns",
        ),
        (
            ", \"west\"",
            "",
            "has the category 2, and pandas_categorical names 2",
        ),
    ];
    each_change_is_refused(LIGHTGBM, &lightgbm);
    let xgboost = [
        (
            "\"name\":\"gbtree\"",
            "\"name\":\"gblinear\"",
            "gblinear, a linear model",
        ),
        (
            "binary:logistic",
            "binary:hinge",
            "\"binary:hinge\" is not supported",
        ),
        ("\"num_target\":\"1\"", "\"num_target\":\"2\"", "2 targets"),
        (
            "\"size_leaf_vector\":\"1\"",
            "\"size_leaf_vector\":\"3\"",
            "multi_output_tree",
        ),
        (
            "\"attributes\":{}",
            "\"attributes\":{\"best_iteration\":\"0\"}",
            "--iterations best",
        ),
        ("[5E-1]", "[1E0]", "base_score is 1"),
        ("\"split_type\":[0", "\"split_type\":[7", "split type 7"),
        (
            "\"categories\":[1]",
            "\"categories\":[-1]",
            "the category -1",
        ),
        (
            "\"left_children\":[1,3",
            "\"left_children\":[1,9",
            "no child 9",
        ),
        (
            "\"right_children\":[2,4",
            "\"right_children\":[2,0",
            "form a loop",
        ),
        ("\"id\":1", "\"id\":0", "trees in order"),
    ];
    each_change_is_refused(XGBOOST, &xgboost);
    for (bytes, said) in [
        (&b""[..], "empty"),
        (b"\x80\x04\x95", "pickle or joblib"),
        (b"\x89HEARTH\n", "already"),
        (b"{\"oblivious_trees\": []}", "was expected"),
        (b"CBM1", "CatBoost"),
        (b"binf", "old XGBoost"),
    ] {
        let refused = source::read(bytes, &given()).unwrap_err();
        assert!(format!("{refused:#}").contains(said), "{refused:#}");
    }
}

proptest! {
    /// Whatever is cut or changed, a file is read or refused.
    #[test]
    fn damage_is_refused(
        is_lightgbm in any::<bool>(),
        at in 0usize..2000,
        length in 0usize..40,
        with in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let mut bytes = if is_lightgbm { LIGHTGBM } else { XGBOOST }.as_bytes().to_vec();
        let at = at.min(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with);
        if let Ok(forest) = source::read(&bytes, &given()) {
            let source = SourceFile { name: "model".into(), sha256: String::new() };
            if let Ok(imported) = Imported::new(forest, given(), source) {
                let _ = imported.bytes(None, &[]);
            }
        }
    }
}
