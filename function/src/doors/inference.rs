//! The Open Inference Protocol V2, as KServe, MLServer and Triton speak it:
//! <https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md>.
//!
//! A column is a tensor of its name, with the rows along the first dimension; a model of one column
//! takes a tensor of any name, and one of numbers a matrix of all columns. Text is `BYTES`. Tensors
//! may come in JSON or, as Triton's clients send them, in binary behind it; answers are JSON, which
//! those clients read as well.

mod tensor;

use crate::body::{self, check_text};
use crate::context::Context;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::problem::{Code, Problem};
use crate::report::{Reply, json_within};
use crate::request::{Request, Response, json, response};
use crate::routes::Inference;
use crate::rules::Rules;
use crate::scoring::{self, Answered, Asked};
use crate::served::Served;
use http::StatusCode;
use model::format::ColumnKind;
use model::head::Head;
use serde::Serialize;
use serde_json::{Value, json as object};
use std::borrow::Cow;

/// Kind of answer.
#[derive(Debug)]
pub enum Told {
    /// JSON about the server or the model.
    Information(Vec<u8>),
    /// The answers to rows.
    Answers(Reply),
}

/// Answers what `route` is for; `served` is the model, or why there is none.
///
/// # Errors
/// When there is no model, or not this one, or a request does not fit it.
pub fn answer(
    route: Inference,
    served: Result<&Served, Problem>,
    rules: &Rules,
    request: &Request<'_>,
) -> Result<Told, Problem> {
    let information = |value: Value| Ok(Told::Information(json(&value)));
    match route {
        Inference::Live => return information(object!({"live": true})),
        Inference::Server => {
            return information(object!({
                "name": "hearth",
                "version": env!("CARGO_PKG_VERSION"),
                "extensions": ["binary_tensor_data"],
            }));
        }
        _ => {}
    }
    let served = served?;
    if route == Inference::Ready {
        return information(object!({"ready": true}));
    }
    check_names(served, request.path)?;
    match route {
        Inference::ModelReady => information(object!({
            "name": served.identity.name,
            "ready": true,
        })),
        Inference::Infer => infer(&Context::new(served, rules), request).map(Told::Answers),
        _ => information(metadata(served, rules)),
    }
}

/// True if the path names this model, and its version if it names one.
pub fn is_named(served: &Served, path: &str) -> bool {
    !path.starts_with("/v2/models/") || check_names(served, path).is_ok()
}

/// Checks that the path names this model and its version.
fn check_names(served: &Served, path: &str) -> Result<(), Problem> {
    let mut steps = path.split('/').skip(3);
    let name = decoded(steps.next().unwrap_or_default());
    let version = match steps.next() {
        Some("versions") => steps.next().map(decoded),
        _ => None,
    };
    if name != served.identity.name {
        let detail = "there is no model of this name; GET / names the model";
        return Err(Problem::new(Code::NotFound, detail));
    }
    match version {
        Some(version) if version != served.identity.version => {
            let detail = "the model has another version; GET / says which one";
            Err(Problem::new(Code::NotFound, detail))
        }
        _ => Ok(()),
    }
}

/// A step of a path without its percent signs (RFC 3986, section 2.1).
fn decoded(step: &str) -> Cow<'_, str> {
    if !step.contains('%') {
        return Cow::Borrowed(step);
    }
    let bytes = step.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned().into()
}

fn metadata(served: &Served, rules: &Rules) -> Value {
    let model = &served.model;
    let tensor = |name: &str, datatype: &str, shape: &[i64]| {
        object!({
            "name": name,
            "datatype": datatype,
            "shape": shape,
        })
    };
    let inputs = model.columns.iter().map(|column| {
        let datatype = match column.kind {
            ColumnKind::Number => "FP64",
            ColumnKind::Boolean => "BOOL",
            ColumnKind::Text | ColumnKind::Category | ColumnKind::Timestamp => "BYTES",
        };
        tensor(column.name, datatype, &[-1])
    });
    let inputs: Vec<Value> = match rules.hides_schema {
        true => Vec::new(),
        false => inputs.collect(),
    };
    let outputs = match &model.head {
        Head::Classes(classes) => vec![
            tensor("label", "BYTES", &[-1]),
            tensor("probability", "FP64", &[-1]),
            tensor("probabilities", "FP64", &[-1, classes.labels.len() as i64]),
        ],
        Head::Value => vec![tensor("value", "FP64", &[-1])],
    };
    object!({
        "name": served.identity.name,
        "versions": [served.identity.version],
        "platform": "hearth",
        "inputs": inputs,
        "outputs": outputs,
    })
}

