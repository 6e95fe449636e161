//! The block Result: the figures of the test rows, beside the baseline and the previous model.

use super::{labels, settings};
use crate::paired::Paired;
use crate::resampled::{self, Change};
use crate::summary;
use crate::terminal::page::Page;
use crate::terminal::text::{Text, Tone};
use model::card::{Card, Metrics};
use std::io::{self, Write};
use training::assessment::Against;
use training::evaluation::Predictions;

/// Labels that are shown.
const LABELS: usize = 12;

/// Shows the figures of a model, and of the previous one on the same rows with the changes since; `is_given`
/// is true where a person chose its positive label.
///
/// # Errors
/// When it cannot be written.
pub fn show(
    page: &mut Page<impl Write>,
    (card, predictions): (&Card, &Predictions),
    against: Option<(&Against, &[Change])>,
    is_given: bool,
) -> io::Result<()> {
    page.head("Result", estimator(card))?;
    let figures = |metrics: &Metrics| summary::figures(metrics, "held-out rows");
    let positive = positive(&card.metrics, is_given).into_iter();
    page.facts(positive.chain(figures(&card.metrics)))?;
    if let Metrics::Classification(of) = &card.metrics {
        labels::show(page, of, LABELS, &|_| String::new())?;
    }
    if let Some((against, changes)) = against {
        page.head(
            "Previous",
            format!("{} {} on the same rows", against.name, against.version),
        )?;
        page.facts(figures(&against.metrics))?;
        if let Some(paired) = Paired::of(&against.predictions, predictions) {
            page.checks([paired.checked("the previous model", "this one")])?;
        }
        if !changes.is_empty() {
            page.table(&resampled::table(changes))?;
        }
    }
    Ok(())
}

/// The estimator with the parameters that are not as usual.
pub fn estimator(card: &Card) -> Text {
    let name = Text::toned(Tone::Strong, card.estimator.as_str());
    match settings::changed(&card.params, &card.estimator) {
        _ if card.provenance.imported.is_some() => {
            let library = card.provenance.imported.as_ref();
            let library = library.map_or("", |from| from.library.as_str());
            name.and(Tone::Plain, format!(" of {library}"))
        }
        none if none.is_empty() => name.and(Tone::Plain, " with default parameters"),
        changed => name.and(Tone::Plain, format!(" with {changed}")),
    }
}

/// The positive label, and the rule that chose it.
fn positive(metrics: &Metrics, is_given: bool) -> Option<(String, String)> {
    let Metrics::Classification(of) = metrics else {
        return None;
    };
    let label = of.positive.as_ref()?;
    let rule = match is_given {
        true => "as given",
        false => "the second label in sorted order; --positive names another",
    };
    Some(("positive".into(), format!("{label:?} ({rule})")))
}
