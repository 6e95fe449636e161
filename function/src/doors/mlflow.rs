//! MLflow's scoring server: `POST /invocations` with a data frame or tensors, answered by
//! `{"predictions": [...]}` with the label, or the value, of each row.
//!
//! Asked with `"params": {"predict_method": "predict_proba"}`, as scikit-learn's flavour takes it,
//! it answers with a list of probabilities instead, in the order of the model's labels.
//! <https://mlflow.org/docs/latest/deployment/deploy-model-locally/#json-input>

use super::rows::RowsRequest;
use crate::context::Context;
use crate::faults::{Fault, shown, step};
use crate::intake::Intake;
use crate::json::Json;
use crate::options::{ScoreOptions, WarningForm};
use crate::problem::{Code, Problem};
use crate::report::{Reply, predictions};
use crate::request::{Response, json as to_json, response};
use crate::scoring::ScoredRows;
use crate::table;
use http::StatusCode;
use model::answer::Answer;
use serde::Serialize;
use std::mem;

/// Body of a request.
pub const EXPECTED: &str =
    "a JSON object with exactly one of dataframe_split, dataframe_records, instances and inputs";

/// The members that hold rows.
const INPUTS: [&str; 4] = [
    "dataframe_split",
    "dataframe_records",
    "instances",
    "inputs",
];

/// Form of a response.
#[derive(Clone, Copy, Debug)]
pub enum MlflowForm {
    /// The label, or the value, of each row.
    Answers,
    /// The probabilities of each row, in the order of the model's labels.
    Probabilities,
}

/// Rows and their form.
type Read<'a> = Result<RowsRequest<'a, MlflowForm>, Problem>;

/// True if a body holds rows in one of MLflow's formats.
pub fn is_input(tree: &Json<'_>) -> bool {
    INPUTS.iter().any(|name| tree.member(name).is_some())
}

/// Reads a JSON body.
///
/// # Errors
/// When it is not what MLflow takes, or does not fit the model.
pub fn read_json<'a>(context: &Context<'_>, mut tree: Json<'a>) -> Read<'a> {
    let wrong = |detail: String| Problem::new(Code::InvalidProtocol, detail).expected(EXPECTED);
    if let Some(name) = tree.twin(&context.work)? {
        let name = shown(name);
        return Err(wrong(format!("the member {name:?} is there twice")));
    }
    let given: Vec<(&str, Json<'a>)> = INPUTS
        .iter()
        .filter_map(|name| Some((*name, tree.take(name)?)))
        .collect();
    let method = tree
        .member("params")
        .and_then(|params| params.member("predict_method"));
    let form = match method.map(Json::text) {
        None | Some(Some("predict")) => MlflowForm::Answers,
        Some(Some("predict_proba")) if context.served.model().head.classes().is_some() => {
            MlflowForm::Probabilities
        }
        Some(_) => {
            let detail = "params.predict_method is neither \"predict\" nor, of classification, \
                          \"predict_proba\"";
            return Err(wrong(detail.to_owned()));
        }
    };
    let mut intake = Intake::new(context);
    let mut given = given.into_iter();
    match (given.next(), given.next()) {
        (Some(("dataframe_split", frame)), None) => add_split(&mut intake, frame)?,
        (Some((name, Json::Array(list))), None) => intake.add_list(&step(name), list)?,
        (Some(("inputs", columns @ Json::Object(_))), None) => add_columns(&mut intake, columns)?,
        (Some((name, other)), None) => {
            let detail = format!("{name} is {}; a list of rows was expected", other.kind());
            return Err(wrong(detail));
        }
        _ if matches!(tree, Json::Array(_)) => {
            let detail = format!(
                "the body is an array; {EXPECTED} was expected, such as {{\"instances\": [...]}}"
            );
            return Err(wrong(detail));
        }
        _ => return Err(wrong(format!("{EXPECTED} was expected"))),
    }
    finish(intake, form)
}

/// Reads a table with a header row.
///
/// # Errors
/// When it is none, or does not fit the model.
pub fn read_csv<'a>(context: &Context<'_>, bytes: &'a [u8], delimiter: u8) -> Read<'a> {
    let mut intake = Intake::new(context);
    table::add_with_header(&mut intake, bytes, delimiter)?;
    finish(intake, MlflowForm::Answers)
}

fn finish<'a>(intake: Intake<'_, 'a>, form: MlflowForm) -> Read<'a> {
    Ok(RowsRequest {
        rows: intake.finish()?,
        options: ScoreOptions::default().with_warnings(WarningForm::Counts),
        form,
    })
}

/// Writes the scored rows in a form.
///
/// # Errors
/// When the response would be larger than one may be.
pub fn write(
    form: MlflowForm,
    context: &Context<'_>,
    scored: &ScoredRows<'_>,
) -> Result<Reply, Problem> {
    let body = predictions(context, scored, |body, row| {
        let mut prediction = match (&row.answer, form) {
            (Answer::Label(labelled), MlflowForm::Probabilities) => {
                to_json(&labelled.probabilities)
            }
            (Answer::Label(labelled), MlflowForm::Answers) => to_json(&labelled.label()),
            (Answer::Value(value), _) => to_json(value),
        };
        body.append(&mut prediction);
    })?;
    Ok(Reply::json(body).with_warnings(scored))
}

/// pandas' `to_dict(orient="split")`: `{"columns": [...], "data": [[...]]}`. Without names, or with
/// numbers in their place, the values stand in the model's order.
fn add_split<'a>(intake: &mut Intake<'_, 'a>, mut frame: Json<'a>) -> Result<(), Problem> {
    let wrong = || {
        let detail = "dataframe_split is not {\"columns\": [...], \"data\": [[...], ...]}";
        Problem::new(Code::InvalidProtocol, detail).pointer("/dataframe_split".to_owned())
    };
    let Some(Json::Array(data)) = frame.take("data") else {
        return Err(wrong());
    };
    let columns = match frame.take("columns") {
        Some(Json::Array(columns)) => columns,
        None => Vec::new(),
        Some(_) => return Err(wrong()),
    };
    let bytes = size_of::<&str>() + size_of::<Option<usize>>();
    intake.context().work.take(columns.len() * bytes)?;
    let mut names = Vec::with_capacity(columns.len());
    names.extend(columns.iter().filter_map(Json::text));
    let prefix = "/dataframe_split/data";
    if columns.iter().all(|name| matches!(name, Json::Number(_))) {
        return intake.add_list(prefix, data);
    }
    if names.len() < columns.len() {
        return Err(wrong());
    }
    let places = intake.places(names.iter().copied(), None, &|_| {
        "/dataframe_split/columns".to_owned()
    });
    for (index, row) in data.into_iter().enumerate() {
        let Json::Array(mut values) = row else {
            return Err(wrong());
        };
        if values.len() != names.len() {
            intake.fault(|| Fault {
                pointer: format!("{prefix}/{index}"),
                line: None,
                detail: format!(
                    "this row has {} values; {} were expected, as in columns",
                    values.len(),
                    names.len()
                ),
                code: Code::WrongType,
                expected: "one value per column",
                column: None,
            });
            continue;
        }
        let mut value = |place: usize| mem::replace(&mut values[place], Json::Null).into_value();
        let row = places.iter().map(|place| place.map(&mut value)).collect();
        let pointer = |name: &str, column: usize| match places[column] {
            Some(at) => format!("{prefix}/{index}/{at}"),
            None => format!("{prefix}/{index}{}", step(name)),
        };
        intake.add_placed(row, None, &pointer)?;
    }
    Ok(())
}

