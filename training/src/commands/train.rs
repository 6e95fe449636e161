//! `hearth train`.

use crate::params::{Cut, Kind, Norm, Params};
use crate::progress::Progress;
use crate::{output, plots, train};
use anyhow::{Result, bail};
use clap::Args;
use model::card::Metrics;
use model::format::{Estimator, Task};
use std::io::Write;
use std::path::{Path, PathBuf};
use storage::Location;

/// The parameters file that is read where nothing else is said.
const PARAMS: &str = "params.yaml";

/// Trains a model file from a table of labelled rows.
///
/// Every parameter may stand in params.yaml or here; what is given here wins. Without --data and
/// --params, params.yaml of this folder is read. Examples:
///
///   hearth train
///   hearth train --data train.csv.gz --test test.csv.gz --target label
///   hearth train --data mails.jsonl --target queue --kind subject=text --kind body=text
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Train {
    /// Parameters, in YAML [default: params.yaml, when --data is not given]
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    /// Table to learn from: .csv, .tsv or .jsonl, also with .gz; a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    data: Option<Location>,
    /// Table to measure on, a file or s3://bucket/key; without one, rows of --data are held out
    #[arg(long, value_name = "PLACE")]
    test: Option<Location>,
    /// Column to be answered
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Kind of a column, where it is not to be inferred: text=text (may be repeated)
    #[arg(long, value_name = "COLUMN=KIND", value_delimiter = ',', value_parser = kind)]
    kind: Vec<(String, Kind)>,
    /// Columns not to learn from
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    drop: Vec<String>,
    /// What the model answers: classification
    #[arg(long, value_parser = task)]
    task: Option<Task>,
    /// What is fitted: logistic_regression
    #[arg(long, value_parser = estimator)]
    estimator: Option<Estimator>,
    /// Seed of all that is random [default: 0]
    #[arg(long)]
    seed: Option<u64>,
    /// Share of the rows to hold out where there is no --test [default: 0.2]
    #[arg(long, value_name = "SHARE")]
    holdout: Option<f64>,
    /// Leave out rows without a target or without any text, instead of refusing the table
    #[arg(long)]
    skip_empty: bool,
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
    min_df: Option<Cut>,
    /// Leave out terms in more rows: a count (2) or a share (0.9) [default: 1.0]
    #[arg(long, value_name = "ROWS", help_heading = "Text")]
    max_df: Option<Cut>,
    /// Only so many terms, those that occur most often
    #[arg(long, value_name = "TERMS", help_heading = "Text")]
    max_features: Option<usize>,
    /// A count c weighs 1 + ln(c) [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    sublinear_tf: Option<bool>,
    /// Rare terms weigh more [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    use_idf: Option<bool>,
    /// Lowercase text first [default: true]
    #[arg(long, value_name = "BOOL", help_heading = "Text")]
    lowercase: Option<bool>,
    /// Scale each row's values [default: l2]
    #[arg(long, help_heading = "Text")]
    norm: Option<Norm>,
    /// Inverse of the L2 penalty's strength [default: 10]
    #[arg(long = "C", value_name = "C", help_heading = "Logistic regression")]
    c: Option<f64>,
    /// Most iterations [default: 1000]
    #[arg(long, value_name = "COUNT", help_heading = "Logistic regression")]
    max_iter: Option<usize>,
    /// Stop when no partial derivative of the mean loss exceeds this [default: 0.0001]
    #[arg(long, help_heading = "Logistic regression")]
    tol: Option<f64>,
    /// Where the model file goes, a file or s3://bucket/key [default: model.hearth]
    #[arg(long, value_name = "PLACE")]
    out: Option<Location>,
    /// Where the figures go, as JSON; a file or s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    metrics: Option<Location>,
    /// Where what `dvc plots` draws goes, as CSV and JSON
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

impl Train {
    pub(super) fn run(self) -> Result<()> {
        let progress = Progress { quiet: self.quiet };
        let plots = self.plots.clone();
        let params = self.params()?;
        for at in [&params.out].into_iter().chain(&params.metrics) {
            output::check_at(at)?;
        }
        let trained = train::train(&params, progress)?;
        output::write_at(&params.out, &trained.bytes)?;
        if let Some(at) = &params.metrics {
            let mut json = serde_json::to_string_pretty(&trained.metrics)?;
            json.push('\n');
            output::write_at(at, json.as_bytes())?;
        }
        if let Some(folder) = &plots {
            plots::write(folder, &trained.labels, &trained.predictions)?;
        }
        report(&params.out, trained.bytes.len(), &trained.metrics)
    }

    /// What was typed over what the file says over the defaults.
    fn params(self) -> Result<Params> {
        let mut params = match (&self.params, &self.data) {
            (Some(path), _) => Params::read(path)?,
            (None, Some(_)) => Params::default(),
            (None, None) if Path::new(PARAMS).exists() => Params::read(Path::new(PARAMS))?,
            (None, None) => bail!(
                "there is no {PARAMS} here, and no --data; name the table to learn from: \
                 hearth train --data messages.csv --target label"
            ),
        };
        fn set<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        params.data = self.data.or(params.data);
        params.test = self.test.or(params.test);
        params.target = self.target.or(params.target);
        params.columns.extend(self.kind);
        if !self.drop.is_empty() {
            params.drop = self.drop;
        }
        set(&mut params.task, self.task);
        set(&mut params.estimator, self.estimator);
        set(&mut params.seed, self.seed);
        set(&mut params.holdout, self.holdout);
        params.skip_empty |= self.skip_empty;
        params.name = self.name.or(params.name);
        params.version = self.model_version.or(params.version);
        set(&mut params.text.ngram_range, self.ngram_range);
        set(&mut params.text.min_df, self.min_df);
        set(&mut params.text.max_df, self.max_df);
        params.text.max_features = self.max_features.or(params.text.max_features);
        set(&mut params.text.sublinear_tf, self.sublinear_tf);
        set(&mut params.text.use_idf, self.use_idf);
        set(&mut params.text.lowercase, self.lowercase);
        set(&mut params.text.norm, self.norm);
        set(&mut params.logistic_regression.c, self.c);
        set(&mut params.logistic_regression.max_iter, self.max_iter);
        set(&mut params.logistic_regression.tol, self.tol);
        set(&mut params.out, self.out);
        params.metrics = self.metrics.or(params.metrics);
        Ok(params)
    }
}

/// The figures, on standard output, with what to do next.
fn report(at: &Location, bytes: usize, metrics: &Metrics) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let Metrics {
        accuracy,
        macro_f1,
        log_loss,
        baseline,
        ..
    } = metrics;
    let (trained, tested) = (metrics.training_rows, metrics.testing_rows);
    writeln!(
        out,
        "accuracy    {accuracy:.4} on {tested} rows not trained on"
    )?;
    writeln!(
        out,
        "baseline    {:.4} by always answering {:?}",
        baseline.accuracy, baseline.label
    )?;
    writeln!(out, "macro F1    {macro_f1:.4}")?;
    writeln!(out, "log loss    {log_loss:.4}")?;
    writeln!(
        out,
        "model       {at} ({:.1} MB, {trained} rows trained on)",
        bytes as f64 / 1e6
    )?;
    if let Location::File(path) = at {
        writeln!(out, "next        hearth inspect {}", path.display())?;
    }
    Ok(())
}

fn kind(text: &str) -> Result<(String, Kind), String> {
    // The last `=`: a column's name may hold one.
    let (column, kind) = text.rsplit_once('=').ok_or("COLUMN=KIND was expected")?;
    Ok((column.to_string(), kind.parse()?))
}

fn range(text: &str) -> Result<(u32, u32), String> {
    let (min, max) = text.split_once(',').unwrap_or((text, text));
    match (min.trim().parse(), max.trim().parse()) {
        (Ok(min), Ok(max)) => Ok((min, max)),
        _ => Err("two whole numbers, as in 1,2, were expected".into()),
    }
}

fn task(name: &str) -> Result<Task, String> {
    match name {
        "classification" => Ok(Task::Classification),
        "regression" => Err("this version answers labels only: classification".into()),
        _ => Err("classification was expected".into()),
    }
}

fn estimator(name: &str) -> Result<Estimator, String> {
    match name {
        "logistic_regression" => Ok(Estimator::LogisticRegression),
        _ => Err("this version fits logistic_regression only".into()),
    }
}
