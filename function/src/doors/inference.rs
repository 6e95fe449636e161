//! The Open Inference Protocol V2, as KServe, MLServer and Triton speak it:
//! <https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md>.
//!
//! A column is a tensor of its name, with the rows along the first dimension; a model of one column
//! takes a tensor of any name, and one of numbers a matrix of all columns. Text is `BYTES`. Tensors
//! may come in JSON or, as Triton's clients send them, in binary behind it; answers are JSON, which
//! those clients read as well.

mod content_type;
mod datatype;
mod infer;
mod tensor;

pub use infer::{InferForm, read, write};

use crate::problem::{Code, Problem};
use crate::request::{Response, json, response};
use crate::routes::Inference;
use crate::rules::Rules;
use crate::served::ServedModel;
use http::StatusCode;
use model::format::ColumnKind;
use model::head::Head;
use serde::Serialize;
use serde_json::{Value, json as object};
use std::borrow::Cow;

/// Answers a request about the server or the model, as JSON; `served` is the model, or the problem
/// for want of one.
///
/// # Errors
/// When there is no model, or not this one.
pub fn describe(
    route: Inference,
    served: Result<&ServedModel, Problem>,
    rules: &Rules,
    path: &str,
) -> Result<Vec<u8>, Problem> {
    let value = match route {
        Inference::Live => object!({"live": true}),
        Inference::Server => object!({
            "name": "hearth",
            "version": env!("CARGO_PKG_VERSION"),
            "extensions": ["binary_tensor_data"],
        }),
        Inference::Ready => served.map(|_| object!({"ready": true}))?,
        Inference::ModelReady => {
            let served = served?;
            check_names(served, path)?;
            object!({
                "name": served.identity().name,
                "ready": true,
            })
        }
        Inference::Model | Inference::Infer => {
            let served = served?;
            check_names(served, path)?;
            metadata(served, rules)
        }
    };
    Ok(json(&value))
}

/// True if the path names this model, and its version if it names one.
pub fn is_named(served: &ServedModel, path: &str) -> bool {
    !path.starts_with("/v2/models/") || check_names(served, path).is_ok()
}

/// Checks that the path names this model and its version.
///
/// # Errors
/// When it names another.
pub fn check_names(served: &ServedModel, path: &str) -> Result<(), Problem> {
    let mut steps = path.split('/').skip(3);
    let name = decoded(steps.next().unwrap_or_default());
    let version = match steps.next() {
        Some("versions") => steps.next().map(decoded),
        _ => None,
    };
    if name != served.identity().name {
        let detail = "there is no model of this name; GET / names the model";
        return Err(Problem::new(Code::NotFound, detail));
    }
    match version {
        Some(version) if version != served.identity().version => {
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

fn metadata(served: &ServedModel, rules: &Rules) -> Value {
    let model = served.model();
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
        Head::Value(_) => vec![tensor("value", "FP64", &[-1])],
    };
    object!({
        "name": served.identity().name,
        "versions": [served.identity().version],
        "platform": "hearth",
        "inputs": inputs,
        "outputs": outputs,
    })
}

/// A refusal in the words of the Open Inference Protocol.
#[derive(Serialize)]
struct InferenceRefusal<'a> {
    /// The error.
    error: &'a str,
}

/// A problem as a response of the protocol.
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
    response(
        status,
        "application/json",
        json(&InferenceRefusal { error: &error }),
    )
}

#[cfg(test)]
mod tests;
