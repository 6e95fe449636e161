//! `hearth drift`, `replay` and `ab` over captured records, as the function writes them, of a model
//! that the real `hearth` trained.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};
use support::traffic::{SHIFTS, Shift, captured, put, train, truths, week};
use support::{Finished, S3, hearth, hearth_with, names};
use tempfile::TempDir;

/// A model of the customers, trained once in a test process.
fn model() -> &'static Path {
    static MODEL: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MODEL.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = train(folder.path(), 4_000);
        (folder, path)
    });
    path
}

/// Runs `hearth drift MODEL capture.jsonl …` in a folder.
fn drift(folder: &TempDir, arguments: &[&str]) -> Finished {
    let model = model().display().to_string();
    hearth(folder, &[&["drift", &model][..], arguments].concat())
}

fn json_of(finished: &Finished) -> Value {
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", finished.stdout, finished.stderr);
    })
}

/// An estimator that needs no search.
const QUICK: [&str; 2] = ["--estimator", "logistic_regression"];

/// A folder with a captured week.
fn with_week(number: u64, shift: Shift, rows: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sent = week(number, shift, rows);
    put(
        folder.path(),
        "capture.jsonl",
        &captured(model(), &sent, None),
    );
    put(folder.path(), "labels.csv", truths(&sent).as_bytes());
    folder
}

#[track_caller]
fn refused(finished: &Finished, part: &str) {
    let told = &finished.stderr;
    assert_eq!(finished.status.code(), Some(1), "{told}");
    let last = told.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("hearth: ") && last.contains(part),
        "{told}"
    );
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn a_shift_moves_its_distributions_and_no_others() {
    for shift in SHIFTS {
        for number in [1, 2] {
            let folder = with_week(number, shift, 2_000);
            let report = json_of(&drift(&folder, &["capture.jsonl", "--json"]).success());
            let distributions = report["distributions"].as_array().unwrap();
            assert_eq!(distributions.len(), 9, "all are watched: {report}");
            let mut moved: Vec<&str> = distributions
                .iter()
                .filter(|of| of["verdict"] != "stable")
                .map(|of| of["name"].as_str().unwrap())
                .collect();
            moved.sort_unstable();
            let expected = if number == 1 { &[] } else { shift.moves() };
            assert_eq!(moved, expected, "{shift:?}, week {number}");
        }
    }
}

#[test]
fn the_estimate_without_labels_is_near_the_truth() {
    let folder = with_week(2, Shift::ClassMix, 3_000);
    let report = drift(
        &folder,
        &["capture.jsonl", "--truth", "labels.csv", "--json"],
    )
    .success();
    let report = json_of(&report);
    let quality = &report["quality"];
    let of = |name: &str| quality[name]["value"].as_f64().unwrap();
    let (estimated, real) = (of("estimated"), of("with_truth"));
    assert!((0.7..0.99).contains(&real), "{quality}");
    assert!((estimated - real).abs() < 0.05, "{quality}");
    assert_eq!(quality["with_truth"]["rows"], 3_000);
    assert_eq!(report["truths"], json!([3_000, 3_000]));
    let cells = &quality["confusion"];
    let sum: f64 = [
        "true_positives",
        "false_positives",
        "true_negatives",
        "false_negatives",
    ]
    .iter()
    .map(|cell| cells[cell].as_f64().unwrap())
    .sum();
    assert!((sum - 3_000.0).abs() < 1e-6, "{cells}");
}

