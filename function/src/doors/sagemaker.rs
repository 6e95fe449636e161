//! The formats of SageMaker's built-in algorithms, so that their clients work unchanged: CSV
//! without a header row in the model's order, JSON Lines, and
//! `{"instances": [{"features": [...]}]}`; answered by CSV (label and probability, or value) or,
//! where JSON is asked for or sent, by `predicted_label` and `score`.
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html>

use crate::context::Context;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions};
use crate::request::{Request, json as to_json};
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

/// True if a body is `{"instances": [{"features": [...]}]}`.
pub fn is_features(served: &Served, tree: &Json<'_>) -> bool {
    let Some(Json::Array(list)) = tree.member("instances") else {
        return false;
    };
    served.column(FEATURES).is_none()
        && list
            .first()
            .is_some_and(|item| item.member(FEATURES).is_some())
}

/// The values of `{"features": [...]}`, or `{"features": {"values": [...]}}`.
fn unwrapped<'a>(served: &Served, mut item: Json<'a>) -> Json<'a> {
    if served.column(FEATURES).is_some() {
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
    context: &Context<'_>,
    request: &Request<'_>,
    mut tree: Json<'_>,
) -> Result<Reply, Problem> {
    if let Some(name) = tree.twin(&context.work)? {
        let detail = format!("the member {:?} is there twice", shown(name));
        return Err(Problem::new(Code::InvalidProtocol, detail));
    }
    let mut intake = Intake::new(context);
    if let Some(Json::Array(list)) = tree.take("instances") {
        let rows = list.into_iter().map(|item| unwrapped(context.served, item));
        intake.add_list("/instances", rows.collect())?;
    }
    let answers = answers(context, intake)?;
    if wants_csv(request) {
        return Reply::csv(context, answers);
    }
    of_predictions(context, answers)
}

/// Answers a table without a header row.
///
/// # Errors
/// When it is none, or does not fit the model.
pub fn csv(
    context: &Context<'_>,
    request: &Request<'_>,
    bytes: &[u8],
    delimiter: u8,
) -> Result<Reply, Problem> {
    let mut intake = Intake::new(context);
    table::add_without_header(&mut intake, bytes, delimiter)?;
    let answers = answers(context, intake)?;
    let accept = request.header("accept").unwrap_or_default();
    match accept {
        _ if accept.starts_with("application/json;") || accept == "application/json" => {
            of_predictions(context, answers)
        }
        _ if accept.starts_with("application/jsonlines") => of_lines(context, answers),
        _ => Reply::csv(context, answers),
    }
}

/// Answers one row per line.
///
/// # Errors
/// When a line is no JSON, or does not fit the model.
pub fn lines(context: &Context<'_>, bytes: &[u8]) -> Result<Reply, Problem> {
    let mut intake = Intake::new(context);
    intake.add_lines(bytes, |item| unwrapped(context.served, item))?;
    of_lines(context, answers(context, intake)?)
}

fn answers<'m>(context: &Context<'m>, intake: Intake<'_, '_>) -> Result<Answers<'m>, Problem> {
    let rows = intake.finish()?;
    if rows.is_empty() {
        let detail = "the body has no row; at least one was expected";
        return Err(Problem::new(Code::EmptyBody, detail));
    }
    scoring::answer(context, &rows, Asked::default())
}

fn of_predictions(context: &Context<'_>, answers: Answers<'_>) -> Result<Reply, Problem> {
    let body = predictions(context, &answers, |body, answered| {
        body.append(&mut prediction(answered));
    })?;
    Ok(Reply::json(body, answers))
}

fn of_lines(context: &Context<'_>, answers: Answers<'_>) -> Result<Reply, Problem> {
    let body = report::lines(context, &answers, |body, answered| {
        body.append(&mut prediction(answered));
    })?;
    Ok(Reply {
        media_type: "application/jsonlines",
        ..Reply::json(body, answers)
    })
}
