//! Captured traffic against the model's baseline, or against other traffic.

mod judged;
mod news;
mod periods;
mod source;

pub use judged::{Bin, Judged};
pub use news::NewValue;
pub use periods::{Period, Periods};

use super::answers::Answer;
use super::captures::Tally;
use super::estimate::Accuracy;
use super::requests::{self, Requests};
use super::rows;
use super::steady;
use super::truth::Truth;
use judged::{Counts, judge};
use model::Model;
use model::baseline::Baseline;
use model::card::Card;
use model::features::Features;
use model::format::Statistic;
use model::row::Row;
use monitor::capture::Record;
use monitor::{Window, window};
use news::News;
use serde::Serialize;
use source::Source;
use std::collections::BTreeMap;

/// A difference is one if chance makes it less often than this, over all distributions together:
/// each is held to its part (Bonferroni's correction), since of twenty one would be at 0.05.
pub const LEVEL: f64 = 0.01;

/// Fewest rows of a period whose figures mean anything.
const FEW: u64 = 20;

/// Maximum number of distinct models and versions; a log may hold any names.
const MODELS: usize = 50;

/// Counts records of a model in the bins of its baseline.
pub struct Drift<'a> {
    model: &'a Model<'static>,
    version: &'a str,
    truth: Option<&'a Truth>,
    any_version: bool,
    periods: Periods,
    sources: Vec<Source>,
    features: Features,
    news: News,
    seen: Seen,
}

/// Statistics of the traffic, besides the counts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Seen {
    /// Records that were compared.
    pub rows: u64,
    /// Records of other models or versions, which were not.
    pub others: BTreeMap<String, u64>,
    /// Records whose row is none of the model, and so none that it answered.
    pub refused: u64,
    /// Why, of one of them.
    pub refusal: Option<String>,
    /// The first and the last time.
    pub times: Option<[String; 2]>,
    /// Records in which something was redacted.
    pub redacted: u64,
    /// Requests, where the log has their metrics.
    pub requests: Requests,
}

/// Traffic of a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// The hour, day, month or year: `2026-01-05T13`, `2026-01-05`, `2026-01`, `2026`.
    pub time: String,
    /// Records that were compared.
    pub rows: u64,
    /// Accuracy estimated without labels (CBPE); `None` of few rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated: Option<f64>,
    /// Index of the distributions that were asked for; `None` of few rows.
    pub psi: Vec<Option<f64>>,
    /// Requests, where the log has their metrics.
    pub requests: Requests,
}

impl<'a> Drift<'a> {
    /// Nothing yet. `version` is the model's; with `any_version` records of others count too.
    pub fn new(
        model: &'a Model<'static>,
        version: &'a str,
        baseline: &Baseline<'static>,
        truth: Option<&'a Truth>,
        any_version: bool,
    ) -> Drift<'a> {
        let of = |distribution| Source::of(model, distribution);
        Drift {
            periods: Periods::new(Window::new(baseline)),
            sources: baseline.distributions.iter().map(of).collect(),
            model,
            version,
            truth,
            any_version,
            features: Features::default(),
            news: News::of(model),
            seen: Seen::default(),
        }
    }

    /// Statistics of the traffic.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// Statistics of accuracy.
    pub fn accuracy(&self) -> Accuracy {
        self.periods.whole().accuracy
    }

    /// The distributions, judged, in the baseline's order: against `reference`, which counted other traffic
    /// in the same bins, or else against training, whose means the model's card has.
    pub fn judge(&self, card: Option<&Card>, reference: Option<&Drift<'_>>) -> Vec<Judged> {
        let live = self.periods.whole().window;
        let reference = reference.map(|of| of.periods.whole().window);
        let distributions = live.distributions();
        let level = LEVEL / distributions.len().max(1) as f64;
        let each = distributions.iter().enumerate();
        each.map(|(index, distribution)| {
            let counts = match &reference {
                Some(window) => window.counts(index).to_vec(),
                None => window::training(distribution),
            };
            let counts = Counts {
                live: live.counts(index),
                reference: &counts,
            };
            let name = distribution.name(&self.model.columns);
            let judged = judge(distribution, counts, level, name);
            let new_values = match (distribution.statistic, distribution.column) {
                (Statistic::Category, Some(column)) => self.news.most_frequent(column, judged.rows),
                _ => Vec::new(),
            };
            // Of a time only its absence is counted.
            let is_number =
                |of: &&model::card::ColumnCard| of.name == judged.name && of.kind != "timestamp";
            let column = card.and_then(|card| card.columns.iter().find(is_number));
            let trained = column.and_then(|column| column.number);
            Judged {
                mean: live.mean(index).map(steady),
                reference_mean: match &reference {
                    Some(window) => window.mean(index).map(steady),
                    None => trained.map(|number| number.mean),
                },
                new_values,
                ..judged
            }
        })
        .collect()
    }

    /// The traffic by period, with the population stability index of each of these distributions.
    pub fn timeline(&self, distributions: &[usize]) -> Vec<Moment> {
        let labels = self.model.head.labels();
        let periods = self.periods.timeline().into_iter();
        periods
            .map(|(time, period)| Moment {
                time,
                rows: period.rows,
                estimated: period
                    .accuracy
                    .estimated()
                    .filter(|_| !labels.is_empty() && period.rows >= FEW),
                psi: distributions
                    .iter()
                    .map(|index| {
                        (period.window.rows_of(*index) >= FEW).then(|| period.window.psi(*index))
                    })
                    .collect(),
                requests: period.requests,
            })
            .collect()
    }

    /// True if a record is of another model, which is noted.
    fn is_other(&mut self, record: &Record<'_>) -> bool {
        let is = |name: &str, expected: &str| name.is_empty() || name == expected;
        let is_same =
            is(&record.model_name, self.model.name) && is(&record.model_version, self.version);
        if is_same || self.any_version {
            return false;
        }
        let key = format!("{} {}", record.model_name, record.model_version);
        note(&mut self.seen.others, key, 1);
        true
    }

    fn count(
        &mut self,
        time: &str,
        row: &Row<'_>,
        redacted: &[usize],
        answer: Option<&Answer<'_>>,
    ) {
        self.features.fill(&self.model.encoders, row);
        self.news.add(row, redacted);
        let window = &mut self.periods.at(time).window;
        for (index, source) in self.sources.iter().enumerate() {
            let number = match source {
                Source::Text(column, ..) | Source::Cell(column) if redacted.contains(column) => {
                    None
                }
                Source::Text(_, text, of) => self.features.by_column.get(*text).map(of),
                Source::Cell(column) => {
                    if let Some(cell) = row.cells().get(*column) {
                        window.add_cell(index, cell);
                    }
                    None
                }
                Source::Label => {
                    if let Some(label) = answer.and_then(|answer| answer.label.as_deref()) {
                        window.add_name(index, label);
                    }
                    None
                }
                Source::Answer(of) => answer.and_then(of),
            };
            if let Some(number) = number {
                window.add_number(index, number);
            }
        }
    }
}

