//! The block Search: the candidates, the best first.

use crate::terminal::page::Page;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use model::card::Metrics;
use std::io::{self, Write};
use std::time::Duration;
use training::evaluation::figures::{Figure, text};
use training::search::{Tried, described};

/// Characters of the picture of a candidate's mean and deviation.
const CELLS: usize = 24;

/// Shows the candidates of a search, which took so long; `estimator` is the one that was fitted.
///
/// # Errors
/// When it cannot be written.
pub fn show(
    page: &mut Page<impl Write>,
    tried: &[Tried],
    metrics: &Metrics,
    estimator: &str,
) -> io::Result<()> {
    let rows = metrics.training_rows();
    let (Some(found), 2..) = (metrics.cross_validation(), tried.len()) else {
        let folds = match metrics.cross_validation() {
            Some(found) => format!(
                "; {} on {} folds: {}",
                title(&found.metric),
                found.folds,
                plus_minus(found.mean, found.standard_deviation)
            ),
            None => String::new(),
        };
        return page.head(
            "Search",
            format!("none, since {estimator} is the only candidate{folds}"),
        );
    };
    page.head(
        "Search",
        format!(
            "{} candidates by {} on {} folds of {rows} rows, the best first",
            tried.len(),
            title(&found.metric),
            found.folds
        ),
    )?;
    page.table(&candidates(tried, is_loss(&found.metric)))
}

fn is_loss(metric: &str) -> bool {
    Figure::named(metric).is_some_and(|figure| !figure.more_is_better)
}

fn title(metric: &str) -> &str {
    Figure::named(metric).map_or(metric, |figure| figure.title)
}

fn plus_minus(mean: f64, deviation: f64) -> String {
    format!("{} ± {}", text(mean), text(deviation))
}

fn candidates(tried: &[Tried], is_loss: bool) -> Table {
    let mut order: Vec<&Tried> = tried.iter().collect();
    let sign = if is_loss { 1.0 } else { -1.0 };
    let place = |tried: &Tried| {
        (
            !tried.chosen,
            tried.mean.map_or(f64::INFINITY, |m| sign * m),
        )
    };
    order.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let ranges = order.iter().filter_map(|tried| range(tried));
    let ends = ranges.fold([f64::INFINITY, f64::NEG_INFINITY], |ends, range| {
        [ends[0].min(range[0]), ends[1].max(range[2])]
    });
    let mut table = Table::indented(2)
        .text("", Fit::Wrap)
        .figure("mean", Fit::Whole)
        .figure("± sd", Fit::Whole)
        .text("", Fit::Spare(0))
        .figure("time", Fit::Spare(1));
    for tried in order {
        let tone = if tried.chosen {
            Tone::Strong
        } else {
            Tone::Plain
        };
        let shown = |value: Option<f64>| Text::toned(tone, value.map_or("-".into(), text));
        table.row([
            Text::toned(tone, described(tried)),
            shown(tried.mean),
            shown(tried.standard_deviation),
            Text::toned(tone, picture(tried, ends)),
            Text::toned(Tone::Quiet, time(tried.seconds)),
        ]);
    }
    table
}

/// Mean less the deviation, the mean, and the mean with it.
fn range(tried: &Tried) -> Option<[f64; 3]> {
    let (mean, deviation) = (tried.mean?, tried.standard_deviation?);
    Some([mean - deviation, mean, mean + deviation])
}

/// The range of a candidate on the line between both ends: `  ──●──   `.
fn picture(tried: &Tried, [least, greatest]: [f64; 2]) -> String {
    let Some(range) = range(tried).filter(|_| greatest > least) else {
        return String::new();
    };
    let last = (CELLS - 1) as f64;
    let cell = |value: f64| ((value - least) / (greatest - least) * last).round() as usize;
    let [from, mean, to] = range.map(cell);
    let cells = (0..=to).map(|at| match at {
        at if at == mean => '●',
        at if at >= from => '─',
        _ => ' ',
    });
    cells.collect()
}

/// Processor time of a candidate.
fn time(seconds: f64) -> String {
    match seconds {
        short if short < 10.0 => format!("{short:.1} s"),
        long => crate::terminal::units::time(Duration::from_secs_f64(long)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(name: &str, mean: Option<f64>, deviation: f64, chosen: bool) -> Tried {
        Tried {
            name: name.into(),
            settings: String::new(),
            mean,
            standard_deviation: mean.map(|_| deviation),
            seconds: 1.25,
            chosen,
        }
    }

    #[test]
    fn the_best_is_first_and_its_deviation_is_drawn() {
        let all = [
            tried("ridge", Some(0.5), 0.1, false),
            tried("broken", None, 0.0, false),
            tried("forest", Some(0.9), 0.1, true),
        ];
        let lines = candidates(&all, false).lines(usize::MAX);
        let lines: Vec<String> = lines.iter().map(|line| line.render(false)).collect();
        assert_eq!(
            lines,
            [
                "            mean    ± sd                             time",
                "  forest  0.9000  0.1000                 ────●────  1.2 s",
                "  ridge   0.5000  0.1000  ────●────                 1.2 s",
                "  broken       -       -                            1.2 s",
            ]
        );
    }

    #[test]
    fn of_losses_the_least_is_the_best() {
        let all = [
            tried("a", Some(0.9), 0.1, false),
            tried("b", Some(0.5), 0.1, true),
            tried("c", Some(0.6), 0.1, false),
        ];
        let lines = candidates(&all, true).lines(usize::MAX);
        let first = |line: &Text| line.render(false).trim_start().chars().next();
        let names: Vec<Option<char>> = lines[1..].iter().map(first).collect();
        assert_eq!(names, [Some('b'), Some('c'), Some('a')]);
    }
}
