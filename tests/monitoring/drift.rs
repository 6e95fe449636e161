//! `hearth drift` on a log of the real function: records and rejections in one file, new values, periods
//! against each other, a timeline, and what to do.

use std::fs;

use serde_json::{Value, json};
use support::traffic::{Shift, captured, put, train, week};
use support::{Finished, Function, hearth};
use tempfile::TempDir;

fn drift(folder: &TempDir, arguments: &[&str]) -> Finished {
    let command = ["drift", "customers.hearth"];
    hearth(folder, &[&command[..], arguments].concat()).success()
}

fn json_of(folder: &TempDir, arguments: &[&str]) -> Value {
    drift(folder, &[arguments, &["--json"]].concat()).json()
}

/// A folder with a model, and the captures of both weeks.
fn with_weeks(shift: Shift, rows: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = train(folder.path(), 2_000);
    for number in [1, 2] {
        let sent = week(number, shift, rows);
        let name = format!("week-{number}.jsonl");
        put(folder.path(), &name, &captured(&model, &sent, None));
    }
    folder
}

#[test]
fn rejections_in_the_log_of_the_function_are_counted_by_code_and_column() {
    for mode in ["request", "window"] {
        let folder = tempfile::tempdir().unwrap();
        let model = train(folder.path(), 1_000);
        let settings = [("HEARTH_CAPTURE", "1"), ("HEARTH_EMF", mode)];
        let mut function = Function::over_http(&model, &settings);
        for sent in week(1, Shift::None, 40) {
            let mut row = sent.row;
            assert_eq!(function.predict(&[], &row.to_string()).status, 200);
            row.as_object_mut().unwrap().remove("note");
            if sent.id.ends_with('0') {
                assert_eq!(function.predict(&[], &row.to_string()).status, 422);
            }
        }
        function.terminate();
        let log = function.stdout_lines().join("\n");
        put(folder.path(), "function.log", log.as_bytes());
        let told = json_of(&folder, &["function.log"]);
        let reason = json!({"code": "missing_field", "column": "note", "requests": 4});
        let expected = json!({
            "total": 44, "rejected": 4, "codes": {"missing_field": 4}, "reasons": [reason]
        });
        assert_eq!(told["seen"]["requests"], expected, "{mode}");
        let headline = told["headline"].as_str().unwrap();
        let end = "9.1 % of requests rejected: missing_field (note).";
        assert!(headline.ends_with(end), "{mode}: {headline}");
        let first = told["advice"][0].as_str().unwrap();
        assert!(
            first.starts_with("Rejected requests (4 of missing_field (note))"),
            "{first}"
        );
        let screen = drift(&folder, &["function.log", "--report", "drift.html"]).stdout;
        assert!(
            screen.contains("44, 4 rejected (9.1 %): missing_field (note) 4"),
            "{screen}"
        );
        let page = fs::read_to_string(folder.path().join("drift.html")).unwrap();
        assert!(page.contains("<code>missing_field (note)</code>"), "{mode}");
    }
}

