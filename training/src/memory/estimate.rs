//! Memory of a training, phase by phase: what is held at the same time, each by the count of its parts.

use super::of_bins;
use super::sample::FeatureCounts;
use crate::candidates::Candidate;
use crate::columns::Distinct;
use crate::dataset::Dataset;
use crate::estimators::{FitNeed, FitSize, Style, product, sum};
use crate::params::TextParams;
use crate::table::{Column, Data, Table, Targets};
use model::calibration::decision_scores;

/// Memory of a program that has read nothing yet.
const PROGRAM: u64 = 16 << 20;

/// Numbers, notes, baseline, card and golden rows of a column.
const COLUMN: u64 = 5_000;

/// A counted n-gram, with its text.
const NGRAM: u64 = 155;

/// A term with its text, and once more for each fit of a search.
const TERM: u64 = 70;

/// A term in a model file that is written: in the vocabulary, and in the sections of two files.
const WRITTEN_TERM: u64 = 130;

/// Parts, sections and bytes of a file while it is written, and the first file of a model beside them.
const COPIES: u64 = 5;

/// A row while tables are read: fingerprints, by which equal rows are found.
const READ_ROW: u64 = 100;

/// A value that is counted to find out how many differ.
const COUNTED: u64 = 34;

/// A text on its own, beside its bytes.
const TEXT: u64 = 40;

/// A training under way, and what is known of it before the search.
pub struct Training<'a> {
    read: &'a Dataset,
    /// Parts of cross-validation.
    folds: usize,
    /// True if candidates are compared by cross-validation.
    searches: bool,
    /// Feature counts of the settings that were asked for.
    counted: Vec<(Style, TextParams, FeatureCounts)>,
}

/// Memory of a candidate.
#[derive(Clone, Copy, Debug)]
struct Need {
    /// Its features while they are made.
    making: u64,
    /// Its features.
    features: u64,
    /// Its fit.
    running: u64,
    /// Its result, while a model file is made of it.
    writing: u64,
    /// Scores of rows that are kept to the end of the search.
    kept: u64,
}

