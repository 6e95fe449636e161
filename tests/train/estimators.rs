//! Every estimator by its name: it learns, its file verifies, and the same bytes come of it on one
//! thread or two.

use std::fs;

use serde_json::Value;
use support::tables::{numbers, texts, tickets, write, yes_or_no};
use support::{example, hearth, hearth_with};
use tempfile::TempDir;

/// A folder with a table of each sort.
fn tables() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "numbers.csv", &numbers(300));
    write(&folder, "texts.csv", &texts(240, 3));
    write(&folder, "tickets.csv", &tickets(300));
    write(&folder, "yes_or_no.csv", &yes_or_no(400, 2));
    folder
}

/// Trains into `out` on so many threads.
fn train(
    folder: &TempDir,
    (estimator, table, target): (&str, &str, &str),
    out: &str,
    threads: &str,
) {
    let arguments = ["train", "--quiet", "--data", table, "--target", target];
    let more = ["--estimator", estimator, "--out", out, "--folds", "3"];
    let environment = [("RAYON_NUM_THREADS", threads)];
    hearth_with(folder, &[&arguments[..], &more].concat(), &environment, b"").success();
}

const CLASSIFIERS: [(&str, &str, &str); 10] = [
    ("logistic_regression", "texts.csv", "label"),
    ("logistic_regression", "yes_or_no.csv", "answer"),
    ("linear_svc", "texts.csv", "label"),
    ("linear_svc", "yes_or_no.csv", "answer"),
    ("multinomial_nb", "texts.csv", "label"),
    ("complement_nb", "texts.csv", "label"),
    ("random_forest", "yes_or_no.csv", "answer"),
    ("extra_trees", "yes_or_no.csv", "answer"),
    ("gradient_boosting", "yes_or_no.csv", "answer"),
    ("gradient_boosting", "tickets.csv", "queue"),
];

const REGRESSORS: [&str; 5] = [
    "ridge",
    "elastic_net",
    "random_forest",
    "extra_trees",
    "gradient_boosting",
];

#[test]
fn every_classifier_verifies_and_is_better_than_the_most_frequent_label() {
    let folder = tables();
    for task in CLASSIFIERS {
        train(&folder, task, "model.hearth", "2");
        hearth(&folder, &["verify", "model.hearth"]).success();
        let card = example::card(&folder.path().join("model.hearth"));
        assert_eq!(
            (&card["estimator"], &card["task"]),
            (&task.0.into(), &"classification".into())
        );
        let accuracy = card["metrics"]["accuracy"].as_f64().unwrap();
        let baseline = card["metrics"]["baseline"]["accuracy"].as_f64().unwrap();
        assert!(
            accuracy > baseline + 0.2,
            "{task:?}: {accuracy}, baseline {baseline}"
        );
        // Whatever a column says of the label, that of the ticket's number says nothing.
        assert!(
            card["columns"]
                .as_array()
                .unwrap()
                .iter()
                .all(|c| c["name"] != "ticket")
        );
    }
}

#[test]
fn every_regressor_verifies_and_is_better_than_the_mean() {
    let folder = tables();
    for estimator in REGRESSORS {
        let task = (estimator, "numbers.csv", "y");
        train(&folder, task, "model.hearth", "2");
        hearth(&folder, &["verify", "model.hearth"]).success();
        let card = example::card(&folder.path().join("model.hearth"));
        let metrics = &card["metrics"];
        assert_eq!(
            (&card["estimator"], &card["task"]),
            (&estimator.into(), &"regression".into())
        );
        let (mae, baseline) = (metrics["mae"].as_f64(), metrics["baseline"]["mae"].as_f64());
        assert!(
            mae.unwrap() < 0.5 * baseline.unwrap(),
            "{estimator}: {metrics}"
        );
    }
}

#[test]
fn the_same_bytes_come_again_on_one_thread_and_on_two() {
    let folder = tables();
    for task in [
        ("auto", "tickets.csv", "queue"),
        ("auto", "numbers.csv", "y"),
        ("gradient_boosting", "tickets.csv", "queue"),
        ("random_forest", "yes_or_no.csv", "answer"),
        ("extra_trees", "numbers.csv", "y"),
        ("linear_svc", "texts.csv", "label"),
        ("logistic_regression", "tickets.csv", "queue"),
    ] {
        let model = |out: &str, threads: &str| {
            train(&folder, task, out, threads);
            fs::read(folder.path().join(out)).unwrap()
        };
        let first = model("a.hearth", "1");
        assert!(model("b.hearth", "1") == first, "{task:?} again");
        assert!(model("c.hearth", "2") == first, "{task:?} on two threads");
    }
}

#[test]
fn the_search_chooses_the_best_and_tells_what_it_tried() {
    let folder = tables();
    let arguments = ["train", "--data", "numbers.csv", "--target", "y"];
    let finished = hearth(&folder, &[&arguments[..], &["--folds", "3"]].concat()).success();
    let card = example::card(&folder.path().join("model.hearth"));
    let validation = &card["metrics"]["cross_validation"];
    assert_eq!(
        (&validation["folds"], &validation["metric"]),
        (&3.into(), &"r2".into())
    );
    let (_, block) = finished.stdout.split_once("\nSearch  ").unwrap();
    let (block, _) = block.split_once("\n\nResult  ").unwrap();
    let lines: Vec<&str> = block.lines().collect();
    assert!(
        lines[0].ends_with("candidates by R² on 3 folds of 240 rows, the best first"),
        "{block}"
    );
    let figure = |line: &&str| -> f64 {
        let figures = line.split_whitespace().filter_map(|word| word.parse().ok());
        // Mean, deviation and seconds come last.
        figures.rev().nth(2).unwrap()
    };
    let tried = &lines[2..];
    assert!(tried.len() >= 6, "{block}");
    assert!(lines[0].starts_with(&tried.len().to_string()), "{block}");
    let means: Vec<f64> = tried.iter().map(figure).collect();
    assert!(means.is_sorted_by(|a, b| a >= b), "{means:?}");
    let (chosen, best) = (tried[0], means[0]);
    let mean = validation["mean"].as_f64().unwrap();
    assert!((mean - best).abs() < 1e-4, "{validation} {best}");
    let estimator = card["estimator"].as_str().unwrap();
    assert!(chosen.contains(estimator), "{chosen}: {estimator}");
    assert_eq!(card["params"]["estimator"], Value::from(estimator));
}
