//! `hearth train` with parameters that cannot be: one sentence that says which one, where it stands
//! and what was expected; no answer, no file left behind, no panic.

use std::fs;

use support::example::table;
use support::{Finished, hearth, names};
use tempfile::TempDir;

/// A folder with a table that is good.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let rows = "where is my order,delivery\nhow can I pay,billing\n".repeat(10);
    fs::write(folder.path().join("a.csv"), format!("text,label\n{rows}"))
        .expect("it can be written to");
    folder
}

/// Runs `hearth train` with these arguments, checks that it is refused and leaves the folder as it
/// was.
#[track_caller]
fn refused(folder: &TempDir, arguments: &[&str]) -> Finished {
    let before = names(folder.path());
    let finished = hearth(folder.path(), &[&["train"], arguments].concat());
    assert!(!finished.status.success(), "{arguments:?} is taken");
    assert_eq!(finished.stdout, "");
    assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
    assert_eq!(names(folder.path()), before);
    finished
}

const GOOD: [&str; 7] = [
    "--data",
    "a.csv",
    "--target",
    "label",
    "--quiet",
    "--estimator",
    "logistic_regression",
];

#[test]
fn the_table_of_these_tests_is_good() {
    let folder = folder();
    hearth(folder.path(), &[&["train"], &GOOD[..]].concat()).success();
    assert_eq!(names(folder.path()), ["a.csv", "model.hearth"]);
}

#[test]
fn a_value_on_the_command_line_that_cannot_be_is_named() {
    let terms =
        "the column \"text\" has no term left of 12 (min_df 1000 rows, max_df 1.0 of the rows)";
    let terms = format!("a.csv: {terms}; loosen these limits, or leave the column out with --drop");
    for (arguments, expected) in [
        (
            ["--ngram-range", "2,1"],
            "ngram_range is [2, 1]; two numbers from 1 to 8 were expected, the greater last",
        ),
        (["--min-df", "1000"], &terms),
        (
            ["--max-df", "1.5"],
            "max_df is 1.5; a share from 0.0 to 1.0 or a whole number was expected",
        ),
        (
            ["--max-features", "0"],
            "max_features is 0; at least one term is needed",
        ),
        (
            ["--holdout", "1"],
            "holdout is 1; a share between 0 and 1 was expected",
        ),
        (
            ["--C", "0"],
            "logistic_regression: C is 0; a number above 0 was expected",
        ),
        (
            ["--C", "NaN"],
            "logistic_regression: C is NaN; a number above 0 was expected",
        ),
        (
            ["--kind", "body=text"],
            "a.csv: there is no column \"body\"; it has text, label",
        ),
        (
            ["--drop", "body"],
            "a.csv: there is no column \"body\"; it has text, label",
        ),
        (
            ["--drop", "text"],
            "a.csv: no column is left to learn from (text: dropped); take one back with --keep COLUMN, or name its type with --kind COLUMN=KIND",
        ),
        (
            ["--test", "b.csv"],
            "b.csv: No such file or directory (os error 2)",
        ),
    ] {
        let finished = refused(&folder(), &[&GOOD[..], &arguments].concat());
        assert_eq!(finished.stderr, format!("hearth: {expected}\n"));
        assert_eq!(finished.status.code(), Some(1));
    }
}

#[test]
fn a_word_that_is_none_of_the_choices_is_refused_with_the_choices() {
    for (arguments, expected) in [
        (
            ["--task", "clustering"],
            "classification or regression was expected",
        ),
        (
            ["--class-weight", "equal"],
            "[possible values: none, balanced]",
        ),
        (
            ["--calibration", "isotonic"],
            "[possible values: auto, always, never]",
        ),
        (
            ["--metric", "auc"],
            "[possible values: accuracy, macro_f1, log_loss, roc_auc, average_precision, r2, mae, rmse]",
        ),
        (
            ["--kind", "text=words"],
            "\"words\" is not a column type; text, number, category, boolean or timestamp was expected",
        ),
        (["--norm", "l1"], "[possible values: l2, none]"),
        (
            ["--min-df", "many"],
            "a count of rows (2) or a share of them (0.5) was expected",
        ),
        (["--ngrams", "2"], "unexpected argument '--ngrams' found"),
    ] {
        let finished = refused(&folder(), &[&GOOD[..], &arguments].concat());
        // What clap refuses has its form: the sentence, a hint, and exit code 2.
        assert!(
            finished.stderr.starts_with("error: "),
            "{}",
            finished.stderr
        );
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
        assert_eq!(finished.status.code(), Some(2));
    }
}

