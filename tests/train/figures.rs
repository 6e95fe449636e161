//! Figures that do not mislead: probabilities of every label, class weights, the positive label, and
//! thresholds and gates about them.

use std::fmt::Write;
use std::fs;

use serde_json::Value;
use support::tables::{Draw, write};
use support::{Finished, example, hearth, hearth_with};
use tempfile::TempDir;

/// Customers of whom 4 % churned, which two numbers and a category tell more or less.
fn customers(rows: usize) -> String {
    let mut draw = Draw::new(11);
    let mut table = String::from("spend,calls,plan,status\n");
    for _ in 0..rows {
        let churned = draw.share() < 0.04;
        let side = if churned { 1.0 } else { 0.0 };
        let noise = |draw: &mut Draw| (0..4).map(|_| draw.share()).sum::<f64>() - 2.0;
        let spend = 50.0 - 12.0 * side + 10.0 * noise(&mut draw);
        let calls = 3.0 + 1.5 * side + 1.5 * noise(&mut draw);
        let plan = match draw.share() < 0.3 + 0.4 * side {
            true => "free",
            false => draw.of(&["team", "firm"]),
        };
        let status = if churned { "churned" } else { "stays" };
        let _ = writeln!(table, "{spend:.2},{calls:.2},{plan},{status}");
    }
    table
}

/// Tickets with one of three labels, of which `legal` has 4 % of the rows; words and a category.
fn tickets(rows: usize) -> String {
    let mut draw = Draw::new(12);
    let mut table = String::from("body,channel,queue\n");
    let queues = ["billing", "legal", "support"];
    let words = [
        ["invoice", "charge", "refund"],
        ["contract", "claim", "court"],
        ["screen", "error", "restart"],
    ];
    for _ in 0..rows {
        let code = match draw.share() {
            share if share < 0.36 => 0,
            share if share < 0.40 => 1,
            _ => 2,
        };
        let mut body = String::new();
        for _ in 0..4 {
            // Most words tell nothing, and some belong to another queue.
            let word = match draw.below(6) {
                0 | 1 => words[code][draw.below(3)],
                2 => words[draw.below(3)][draw.below(3)],
                _ => draw.of(&["please", "again", "today", "the", "my", "since"]),
            };
            body.push_str(word);
            body.push(' ');
        }
        let channel = match draw.below(3) {
            0 => ["mail", "letter", "chat"][code],
            _ => draw.of(&["mail", "letter", "chat"]),
        };
        let _ = writeln!(table, "{body},{channel},{}", queues[code]);
    }
    table
}

/// A folder with `train.csv` and `test.csv` of so many rows each, cut from one table.
fn folder(table: &str, training: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = table.split_inclusive('\n');
    let head = lines.next().unwrap();
    let rows: Vec<&str> = lines.collect();
    write(
        &folder,
        "train.csv",
        &(head.to_string() + &rows[..training].concat()),
    );
    write(
        &folder,
        "test.csv",
        &(head.to_string() + &rows[training..].concat()),
    );
    folder
}

/// Trains with `params.yaml` where the folder has one.
fn train(folder: &TempDir, target: &str, arguments: &[&str]) -> (Finished, Value) {
    let always = match folder.path().join("params.yaml").exists() {
        true => vec!["train", "--params", "params.yaml"],
        false => vec![
            "train",
            "--data",
            "train.csv",
            "--test",
            "test.csv",
            "--target",
            target,
        ],
    };
    let finished = hearth(folder, &[&always[..], arguments].concat()).success();
    let card = example::card(&folder.path().join("model.hearth"));
    (finished, card["metrics"].clone())
}

/// The figures of a label.
fn class<'a>(metrics: &'a Value, label: &str) -> &'a Value {
    let all = metrics["per_class"].as_array().unwrap();
    all.iter().find(|class| class["label"] == label).unwrap()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// Answers of the model to the rows of the test table: label and probabilities, with the truth.
fn answers(folder: &TempDir, target: &str) -> Vec<(Value, String)> {
    let table = fs::read_to_string(folder.path().join("test.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let head = reader.headers().unwrap().clone();
    let at = head.iter().position(|name| name == target).unwrap();
    let truth: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[at].to_string())
        .collect();
    let told = hearth_with(folder, &["predict", "model.hearth"], &[], table.as_bytes()).success();
    let told: Vec<Value> = told
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), truth.len());
    told.into_iter().zip(truth).collect()
}

