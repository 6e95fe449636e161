//! A real model file, small enough to read, and requests to ask it with.

use crate::app::{App, HandledRequest};
use crate::request::{Body, Request};
use crate::request_id::RequestId;
use crate::served::{ModelSource, ServedModel};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Method};
use model::Model;
use model::assemble::{
    CategoryColumn, ColumnPart, KernelParts, LeafParts, NodeParts, NumberColumn, Parts, TextColumn,
    TreeParts, assemble,
};
use model::features::{NumberSettings, Scaling, TextSettings};
use model::format::{
    ALL_OUTPUTS, CategoryEncoding, Estimator, LEAF, Link, Node, NumberEncoding, TreeRecord,
};
use model::head::{Classes, DecisionRule, Head};
use serde_json::Value;
use std::io::Write;
use std::time::Duration;

/// The bytes of a model that classifies mails about deliveries, refunds and bills by five words.
pub(crate) fn model_file(intercepts: &[f64; 3], weights: &[f32; 15]) -> Vec<u8> {
    let labels = vec!["billing", "delivery", "refund"];
    let terms = ["parcel", "late", "money", "back", "invoice"];
    assemble(&Parts {
        name: "mail-sorter",
        version: "v7",
        git_revision: "0123abc",
        example: r#"{"text": "my parcel is late"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[ColumnPart::Text(TextColumn {
            name: "text".into(),
            settings: TextSettings::default(),
            terms: terms.map(|term| (term.to_owned(), 1.0)).to_vec(),
        })],
        kernel: KernelParts::Weights(weights.to_vec()),
        intercepts,
        head: Head::Classes(Classes::new(labels, Link::Softmax)),
        baseline: None,
        golden: "",
        card: "{}",
    })
    .unwrap()
}

/// Weights of each word for billing, delivery and refund.
#[rustfmt::skip]
pub(crate) const WEIGHTS: [f32; 15] = [
    0.0, 4.0, 1.0,
    0.0, 2.0, 0.5,
    1.0, 0.0, 4.0,
    0.0, 0.0, 3.0,
    5.0, 0.0, 0.0,
];

fn served(file: Vec<u8>) -> ServedModel {
    ServedModel::new(Model::open(file.leak()).unwrap(), None, Duration::ZERO)
}

/// A model of a text, a number, a boolean that may be left out and a category; linear, with weights
/// and a range of 0 to 10 for the number.
fn mixed_file() -> Vec<u8> {
    let note = TextColumn {
        name: "note".into(),
        settings: TextSettings {
            l2_norm: false,
            ..TextSettings::default()
        },
        terms: ["late", "parcel"]
            .map(|term| (term.to_owned(), 1.0))
            .to_vec(),
    };
    let number = |name: &str, optional, greatest| NumberColumn {
        name: name.into(),
        optional,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: Scaling {
                encoding: NumberEncoding::Standard,
                greatest,
                ..RAW
            },
            marks_missing: false,
        },
    };
    let color = CategoryColumn {
        name: "color".into(),
        optional: false,
        notation: Default::default(),
        encoding: CategoryEncoding::OneHot,
        categories: ["red", "blue"].map(|name| (name.to_owned(), 1.0)).to_vec(),
    };
    let labels = vec!["small", "medium", "large"];
    #[rustfmt::skip]
    let weights = [
        0.5, 1.0, -1.0, // late
        0.25, 0.0, 0.125, // parcel
        -0.5, 0.0, 0.5, // size
        0.0, 1.0, 0.5, // urgent
        0.5, 0.0, 0.0, // red
        0.0, 0.0, 2.0, // blue
    ];
    assemble(&Parts {
        name: "mixed one",
        version: "1",
        git_revision: "",
        example: r#"{"note": "late parcel", "size": 2, "color": "red"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[
            ColumnPart::Text(note),
            ColumnPart::Number(number("size", false, 10.0)),
            ColumnPart::Boolean(number("urgent", true, 1.0)),
            ColumnPart::Category(color),
        ],
        kernel: KernelParts::Weights(weights.to_vec()),
        intercepts: &[0.5, 0.0, -0.5],
        head: Head::Classes(Classes::new(labels, Link::Softmax)),
        baseline: None,
        golden: "",
        card: "{}",
    })
    .unwrap()
}

/// Numbers as they are, of 0 to 10 in training.
pub(crate) const RAW: Scaling = Scaling {
    encoding: NumberEncoding::Raw,
    mean: 0.0,
    scale: 1.0,
    fill: 0.0,
    least: 0.0,
    greatest: 10.0,
};