impl Tally for Drift<'_> {
    fn add(&mut self, record: &Record<'_>) {
        if self.is_other(record) {
            return;
        }
        let answer = Answer::read(&record.output);
        let model = self.model;
        let counted = rows::with(model, &record.input, |row, redacted| {
            self.count(&record.inference_time, row, redacted, answer.as_ref());
            self.seen.redacted += u64::from(!redacted.is_empty());
        });
        if let Err(error) = counted {
            self.seen.refused += 1;
            let reason = error.to_string();
            // The least of all, so that threads do not change it.
            if self
                .seen
                .refusal
                .as_ref()
                .is_none_or(|least| reason < *least)
            {
                self.seen.refusal = Some(reason);
            }
            return;
        }
        self.seen.rows += 1;
        if !record.inference_time.is_empty() {
            let time = record.inference_time.to_string();
            self.seen.span([time.clone(), time]);
        }
        let period = self.periods.at(&record.inference_time);
        period.rows += 1;
        if let Some(answer) = &answer {
            let truth = self.truth.and_then(|truth| truth.take_of(record));
            period.accuracy.add(self.model.head.labels(), answer, truth);
        }
    }

    fn other(&mut self, line: &[u8]) {
        let (version, any_version) = (self.version, self.any_version);
        requests::read(line, &mut |place, requests| {
            if place.version.is_empty() || place.version == version || any_version {
                self.seen.requests.merge(requests);
                self.periods.at(&place.time).requests.merge(requests);
            }
        });
    }

    fn merge(&mut self, other: Self) {
        self.periods.merge(other.periods);
        self.news.merge(other.news);
        let (seen, more) = (&mut self.seen, other.seen);
        seen.rows += more.rows;
        seen.refused += more.refused;
        seen.redacted += more.redacted;
        seen.requests.merge(&more.requests);
        for (name, count) in more.others {
            note(&mut seen.others, name, count);
        }
        seen.refusal = match (seen.refusal.take(), more.refusal) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if let Some(times) = more.times {
            seen.span(times);
        }
    }
}

impl Seen {
    /// The time of the records, as the end of a sentence: ` from … to …`.
    pub fn when(&self) -> String {
        match &self.times {
            Some([first, last]) if first != last => format!(" from {first} to {last}"),
            Some([first, _]) => format!(" of {first}"),
            None => String::new(),
        }
    }

    /// Times of one zone, which captures have, are in the order of their text.
    fn span(&mut self, [first, last]: [String; 2]) {
        let times = match self.times.take() {
            Some([from, to]) => [from.min(first), to.max(last)],
            None => [first, last],
        };
        self.times = Some(times);
    }
}

fn note(counts: &mut BTreeMap<String, u64>, name: String, more: u64) {
    match counts.len() < MODELS || counts.contains_key(&name) {
        true => *counts.entry(name).or_default() += more,
        false => *counts.entry("others".into()).or_default() += more,
    }
}

#[cfg(test)]
mod tests;