#[test]
fn a_new_value_is_named_unless_few_records_have_it() {
    let folder = with_weeks(Shift::None, 400);
    let text = fs::read_to_string(folder.path().join("week-2.jsonl")).unwrap();
    let spoken = text.replace(r#"\"plan\":\"iron\""#, r#"\"plan\":\"steel\""#);
    // A value of one record may be that of a person.
    let rare = spoken.replacen(r#"\"plan\":\"gold\""#, r#"\"plan\":\"Ada Lovelace\""#, 1);
    put(folder.path(), "week-2.jsonl", rare.as_bytes());
    let told = json_of(&folder, &["week-2.jsonl"]);
    assert!(!told.to_string().contains("Lovelace"));
    let moved = told["moved"].as_array().unwrap();
    assert_eq!((moved.len(), &moved[0]["name"]), (1, &json!("plan")));
    let sentence = moved[0]["sentence"].as_str().unwrap();
    assert!(sentence.ends_with("% new value \"steel\""), "{sentence}");
    let advice = told["advice"].to_string();
    assert!(advice.contains("plan: \\\"steel\\\" is new"), "{advice}");
    let screen = drift(&folder, &["week-2.jsonl"]).stdout;
    assert!(
        screen.starts_with("Drift  1 of 7 input distributions moved"),
        "{screen}"
    );
    assert!(screen.contains("\nMoved  the worst first\n"), "{screen}");
    assert!(screen.contains("\nNext\n"), "{screen}");
}

#[test]
fn missing_values_and_means_have_their_own_figures() {
    let folder = with_weeks(Shift::MissingColumn, 400);
    let told = json_of(&folder, &["week-2.jsonl"]);
    let of = |name: &str| {
        let all = told["distributions"].as_array().unwrap();
        all.iter().find(|of| of["name"] == name).unwrap().clone()
    };
    let discount = of("discount");
    assert_eq!(discount["missing"]["live"], 1.0);
    assert!(discount["missing"]["reference"].as_f64().unwrap() < 0.2);
    let bins = discount["bins"].as_array().unwrap();
    assert!(
        bins.iter()
            .all(|bin| bin["name"] != "missing" && bin["live"] == 0.0)
    );
    let amount = of("amount");
    let mean = |name: &str| amount[name].as_f64().unwrap();
    assert!(
        (mean("mean") - mean("reference_mean")).abs() < 3.0,
        "{amount}"
    );
    let sentence = told["moved"][0]["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("100.0 % missing, "), "{sentence}");
}

#[test]
fn two_periods_are_compared_with_each_other() {
    let folder = with_weeks(Shift::Number, 700);
    // Another unit since training, but the same in both: compared with each other nothing moved.
    put(
        folder.path(),
        "again.jsonl",
        &fs::read(folder.path().join("week-2.jsonl")).unwrap(),
    );
    let moved = |arguments: &[&str]| {
        let told = json_of(&folder, arguments);
        let moved = told["moved"].as_array().unwrap().clone();
        let names = moved
            .iter()
            .map(|of| of["name"].as_str().unwrap().to_string());
        (names.collect::<Vec<_>>(), told)
    };
    let (names, _) = moved(&["week-2.jsonl"]);
    assert_eq!(names, ["weight"]);
    let (names, told) = moved(&["week-2.jsonl", "--against", "again.jsonl"]);
    assert!(names.is_empty(), "{names:?}");
    assert_eq!(told["against"]["rows"], 700);
    let headline = told["headline"].as_str().unwrap();
    assert!(headline.contains("in the other captures"), "{headline}");
    let against = ["week-2.jsonl", "--against", "week-1.jsonl"];
    let (names, _) = moved(&against);
    assert_eq!(names, ["weight"]);
    let page = ["--report", "drift.html", "--markdown", "drift.md"];
    let screen = drift(&folder, &[&against[..], &page].concat()).stdout;
    assert!(
        screen.contains("have drifted since the other captures"),
        "{screen}"
    );
    let page = fs::read_to_string(folder.path().join("drift.html")).unwrap();
    assert!(page.contains("Live traffic compared with the other captures"));
}

#[test]
fn a_timeline_shows_when_it_began() {
    let folder = with_weeks(Shift::Number, 700);
    let told = json_of(&folder, &["week-1.jsonl", "week-2.jsonl"]);
    let moments = told["timeline"]["moments"].as_array().unwrap();
    assert_eq!(moments.len(), 14, "a day each");
    assert_eq!(told["timeline"]["distributions"], json!(["weight"]));
    let psi = |day: usize| moments[day]["psi"][0].as_f64().unwrap();
    assert!(
        (0..7).all(|day| psi(day) < 0.25) && (7..14).all(|day| psi(day) > 1.0),
        "{moments:?}"
    );
    let rows: u64 = moments.iter().map(|of| of["rows"].as_u64().unwrap()).sum();
    assert_eq!((rows, &moments[7]["time"]), (1_400, &json!("2026-01-12")));
    let screen = drift(&folder, &["week-1.jsonl", "week-2.jsonl"]).stdout;
    assert!(screen.contains("\nTimeline  PSI of weight\n"), "{screen}");
    assert!(screen.contains("\n  2026-01-12 "), "{screen}");
}
