//! Two weeks of made-up traffic: the first as the model was trained, the second with a known shift.
//!
//! Customers of whom one is to know whether they stay. The number `amount` and the category `plan`
//! tell it; the text `note`, the number `weight` and the number `discount`, which has gaps, tell
//! nothing. So it is known which distributions a shift moves, and that it moves no others: see
//! [`Shift::moves`].

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use monitor::capture::{Record, push_record, rfc3339};
use serde_json::{Map, Value, json};

use crate::tables::Draw;
use crate::{hearth, hearth_with};

/// Change in the second week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Nothing.
    None,
    /// Half of the words are new ones, as long as the old ones.
    Vocabulary,
    /// Nine of ten customers stay, where it was one of two.
    ClassMix,
    /// `weight` is in another unit.
    Number,
    /// `discount` comes no more.
    MissingColumn,
}

/// All of them.
pub const SHIFTS: [Shift; 5] = [
    Shift::None,
    Shift::Vocabulary,
    Shift::ClassMix,
    Shift::Number,
    Shift::MissingColumn,
];

impl Shift {
    /// The distributions that it moves, by name, in the order of the alphabet.
    pub fn moves(self) -> &'static [&'static str] {
        match self {
            Shift::None => &[],
            Shift::Vocabulary => &["note.oov_ratio"],
            Shift::ClassMix => &["amount", "plan", "prediction.label"],
            Shift::Number => &["weight"],
            Shift::MissingColumn => &["discount"],
        }
    }
}

/// A request and what turns out to be true.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The request's id.
    pub id: String,
    /// When, in seconds since 1970.
    pub second: u64,
    /// The row.
    pub row: Value,
    /// `stays` or `leaves`.
    pub truth: &'static str,
}

/// The first second of the first week: Monday, 5 January 2026.
pub const START: u64 = 1_767_571_200;

const WEEK: u64 = 7 * 86_400;

const WORDS: [&str; 24] = [
    "called", "about", "invoice", "monthly", "paper", "letter", "answer", "asked", "friendly",
    "again", "address", "moved", "street", "number", "online", "account", "password", "phone",
    "evening", "morning", "office", "visit", "later", "quick",
];

/// So many rows of a week, the same each time: week 1 is as at training, and week 2 has the shift.
pub fn week(week: u64, shift: Shift, rows: usize) -> Vec<Sent> {
    let shift = if week < 2 { Shift::None } else { shift };
    let mut draw = Draw::new(1_000 + week);
    let place = |row: usize| row as u64 * WEEK / rows.max(1) as u64;
    (0..rows)
        .map(|row| {
            let (truth, values) = customer(&mut draw, shift);
            Sent {
                id: format!("w{week}-{row:06}"),
                second: START + week.saturating_sub(1) * WEEK + place(row),
                row: Value::Object(values),
                truth,
            }
        })
        .collect()
}

fn customer(draw: &mut Draw, shift: Shift) -> (&'static str, Map<String, Value>) {
    let staying = if shift == Shift::ClassMix { 0.9 } else { 0.5 };
    let stays = draw.share() < staying;
    let side = if stays { 1.0 } else { -1.0 };
    let amount = 50.0 + 10.0 * (0.9 * side + normal(draw));
    let plan = match draw.share() {
        share if share < 0.7 => ["tin", "gold"][usize::from(stays)],
        share if share < 0.9 => "iron",
        _ => ["gold", "tin"][usize::from(stays)],
    };
    let weight = 5.0 + normal(draw);
    let weight = if shift == Shift::Number {
        weight * 1.5
    } else {
        weight
    };
    let discount = 10.0 * draw.share();
    let has_discount = draw.share() < 0.9 && shift != Shift::MissingColumn;
    let mut values = Map::new();
    values.insert("note".into(), note(draw, shift).into());
    values.insert("amount".into(), rounded(amount));
    values.insert("plan".into(), plan.into());
    values.insert("weight".into(), rounded(weight));
    let discount = if has_discount {
        rounded(discount)
    } else {
        Value::Null
    };
    values.insert("discount".into(), discount);
    (if stays { "stays" } else { "leaves" }, values)
}

