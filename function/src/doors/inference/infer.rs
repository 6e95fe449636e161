//! Inference requests of the protocol: tensors to rows, and scored rows to tensors.

use super::tensor::{self, EXPECTED, wrong};
use crate::body::check_text;
use crate::context::Context;
use crate::doors::rows::RowsRequest;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::options::{ScoreOptions, WarningForm};
use crate::problem::Problem;
use crate::report::{Reply, json_within};
use crate::request::Request;
use crate::scoring::{ScoredRow, ScoredRows};
use crate::served::ServedModel;
use model::head::Head;
use serde::Serialize;
use serde_json::{Value, json as object};
use std::borrow::Cow;

/// Form of a response.
#[derive(Debug)]
pub struct InferForm<'a> {
    /// Names of the outputs that the request asks for; empty for all.
    outputs: Vec<Cow<'a, str>>,
    /// The request's own id.
    id: Option<Cow<'a, str>>,
}

/// Reads a request with this body.
///
/// # Errors
/// When it does not follow the protocol, or does not fit the model.
pub fn read<'a>(
    context: &Context<'_>,
    request: &Request<'_>,
    body: &'a [u8],
) -> Result<RowsRequest<'a, InferForm<'a>>, Problem> {
    // Triton's extension: this is the length of the JSON, and tensors stand behind it.
    let length = match request.header("inference-header-content-length") {
        None => body.len(),
        Some(length) => length
            .parse()
            .ok()
            .filter(|length| *length <= body.len())
            .ok_or_else(|| {
                wrong("inference-header-content-length is not a length within the body")
            })?,
    };
    let (text, binary) = body.split_at(length);
    check_text(text, EXPECTED)?;
    let mut tree = Json::parse(text, &context.work)?;
    if let Some(name) = tree.twin(&context.work)? {
        let name = shown(name);
        return Err(wrong(&format!("the member {name:?} is there twice")));
    }
    let Some(Json::Array(inputs)) = tree.take("inputs") else {
        return Err(wrong(EXPECTED));
    };
    let mut intake = Intake::new(context);
    tensor::add(&mut intake, inputs, tree.member("parameters"), binary)?;
    let rows = intake.finish()?;
    let outputs = match tree.take("outputs") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(outputs)) => requested(outputs, output_names(context.served))?,
        Some(_) => return Err(wrong("outputs is not a list of {\"name\"}")),
    };
    let id = match tree.take("id") {
        None | Some(Json::Null) => None,
        Some(Json::Text(id)) => Some(id),
        Some(_) => return Err(wrong("id is not a string")),
    };
    Ok(RowsRequest {
        rows,
        options: ScoreOptions::default().with_warnings(WarningForm::Counts),
        form: InferForm { outputs, id },
    })
}

/// The names of the outputs that a request asks for, among the `known` ones.
fn requested<'a>(outputs: Vec<Json<'a>>, known: &[&str]) -> Result<Vec<Cow<'a, str>>, Problem> {
    let unknown = || {
        let known = known.join(", ");
        wrong(&format!(
            "an output is requested that does not exist; the outputs are {known}"
        ))
    };
    let name = |mut output: Json<'a>| match output.take("name") {
        Some(Json::Text(name)) if known.contains(&&*name) => Ok(name),
        _ => Err(unknown()),
    };
    outputs.into_iter().map(name).collect()
}

/// The names of a model's outputs.
fn output_names(served: &ServedModel) -> &'static [&'static str] {
    match served.model().head {
        Head::Classes(_) => &["label", "probability", "probabilities"],
        Head::Value(_) => &["value"],
    }
}

/// Writes the scored rows in a form.
///
/// # Errors
/// When the response would be larger than one may be.
pub fn write(
    form: &InferForm<'_>,
    context: &Context<'_>,
    scored: &ScoredRows<'_>,
) -> Result<Reply, Problem> {
    let served = context.served;
    let numbers = served.model().head.labels().len() + 1;
    let bytes = numbers * size_of::<f64>() + size_of::<&str>();
    context.work.take(scored.len() * bytes)?;
    let mut outputs = outputs(served, scored);
    if !form.outputs.is_empty() {
        outputs.retain(|output| form.outputs.iter().any(|name| name == output.name));
    }
    let body = json_within(
        &context.work,
        &Inferred {
            model_name: &served.identity().name,
            model_version: &served.identity().version,
            id: form.id.as_deref(),
            parameters: scored
                .warning_counts()
                .json()
                .map(|warnings| object!({"warnings": warnings})),
            outputs,
        },
    )?;
    Ok(Reply::json(body))
}

/// Answers to rows, as tensors.
#[derive(Serialize)]
struct Inferred<'a> {
    /// The model's name.
    model_name: &'a str,
    /// Its version.
    model_version: &'a str,
    /// The request's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// The counts of warnings, as JSON in a string: a parameter is a text or a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Value>,
    /// The tensors; their first dimension is the rows.
    outputs: Vec<Output<'a>>,
}

/// A tensor.
#[derive(Serialize)]
struct Output<'a> {
    /// One of [`output_names`].
    name: &'static str,
    /// `BYTES` or `FP64`.
    datatype: &'static str,
    /// Its dimensions.
    shape: Vec<usize>,
    /// Its elements, row by row.
    data: Data<'a>,
    /// The labels of `probabilities`, as JSON in a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Value>,
}

/// Elements.
#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
    Texts(Vec<&'a str>),
    Numbers(Vec<f64>),
}

fn outputs<'a>(served: &'a ServedModel, scored: &'a [ScoredRow<'_>]) -> Vec<Output<'a>> {
    let rows = scored.len();
    let numbers = |name, data: Vec<f64>| Output {
        name,
        datatype: "FP64",
        shape: vec![rows],
        data: Data::Numbers(data),
        parameters: None,
    };
    let answers = scored.iter().map(|row| &row.answer);
    let Head::Classes(classes) = &served.model().head else {
        let value = |answer: &model::answer::Answer<'_>| match answer {
            model::answer::Answer::Value(value) => *value,
            model::answer::Answer::Label(labelled) => labelled.confidence(),
        };
        return vec![numbers("value", answers.map(value).collect())];
    };
    let labels = &classes.labels;
    let all = answers.clone().flat_map(|answer| answer.probabilities());
    vec![
        Output {
            name: "label",
            datatype: "BYTES",
            shape: vec![rows],
            data: Data::Texts(
                answers
                    .clone()
                    .filter_map(|answer| answer.label())
                    .collect(),
            ),
            parameters: None,
        },
        numbers(
            "probability",
            answers
                .clone()
                .filter_map(|answer| answer.confidence())
                .collect(),
        ),
        Output {
            shape: vec![rows, labels.len()],
            // A parameter is a text or a number, so the labels are a list in a text.
            parameters: serde_json::to_string(labels)
                .ok()
                .map(|labels| object!({"labels": labels})),
            ..numbers("probabilities", all.copied().collect())
        },
    ]
}
