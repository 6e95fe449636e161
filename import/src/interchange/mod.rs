//! The interchange document of scikit-learn pipelines, `pipeline.json`, written by
//! `python/hearth_export.py` and specified in `docs/interchange.md`.
//!
//! 1. `features`: the transformers, as functions of one column each.
//! 2. `questions` and `trees`: trees of features become trees of columns; those of LightGBM and XGBoost,
//!    which the document has in the format of the library, too.
//! 3. `weights`: a linear model of features becomes one of columns.

mod columns;
mod document;
mod features;
mod questions;
mod trees;
mod weights;

use crate::forest::{Answers, Forest};
use crate::pipeline::{Case, LibraryAnswer, Pipeline};
use crate::{lightgbm, xgboost};
use anyhow::{Context, Result, bail};
pub use document::LIBRARY;
use document::{CaseEntry, ColumnEntry, Interchange, ModelEntry, VERSION};
use features::EstimatorFeature;
use model::arithmetic::Arithmetic;
use model::format::{Link, ValueLink};

/// True if a file begins like a document.
pub fn is_one(bytes: &[u8]) -> bool {
    let start = bytes.get(..64).unwrap_or(bytes).trim_ascii_start();
    let is_object = start.first() == Some(&b'{');
    is_object
        && start[1..]
            .trim_ascii_start()
            .starts_with(b"\"hearth_interchange\"")
}

/// Reads a document.
///
/// # Errors
/// One sentence: what is wrong or not supported, where, and what would work.
pub fn read(bytes: &[u8]) -> Result<Forest> {
    let document: Interchange = serde_json::from_slice(bytes)?;
    if document.hearth_interchange != VERSION {
        bail!(
            "its version is {}; this hearth reads {VERSION}: a newer one is needed",
            document.hearth_interchange
        );
    }
    columns::check_names(&document.columns)?;
    let entries = document.columns;
    let features: Result<Vec<EstimatorFeature>> = document
        .features
        .into_iter()
        .enumerate()
        .map(|(index, entry)| {
            EstimatorFeature::read(entry, &entries).with_context(|| format!("feature {index}"))
        })
        .collect();
    let features = features?;
    let labels = document.labels.unwrap_or_default();
    let link = document.link.as_deref();
    let mut forest = match document.model {
        ModelEntry::Linear(entry) => {
            let like = entry.like;
            check_outputs(link, labels.len(), entry.intercepts.len())?;
            if like.is_of_trees() {
                bail!(
                    "it has weights and is like {}, which has trees",
                    like.name()
                );
            }
            let weighed = weights::read(entry, &features, &entries)?;
            let mut forest = linear(like, answers(link, labels.len())?, weighed.intercepts);
            forest.pipeline = Some(Pipeline {
                columns: weighed.columns,
                weights: Some(weighed.weights),
                ..Pipeline::default()
            });
            forest
        }
        ModelEntry::Trees(entry) => {
            check_outputs(link, labels.len(), entry.intercepts.len())?;
            if !entry.like.is_of_trees() {
                bail!(
                    "it has trees and is like {}, which has weights",
                    entry.like.name()
                );
            }
            trees::read(entry, answers(link, labels.len())?)?
        }
        ModelEntry::Lightgbm { text } => {
            other(lightgbm::read(&text, None, (&[], &[])), link, labels.len())?
        }
        ModelEntry::Xgboost { text } => other(
            xgboost::read(text.as_bytes(), None, None),
            link,
            labels.len(),
        )?,
    };
    if forest.pipeline.is_none() {
        let columns = trees::ask_columns(&mut forest, &features, &entries)?;
        forest.pipeline = Some(Pipeline {
            columns,
            ..Pipeline::default()
        });
    }
    let pipeline = forest.pipeline.get_or_insert_default();
    pipeline.labels = labels;
    pipeline.cases = cases(document.cases)?;
    forest.features = pipeline
        .columns
        .iter()
        .map(crate::forest::Feature::of)
        .collect();
    forest.library = LIBRARY;
    forest.version = document.version;
    let lacks_probabilities = !pipeline.labels.is_empty() && !document.probabilities;
    forest.notes = notes(&entries, &document.estimator, lacks_probabilities);
    forest.objective = document.estimator;
    Ok(forest)
}

