//! `hearth train --captures`: the training table with captured rows behind it.

use crate::bars::Bars;
use crate::commands::data::{CAPTURED_AT, leave_out_capture_time};
use crate::job::Job;
use crate::outputs;
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use anyhow::{Context, Result, bail};
use clap::Args;
use model::Model;
use model::rows::{Format, Reader};
use std::fmt;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use storage::{Location, Store, output};
use traffic::captures;
use traffic::labelled::{self, JoinColumns, Joined, LabelledRows, TableForm};
use traffic::truth::{self, Truth};
use training::params::SplitBy;
use training::source::Source;

/// Captured rows to learn from.
#[derive(Args, Default)]
pub(super) struct CaptureOptions {
    /// Learn also from captured requests whose true labels --truth has, and hold out the newest of them:
    /// files, folders, patterns or s3://bucket/prefix/ (may be repeated)
    #[arg(
        long,
        value_name = "CAPTURE",
        requires = "truth",
        help_heading = "Captured requests"
    )]
    captures: Vec<Location>,
    /// True labels of captured requests: a table with the columns id (the x-request-id of the response; of
    /// several rows followed by /0, /1, …) and truth
    #[arg(
        long,
        value_name = "TABLE",
        requires = "captures",
        help_heading = "Captured requests"
    )]
    truth: Option<Location>,
    /// Write the table that was learnt from, --data and the captured rows, here when the model is
    /// written: .csv, .tsv or .jsonl; a file or s3://bucket/key
    #[arg(
        long,
        value_name = "PLACE",
        requires = "captures",
        help_heading = "Captured requests"
    )]
    joined: Option<Location>,
}

/// The joined table, in memory.
pub(super) struct JoinedTable {
    name: String,
    form: TableForm,
    bytes: Arc<[u8]>,
    /// The place to write it.
    at: Option<Location>,
}

impl CaptureOptions {
    /// Checks what can be checked before anything is read.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(at) = &self.joined {
            outputs::check(at, "the joined table", &["csv", "tsv", "jsonl", "ndjson"])?;
            output::check_at(at)?;
        }
        Ok(())
    }

    /// Joins the table of `job` with the captured rows, and prints what came of it; `None` without
    /// --captures. The newest rows are held out by the column `captured_at`, or by that of a split by time.
    pub(super) fn join(
        self,
        job: &mut Job,
        model: Option<&Model<'_>>,
        page: &mut Page<impl Write>,
        progress: &Bars,
    ) -> Result<Option<JoinedTable>> {
        let Some(truth_at) = &self.truth else {
            return Ok(None);
        };
        if job.places.test.is_some() {
            bail!(
                "--captures holds out the newest captured rows, and there is a test table, too; leave out \
                 --test (or `test` of params.yaml)"
            );
        }
        let time = match &job.params.split {
            None => CAPTURED_AT.to_string(),
            Some(SplitBy::Time(column)) => column.clone(),
            Some(SplitBy::Random) => bail!(
                "--captures holds out the newest captured rows, and split is random; leave split out"
            ),
        };
        let target = job.params.target.clone();
        let target =
            target.context("--target is missing: the column that the true labels belong in")?;
        let table = job.places.tables()?.train;
        let store = Store::from_env();
        let truth = Truth::read(&store, truth_at)?;
        let make = || LabelledRows::new(&truth);
        let (rows, reading) = captures::read(&store, &self.captures, model, progress, make)?;
        truth.check_found()?;
        let found = rows.len();
        if rows.is_empty() {
            bail!(
                "{truth_at}: none of its {} true labels has a captured row that can be read without a model; \
                 name the model that was asked with --against",
                truth.len()
            );
        }
        let unreadable = rows.without_columns();
        let old = table.rows()?;
        let form = self.form(&old)?;
        let columns = JoinColumns {
            target: &target,
            time: &time,
        };
        let mut bytes = Vec::new();
        let joined = labelled::append(old, rows, columns, form, &mut bytes)?;
        let name = table.name();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        page.head(
            "Captures",
            format!(
                "{} captured rows with true labels behind {} rows of {table}",
                joined.new_rows, joined.old_rows
            ),
        )?;
        let mut facts = vec![
            ("records", format!("{} read", reading.records)),
            (
                "true labels",
                format!("{found} of {} have a captured row", truth.len()),
            ),
        ];
        if let Some([first, last]) = &joined.period {
            facts.push(("captured", visible(&format!("from {first} to {last}"))));
        }
        let share = job.params.holdout * 100.0;
        facts.push((
            "held out",
            format!("the newest {share:.0} % of the rows with a time in {time}"),
        ));
        page.facts(facts)?;
        let doubts = doubts(&joined, unreadable, &truth, &job.params.drop)?;
        page.checks(doubts.iter().map(|doubt| (Mark::Doubt, visible(doubt))))?;
        page.flush()?;
        if joined.new_rows == 0 {
            bail!(
                "{table}: it has all {found} captured rows with true labels already; there is nothing new to learn"
            );
        }
        job.params.split = Some(SplitBy::Time(time));
        leave_out_capture_time(&mut job.params);
        Ok(Some(JoinedTable {
            name: name.to_string(),
            form,
            bytes: bytes.into(),
            at: self.joined,
        }))
    }

    /// The format of the place, or else of the table.
    fn form(&self, table: &Reader) -> Result<TableForm> {
        let own = table.delimiter();
        let name = self.joined.as_ref().map(Location::name);
        Ok(match name.as_deref().and_then(Format::of_name) {
            Some(Format::Jsonl) => TableForm::JsonLines,
            Some(Format::Csv) => {
                TableForm::Delimited(own.filter(|byte| *byte != b'\t').unwrap_or(b','))
            }
            Some(Format::Tsv) => TableForm::Delimited(b'\t'),
            None => own.map_or(TableForm::JsonLines, TableForm::Delimited),
        })
    }
}

