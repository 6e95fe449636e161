//! Models that are made and not trained, in no time: one of three labels, told apart by three words,
//! and the parts of a regression, from which others are made.

use model::assemble::{
    CategoryColumn, ColumnPart, KernelParts, NumberColumn, Parts, TextColumn, assemble,
};
use model::features::{NumberSettings, Scaling, TextSettings};
use model::format::{CategoryEncoding, Estimator, Link, NumberEncoding, ValueLink};
use model::head::{Classes, Head};

/// The labels.
pub const LABELS: [&str; 3] = ["billing", "delivery", "refund"];

/// The words that speak for them, in the labels' order where `turn` is 0, else turned so far.
pub const WORDS: [&str; 3] = ["invoice", "parcel", "money"];

/// A model of the columns `text`, `amount` (a number of 0 to 10) and `plan` (`tin` or `gold`, which
/// may be left out); a word speaks for the label `turn` places behind its own.
///
/// # Panics
///
/// If it cannot be made.
pub fn model(version: &str, turn: usize) -> Vec<u8> {
    let text = TextColumn {
        name: "text".into(),
        settings: TextSettings::default(),
        terms: WORDS.map(|word| (word.to_owned(), 1.0)).to_vec(),
    };
    let amount = NumberColumn {
        name: "amount".into(),
        optional: true,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: Scaling {
                encoding: NumberEncoding::Standard,
                mean: 5.0,
                scale: 1.0,
                fill: 5.0,
                least: 0.0,
                greatest: 10.0,
            },
            marks_missing: false,
        },
    };
    let plan = CategoryColumn {
        name: "plan".into(),
        optional: true,
        notation: Default::default(),
        encoding: CategoryEncoding::OneHot,
        categories: ["tin", "gold"].map(|name| (name.to_owned(), 1.0)).to_vec(),
    };
    // Three words, the amount, two plans: a row each, a column a label.
    let mut weights = vec![0.0f32; 6 * 3];
    for word in 0..3 {
        weights[word * 3 + (word + turn) % 3] = 3.0;
    }
    assemble(&Parts {
        name: "small",
        version,
        git_revision: "",
        example: r#"{"text": "where is my parcel", "amount": 5, "plan": "tin"}"#,
        estimator: Estimator::LogisticRegression,
        columns: &[
            text.into(),
            ColumnPart::Number(amount),
            ColumnPart::Category(plan),
        ],
        kernel: KernelParts::Weights(weights),
        intercepts: &[0.0; 3],
        head: Head::Classes(Classes::new(LABELS.to_vec(), Link::Softmax)),
        baseline: None,
        golden: "",
        card: "{}",
    })
    .unwrap_or_else(|error| panic!("the small model cannot be made: {error:?}"))
}

/// A column of numbers from 0 to 1 that may be left out.
pub fn number(name: impl Into<String>, encoding: NumberEncoding) -> ColumnPart {
    ColumnPart::Number(NumberColumn {
        name: name.into(),
        optional: true,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: Scaling {
                encoding,
                mean: 0.0,
                scale: 1.0,
                fill: 0.0,
                least: 0.0,
                greatest: 1.0,
            },
            marks_missing: false,
        },
    })
}

/// Parts of a linear regression without an intercept.
pub fn regression<'a>(name: &'a str, columns: &'a [ColumnPart], weights: Vec<f32>) -> Parts<'a> {
    Parts {
        name,
        version: "1",
        git_revision: "",
        example: "{}",
        estimator: Estimator::Ridge,
        columns,
        kernel: KernelParts::Weights(weights),
        intercepts: &[0.0],
        head: Head::Value(ValueLink::Identity),
        baseline: None,
        golden: "",
        card: "{}",
    }
}
