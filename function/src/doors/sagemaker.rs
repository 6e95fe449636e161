//! The formats of SageMaker's built-in algorithms, so that their clients work unchanged: CSV
//! without a header row in the model's order, JSON Lines, and
//! `{"instances": [{"features": [...]}]}`; answered by CSV (label and probability, or value) or,
//! where JSON is asked for or sent, by `predicted_label` and `score`.
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html>

use super::rows::RowsRequest;
use crate::context::Context;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::options::ScoreOptions;
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions, wants_csv};
use crate::request::{Request, json as to_json};
use crate::scoring::ScoredRow;
use crate::served::ServedModel;
use crate::table;
use model::answer::Answer;
use serde::Serialize;

/// The member that holds a row's values in their order.
const FEATURES: &str = "features";

/// Form of a response.
#[derive(Clone, Copy, Debug)]
pub enum SageMakerForm {
    /// An object with one prediction per row.
    Predictions,
    /// One prediction per line.
    Lines,
    /// Label and probability, or value, per line.
    Csv,
}

/// Rows and their form.
type Read<'a> = Result<RowsRequest<'a, SageMakerForm>, Problem>;

/// An answer in the words of SageMaker's Linear Learner.
#[derive(Serialize)]
struct SageMakerPrediction<'a> {
    /// The label, of classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted_label: Option<&'a str>,
    /// Probability of the label, or the value.
    score: f64,
}

fn prediction(row: &ScoredRow<'_>) -> Vec<u8> {
    to_json(&match &row.answer {
        Answer::Label(labelled) => SageMakerPrediction {
            predicted_label: Some(labelled.label()),
            score: labelled.confidence(),
        },
        Answer::Value(value) => SageMakerPrediction {
            predicted_label: None,
            score: *value,
        },
    })
}

/// True if a body is `{"instances": [{"features": [...]}]}`.
pub fn is_features(served: &ServedModel, tree: &Json<'_>) -> bool {
    let Some(Json::Array(list)) = tree.member("instances") else {
        return false;
    };
    served.column(FEATURES).is_none()
        && list
            .first()
            .is_some_and(|item| item.member(FEATURES).is_some())
}

/// The values of `{"features": [...]}`, or `{"features": {"values": [...]}}`.
fn unwrapped<'a>(served: &ServedModel, mut item: Json<'a>) -> Json<'a> {
    if served.column(FEATURES).is_some() {
        return item;
    }
    match item.take(FEATURES) {
        Some(mut values @ Json::Object(_)) => values.take("values").unwrap_or(values),
        Some(values) => values,
        None => item,
    }
}

/// Reads `{"instances": [{"features": [...]}]}`.
///
/// # Errors
/// When a row does not fit the model.
pub fn read_json<'a>(context: &Context<'_>, request: &Request<'_>, mut tree: Json<'a>) -> Read<'a> {
    if let Some(name) = tree.twin(&context.work)? {
        let detail = format!("the member {:?} is there twice", shown(name));
        return Err(Problem::new(Code::InvalidProtocol, detail));
    }
    let mut intake = Intake::new(context);
    if let Some(Json::Array(list)) = tree.take("instances") {
        let rows = list.into_iter().map(|item| unwrapped(context.served, item));
        intake.add_list("/instances", rows.collect())?;
    }
    finish(
        intake,
        match wants_csv(request) {
            true => SageMakerForm::Csv,
            false => SageMakerForm::Predictions,
        },
    )
}

/// Reads a table without a header row.
///
/// # Errors
/// When it is none, or does not fit the model.
pub fn read_csv<'a>(
    context: &Context<'_>,
    request: &Request<'_>,
    bytes: &'a [u8],
    delimiter: u8,
) -> Read<'a> {
    let mut intake = Intake::new(context);
    table::add_without_header(&mut intake, bytes, delimiter)?;
    let accept = request.header("accept").unwrap_or_default();
    let form = match accept {
        _ if accept.starts_with("application/json;") || accept == "application/json" => {
            SageMakerForm::Predictions
        }
        _ if accept.starts_with("application/jsonlines") => SageMakerForm::Lines,
        _ => SageMakerForm::Csv,
    };
    finish(intake, form)
}

/// Reads one row per line.
///
/// # Errors
/// When a line is no JSON, or does not fit the model.
pub fn read_lines<'a>(context: &Context<'_>, bytes: &'a [u8]) -> Read<'a> {
    let mut intake = Intake::new(context);
    intake.add_lines(bytes, |item| unwrapped(context.served, item))?;
    finish(intake, SageMakerForm::Lines)
}

fn finish<'a>(intake: Intake<'_, 'a>, form: SageMakerForm) -> Read<'a> {
    let rows = intake.finish()?;
    if rows.is_empty() {
        let detail = "the body has no row; at least one was expected";
        return Err(Problem::new(Code::EmptyBody, detail));
    }
    Ok(RowsRequest {
        rows,
        options: ScoreOptions::default(),
        form,
    })
}

/// Writes the scored rows in a form.
///
/// # Errors
/// When the response would be larger than one may be.
pub fn write(
    form: SageMakerForm,
    context: &Context<'_>,
    scored: &[ScoredRow<'_>],
) -> Result<Reply, Problem> {
    let push = |body: &mut Vec<u8>, row: &_| body.append(&mut prediction(row));
    Ok(match form {
        SageMakerForm::Predictions => Reply::json(predictions(context, scored, push)?),
        SageMakerForm::Lines => Reply {
            body: report::lines(context, scored, push)?,
            media_type: "application/jsonlines",
        },
        SageMakerForm::Csv => return Reply::csv(context, scored),
    })
}
