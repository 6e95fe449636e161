//! The test rows that were answered worst, as a table.

use super::escape::{isolated, shortened};
use super::frame::table;
use super::verdict::percent;
use super::{Mistake, Report};
use model::card::{Card, Metrics};
use serde_json::{Map, Value};
use training::evaluation::figures::text;

/// Most characters of a value.
const LONG: usize = 300;

/// Most columns of the row that have a place in the table: the most important ones.
const COLUMNS: usize = 8;

/// Size of a mistake, in words.
pub fn size(metrics: &Metrics, mistake: &Mistake) -> String {
    match metrics {
        Metrics::Classification(_) => format!("{} sure", percent(mistake.size)),
        Metrics::Regression(_) => format!("off by {}", text(mistake.size).replace('-', "−")),
        Metrics::Unmeasured(_) => text(mistake.size),
    }
}

/// The section; empty without mistakes.
pub fn section(report: &Report<'_>) -> String {
    let all = report.mistakes;
    if all.is_empty() {
        return String::new();
    }
    let mut names: Vec<&str> = report
        .importances
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    if names.is_empty() {
        names = report
            .card
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
    }
    let left = names.len().saturating_sub(COLUMNS);
    names.truncate(COLUMNS);
    let kind = |name: &str| {
        let mut columns = report.card.columns.iter();
        columns
            .find(|column| column.name == name)
            .map(|of| of.kind.as_str())
    };
    let rows: String = all
        .iter()
        .map(|mistake| {
            let values: Map<String, Value> = serde_json::from_str(&mistake.row).unwrap_or_default();
            let cells: String = names
                .iter()
                .map(|name| {
                    let value = values.get(*name).cloned().unwrap_or_default();
                    let class = match kind(name) {
                        Some("text") => "words text",
                        Some("number") => "number",
                        _ => "words",
                    };
                    let value = match value {
                        Value::Null => "<span class=\"same\">–</span>".to_string(),
                        value => isolated(&shortened(&shown(value), LONG)),
                    };
                    format!("<td class=\"{class}\">{value}</td>")
                })
                .collect();
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"words\">{}</td><td class=\"words\"><strong>{}</strong></td>\
                 <td>{}</td>{cells}</tr>",
                mistake.number,
                isolated(&mistake.truth),
                isolated(&mistake.answer),
                size(&report.card.metrics, mistake)
            )
        })
        .collect();
    let size = match report.card.metrics {
        Metrics::Classification(_) => "Confidence",
        Metrics::Regression(_) | Metrics::Unmeasured(_) => "Error",
    };
    let columns: Vec<String> = names
        .iter()
        .map(|name| isolated(&shortened(name, 40)))
        .collect();
    let head: Vec<&str> = ["Row", "True", "Answered", size]
        .into_iter()
        .chain(columns.iter().map(String::as_str))
        .collect();
    let data = &report.card.data;
    let file = data.test.as_ref().or(data.train.as_ref());
    let rest = match left {
        0 => String::new(),
        1 => " The least important column is left out.".into(),
        left => format!(" The {left} least important columns are left out."),
    };
    format!(
        "<p>The {} held-out rows that were answered worst, by their number in {} (the first below the header is \
         1).{rest}</p>{}",
        all.len(),
        isolated(file.map_or("the table", |file| file.name.as_str())),
        table("Worst mistakes", "numbers mistakes", &head, &rows)
    )
}

/// The members of a row, the model's columns first and in their order; what is no object is one
/// member without a name, and a lone text needs none.
pub fn members(card: &Card, row: &str) -> Vec<(String, String)> {
    let Ok(mut object) = serde_json::from_str::<Map<String, Value>>(row) else {
        return vec![(String::new(), row.to_string())];
    };
    let mut members = Vec::with_capacity(object.len());
    for column in &card.columns {
        if let Some(value) = object.remove(&column.name) {
            members.push((column.name.clone(), shown(value)));
        }
    }
    members.extend(object.into_iter().map(|(name, value)| (name, shown(value))));
    if let [(name, _)] = &mut members[..] {
        name.clear();
    }
    members
}

fn shown(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
