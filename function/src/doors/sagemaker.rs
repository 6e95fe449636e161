//! What SageMaker's built-in algorithms take and answer, so that what calls one of them can call
//! this: CSV without a header row in the model's order, JSON Lines, and `{"instances":
//! [{"features": [...]}]}`; answered by CSV (label and probability, or value) or, where JSON is
//! asked for or sent, by `predicted_label` and `score`.
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html>

use crate::intake::Intake;
use crate::json::Json;
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions};
use crate::request::{Request, json as to_json};
use crate::rules::Rules;
use crate::scoring::{self, Answered, Answers, Asked, wants_csv};
use crate::served::Served;
use crate::table;
use model::answer::Answer;
use serde::Serialize;

/// The member that holds a row's values in their order.
const FEATURES: &str = "features";

/// An answer in the words of SageMaker's Linear Learner.
#[derive(Serialize)]
struct Prediction<'a> {
    /// The label, of classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted_label: Option<&'a str>,
    /// Probability of the label, or the value.
    score: f64,
}

fn prediction(answered: &Answered<'_>) -> Vec<u8> {
    to_json(&match &answered.answer {
        Answer::Label(labelled) => Prediction {
            predicted_label: Some(labelled.label()),
            score: labelled.confidence(),
        },
        Answer::Value(value) => Prediction {
            predicted_label: None,
            score: *value,
        },
    })
}

/// Whether a body is `{"instances": [{"features": [...]}]}`.
pub fn is_features(served: &Served, tree: &Json<'_>) -> bool {
    let Some(Json::Array(list)) = tree.member("instances") else {
        return false;
    };
    served.column(FEATURES, 0).is_none()
        && list
            .first()
            .is_some_and(|item| item.member(FEATURES).is_some())
}

/// The values of `{"features": [...]}`, or `{"features": {"values": [...]}}`.
fn unwrapped<'a>(served: &Served, mut item: Json<'a>) -> Json<'a> {
    if served.column(FEATURES, 0).is_some() {
        return item;
    }
    match item.take(FEATURES) {
        Some(mut values @ Json::Object(_)) => values.take("values").unwrap_or(values),
        Some(values) => values,
        None => item,
    }
}

/// Answers `{"instances": [{"features": [...]}]}`.
///
/// # Errors
/// When a row does not fit the model.
pub fn json(
    served: &Served,
    rules: &Rules,
    request: &Request<'_>,
    mut tree: Json<'_>,
) -> Result<Reply, Problem> {
    if let Some(name) = tree.twin() {
        let detail = format!("the member {name:?} is there twice");
        return Err(Problem::new(Code::InvalidProtocol, detail));
    }
    let mut intake = Intake::new(served, rules);
    if let Some(Json::Array(list)) = tree.take("instances") {
        let rows = list.into_iter().map(|item| unwrapped(served, item));
        intake.add_list("/instances", rows.collect())?;
    }
    let answers = answers(served, rules, intake)?;
    if wants_csv(request) {
        return Ok(Reply::csv(answers));
    }
    Ok(of_predictions(answers))
}

/// Answers a table without a header row.
///
/// # Errors
/// When it is none, or does not fit the model.
pub fn csv(
    served: &Served,
    rules: &Rules,
    request: &Request<'_>,
    bytes: &[u8],
    delimiter: u8,
) -> Result<Reply, Problem> {
    let mut intake = Intake::new(served, rules);
    table::add_without_header(&mut intake, bytes, delimiter)?;
    let answers = answers(served, rules, intake)?;
    let accept = request.header("accept").unwrap_or_default();
    Ok(match accept {
        _ if accept.starts_with("application/json;") || accept == "application/json" => {
            of_predictions(answers)
        }
        _ if accept.starts_with("application/jsonlines") => of_lines(answers),
        _ => Reply::csv(answers),
    })
}

/// Answers a row a line.
///
/// # Errors
/// When a line is no JSON, or does not fit the model.
pub fn lines(served: &Served, rules: &Rules, bytes: &[u8]) -> Result<Reply, Problem> {
    let mut intake = Intake::new(served, rules);
    intake.add_lines(bytes, |item| unwrapped(served, item))?;
    Ok(of_lines(answers(served, rules, intake)?))
}

fn answers<'m>(
    served: &'m Served,
    rules: &Rules,
    intake: Intake<'_, '_>,
) -> Result<Answers<'m>, Problem> {
    let rows = intake.finish()?;
    if rows.is_empty() {
        let detail = "the body has no row; at least one was expected";
        return Err(Problem::new(Code::EmptyBody, detail));
    }
    scoring::answer(served, &rows, Asked::default(), rules.hides_schema)
}

fn of_predictions(answers: Answers<'_>) -> Reply {
    let body = predictions(&answers, |body, answered| {
        body.append(&mut prediction(answered));
    });
    Reply::json(body, answers)
}

fn of_lines(answers: Answers<'_>) -> Reply {
    let body = report::lines(&answers, |body, answered| {
        body.append(&mut prediction(answered));
    });
    Reply {
        media_type: "application/jsonlines",
        ..Reply::json(body, answers)
    }
}