#[test]
fn captures_are_found_in_files_folders_patterns_gzip_and_logs() {
    let folder = with_week(1, Shift::None, 400);
    let path = |name: &str| folder.path().join(name);
    let bytes = fs::read(path("capture.jsonl")).unwrap();
    let expected = json_of(&drift(&folder, &["capture.jsonl", "--json"]).success());
    assert_eq!(expected["seen"]["rows"], 400);

    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    fs::create_dir_all(path("in/day=1")).unwrap();
    let zip = |bytes: &[u8]| {
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(bytes).unwrap();
        zipped.finish().unwrap()
    };
    put(&path("in/day=1"), "000000.gz", &zip(&lines[..150].concat()));
    // As `aws logs tail` prints a log, which has other lines as well.
    let mut log = b"START RequestId: 1\n{\"_aws\":{}}\n\n".to_vec();
    for line in &lines[150..] {
        log.extend_from_slice(b"2026-01-05T00:00:00 2026/01/05/[$LATEST]0a1b ");
        log.extend_from_slice(line);
    }
    log.extend_from_slice(b"{\"captureData\":{\"endpointInput\":{\"da\n");
    put(&path("in"), "tail.log", &log);

    for places in [
        &["in"][..],
        &["in/**"],
        &["in/day=?/*.gz", "in/tail.log", "in/*.log"],
    ] {
        let read = json_of(&drift(&folder, &[places, &["--json"]].concat()).success());
        assert_eq!(
            read["distributions"], expected["distributions"],
            "{places:?}"
        );
        let counted = json!({"files": 2, "records": 400, "broken": 1, "other_lines": 2});
        assert_eq!(read["reading"], counted);
    }
    let model = model().display().to_string();
    let piped = hearth_with(&folder, &["drift", &model, "-", "--json"], &[], &bytes).success();
    assert_eq!(json_of(&piped)["distributions"], expected["distributions"]);
}

#[test]
fn captures_are_found_in_s3() {
    let Some(s3) = S3::start() else { return };
    s3.make_bucket("captures");
    let folder = with_week(1, Shift::None, 200);
    let bytes = fs::read(folder.path().join("capture.jsonl")).unwrap();
    for (key, part) in [
        ("day=1/a", &bytes[..]),
        ("day=2/b.log", &bytes[..]),
        ("day=3/c", b""),
    ] {
        let at = format!("s3://captures/{key}").parse().unwrap();
        s3.store().put(&at, part).unwrap();
    }
    let environment = s3.environment();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let model = model().display().to_string();
    for (place, rows) in [("s3://captures/", 400), ("s3://captures/day=2/*", 200)] {
        let arguments = ["drift", &model, place, "--json"];
        let told = json_of(&hearth_with(&folder, &arguments, &environment, b"").success());
        assert_eq!(told["seen"]["rows"], rows, "{place}");
    }
    let arguments = ["drift", &model, "s3://captures/none/"];
    let told = hearth_with(&folder, &arguments, &environment, b"");
    refused(&told, "s3://captures/none/: no file lies under it");
}

#[test]
fn the_screen_shows_a_table_and_what_it_means() {
    let folder = with_week(2, Shift::Number, 1_000);
    let finished = drift(&folder, &["capture.jsonl", "--truth", "labels.csv"]).success();
    let lines: Vec<&str> = finished.stdout.lines().collect();
    let weight = lines
        .iter()
        .find(|line| line.starts_with("  weight "))
        .unwrap();
    assert!(weight.ends_with("major **"), "{weight}");
    let plan = lines
        .iter()
        .find(|line| line.starts_with("  plan "))
        .unwrap();
    assert!(plan.ends_with("stable"), "{plan}");
    for part in [
        "\nQuality  accuracy\n  at training                ",
        "\n  estimated, without labels  ",
        "\n  with labels                ",
        "1 of 9 distributions over 1000 records from 2026-01-12T00:00:00Z to ",
    ] {
        assert!(finished.stdout.contains(part), "{}", finished.stdout);
    }
    assert!(
        finished.stderr.contains("1000 records of 1 file"),
        "{}",
        finished.stderr
    );
}