/// The classwise calibration error by its definition, and the mean probability of each label.
fn classwise(answers: &[(Value, String)], labels: &[&str]) -> (f64, Vec<f64>) {
    let rows = answers.len() as f64;
    let (mut sum, mut means) = (0.0, Vec::new());
    for label in labels {
        let probability = |answer: &Value| number(&answer["probabilities"][*label]);
        for bin in 0..10 {
            let (low, high) = (bin as f64 / 10.0, (bin + 1) as f64 / 10.0);
            let inside = answers.iter().filter(|(answer, _)| {
                let p = probability(answer);
                p >= low && (p < high || bin == 9)
            });
            let gap: f64 = inside
                .map(|(answer, truth)| probability(answer) - f64::from(u8::from(truth == label)))
                .sum();
            sum += gap.abs() / rows;
        }
        means.push(
            answers
                .iter()
                .map(|(answer, _)| probability(answer))
                .sum::<f64>()
                / rows,
        );
    }
    (sum / labels.len() as f64, means)
}

#[test]
fn the_figures_are_those_of_the_answers_that_the_model_gives() {
    let folder = folder(&tickets(3000), 2000);
    let (finished, metrics) = train(&folder, "queue", &["--estimator", "logistic_regression"]);
    let labels = ["billing", "legal", "support"];
    let (error, means) = classwise(&answers(&folder, "queue"), &labels);
    assert!(
        (number(&metrics["classwise_ece"]) - error).abs() < 1e-9,
        "{metrics}"
    );
    for (label, mean) in labels.iter().zip(means) {
        let class = class(&metrics, label);
        assert!(
            (number(&class["mean_probability"]) - mean).abs() < 1e-9,
            "{class}"
        );
        let share = number(&class["support"]) / 1000.0;
        assert_eq!(number(&class["share"]), share);
    }
    assert!(
        metrics["positive"].is_null() && metrics["precision"].is_null(),
        "{metrics}"
    );
    for part in [
        "calibration error ",
        " by label, ",
        "(no calibration applied)",
        "\n  label  ",
        "\n  billing  ",
    ] {
        assert!(
            finished.stdout.contains(part),
            "{part}: {}",
            finished.stdout
        );
    }
    let inspected = hearth(&folder, &["inspect", "model.hearth"])
        .success()
        .stdout;
    assert!(inspected.contains("  true  predicted  rows"), "{inspected}");
}

/// Trains with balanced classes, and again with the probabilities left as they are: the answers are
/// the same, and the first one's probabilities are those of the data. Gives the recall of the rare
/// label, and that of a fit without weights.
#[track_caller]
fn corrected(folder: &TempDir, target: &str, rare: &str, estimator: &str) -> (f64, f64) {
    let balanced = ["--class-weight", "balanced", "--estimator", estimator];
    let never = [&balanced[..], &["--calibration", "never"]].concat();
    let class_of = |metrics: &Value| class(metrics, rare).clone();
    let (finished, raw) = train(folder, target, &never);
    let said = &finished.stdout;
    assert!(
        said.contains("classes of equal size, not of your data"),
        "{said}"
    );
    let before = answers(folder, target);

    let (finished, metrics) = train(folder, target, &balanced);
    let said = &finished.stdout;
    let (mean, share) = (
        number(&class_of(&metrics)["mean_probability"]),
        number(&class_of(&raw)["share"]),
    );
    assert!(
        (mean - share).abs() < 0.015,
        "{estimator}: {mean} of {share}\n{said}"
    );
    assert!(said.contains("the true shares of the labels"), "{said}");
    // An isotonic function has steps, and no border within one.
    if metrics["calibration"] != "isotonic" {
        for ((before, _), (after, _)) in before.iter().zip(answers(folder, target)) {
            assert_eq!(
                before["label"], after["label"],
                "{estimator}: {before} {after}"
            );
        }
    }
    let recall = number(&class_of(&metrics)["recall"]);
    let recall_before = number(&class_of(&raw)["recall"]);
    assert!(
        (recall - recall_before).abs() < 0.1,
        "{recall} {recall_before}"
    );
    let (_, plain) = train(folder, target, &["--estimator", estimator, "--quiet"]);
    (recall, number(&class_of(&plain)["recall"]))
}

