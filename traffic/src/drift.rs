//! Captured traffic against the model's baseline.

use super::answers::Answer;
use super::captures::Tally;
use super::estimate::Accuracy;
use super::rows;
use super::steady;
use super::truth::Truth;
use model::Model;
use model::baseline::{Baseline, Distribution};
use model::features::{Features, InputStatistics};
use model::format::{ColumnKind, Statistic};
use model::row::Row;
use monitor::capture::Record;
use monitor::{Verdict, Window, chi_squared, kolmogorov, shift, window};
use serde::Serialize;
use std::collections::BTreeMap;

/// A difference is one if chance makes it less often than this, over all distributions together:
/// each is held to its part (Bonferroni's correction), since of twenty one would be at 0.05.
pub const LEVEL: f64 = 0.01;

/// Maximum number of distinct models and versions; a log may hold any names.
const MODELS: usize = 50;

/// Counts records of a model in the bins of its baseline.
pub struct Drift<'a> {
    model: &'a Model<'static>,
    version: &'a str,
    truth: Option<&'a Truth>,
    any_version: bool,
    window: Window<'static>,
    sources: Vec<Source>,
    features: Features,
    seen: Seen,
    /// Statistics of accuracy.
    pub accuracy: Accuracy,
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
}

/// A distribution, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    /// Its name: `income`, `note.oov_ratio`, `prediction.label`.
    pub name: String,
    /// The population stability index, less what chance makes of it.
    pub psi: f64,
    /// The Jensen-Shannon distance, 0 to 1.
    pub jensen_shannon: f64,
    /// Probability of such a difference by chance: Pearson's test of all bins.
    pub p_value: f64,
    /// The same by the test of Kolmogorov and Smirnov, of numbers at the bins' edges; it does not see
    /// what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kolmogorov_p_value: Option<f64>,
    /// Verdict.
    pub verdict: Verdict,
    /// Live values that were counted; 0 where all were redacted.
    pub rows: u64,
    /// Training rows that they are compared with.
    pub training_rows: u64,
    /// The mean of the live numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Its bins.
    pub bins: Vec<Bin>,
}

/// A bin with what is in it.
#[derive(Clone, Debug, Serialize)]
pub struct Bin {
    /// `<= 3.5`, `red`, `missing`.
    pub name: String,
    /// The share of training's rows.
    pub training: f64,
    /// The share of live rows.
    pub live: f64,
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
            window: Window::new(baseline),
            sources: baseline.distributions.iter().map(of).collect(),
            model,
            version,
            truth,
            any_version,
            features: Features::default(),
            seen: Seen::default(),
            accuracy: Accuracy::default(),
        }
    }

    /// Statistics of the traffic.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The distributions, judged, in the baseline's order.
    pub fn judge(&self) -> Vec<Judged> {
        let distributions = self.window.distributions();
        let level = LEVEL / distributions.len().max(1) as f64;
        let each = distributions.iter().enumerate();
        each.map(|(index, distribution)| {
            let name = distribution.name(&self.model.columns);
            let mean = self.window.mean(index).map(steady);
            judge(distribution, self.window.counts(index), level, name, mean)
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

    fn count(&mut self, row: &Row<'_>, redacted: &[usize], answer: Option<&Answer<'_>>) {
        self.features.fill(&self.model.encoders, row);
        for (index, source) in self.sources.iter().enumerate() {
            let number = match source {
                Source::Text(column, ..) | Source::Cell(column) if redacted.contains(column) => {
                    None
                }
                Source::Text(_, text, of) => self.features.by_column.get(*text).map(of),
                Source::Cell(column) => {
                    if let Some(cell) = row.cells().get(*column) {
                        self.window.add_cell(index, cell);
                    }
                    None
                }
                Source::Label => {
                    if let Some(label) = answer.and_then(|answer| answer.label.as_deref()) {
                        self.window.add_name(index, label);
                    }
                    None
                }
                Source::Answer(of) => answer.and_then(of),
            };
            if let Some(number) = number {
                self.window.add_number(index, number);
            }
        }
    }
}

/// Where the values of a distribution come from.
enum Source {
    /// A text column, by its index and by its place among the texts.
    Text(usize, usize, fn(&InputStatistics) -> f64),
    /// A column, by its index.
    Cell(usize),
    Label,
    Answer(fn(&Answer<'_>) -> Option<f64>),
}

impl Source {
    fn of(model: &Model<'_>, distribution: &Distribution<'_>) -> Source {
        let column = distribution.column.unwrap_or_default();
        if let Some(of) = InputStatistics::of(distribution.statistic) {
            let before = model.columns.iter().take(column);
            let texts = before.filter(|column| column.kind == ColumnKind::Text);
            return Source::Text(column, texts.count(), of);
        }
        match distribution.statistic {
            Statistic::Confidence => Source::Answer(|answer| answer.confidence()),
            Statistic::Prediction => Source::Answer(|answer| answer.value),
            Statistic::Label => Source::Label,
            _ => Source::Cell(column),
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
            self.count(row, redacted, answer.as_ref());
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
        if let Some(answer) = &answer {
            let truth = self.truth.and_then(|truth| truth.take_of(record));
            self.accuracy.add(self.model.head.labels(), answer, truth);
        }
    }

    fn merge(&mut self, other: Self) {
        self.window.merge(&other.window);
        self.accuracy.merge(other.accuracy);
        let (seen, more) = (&mut self.seen, other.seen);
        seen.rows += more.rows;
        seen.refused += more.refused;
        seen.redacted += more.redacted;
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

fn judge(
    distribution: &Distribution<'_>,
    live: &[u64],
    level: f64,
    name: String,
    mean: Option<f64>,
) -> Judged {
    let training = window::training(distribution);
    let (rows, training_rows) = (live.iter().sum(), distribution.rows());
    let psi = shift::psi(live, &training);
    let p_value = chi_squared::homogeneity(live, &training).p_value;
    let missing = distribution.missing();
    let kolmogorov_p_value = (!distribution.statistic.is_of_names()).then(|| {
        let (live, training) = (&live[..missing], &training[..missing]);
        let sum = |counts: &[u64]| counts.iter().sum::<u64>();
        let distance = kolmogorov::distance_of_counts(live, training);
        kolmogorov::p_value(distance, kolmogorov::effective(sum(live), sum(training)))
    });
    let share = |count: u64| count as f64 / (rows as f64).max(1.0);
    let bins = distribution.shares().zip(live).enumerate();
    let bins = bins.map(|(bin, (training, live))| Bin {
        name: distribution.bin_name(bin),
        training,
        live: share(*live),
    });
    Judged {
        name,
        psi,
        jensen_shannon: shift::jensen_shannon(live, &training),
        p_value,
        kolmogorov_p_value,
        verdict: Verdict::of(psi, p_value < level),
        rows,
        training_rows,
        mean,
        bins: bins.collect(),
    }
}

#[cfg(test)]
mod tests;
