//! Figures of the held-out rows by the values of a column.

use super::Report;
use super::escape::{isolated, shortened};
use super::frame::table;
use super::svg::Axis;
use crate::paired::LEVEL;
use crate::slices::{Measure, Slice};
use model::card::Metrics;
use traffic::report::p_text;
use training::evaluation::Predictions;
use training::evaluation::figures::text;

/// Columns that are unfolded at once.
const OPEN: usize = 2;

/// The section: a table a column, those with a part that differs first.
pub fn section(report: &Report<'_>) -> String {
    let parts: usize = report.slices.iter().map(|of| of.parts.len()).sum();
    // Of all parts together, chance makes one differ about once in twenty reports.
    let level = LEVEL / parts.max(1) as f64;
    let measure = Measure::of(report.predictions, level);
    let mut columns: Vec<(&str, Vec<Slice>)> = report
        .slices
        .iter()
        .map(|of| (of.column.as_str(), measure.slices(&of.parts)))
        .collect();
    if columns.is_empty() {
        return String::new();
    }
    let differing = |slices: &[Slice]| slices.iter().filter(|slice| slice.differs).count();
    // A stable sort: equal ones stay in the order of the table.
    columns.sort_by_key(|(_, slices)| std::cmp::Reverse(differing(slices)));
    let (title, heading) = match report.predictions {
        Predictions::Classes(_) => ("accuracy", "Accuracy"),
        Predictions::Values(_) => ("mean absolute error", "Mean absolute error"),
    };
    let whole = match &report.card.metrics {
        Metrics::Classification(of) => of.accuracy,
        Metrics::Regression(of) => of.mae,
        Metrics::Unmeasured(_) => f64::NAN,
    };
    let figures = columns.iter().flat_map(|(_, slices)| slices);
    let ends = figures.flat_map(|of| {
        let ends = of.interval.into_iter().flatten();
        of.figure.into_iter().chain(ends)
    });
    let axis = Axis::around(title, ends.chain([whole]));
    let axis = match report.predictions {
        Predictions::Classes(_) => axis.up_to(1.0),
        Predictions::Values(_) => axis,
    };
    let bodies: String = columns
        .iter()
        .enumerate()
        .map(|(at, (column, slices))| {
            let is_open = at < OPEN && (at == 0 || differing(slices) > 0);
            column_of(column, slices, &axis, whole, is_open, title)
        })
        .collect();
    let (low, high) = axis.ends();
    let count = columns
        .iter()
        .map(|(_, slices)| differing(slices))
        .sum::<usize>();
    let sum = match count {
        0 => format!("None of {parts} parts differs from the other rows by more than chance."),
        1 => format!("1 of {parts} parts differs from the other rows by more than chance."),
        _ => format!("{count} of {parts} parts differ from the other rows by more than chance."),
    };
    format!(
        "<p>{heading} of the held-out rows by the values of each column. {sum} All bars go from {} to {}; the thin \
         line is the figure of all rows, {}.</p>{bodies}",
        axis.tick_text(low),
        axis.tick_text(high),
        text(whole)
    )
}

fn column_of(
    column: &str,
    slices: &[Slice],
    axis: &Axis,
    whole: f64,
    is_open: bool,
    title: &str,
) -> String {
    let count = |is_worse: bool| {
        let of = slices.iter();
        of.filter(|slice| slice.differs && slice.is_worse == is_worse)
            .count()
    };
    let flags: String = [("worse", count(true)), ("better", count(false))]
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!(" <span class=\"flag {word}\">{count} {word}</span>"))
        .collect();
    let rows: String = slices.iter().map(|of| row(of, axis, whole)).collect();
    let head = ["Value", "Rows", title, "", "95 % interval", "p", ""];
    let open = if is_open { " open" } else { "" };
    format!(
        "<details{open}><summary>{} <small>{} parts</small>{flags}</summary>{}</details>",
        isolated(&shortened(column, 60)),
        slices.len(),
        table(&format!("Slices by {column}"), "numbers", &head, &rows)
    )
}

fn row(of: &Slice, axis: &Axis, whole: f64) -> String {
    let percent = |value: f64| axis.place(value) * 100.0;
    let figure = of.figure.map_or("–".into(), text);
    let interval = of.interval.map(|[low, high]| {
        let (left, right) = (percent(low), percent(high));
        let band = format!(
            "<i style=\"left:{left:.1}%;width:{:.1}%\"></i>",
            right - left
        );
        (band, format!("{} to {}", text(low), text(high)))
    });
    let (band, interval) = interval.unwrap_or_default();
    let mark = of.figure.map_or(String::new(), |figure| {
        format!("<b style=\"left:{:.1}%\"></b>", percent(figure))
    });
    let (class, word) = match (of.differs, of.is_worse) {
        (false, _) => ("same", ""),
        (true, true) => ("worse", "worse"),
        (true, false) => ("better", "better"),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{figure}</td>\
         <td><span class=\"range\" aria-hidden=\"true\">{band}{mark}<u style=\"left:{:.1}%\"></u></span></td>\
         <td>{interval}</td><td>{}</td><td class=\"{class}\">{word}</td></tr>",
        isolated(&shortened(&of.value, 60)),
        of.rows,
        percent(whole),
        of.p_value.map_or("–".into(), p_text),
    )
}
