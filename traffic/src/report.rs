//! The result of a drift comparison.

use super::captures::Reading;
use super::drift::{Judged, Moment, Seen};
use super::estimate::Quality;
use super::truth::Unknown;
use monitor::Verdict;
use serde::Serialize;

/// A drift, for people and for programs.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The model's name.
    pub model: String,
    /// Its version.
    pub version: String,
    /// Files and records that were read.
    pub reading: Reading,
    /// Statistics of the records.
    pub seen: Seen,
    /// Statistics of other captures, which they are compared with instead of training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Seen>,
    /// The traffic by period.
    pub timeline: Timeline,
    /// Every distribution, in the model's order.
    pub distributions: Vec<Judged>,
    /// Accuracy of the answers.
    pub quality: Quality,
    /// Labels that were given, and how many of them found their record.
    pub truths: Option<[u64; 2]>,
    /// True labels that are none of the model's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_truths: Vec<Unknown>,
    /// Sentences about true labels that do not fit the model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub truth_notes: Vec<String>,
}

/// The traffic by period.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Timeline {
    /// Distributions whose index each moment has: those that drifted most.
    pub distributions: Vec<String>,
    /// The periods, in the order of time.
    pub moments: Vec<Moment>,
}

impl Report {
    /// Name of what the traffic is compared with.
    pub fn reference(&self) -> &'static str {
        match self.against {
            Some(_) => "the other captures",
            None => "training",
        }
    }

    /// The distributions, the worst first.
    pub fn worst_first(&self) -> Vec<&Judged> {
        let mut all: Vec<&Judged> = self.distributions.iter().collect();
        // A stable sort: equal ones stay in the model's order.
        all.sort_by(|a, b| {
            let by = |of: &Judged| (of.rows > 0, of.verdict);
            by(b).cmp(&by(a)).then(b.psi.total_cmp(&a.psi))
        });
        all
    }

    /// The distributions that have moved, the worst first.
    pub fn moved(&self) -> Vec<&Judged> {
        let all = self.distributions.iter();
        let mut moved: Vec<&Judged> = all.filter(|of| of.verdict != Verdict::Stable).collect();
        moved.sort_by(|a, b| b.psi.total_cmp(&a.psi));
        moved
    }

    /// Result, in one sentence.
    pub fn sentence(&self) -> String {
        let (rows, moved) = (self.seen.rows, self.moved());
        let all = self.distributions.len();
        let when = self.seen.when();
        let records = if rows == 1 { "record" } else { "records" };
        if moved.is_empty() {
            return format!("No drift found in {all} distributions over {rows} {records}{when}.");
        }
        let names: Vec<String> = moved
            .iter()
            .take(5)
            .map(|of| format!("{} ({}, PSI {:.2})", of.name, of.verdict.name(), of.psi))
            .collect();
        let more = match moved.len() - names.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        format!(
            "{} of {all} distributions over {rows} {records}{when} have drifted since {}: {}{more}.",
            moved.len(),
            self.reference(),
            names.join(", ")
        )
    }

    /// Notes on records that were not compared.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let seen = &self.seen;
        for (name, count) in &seen.others {
            notes.push(format!(
                "{count} records of {name} were not compared with {} {}",
                self.model, self.version
            ));
        }
        if let (count @ 1.., Some(why)) = (seen.refused, &seen.refusal) {
            notes.push(format!("{count} rows do not fit this model: {why}"));
        }
        if seen.redacted > 0 {
            notes.push(format!(
                "{} rows have redacted columns, which were left out",
                seen.redacted
            ));
        }
        if self.reading.broken > 0 {
            let count = self.reading.broken;
            notes.push(format!("{count} broken records were skipped"));
        }
        notes.extend(self.reading.unread_note());
        if let Some([given, found]) = self.truths {
            notes.push(format!("{found} of {given} labels have the id of a record"));
        }
        notes.extend(self.truth_notes.iter().cloned());
        notes.extend(self.times_note());
        let judged = self.distributions.iter().filter(|of| of.rows > 0);
        if let Some(least) = judged.map(|of| of.rows.min(of.reference_rows)).min()
            && least < FEW
        {
            notes.push(format!(
                "there are few rows, live or in {} ({least}): only large changes can be \
                 distinguished from chance",
                self.reference()
            ));
        }
        notes
    }

    /// The columns of times, whose index says nothing about the times themselves.
    fn times_note(&self) -> Option<String> {
        let is_time = |of: &&Judged| matches!(&of.bins[..], [only] if only.name == "any");
        let times: Vec<&str> = self
            .distributions
            .iter()
            .filter(is_time)
            .map(|of| of.name.as_str())
            .collect();
        let names = times.join(", ");
        (!times.is_empty()).then(|| {
            format!("{names}: of times only missing ones are compared, since time moves on")
        })
    }
}

/// Below this number of rows a moderate change in ten bins may be chance: the expected index is
/// then 0.09, with a spread of 0.04.
const FEW: u64 = 100;

/// A p-value for people.
pub fn p_text(p: f64) -> String {
    match p {
        p if p < 1e-6 => "< 1e-6".into(),
        p if p < 0.001 => format!("{p:.0e}"),
        p => format!("{p:.3}"),
    }
}

#[cfg(test)]
pub(crate) mod tests_support {
    use super::*;

    /// A report of nothing.
    pub fn report() -> Report {
        Report {
            model: "m".into(),
            version: "1".into(),
            reading: Reading::default(),
            seen: Seen::default(),
            against: None,
            timeline: Timeline::default(),
            distributions: Vec::new(),
            quality: Quality {
                name: "accuracy",
                at_training: None,
                reference: None,
                estimated: None,
                with_truth: None,
                confusion: None,
                confusion_label: None,
            },
            truths: None,
            unknown_truths: Vec::new(),
            truth_notes: Vec::new(),
        }
    }
}
