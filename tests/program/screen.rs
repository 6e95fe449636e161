//! The screen: blocks that fit the terminal, progress, colour only there, JSON for programs and
//! silence on request.

use std::fs;

use emf::metrics::{COLD_START, LATENCY_FEATURES, LATENCY_HANDLER, LATENCY_PARSE};
use serde_json::Value;
use support::screen::on_screen;
use support::tables::{tickets, write};
use support::traffic::{Shift, captured, put, truths, week};
use support::{hearth, traffic};
use tempfile::TempDir;

const TRAIN: [&str; 5] = ["train", "--data", "table.csv", "--target", "queue"];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", &tickets(400));
    folder
}

/// A folder with a model of traffic, captured requests, their true labels, and a log of metrics.
fn with_traffic() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let model = traffic::train(folder.path(), 1_000);
    let sent = week(2, Shift::Number, 300);
    put(
        folder.path(),
        "capture.jsonl",
        &captured(&model, &sent, None),
    );
    put(folder.path(), "labels.csv", truths(&sent).as_bytes());
    fs::copy(model, folder.path().join("m.hearth")).unwrap();
    let dimensions = [
        ("service", "mail-sorter"),
        ("model", "messages"),
        ("version", "38f6afa6e348"),
    ];
    let dimensions = dimensions.map(|(name, value)| (name.to_string(), value.to_string()));
    let settings = emf::Settings::new("Hearth", dimensions.to_vec()).unwrap();
    let mut log = Vec::new();
    for n in 0..90u64 {
        let mut line = emf::Line::new(&settings, 1_767_323_045_000 + n * 10_000);
        line.metric(&COLD_START, f64::from(u8::from(n == 0)));
        for (factor, metric) in [
            (1.0, &LATENCY_HANDLER),
            (0.1, &LATENCY_PARSE),
            (0.2, &LATENCY_FEATURES),
        ] {
            line.metric(metric, factor * (1.0 + n as f64 / 7.0));
        }
        log.extend(line.finish());
    }
    put(folder.path(), "function.log", &log);
    folder
}

#[test]
fn training_is_five_blocks_as_wide_as_the_terminal() {
    let folder = folder();
    for columns in [80, 120] {
        let seen = on_screen(columns, &folder, &TRAIN, &[]);
        seen.assert_fits(columns);
        let lines = seen.lines();
        let at = |head: &str| {
            let is_head = |line: &&String| line.starts_with(head);
            let mut found = lines.iter().filter(is_head);
            let line = found
                .next()
                .unwrap_or_else(|| panic!("{head}: {}", seen.raw));
            assert!(found.next().is_none(), "{head} twice: {}", seen.raw);
            lines.iter().position(|other| other == line).unwrap()
        };
        let heads = ["Data", "Search", "Result", "Checks", "Next"].map(at);
        assert!(heads.is_sorted(), "{heads:?}");
        for head in ["Data", "Search", "Result", "Checks", "Next"] {
            assert!(
                seen.raw.contains(&format!("\u{1b}[1m{head}\u{1b}[0m")),
                "{head} is bold"
            );
        }
        // A wide screen has room for the pictures of means and deviations.
        assert_eq!(seen.raw.contains("─●─"), columns == 120, "{}", seen.raw);
        assert!(seen.raw.contains("hearth inspect model.hearth"));
    }
}

#[test]
fn every_screen_fits_and_every_command_has_json() {
    let folder = with_traffic();
    write(&folder, "table.csv", &tickets(400));
    hearth(&folder, &TRAIN).success();
    let table = ["check", "table.csv", "--target", "queue"];
    for arguments in [
        &table[..],
        &["inspect", "model.hearth"],
        &["inspect", "m.hearth"],
        &["verify", "m.hearth"],
        &["diff", "m.hearth", "model.hearth"],
        &[
            "drift",
            "m.hearth",
            "capture.jsonl",
            "--truth",
            "labels.csv",
        ],
        &["replay", "capture.jsonl", "--model", "m.hearth"],
        &["ab", "capture.jsonl", "--truth", "labels.csv"],
        &["emf", "show", "function.log"],
        &["emf", "table"],
    ] {
        for columns in [80, 120] {
            let seen = on_screen(columns, &folder, arguments, &[]);
            seen.assert_fits(columns);
        }
        let json = hearth(&folder, &[arguments, &["--json"]].concat()).success();
        let parsed: Result<Value, _> = serde_json::from_str(&json.stdout);
        assert!(parsed.is_ok(), "{arguments:?}: {}", json.stdout);
        let quiet = hearth(&folder, &[arguments, &["--quiet"]].concat()).success();
        assert_eq!(
            (quiet.stdout.as_str(), quiet.stderr.as_str()),
            ("", ""),
            "{arguments:?}"
        );
        // A pipe gets the same text as a wide screen, without colour.
        let piped = hearth(&folder, arguments).success().stdout;
        assert!(!piped.contains('\u{1b}'), "{arguments:?}: {piped:?}");
    }
}

