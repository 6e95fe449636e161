//! `hearth train` with a table and parameters that are good, but not together: one sentence before
//! anything is fitted; no answer, no file left behind, no panic.

use std::fmt::Write;

use support::tables::{numbers, refused, texts, tickets, write};
use tempfile::TempDir;

/// A folder with `table.csv`.
fn folder(table: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", table);
    folder
}

#[test]
fn what_does_not_fit_together_is_told_before_anything_is_fitted() {
    let (labels, texts, values) = (
        folder(&tickets(60)),
        folder(&texts(60, 3)),
        folder(&numbers(60)),
    );
    let three = "threshold is for two labels; this target has 3";
    for folder in [&labels, &texts, &values] {
        write(folder, "f1.yaml", "threshold: f1\n");
    }
    let yaml = ["--params", "f1.yaml", "--target"];
    assert_eq!(refused(&texts, &[&yaml[..], &["label"]].concat()), three);
    assert_eq!(
        refused(&values, &[&yaml[..], &["y"]].concat()),
        "threshold is for two labels; the task is regression"
    );
    for (folder, arguments, expected) in [
        (
            &texts,
            ["label", "--estimator", "ridge"],
            "table.csv, line 2: the target \"label\" is \"label00\"; a number was expected, since the task is regression",
        ),
        (
            &texts,
            ["label", "--metric", "rmse"],
            "search: metric is rmse, but the task is classification; one of accuracy, macro_f1, log_loss, roc_auc, average_precision was expected",
        ),
        (
            &values,
            ["y", "--metric", "accuracy"],
            "search: metric is accuracy, but the task is regression; one of r2, mae, rmse was expected",
        ),
        (
            &values,
            ["y", "--class-weight", "balanced"],
            "class_weight is for labels; the task is regression",
        ),
        (
            &labels,
            ["queue", "--estimator", "multinomial_nb"],
            "table.csv: the column \"amount\" is a number; multinomial_nb learns from text and categories only: leave it out with --drop amount, or choose another estimator",
        ),
    ] {
        assert_eq!(
            refused(folder, &[&["--target"], &arguments[..]].concat()),
            expected
        );
    }
    for (folder, target, estimator, task) in [
        (&texts, "label", "ridge", "classification"),
        (&values, "y", "linear_svc", "regression"),
    ] {
        let told = refused(
            folder,
            &["--target", target, "--estimator", estimator, "--task", task],
        );
        assert_eq!(
            told,
            format!("{estimator} does not do {task}; see --task and --estimator")
        );
    }
}

#[test]
fn trees_that_take_more_memory_than_there_is_are_refused_before_they_take_it() {
    let mut table = String::from("text,label\n");
    for row in 0..20_000 {
        let _ = writeln!(
            table,
            "word{row} other{row} third{row},{}",
            ["x", "y"][row % 2]
        );
    }
    let folder = folder(&table);
    // 16,000 leaves of 256 sums of 48,000 terms: terabytes.
    let params = "gradient_boosting: {max_leaf_nodes: 20000, min_samples_leaf: 1}\n\
                  text: {max_features: 60000}\n";
    write(&folder, "params.yaml", params);
    let arguments = ["--target", "label", "--estimator", "gradient_boosting"];
    let arguments = [&arguments[..], &["--params", "params.yaml"]].concat();
    let told = refused(&folder, &arguments);
    assert!(
        told.starts_with("gradient_boosting takes up to ") && told.contains("text.max_features"),
        "{told}"
    );
}
