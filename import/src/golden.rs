//! Rows at and around the thresholds of trees: golden cases and the example.

use crate::forest::{Forest, Test};
use model::assemble::ColumnPart;
use model::random::Random;
use serde_json::{Map, Value};

/// Most rows.
const ROWS: usize = 100;

/// Most values of all rows together: a model of thousands of columns gets fewer rows.
const VALUES: usize = 20_000;

/// Fewest rows.
const FEWEST: usize = 8;

/// Most thresholds of a feature that rows are made from.
const THRESHOLDS: usize = 64;

/// The thresholds and codes of each feature, ascending, without repeats.
pub struct Questions {
    numbers: Vec<Vec<f64>>,
}

impl Questions {
    /// Those of a forest.
    pub fn of(forest: &Forest) -> Questions {
        let mut numbers = vec![Vec::new(); forest.features.len()];
        for (feature, test) in forest.splits() {
            let Some(of_feature) = numbers.get_mut(feature as usize) else {
                continue;
            };
            match test {
                Test::UpTo(threshold) | Test::UpToZeroMissing(threshold) => {
                    of_feature.push(*threshold);
                }
                // The category behind the last of a set is in none of its words.
                Test::In(words) => {
                    let bits = (0..32 * words.len() as u32)
                        .filter(|code| words[(code / 32) as usize] >> (code % 32) & 1 == 1);
                    of_feature.extend(bits.map(f64::from));
                    of_feature.push(32.0 * words.len() as f64);
                }
            }
        }
        for of_feature in &mut numbers {
            of_feature.sort_by(f64::total_cmp);
            of_feature.dedup();
            let step = of_feature.len().div_ceil(THRESHOLDS).max(1);
            *of_feature = of_feature.iter().copied().step_by(step).collect();
        }
        Questions { numbers }
    }

    /// A value in the middle of what a feature is asked for.
    fn middle(&self, feature: usize) -> f64 {
        let numbers = &self.numbers[feature];
        numbers.get(numbers.len() / 2).copied().unwrap_or(0.0)
    }
}

/// The rows of the golden cases, as JSON objects.
pub fn rows(columns: &[ColumnPart], questions: &Questions, seed: u64) -> Vec<String> {
    let count = (VALUES / columns.len().max(1)).clamp(FEWEST, ROWS);
    let mut random = Random::new(seed);
    let mut rows: Vec<String> = (0..count)
        .map(|_| {
            object(columns, |at, column| {
                drawn(at, column, questions, &mut random)
            })
        })
        .collect();
    rows.push(object(columns, |_, _| Value::Null));
    rows.push(object(columns, |_, column| match column {
        ColumnPart::Category(_) => "no such category".into(),
        ColumnPart::Boolean(_) => false.into(),
        _ => (-0.0).into(),
    }));
    rows.push(example(columns, questions));
    rows
}

/// A row that the model can answer.
pub fn example(columns: &[ColumnPart], questions: &Questions) -> String {
    object(columns, |at, column| match column {
        ColumnPart::Category(of) => match of.categories.first() {
            Some((name, _)) => name.as_str().into(),
            None => Value::Null,
        },
        ColumnPart::Boolean(_) => true.into(),
        _ => {
            let middle = questions.middle(at);
            // Few digits, as a person writes them; the side of the threshold does not matter. LightGBM
            // writes 1e-35 for 0.
            let middle = if middle.abs() < 1e-30 { 0.0 } else { middle };
            let short: f64 = format!("{middle:.3e}").parse().unwrap_or(middle);
            whole(short)
        }
    })
}

fn drawn(at: usize, column: &ColumnPart, questions: &Questions, random: &mut Random) -> Value {
    if random.below(8) == 0 {
        return Value::Null;
    }
    match column {
        ColumnPart::Category(of) => match random.below(of.categories.len() + 1) {
            place if place < of.categories.len() => of.categories[place].0.as_str().into(),
            _ => "no such category".into(),
        },
        ColumnPart::Boolean(_) => (random.below(2) == 1).into(),
        _ => {
            let thresholds = &questions.numbers[at];
            let threshold = match thresholds.len() {
                0 => 0.0,
                count => thresholds[random.below(count)],
            };
            let narrow = threshold as f32;
            let value = match random.below(9) {
                0 | 1 => threshold,
                2 => threshold.next_up(),
                3 => threshold.next_down(),
                4 => f64::from(narrow),
                5 => f64::from(narrow.next_up()),
                6 => f64::from(narrow.next_down()),
                7 => 0.0,
                _ => threshold.trunc(),
            };
            match value.is_finite() {
                true => whole(value),
                false => Value::Null,
            }
        }
    }
}

/// A number as JSON, without the `.0` of whole ones.
fn whole(value: f64) -> Value {
    let is_whole = value.fract() == 0.0 && value.abs() < 1e15;
    match is_whole && (value != 0.0 || value.is_sign_positive()) {
        true => (value as i64).into(),
        false => value.into(),
    }
}

fn object(columns: &[ColumnPart], mut value: impl FnMut(usize, &ColumnPart) -> Value) -> String {
    let members = columns.iter().enumerate();
    let members = members.map(|(at, column)| (column.name().to_string(), value(at, column)));
    Value::Object(Map::from_iter(members)).to_string()
}
