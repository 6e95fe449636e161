//! `hearth predict`.

use super::open;
use crate::output;
use anyhow::Result;
use clap::Args;
use model::answer::Identity;
use model::row::Row;
use model::rows::{Format, ReadError, Reader};
use model::score::Scorer;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Answers rows with a model file: one JSON object a row, in the order of the rows, the same that
/// the function's POST /predict gives.
#[derive(Args)]
pub struct Predict {
    /// The model file
    file: PathBuf,
    /// Rows: .csv, .tsv or .jsonl, also with .gz [default: standard input, its format told by its first line]
    #[arg(long, short, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Where the answers go, as JSON Lines [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only the probabilities of the K most probable labels
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Format of standard input, where its first line does not tell
    #[arg(long, value_name = "csv|tsv|jsonl", conflicts_with = "input", value_parser = format)]
    format: Option<Format>,
}

impl Predict {
    pub(super) fn run(self) -> Result<()> {
        let model = open(&self.file)?;
        let reader = match &self.input {
            Some(path) => Reader::open(path)?,
            None => {
                if io::stdin().is_terminal() {
                    eprintln!("hearth: reading rows from the terminal; end with Ctrl-D");
                }
                Reader::new("standard input", Box::new(io::stdin()), self.format)?
            }
        };
        match &self.output {
            None => self.answer(&model, reader, &mut BufWriter::new(io::stdout().lock())),
            Some(path) => output::write_with(path, |file| {
                self.answer(&model, reader, &mut BufWriter::new(file))
            }),
        }
    }

    fn answer(
        &self,
        model: &model::Model<'_>,
        mut reader: Reader,
        out: &mut dyn Write,
    ) -> Result<()> {
        let identity = Identity::of(model);
        let top = self.top.map(|top| top as usize);
        let indices = model
            .columns
            .iter()
            .map(|column| reader.column(column.name))
            .collect::<Result<Vec<_>, _>>()?;
        let mut scorer = Scorer::default();
        while let Some(mut record) = reader.next_record()? {
            let values = indices.iter().map(|index| record.values[*index].take());
            let row = Row::new(&model.columns, values)
                .map_err(|error| ReadError::at(reader.name(), Some(record.line), error))?;
            let answer = scorer.answer(model, &row)?;
            serde_json::to_writer(&mut *out, &answer.report(&identity, top))?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }
}

fn format(name: &str) -> Result<Format, String> {
    Format::of_name(&format!(".{name}")).ok_or_else(|| "csv, tsv or jsonl was expected".into())
}
