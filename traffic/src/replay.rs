//! Replay: answers of another model to captured rows.

mod against;

pub use against::AgainstTruth;

use super::answers::Answer;
use super::captures::Tally;
use super::rows;
use super::steady;
use super::truth::Truth;
use against::Against;
use model::Model;
use model::answer::Answer as Answered;
use model::score::Scorer;
use monitor::capture::Record;
use monitor::moments::Moments;
use monitor::proportion::Counted;
use monitor::shift::total_variation;
use serde::Serialize;
use std::collections::BTreeMap;

/// Changes that are shown, the biggest.
pub const CHANGES: usize = 20;

/// Maximum number of distinct pairs of labels and reasons for rejection: a log may hold any labels.
const MOST: usize = 500;

/// Asks a model what captured rows were asked, and compares.
pub struct Replay<'a> {
    model: &'a Model<'static>,
    shows_inputs: bool,
    against: Against<'a>,
    scorer: Scorer,
    agreement: Counted,
    distance: Moments,
    flips: BTreeMap<(String, String), u64>,
    change: Moments,
    changes: Vec<Change>,
    refused: BTreeMap<String, u64>,
}

/// An answer that has changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The record's id.
    pub id: String,
    /// Captured answer.
    pub from: String,
    /// Answer of the new model.
    pub to: String,
    /// Distance of the two: total variation distance of the probabilities, 0 to 1; for regressions
    /// the absolute difference.
    pub size: f64,
    /// The row, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
}

/// Result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replayed {
    /// The new model's name.
    pub model: String,
    /// Its version.
    pub version: String,
    /// Rows that both models answered.
    pub rows: u64,
    /// For labels: the share of rows with the same label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<f64>,
    /// Where it lies with 95 % confidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_interval: Option<[f64; 2]>,
    /// For labels: the mean total variation distance of the probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_distance: Option<f64>,
    /// For regressions: the mean absolute change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_absolute_change: Option<f64>,
    /// Half the width of its 95 % interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_absolute_change_half_width: Option<f64>,
    /// Labels that became others, the most frequent first.
    pub flips: Vec<Flip>,
    /// The biggest changes.
    pub changes: Vec<Change>,
    /// Rows that the new model refuses.
    pub refused: Vec<Refused>,
    /// Both models against the true labels, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<AgainstTruth>,
}

/// A label that became another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// Captured answer.
    pub from: String,
    /// Answer of the new model.
    pub to: String,
    /// In so many rows.
    pub rows: u64,
}

/// Why rows are refused.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refused {
    /// One sentence.
    pub reason: String,
    /// So many rows.
    pub rows: u64,
}

