//! Two models on the same rows: which one is right more often, and whether it may be chance.

use serde_json::Value;
use support::hearth;
use support::screen::on_screen;
use support::tables::{write, yes_or_no};
use support::traffic::{Shift, captured, put, train, truths, week};

const TRAIN: [&str; 5] = ["train", "--data", "table.csv", "--target", "answer"];

#[test]
fn replayed_answers_are_held_against_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let model = train(folder.path(), 1_000);
    let sent = week(1, Shift::None, 400);
    put(
        folder.path(),
        "capture.jsonl",
        &captured(&model, &sent, None),
    );
    put(folder.path(), "labels.csv", truths(&sent).as_bytes());
    let model_path = model.display().to_string();
    let replay = |model: &str, more: &[&str]| {
        hearth(
            &folder,
            &[&["replay", "capture.jsonl", "--model", model], more].concat(),
        )
    };
    let told = replay(&model_path, &["--truth", "labels.csv", "--json"])
        .success()
        .stdout;
    let told: Value = serde_json::from_str(&told).unwrap();
    let truth = &told["truth"];
    assert_eq!(truth["rows"], 400);
    assert_eq!(
        truth["captured_accuracy"], truth["accuracy"],
        "the same model"
    );
    assert_eq!(
        (&truth["counts"]["only_first"], &truth["p_value"]),
        (&0.into(), &1.0.into())
    );
    let screen = replay(&model_path, &["--truth", "labels.csv"])
        .success()
        .stdout;
    assert!(
        screen.contains("\nTruth  400 rows with a true label\n"),
        "{screen}"
    );
    assert!(screen.contains("it may be chance (p 1.000)"), "{screen}");

    put(
        folder.path(),
        "strange.csv",
        b"id,truth\nx-1,stays\nx-2,leaves\n",
    );
    let none = replay(&model_path, &["--truth", "strange.csv"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(
        none.stderr.contains("none of its 2 ids is the id of a captured record: they look like \"x-1\", theirs look like "),
        "{}",
        none.stderr
    );
}

#[test]
fn a_difference_is_in_colour_only_where_it_is_not_chance() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &yes_or_no(2000, 2));
    let fit = |more: &[&str]| hearth(&folder, &[&TRAIN[..], &["--quiet"], more].concat()).success();
    let boosting = ["--estimator", "gradient_boosting"];
    fit(&[&boosting[..], &["--out", "good.hearth"]].concat());
    // Fitted to almost nothing of it.
    fit(&[
        "--estimator",
        "random_forest",
        "--set",
        "random_forest.n_estimators=1",
        "--set",
        "random_forest.max_depth=1",
        "--out",
        "bad.hearth",
    ]);
    let against = |model: &str| {
        let arguments = [&TRAIN[..], &boosting, &["--against", model]].concat();
        let seen = on_screen(120, &folder, &arguments, &[]);
        assert!(seen.status.success(), "{}", seen.raw);
        seen
    };
    let same = against("good.hearth");
    let chance = "both are right on the same rows, of 400; it may be chance (p 1.000)";
    assert!(same.text().contains(chance), "{}", same.raw);
    let better = against("bad.hearth");
    let sure = "by the previous model alone; this one is better, and not by chance (p ";
    assert!(better.text().contains(sure), "{}", better.raw);
    assert!(better.text().contains("95 % interval"), "{}", better.raw);
    assert!(
        better.raw.contains("\u{1b}[32mthis one is"),
        "{}",
        better.raw
    );
    let diff_of = |a: &str, b: &str, part: &str| {
        let told = hearth(&folder, &["diff", a, b, "--data", "table.csv", "--json"])
            .success()
            .stdout;
        serde_json::from_str::<Value>(&told).unwrap()[part].clone()
    };
    let diff = |a: &str, b: &str| diff_of(a, b, "paired");
    let worse = diff("good.hearth", "bad.hearth");
    assert_eq!(worse["rows"], 2000);
    let changes = diff_of("good.hearth", "bad.hearth", "changes");
    let f1 = changes
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "f1")
        .unwrap();
    let [low, high] = [0, 1].map(|end| f1["interval"][end].as_f64().unwrap());
    assert!(low < high && high < 0.0 && f1["better"] == false, "{f1}");
    assert!(
        worse["gain"].as_f64() < Some(0.0) && worse["p_value"].as_f64() < Some(1e-6),
        "{worse}"
    );
    assert_eq!(diff("good.hearth", "good.hearth")["p_value"], 1.0);
    let seen = on_screen(
        80,
        &folder,
        &["diff", "good.hearth", "bad.hearth", "--data", "table.csv"],
        &[],
    );
    assert!(seen.raw.contains("\u{1b}[31m"), "{}", seen.raw);
    let seen = on_screen(
        80,
        &folder,
        &["diff", "good.hearth", "good.hearth", "--data", "table.csv"],
        &[],
    );
    assert!(
        !seen.raw.contains("\u{1b}[31m") && !seen.raw.contains("\u{1b}[32m"),
        "{}",
        seen.raw
    );
}

#[test]
fn a_previous_model_is_compared_after_a_column_was_dropped() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", &yes_or_no(600, 2));
    write(&folder, "test.csv", &yes_or_no(300, 3));
    let fit = |more: &[&str]| {
        let arguments = [&TRAIN[..], &["--estimator", "logistic_regression"], more].concat();
        hearth(&folder, &arguments).success().stdout
    };
    fit(&["--out", "all.hearth"]);
    let table = std::fs::read_to_string(folder.path().join("table.csv")).unwrap();
    let column = table.split([',', '\n']).next().unwrap().to_owned();
    let dropped = ["--drop", &column, "--against", "all.hearth"];
    for more in [&["--test", "test.csv"][..], &[]] {
        let shown = fit(&[&dropped[..], more].concat());
        assert!(shown.contains("on the same rows"), "{shown}");
        assert!(!shown.contains("was not compared"), "{shown}");
    }
    // Where no table has the column any more, that is said.
    let without = |table: &str| -> String {
        let lines = table.lines().map(|line| line.split_once(',').unwrap().1);
        lines.map(|line| format!("{line}\n")).collect()
    };
    write(&folder, "table.csv", &without(&table));
    let shown = fit(&["--against", "all.hearth"]);
    assert!(
        shown.contains("was not compared") && shown.contains(&column),
        "{shown}"
    );
}
