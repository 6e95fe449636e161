//! Results of an import on standard output.

use super::expected::Compared;
use crate::blocks::labels;
use crate::summary::figures;
use crate::terminal::page::{Mark, Page};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::size;
use anyhow::Result;
use import::forest::Forest;
use model::Model;
use model::card::{Card, Metrics};
use model::format::{ColumnKind, ValueLink};
use model::head::Head;
use std::io::{self, Write};
use storage::Location;

/// The library whose documents name labels and estimators.
const PIPELINES: &str = import::interchange::LIBRARY;

/// Columns of a kind that are named.
const NAMED: usize = 12;

/// Shows what was imported.
pub(super) fn show(
    page: &mut Page<impl Write>,
    model: &Model<'_>,
    card: &Card,
    forest: &Forest,
    has_labels: bool,
) -> io::Result<()> {
    let from = Text::toned(Tone::Strong, forest.library);
    page.head(
        "Model",
        from.and(Tone::Plain, format!(" {}", forest.version)),
    )?;
    let nodes: usize = forest.trees.iter().map(|tree| tree.nodes.len()).sum();
    let objective = match forest.objective.as_str() {
        "" => "none",
        objective => objective,
    };
    let is_pipeline = forest.library == PIPELINES;
    let answers = match &model.head {
        Head::Classes(classes) => {
            let more = if has_labels || is_pipeline {
                ""
            } else {
                " (--labels names them)"
            };
            format!("labels {}{more}", classes.labels.join(", "))
        }
        Head::Value(ValueLink::Identity) => "numbers: the score".to_string(),
        Head::Value(link) => format!("numbers: {} of the score", link.name()),
    };
    let what = if is_pipeline {
        "estimator"
    } else {
        "objective"
    };
    let mut facts = vec![(what, objective.to_string()), ("answers", answers)];
    if !forest.trees.is_empty() {
        let trees = format!("{}, {nodes} nodes", forest.trees.len());
        facts.insert(0, ("trees", trees));
    }
    for kind in [
        ColumnKind::Number,
        ColumnKind::Category,
        ColumnKind::Boolean,
    ] {
        let names = model.columns.iter().filter(|column| column.kind == kind);
        let names: Vec<&str> = names.map(|column| column.name).collect();
        let more = match names.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        if !names.is_empty() {
            let named = names[..names.len().min(NAMED)].join(", ");
            let text = format!("{}: {named}{more}", names.len());
            facts.push((kind.name(), text));
        }
    }
    page.facts(facts)?;
    if !matches!(card.metrics, Metrics::Unmeasured(_)) {
        page.head(
            "Figures",
            "on the rows of --data, which may be those of training",
        )?;
        page.facts(figures(&card.metrics, "rows"))?;
        if let Metrics::Classification(of) = &card.metrics {
            labels::show(page, of, usize::MAX, &|_| String::new())?;
        }
    }
    Ok(())
}

/// Shows what was checked, and what is not known.
pub(super) fn checks(
    page: &mut Page<impl Write>,
    card: &Card,
    (in_document, checked): (Option<(usize, f64)>, Option<&Compared>),
    has_sample: bool,
) -> Result<()> {
    let mut all = Vec::new();
    if let Some((count, difference)) = in_document {
        let text = format!(
            "{count} rows of the document are answered as the library did (greatest difference \
             {difference:e}); they are in the model file as golden cases"
        );
        all.push((Mark::Holds, text));
    }
    all.extend(match checked {
        None if in_document.is_some() => None,
        Some(Compared {
            count,
            difference,
            rows,
        }) => Some((
            Mark::Holds,
            format!(
                "{count} rows are answered as the library did (greatest difference {difference:.1e}); {} of \
                 them are in the model file as golden cases",
                rows.len()
            ),
        )),
        None => Some((
            Mark::Fact,
            "no answers of the library were compared; --check rows.csv --expect answers.csv does it"
                .to_string(),
        )),
    });
    if !has_sample {
        let text = "figures and drift are not known; --data with rows of training adds them";
        all.push((Mark::Fact, text.to_string()));
    }
    all.extend(card.notes.iter().map(|note| (Mark::Fact, note.to_string())));
    page.head("Checks", "")?;
    page.checks(all)?;
    Ok(())
}

/// Shows what was written, and the commands that follow.
pub(super) fn next(page: &mut Page<impl Write>, out: &Location, model: &Model<'_>) -> Result<()> {
    let (bytes, version) = (size(model.bytes.len() as u64), model.version());
    let written = format!(" is written ({bytes}, version {version})");
    let out_text = Text::toned(Tone::Name, out.to_string());
    page.head("Next", out_text.and(Tone::Plain, written))?;
    if let Location::File(path) = out {
        let path = path.display();
        let steps = [("look at it", "inspect"), ("serve it", "serve")];
        page.facts(steps.map(|(what, command)| {
            let command = format!("hearth {command} {path}");
            (Text::from(what), Text::toned(Tone::Name, command))
        }))?;
    }
    Ok(())
}
