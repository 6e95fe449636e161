//! A real model file, small enough to read, and requests to ask it with.

use crate::app::{App, Outcome};
use crate::request::{Body, Request};
use crate::served::Served;
use crate::settings::ModelSource;
use http::Method;
use model::Model;
use model::assemble::{Parts, TextColumn, assemble};
use model::features::TextSettings;
use model::format::{Estimator, Link, Task};
use serde_json::Value;

/// The bytes of a model that tells mails about deliveries, refunds and bills apart by five words.
pub(crate) fn model_file(intercepts: &[f64; 3], weights: &[f32; 15]) -> Vec<u8> {
    let labels = ["billing", "delivery", "refund"].map(String::from);
    let terms = ["parcel", "late", "money", "back", "invoice"];
    assemble(&Parts {
        name: "mail-sorter",
        version: "v7",
        git_revision: "0123abc",
        example: r#"{"text": "my parcel is late"}"#,
        task: Task::Classification,
        estimator: Estimator::LogisticRegression,
        link: Link::Softmax,
        columns: &[TextColumn {
            name: "text".into(),
            settings: TextSettings {
                lowercase: true,
                ngram_range: (1, 1),
                sublinear_tf: false,
                l2_norm: true,
            },
            terms: terms.map(|term| (term.to_owned(), 1.0)).to_vec(),
        }],
        labels: &labels,
        weights,
        intercepts,
        golden: "",
        card: "{}",
    })
    .unwrap()
}

/// What each word says for billing, delivery and refund.
#[rustfmt::skip]
pub(crate) const WEIGHTS: [f32; 15] = [
    0.0, 4.0, 1.0,
    0.0, 2.0, 0.5,
    1.0, 0.0, 4.0,
    0.0, 0.0, 3.0,
    5.0, 0.0, 0.0,
];

fn served(file: Vec<u8>) -> Served {
    Served::from(Model::open(file.leak()).unwrap())
}

/// An app for the model, with nothing in its environment.
pub(crate) fn app() -> App {
    App::new(Ok(served(model_file(&[0.0; 3], &WEIGHTS))), &|_| None)
}

/// An app for the model, in this environment.
pub(crate) fn app_in(variables: &'static [(&str, &str)]) -> App {
    let get = |name: &str| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    App::new(Ok(served(model_file(&[0.0; 3], &WEIGHTS))), &get)
}

/// An app whose model gives no finite score.
pub(crate) fn app_with_damaged_weights() -> App {
    let file = model_file(&[0.0; 3], &[f32::NAN; 15]);
    App::new(Ok(served(file)), &|_| None)
}

/// An app that found no model where it should be.
pub(crate) fn app_without_model() -> App {
    let nowhere = ModelSource::File("/nowhere/secret-place.hearth".into());
    App::new(Served::open(&nowhere), &|_| None)
}

/// A row, sent as programs send it.
pub(crate) fn predict(body: &[u8]) -> Request<'_> {
    Request {
        method: &Method::POST,
        path: "/predict",
        query: None,
        content_type: Some("application/json"),
        body: Body::Whole(body),
        request_id: None,
        trace_id: None,
    }
}

/// A request without a body.
pub(crate) fn ask<'a>(method: &'a Method, path: &'a str) -> Request<'a> {
    Request {
        method,
        path,
        content_type: None,
        ..predict(b"")
    }
}

/// JSON, parsed.
pub(crate) fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The one EMF line of an outcome, judged and parsed.
pub(crate) fn emf_line(outcome: &Outcome) -> Value {
    let line = std::str::from_utf8(&outcome.metrics).unwrap();
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    assert!(line.ends_with('\n'), "{line}");
    assert_eq!(emf::lint(line), Ok(()));
    json(line.as_bytes())
}
