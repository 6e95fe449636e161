//! The page: one file that needs nothing but itself.

use super::escape::{isolated, plain};
use super::scale::scale;
use super::verdict::verdict;
use super::{Report, charts, classes, figures, learnt, origin};
use model::card::Metrics;
use training::evaluation::Predictions;

/// The look of every report.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The report as a page of HTML, without scripts and without anything from elsewhere.
pub fn html(report: &Report<'_>) -> String {
    let sections = sections(report);
    let mut links = String::new();
    let mut bodies = String::new();
    for Section { id, title, body } in &sections {
        let half = if is_half(id, report) {
            " class=\"half\""
        } else {
            ""
        };
        links.push_str(&format!("<a href=\"#{id}\">{title}</a> "));
        bodies.push_str(&format!(
            "<section id=\"{id}\"{half} aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{title}</h2>{body}</section>\n"
        ));
    }
    let card = report.card;
    let (task, estimator) = (
        card.task.replace('_', " "),
        card.estimator.replace('_', " "),
    );
    format!(
        "{}<header><p class=\"kind\">{} by {}</p><h1>{}</h1><p class=\"verdict\">{}</p>{}{}\
         <nav aria-label=\"Sections\">{links}</nav></header>\n<main>\n{bodies}</main>\n</body>\n</html>\n",
        head(&format!("{}: report", card.name), ""),
        plain(&task),
        plain(&estimator),
        isolated(&card.name),
        verdict(report, &|text| format!(
            "<strong>{}</strong>",
            isolated(text)
        )),
        scale(report),
        notes(
            &report
                .notes
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        ),
    )
}

/// A page up to its body's first element: it needs nothing but itself. `more` is style besides
/// that of all reports.
pub fn head(title: &str, more: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}{more}</style>\n</head>\n<body>\n",
        plain(title),
    )
}

/// Notes as a list; empty if there are none.
pub fn notes(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let items = notes
        .iter()
        .map(|note| format!("<li>{}</li>", isolated(note)));
    format!("<ul class=\"notes\">{}</ul>", items.collect::<String>())
}

/// Most labels that a table and a matrix have room for side by side.
const SIDE_BY_SIDE: usize = 10;

/// True if a section shares a wide screen's width with its neighbour.
fn is_half(id: &str, report: &Report<'_>) -> bool {
    matches!(id, "labels" | "confusion") && report.labels.len() <= SIDE_BY_SIDE
}

struct Section {
    id: &'static str,
    title: &'static str,
    body: String,
}

fn sections(report: &Report<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |id, title, body| sections.push(Section { id, title, body });
    add("figures", "Figures", figures::section(report));
    match (&report.card.metrics, report.predictions) {
        (Metrics::Classification(of), Predictions::Classes(predicted)) => {
            add("labels", "Labels", classes::table(report));
            add(
                "confusion",
                "Confusion",
                classes::confusions(report.labels, predicted),
            );
            let charts = charts::of_labels(report.labels, predicted, of);
            add(
                "curves",
                "Curves",
                format!("<div class=\"charts\">{charts}</div>"),
            );
        }
        (Metrics::Regression(of), Predictions::Values(values)) => {
            let charts = charts::of_numbers(values, of);
            add(
                "curves",
                "Errors",
                format!("<div class=\"charts\">{charts}</div>"),
            );
        }
        // Predictions of the other task have nothing to show here.
        _ => {}
    }
    if let Some(tried) = report.tried.filter(|tried| !tried.is_empty()) {
        add("search", "Search", learnt::tried(report, tried));
    }
    if !report.importances.is_empty() {
        add(
            "importances",
            "Importances",
            learnt::importances(report.importances),
        );
    }
    if !report.top_terms.is_empty() {
        add("terms", "Terms", learnt::terms(report.top_terms));
    }
    if !report.mistakes.is_empty() {
        let body = learnt::mistakes(report.card, report.mistakes);
        add("mistakes", "Worst mistakes", body);
    }
    add("origin", "Data and origin", origin::section(report));
    sections
}