/// A column of numbers that trees look at as they are.
pub(crate) fn raw(name: &str, optional: bool) -> NumberColumn {
    NumberColumn {
        name: name.into(),
        optional,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: RAW,
            marks_missing: false,
        },
    }
}

/// One tree of one split: up to 5 it is small.
fn tree_file() -> Vec<u8> {
    let size = raw("size", false);
    let node = |feature: u32, threshold: f32, right: u32| Node {
        threshold: threshold.into(),
        feature: feature.into(),
        right: right.into(),
    };
    let labels = vec!["small", "large"];
    assemble(&Parts {
        name: "tree",
        version: "1",
        git_revision: "",
        example: r#"{"size": 2}"#,
        estimator: Estimator::RandomForest,
        columns: &[ColumnPart::Number(size)],
        intercepts: &[0.0; 2],
        head: Head::Classes(Classes::new(labels, Link::Share)),
        kernel: KernelParts::Trees(TreeParts {
            trees: vec![TreeRecord {
                output: ALL_OUTPUTS.into(),
                first: 0.into(),
                count: 3.into(),
            }],
            nodes: NodeParts::F32(vec![
                node(0, 5.0, 2),
                node(LEAF, 0.0, 0),
                node(LEAF, 0.0, 1),
            ]),
            leaves: LeafParts::Dense(vec![0.75, 0.25, 0.25, 0.75]),
            ..TreeParts::default()
        }),
        baseline: None,
        golden: "",
        card: "{}",
    })
    .unwrap()
}

/// A model of four kinds of columns.
pub(crate) fn served_mixed() -> ServedModel {
    served(mixed_file())
}

/// An app for a model of four kinds of columns, in this environment.
pub(crate) fn mixed_app_in(variables: &'static [(&str, &str)]) -> App {
    App::new(Ok(served(mixed_file())), &from(variables))
}

/// An app for a model of four kinds of columns.
pub(crate) fn mixed_app() -> App {
    mixed_app_in(&[])
}

/// An app for a model of trees.
pub(crate) fn tree_app() -> App {
    App::new(Ok(served(tree_file())), &|_| None)
}

fn from(variables: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    |name: &str| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

/// An app for a model of one word and these labels, of which the rule chooses one. A row without the
/// word has the same probability for each.
pub(crate) fn app_that_decides(labels: &[&str], rule: DecisionRule, card: &str) -> App {
    let file = assemble(&Parts {
        name: "m",
        version: "1",
        git_revision: "",
        example: r#"{"text": "word"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[ColumnPart::Text(TextColumn {
            name: "text".into(),
            settings: TextSettings::default(),
            terms: vec![("word".to_owned(), 1.0)],
        })],
        kernel: KernelParts::Weights(vec![0.0; labels.len()]),
        intercepts: &vec![0.0; labels.len()],
        head: Head::Classes(Classes {
            rule,
            ..Classes::new(labels.to_vec(), Link::Softmax)
        }),
        baseline: None,
        golden: "",
        card,
    });
    App::new(Ok(served(file.unwrap())), &|_| None)
}

/// An app for the model, with nothing in its environment.
pub(crate) fn app() -> App {
    App::new(Ok(served(model_file(&[0.0; 3], &WEIGHTS))), &|_| None)
}

/// An app for the model, in this environment.
pub(crate) fn app_in(variables: &'static [(&str, &str)]) -> App {
    App::new(
        Ok(served(model_file(&[0.0; 3], &WEIGHTS))),
        &from(variables),
    )
}

/// An app whose model gives no finite score.
pub(crate) fn app_with_damaged_weights() -> App {
    let file = model_file(&[0.0; 3], &[f32::NAN; 15]);
    App::new(Ok(served(file)), &|_| None)
}

/// An app that found no model where it should be.
pub(crate) fn app_without_model() -> App {
    let nowhere = ModelSource::File("/nowhere/secret-place.hearth".into());
    App::new(ServedModel::open(&nowhere, None), &|_| None)
}

/// A row, sent as programs send it.
pub(crate) fn predict(body: &[u8]) -> Request<'_> {
    Request {
        method: &Method::POST,
        path: "/predict",
        query: None,
        headers: None,
        content_type: Some("application/json"),
        body: Body::Whole(body),
        request_id: RequestId::default(),
        trace_id: None,
        takes_binary: true,
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
pub(crate) fn emf_line(outcome: &HandledRequest) -> Value {
    let line = std::str::from_utf8(&outcome.metrics).unwrap();
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    assert!(line.ends_with('\n'), "{line}");
    assert_eq!(emf::lint(line), Ok(()));
    json(line.as_bytes())
}

/// Headers of these names and values.
pub(crate) fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    headers
}

/// Bytes, gzipped.
pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