/// `{"column": [value, ...], ...}`, each list as long as the others; a bare value is a list of one.
fn add_columns<'a>(intake: &mut Intake<'_, 'a>, columns: Json<'a>) -> Result<(), Problem> {
    let Json::Object(mut members) = columns else {
        return Ok(());
    };
    let bytes = members.len() * size_of::<Option<usize>>();
    intake.context().work.take(bytes)?;
    let names = members.iter().map(|(name, _)| name.as_ref());
    let places = intake.places(names, None, &|_| "/inputs".to_owned());
    let mut lists = Vec::with_capacity(places.len());
    let mut rows = None;
    for (column, place) in places.iter().enumerate() {
        let Some(place) = *place else {
            lists.push(None);
            continue;
        };
        let (name, value) = &mut members[place];
        let list = match mem::replace(value, Json::Null) {
            Json::Array(list) => list,
            value => vec![value],
        };
        if *rows.get_or_insert(list.len()) != list.len() {
            let name = shown(name);
            let detail = format!("the list of {name:?} is not as long as those before it");
            let problem = Problem::new(Code::InvalidProtocol, detail);
            let problem = problem.in_column(column);
            return Err(problem.pointer(format!("/inputs{}", step(name))));
        }
        lists.push(Some(list.into_iter()));
    }
    for index in 0..rows.unwrap_or(1) {
        let row = lists.iter_mut().map(|list| {
            let value = list.as_mut()?.next()?;
            Some(match value {
                // A tensor of one value a row may say so in its shape.
                Json::Array(mut one) if one.len() == 1 => one.remove(0).into_value(),
                value => value.into_value(),
            })
        });
        let pointer = |name: &str, _| format!("/inputs{}/{index}", step(name));
        intake.add_placed(row.collect(), None, &pointer)?;
    }
    Ok(())
}

/// A refusal in MLflow's words.
#[derive(Serialize)]
struct MlflowRefusal<'a> {
    /// MLflow's name for it.
    error_code: &'a str,
    /// The fault, in one sentence.
    message: &'a str,
    /// Faults of the rows, at most 20.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
}

/// A refusal as MLflow's clients read it.
pub fn refusal(problem: &Problem) -> Response {
    let status = match problem.code().status() {
        // MLflow knows no 422.
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    };
    let error_code = match status {
        // MLflow answers this one in plain text.
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            let text = format!(
                "This predictor only supports the following content types: \
                 text/csv, application/json, application/jsonlines. {}",
                problem.detail()
            );
            return response(status, "text/plain; charset=utf-8", text.into_bytes());
        }
        StatusCode::UNAUTHORIZED => "UNAUTHENTICATED",
        StatusCode::FORBIDDEN => "PERMISSION_DENIED",
        StatusCode::SERVICE_UNAVAILABLE => "TEMPORARILY_UNAVAILABLE",
        status if status.is_server_error() => "INTERNAL_ERROR",
        _ => "BAD_REQUEST",
    };
    let members = MlflowRefusal {
        error_code,
        message: problem.detail(),
        errors: problem.errors(),
    };
    response(status, "application/json", to_json(&members))
}