#[test]
fn balanced_linear_fits_of_two_labels_have_the_true_shares_and_still_find_the_rare_one() {
    let folder = folder(&customers(6000), 4000);
    for estimator in ["logistic_regression", "linear_svc"] {
        let (balanced, plain) = corrected(&folder, "status", "churned", estimator);
        assert!(balanced > plain + 0.15, "{estimator}: {balanced} {plain}");
    }
}

#[test]
fn balanced_trees_of_two_labels_have_the_true_shares_and_still_find_the_rare_one() {
    let folder = folder(&customers(6000), 4000);
    let parameters = "data: train.csv\ntest: test.csv\ntarget: status\n\
                      gradient_boosting: {max_iter: 30}\n\
                      random_forest: {n_estimators: 50, min_samples_leaf: 20}\n\
                      extra_trees: {n_estimators: 50, min_samples_leaf: 1}\n";
    write(&folder, "params.yaml", parameters);
    for estimator in ["gradient_boosting", "random_forest"] {
        let (balanced, plain) = corrected(&folder, "status", "churned", estimator);
        assert!(balanced > plain + 0.1, "{estimator}: {balanced} {plain}");
    }
    // Trees that follow every row are hardly moved by weights, and not corrected for them either.
    corrected(&folder, "status", "churned", "extra_trees");
}

#[test]
fn balanced_fits_of_three_labels_have_the_true_shares_and_still_find_the_rare_one() {
    let folder = folder(&tickets(6000), 4000);
    for estimator in ["logistic_regression", "linear_svc"] {
        let (balanced, plain) = corrected(&folder, "queue", "legal", estimator);
        assert!(balanced > plain, "{estimator}: {balanced} {plain}");
    }
}

#[test]
fn a_search_with_class_weights_still_answers_the_rare_label() {
    let folder = folder(&customers(6000), 4000);
    let parameters = "data: train.csv\ntest: test.csv\ntarget: status\nclass_weight: balanced\n\
                      positive: churned\nsearch:\n  folds: 3\n  candidates:\n    \
                      - {estimator: logistic_regression, C: [0.1, 1]}\n";
    write(&folder, "params.yaml", parameters);
    let finished = hearth(&folder, &["train"]).success();
    let metrics = example::card(&folder.path().join("model.hearth"))["metrics"].clone();
    let (share, mean) = (
        number(&class(&metrics, "churned")["share"]),
        number(&class(&metrics, "churned")["mean_probability"]),
    );
    assert!((share - mean).abs() < 0.01, "{share} {mean}");
    assert!(number(&metrics["recall"]) > 0.6, "{metrics}");
    assert!(number(&metrics["threshold"]) < 0.2, "{metrics}");
    assert!(number(&metrics["classwise_ece"]) < 0.02, "{metrics}");
    assert!(
        number(&metrics["classwise_ece_before_calibration"]) > 0.1,
        "{metrics}"
    );
    let said = "answers \"churned\" when P(churned) >= 0.0";
    assert!(finished.stdout.contains(said), "{}", finished.stdout);
}

#[test]
fn the_positive_label_can_be_chosen_and_is_named() {
    let folder = folder(&customers(4000), 3000);
    let parameters = "data: train.csv\ntest: test.csv\ntarget: status\n\
                      estimator: logistic_regression\nthreshold: {recall: 0.9}\n";
    write(&folder, "params.yaml", parameters);
    let run = |arguments: &[&str]| {
        let finished = hearth(&folder, &[&["train"], arguments].concat()).success();
        let card = example::card(&folder.path().join("model.hearth"));
        (finished.stdout, card["metrics"].clone())
    };
    let (said, metrics) = run(&[]);
    assert_eq!(metrics["positive"], "stays");
    assert!(
        said.contains("\n  positive    \"stays\" (the second label in sorted order;"),
        "{said}"
    );
    assert!(
        said.contains("positive: churned (--positive churned)"),
        "{said}"
    );

    let (said, metrics) = run(&["--positive", "churned", "--plots", "plots"]);
    assert_eq!(metrics["positive"], "churned");
    assert!(
        said.contains("\n  positive    \"churned\" (as given)\n"),
        "{said}"
    );
    let (recall, threshold) = (number(&metrics["recall"]), number(&metrics["threshold"]));
    assert!(recall > 0.75 && threshold < 0.2, "{metrics}");
    assert_eq!(metrics["recall"], class(&metrics, "churned")["recall"]);
    assert_eq!(metrics["f1"], class(&metrics, "churned")["f1"]);
    // Of 4 % of the rows, ranked well and not perfectly.
    let precision = number(&metrics["average_precision"]);
    assert!((0.1..0.9).contains(&precision), "{metrics}");
    let line = format!(
        "answers \"churned\" when P(churned) >= {threshold:.3}: recall {recall:.3}, precision "
    );
    assert!(said.contains(&line), "{line}: {said}");
    for (answer, _) in answers(&folder, "status") {
        let is_answered = answer["label"] == "churned";
        let probability = number(&answer["probabilities"]["churned"]);
        assert_eq!(is_answered, probability >= threshold, "{answer}");
    }
    // The curve is about the same label: its last point has all of its rows and their share.
    let curve = fs::read_to_string(folder.path().join("plots/pr.json")).unwrap();
    let curve: Vec<Value> = serde_json::from_str(&curve).unwrap();
    let last = number(&curve.last().unwrap()["precision"]);
    assert!(
        (last - number(&class(&metrics, "churned")["share"])).abs() < 1e-9,
        "{last}"
    );
}

