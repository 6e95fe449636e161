//! `hearth predict`.

use super::model_file::open;
use crate::{outputs, terminal};
use anyhow::{Context, Result, bail};
use batch::pipeline::{self, BadRows};
use batch::{Done, Form, Settings, plan, task};
use clap::Args;
use model::Model;
use model::rows::{Blocks, Format};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use storage::output;
use storage::{Location, Store, Writer};

/// Predicts the rows of a table
///
/// One JSON object per row, in the order of the rows, as the function's POST
/// /predict returns it.
///
/// For a folder or an S3 prefix, every table is predicted once: tables with
/// finished answers are skipped, and bad rows are written beside the answers.
/// Examples:
///
///   hearth predict model.hearth --input mails.csv --output answers.jsonl --id mail_id
///   hearth predict model.hearth --input s3://bucket/in/ --output s3://bucket/out/
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Predict {
    /// The model file
    file: PathBuf,
    /// Rows: .csv, .tsv or .jsonl, also with .gz; a file, s3://bucket/key, or a folder or prefix of
    /// them [default: standard input, its format inferred from its first line]
    #[arg(long, short, value_name = "PLACE")]
    input: Option<Location>,
    /// Write the answers here: a file, s3://bucket/key, or a folder or prefix (ends with /)
    /// [default: standard output]
    #[arg(long, short, value_name = "PLACE")]
    output: Option<Location>,
    /// Column to copy, as "id", to the front of each answer
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Write rows that cannot be answered here, with the reason, instead of stopping at the first
    #[arg(long, value_name = "PLACE")]
    bad_rows: Option<Location>,
    /// Format of the answers: jsonl or csv [default: by the output's name, else jsonl]
    #[arg(long, value_name = "jsonl|csv", value_parser = form)]
    answers: Option<Form>,
    /// Write text cells of a CSV unchanged; without this, a cell that a spreadsheet would read as a formula (it begins with =, +, -, @, a tab or a line end, and is not a number) has a single quote before it
    #[arg(long)]
    keep_formulas: bool,
    /// Write only the probabilities of the K most probable labels
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Add to each answer the K features that contributed most, as POST /predict?explain=K does
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    explain: Option<u32>,
    /// Format of standard input, if its first line does not show it
    #[arg(long, value_name = "csv|tsv|jsonl", conflicts_with = "input", value_parser = format)]
    format: Option<Format>,
}