fn linear(estimator: model::format::Estimator, answers: Answers, intercepts: Vec<f64>) -> Forest {
    Forest {
        library: LIBRARY,
        version: String::new(),
        objective: String::new(),
        estimator,
        features: Vec::new(),
        trees: Vec::new(),
        leaves: Vec::new(),
        intercepts,
        answers,
        arithmetic: Arithmetic::default(),
        unknown_is_not_missing: false,
        pipeline: None,
        notes: Vec::new(),
    }
}

/// A model of another library at the end of the pipeline.
fn other(forest: Result<Forest>, link: Option<&str>, labels: usize) -> Result<Forest> {
    let mut forest = forest?;
    match (forest.answers, link) {
        (_, None) => {}
        (Answers::Value(ValueLink::Identity), link) => forest.answers = answers(link, labels)?,
        (_, Some(link)) => bail!(
            "the link {link} does not fit the objective {}",
            forest.objective
        ),
    }
    match forest.answers {
        Answers::Classes(count, _) if count == labels => Ok(forest),
        Answers::Value(_) if labels == 0 => Ok(forest),
        _ => bail!(
            "it has {labels} labels, which do not fit the objective {}",
            forest.objective
        ),
    }
}

fn answers(link: Option<&str>, labels: usize) -> Result<Answers> {
    let of_classes = |link| match labels {
        0 | 1 => bail!("it has {labels} labels; two or more were expected"),
        count => Ok(Answers::Classes(count, link)),
    };
    match link {
        Some("softmax") => of_classes(Link::Softmax),
        Some("sigmoid") => of_classes(Link::Sigmoid),
        Some("share") => of_classes(Link::Share),
        Some("identity") => Ok(Answers::Value(ValueLink::Identity)),
        Some("exp") => Ok(Answers::Value(ValueLink::Exp)),
        Some("expm1") => Ok(Answers::Value(ValueLink::Expm1)),
        other => bail!("its link is {other:?}, which is not known"),
    }
}

/// Checks that there are as many outputs as the link takes.
fn check_outputs(link: Option<&str>, labels: usize, outputs: usize) -> Result<()> {
    let expected = match link {
        Some("softmax" | "share") => labels,
        _ => 1,
    };
    if outputs != expected {
        bail!("it has {outputs} intercepts; {expected} were expected");
    }
    Ok(())
}

fn cases(entries: Vec<CaseEntry>) -> Result<Vec<Case>> {
    if entries.is_empty() {
        bail!("it has no cases: rows with the answers of the library");
    }
    let case = |(index, entry): (usize, CaseEntry)| {
        let answer = match (entry.label, entry.value) {
            (Some(label), None) => LibraryAnswer::Label(label, entry.probabilities),
            (None, Some(value)) => LibraryAnswer::Value(value),
            _ => bail!("case {} has no answer", index + 1),
        };
        Ok(Case {
            row: entry.row.get().to_string(),
            answer,
        })
    };
    entries.into_iter().enumerate().map(case).collect()
}

/// Notes for a person: cases in which the model answers and the library does not.
fn notes(columns: &[ColumnEntry], estimator: &str, lacks_probabilities: bool) -> Vec<String> {
    let named = |wanted: &dyn Fn(&ColumnEntry) -> bool| {
        let names = columns.iter().filter(|column| wanted(column));
        let names: Vec<String> = names.map(|column| format!("{:?}", column.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let mut notes = Vec::new();
    if lacks_probabilities {
        notes.push(format!(
            "{estimator} has no probabilities: its labels are exact, and the probabilities are made of its \
             scores by a sigmoid or softmax, without a calibration"
        ));
    }
    if let Some(names) = named(&|column| !column.optional) {
        notes.push(format!(
            "scikit-learn refuses a missing value in {names}; rows must have these fields, and a null is \
             answered without them"
        ));
    }
    if let Some(names) = named(&|column| column.known_only) {
        notes.push(format!(
            "scikit-learn refuses a category that it does not know in {names}; the model answers it as none \
             of the known ones, with the warning unknown_category"
        ));
    }
    notes
}
