//! The page: one file that needs nothing but itself.

use super::chips::chips;
use super::escape::{isolated, plain};
use super::frame::{HtmlPage, Section, notes, page};
use super::scale::scale;
use super::verdict::verdict;
use super::{
    Report, charts, classes, dependence, figures, learnt, mistakes, origin, slices, threshold,
};
use model::card::Metrics;
use training::evaluation::Predictions;

/// Script of the slider.
const SCRIPT: &str = include_str!("threshold.js");

/// The report as a page of HTML with one small script, for the slider, and nothing from elsewhere.
pub fn html(report: &Report<'_>) -> String {
    let sections = sections(report);
    let card = report.card;
    let (task, estimator) = (
        card.task.replace('_', " "),
        card.estimator.replace('_', " "),
    );
    let kind = format!("{} by {}", plain(&task), plain(&estimator));
    let verdict = verdict(report, &|text| {
        format!("<strong>{}</strong>", isolated(text))
    });
    let texts = |are_doubts: bool| {
        let of_kind = report.notes.iter();
        let of_kind = of_kind.filter(|note| note.kind.is_doubt() == are_doubts);
        notes(
            &of_kind.map(ToString::to_string).collect::<Vec<_>>(),
            are_doubts,
        )
    };
    let top = format!(
        "<p class=\"verdict\">{verdict}</p>{}{}{}{}{}",
        chips(report),
        scale(report),
        texts(true),
        texts(false),
        not_shown(report),
    );
    page(&HtmlPage {
        title: &format!("{}: report", card.name),
        what: match report.has_rows {
            true => "Report of a training",
            false => "Report of an evaluation",
        },
        name: &isolated(&card.name),
        kind: &kind,
        style: "",
        script: sections
            .iter()
            .any(|section| section.id == "threshold")
            .then_some(SCRIPT),
        top: &top,
        sections: &sections,
    })
}

/// Parts that the report lacks, each with its reason.
fn not_shown(report: &Report<'_>) -> String {
    let mut parts = Vec::new();
    match report.has_rows {
        false => parts.push("what only training has: the search, importances, mistakes"),
        true => {
            if report.against.is_none() {
                parts.push("a comparison (no previous model was given: --against FILE)");
            }
            if report.card.columns.len() == 1 {
                parts.push("importances (the model has one column)");
            }
            if report.dependences.columns.is_empty() {
                parts.push(
                    "partial dependence (no column that matters has numbers, times or names)",
                );
            }
            if report.slices.is_empty() {
                parts.push("slices (no column has two values with 20 rows each)");
            }
        }
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("<p class=\"quiet\">Not shown: {}.</p>", parts.join("; ")),
    }
}

/// Most labels that a table and a matrix have room for side by side.
const SIDE_BY_SIDE: usize = 4;

fn sections(report: &Report<'_>) -> Vec<Section> {
    let is_half = report.labels.len() <= SIDE_BY_SIDE;
    let mut sections = Vec::new();
    let mut add = |id, title, body: String| {
        if !body.is_empty() {
            sections.push(Section {
                id,
                title,
                is_half: is_half && matches!(id, "labels" | "confusion"),
                body,
            });
        }
    };
    add("figures", "Figures", figures::section(report));
    match (&report.card.metrics, report.predictions) {
        (Metrics::Classification(of), Predictions::Classes(predicted)) => {
            let (id, title) = ("threshold", threshold::title(of));
            add(id, title, threshold::section(report, of, predicted));
            add("labels", "Labels", classes::table(report));
            let confusions = classes::confusions(report.labels, predicted);
            add("confusion", "Confusion", confusions);
            let charts = charts::of_labels(report.labels, predicted, of);
            add("curves", "Curves", charts);
        }
        (Metrics::Regression(of), Predictions::Values(values)) => {
            add("curves", "Errors", charts::of_numbers(values, of));
        }
        // Predictions of the other task have nothing to show here.
        _ => {}
    }
    add("slices", "Slices", slices::section(report));
    add("mistakes", "Worst mistakes", mistakes::section(report));
    if report.card.columns.len() > 1 {
        let importances = learnt::importances(report.importances);
        add("importances", "Importances", importances);
    }
    add(
        "dependence",
        "Partial dependence",
        dependence::section(report),
    );
    add("terms", "Terms", learnt::terms(report.top_terms));
    if let Some(tried) = report.tried.filter(|tried| !tried.is_empty()) {
        add("search", "Search", learnt::tried(report, tried));
    }
    add("origin", "Data and origin", origin::section(report));
    sections
}
