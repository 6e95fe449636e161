//! `GET /example`: requests that work as they stand.

use crate::problem::{Code, Problem};
use crate::request::json;
use crate::rules::Rules;
use crate::served::ServedModel;
use model::example::{Door, example};
use serde::Serialize;

/// A request that works as it stands.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// Whose protocol it speaks: `predict`, `mlflow`, `sagemaker` or `v2`.
    door: &'static str,
    /// The method to ask with.
    method: &'static str,
    /// The path to ask at.
    path: String,
    /// The headers to send.
    headers: Headers,
    /// The body to send, as it stands.
    body: String,
}

/// The headers of a request.
#[derive(Debug, Serialize)]
pub struct Headers {
    /// Kind of the body.
    #[serde(rename = "content-type")]
    content_type: &'static str,
}

/// One request a door.
#[derive(Debug, Serialize)]
pub struct Samples {
    /// The requests.
    examples: Vec<Sample>,
}

/// The body of the answer: the request at the door that the query names, or one at each.
///
/// # Errors
/// When the query names no door, or the schema is hidden.
pub fn answer(
    served: &ServedModel,
    rules: &Rules,
    query: Option<&str>,
) -> Result<Vec<u8>, Problem> {
    if rules.hides_schema {
        let detail = "there are no examples here: HEARTH_HIDE_SCHEMA is set";
        return Err(Problem::new(Code::SchemaHidden, detail));
    }
    let of = |door| sample(served, door).ok_or_else(no_example);
    Ok(match asked(query)? {
        Some(door) => json(&of(door)?),
        None => json(&Samples {
            examples: Door::ALL.into_iter().map(of).collect::<Result<_, _>>()?,
        }),
    })
}

/// The model's example at a door.
pub fn sample(served: &ServedModel, door: Door) -> Option<Sample> {
    let example = example(served.model(), door)?;
    Some(Sample {
        door: door.name(),
        method: "POST",
        path: example.path,
        headers: Headers {
            content_type: example.content_type,
        },
        body: example.body,
    })
}

fn no_example() -> Problem {
    let detail = "the model file has no example; `hearth train` writes one";
    Problem::new(Code::ModelUnavailable, detail)
}

/// The door that the query names.
fn asked(query: Option<&str>) -> Result<Option<Door>, Problem> {
    const EXPECTED: &str = "predict, mlflow, sagemaker or v2";
    let pairs = query.unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| match pair.split_once('=') {
        Some(("door", value)) => Some(value),
        None if pair == "door" => Some(""),
        _ => None,
    });
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(name), None) if Door::of_name(name).is_some() => Ok(Door::of_name(name)),
        _ => {
            let detail = format!("the query parameter door is not one of {EXPECTED}");
            Err(Problem::new(Code::InvalidDoor, detail).expected(EXPECTED))
        }
    }
}
