//! One block of rows to its answers and its bad rows.

use crate::csv::write_csv;
use crate::id::{self, Id};
use crate::settings::{Form, Settings};
use model::Model;
use model::answer::{Identity, ReportWriter, push_member};
use model::columns::HeaderFault;
use model::explain::Explainer;
use model::row::{Row, RowError};
use model::rows::{Block, Blocks, Content, Cut, Cutter, ReadError, Shape};
use model::score::{NotFinite, Scorer};
use model::validate::{push_warnings, warnings};
use std::sync::Arc;

/// Result of a block.
#[derive(Debug, Default)]
pub struct Answered {
    /// Answers, a line each.
    pub answers: Vec<u8>,
    /// Bad rows, a line of JSON each.
    pub bad: Vec<u8>,
    /// Number of answered rows.
    pub rows: u64,
    /// Number of bad rows.
    pub bad_rows: u64,
    /// The line of the last row, and why it ends the batch, where it does.
    pub stopped: Option<(u64, String)>,
}

/// Where the model's columns stand in a table with a header.
#[derive(Debug, Default)]
pub struct Columns {
    /// One a column of the model; none of JSON Lines, where each row names its own.
    inputs: Vec<Option<usize>>,
    id: Option<usize>,
}

impl Columns {
    /// Finds them; nothing for JSON Lines.
    ///
    /// # Errors
    /// When the header lacks a required column or the id, or names one twice: such a table is refused
    /// as a whole.
    pub fn find(
        model: &Model<'_>,
        settings: &Settings,
        table: &Blocks,
    ) -> Result<Columns, ReadError> {
        let Some(header) = table.columns() else {
            return Ok(Columns::default());
        };
        let inputs = table.places(&model.columns)?;
        let id = settings.id.as_deref().map(|id| {
            let mut places = (0..header.len()).filter(|place| header[*place] == id);
            match (places.next(), places.next()) {
                (Some(place), None) => Ok(place),
                (Some(place), _) => Err(table.refuse_header(HeaderFault::Duplicate(place, id))),
                (None, _) => Err(table.no_column(id, header)),
            }
        });
        Ok(Columns {
            inputs,
            id: id.transpose()?,
        })
    }
}

/// Answers blocks; one a thread, since it keeps its memory.
pub struct Answerer<'a> {
    cutter: Cutter,
    rows: Rows<'a>,
}

/// Answers rows.
struct Rows<'a> {
    model: &'a Model<'static>,
    writer: ReportWriter,
    settings: &'a Settings,
    columns: &'a Columns,
    /// True if bad rows are written down; otherwise the first one ends the batch.
    keeps_bad: bool,
    scorer: Scorer,
    explainer: Option<Explainer<'a>>,
}

/// A line of the bad rows.
#[derive(serde::Serialize)]
struct BadRow<'a> {
    line: u64,
    reason: &'a str,
    given: &'a str,
}

/// Why a row gets no answer.
enum Refused {
    Row(String),
    Model(NotFinite),
}

impl From<String> for Refused {
    fn from(reason: String) -> Refused {
        Refused::Row(reason)
    }
}

impl From<RowError> for Refused {
    fn from(error: RowError) -> Refused {
        Refused::Row(error.to_string())
    }
}

impl<'a> Answerer<'a> {
    /// For blocks of a table of this shape.
    pub fn new(
        model: &'a Model<'static>,
        identity: &'a Identity,
        settings: &'a Settings,
        (shape, columns): (&Arc<Shape>, &'a Columns),
        explainer: Option<Explainer<'a>>,
        keeps_bad: bool,
    ) -> Answerer<'a> {
        Answerer {
            cutter: Cutter::new(shape),
            rows: Rows {
                model,
                writer: ReportWriter::of(model, identity),
                settings,
                columns,
                keeps_bad,
                scorer: Scorer::default(),
                explainer,
            },
        }
    }

    /// Answers a block; up to the first bad row where those are not kept.
    pub fn answer(&mut self, block: &Block) -> Answered {
        let mut done = Answered::default();
        done.answers.reserve(block.bytes.len());
        let (cutter, rows) = (&mut self.cutter, &mut self.rows);
        let mut position = block.start();
        while let Some(cut) = cutter.next(&block.bytes, &mut position) {
            done.stopped = rows.row(&cut, &mut done).err();
            if done.stopped.is_some() {
                break;
            }
        }
        done
    }
}

impl Rows<'_> {
    fn row(&mut self, cut: &Cut<'_, '_>, done: &mut Answered) -> Result<(), (u64, String)> {
        let before = done.answers.len();
        match self.write_answer(cut, &mut done.answers) {
            Ok(()) => done.rows += 1,
            Err(Refused::Model(error)) => return Err((cut.line, error.to_string())),
            Err(Refused::Row(reason)) if self.keeps_bad => {
                done.answers.truncate(before);
                let bad = BadRow {
                    line: cut.line,
                    reason: &reason,
                    given: &String::from_utf8_lossy(cut.given),
                };
                // Into memory, which does not fail.
                let _ = serde_json::to_writer(&mut done.bad, &bad);
                done.bad.push(b'\n');
                done.bad_rows += 1;
            }
            Err(Refused::Row(reason)) => {
                done.answers.truncate(before);
                return Err((cut.line, reason));
            }
        }
        Ok(())
    }

    fn write_answer(&mut self, cut: &Cut<'_, '_>, out: &mut Vec<u8>) -> Result<(), Refused> {
        let (row, id) = match &cut.content {
            Content::Fields(fields) => {
                fields.check()?;
                let values = fields.values(&self.columns.inputs);
                let values = values.collect::<Result<Vec<_>, String>>()?;
                let row = Row::new(&self.model.columns, values)?;
                let id = self.columns.id.map(|id| fields.text(id)).transpose()?;
                (row, id.map(Id::Text))
            }
            Content::Json(json) => {
                let row = Row::from_json(&self.model.columns, json)?;
                let id = self.settings.id.as_deref();
                let id = id.map(|name| id::of_json(json, name)).transpose()?;
                (row, id.map(Id::Json))
            }
        };
        let answer = self
            .scorer
            .answer(self.model, &row)
            .map_err(Refused::Model)?;
        match self.settings.form {
            Form::Jsonl => {
                out.push(b'{');
                if let Some(id) = id {
                    out.extend_from_slice(b"\"id\":");
                    match id {
                        Id::Text(text) => {
                            serde_json::to_writer(&mut *out, &*text)
                                .map_err(|error| error.to_string())?;
                        }
                        Id::Json(json) => out.extend_from_slice(json.get().as_bytes()),
                    }
                    out.push(b',');
                }
                self.writer.write_members(&answer, self.settings.top, out);
                let statistics = self.scorer.statistics();
                push_warnings(out, &warnings(self.model, &row, &statistics));
                if let Some(explainer) = &self.explainer {
                    let explanation = explainer.explain(&answer, &mut self.scorer);
                    let explanation = explanation.map_err(|error| error.to_string())?;
                    push_member(out, "explanation", &explanation);
                }
            }
            Form::Csv => write_csv(&answer, id, self.settings.keeps_formulas, out),
        }
        out.push(b'\n');
        Ok(())
    }
}
