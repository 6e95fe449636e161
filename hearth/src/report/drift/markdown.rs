//! The report of a drift as Markdown, for a comment or a summary.

use super::quality_text;
use crate::report::escape::code;
use monitor::Verdict;
use traffic::report::{Report, p_text};

/// The report: the sentence, the table, how often the answers are right.
pub fn markdown(report: &Report) -> String {
    let mut text = format!(
        "## Drift of {} {}\n\n{}\n\n{}\n",
        code(&report.model),
        code(&report.version),
        report.headline(),
        sentence(report)
    );
    for note in report.notes() {
        text.push_str(&format!("\n- {}", code(&note)));
    }
    text.push_str(
        "\n\n| distribution | PSI | JS | p | rows | verdict | |\n|---|--:|--:|--:|--:|---|---|\n",
    );
    for of in report.worst_first() {
        let name = code(&of.name);
        let line = match of.rows {
            0 => format!("| {name} | | | | 0 | no values | |\n"),
            rows => format!(
                "| {name} | {:.3} | {:.3} | {} | {rows} | {} | {} |\n",
                of.psi,
                of.jensen_shannon,
                p_text(of.p_value).replace('<', "&lt;"),
                of.verdict.name(),
                match of.verdict {
                    Verdict::Stable => String::new(),
                    _ => code(&of.sentence()),
                }
            ),
        };
        text.push_str(&line);
    }
    let quality = &report.quality;
    text.push_str(&format!("\n| {} | | rows |\n|---|--:|--:|\n", quality.name));
    for (name, figure) in quality.figures() {
        let (value, rows) = (quality_text(quality, &figure), figure.rows);
        text.push_str(&format!("| {name} | {value} | {rows} |\n"));
    }
    text.push_str("\nWhat to do:\n\n");
    for step in report.advice() {
        text.push_str(&format!("- {}\n", code(&step)));
    }
    text
}

/// Without names: those of columns come from data, and stand in the table in code.
fn sentence(report: &Report) -> String {
    let (moved, all) = (report.moved().len(), report.distributions.len());
    let rows = report.seen.rows;
    match moved {
        0 => format!("No drift found in {all} distributions, over {rows} rows."),
        _ => {
            format!(
                "{moved} of {all} distributions have drifted since {}, over {rows} rows.",
                report.reference()
            )
        }
    }
}
