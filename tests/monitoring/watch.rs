//! The watch: two weeks of traffic through the real function, the second with a known shift, and
//! which metrics tell of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use support::Function;
use support::function::emf_line;
use support::traffic::{SHIFTS, Shift, train, week};
use tempfile::TempDir;

/// From this index on a column has changed.
const CHANGED: f64 = 0.1;

const ROWS: usize = 2_000;

fn model() -> &'static Path {
    static MODEL: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MODEL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = train(folder.path(), 4_000);
        (folder, path)
    });
    path
}

/// The mean of each metric of each column, of the label, and of all; as a graph shows them.
type Means = BTreeMap<(String, String), f64>;

/// Metrics of these rows, sent ten per request.
fn told(number: u64, shift: Shift) -> Means {
    let mut function = Function::over_http(model(), &[]);
    let rows: Vec<Value> = week(number, shift, ROWS)
        .into_iter()
        .map(|sent| sent.row)
        .collect();
    for rows in rows.chunks(10) {
        let body = json!({ "instances": rows }).to_string();
        let answer = function.predict(&[], &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    function.terminate();
    let mut sums: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
    for line in function.stdout_lines() {
        let line = emf_line(&line);
        let value = line["column"]
            .as_str()
            .or(line["label"].as_str())
            .unwrap_or("");
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .unwrap()
        {
            let name = metric["Name"].as_str().unwrap();
            let values = match &line[name] {
                Value::Array(values) => values.clone(),
                one => vec![one.clone()],
            };
            let sum = sums.entry((name.to_owned(), value.to_owned())).or_default();
            for one in values {
                *sum = (sum.0 + one.as_f64().unwrap(), sum.1 + 1.0);
            }
        }
    }
    sums.into_iter()
        .map(|(key, (sum, count))| (key, sum / count))
        .collect()
}

fn of(means: &Means, metric: &str, value: &str) -> f64 {
    let found = means.get(&(metric.to_owned(), value.to_owned()));
    *found.unwrap_or_else(|| panic!("{metric} of {value:?} is not told: {means:#?}"))
}

/// The columns whose drift is told, in the order of the alphabet.
fn changed(means: &Means) -> Vec<&str> {
    let drift = means
        .iter()
        .filter(|((metric, _), _)| metric == "drift.psi");
    let changed = drift.filter(|(_, psi)| **psi >= CHANGED);
    changed.map(|((_, column), _)| column.as_str()).collect()
}

#[test]
fn a_shift_is_told_by_the_right_metrics_and_by_no_others() {
    let first = told(1, Shift::None);
    assert_eq!(changed(&first), [""; 0], "{first:#?}");
    assert!(of(&first, "drift.psi_max", "") < CHANGED);
    assert_eq!(of(&first, "watch.rows", ""), 500.0);
    for shift in SHIFTS {
        let second = told(2, shift);
        assert_eq!(changed(&second), shift.moves(), "{shift:?}: {second:#?}");
        let is_changed = of(&second, "drift.psi_max", "") >= CHANGED;
        assert_eq!(is_changed, shift != Shift::None, "{shift:?}");
        // What else a graph shows beside the index, and in which weeks only.
        let more = |metric: &str, value: &str, least: f64| {
            of(&second, metric, value) - of(&first, metric, value) >= least
        };
        for (metric, value, least, by) in [
            ("input.oov_ratio", "", 0.2, Shift::Vocabulary),
            ("column.mean", "note.oov_ratio", 0.2, Shift::Vocabulary),
            ("prediction.count", "stays", 100.0, Shift::ClassMix),
            ("column.mean", "weight", 2.0, Shift::Number),
            ("column.out_of_range_ratio", "weight", 0.1, Shift::Number),
            ("input.out_of_range_values", "", 1.0, Shift::Number),
            (
                "column.missing_ratio",
                "discount",
                0.8,
                Shift::MissingColumn,
            ),
            ("input.missing_values", "", 8.0, Shift::MissingColumn),
        ] {
            assert_eq!(
                more(metric, value, least),
                shift == by,
                "{metric} of {value:?}: {shift:?}"
            );
        }
    }
}