#[test]
fn a_parameter_in_the_file_that_cannot_be_is_named_by_its_line() {
    for (parameter, expected) in [
        (
            "ngram_range: [1, 2]",
            "\"ngram_range\" is not a parameter; one of data, test, out, metrics, report, \
             report_markdown, against, target, columns, day_first, decimal, missing, not_missing, \
             drop, keep, task, estimator, class_weight, seed, holdout, split, strict, skip_empty, \
             name, version, text, logistic_regression, linear_svc, multinomial_nb, complement_nb, \
             ridge, elastic_net, random_forest, extra_trees, gradient_boosting, search, \
             calibration, positive, threshold, gate was expected",
        ),
        ("seed: one", "a whole number from 0 up was expected"),
        ("seed: -1", "a whole number from 0 up was expected"),
        ("holdout: much", "a number was expected"),
        ("skip_empty: maybe", "true or false was expected"),
        ("drop: id", "a list was expected, as in [1, 2]"),
        (
            "text: {min_df: many}",
            "a count of rows (2) or a share of them (0.5) was expected",
        ),
        ("target: text", "\"target\" is given twice"),
        (
            "task: clustering",
            "\"clustering\" is not known; classification or regression was expected",
        ),
        (
            "columns: {text: words}",
            "\"words\" is not known; text, number, category, boolean or timestamp was expected",
        ),
        (
            "class_weight: equal",
            "\"equal\" is not known; none or balanced was expected",
        ),
        (
            "random_forest: {trees: 10}",
            "\"trees\" is not a parameter; one of n_estimators, max_features, min_samples_leaf, \
             max_depth was expected",
        ),
        (
            "search: {fold: 3}",
            "\"fold\" is not a parameter; one of folds, metric, candidates was expected; did you mean \"folds\"?",
        ),
        (
            "gate: {least: {}}",
            "\"least\" is not a parameter; one of min, max, max_drop was expected",
        ),
    ] {
        let folder = folder();
        let params = format!("data: a.csv\ntarget: label\n{parameter}\n");
        fs::write(folder.path().join("params.yaml"), params).unwrap();
        let finished = refused(&folder, &["--quiet"]);
        let sentence = format!("hearth: params.yaml, line 3: {parameter:?}: {expected}\n");
        assert_eq!(finished.stderr, sentence);
    }
}

#[test]
fn without_table_or_target_the_next_step_is_told() {
    let folder = folder();
    let finished = refused(&folder, &[]);
    assert!(
        finished
            .stderr
            .contains("hearth train --data messages.csv --target label")
    );
    let finished = refused(&folder, &["--data", "a.csv"]);
    let target = "--target is missing: the column to be answered, one of text, label";
    assert_eq!(finished.stderr, format!("hearth: {target}\n"));
    let finished = refused(&folder, &["--params", "other.yaml"]);
    let missing = "other.yaml: it cannot be read: No such file or directory (os error 2)";
    assert_eq!(finished.stderr, format!("hearth: {missing}\n"));
}

#[test]
fn a_place_that_cannot_be_written_is_named_before_training_begins() {
    let folder = folder();
    fs::create_dir(folder.path().join("models")).unwrap();
    for (path, what) in [
        (
            "missing/model.hearth",
            "it cannot be written: missing does not exist; an existing folder was expected",
        ),
        (
            "a.csv/model.hearth",
            "it cannot be written: a.csv is a file; an existing folder was expected",
        ),
        ("models", "this is a folder; a file was expected"),
    ] {
        for option in ["--out", "--metrics"] {
            // The example table, and not quietly: any step of training would show.
            let table = table().display().to_string();
            let arguments = ["--data", &table, "--target", "label", option, path];
            let finished = refused(&folder, &arguments);
            assert_eq!(finished.stderr, format!("hearth: {path}: {what}\n"));
        }
    }
}