fn infer(context: &Context<'_>, request: &Request<'_>) -> Result<Reply, Problem> {
    let served = context.served;
    let bytes = body::bytes(request, context.rules, &context.work)?;
    // Triton's extension: the JSON's length is said, and what stands behind it are tensors.
    let length = match request.header("inference-header-content-length") {
        None => bytes.len(),
        Some(length) => length
            .parse()
            .ok()
            .filter(|length| *length <= bytes.len())
            .ok_or_else(|| {
                wrong("inference-header-content-length is not a length within the body")
            })?,
    };
    let (text, binary) = bytes.split_at(length);
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
    tensor::add(&mut intake, inputs, binary)?;
    let rows = intake.finish()?;
    let answers = scoring::answer(context, &rows, Asked::default())?;
    let numbers = served.model.head.labels().len() + 1;
    let bytes = numbers * size_of::<f64>() + size_of::<&str>();
    context.work.take(answers.len() * bytes)?;
    let mut outputs = outputs(served, &answers);
    if let Some(asked) = tree.member("outputs") {
        let Json::Array(asked) = asked else {
            return Err(wrong("outputs is not a list of {\"name\"}"));
        };
        let names: Vec<&str> = asked
            .iter()
            .filter_map(|output| output.member("name")?.text())
            .collect();
        let known = |name: &str| outputs.iter().any(|output| output.name == name);
        if names.len() < asked.len() || !names.iter().all(|name| known(name)) {
            let known: Vec<_> = outputs.iter().map(|output| output.name).collect();
            return Err(wrong(&format!(
                "an output is requested that does not exist; the outputs are {}",
                known.join(", ")
            )));
        }
        if !names.is_empty() {
            outputs.retain(|output| names.contains(&output.name));
        }
    }
    let id = tree.member("id");
    if id.is_some_and(|id| id.text().is_none()) {
        return Err(wrong("id is not a string"));
    }
    let body = json_within(
        &context.work,
        &Inferred {
            model_name: &served.identity.name,
            model_version: &served.identity.version,
            id: id.and_then(Json::text),
            outputs,
        },
    )?;
    Ok(Reply::json(body, answers))
}

/// Body of a request.
const EXPECTED: &str =
    "a JSON object with inputs, a list of {\"name\", \"shape\", \"datatype\", \"data\"}";

fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidProtocol, detail).expected(EXPECTED)
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
    /// The tensors; their first dimension is the rows.
    outputs: Vec<Output<'a>>,
}

/// A tensor.
#[derive(Serialize)]
struct Output<'a> {
    /// `label`, `probability` and `probabilities`; for regression `value`.
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

fn outputs<'a>(served: &'a Served, answers: &[Answered<'a>]) -> Vec<Output<'a>> {
    let rows = answers.len();
    let numbers = |name, data: Vec<f64>| Output {
        name,
        datatype: "FP64",
        shape: vec![rows],
        data: Data::Numbers(data),
        parameters: None,
    };
    let answers = answers.iter().map(|answered| &answered.answer);
    let Head::Classes(classes) = &served.model.head else {
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

/// A refusal in the words of the Open Inference Protocol.
#[derive(Serialize)]
struct Refusal<'a> {
    /// The error.
    error: &'a str,
}

/// A refusal as the protocol has it.
pub fn refusal(problem: &Problem) -> Response {
    let status = match problem.code().status() {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let faults = problem.errors();
    let error = match faults.len() {
        0 => Cow::Borrowed(problem.detail()),
        // The protocol has one text for all.
        _ => {
            let each = faults
                .iter()
                .map(|fault| format!("{}: {}", fault.pointer, fault.detail));
            Cow::Owned(each.collect::<Vec<_>>().join("; "))
        }
    };
    response(status, "application/json", json(&Refusal { error: &error }))
}

#[cfg(test)]
mod tests;
