//! `hearth diff`.

use super::log::model_path;
use super::model_file::open;
use super::pull;
use crate::bars::Bars;
use crate::compare::{self, Comparison, Side};
use crate::terminal::json;
use anyhow::{Context, Result};
use clap::Args;
use model::Model;
use std::io::Write;
use std::path::Path;
use versioning::Project;

/// Compares two models: parameters, metrics, terms and answers
///
/// Shows data, parameters that differ, metrics, size, top terms gained and lost, and the answers of
/// both to the golden rows of both.
///
///   hearth diff old.hearth new.hearth
///   hearth diff model@v1.1.0 model@v1.2.0     # fetched where they are not here
///   hearth diff main                          # with the model file of the working tree
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Diff {
    /// Model file, or git revision (also model#prod)
    a: String,
    /// Model file, or git revision [default: the model file of the working tree]
    b: Option<String>,
    /// Model, if dvc.lock has several
    #[arg(long, value_name = "PATH")]
    model: Option<String>,
    /// Remote [default: core.remote of .dvc/config]
    #[arg(long, short, value_name = "NAME")]
    remote: Option<String>,
    /// Print the comparison as JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(self) -> Result<()> {
        let (a, b) = (self.side(Some(&self.a))?, self.side(self.b.as_deref())?);
        let comparison = compare::compare(&a, &b)?;
        let mut out = crate::terminal::out();
        if self.json {
            return json(&mut out, &comparison);
        }
        print(&mut out, &comparison)
    }

    fn side(&self, name: Option<&str>) -> Result<Side> {
        let model: Model<'static> = match name {
            Some(file) if Path::new(file).is_file() => open(Path::new(file))?,
            None => {
                let project = Project::find()?;
                let path = model_path(&project.outputs(None)?, self.model.as_deref())?;
                open(&project.root.join(path))?
            }
            Some(revision) => {
                let project = Project::find().with_context(|| {
                    format!("{revision}: there is no such file, and no revision can be looked for")
                })?;
                let outputs = project.outputs(Some(revision))?;
                let path = model_path(&outputs, self.model.as_deref())
                    .with_context(|| revision.to_string())?;
                let output: Vec<_> = outputs
                    .into_iter()
                    .filter(|output| output.path == path)
                    .collect();
                pull::fetch(
                    &project,
                    &output,
                    self.remote.as_deref(),
                    &Bars { quiet: self.json },
                )?;
                open(&project.cache()?.path(&output[0].object))
                    .with_context(|| revision.to_string())?
            }
        };
        Side::new(name.unwrap_or("working tree"), model)
    }
}

fn print(out: &mut impl Write, comparison: &Comparison) -> Result<()> {
    let [a, b] = &comparison.versions;
    writeln!(out, "{:24}  {a:>20}  {b:>20}", "")?;
    for row in &comparison.rows {
        let mark = if row.a == row.b { ' ' } else { '*' };
        let change = row
            .change
            .map_or(String::new(), |change| format!("  {change:+.4}"));
        writeln!(
            out,
            "{mark} {:22}  {:>20}  {:>20}{change}",
            row.name, row.a, row.b
        )?;
    }
    for label in &comparison.labels {
        let mut terms: Vec<String> = label.gained.iter().map(|term| format!("+{term}")).collect();
        terms.extend(label.lost.iter().map(|term| format!("-{term}")));
        if !terms.is_empty() {
            writeln!(out, "top terms of {:?}: {}", label.label, terms.join(", "))?;
        }
    }
    let golden = &comparison.golden;
    match golden.rows {
        0 => writeln!(
            out,
            "no golden row can be answered by both: their inputs differ"
        )?,
        rows => writeln!(
            out,
            "golden rows: the same label for {} of {rows}, probabilities differ by {:.4} at most",
            golden.same_label, golden.largest_difference
        )?,
    }
    Ok(())
}