impl Predict {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let store = Store::from_env();
        if let Some(at) = self.output.as_ref().filter(|at| !at.is_prefix()) {
            outputs::check(at, "predictions", &["jsonl", "ndjson", "json", "csv"])?;
        }
        if let Some(at) = &self.bad_rows {
            outputs::check(at, "bad rows", &["jsonl", "ndjson", "json"])?;
        }
        let settings = self.settings()?;
        let is_prefix = |at: &Option<Location>| at.as_ref().is_some_and(Location::is_prefix);
        if is_prefix(&self.input) || is_prefix(&self.output) {
            return self.answer_all(&model, &settings, &store);
        }
        let table = match &self.input {
            Some(at) => task::open(&store, at)?,
            None => {
                if io::stdin().is_terminal() {
                    terminal::say("hearth: reading rows from the terminal; end with Ctrl-D");
                }
                Blocks::new("standard input", Box::new(io::stdin()), self.format)?
            }
        };
        match &self.output {
            None => {
                let mut out: Box<dyn Write + Send> = match io::stdout().is_terminal() {
                    true => Box::new(terminal::Shown(io::stdout())),
                    // A program reads it: every byte counts.
                    false => Box::new(BufWriter::new(io::stdout())),
                };
                let out = ("standard output", &mut *out as &mut (dyn Write + Send));
                self.answer(&model, &settings, &store, table, out)
            }
            Some(at) => {
                if let Some(path) = at.as_path() {
                    output::check(path)?;
                }
                let mut writer = BufWriter::new(store.write(at)?);
                let to = at.to_string();
                self.answer(&model, &settings, &store, table, (&to, &mut writer))?;
                let writer = writer.into_inner().map_err(|error| error.into_error())?;
                Ok(writer.finish()?)
            }
        }
    }

    fn settings(&self) -> Result<Settings> {
        let by_name = || match &self.output {
            Some(at) if !at.is_prefix() && at.name().ends_with(".csv") => Form::Csv,
            _ => Form::Jsonl,
        };
        let form = self.answers.unwrap_or_else(by_name);
        if form == Form::Csv && self.top.is_some() {
            bail!("--top is for JSON Lines: every line of a CSV has all columns");
        }
        if form == Form::Csv && self.explain.is_some() {
            bail!("--explain is for JSON Lines: a line of a CSV has no room for features");
        }
        Ok(Settings {
            id: self.id.clone(),
            top: self.top.map(|top| top as usize),
            explain: self.explain.map(|count| count as usize),
            form,
            keeps_formulas: self.keep_formulas,
        })
    }

    /// One table, in one go.
    fn answer(
        &self,
        model: &Model<'static>,
        settings: &Settings,
        store: &Store,
        table: Blocks,
        out: (&str, &mut (dyn Write + Send)),
    ) -> Result<()> {
        let Some(at) = &self.bad_rows else {
            pipeline::run(model, settings, table, out, None)?;
            return Ok(());
        };
        let mut writer: Option<Writer> = None;
        let mut keep = |lines: &[u8]| -> Result<()> {
            let writer = match &mut writer {
                Some(writer) => writer,
                None => writer.insert(store.write(at)?),
            };
            writer.write_all(lines).with_context(|| at.to_string())
        };
        let keep: BadRows<'_> = &mut keep;
        let counts = pipeline::run(model, settings, table, out, Some(keep))?;
        match writer {
            Some(writer) => {
                writer.finish()?;
                terminal::say(&format!(
                    "hearth: {} rows answered, {} bad rows in {at}",
                    counts.rows, counts.bad_rows
                ));
            }
            None => terminal::say(&format!(
                "hearth: {} rows answered, no bad rows",
                counts.rows
            )),
        }
        Ok(())
    }

    /// Every table under a prefix, each exactly once.
    fn answer_all(&self, model: &Model<'static>, settings: &Settings, store: &Store) -> Result<()> {
        let (Some(input), Some(output)) = (&self.input, &self.output) else {
            bail!("a folder or prefix needs both --input and --output, such as --output answers/");
        };
        if let Some(at) = &self.bad_rows {
            bail!(
                "{at}: --bad-rows is for one table; of a folder or prefix they go beside the answers"
            );
        }
        let tasks = plan::tasks(store, input, output, settings.form)?;
        let (mut rows, mut bad_rows, mut skipped) = (0, 0, 0);
        for task in &tasks {
            let done = task::run(model, settings, store, task)?;
            terminal::say(&format!("hearth: {}", sentence(&done)));
            rows += done.rows;
            bad_rows += done.bad_rows;
            skipped += u64::from(done.skipped);
        }
        let count = tasks.len();
        terminal::say(&format!(
            "hearth: {count} tables, {skipped} answered before; {rows} rows, {bad_rows} bad rows"
        ));
        Ok(())
    }
}

/// Result of a table, as a line.
fn sentence(done: &Done) -> String {
    let Done {
        input,
        output,
        rows,
        ..
    } = done;
    if done.skipped {
        return format!("{input}: skipped, since {output} exists");
    }
    let megabytes = done.bytes as f64 / 1e6;
    let rate = megabytes / done.seconds.max(0.001);
    let bad = match &done.bad {
        Some(bad) => format!(", {} bad rows in {bad}", done.bad_rows),
        None => String::new(),
    };
    format!("{input}: {rows} rows ({megabytes:.1} MB, {rate:.0} MB/s) to {output}{bad}")
}

fn format(name: &str) -> Result<Format, String> {
    Format::of_name(&format!(".{name}")).ok_or_else(|| "csv, tsv or jsonl was expected".into())
}

fn form(name: &str) -> Result<Form, String> {
    match name {
        "jsonl" => Ok(Form::Jsonl),
        "csv" => Ok(Form::Csv),
        _ => Err("jsonl or csv was expected".into()),
    }
}
