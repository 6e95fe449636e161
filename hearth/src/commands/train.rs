//! `hearth train`.

mod joined;
mod results;

use super::data::{DataOptions, set};
use super::inspect;
use super::named::named;
use super::parameters;
use crate::bars::Bars;
use crate::blocks;
use crate::job::{Job, Places};
use crate::plots;
use crate::report::{self, Report};
use crate::resampled::{self, Change};
use crate::terminal;
use anyhow::{Context, Result};
use clap::Args;
use model::Model;
use model::card::Metrics;
use std::io::Read;
use std::path::{Path, PathBuf};
use storage::output;
use storage::{Location, Store};
use training::dataset;
use training::estimators::GivenLogisticRegression;
use training::gate::{self, Gate};
use training::params::{
    Assignment, Calibrate, ClassWeight, DocumentFrequency, EstimatorChoice, GivenText, Metric, Norm,
};
use training::run::{self, Trained};
use training::source::Tables;
use versioning::git::Git;

/// Trains a model file from a table of labelled rows.
///
/// Column types are inferred, the best of several estimators is chosen by
/// cross-validation, and probabilities are calibrated. Every decision is
/// printed and can be overridden. Every parameter may stand in params.yaml or
/// here; options here override the file. --set sets parameters without an
/// option of their own; the list at the end has the parameters of all
/// estimators. Without --data and --params, params.yaml of this folder is read.
/// Examples:
///
///   hearth train
///   hearth train --data train.csv.gz --test test.csv.gz --target label
///   hearth train --data trips.csv --target minutes --drop trip_id --kind station=category
///   hearth train --data churn.csv --target churned --estimator gradient_boosting --report report.html
///   hearth train --data mails.jsonl --target queue --kind subject=text --kind body=text
///   hearth train --data trips.csv --target minutes --estimator random_forest --set random_forest.n_estimators=300
///   hearth train --captures s3://bucket/records/ --truth labels.csv --data old.csv --target queue --against model.hearth
#[derive(Args)]
#[command(verbatim_doc_comment, after_long_help = parameters::list())]
pub struct Train {
    #[command(flatten)]
    data: DataOptions,
    #[command(flatten)]
    captured: joined::CaptureOptions,
    /// Estimator [default: auto]
    #[arg(long, value_parser = named::<EstimatorChoice>())]
    estimator: Option<EstimatorChoice>,
    /// Weights of the classes [default: none]
    #[arg(long, value_parser = named::<ClassWeight>())]
    class_weight: Option<ClassWeight>,
    /// Calibrate probabilities [default: auto]
    #[arg(long, value_parser = named::<Calibrate>())]
    calibration: Option<Calibrate>,
    /// Label to which threshold, precision, recall and average precision refer [default: of two
    /// labels, the second in sorted order]
    #[arg(long, value_name = "LABEL")]
    positive: Option<String>,
    /// Parameter of an estimator, or of text, search, threshold or gate, as in
    /// random_forest.n_estimators=300 (may be repeated)
    #[arg(long, value_name = "SECTION.NAME=VALUE")]
    set: Vec<Assignment>,
    /// Folds of cross-validation [default: 5]
    #[arg(long, value_name = "COUNT")]
    folds: Option<usize>,
    /// Metric by which a search chooses [default: accuracy or r2]
    #[arg(long, value_parser = named::<Metric>())]
    metric: Option<Metric>,
    /// Fail, and write nothing, if there is a doubt about the data (see `hearth check`)
    #[arg(long)]
    strict: bool,
    /// The model's name [default: the table's]
    #[arg(long)]
    name: Option<String>,
    /// The model's version [default: first digits of its digest]
    #[arg(long, value_name = "VERSION")]
    model_version: Option<String>,
    /// Shortest and longest n-gram, in words [default: 1,2]
    #[arg(long, value_name = "MIN,MAX", value_parser = range, help_heading = "Text")]
    ngram_range: Option<(u32, u32)>,
    /// Leave out terms in fewer rows: a count (2) or a share (0.01) [default: 1]
    #[arg(long, value_name = "ROWS", help_heading = "Text")]
    min_df: Option<DocumentFrequency>,
    /// Leave out terms in more rows: a count (2) or a share (0.9) [default: 1.0]
    #[arg(long, value_name = "ROWS", help_heading = "Text")]
    max_df: Option<DocumentFrequency>,
    /// Keep at most this many terms, the most frequent ones
    #[arg(long, value_name = "TERMS", help_heading = "Text")]
    max_features: Option<usize>,
    /// Replace a count c with 1 + ln(c) [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    sublinear_tf: Option<bool>,
    /// Weight terms by inverse document frequency [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    use_idf: Option<bool>,
    /// Lowercase text first [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    lowercase: Option<bool>,
    /// Normalisation of each row's values [default: l2]
    #[arg(long, value_parser = named::<Norm>(), help_heading = "Text")]
    norm: Option<Norm>,
    /// Inverse of the L2 penalty's strength [default: 10]
    #[arg(long = "C", value_name = "C", help_heading = "Logistic regression")]
    c: Option<f64>,
    /// Maximum number of iterations [default: 1000]
    #[arg(long, value_name = "COUNT", help_heading = "Logistic regression")]
    max_iter: Option<usize>,
    /// Stop when no partial derivative of the mean loss exceeds this [default: 0.0001]
    #[arg(long, help_heading = "Logistic regression")]
    tol: Option<f64>,
    /// Write the model file here: a file or s3://bucket/key [default: model.hearth]
    #[arg(long, value_name = "PLACE")]
    out: Option<Location>,
    /// Write the metrics here, as JSON: a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    metrics: Option<Location>,
    /// Write the data for `dvc plots` to this folder, as CSV and JSON
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// Write a report here, as one HTML page: a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    report: Option<Location>,
    /// Write a report for a pull request here, as Markdown: a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    report_markdown: Option<Location>,
    /// Model file to compare with, on the held-out rows
    #[arg(long, value_name = "FILE")]
    against: Option<Location>,
    /// Write the model even if it fails the gate of params.yaml
    #[arg(long)]
    no_gate: bool,
    /// Print the card as JSON, as `hearth inspect --json` does
    #[arg(long)]
    json: bool,
}

