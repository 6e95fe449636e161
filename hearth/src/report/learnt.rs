//! Sections on importances, terms, candidates and mistakes.

use super::escape::{isolated, plain, shortened};
use super::verdict::percent;
use super::{Mistake, Report, Tried};
use model::card::{Card, Metrics};
use serde_json::{Map, Value};
use training::evaluation::figures::{Figure, text};

/// Most bars of importances.
const BARS: usize = 30;
/// Most characters of a mistake's member.
const LONG: usize = 600;

/// Importances as bars.
pub fn importances(all: &[(String, f64)]) -> String {
    let greatest = all.iter().map(|(_, share)| share.abs()).fold(0.0, f64::max);
    let mut rows = String::new();
    for (name, share) in all.iter().take(BARS) {
        let part = if greatest > 0.0 {
            share.abs() / greatest
        } else {
            0.0
        };
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"bar\"><span style=\"--share:{part:.3}\"></span></td><td>{}</td></tr>",
            isolated(&shortened(name, 60)),
            percent(*share)
        ));
    }
    let rest = match all.len().saturating_sub(BARS) {
        0 => String::new(),
        rest => format!("<p>{rest} more are not shown.</p>"),
    };
    format!(
        "<table class=\"bars\"><thead><tr><th scope=\"col\">Feature</th><td></td><th scope=\"col\">Share</th></tr></thead><tbody>{rows}</tbody></table>{rest}"
    )
}

/// The terms that are evidence for each label, and against it.
pub fn terms(all: &[(String, Vec<(String, f64)>)]) -> String {
    let of_label = |(label, terms): &(String, Vec<(String, f64)>)| {
        let items = |wanted: &dyn Fn(f64) -> bool| -> String {
            let those = terms.iter().filter(|(_, weight)| wanted(*weight));
            those.map(|(term, weight)| item(term, *weight)).collect()
        };
        let (speaking_for, against) = (
            items(&|weight| weight >= 0.0),
            items(&|weight| weight < 0.0),
        );
        let against = match against.is_empty() {
            true => String::new(),
            false => format!("<p>against</p><ul class=\"against\">{against}</ul>"),
        };
        format!(
            "<section><h3>{}</h3><ul>{speaking_for}</ul>{against}</section>",
            isolated(label)
        )
    };
    let blocks: String = all.iter().map(of_label).collect();
    format!("<div class=\"terms\">{blocks}</div>")
}

/// A term may begin or end with a space, where it is a part of a word.
fn item(term: &str, weight: f64) -> String {
    let bare = term.trim_matches(' ');
    let before = "␣".repeat(term.len() - term.trim_start_matches(' ').len());
    let after = match bare {
        "" => String::new(),
        _ => "␣".repeat(term.len() - term.trim_end_matches(' ').len()),
    };
    let weight = format!("{weight:+.2}").replace('-', "−");
    format!(
        "<li>{} <small>{weight}</small></li>",
        isolated(&format!("{before}{bare}{after}"))
    )
}

/// Candidates of the search.
pub fn tried(report: &Report<'_>, all: &[Tried]) -> String {
    let metric = report
        .card
        .metrics
        .cross_validation()
        .map(|of| of.metric.as_str());
    let title = metric.map(|name| Figure::named(name).map_or(name, |figure| figure.title));
    let mut rows = String::new();
    for one in all {
        let (class, mark) = if one.chosen {
            (" class=\"chosen\"", " ✓ chosen")
        } else {
            ("", "")
        };
        let mean = one.mean.map_or("could not be fitted".into(), text);
        let deviation = one
            .standard_deviation
            .map_or(String::new(), |of| format!(" ± {}", text(of)));
        rows.push_str(&format!(
            "<tr{class}><th scope=\"row\">{}{mark}</th><td class=\"settings\">{}</td><td class=\"number\">{mean}{deviation}</td><td class=\"number\">{:.1} s</td></tr>",
            isolated(&one.name),
            isolated(&one.settings),
            one.seconds
        ));
    }
    let mean = title.map_or("Mean".to_string(), |title| format!("Mean {}", plain(title)));
    format!(
        "<div class=\"scroll\" role=\"region\" aria-label=\"Search\" tabindex=\"0\"><table><thead><tr>\
         <th scope=\"col\">Tried</th><th scope=\"col\">Settings</th><th scope=\"col\" class=\"number\">{mean}</th>\
         <th scope=\"col\" class=\"number\">Time</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

/// Size of a mistake, in words.
pub fn size(metrics: &Metrics, mistake: &Mistake) -> String {
    match metrics {
        Metrics::Classification(_) => format!("{} sure", percent(mistake.size)),
        Metrics::Regression(_) => format!("off by {}", text(mistake.size).replace('-', "−")),
        Metrics::Unmeasured(_) => text(mistake.size),
    }
}

/// The worst mistakes.
pub fn mistakes(card: &Card, all: &[Mistake]) -> String {
    let one = |mistake: &Mistake| {
        let members: String = members(card, &mistake.row)
            .iter()
            .map(|(name, value)| {
                let value = isolated(&shortened(value, LONG));
                match name.as_str() {
                    "" => format!("<dd>{value}</dd>"),
                    name => format!("<dt>{}</dt><dd>{value}</dd>", isolated(name)),
                }
            })
            .collect();
        format!(
            "<li><p><strong>{}</strong> was answered <strong>{}</strong>, {}</p><dl>{members}</dl></li>",
            isolated(&mistake.truth),
            isolated(&mistake.answer),
            size(&card.metrics, mistake)
        )
    };
    let items: String = all.iter().map(one).collect();
    format!("<ol class=\"mistakes\">{items}</ol>")
}

/// The members of a row, the model's columns first and in their order; what is no object is one
/// member without a name, and a lone text needs none.
pub fn members(card: &Card, row: &str) -> Vec<(String, String)> {
    let Ok(mut object) = serde_json::from_str::<Map<String, Value>>(row) else {
        return vec![(String::new(), row.to_string())];
    };
    let shown = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
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