impl<'a> Training<'a> {
    /// A training on tables that were read, whose cross-validation has so many folds.
    pub fn new(read: &'a Dataset, folds: usize) -> Training<'a> {
        Training {
            read,
            folds: folds.max(2),
            searches: false,
            counted: Vec::new(),
        }
    }

    /// Says whether there is a cross-validation.
    pub fn set_search(&mut self, searches: bool) {
        self.searches = searches;
    }

    /// Bytes at the peak, with what the tables take that are in memory already.
    pub fn peak(&mut self, candidates: &[Candidate]) -> u64 {
        let more = self.reading().max(self.more(candidates));
        self.fixed().saturating_add(more)
    }

    /// Bytes of the program and the tables.
    fn fixed(&self) -> u64 {
        let (test, _) = self.read.testing();
        let is_other = !std::ptr::eq(test, &self.read.table);
        let test = if is_other { bytes_of(test) } else { 0 };
        PROGRAM + bytes_of(&self.read.table) + test
    }

    /// Bytes while the tables were read, beside what they take.
    fn reading(&self) -> u64 {
        let (rows, columns) = (self.read.rows, self.read.table.columns.len());
        let counted = rows.min(Distinct::of_columns(columns).most());
        let of_column = |column: &Column| match &column.data {
            Data::Category { names, .. } => names.len().min(counted),
            _ => counted,
        };
        let counted: usize = self.read.table.columns.iter().map(of_column).sum();
        product(COUNTED, &[counted]) + product(READ_ROW, &[rows])
    }

    /// Bytes that these candidates take beside the tables, at the peak.
    pub fn more(&mut self, candidates: &[Candidate]) -> u64 {
        let rows = self.read.training.len();
        let last: Vec<Need> = candidates.iter().map(|of| self.need(of, rows)).collect();
        let of_last = |need: &Need| {
            let fitting = need.features.saturating_add(need.running);
            need.making.max(fitting).max(need.writing)
        };
        let fit = last.iter().map(of_last).max().unwrap_or_default();
        let assessment = self.assessment();
        if !self.searches {
            return fit.max(assessment);
        }
        let rows = rows - rows / self.folds;
        let needs: Vec<Need> = candidates.iter().map(|of| self.need(of, rows)).collect();
        let kept = sum(needs.iter().map(|need| need.kept));
        sum([kept, of_search(candidates, &needs)])
            .max(fit)
            .max(assessment)
    }

    /// Scores, probabilities and orders of the held-out rows, and of the out-of-fold ones.
    fn assessment(&self) -> u64 {
        let classes = self.classes().max(1);
        let (_, held_out) = self.read.testing();
        let out_of_fold = if !self.searches {
            0
        } else {
            self.read.training.len()
        };
        product(48, &[held_out.len(), classes]) + product(32, &[out_of_fold, classes])
    }

    fn classes(&self) -> usize {
        self.read.answers.labels().len()
    }

    fn counts(&mut self, style: Style, text: &TextParams) -> FeatureCounts {
        let mut counted = self.counted.iter();
        if let Some((.., counts)) = counted.find(|(of, params, _)| *of == style && params == text) {
            return *counts;
        }
        let (table, rows) = (&self.read.table, &self.read.training);
        let counts = FeatureCounts::of(table, rows, style, text);
        self.counted.push((style, *text, counts));
        counts
    }

    /// The need of a candidate that is fitted to so many rows.
    fn need(&mut self, candidate: &Candidate, rows: usize) -> Need {
        let style = candidate.style();
        let counts = self.counts(style, &candidate.params.text);
        let all = self.read.training.len().max(1);
        let single = counts.single.min(counts.features);
        let size = FitSize {
            rows,
            features: counts.features,
            entries: (counts.entries as f64 * rows as f64 / all as f64) as usize,
            distinct: counts.features - single + single.min(rows),
            classes: self.classes(),
        };
        let algorithm = candidate.params.algorithm(candidate.estimator);
        let FitNeed {
            running,
            result,
            file,
        } = algorithm.need(&size);
        let terms = product(TERM, &[counts.names]);
        let names = product(WRITTEN_TERM, &[counts.names]);
        let file = COPIES.saturating_mul(file);
        let width = decision_scores(self.classes().max(1));
        let (making, features) = features(style, &size);
        Need {
            making: making.max(product(NGRAM, &[counts.ngrams])) + terms,
            features: features + terms,
            running,
            writing: sum([result, file, names, terms]),
            kept: product(8, &[all, width]),
        }
    }
}

/// Memory of features while they are made, and of what is made.
fn features(style: Style, size: &FitSize) -> (u64, u64) {
    match style {
        Style::Linear => {
            // By rows and by columns.
            let made = product(24, &[size.entries])
                + product(8, &[size.rows])
                + product(16, &[size.features]);
            (
                made + product(16, &[size.entries]) + product(40, &[size.rows]),
                made,
            )
        }
        Style::Trees => (
            of_bins(size.rows, size.features),
            product(1, &[size.rows, size.features]),
        ),
    }
}

/// Memory of a search: as many groups of shared features, and as many fits, as there are threads.
fn of_search(candidates: &[Candidate], needs: &[Need]) -> u64 {
    let threads = rayon::current_num_threads();
    let mut groups: Vec<(&Candidate, u64)> = Vec::new();
    for (candidate, need) in candidates.iter().zip(needs) {
        let same = groups
            .iter()
            .any(|(of, _)| of.shares_features_with(candidate));
        if !same {
            groups.push((candidate, need.making.max(need.features)));
        }
    }
    let greatest = |mut all: Vec<u64>| -> u64 {
        all.sort_unstable_by(|a, b| b.cmp(a));
        sum(all.into_iter().take(threads))
    };
    let features = greatest(groups.iter().map(|(_, bytes)| *bytes).collect());
    let fits = needs.iter().map(|need| need.running.max(need.writing));
    sum([features, greatest(fits.collect())])
}

/// Bytes of a table in memory.
fn bytes_of(table: &Table) -> u64 {
    let columns: u64 = table
        .columns
        .iter()
        .map(|column| COLUMN + bytes_of_column(column))
        .sum();
    let targets = match &table.targets {
        Targets::Labels(labels) => texts(labels),
        Targets::Values(values) => product(8, &[values.len()]),
    };
    columns + targets
}

fn bytes_of_column(column: &Column) -> u64 {
    match &column.data {
        Data::Text(all) => texts(all),
        Data::Number(numbers) => product(8, &[numbers.len()]),
        Data::Category { names, codes } => texts(names) + product(4, &[codes.len()]),
        Data::Time(times) => size_of_val(&times[..]) as u64,
    }
}

fn texts(texts: &[String]) -> u64 {
    texts.iter().map(|text| TEXT + text.len() as u64).sum()
}
