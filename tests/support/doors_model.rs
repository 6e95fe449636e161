//! A model of four kinds of columns, and rows of them in every form that a protocol has.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::path::PathBuf;

use model::assemble::{
    CategoryColumn, ColumnPart, KernelParts, NumberColumn, Parts, TextColumn, assemble,
};
use model::features::{NumberSettings, Scaling, TextSettings};
use model::format::{CategoryEncoding, Estimator, Link, NumberEncoding};
use model::head::{Classes, Head};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The words that the model knows, and some that it does not.
pub const WORDS: [&str; 8] = [
    "parcel",
    "late",
    "money",
    "back",
    "ünïcode",
    "a, b",
    "\"so\"",
    "two\nlines",
];

/// The colors that it knows, and one that it does not.
pub const COLORS: [&str; 4] = ["red", "light blue", "green", "pink"];

/// Writes the model into a folder: `note` is a text, `size` a number from 0 to 10, `urgent` a
/// boolean that may be left out, `color` a category.
pub fn write(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("four.hearth");
    std::fs::write(&path, bytes()).unwrap();
    path
}

fn bytes() -> Vec<u8> {
    let note = TextColumn {
        name: "note".into(),
        settings: TextSettings {
            ngram_range: (1, 2),
            sublinear_tf: true,
            ..TextSettings::default()
        },
        terms: WORDS[..5]
            .iter()
            .map(|word| (word.to_string(), 1.5))
            .collect(),
    };
    let number = |name: &str, optional, greatest| NumberColumn {
        name: name.into(),
        optional,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: Scaling {
                encoding: NumberEncoding::Standard,
                mean: 4.0,
                scale: 2.5,
                fill: 5.0,
                least: 0.0,
                greatest,
            },
            marks_missing: true,
        },
    };
    let color = CategoryColumn {
        name: "color".into(),
        optional: false,
        notation: Default::default(),
        encoding: CategoryEncoding::OneHot,
        categories: COLORS[..3]
            .iter()
            .map(|name| (name.to_string(), 1.0))
            .collect(),
    };
    let labels = vec!["small", "large, heavy", "\"odd\""];
    // 5 words, 2 features a number, 3 colors: 12 features of 3 weights.
    let weights: Vec<f32> = (0..36)
        .map(|index| (index * 7 % 11) as f32 / 4.0 - 1.0)
        .collect();
    assemble(&Parts {
        name: "four",
        version: "3",
        git_revision: "",
        example: r#"{"note": "late parcel", "size": 2, "color": "red"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[
            ColumnPart::Text(note),
            ColumnPart::Number(number("size", false, 10.0)),
            ColumnPart::Boolean(number("urgent", true, 1.0)),
            ColumnPart::Category(color),
        ],
        kernel: KernelParts::Weights(weights),
        intercepts: &[0.5, 0.0, -0.5],
        head: Head::Classes(Classes::new(labels, Link::Softmax)),
        baseline: None,
        golden: "",
        card: "{}",
    })
    .unwrap()
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Text.
    pub note: String,
    /// Number from 0 to 10.
    pub size: f64,
    /// Boolean, or missing.
    pub urgent: Option<bool>,
    /// Category: one of [`COLORS`].
    pub color: String,
}

/// The names of the columns, in the model's order.
pub const COLUMNS: [&str; 4] = ["note", "size", "urgent", "color"];

impl Row {
    /// Its values, in the model's order.
    pub fn values(&self) -> Vec<Value> {
        vec![
            json!(self.note),
            json!(self.size),
            json!(self.urgent),
            json!(self.color),
        ]
    }

    /// As an object.
    pub fn object(&self) -> Value {
        COLUMNS.into_iter().zip(self.values()).collect()
    }
}

/// As many rows as asked for, different for each seed, the same for the same.
pub fn rows(seed: u64, count: usize) -> Vec<Row> {
    // A linear congruential generator (Knuth's MMIX).
    let mut state = seed;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    (0..count)
        .map(|_| Row {
            note: (0..1 + below(5))
                .map(|_| WORDS[below(WORDS.len())])
                .collect::<Vec<_>>()
                .join(" "),
            // Few digits, which every reader of numbers reads alike.
            size: below(130) as f64 / 8.0,
            urgent: [None, Some(false), Some(true)][below(3)],
            color: COLORS[below(COLORS.len())].to_string(),
        })
        .collect()
}

/// Rows as CSV.
pub fn csv(rows: &[Row], has_header: bool) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if has_header {
        writer.write_record(COLUMNS).unwrap();
    }
    for row in rows {
        let urgent = row.urgent.map_or(String::new(), |yes| yes.to_string());
        let size = row.size.to_string();
        writer
            .write_record([&row.note, &size, &urgent, &row.color])
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