impl<'a> Replay<'a> {
    /// Nothing yet.
    pub fn new(
        model: &'a Model<'static>,
        shows_inputs: bool,
        truth: Option<&'a Truth>,
    ) -> Replay<'a> {
        Replay {
            model,
            shows_inputs,
            against: Against::new(truth),
            scorer: Scorer::default(),
            agreement: Counted::default(),
            distance: Moments::default(),
            flips: BTreeMap::new(),
            change: Moments::default(),
            changes: Vec::new(),
            refused: BTreeMap::new(),
        }
    }

    /// Result.
    pub fn finish(self, version: &str) -> Replayed {
        let truth = self.against.finish();
        let mut flips: Vec<Flip> = self
            .flips
            .into_iter()
            .map(|((from, to), rows)| Flip { from, to, rows })
            .collect();
        // A stable sort: equal ones stay by name.
        flips.sort_by_key(|flip| std::cmp::Reverse(flip.rows));
        let refused = self.refused.into_iter();
        let mut refused: Vec<Refused> = refused
            .map(|(reason, rows)| Refused { reason, rows })
            .collect();
        refused.sort_by_key(|refused| std::cmp::Reverse(refused.rows));
        Replayed {
            model: self.model.name.to_string(),
            version: version.to_string(),
            rows: self.agreement.whole + self.change.rows(),
            agreement: self.agreement.share(),
            agreement_interval: self.agreement.interval(),
            mean_distance: self.distance.mean().map(steady),
            mean_absolute_change: self.change.mean().map(steady),
            mean_absolute_change_half_width: self.change.half_width().map(steady),
            flips,
            changes: self.changes,
            refused,
            truth,
        }
    }

    fn compare(&mut self, record: &Record<'_>) -> Result<(), String> {
        let model = self.model;
        let captured = Answer::read(&record.output)
            .ok_or("the captured answer has neither a label nor a number")?;
        let scorer = &mut self.scorer;
        let answered = rows::with(model, &record.input, |row, redacted| match redacted {
            [] => scorer.answer(model, row).map_err(|error| error.to_string()),
            [first, ..] => {
                let name = model.columns[*first].name;
                Err(format!("the column {name:?} is redacted"))
            }
        });
        let answered = answered.map_err(|error| error.to_string())??;
        match (&answered, captured.label.as_deref(), captured.value) {
            (Answered::Label(new), Some(label), _) => {
                let to = new.label();
                self.agreement.add(label == to);
                self.against.add_label(record, label, to);
                let distance = distance(&captured, model.head.labels(), &new.probabilities);
                self.distance.add(distance);
                if label != to {
                    let key = (label.to_string(), to.to_string());
                    note(&mut self.flips, key, ("others".into(), "others".into()), 1);
                    self.keep(record, distance, || (label.to_string(), to.to_string()));
                }
            }
            (Answered::Value(new), _, Some(value)) => {
                let change = (new - value).abs();
                self.change.add(change);
                self.against.add_value(record, value, *new);
                if change > 0.0 {
                    self.keep(record, change, || (value.to_string(), new.to_string()));
                }
            }
            (Answered::Label(_), ..) => {
                return Err(
                    "the captured answer is a number, and the new model gives labels".into(),
                );
            }
            (Answered::Value(_), ..) => {
                return Err(
                    "the captured answer is a label, and the new model gives numbers".into(),
                );
            }
        }
        Ok(())
    }

    /// Keeps a change that is among the biggest.
    fn keep(&mut self, record: &Record<'_>, size: f64, of: impl FnOnce() -> (String, String)) {
        let is_small = self.changes.last().is_some_and(|last| size < last.size);
        if self.changes.len() >= CHANGES && is_small {
            return;
        }
        let (from, to) = of();
        self.changes.push(Change {
            id: record.event_id.to_string(),
            from,
            to,
            size,
            input: self.shows_inputs.then(|| record.input.to_string()),
        });
        self.sort();
    }

    fn sort(&mut self) {
        let by_size = |a: &Change, b: &Change| b.size.total_cmp(&a.size).then(a.id.cmp(&b.id));
        self.changes.sort_by(by_size);
        self.changes.truncate(CHANGES);
    }
}

impl Tally for Replay<'_> {
    fn add(&mut self, record: &Record<'_>) {
        if let Err(reason) = self.compare(record) {
            note(&mut self.refused, reason, "other reasons".into(), 1);
        }
    }

    fn merge(&mut self, other: Self) {
        self.agreement.merge(&other.agreement);
        self.distance.merge(&other.distance);
        self.change.merge(&other.change);
        self.against.merge(&other.against);
        for (pair, rows) in other.flips {
            note(
                &mut self.flips,
                pair,
                ("others".into(), "others".into()),
                rows,
            );
        }
        for (reason, rows) in other.refused {
            note(&mut self.refused, reason, "other reasons".into(), rows);
        }
        self.changes.extend(other.changes);
        self.sort();
    }
}

fn note<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K, other: K, more: u64) {
    let fits = counts.len() < MOST || counts.contains_key(&key);
    *counts.entry(if fits { key } else { other }).or_default() += more;
}

/// Total variation distance over the labels of either.
fn distance(captured: &Answer<'_>, labels: &[&str], probabilities: &[f64]) -> f64 {
    let of_model = labels.iter().zip(probabilities);
    let of_model =
        of_model.map(|(label, new)| (captured.probability(label).unwrap_or_default(), *new));
    let old = captured.probabilities.0.iter();
    let others = old.filter(|(label, _)| !labels.contains(&label.as_ref()));
    total_variation(of_model.chain(others.map(|(_, old)| (*old, 0.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_over_the_labels_of_either() {
        let captured = Answer::read(r#"{"label":"a","probabilities":{"a":0.75,"old":0.25}}"#);
        let captured = captured.unwrap();
        assert_eq!(distance(&captured, &["a", "b"], &[0.75, 0.25]), 0.25);
        assert_eq!(distance(&captured, &["a", "old"], &[0.75, 0.25]), 0.0);
        assert_eq!(distance(&captured, &["b"], &[1.0]), 1.0);
    }

    #[test]
    fn labels_without_end_are_counted_together() {
        let mut counts = BTreeMap::new();
        for label in 0..2_000 {
            note(&mut counts, format!("{label:04}"), "others".into(), 1);
        }
        assert_eq!(counts.len(), MOST + 1);
        assert_eq!(counts["others"], 2_000 - MOST as u64);
    }
}