impl Train {
    pub(super) fn run(mut self) -> Result<()> {
        let (plots, is_json) = (self.plots.clone(), self.json);
        let progress = &Bars::of_page(is_json);
        let captured = std::mem::take(&mut self.captured);
        let mut job = self.job()?;
        job.places.check_outputs()?;
        captured.check()?;
        let previous = job.places.against.as_ref().map(previous).transpose()?;
        let previous_model = match &previous {
            Some((name, bytes)) => Some(Model::open(bytes).with_context(|| name.clone())?),
            None => None,
        };
        job.params.check()?;
        let mut page = terminal::page_unless(is_json);
        let joined = captured.join(&mut job, previous_model.as_ref(), &mut page, progress)?;
        let Job { places, params } = job;
        let tables = places.tables()?;
        let sources = match &joined {
            Some(joined) => Tables {
                train: joined,
                test: None,
            },
            None => tables.sources(),
        };
        let revision = Git::at(Path::new(".")).revision();
        let read = dataset::read(&params, sources, progress)?;
        blocks::data::show(&mut page, &read)?;
        page.flush()?;
        let overview = read.overview.clone();
        let trained = run::train(
            &params,
            sources,
            read,
            previous_model.as_ref(),
            &revision,
            progress,
        )?;
        let changes = changes(&trained);
        write_reports(&places, plots.as_deref(), &trained, &changes)?;
        let of_previous = trained.against.as_ref().map(|against| &against.metrics);
        let gate = gate::check(&params.gate, &trained.card.metrics, of_previous);
        let failure = gate.as_ref().err().map(|error| format!("{error:#}"));
        results::show(&mut page, &params, &trained, &changes)?;
        results::checks(
            &mut page,
            (&params, &overview),
            &trained,
            failure.as_deref(),
        )?;
        page.flush()?;
        gate.context("the model is not written")?;
        output::write_at(&places.out, &trained.bytes)?;
        if let Some(joined) = &joined {
            joined.write()?;
        }
        let model = Model::open(&trained.bytes)?;
        if is_json {
            return inspect::write_json(&mut terminal::out(), &model, &trained.card);
        }
        results::next(&mut page, &places, &model)
    }