/// Sentences about what is odd about the joined table.
fn doubts(
    joined: &Joined,
    unreadable: u64,
    truth: &Truth,
    dropped: &[String],
) -> Result<Vec<String>> {
    let mut doubts = Vec::new();
    if let Some(labels) = &joined.labels {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let unknown = truth.unknown(&labels)?;
        doubts.extend(truth::new_labels(&unknown, &labels));
    }
    for (count, what) in [
        (
            unreadable,
            "are in a form that only their model can read and are left out; name it with --against",
        ),
        (
            joined.known_rows,
            "are in the table already and are not added again",
        ),
        (joined.without_time, "have no time and are never held out"),
    ] {
        if count > 0 {
            doubts.push(format!("{count} captured rows {what}"));
        }
    }
    for (column, rows) in &joined.redacted {
        doubts.push(format!(
            "the column {column:?} is redacted, and so missing, in {rows} captured rows"
        ));
    }
    let is_meant = |name: &&String| !dropped.contains(name);
    let missing: Vec<&String> = joined.missing.iter().filter(is_meant).collect();
    if !missing.is_empty() {
        doubts.push(format!(
            "no captured row has the columns {missing:?}: they are missing there"
        ));
    }
    if !joined.left_out.is_empty() {
        doubts.push(format!(
            "the table lacks columns of captured rows, which are left out: {:?}",
            joined.left_out
        ));
    }
    Ok(doubts)
}

impl JoinedTable {
    /// Writes the table where it was asked for.
    pub(super) fn write(&self) -> Result<()> {
        self.at
            .as_ref()
            .map_or(Ok(()), |at| output::write_at(at, &self.bytes))
    }
}

impl fmt::Display for JoinedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with captured rows", self.name)
    }
}

impl Source for JoinedTable {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn rows(&self) -> Result<Reader> {
        let format = match self.form {
            TableForm::JsonLines => Format::Jsonl,
            TableForm::Delimited(b'\t') => Format::Tsv,
            TableForm::Delimited(_) => Format::Csv,
        };
        let input = Cursor::new(Arc::clone(&self.bytes));
        Ok(Reader::new(
            &self.to_string(),
            Box::new(input),
            Some(format),
        )?)
    }

    fn bytes(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(Arc::clone(&self.bytes))))
    }
}
