//! The block Result: the figures of the test rows, beside the baseline and the previous model.

use super::{labels, settings};
use crate::paired::Paired;
use crate::summary::summary;
use crate::terminal::page::Page;
use crate::terminal::text::{Text, Tone};
use model::card::{Card, Metrics};
use std::io::{self, Write};
use training::assessment::Against;
use training::evaluation::Predictions;

/// Labels that are shown.
const LABELS: usize = 12;

/// Names of figures that the block Checks has.
fn is_check(name: &str) -> bool {
    name == "calibration" || name.ends_with(" folds")
}

/// Shows the figures of a model and of the previous one on the same rows; `is_given` is true where a person chose its positive label.
///
/// # Errors
/// When it cannot be written.
pub fn show(
    page: &mut Page<impl Write>,
    (card, predictions): (&Card, &Predictions),
    against: Option<&Against>,
    is_given: bool,
) -> io::Result<()> {
    page.head("Result", estimator(card))?;
    let figures = |metrics: &Metrics| {
        let lines = summary(metrics).into_iter();
        lines
            .filter(|(name, _)| !is_check(name))
            .collect::<Vec<_>>()
    };
    let positive = positive(&card.metrics, is_given).into_iter();
    page.facts(positive.chain(figures(&card.metrics)))?;
    if let Metrics::Classification(of) = &card.metrics {
        let (table, rest) = labels::table(of, LABELS, &|_| String::new());
        page.gap()?;
        page.table(&table)?;
        if let Some(rest) = rest {
            page.line(format!("  {rest}"))?;
        }
    }
    if let Some(against) = against {
        page.head(
            "Previous",
            format!("{} {} on the same rows", against.name, against.version),
        )?;
        page.facts(figures(&against.metrics))?;
        if let Some(paired) = Paired::of(&against.predictions, predictions) {
            page.checks([paired.checked("the previous model", "this one")])?;
        }
    }
    Ok(())
}

/// The estimator with the parameters that are not as usual.
pub fn estimator(card: &Card) -> Text {
    let name = Text::toned(Tone::Strong, card.estimator.as_str());
    match settings::changed(&card.params, &card.estimator) {
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