#[test]
fn one_of_three_labels_can_be_the_positive_one() {
    let folder = folder(&tickets(2000), 1500);
    let (finished, metrics) = train(
        &folder,
        "queue",
        &[
            "--estimator",
            "logistic_regression",
            "--positive",
            "legal",
            "--report",
            "report.html",
        ],
    );
    assert_eq!(metrics["positive"], "legal");
    assert_eq!(metrics["precision"], class(&metrics, "legal")["precision"]);
    assert!(number(&metrics["average_precision"]) > 0.04);
    assert!(
        finished.stdout.contains("of \"legal\""),
        "{}",
        finished.stdout
    );
    let report = fs::read_to_string(folder.path().join("report.html")).unwrap();
    for part in [
        "Mean probability",
        "True share",
        "calibration error by label",
    ] {
        assert!(report.contains(part), "{part}");
    }
}

#[test]
fn a_gate_on_calibration_sees_the_labels_that_are_not_answered() {
    let folder = folder(&customers(4000), 3000);
    let parameters = "data: train.csv\ntest: test.csv\ntarget: status\nclass_weight: balanced\n\
                      estimator: logistic_regression\ngate: {max: {ece: 0.05}}\n";
    write(&folder, "params.yaml", parameters);
    hearth(&folder, &["train", "--quiet"]).success();
    let refused = hearth(&folder, &["train", "--quiet", "--calibration", "never"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        refused.stderr.contains("classwise_ece is 0.")
            && refused.stderr.contains("above the ceiling 0.05"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_label_that_is_never_answered_is_told() {
    // Nothing tells who churned.
    let mut draw = Draw::new(5);
    let mut table = String::from("a,b,status\n");
    for row in 0..2000 {
        let status = if row % 25 == 0 { "churned" } else { "stays" };
        let _ = writeln!(table, "{:.3},{:.3},{status}", draw.share(), draw.share());
    }
    let folder = folder(&table, 1500);
    let (finished, _) = train(&folder, "status", &["--estimator", "logistic_regression"]);
    let note = "never answered on the test rows: \"churned\" (20 rows have it); threshold: f1 or";
    assert!(finished.stdout.contains(note), "{}", finished.stdout);
}

#[test]
fn what_names_no_label_is_refused_with_what_is_right() {
    let folder = folder(&customers(600), 400);
    let refused = |parameters: &str, arguments: &[&str]| {
        let always =
            "data: train.csv\ntest: test.csv\ntarget: status\nestimator: logistic_regression\n";
        write(&folder, "params.yaml", &(always.to_string() + parameters));
        let finished = hearth(&folder, &[&["train", "--quiet"], arguments].concat());
        assert_eq!(finished.status.code(), Some(1), "{}", finished.stdout);
        assert_eq!(
            finished.stderr.matches('\n').count(),
            1,
            "{}",
            finished.stderr
        );
        finished.stderr
    };
    let said = refused("threshold: {recall: 0.9, label: churned}\n", &[]);
    assert!(
        said.contains("params.yaml, line 5") && said.contains("positive: churned"),
        "{said}"
    );
    let said = refused("", &["--positive", "Churned"]);
    assert!(
        said.contains("its labels are \"churned\", \"stays\"; did you mean \"churned\"?"),
        "{said}"
    );
}