#[test]
fn progress_names_candidate_fold_and_best_and_estimates_the_time_left_only_when_it_is_known() {
    let folder = folder();
    let seen = on_screen(100, &folder, &TRAIN, &[]);
    let frames = seen.frames();
    let search: Vec<&String> = frames
        .iter()
        .filter(|frame| frame.starts_with("search "))
        .collect();
    assert!(search.len() > 3, "{frames:?}");
    let is_whole = |frame: &&&String| {
        let (_, rest) = frame.split_once("  ").unwrap_or_default();
        let words: Vec<&str> = rest
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .collect();
        matches!(words[..], [candidate, estimator, "fold", fold, "best", best]
            if candidate.ends_with("/8")
                && ["linear_svc", "logistic_regression", "gradient_boosting"].contains(&estimator)
                && fold.ends_with("/5")
                && best.parse::<f64>().is_ok())
    };
    assert!(search.iter().any(|frame| is_whole(&frame)), "{search:?}");
    for frame in &frames {
        let is_first = frame.contains("fold 1/5");
        assert!(
            !(is_first && frame.contains(" left")),
            "nothing is known yet: {frame}"
        );
        assert!(!frame.contains("eta"), "{frame}");
    }
    // Nothing of it stays.
    let left = seen.lines();
    let is_progress = |line: &&String| line.starts_with("search ") && line.contains("fold");
    assert_eq!(left.iter().find(is_progress), None);

    // A log has a plain line at the end of each step.
    let log = hearth(&folder, &TRAIN).success().stderr;
    assert!(
        log.contains("\nsearch      ") && !log.contains('\r'),
        "{log}"
    );
}

#[test]
fn colour_is_for_terminals_and_can_be_turned_off() {
    let folder = folder();
    let check = ["check", "table.csv", "--target", "queue"];
    let coloured = on_screen(80, &folder, &check, &[]);
    assert!(
        coloured.raw.contains("\u{1b}[1mData\u{1b}[0m"),
        "{}",
        coloured.raw
    );
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = on_screen(80, &folder, &check, &[environment]);
        assert!(
            !plain.raw.contains('\u{1b}'),
            "{environment:?}: {:?}",
            plain.raw
        );
        assert_eq!(plain.lines(), coloured.lines());
    }
}

#[test]
fn quiet_leaves_errors_data_and_json() {
    let folder = folder();
    let quiet = hearth(&folder, &[&TRAIN[..], &["--quiet"]].concat()).success();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    let both = hearth(&folder, &[&TRAIN[..], &["-q", "--json"]].concat()).success();
    let card: Value = serde_json::from_str(&both.stdout).unwrap();
    assert_eq!(card["target"], "queue");
    assert_eq!(both.stderr, "");
    let wrong = hearth(
        &folder,
        &["--quiet", "train", "--data", "none.csv", "--target", "x"],
    );
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        wrong.stderr.starts_with("hearth: none.csv"),
        "{}",
        wrong.stderr
    );
    let predict = ["predict", "model.hearth", "--input", "table.csv", "--quiet"];
    let answers = hearth(&folder, &predict).success();
    assert_eq!(answers.stdout.lines().count(), 400);
}

#[test]
fn inspect_shows_dates_and_the_extremes_that_training_shows() {
    let folder = tempfile::tempdir().unwrap();
    // So many rows that quantiles are of a sample; the greatest is in none of it.
    let mut table = String::from("at,amount,flag,late\n");
    for row in 0..30_000u32 {
        let amount = if row == 14_001 {
            1_484_705
        } else {
            row * 37 % 1000
        };
        let late = if row * 37 % 1000 > 500 {
            "late"
        } else {
            "in time"
        };
        let (day, hour) = (row % 28 + 1, row % 24);
        let flag = if row % 4 == 0 { "yes" } else { "no" };
        table += &format!("2026-01-{day:02}T{hour:02}:30,{amount},{flag},{late}\n");
    }
    write(&folder, "table.csv", &table);
    let test: Vec<&str> = table.lines().take(500).collect();
    write(&folder, "test.csv", &(test.join("\n") + "\n"));
    let arguments = [
        "train",
        "--data",
        "table.csv",
        "--test",
        "test.csv",
        "--target",
        "late",
    ];
    let estimator = ["--estimator", "logistic_regression"];
    let trained = hearth(&folder, &[&arguments[..], &estimator].concat())
        .success()
        .stdout;
    let inspected = hearth(&folder, &["inspect", "model.hearth"])
        .success()
        .stdout;
    for shown in [&trained, &inspected] {
        assert!(shown.contains("0 to 1484705"), "{shown}");
    }
    let dates = "2026-01-01 00:30 to 2026-01-28 23:30";
    assert!(inspected.contains(dates), "{inspected}");
    assert!(inspected.contains("25 % yes"), "{inspected}");
    assert!(inspected.contains(" KB, "), "{inspected}");
}
