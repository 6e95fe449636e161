//! Output of `hearth drift`.

use crate::report::drift::quality_text;
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use monitor::Verdict;
use std::io::{self, Write};
use traffic::drift::{Judged, Seen};
use traffic::report::{Report, p_text};
use traffic::verdicts::percent;

/// Periods of a timeline that are printed, the last ones.
const PERIODS: usize = 14;

/// Prints the report: the headline, the distributions, what moved, accuracy, the timeline, and what to do.
pub(super) fn show(page: &mut Page<impl Write>, report: &Report) -> io::Result<()> {
    page.head("Drift", visible(&report.headline()))?;
    let mut facts = vec![("records", records(&report.seen))];
    facts.extend(requests(&report.seen).map(|text| ("requests", text)));
    if let Some(against) = &report.against {
        facts.push(("against", records(against)));
        facts.extend(requests(against).map(|text| ("their requests", text)));
    }
    page.facts(facts)?;
    page.head("Distributions", visible(&report.sentence()))?;
    page.table(&table(report))?;
    let moved = report.moved();
    if !moved.is_empty() {
        page.head("Moved", "the worst first")?;
        let told = moved.iter().map(|of| {
            let text = format!("{}: {}", of.name, of.sentence());
            (Mark::Doubt, visible(&text))
        });
        page.checks(told)?;
    }
    let quality = &report.quality;
    page.head("Quality", quality.name)?;
    let figures = quality.figures().into_iter();
    page.facts(figures.map(|(name, figure)| {
        let (value, rows) = (quality_text(quality, &figure), figure.rows);
        (name, format!("{value}, {rows} rows"))
    }))?;
    timeline(page, report)?;
    let notes = report.notes();
    if !notes.is_empty() {
        page.head("Notes", "")?;
        page.checks(notes.iter().map(|note| (Mark::Fact, visible(note))))?;
    }
    page.head("Next", "")?;
    let advice = report.advice();
    page.checks(advice.iter().map(|step| (Mark::Fact, visible(step))))
}

fn records(seen: &Seen) -> String {
    format!("{}{}", seen.rows, seen.when())
}

/// Requests and rejections by reason; `None` where the log has no metrics.
fn requests(seen: &Seen) -> Option<String> {
    let requests = &seen.requests;
    let share = percent(requests.share()?);
    let reasons = requests.by_reason();
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{reason} {count}"))
        .collect();
    let reasons = match reasons.is_empty() {
        true => String::new(),
        false => format!(": {}", reasons.join(", ")),
    };
    Some(format!(
        "{}, {} rejected ({share}){reasons}",
        requests.total, requests.rejected
    ))
}

fn table(report: &Report) -> Table {
    let mut table = Table::indented(2)
        .text("distribution", Fit::Cut)
        .figure("PSI", Fit::Whole)
        .figure("JS", Fit::Spare(1))
        .figure("p", Fit::Whole)
        .figure("rows", Fit::Whole)
        .text("verdict", Fit::Whole);
    for of in report.worst_first() {
        let figures = match of.rows {
            0 => [String::new(), String::new(), String::new()],
            _ => [
                format!("{:.3}", of.psi),
                format!("{:.3}", of.jensen_shannon),
                p_text(of.p_value),
            ],
        };
        let cells = [visible(&of.name)].into_iter().chain(figures);
        let cells = cells.chain([of.rows.to_string()]).map(Text::from);
        table.row(cells.chain([verdict(of)]));
    }
    table
}

fn verdict(of: &Judged) -> Text {
    let (mark, tone) = match of.verdict {
        Verdict::Stable => ("", Tone::Plain),
        Verdict::Moderate => (" *", Tone::Doubt),
        Verdict::Major => (" **", Tone::Bad),
    };
    match of.rows {
        0 => Text::toned(Tone::Quiet, "no values"),
        _ => Text::toned(tone, format!("{}{mark}", of.verdict.name())),
    }
}

fn timeline(page: &mut Page<impl Write>, report: &Report) -> io::Result<()> {
    let all = &report.timeline.moments;
    if all.len() < 2 {
        return Ok(());
    }
    let shown = &all[all.len().saturating_sub(PERIODS)..];
    let about = match report.timeline.distributions.first() {
        Some(name) => format!("PSI of {}", visible(name)),
        None => String::new(),
    };
    page.head("Timeline", about)?;
    let mut table = Table::indented(2)
        .text("time", Fit::Whole)
        .figure("records", Fit::Whole)
        .figure("requests", Fit::Spare(1))
        .figure("rejected", Fit::Whole)
        .figure("estimated", Fit::Spare(2))
        .figure("PSI", Fit::Whole);
    for of in shown {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".into());
        let has_requests = of.requests.total > 0;
        let cells = [
            visible(&of.time),
            of.rows.to_string(),
            or_dash(has_requests.then(|| of.requests.total.to_string())),
            or_dash(has_requests.then(|| of.requests.rejected.to_string())),
            or_dash(of.estimated.map(percent)),
            or_dash(
                of.psi
                    .first()
                    .copied()
                    .flatten()
                    .map(|psi| format!("{psi:.3}")),
            ),
        ];
        table.row(cells.map(Text::from));
    }
    page.table(&table)
}