fn note(draw: &mut Draw, shift: Shift) -> String {
    let mut note = String::new();
    for place in 0..4 + draw.below(8) {
        let word = draw.of(&WORDS);
        let is_new = shift == Shift::Vocabulary && draw.share() < 0.5;
        if place > 0 {
            note.push(' ');
        }
        match is_new {
            // As long as the word that was, and never met before.
            true => note.extend(word.bytes().map(|letter| (219 - letter) as char)),
            false => note.push_str(word),
        }
    }
    // Every third names a case, which no other does.
    if draw.below(3) == 0 {
        let _ = write!(note, " case{:05}", draw.below(100_000));
    }
    note
}

/// A number of the standard normal distribution (Box and Muller, "A note on the generation of random
/// normal deviates", 1958).
fn normal(draw: &mut Draw) -> f64 {
    let (first, second) = (1.0 - draw.share(), draw.share());
    (-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos()
}

fn rounded(value: f64) -> Value {
    json!((value * 100.0).round() / 100.0)
}

/// Trains a model on rows as those of the first week, in a folder, and gives its path.
///
/// # Panics
///
/// If training fails.
pub fn train(folder: &Path, rows: usize) -> PathBuf {
    let mut draw = Draw::new(7);
    let mut table = String::from("note,amount,plan,weight,discount,outcome\n");
    for _ in 0..rows {
        let (truth, values) = customer(&mut draw, Shift::None);
        for column in ["note", "amount", "plan", "weight", "discount"] {
            match &values[column] {
                Value::String(text) => table.push_str(text),
                Value::Null => {}
                number => table.push_str(&number.to_string()),
            }
            table.push(',');
        }
        table.push_str(truth);
        table.push('\n');
    }
    crate::tables::write(folder, "customers.csv", &table);
    let data = [
        "train",
        "--quiet",
        "--data",
        "customers.csv",
        "--target",
        "outcome",
    ];
    let how = [
        "--estimator",
        "logistic_regression",
        "--out",
        "customers.hearth",
    ];
    hearth(folder, &[&data[..], &how].concat()).success();
    folder.join("customers.hearth")
}

/// Captures of these requests, as a model answers them, one line each.
///
/// # Panics
///
/// If the model does not answer them all.
pub fn captured(model: &Path, sent: &[Sent], variant: Option<&str>) -> Vec<u8> {
    let rows: String = sent.iter().map(|sent| format!("{}\n", sent.row)).collect();
    let model = model.display().to_string();
    let arguments = ["predict", &model, "--format", "jsonl"];
    let folder = std::env::temp_dir();
    let answers = hearth_with(folder, &arguments, &[], rows.as_bytes()).success();
    let mut out = Vec::new();
    let mut count = 0;
    for (sent, answer) in sent.iter().zip(answers.stdout.lines()) {
        let mut answer: Map<String, Value> =
            serde_json::from_str(answer).expect("an answer is a JSON object");
        let identity = answer.remove("model").expect("an answer names its model");
        let text = |name: &str| identity[name].as_str().unwrap_or_default().to_string();
        let record = Record {
            input: sent.row.to_string().into(),
            output: Value::Object(answer).to_string().into(),
            event_id: sent.id.as_str().into(),
            inference_id: None,
            inference_time: rfc3339(sent.second).into(),
            model_name: text("name").into(),
            model_version: text("version").into(),
            variant: variant.map(Into::into),
        };
        push_record(&mut out, &record);
        count += 1;
    }
    assert_eq!(count, sent.len(), "an answer a row");
    out
}

/// The table of true labels, as they come later.
pub fn truths(sent: &[Sent]) -> String {
    let lines = sent
        .iter()
        .map(|sent| format!("{},{}\n", sent.id, sent.truth));
    format!("id,truth\n{}", lines.collect::<String>())
}

/// Writes bytes into a folder.
///
/// # Panics
///
/// If they cannot be written.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
