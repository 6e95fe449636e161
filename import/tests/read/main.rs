//! Model files of other libraries, written by hand: what they become, and what is refused.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

use import::file::{Imported, SourceFile};
use import::forest::{FeatureKind, Forest};
use import::given::{Given, Iterations};
use import::{path, source};
use model::Model;
use model::answer::Answer;
use model::format::ColumnKind;
use model::row::Row;
use model::score::Scorer;

mod refusals;

/// Two trees over a number, codes of categories and a number without a split.
const LIGHTGBM: &str = include_str!("../models/lightgbm.txt");

/// The same questions and answers; the category 1 is the set of the second node.
const XGBOOST: &str = include_str!("../models/xgboost.json");

fn given() -> Given {
    Given {
        name: "churn".into(),
        ..Given::default()
    }
}

fn read(text: &str, given: Given) -> anyhow::Result<Imported> {
    let forest = source::read(text.as_bytes(), &given)?;
    let source = SourceFile {
        name: "model".into(),
        sha256: String::new(),
    };
    Imported::new(forest, given, source)
}

fn refusal(text: &str, given: Given) -> String {
    match read(text, given) {
        Ok(_) => panic!("it was read"),
        Err(error) => format!("{error:#}"),
    }
}

/// The score of each row, and its warnings' codes.
fn scores(text: &str, rows: &[&str]) -> Vec<f64> {
    let bytes = read(text, given()).unwrap().bytes(None, &[]).unwrap();
    let model = Model::open(&bytes).unwrap();
    let mut scorer = Scorer::default();
    let score = |row: &&str| {
        let row = Row::from_json(&model.columns, row.as_bytes()).unwrap();
        scorer.scores(&model, &row).unwrap()[0]
    };
    rows.iter().map(score).collect()
}

/// Categories 0 and 2 are in the set.
#[test]
fn a_model_of_lightgbm_is_answered_by_names() {
    let rows = [
        r#"{"charge": 10.5, "region": "north"}"#,
        r#"{"charge": 10.5, "region": "south"}"#,
        r#"{"charge": 3, "region": " west"}"#,
        r#"{"charge": 3, "region": "east"}"#,
        r#"{"charge": 3, "region": null, "spare": 7}"#,
        r#"{"charge": 10.500000000000002, "region": "north"}"#,
        r#"{"charge": null, "region": "north"}"#,
    ];
    let expected = [0.375, -0.375, 0.375, -0.375, -0.375, 0.875, 0.375];
    assert_eq!(scores(LIGHTGBM, &rows), expected);
}

/// The category 1 goes right, a missing one too; an input is an `f32`.
#[test]
fn a_model_of_xgboost_is_answered_by_names() {
    let rows = [
        r#"{"charge": 10.4, "region": "north"}"#,
        r#"{"charge": 10.4, "region": "south"}"#,
        r#"{"charge": 10.4}"#,
        r#"{"charge": 10.499999999, "region": "north"}"#,
        r#"{"region": "north"}"#,
    ];
    assert_eq!(
        scores(XGBOOST, &rows),
        [0.375, -0.375, -0.375, 0.875, 0.375]
    );
}

#[test]
fn the_card_says_what_is_known() {
    let bytes = read(LIGHTGBM, given()).unwrap().bytes(None, &[]).unwrap();
    let model = Model::open(&bytes).unwrap();
    let card: model::card::Card = serde_json::from_slice(model.card).unwrap();
    let from = card.provenance.imported.unwrap();
    assert_eq!((from.library.as_str(), from.trees), ("LightGBM", 2));
    assert!(matches!(card.metrics, model::card::Metrics::Unmeasured(_)));
    assert!(card.data.train.is_none() && model.baseline().is_none());
    let kinds: Vec<ColumnKind> = model.columns.iter().map(|column| column.kind).collect();
    use ColumnKind::{Category, Number};
    assert_eq!(kinds, [Number, Category, Number]);
    // The example and the golden rows are answered.
    assert!(model::verify::verify(&model).unwrap() > 50);
    let row = Row::from_json(&model.columns, model.example.as_bytes()).unwrap();
    let mut scorer = Scorer::default();
    let answer = scorer.answer(&model, &row).unwrap();
    assert!(matches!(&answer, Answer::Label(of) if ["0", "1"].contains(&of.label())));
    let explainer = model::explain::Explainer::new(&model, 3).unwrap();
    let explanation = explainer.explain(&answer, &mut scorer).unwrap();
    assert!(
        explanation
            .features
            .iter()
            .any(|part| part.column == "charge")
    );
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    for text in [LIGHTGBM, XGBOOST] {
        let bytes = || read(text, given()).unwrap().bytes(None, &[]).unwrap();
        assert_eq!(bytes(), bytes());
    }
}

#[test]
fn names_and_types_are_given_where_the_file_has_none() {
    let without = LIGHTGBM.replace(
        "pandas_categorical:[[\"north\", \"south\", \"west\"]]\n",
        "",
    );
    let kind = |given: Given| {
        let imported = read(&without, given).unwrap();
        imported.columns()[1].kind()
    };
    assert_eq!(kind(given()), ColumnKind::Number);
    let region = || "region".to_string();
    let of_codes = Given {
        kinds: vec![(region(), ColumnKind::Category)],
        ..given()
    };
    assert_eq!(kind(of_codes), ColumnKind::Category);
    let named = Given {
        categories: vec![(region(), ["n", "s", "w"].map(String::from).to_vec())],
        labels: Some(["no", "yes"].map(String::from).to_vec()),
        names: Some(["charge", "region", "x y"].map(String::from).to_vec()),
        ..given()
    };
    let imported = read(&without, named).unwrap();
    let names: Vec<&str> = imported.columns().iter().map(|c| c.name()).collect();
    assert_eq!(names, ["charge", "region", "x y"]);
    let bytes = imported.bytes(None, &[]).unwrap();
    assert_eq!(Model::open(&bytes).unwrap().head.labels(), ["no", "yes"]);
}

#[test]
fn iterations_are_chosen_where_training_stopped_early() {
    let early = XGBOOST.replace(
        "\"attributes\":{}",
        "\"attributes\":{\"best_iteration\":\"0\"}",
    );
    let trees = |iterations| {
        let given = Given {
            iterations: Some(iterations),
            ..given()
        };
        source::read(early.as_bytes(), &given).map(|forest| forest.trees.len())
    };
    assert_eq!(trees(Iterations::Best).unwrap(), 1);
    assert_eq!(trees(Iterations::All).unwrap(), 2);
    assert_eq!(trees(Iterations::First(1)).unwrap(), 1);
    assert!(trees(Iterations::First(3)).is_err());
    assert!(trees(Iterations::First(0)).is_err());
}

#[test]
fn a_path_names_each_question() {
    let forest: Forest = source::read(LIGHTGBM.as_bytes(), &given()).unwrap();
    assert!(matches!(&forest.features[1].kind, FeatureKind::Categories(names) if names.len() == 3));
    assert_eq!(
        path::describe(&forest, 0, &[10.5, 1.0, f64::NAN]).unwrap(),
        "node 0: charge <= 10.5? 10.5: left\nnode 1: region in {north, west}? 1: right\nleaf 3: adds -0.5"
    );
    assert_eq!(
        path::describe(&forest, 0, &[f64::NAN, f64::NAN, 0.0]).unwrap(),
        "node 0: charge <= 10.5? NaN, missing: left\nnode 1: region in {north, west}? NaN, missing: right\n\
         leaf 3: adds -0.5"
    );
}
