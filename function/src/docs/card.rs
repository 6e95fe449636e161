//! `GET /model`: what the model is, takes and gives, and the model card that training wrote.

use crate::explain::explainer;
use crate::rules::Rules;
use crate::served::ServedModel;
use model::Model;
use model::column::Column;
use model::features::{Encoder, EncoderKind};
use model::format::ColumnKind;
use model::threshold::Threshold;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Most categories that are named of a field: what a form can offer.
const CATEGORIES: usize = 50;

/// The model card, with what a program needs to ask the model.
#[derive(Debug, Serialize)]
pub struct ModelCard<'a> {
    /// The model's name.
    name: &'a str,
    /// Its version.
    version: &'a str,
    /// SHA-256 of the model file's content.
    digest: String,
    /// Revision of the repository that it was trained in; empty where that is not known.
    git_revision: &'a str,
    /// `classification` or `regression`.
    task: &'static str,
    /// Estimator, e.g. `logistic_regression`.
    estimator: &'static str,
    /// The labels, in the model's order; empty for regression.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    labels: &'a [&'a str],
    /// The label that `threshold` is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    positive: Option<&'a str>,
    /// The positive label's probability from which on it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    /// A weight per label, in the model's order: the label is answered whose probability times its
    /// weight is the greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    label_weights: Option<&'a [f64]>,
    /// The fields of a row, in the model's order; absent if the schema is hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<Field<'a>>>,
    /// A row that the model can answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
    /// True if answers can be explained, by `?explain=K`.
    explain: bool,
    /// Limits of a request.
    limits: Limits,
    /// The model card as training wrote it: metrics, data, parameters, what made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<&'a RawValue>,
}

/// A field of a row.
#[derive(Debug, Serialize)]
pub struct Field<'a> {
    /// Its name.
    name: &'a str,
    /// `text`, `number`, `category`, `boolean` or `timestamp`.
    kind: &'static str,
    /// True if a row may omit it.
    optional: bool,
    /// Minimum and maximum of the training rows, for numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<[f64; 2]>,
    /// The known categories, at most 50, for categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<&'a str>>,
    /// Its value in the example.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Value>,
}

impl Field<'_> {
    /// The least and the greatest number of the training rows.
    pub fn range(&self) -> Option<[f64; 2]> {
        self.range
    }

    /// The categories that are named.
    pub fn categories(&self) -> &[&str] {
        self.categories.as_deref().unwrap_or_default()
    }

    /// Its value in the example.
    pub fn example(&self) -> Option<&Value> {
        self.example.as_ref()
    }
}

/// Limits of a request.
#[derive(Debug, Serialize)]
pub struct Limits {
    /// Most rows.
    rows: usize,
    /// Most bytes, inflated.
    body_bytes: usize,
}

/// The card of the model that is served.
pub fn card<'a>(served: &'a ServedModel, rules: &Rules) -> ModelCard<'a> {
    let model = served.model();
    let is_open = !rules.hides_schema;
    let labels = model.head.labels();
    let threshold = Threshold::of(model);
    let classes = model.head.classes();
    ModelCard {
        name: &served.identity().name,
        version: &served.identity().version,
        digest: model.digest_hex(),
        git_revision: model.git_revision,
        task: model.head.task().name(),
        estimator: model.estimator.name(),
        labels,
        positive: threshold.map(|threshold| labels[threshold.label]),
        threshold: threshold.map(|threshold| threshold.value),
        label_weights: classes.and_then(|classes| classes.rule.weights()),
        columns: is_open.then(|| fields(model)),
        example: served.example().filter(|_| is_open),
        explain: explains(served, rules),
        limits: Limits {
            rows: rules.rows,
            body_bytes: rules.body_bytes,
        },
        card: serde_json::from_slice(model.card).ok().filter(|_| is_open),
    }
}

/// True if answers of the model are explained here.
pub fn explains(served: &ServedModel, rules: &Rules) -> bool {
    explainer(served.model(), 1, rules.hides_schema).is_ok()
}

/// The model's fields.
pub fn fields<'a>(model: &Model<'a>) -> Vec<Field<'a>> {
    let row: Map<String, Value> = serde_json::from_str(model.example).unwrap_or_default();
    let columns = model.columns.iter().zip(&model.encoders);
    columns
        .map(|(column, encoder)| Field {
            name: column.name,
            kind: column.kind.name(),
            optional: column.optional,
            range: range(column, encoder),
            categories: categories(column),
            example: row.get(column.name).cloned(),
        })
        .collect()
}

/// The least and the greatest number of the training rows, where there was any; a time's are of no
/// use, since every time of a live system is beyond them.
fn range(column: &Column<'_>, encoder: &Encoder<'_>) -> Option<[f64; 2]> {
    let (ColumnKind::Number, EncoderKind::Number(number)) = (column.kind, &encoder.kind) else {
        return None;
    };
    let range = [number.scaling.least, number.scaling.greatest];
    range.iter().all(|end| end.is_finite()).then_some(range)
}

fn categories<'a>(column: &Column<'a>) -> Option<Vec<&'a str>> {
    (column.kind == ColumnKind::Category).then(|| {
        let known = (0..column.term_count()).filter_map(|index| column.term(index));
        known.take(CATEGORIES).collect()
    })
}
