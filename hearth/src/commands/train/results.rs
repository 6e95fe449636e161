//! Results of a training on standard output.

use crate::blocks::{self, checks};
use crate::job::Places;
use crate::resampled::Change;
use crate::terminal::page::{Mark, Page};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::size;
use anyhow::Result;
use model::Model;
use std::io::Write;
use storage::Location;
use training::overview::ColumnOverview;
use training::params::Params;
use training::run::Trained;

/// Shows the blocks Search and Result; `changes` are those since the previous model.
pub(super) fn show(
    page: &mut Page<impl Write>,
    params: &Params,
    trained: &Trained,
    changes: &[Change],
) -> Result<()> {
    let card = &trained.card;
    blocks::search::show(page, &trained.tried, &card.metrics, &card.estimator)?;
    let is_given = params.positive.is_some();
    let against = trained.against.as_ref().map(|of| (of, changes));
    blocks::result::show(page, (card, &trained.predictions), against, is_given)?;
    Ok(())
}

/// Shows the block Checks; `failure` are the bounds of the gate that are missed.
pub(super) fn checks(
    page: &mut Page<impl Write>,
    (params, overview): (&Params, &[ColumnOverview]),
    trained: &Trained,
    failure: Option<&str>,
) -> Result<()> {
    let (metrics, notes) = (&trained.card.metrics, &trained.notes);
    let has_test = trained.card.data.test.is_some();
    let mut all = checks::of_figures(metrics, notes);
    let split = params.split.as_ref();
    all.extend(checks::of_table(overview, notes, split, has_test));
    let file = "the model file gives the same answers as the fit";
    all.push((Mark::Holds, file.to_string()));
    all.extend(checks::of_gate(&params.gate, metrics, failure));
    page.head("Checks", "")?;
    page.checks(all)?;
    Ok(())
}

/// Shows the block Next: what was written, and the commands that follow.
pub(super) fn next(page: &mut Page<impl Write>, places: &Places, model: &Model<'_>) -> Result<()> {
    let (bytes, version) = (size(model.bytes.len() as u64), model.version());
    let out = Text::toned(Tone::Name, places.out.to_string());
    let written = out.and(
        Tone::Plain,
        format!(" is written ({bytes}, version {version})"),
    );
    page.head("Next", written)?;
    let mut steps = Vec::new();
    for at in [&places.report, &places.report_markdown]
        .into_iter()
        .flatten()
    {
        steps.push((
            Text::from("report"),
            Text::toned(Tone::Name, at.to_string()),
        ));
    }
    if let Location::File(path) = &places.out {
        let path = path.display();
        for (what, command) in [("look at it", "inspect"), ("serve it", "serve")] {
            let command = format!("hearth {command} {path}");
            steps.push((Text::from(what), Text::toned(Tone::Name, command)));
        }
    }
    page.facts(steps)?;
    Ok(())
}
