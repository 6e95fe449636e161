use crate::request::Request;
use crate::testing::{app, app_in, json, mixed_app, predict, tree_app};
use serde_json::{Value, json};

fn explained(app: &crate::App, body: &Value, query: &'static str) -> Value {
    let body = body.to_string();
    let request = Request {
        query: Some(query),
        ..predict(body.as_bytes())
    };
    json(app.answer(&request).response.body())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn sum(explanation: &Value) -> f64 {
    let features = explanation["features"].as_array().unwrap();
    let parts: f64 = features.iter().map(|f| number(&f["contribution"])).sum();
    number(&explanation["intercept"]) + parts + number(&explanation["rest"])
}

#[test]
fn the_words_that_spoke_for_a_label_come_first() {
    let row = json!({"text": "my parcel is late, money back"});
    let answer = explained(&app(), &row, "explain=2");
    assert_eq!(answer["label"], "refund");
    let explanation = &answer["explanation"];
    let features = explanation["features"].as_array().unwrap();
    // Four words of one length each: half of 4 - mean(1, 0), and of 3 - 0.
    assert_eq!(features[0]["feature"], "money");
    assert_eq!(features[0]["column"], "text");
    assert!((number(&features[0]["contribution"]) - 1.75).abs() < 1e-12);
    assert_eq!(features[1]["feature"], "back");
    assert!((sum(explanation) - number(&explanation["score"])).abs() < 1e-12);
}

#[test]
fn the_parts_sum_to_the_labels_score_against_the_mean_of_the_others() {
    let row = json!({"note": "late parcel", "size": 7.5, "color": "blue"});
    let answer = explained(&mixed_app(), &row, "explain=1");
    let probabilities = answer["probabilities"].as_object().unwrap();
    let label = answer["label"].as_str().unwrap();
    // Without calibration, ln p is the score up to a constant that all labels share.
    let score = |label: &str| number(&probabilities[label]).ln();
    let others = probabilities.keys().filter(|name| *name != label);
    let mean = others.clone().map(|name| score(name)).sum::<f64>() / others.count() as f64;
    let explanation = &answer["explanation"];
    assert!((number(&explanation["score"]) - (score(label) - mean)).abs() < 1e-9);
    assert!((sum(explanation) - number(&explanation["score"])).abs() < 1e-12);
    assert_eq!(explanation["features"].as_array().unwrap().len(), 1);
    let all = explained(&mixed_app(), &row, "explain=99");
    let features = all["explanation"]["features"].as_array().unwrap();
    let names: Vec<&str> = features
        .iter()
        .map(|f| f["feature"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"color=blue") && names.contains(&"size"),
        "{names:?}"
    );
    // Not -0.0, which the sum of nothing is.
    assert_eq!(all["explanation"]["rest"].to_string(), "0.0");
}

#[test]
fn what_cannot_be_explained_is_refused_with_a_sentence() {
    let row = json!({"size": 1});
    let refused = explained(&tree_app(), &row, "explain=3");
    assert_eq!(refused["code"], "explain_unavailable");
    assert!(explained(&tree_app(), &row, "")["label"].is_string());
    let hidden = app_in(&[("HEARTH_HIDE_SCHEMA", "true")]);
    let refused = explained(&hidden, &json!({"text": "parcel"}), "explain=3");
    assert_eq!(refused["code"], "explain_unavailable");
}
