//! Models that are made and not trained, in no time: one of three labels, told apart by three words,
//! and the parts of a regression, from which others are made.

use model::assemble::{CategoryColumn, ColumnPart, NumberColumn, Parts, TextColumn, assemble};
use model::calibration::Calibration;
use model::features::{NumberSettings, TextSettings};
use model::format::{CategoryEncoding, ColumnKind, Estimator, Link, NumberEncoding, Task};

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
        kind: ColumnKind::Number,
        optional: true,
        notation: Default::default(),
        settings: NumberSettings {
            encoding: NumberEncoding::Standard,
            option: false,
            mean: 5.0,
            scale: 1.0,
            fill: 5.0,
            least: 0.0,
            greatest: 10.0,
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
        task: Task::Classification,
        estimator: Estimator::LogisticRegression,
        link: Link::Softmax,
        columns: &[
            text.into(),
            ColumnPart::Number(amount),
            ColumnPart::Category(plan),
        ],
        labels: &LABELS.map(String::from),
        weights: &weights,
        trees: None,
        intercepts: &[0.0; 3],
        calibration: &Calibration::None,
        threshold: None,
        label_weights: &[],
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
        kind: ColumnKind::Number,
        optional: true,
        notation: Default::default(),
        settings: NumberSettings {
            encoding,
            option: false,
            mean: 0.0,
            scale: 1.0,
            fill: 0.0,
            least: 0.0,
            greatest: 1.0,
        },
    })
}

/// Parts of a linear regression without an intercept.
pub fn regression<'a>(name: &'a str, columns: &'a [ColumnPart], weights: &'a [f32]) -> Parts<'a> {
    Parts {
        name,
        version: "1",
        git_revision: "",
        example: "{}",
        task: Task::Regression,
        estimator: Estimator::Ridge,
        link: Link::Identity,
        columns,
        labels: &[],
        weights,
        intercepts: &[0.0],
        trees: None,
        calibration: &Calibration::None,
        threshold: None,
        label_weights: &[],
        baseline: None,
        golden: "",
        card: "{}",
    }
}
