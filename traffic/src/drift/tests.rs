use super::*;
use monitor::Verdict;
use std::path::Path;

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
fn parts_in_any_order_make_the_whole() {
    let model = model();
    let (version, baseline) = (model.version(), model.baseline().unwrap());
    let new = || Drift::new(&model, &version, &baseline, None, false);
    let mut whole = new();
    let mut parts = [new(), new(), new()];
    for row in 0..200 {
        let mut record = record(&model, row);
        match row % 20 {
            0 => record.model_version = "other".into(),
            1 => record.input = "[]".into(),
            2 => {
                record.input =
                    r#"{"note":"[redacted]","income":1,"colour":"red","member":null,"start":null}"#
                        .into()
            }
            _ => {}
        }
        whole.add(&record);
        parts[row % 3].add(&record);
    }
    let [mut a, b, c] = parts;
    a.merge(c);
    a.merge(b);
    let json =
        |drift: &Drift<'_>| serde_json::to_value((drift.seen(), drift.judge(None, None))).unwrap();
    assert_eq!(json(&a), json(&whole));
    let seen = whole.seen();
    assert_eq!((seen.rows, seen.refused, seen.redacted), (180, 10, 10));
    assert_eq!(seen.others.values().copied().collect::<Vec<_>>(), [10]);
    let times = seen.times.clone().unwrap();
    // Records that are not compared have no part in it.
    assert_eq!(times, ["2026-01-05T00:00:02Z", "2026-01-05T00:00:59Z"]);
    let judged = whole.judge(None, None);
    let rows = |name: &str| judged.iter().find(|of| of.name == name).unwrap().rows;
    assert_eq!((rows("income"), rows("note.num_chars")), (180, 170));
}

#[test]
fn texts_are_counted_as_the_model_sees_them() {
    let model = model();
    let (version, baseline) = (model.version(), model.baseline().unwrap());
    let mut drift = Drift::new(&model, &version, &baseline, None, false);
    drift.add(&record(&model, 7));
    let judged = drift.judge(None, None);
    let mean = |name: &str| judged.iter().find(|of| of.name == name).unwrap().mean;
    assert_eq!(
        (mean("note.num_chars"), mean("note.num_tokens")),
        (Some(6.0), Some(1.0))
    );
    assert_eq!(mean("prediction.confidence"), Some(0.75));
    assert!(
        judged.iter().all(|of| of.verdict == Verdict::Stable),
        "one row is chance"
    );
}

#[test]
fn new_values_missing_ones_and_rejections_are_told() {
    let model = model();
    let (version, baseline) = (model.version(), model.baseline().unwrap());
    let mut drift = Drift::new(&model, &version, &baseline, None, false);
    for row in 0..100 {
        drift.add(&record(&model, row));
    }
    for (version, rejected) in [(version.as_str(), 1.0), ("other", 1.0)] {
        let settings = emf::Settings::new("Hearth", vec![]).unwrap();
        let mut line = emf::Line::new(&settings, 1_767_571_200_000);
        line.metric(&emf::metrics::LATENCY_HANDLER, 1.0);
        line.metric(&emf::metrics::ERROR, rejected);
        line.property("modelVersion", version);
        drift.other(&line.finish());
    }
    let requests = &drift.seen().requests;
    assert_eq!((requests.total, requests.rejected), (1, 1));
    let judged = drift.judge(None, None);
    let of = |name: &str| judged.iter().find(|of| of.name == name).unwrap();
    let new: Vec<(&str, u64)> = of("colour")
        .new_values
        .iter()
        .map(|new| (new.value.as_str(), new.rows))
        .collect();
    assert_eq!(new, [("x", 33)]);
    assert_eq!(of("start").missing.live, 1.0);
    // Against itself nothing has moved, and the means are those of the other captures.
    let same = drift.judge(None, Some(&drift));
    assert!(
        same.iter()
            .all(|of| of.verdict == Verdict::Stable && of.psi == 0.0)
    );
    let income = same.iter().find(|of| of.name == "income").unwrap();
    assert!(income.mean.is_some() && income.mean == income.reference_mean);
    let moments = drift.timeline(&[0]);
    assert_eq!(moments.len(), 1);
    assert_eq!((moments[0].rows, moments[0].requests.total), (100, 1));
}
