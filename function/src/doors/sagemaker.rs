//! The formats of SageMaker's built-in algorithms, so that their clients work unchanged: CSV
//! without a header row in the model's order, JSON Lines, and
//! `{"instances": [{"features": [...]}]}`; answered by CSV (label and probability, or value) or,
//! where JSON is asked for or sent, by `predicted_label` and `score`.
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html>

use super::accept::preferred;
use super::rows::RowsRequest;
use crate::context::Context;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::options::{ScoreOptions, WarningForm};
use crate::problem::{Code, Problem};
use crate::report::{self, Reply, predictions};
use crate::request::{Request, json as to_json};
use crate::scoring::{ScoredRow, ScoredRows};
use crate::served::ServedModel;
use crate::table;
use model::answer::Answer;
use serde::Serialize;

/// The member that holds a row's values in their order.
const FEATURES: &str = "features";

/// Form of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// The forms with their media types, the usual one of each first.
const FORMS: [(SageMakerForm, &[&str]); 3] = [
    (SageMakerForm::Predictions, &["application/json"]),
    (
        SageMakerForm::Lines,
        &[
            "application/jsonlines",
            "application/x-jsonlines",
            "application/jsonl",
            "application/x-ndjson",
        ],
    ),
    (SageMakerForm::Csv, &["text/csv"]),
];

/// The form that a request accepts; `default` where it does not say.
fn accepted(request: &Request<'_>, default: SageMakerForm) -> Result<SageMakerForm, Problem> {
    let default = FORMS.iter().position(|(form, _)| *form == default);
    let offers = FORMS.map(|(_, media_types)| media_types);
    let form = preferred(request.header("accept"), &offers, default.unwrap_or(0));
    form.map(|index| FORMS[index].0).ok_or_else(|| {
        let expected = "application/json, application/jsonlines or text/csv";
        let detail = format!(
            "the request accepts no media type of the answer; {expected} was expected in the header \
             accept"
        );
        Problem::new(Code::NotAcceptable, detail).expected(expected)
    })
}

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
    let form = accepted(request, SageMakerForm::Predictions)?;
    if let Some(name) = tree.twin(&context.work)? {
        let detail = format!("the member {:?} is there twice", shown(name));
        return Err(Problem::new(Code::InvalidProtocol, detail));
    }
    let mut intake = Intake::new(context);
    if let Some(Json::Array(list)) = tree.take("instances") {
        let rows = list.into_iter().map(|item| unwrapped(context.served, item));
        intake.add_list("/instances", rows.collect())?;
    }
    finish(intake, form)
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
    let form = accepted(request, SageMakerForm::Csv)?;
    let mut intake = Intake::new(context);
    table::add_without_header(&mut intake, bytes, delimiter)?;
    finish(intake, form)
}

/// Reads one row per line.
///
/// # Errors
/// When a line is no JSON, or does not fit the model.
pub fn read_lines<'a>(context: &Context<'_>, request: &Request<'_>, bytes: &'a [u8]) -> Read<'a> {
    let form = accepted(request, SageMakerForm::Lines)?;
    let mut intake = Intake::new(context);
    intake.add_lines(bytes, |item| unwrapped(context.served, item))?;
    finish(intake, form)
}

fn finish<'a>(intake: Intake<'_, 'a>, form: SageMakerForm) -> Read<'a> {
    let rows = intake.finish()?;
    if rows.is_empty() {
        let detail = "the body has no row; at least one was expected";
        return Err(Problem::new(Code::EmptyBody, detail));
    }
    Ok(RowsRequest {
        rows,
        options: ScoreOptions::default().with_warnings(WarningForm::Counts),
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
    scored: &ScoredRows<'_>,
) -> Result<Reply, Problem> {
    let push = |body: &mut Vec<u8>, row: &_| body.append(&mut prediction(row));
    Ok(match form {
        SageMakerForm::Predictions => Reply::json(predictions(context, scored, push)?),
        SageMakerForm::Lines => {
            let lines = report::lines(context, scored, push)?;
            Reply::json(lines).media_type("application/jsonlines")
        }
        SageMakerForm::Csv => return Reply::csv(context, scored),
    }
    .with_warnings(scored))
}
