//! `hearth captures get`.

use crate::bars::Bars;
use crate::commands::model_file::open;
use crate::report::escape::visible;
use crate::terminal;
use anyhow::{Result, bail};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use storage::{Location, Store};
use traffic::captures;
use traffic::lookup::{FoundRecord, Lookup};

/// Prints the captured rows and answers of a request
///
/// The id is the x-request-id of the response, or the id that the client chose.
/// A request of several rows has a record for each; ID/2 is the third. The rows
/// may be personal data. Examples:
///
///   hearth captures get 8c5e0b1d9f2a7e64 captures/
///   hearth captures get order-17 's3://bucket/records/day=2026-02-*/**' --json | jq .answer
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Get {
    /// Id of the request, or of one of its rows
    id: String,
    /// Captured records
    #[arg(required = true, value_name = "CAPTURE")]
    captures: Vec<Location>,
    /// Model file that was asked, to read captures in CSV and the forms of SageMaker
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Print one JSON object per record
    #[arg(long)]
    json: bool,
}

impl Get {
    pub(super) fn run(self) -> Result<()> {
        if self.id.is_empty() {
            bail!("the id is empty; the x-request-id of a response was expected");
        }
        let model = self.model.as_ref().map(|file| open(file)).transpose()?;
        let store = Store::from_env();
        let make = || Lookup::new(&self.id);
        let progress = &Bars::of_page(self.json);
        let (lookup, reading) =
            captures::read(&store, &self.captures, model.as_ref(), progress, make)?;
        let (found, example) = lookup.finish();
        if found.is_empty() {
            bail!(
                "none of the {} captured records has the id {:?}; {}only the share HEARTH_CAPTURE of the \
                 requests is captured, and no rejected one",
                reading.records,
                self.id,
                example.map_or(String::new(), |id| format!("theirs look like {id:?}; ")),
            );
        }
        if self.json {
            let mut out = terminal::out();
            for record in &found {
                writeln!(out, "{}", serde_json::to_string(record)?)?;
            }
            return Ok(out.flush()?);
        }
        let page = &mut terminal::page();
        for record in &found {
            page.head("Record", visible(&record.id))?;
            page.facts(facts(record))?;
        }
        Ok(page.flush()?)
    }
}

fn facts(of: &FoundRecord) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if of.event_id != of.id {
        facts.push(("event id", visible(&of.event_id)));
    }
    facts.push(("time", visible(&of.time)));
    if !of.model.is_empty() {
        facts.push(("model", visible(&format!("{} {}", of.model, of.version))));
    }
    if let Some(variant) = &of.variant {
        facts.push(("variant", visible(variant)));
    }
    if let Some(row) = &of.row {
        facts.push(("row", visible(row.get())));
    }
    if let Some(answer) = &of.answer {
        facts.push(("answer", visible(answer.get())));
    }
    facts
}
