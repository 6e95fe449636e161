//! The protocols that the function speaks. A door translates between a protocol and rows and
//! answers; none knows another.
//!
//! - [`ours`]: `POST /predict`, a row or many.
//! - [`mlflow`]: MLflow's scoring server, <https://mlflow.org/docs/latest/deployment/deploy-model-locally/>.
//! - [`sagemaker`]: what SageMaker's built-in algorithms take and answer.
//! - [`inference`]: the Open Inference Protocol V2 of KServe and Triton.
//!
//! MLflow and SageMaker share a path; here it is decided whose request it is.

pub mod inference;
pub mod mlflow;
pub mod ours;
pub mod sagemaker;

use crate::body::{self, Media, check_text, media, unknown_media};
use crate::context::Context;
use crate::intake::Intake;
use crate::json::Json;
use crate::problem::Problem;
use crate::report::Reply;
use crate::request::Request;
use crate::routes::Door;
use crate::served::Served;
use crate::table;

/// Answers `POST /invocations`.
///
/// # Errors
/// When the request is neither MLflow's nor SageMaker's, or does not fit the model.
pub fn invocations(context: &Context<'_>, request: &Request<'_>) -> Result<Reply, Problem> {
    let served = context.served;
    let bytes = body::bytes(request, context.rules, &context.work)?;
    match media(request.content_type) {
        Media::Json => {
            check_text(&bytes, mlflow::EXPECTED)?;
            let tree = Json::parse(&bytes, &context.work)?;
            if sagemaker::is_features(served, &tree) {
                sagemaker::json(context, request, tree)
            } else if mlflow::is_input(&tree) || !is_row(served, &tree) {
                mlflow::json(context, tree)
            } else {
                ours::json(context, request, &bytes)
            }
        }
        Media::Table(delimiter) => {
            check_text(&bytes, "CSV")?;
            let has_header = match header_parameter(request.content_type) {
                Some(has_header) => has_header,
                None => table::has_header(&Intake::new(context), &bytes, delimiter),
            };
            if has_header {
                mlflow::csv(context, &bytes, delimiter)
            } else {
                sagemaker::csv(context, request, &bytes, delimiter)
            }
        }
        Media::JsonLines => {
            check_text(&bytes, "JSON Lines")?;
            sagemaker::lines(context, &bytes)
        }
        Media::Unknown => Err(unknown_media(request.content_type)),
    }
}

/// True if an object has a field of the model.
fn is_row(served: &Served, tree: &Json<'_>) -> bool {
    let Json::Object(members) = tree else {
        return false;
    };
    members
        .iter()
        .any(|(name, _)| served.column(name).is_some())
}

/// The parameter `header` of `text/csv`, RFC 4180, section 3.
pub(crate) fn header_parameter(content_type: Option<&str>) -> Option<bool> {
    let parameters = content_type?.split(';').skip(1);
    parameters
        .map(str::trim)
        .find_map(|parameter| match parameter {
            "header=present" => Some(true),
            "header=absent" => Some(false),
            _ => None,
        })
}

/// A refusal in the words of the protocol that the path belongs to.
pub fn refusal(door: Option<Door>, problem: &Problem) -> crate::request::Response {
    let mut response = match door {
        Some(Door::Invocations) => mlflow::refusal(problem),
        Some(Door::Inference(_)) => inference::refusal(problem),
        _ => problem.response(),
    };
    problem.add_headers(&mut response);
    response
}

#[cfg(test)]
mod tests;
