//! Sections on importances, terms and candidates.

use super::escape::{isolated, plain, shortened};
use super::verdict::percent;
use super::{Report, Tried};
use training::evaluation::figures::{Figure, text};

/// Most bars of importances.
const BARS: usize = 30;
/// Labels whose terms are shown before the others, which are folded.
const LABELS: usize = 12;

/// Importances as bars; empty without any.
pub fn importances(all: &[(String, f64)]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let greatest = all.iter().map(|(_, share)| share.abs()).fold(0.0, f64::max);
    let items: String = all
        .iter()
        .take(BARS)
        .map(|(name, share)| {
            let part = match greatest > 0.0 {
                true => share.abs() / greatest * 100.0,
                false => 0.0,
            };
            format!(
                "<li><span class=\"named\">{}<b>{}</b></span><span class=\"track\" aria-hidden=\"true\"><i \
                 style=\"width:{part:.1}%\"></i></span></li>",
                isolated(&shortened(name, 60)),
                percent(*share)
            )
        })
        .collect();
    let rest = match all.len().saturating_sub(BARS) {
        0 => String::new(),
        rest => format!("<p class=\"quiet\">{rest} more columns are not shown.</p>"),
    };
    format!(
        "<p>Share of each column in what decides: the gain of splits of trees, or the sum of absolute weights.</p>\
         <ol class=\"bars\">{items}</ol>{rest}"
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
    if all.is_empty() {
        return String::new();
    }
    let blocks = |of: &[(String, Vec<(String, f64)>)]| -> String {
        let blocks: String = of.iter().map(of_label).collect();
        format!("<div class=\"terms\">{blocks}</div>")
    };
    let intro =
        "Features with the greatest weights for each label; those against it have a dashed frame.";
    match all.len().saturating_sub(LABELS) {
        0 => format!("<p>{intro}</p>{}", blocks(all)),
        rest => format!(
            "<p>{intro} {LABELS} of {} labels.</p>{}<details><summary>The other {rest} labels</summary>{}</details>",
            all.len(),
            blocks(&all[..LABELS]),
            blocks(&all[LABELS..])
        ),
    }
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
