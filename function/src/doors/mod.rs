//! The protocols that the function speaks. A door translates: it reads the rows of a request, and
//! writes the scored rows as a response. What happens between is the same behind every door, and no
//! door knows another.
//!
//! - [`ours`]: `POST /predict`, a row or many, and `POST /predict-many`.
//! - [`mlflow`]: MLflow's scoring server, <https://mlflow.org/docs/latest/deployment/deploy-model-locally/>.
//! - [`sagemaker`]: the formats of SageMaker's built-in algorithms.
//! - [`inference`]: the Open Inference Protocol V2 of KServe and Triton.
//!
//! MLflow and SageMaker share a path; [`RowDoor::read`] decides whose request it is.

mod accept;
pub mod inference;
mod instances;
pub mod mlflow;
mod non_finite;
pub mod ours;
mod rows;
pub mod sagemaker;

pub use rows::RowsRequest;

use crate::body::{self, Media, check_text, header_parameter, media, unknown_media};
use crate::context::Context;
use crate::intake::Intake;
use crate::json::Json;
use crate::options::check_names;
use crate::problem::Problem;
use crate::report::Reply;
use crate::request::{Request, Response};
use crate::request_id::RequestId;
use crate::routes::Door;
use crate::scoring::ScoredRows;
use crate::served::ServedModel;
use crate::table;
use inference::InferForm;
use mlflow::MlflowForm;
use ours::PredictForm;
use sagemaker::SageMakerForm;
use std::borrow::Cow;

/// A door that takes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowDoor {
    /// `POST /predict`.
    Predict,
    /// `POST /predict-many`.
    PredictMany,
    /// `POST /invocations`.
    Invocations,
    /// `POST /v2/models/{name}/infer`.
    Infer,
}

/// The form of a response, by its protocol.
#[derive(Debug)]
pub enum ResponseForm<'a> {
    /// Ours.
    Predict(PredictForm),
    /// MLflow's.
    Mlflow(MlflowForm),
    /// SageMaker's.
    SageMaker(SageMakerForm),
    /// The Open Inference Protocol's.
    Infer(InferForm<'a>),
}

impl RowDoor {
    /// The bytes of a request's body, inflated; of the other protocols, with `null` in place of `NaN`
    /// and `Infinity`.
    ///
    /// # Errors
    /// As [`body::bytes`]; at our own door also for a media type that nobody reads.
    pub fn body<'a>(
        self,
        context: &Context<'_>,
        request: &Request<'a>,
    ) -> Result<Cow<'a, [u8]>, Problem> {
        match self {
            RowDoor::Predict => ours::check_media(context, request)?,
            RowDoor::PredictMany => ours::check_many_media(request)?,
            RowDoor::Invocations | RowDoor::Infer => {}
        }
        let bytes = body::bytes(request, context.rules, &context.work)?;
        // Clients of the other protocols write missing numbers as Python does.
        if matches!(self, RowDoor::Invocations | RowDoor::Infer)
            && matches!(media(request.content_type), Media::Json | Media::JsonLines)
            && let Some(text) = non_finite::replaced(&bytes, &context.work)?
        {
            return Ok(Cow::Owned(text));
        }
        Ok(bytes)
    }

    /// Reads the rows of a request with this body.
    ///
    /// # Errors
    /// When the body does not follow the protocol, or does not fit the model.
    pub fn read<'a>(
        self,
        context: &Context<'_>,
        request: &Request<'_>,
        body: &'a [u8],
    ) -> Result<RowsRequest<'a, ResponseForm<'a>>, Problem> {
        match self {
            RowDoor::Predict => Ok(ours::read(context, request, body)?.map(ResponseForm::Predict)),
            RowDoor::PredictMany => {
                Ok(ours::read_many(context, request, body)?.map(ResponseForm::Predict))
            }
            RowDoor::Invocations => read_invocations(context, request, body),
            RowDoor::Infer => {
                check_names(request.query, &[])?;
                Ok(inference::read(context, request, body)?.map(ResponseForm::Infer))
            }
        }
    }
}

impl ResponseForm<'_> {
    /// Writes the scored rows.
    ///
    /// # Errors
    /// When the response would be larger than one may be.
    pub fn write(&self, context: &Context<'_>, scored: &ScoredRows<'_>) -> Result<Reply, Problem> {
        match self {
            ResponseForm::Predict(form) => ours::write(*form, context, scored),
            ResponseForm::Mlflow(form) => mlflow::write(*form, context, scored),
            ResponseForm::SageMaker(form) => sagemaker::write(*form, context, scored),
            ResponseForm::Infer(form) => inference::write(form, context, scored),
        }
    }
}

/// Reads the rows of `POST /invocations`: of SageMaker where their form says so, of ours where an
/// object is a row, else of MLflow.
fn read_invocations<'a>(
    context: &Context<'_>,
    request: &Request<'_>,
    body: &'a [u8],
) -> Result<RowsRequest<'a, ResponseForm<'a>>, Problem> {
    let served = context.served;
    match media(request.content_type) {
        Media::Json => {
            check_text(body, mlflow::EXPECTED)?;
            let tree = Json::parse(body, &context.work)?;
            let is_ours = !mlflow::is_input(&tree) && is_row(served, &tree);
            if !is_ours {
                check_names(request.query, &[])?;
            }
            if sagemaker::is_features(served, &tree) {
                let read = sagemaker::read_json(context, request, tree)?;
                Ok(read.map(ResponseForm::SageMaker))
            } else if !is_ours {
                Ok(mlflow::read_json(context, tree)?.map(ResponseForm::Mlflow))
            } else {
                drop(tree);
                Ok(ours::read_json(context, request, body)?.map(ResponseForm::Predict))
            }
        }
        Media::Table(delimiter) => {
            check_names(request.query, &[])?;
            check_text(body, "CSV")?;
            let has_header = match header_parameter(request.content_type) {
                Some(has_header) => has_header,
                None => table::has_header(&Intake::new(context), body, delimiter),
            };
            if has_header {
                Ok(mlflow::read_csv(context, body, delimiter)?.map(ResponseForm::Mlflow))
            } else {
                let read = sagemaker::read_csv(context, request, body, delimiter)?;
                Ok(read.map(ResponseForm::SageMaker))
            }
        }
        Media::JsonLines => {
            check_names(request.query, &[])?;
            check_text(body, "JSON Lines")?;
            Ok(sagemaker::read_lines(context, request, body)?.map(ResponseForm::SageMaker))
        }
        Media::Unknown => Err(unknown_media(request)),
    }
}

/// True if an object has a field of the model.
fn is_row(served: &ServedModel, tree: &Json<'_>) -> bool {
    let Json::Object(members) = tree else {
        return false;
    };
    members
        .iter()
        .any(|(name, _)| served.column(name).is_some())
}

/// A problem as a response in the words of the protocol that the path belongs to, to the request of
/// this id.
pub fn refusal(door: Option<Door>, problem: &Problem, request_id: RequestId<'_>) -> Response {
    let mut response = match door {
        Some(Door::Invocations) => mlflow::refusal(problem),
        Some(Door::Inference(_)) => inference::refusal(problem),
        _ => problem.response(request_id),
    };
    problem.add_headers(&mut response);
    response
}

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod hint_tests;
#[cfg(test)]
mod invocations_tests;
#[cfg(test)]
mod tests;
