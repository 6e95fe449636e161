use super::{html, markdown};
use model::Model;
use monitor::capture::Record;
use std::path::Path;
use traffic::captures::Tally;
use traffic::drift::Drift;
use traffic::estimate::{Figure, Quality};
use traffic::report::{Report, Timeline};

/// A small model with a baseline: a text `note`, `income`, `colour`, `member`, `start`.
fn model() -> Model<'static> {
    let kept = "../model/tests/files/baseline-1.hearth";
    model::source::open_path(&Path::new(env!("CARGO_MANIFEST_DIR")).join(kept)).unwrap()
}

fn record(model: &Model<'_>, row: usize) -> Record<'static> {
    let income = [-1.0, 0.0, 3.0, 2.9, 4.0][row % 5];
    let colour = ["red", "1043", "x"][row % 3];
    let labels = model.head.labels();
    let (label, other) = (labels[row % labels.len()], labels[(row + 1) % labels.len()]);
    Record {
        input: format!(r#"{{"note":"word {row}","income":{income},"colour":"{colour}","member":true,"start":null}}"#).into(),
        output: serde_json::json!({"label": label, "probabilities": {label: 0.75, other: 0.25}})
            .to_string()
            .into(),
        event_id: row.to_string().into(),
        inference_id: None,
        inference_time: format!("2026-01-05T00:00:{:02}Z", row % 60).into(),
        model_name: model.name.to_string().into(),
        model_version: model.version().into(),
        variant: None,
    }
}

#[test]
fn reports_hold_nothing_of_data_as_markup() {
    let model = model();
    let (version, baseline) = (model.version(), model.baseline().unwrap());
    let mut drift = Drift::new(&model, &version, &baseline, None, false);
    (0..300).for_each(|row| drift.add(&record(&model, row)));
    let mut distributions = drift.judge(None, None);
    let hostile = "<script>alert(1)</script>|`@team`\u{202e}";
    for of in &mut distributions {
        of.name = hostile.into();
        of.bins.iter_mut().for_each(|bin| bin.name = hostile.into());
        of.new_values
            .iter_mut()
            .for_each(|new| new.value = hostile.into());
    }
    let mut seen = drift.seen().clone();
    seen.others.insert(hostile.into(), 3);
    let figure = Figure {
        value: 0.5,
        interval: Some([0.4, 0.6]),
        rows: 9,
    };
    let report = Report {
        model: hostile.into(),
        version: hostile.into(),
        reading: Default::default(),
        seen,
        against: None,
        timeline: Timeline {
            distributions: vec![hostile.into()],
            moments: drift.timeline(&[0]),
        },
        distributions,
        quality: Quality {
            name: "accuracy",
            at_training: Some(figure),
            reference: None,
            estimated: Some(figure),
            with_truth: None,
            confusion: None,
            confusion_label: None,
        },
        truths: Some([5, 3]),
        unknown_truths: Vec::new(),
        truth_notes: Vec::new(),
    };
    let page = html(&report);
    assert!(
        !page.contains("<script") && !page.contains('\u{202e}'),
        "{page}"
    );
    assert!(page.contains("50.0 % (40.0 % to 60.0 %)"));
    let text = markdown(&report);
    assert!(!text.contains('\u{202e}'));
    for line in text.lines().filter(|line| line.contains("<script>")) {
        // Within a code span, whose fence is longer than any in it.
        assert!(line.contains("``"), "{line}");
    }
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let cells = line.replace("\\|", "").matches('|').count();
        assert!(cells == 8 || cells == 4, "{line}");
    }
    assert!(text.contains("3 of 5 labels have the id of a record"));
}