#[test]
fn the_reports_need_nothing_but_themselves_and_hold_no_markup_of_data() {
    let folder = with_week(2, Shift::Number, 600);
    // A category with markup in it, and a version that pretends to be one.
    let text = fs::read_to_string(folder.path().join("capture.jsonl")).unwrap();
    let hostile = text.replace(r#"\"plan\":\"iron\""#, r#"\"plan\":\"<img src=x>|`\""#);
    let other = text
        .lines()
        .next()
        .unwrap()
        .replace(r#""modelVersion":""#, r#""modelVersion":"<b>|`"#);
    put(
        folder.path(),
        "capture.jsonl",
        format!("{hostile}{other}\n").as_bytes(),
    );
    drift(
        &folder,
        &[
            "capture.jsonl",
            "--report",
            "drift.html",
            "--markdown",
            "drift.md",
        ],
    )
    .success();
    let html = fs::read_to_string(folder.path().join("drift.html")).unwrap();
    for none in ["<script", "<img", "<b>", "http://", "https://", "url("] {
        assert!(!html.contains(none), "{none}");
    }
    assert!(html.contains("prefers-color-scheme: dark"));
    assert!(html.contains("&lt;b&gt;"), "the other version is named");
    // Nine distributions, three charts of the timeline, and the mark of the page.
    assert_eq!(html.matches("<svg").count(), 9 + 3 + 1);
    assert_eq!(html.matches("<svg").count(), html.matches("</svg>").count());
    let markdown = fs::read_to_string(folder.path().join("drift.md")).unwrap();
    assert!(
        markdown.contains("| `weight` |") && markdown.contains("| major | `mean "),
        "{markdown}"
    );
    assert!(markdown.contains(r"<b>\|`"), "in a code span: {markdown}");
}

#[test]
fn a_bound_fails_after_the_reports_are_written() {
    let folder = with_week(2, Shift::Number, 600);
    let bound = [
        "capture.jsonl",
        "--fail-above",
        "0.25",
        "--markdown",
        "drift.md",
    ];
    refused(
        &drift(&folder, &bound),
        "the index is above 0.25 of weight (",
    );
    assert!(folder.path().join("drift.md").exists());
    drift(&folder, &["capture.jsonl", "--fail-above", "9"]).success();
    refused(
        &drift(&folder, &["capture.jsonl", "--fail-above=-1"]),
        "--fail-above",
    );
}

#[test]
fn records_of_other_models_and_redacted_columns_are_left_out() {
    let folder = with_week(1, Shift::None, 300);
    let path = folder.path().join("capture.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let hidden = redacted(&text);
    let other = hidden.replace(r#""modelVersion":""#, r#""modelVersion":"next-"#);
    fs::write(&path, format!("{hidden}{other}")).unwrap();
    let report = json_of(&drift(&folder, &["capture.jsonl", "--json"]).success());
    assert_eq!(report["seen"]["rows"], 300);
    assert_eq!(report["seen"]["redacted"], 300);
    let others: Vec<&Value> = report["seen"]["others"]
        .as_object()
        .unwrap()
        .values()
        .collect();
    assert_eq!(others, [300]);
    let of = |name: &str| {
        let all = report["distributions"].as_array().unwrap();
        all.iter().find(|of| of["name"] == name).unwrap().clone()
    };
    assert_eq!(
        (&of("plan")["rows"], &of("weight")["rows"]),
        (&json!(0), &json!(300))
    );
    assert_eq!(of("plan")["verdict"], "stable");
    let all = json_of(&drift(&folder, &["capture.jsonl", "--json", "--any-version"]).success());
    assert_eq!(all["seen"]["rows"], 600);
    fs::write(&path, other).unwrap();
    refused(
        &drift(&folder, &["capture.jsonl"]),
        "--any-version compares them all",
    );
}

/// The captures with every plan redacted.
fn redacted(text: &str) -> String {
    ["iron", "gold", "tin"]
        .iter()
        .fold(text.to_string(), |text, plan| {
            let with = format!(r#"\"plan\":\"{plan}\""#);
            text.replace(&with, r#"\"plan\":\"[redacted]\""#)
        })
}

#[test]
fn what_is_no_capture_is_told_in_a_sentence_and_nothing_is_written() {
    let folder = with_week(1, Shift::None, 3);
    put(folder.path(), "log.txt", b"START\nEND\n");
    put(folder.path(), "bad.csv", b"id,label\na,b\n");
    put(folder.path(), "foreign.jsonl", br#"{"captureData":{"endpointInput":{"data":"{\"x\":1}"},"endpointOutput":{"data":"{\"label\":\"a\"}"}},"eventMetadata":{"eventId":"1"}}"#);
    let before = names(&folder);
    for (arguments, part) in [
        (&["log.txt"][..], "no captured record is in it"),
        (&["none.jsonl"], "none.jsonl: "),
        (&["nothing/*.gz"], "nothing"),
        (&["foreign.jsonl"], "the field \"note\" is missing"),
        (
            &["capture.jsonl", "--truth", "bad.csv"],
            "there is no column \"truth\"",
        ),
        (
            &["capture.jsonl", "--report", "no/drift.html"],
            "does not exist",
        ),
    ] {
        refused(&drift(&folder, arguments), part);
    }
    assert_eq!(names(&folder), before);
    let help = hearth(&folder, &["drift", "--help"]).success().stdout;
    assert!(
        help.contains("hearth drift model.hearth captures/"),
        "{help}"
    );
}

#[test]
fn a_replay_tells_agreement_flips_and_refusals() {
    let folder = with_week(1, Shift::None, 500);
    let same = model().display().to_string();
    let replay = |model: &str, more: &[&str]| {
        let arguments = ["replay", "capture.jsonl", "--model", model, "--json"];
        hearth(&folder, &[&arguments[..], more].concat())
    };
    let told = json_of(&replay(&same, &[]).success());
    assert_eq!(
        (&told["rows"], &told["agreement"]),
        (&json!(500), &json!(1.0))
    );
    assert_eq!(
        (&told["mean_distance"], &told["flips"]),
        (&json!(0.0), &json!([]))
    );

    // Another model, of the same table without what tells most.
    let table = model()
        .with_file_name("customers.csv")
        .display()
        .to_string();
    let train = [
        "train", "--quiet", "--data", &table, "--target", "outcome", "--drop", "amount",
    ];
    hearth(
        &folder,
        &[&train[..], &QUICK, &["--out", "next.hearth"]].concat(),
    )
    .success();
    let told = json_of(&replay("next.hearth", &[]).success());
    let agreement = told["agreement"].as_f64().unwrap();
    assert!((0.6..0.99).contains(&agreement), "{told}");
    let interval = &told["agreement_interval"];
    assert!(interval[0].as_f64().unwrap() < agreement && interval[1].as_f64().unwrap() > agreement);
    let flips = told["flips"].as_array().unwrap();
    let flipped: u64 = flips
        .iter()
        .map(|flip| flip["rows"].as_u64().unwrap())
        .sum();
    assert_eq!(flipped, 500 - (agreement * 500.0).round() as u64);
    let changes = told["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 20);
    assert!(
        changes.iter().all(|change| change.get("input").is_none()),
        "ids only: {told}"
    );
    assert!(changes[0]["size"].as_f64() >= changes[19]["size"].as_f64());
    assert_ne!(changes[0]["from"], changes[0]["to"]);
    let shown = json_of(&replay("next.hearth", &["--show-inputs"]).success());
    assert!(
        shown["changes"][0]["input"]
            .as_str()
            .unwrap()
            .contains("amount")
    );

    // Rows that it cannot answer are told, with the reason.
    let text = fs::read_to_string(folder.path().join("capture.jsonl")).unwrap();
    let first = text
        .lines()
        .next()
        .unwrap()
        .replace(r#"\"weight\":"#, r#"\"heavy\":"#);
    let hidden = redacted(text.lines().nth(1).unwrap());
    put(
        folder.path(),
        "capture.jsonl",
        format!("{first}\n{hidden}\n{text}").as_bytes(),
    );
    let told = json_of(&replay("next.hearth", &[]).success());
    assert_eq!(told["rows"], 500);
    let reasons: Vec<&str> = told["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refused| refused["reason"].as_str().unwrap())
        .collect();
    assert!(
        reasons.contains(&"the column \"plan\" is redacted"),
        "{reasons:?}"
    );
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("\"weight\" is missing")),
        "{reasons:?}"
    );
    let screen = hearth(
        &folder,
        &["replay", "capture.jsonl", "--model", "next.hearth"],
    )
    .success();
    assert!(
        screen.stdout.contains("\nLabels that change\n"),
        "{}",
        screen.stdout
    );
    assert!(
        !screen.stdout.contains("{\""),
        "no contents: {}",
        screen.stdout
    );
}

#[test]
fn numbers_are_replayed_and_compared_too() {
    let folder = tempfile::tempdir().unwrap();
    support::tables::write(&folder, "n.csv", &support::tables::numbers(400));
    let train = [
        "train",
        "--quiet",
        "--data",
        "n.csv",
        "--target",
        "y",
        "--kind",
        "c=category",
        "--estimator",
        "ridge",
    ];
    hearth(&folder, &[&train[..], &["--out", "old.hearth"]].concat()).success();
    hearth(
        &folder,
        &[&train[..], &["--drop", "b", "--out", "new.hearth"]].concat(),
    )
    .success();
    let mut draw = support::tables::Draw::new(9);
    let sent: Vec<_> = week(1, Shift::None, 300)
        .into_iter()
        .map(|mut sent| {
            sent.row =
                json!({"a": draw.share(), "b": draw.share(), "c": draw.of(&["x", "y", "z"])});
            sent
        })
        .collect();
    let old = folder.path().join("old.hearth");
    put(folder.path(), "capture.jsonl", &captured(&old, &sent, None));
    let told = hearth(
        &folder,
        &["replay", "capture.jsonl", "--model", "new.hearth", "--json"],
    );
    let told = json_of(&told.success());
    assert_eq!((&told["rows"], told.get("agreement")), (&json!(300), None));
    assert!(
        told["mean_absolute_change"].as_f64().unwrap() > 0.1,
        "{told}"
    );
    let drift = hearth(&folder, &["drift", "old.hearth", "capture.jsonl", "--json"]).success();
    let drift = json_of(&drift);
    let names: Vec<&Value> = drift["distributions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| &of["name"])
        .collect();
    assert_eq!(names, ["a", "b", "c", "prediction.value"]);
    // A model of labels says nothing of numbers.
    let other = model().display().to_string();
    let told = hearth(&folder, &["replay", "capture.jsonl", "--model", &other]);
    refused(&told, "it answers none of these rows");
}

#[test]
fn variants_are_compared_and_too_little_data_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let table = model()
        .with_file_name("customers.csv")
        .display()
        .to_string();
    let train = ["train", "--quiet", "--data", &table, "--target", "outcome"];
    let without = ["--drop", "amount,plan", "--out", "worse.hearth"];
    hearth(&folder, &[&train[..], &QUICK, &without].concat()).success();
    let worse = folder.path().join("worse.hearth");
    let sent = week(1, Shift::None, 2_000);
    let (to_a, to_b) = sent.split_at(1_200);
    let mut log = captured(model(), to_a, Some("a"));
    log.extend(captured(&worse, to_b, Some("b")));
    put(folder.path(), "capture.jsonl", &log);
    put(folder.path(), "labels.csv", truths(&sent).as_bytes());
    put(
        folder.path(),
        "few.csv",
        truths(&[&sent[..20], &sent[1_200..1_220]].concat()).as_bytes(),
    );

    let ab = |more: &[&str]| hearth(&folder, &[&["ab", "capture.jsonl"][..], more].concat());
    let screen = ab(&[]).success().stdout;
    assert!(
        screen.contains("Variant  a: 1200 rows\n") && screen.contains("\nVariant  b: 800 rows\n"),
        "{screen}"
    );
    assert!(
        screen.contains("cannot be determined without labels"),
        "{screen}"
    );
    let screen = ab(&["--truth", "labels.csv"]).success().stdout;
    assert!(screen.contains("b is worse than a by "), "{screen}");
    assert!(
        screen.contains("of 1200 rows with labels (95 % interval "),
        "{screen}"
    );
    let told = json_of(&ab(&["--truth", "labels.csv", "--json"]).success());
    let of = &told["comparisons"][0];
    assert!(of["p_value"].as_f64().unwrap() < 1e-6 && of["difference"].as_f64().unwrap() < -0.1);
    let screen = ab(&["--truth", "few.csv"]).success().stdout;
    let is_told = screen.contains("there is not enough data to tell b from a")
        || screen.contains("b is worse than a by ");
    assert!(is_told, "{screen}");
    // The same model under two names.
    let mut log = captured(model(), to_a, Some("a"));
    log.extend(captured(model(), to_b, Some("b")));
    put(folder.path(), "capture.jsonl", &log);
    let screen = ab(&["--truth", "labels.csv"]).success().stdout;
    assert!(
        screen.contains("there is not enough data to tell b from a"),
        "{screen}"
    );
    assert!(
        screen.contains(" rows with labels each are needed, and there are 1200 and 800"),
        "{screen}"
    );
    put(
        folder.path(),
        "capture.jsonl",
        &captured(model(), to_a, Some("a")),
    );
    let screen = ab(&[]).success().stdout;
    assert!(screen.contains("there is only one variant, a"), "{screen}");
}
