//! Thresholds and label weights, in answers and in `GET /model`.

use crate::App;
use crate::testing::{app_that_decides, ask, json, predict};
use http::Method;
use model::head::DecisionRule;
use serde_json::{Value, json};

/// The answer to a row, and the model, of an app.
fn answer_and_model(app: &App) -> (Value, Value) {
    let answer = app.answer(&predict(br#"{"text": "other"}"#)).response;
    let model = app.answer(&ask(&Method::GET, "/model")).response;
    (json(answer.body()), json(model.body()))
}

#[test]
fn a_threshold_is_that_of_the_positive_label_whichever_it_is() {
    let card = |positive: &str, threshold: f64| {
        json!({"metrics": {"positive": positive, "threshold": threshold}}).to_string()
    };
    for (second, card, label, threshold, answered) in [
        (0.25, card("stays", 0.25), "stays", 0.25, "stays"),
        (0.75, card("stays", 0.75), "stays", 0.75, "churned"),
        (
            0.75_f64.next_up(),
            card("churned", 0.25),
            "churned",
            0.25,
            "churned",
        ),
        (
            0.25_f64.next_up(),
            card("churned", 0.75),
            "churned",
            0.75,
            "stays",
        ),
        // Without a card, the file's own.
        (0.75, String::new(), "stays", 0.75, "churned"),
    ] {
        let rule = DecisionRule::Threshold(second);
        let app = app_that_decides(&["churned", "stays"], rule, &card);
        let (answer, model) = answer_and_model(&app);
        let decision = json!({"label": label, "threshold": threshold, "probability": 0.5});
        assert_eq!(answer["decision"], decision, "{second} {card}");
        assert_eq!(answer["label"], answered, "{second} {card}");
        assert_eq!(model["positive"], label);
        assert_eq!(model["threshold"], threshold);
    }
}

#[test]
fn label_weights_are_in_the_model_and_no_answer_speaks_of_them() {
    let labels = ["a", "b", "c"];
    let weights = vec![1.0, 4.0, 2.0];
    let app = app_that_decides(&labels, DecisionRule::Weights(weights), "{}");
    let (answer, model) = answer_and_model(&app);
    assert_eq!(answer["label"], "b");
    assert_eq!(answer["decision"], Value::Null);
    assert_eq!(model["label_weights"], json!([1.0, 4.0, 2.0]));
    let (answer, model) =
        answer_and_model(&app_that_decides(&labels, DecisionRule::MostProbable, "{}"));
    assert_eq!(answer["decision"], Value::Null);
    for absent in ["positive", "threshold", "label_weights"] {
        assert_eq!(model[absent], Value::Null);
    }
}
