//! Commands that people look for: a project from nothing, names that are nearly right, formats that cannot be
//! written, searches by rank.

use std::fs;
use std::process::Command;

use serde_json::Value;
use support::tables::{refused, tickets, write, yes_or_no};
use support::{example, hearth, names};

const TRAIN: [&str; 5] = ["train", "--data", "table.csv", "--target", "queue"];

#[test]
fn a_project_begins_with_one_command_and_keeps_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let git = Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(&folder)
        .status();
    assert!(git.unwrap().success());
    write(&folder, "table.csv", &tickets(300));
    write(&folder, ".gitignore", "/data\n");
    let made = hearth(&folder, &["init", "table.csv", "--target", "queue"])
        .success()
        .stdout;
    assert!(
        made.starts_with("Project  classification for the target \"queue\" of table.csv\n"),
        "{made}"
    );
    assert!(
        made.contains("\n  ·  .gitignore is there already and stays as it is\n"),
        "{made}"
    );
    for path in ["params.yaml", "dvc.yaml", ".gto", ".dvc/config"] {
        assert!(
            made.contains(&format!("\n  ✓  {path} is written\n")),
            "{path}: {made}"
        );
    }
    assert_eq!(
        fs::read_to_string(folder.path().join(".gitignore")).unwrap(),
        "/data\n"
    );
    // Nothing more needs to be said.
    hearth(&folder, &["check"]).success();
    hearth(&folder, &["train", "--estimator", "logistic_regression"]).success();
    assert!(folder.path().join("metrics.json").exists());
    hearth(&folder, &["status"]).success();
    // A second time it changes nothing.
    let before = fs::read(folder.path().join("params.yaml")).unwrap();
    hearth(&folder, &["init", "table.csv", "--target", "urgent"]).success();
    assert_eq!(fs::read(folder.path().join("params.yaml")).unwrap(), before);

    let empty = tempfile::tempdir().unwrap();
    write(&empty, "table.csv", &tickets(60));
    let refused = hearth(&empty, &["init", "table.csv", "--target", "quue"]);
    assert!(
        refused.stderr.contains("there is no column \"quue\"")
            && refused.stderr.contains("did you mean \"queue\"?"),
        "{}",
        refused.stderr
    );
    assert_eq!(names(empty.path()), ["table.csv"]);
}

#[test]
fn a_name_that_is_nearly_right_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &tickets(300));
    let said = |arguments: &[&str]| {
        let finished = hearth(&folder, arguments);
        assert!(!finished.status.success(), "{}", finished.stdout);
        finished.stderr
    };
    let command = said(&["insepct", "model.hearth"]);
    assert!(command.contains("inspect"), "{command}");
    write(
        &folder,
        "params.yaml",
        "data: table.csv\ntarget: queue\nholdot: 0.3\n",
    );
    let parameter = said(&["train"]);
    assert!(
        parameter.contains("did you mean \"holdout\"?"),
        "{parameter}"
    );
    write(
        &folder,
        "params.yaml",
        "data: table.csv\ntarget: queue\ntask: clasification\n",
    );
    let value = said(&["train"]);
    assert!(
        value.contains("did you mean \"classification\"?"),
        "{value}"
    );
    let set = [
        "--target",
        "queue",
        "--set",
        "random_forrest.n_estimators=3",
    ];
    let set = refused(&folder, &set);
    assert!(set.contains("did you mean random_forest?"), "{set}");
    let positive = refused(&folder, &["--target", "queue", "--positive", "Ship"]);
    assert!(positive.contains("its labels are "), "{positive}");
}

#[test]
fn what_cannot_be_written_is_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &tickets(60));
    let model = example::model().display().to_string();
    for name in [
        "answers.parquet",
        "answers.jsonl.gz",
        "answers.xlsx",
        "answers.tsv",
    ] {
        let predict = ["predict", &model, "--input", "table.csv", "--output", name];
        let refused = hearth(&folder, &predict);
        assert_eq!(refused.status.code(), Some(1));
        let (_, ending) = name.rsplit_once('.').unwrap();
        let expected = format!(
            "hearth: {name}: predictions cannot be written as .{ending}; a name that ends in "
        );
        assert!(refused.stderr.starts_with(&expected), "{}", refused.stderr);
    }
    for (option, name) in [
        ("--out", "model.onnx"),
        ("--report", "report.pdf"),
        ("--report-markdown", "report.html"),
        ("--metrics", "metrics.yaml"),
    ] {
        let said = refused(&folder, &["--target", "queue", option, name]);
        assert!(said.contains(" cannot be written as ."), "{option}: {said}");
    }
    assert_eq!(names(folder.path()), ["table.csv"]);
}

#[test]
fn a_search_can_choose_by_rank() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &yes_or_no(600, 4));
    for (metric, title) in [
        ("roc_auc", "ROC AUC"),
        ("average_precision", "average precision"),
    ] {
        let train = ["train", "--data", "table.csv", "--target", "answer"];
        let more = ["--metric", metric, "--folds", "3"];
        let finished = hearth(&folder, &[&train[..], &more].concat()).success();
        let head = format!(" candidates by {title} on 3 folds of 480 rows, the best first\n");
        assert!(finished.stdout.contains(&head), "{}", finished.stdout);
        let card = example::card(&folder.path().join("model.hearth"));
        let metrics = &card["metrics"];
        assert_eq!(metrics["cross_validation"]["metric"], metric);
        let folds = metrics["cross_validation"]["mean"].as_f64().unwrap();
        let test = metrics[metric].as_f64().unwrap();
        assert!(
            (0.5..=1.0).contains(&folds) && (folds - test).abs() < 0.15,
            "{folds} {test}"
        );
    }
    // Of three labels, none is the positive one unless it is named.
    write(&folder, "table.csv", &tickets(300));
    let three = ["--target", "queue", "--metric", "average_precision"];
    let said = refused(&folder, &three);
    assert!(said.contains("name it with --positive LABEL"), "{said}");
}

#[test]
fn predictions_of_a_table_are_explained_as_those_of_requests_are() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &tickets(200));
    let predict = ["predict", "model.hearth", "--input", "table.csv"];
    for estimator in ["logistic_regression", "gradient_boosting"] {
        let more = ["--quiet", "--estimator", estimator];
        hearth(&folder, &[&TRAIN[..], &more].concat()).success();
        let plain = hearth(&folder, &predict).success().stdout;
        let explained = hearth(&folder, &[&predict[..], &["--explain", "2"]].concat())
            .success()
            .stdout;
        assert_eq!(plain.lines().count(), explained.lines().count());
        for (plain, explained) in plain.lines().zip(explained.lines()) {
            let mut answer: Value = serde_json::from_str(explained).unwrap();
            let explanation = answer
                .as_object_mut()
                .unwrap()
                .remove("explanation")
                .unwrap();
            assert_eq!(answer, serde_json::from_str::<Value>(plain).unwrap());
            let features = explanation["features"].as_array().unwrap();
            assert!(features.len() <= 2, "{explanation}");
            let number = |value: &Value| value.as_f64().unwrap();
            let parts: f64 = features.iter().map(|of| number(&of["contribution"])).sum();
            let sum = number(&explanation["intercept"]) + parts + number(&explanation["rest"]);
            assert!(
                (sum - number(&explanation["score"])).abs() < 1e-9,
                "{explanation}"
            );
        }
    }
    let csv = ["--output", "a.csv", "--explain", "2"];
    let refused = hearth(&folder, &[&predict[..], &csv].concat());
    assert!(
        refused.stderr.contains("--explain is for JSON Lines"),
        "{}",
        refused.stderr
    );
}