    /// Places and parameters: the command line overrides the file, which overrides the defaults.
    fn job(self) -> Result<Job> {
        let mut job = self.data.job("train")?;
        let (params, places) = (&mut job.params, &mut job.places);
        set(&mut params.estimator, self.estimator);
        set(&mut params.class_weight, self.class_weight);
        set(&mut params.calibration, self.calibration);
        params.positive = self.positive.or(params.positive.take());
        set(&mut params.search.folds, self.folds);
        params.search.metric = self.metric.or(params.search.metric);
        places.report = self.report.or(places.report.take());
        places.report_markdown = self.report_markdown.or(places.report_markdown.take());
        places.against = self.against.or(places.against.take());
        params.strict |= self.strict;
        params.name = self.name.or(params.name.take());
        params.version = self.model_version.or(params.version.take());
        let text = params.text.give(GivenText {
            lowercase: self.lowercase,
            ngram_range: self.ngram_range,
            min_df: self.min_df,
            max_df: self.max_df,
            max_features: self.max_features.map(Some),
            sublinear_tf: self.sublinear_tf,
            use_idf: self.use_idf,
            norm: self.norm,
        });
        let logistic = params.logistic_regression.give(GivenLogisticRegression {
            c: self.c,
            max_iter: self.max_iter,
            tol: self.tol,
        });
        let typed = [("text", text), ("logistic_regression", logistic)];
        let paths = typed.into_iter().flat_map(|(section, names)| {
            names
                .into_iter()
                .map(move |name| format!("{section}.{name}"))
        });
        parameters::assign(params, &self.set, paths.collect())?;
        if self.no_gate {
            params.gate = Gate::default();
        }
        set(&mut places.out, self.out);
        places.metrics = self.metrics.or(places.metrics.take());
        Ok(job)
    }
}

/// Changes of the figures since the previous model, on the same rows; none without one.
fn changes(trained: &Trained) -> Vec<Change> {
    let own = (&trained.predictions, &trained.card.metrics);
    let against = trained.against.as_ref();
    against.map_or_else(Vec::new, |of| {
        resampled::changes((&of.predictions, &of.metrics), own)
    })
}

/// Writes metrics, plots and reports: before the gate, so that what was measured can be looked at.
fn write_reports(
    places: &Places,
    plots: Option<&Path>,
    trained: &Trained,
    changes: &[Change],
) -> Result<()> {
    if let Some(at) = &places.metrics {
        let mut json = serde_json::to_string_pretty(&trained.card.metrics)?;
        json.push('\n');
        output::write_at(at, json.as_bytes())?;
    }
    if let Some(folder) = plots {
        let positive = match &trained.card.metrics {
            Metrics::Classification(of) => of.positive_code(),
            Metrics::Regression(_) | Metrics::Unmeasured(_) => None,
        };
        plots::write(folder, trained.labels(), positive, &trained.predictions)?;
    }
    if places.report.is_none() && places.report_markdown.is_none() {
        return Ok(());
    }
    let (slices, dependences) = (trained.slices(), trained.dependences()?);
    let report = Report {
        card: &trained.card,
        predictions: &trained.predictions,
        labels: trained.labels(),
        importances: &trained.importances,
        top_terms: &trained.top_terms,
        mistakes: &trained.mistakes,
        tried: (trained.tried.len() > 1).then_some(&trained.tried),
        against: trained.against.as_ref(),
        changes,
        notes: &trained.notes,
        slices: &slices,
        dependences: &dependences,
        has_rows: true,
    };
    if let Some(at) = &places.report {
        output::write_at(at, report::html(&report).as_bytes())?;
    }
    if let Some(at) = &places.report_markdown {
        output::write_at(at, report::markdown(&report).as_bytes())?;
    }
    Ok(())
}

/// The bytes of the model to compare with.
fn previous(at: &Location) -> Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let what = || format!("the model to compare with, {at}");
    let mut input = Store::from_env().read(at).with_context(what)?;
    input.read_to_end(&mut bytes).with_context(what)?;
    Ok((at.to_string(), bytes))
}

fn range(text: &str) -> Result<(u32, u32), String> {
    let (min, max) = text.split_once(',').unwrap_or((text, text));
    match (min.trim().parse(), max.trim().parse()) {
        (Ok(min), Ok(max)) => Ok((min, max)),
        _ => Err("two whole numbers, as in 1,2, were expected".into()),
    }
}
