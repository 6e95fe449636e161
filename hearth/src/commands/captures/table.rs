//! `hearth captures table`.

use crate::bars::Bars;
use crate::commands::model_file::open;
use crate::outputs;
use crate::terminal;
use anyhow::{Result, bail};
use clap::Args;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use storage::{Location, Store, output};
use traffic::captures;
use traffic::places::STANDARD_INPUT;
use traffic::table::text::{CsvSink, JsonlSink};
use traffic::table::{Layout, LayoutTally, Rows, Sink, TableCounts};

/// Formats of the table, by the end of its name.
const ENDINGS: &[&str] = &["csv", "jsonl", "ndjson", "parquet"];

/// Writes captured requests as a table: CSV, JSON Lines or Parquet
///
/// One row per captured row, in the order of the captures: id, event_id, time,
/// model, version, variant, answer (the label or the number), confidence, then
/// the columns of the model. Without --model the columns are those that the
/// records have, and the captures are read twice. Redacted values are missing.
/// Records that were delivered twice are in the table twice, with the same
/// event_id. Examples:
///
///   hearth captures table captures/ --output captures.parquet
///   hearth captures table captures/ --output captures.csv --create-table captures.sql
///   hearth captures table 's3://bucket/records/day=2026-02-*/**' --output s3://bucket/february.parquet
///   duckdb -c "select version, avg(confidence) from 'captures.parquet' group by 1"
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct WriteTable {
    /// Captured records
    #[arg(required = true, value_name = "CAPTURE")]
    captures: Vec<Location>,
    /// Write the table here: a file or s3://bucket/key that ends in .csv, .jsonl or .parquet
    #[arg(long, short, value_name = "PLACE")]
    output: Location,
    /// Model file whose columns and types the table gets; captures in CSV and the forms of SageMaker can
    /// be read only with it
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Write the SQL statement that creates the table here, for PostgreSQL or DuckDB
    #[arg(long, value_name = "FILE")]
    create_table: Option<PathBuf>,
}

/// Format of a table of captures.
#[derive(Clone, Copy)]
enum TableFormat {
    Csv,
    Jsonl,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl WriteTable {
    pub(super) fn run(self) -> Result<()> {
        outputs::check(&self.output, "captures", ENDINGS)?;
        let format = self.format()?;
        output::check_at(&self.output)?;
        if let Some(path) = &self.create_table {
            outputs::check(&Location::File(path.clone()), "the statement", &["sql"])?;
            output::check(path)?;
        }
        let model = self.model.as_ref().map(|file| open(file)).transpose()?;
        let store = Store::from_env();
        let progress = &Bars::that_stay(false);
        let layout = match &model {
            Some(model) => Layout::of_model(model),
            None => {
                if self
                    .captures
                    .iter()
                    .any(|at| at.to_string() == STANDARD_INPUT)
                {
                    bail!("standard input can be read only once; name its columns with --model");
                }
                let tally = LayoutTally::default();
                let found = captures::read_in_order(&store, &self.captures, None, progress, tally)?;
                found.0.layout()
            }
        };
        let mut writer = BufWriter::new(store.write(&self.output)?);
        let sink = sink(format, &mut writer, &layout)?;
        let rows = Rows::new(&layout, sink);
        let (rows, _) =
            captures::read_in_order(&store, &self.captures, model.as_ref(), progress, rows)?;
        let counts = rows.finish()?;
        writer
            .into_inner()
            .map_err(|error| error.into_error())?
            .finish()?;
        if let Some(path) = &self.create_table {
            let name = self.output.name();
            let name = name.split('.').next().unwrap_or_default();
            output::write(path, layout.create_table(name).as_bytes())?;
        }
        for note in notes(&counts, &layout, model.is_some()) {
            terminal::say(&format!("hearth: {note}"));
        }
        let columns = layout.columns().len();
        terminal::say(&format!(
            "hearth: {} rows of {columns} columns are in {}",
            counts.rows, self.output
        ));
        Ok(())
    }

    /// The format that the output's name ends with.
    fn format(&self) -> Result<TableFormat> {
        let name = self.output.name().to_lowercase();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        Ok(match ending {
            "csv" => TableFormat::Csv,
            "jsonl" | "ndjson" => TableFormat::Jsonl,
            #[cfg(feature = "parquet")]
            "parquet" => TableFormat::Parquet,
            #[cfg(not(feature = "parquet"))]
            "parquet" => bail!(
                "{}: this hearth was built without Parquet; write .csv or .jsonl, or build it with \
                 --features parquet",
                self.output
            ),
            _ => bail!(
                "{}: the name of the table shows its format; one that ends in .csv, .jsonl or .parquet was \
                 expected",
                self.output
            ),
        })
    }
}

/// A writer of this format.
fn sink<'w>(
    format: TableFormat,
    out: &'w mut (impl Write + Send),
    layout: &'w Layout,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(match format {
        TableFormat::Csv => Box::new(CsvSink::new(out, layout)?),
        TableFormat::Jsonl => Box::new(JsonlSink::new(out, layout)),
        #[cfg(feature = "parquet")]
        TableFormat::Parquet => Box::new(traffic::table::parquet::ParquetSink::new(out, layout)?),
    })
}

/// Sentences about what the table lacks.
fn notes(counts: &TableCounts, layout: &Layout, has_model: bool) -> Vec<String> {
    let renamed = layout.renamed();
    let mut notes: Vec<String> = renamed
        .map(|of| {
            let (name, header) = (&of.name, &of.header);
            format!("the column {name:?} of the rows is {header:?} in the table")
        })
        .collect();
    if counts.without_columns > 0 {
        let rows = counts.without_columns;
        notes.push(match has_model {
            true => format!("{rows} rows are no JSON objects and have no columns in the table"),
            false => format!(
                "{rows} rows are in a form that only their model can read and have no columns in the table: \
                 name it with --model"
            ),
        });
    }
    if counts.redacted > 0 {
        notes.push(format!("{} redacted values are missing", counts.redacted));
    }
    if counts.other_type > 0 {
        let values = counts.other_type;
        notes.push(format!(
            "{values} values are not of their column's type and are missing"
        ));
    }
    notes
}
