//! Labels one by one, and which are taken for which.

use super::Report;
use super::escape::{isolated, plain, shortened};
use super::frame;
use super::verdict::percent;
use model::card::{ClassMetrics, Metrics};
use std::collections::BTreeMap;
use training::evaluation::Classes;
use training::evaluation::confusion::{Confusion, Pair, confusion, most_confused, name};

/// Most labels of a matrix: a larger one is grey noise.
const MATRIX: usize = 30;
/// Most characters of a label in a table.
const LONG: usize = 80;
/// Labels that are shown before the others, which are folded.
const FIRST: usize = 15;
/// Pairs that are shown instead.
pub const PAIRS: usize = 20;

/// Each label's figures and the change of its F1 since the previous model, the worst F1 first;
/// labels that no test row has are last.
pub fn by_label<'a>(report: &'a Report<'_>) -> Vec<(&'a ClassMetrics, Option<f64>)> {
    let Metrics::Classification(of) = &report.card.metrics else {
        return Vec::new();
    };
    let before: BTreeMap<&str, f64> = match report.against.map(|against| &against.metrics) {
        Some(Metrics::Classification(of)) => {
            let classes = of.per_class.iter();
            classes
                .map(|class| (class.label.as_str(), class.f1))
                .collect()
        }
        _ => BTreeMap::new(),
    };
    let mut classes: Vec<&ClassMetrics> = of.per_class.iter().collect();
    classes.sort_by(|a, b| {
        let order = |class: &ClassMetrics| (class.support == 0, class.f1);
        let (a, b) = (order(a), order(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let change = |class: &ClassMetrics| before.get(class.label.as_str()).map(|f1| class.f1 - f1);
    classes
        .into_iter()
        .map(|class| (class, change(class)))
        .collect()
}

/// A change of a share, as `+0.012`.
pub fn signed(change: f64) -> String {
    match format!("{change:+.3}").as_str() {
        "+0.000" | "-0.000" => "0.000".into(),
        text => text.replace('-', "−"),
    }
}

/// A share in percent; nothing for none, which older cards have.
pub fn share(share: Option<f64>) -> String {
    share.map_or(String::new(), percent)
}

/// The tables of labels: the worst ones, and folded all others.
pub fn table(report: &Report<'_>) -> String {
    let classes = by_label(report);
    let has_change = classes.iter().any(|(_, change)| change.is_some());
    let mut head = vec![
        "Label",
        "Precision",
        "Recall",
        "F1",
        "Rows",
        "True share",
        "Mean probability",
        "Calibration error",
    ];
    if has_change {
        head.push("F1 change");
    }
    let table = |name: &str, classes: &[(&ClassMetrics, Option<f64>)]| {
        let rows: String = classes
            .iter()
            .map(|(class, change)| row(class, *change, has_change))
            .collect();
        frame::table(name, "numbers", &head, &rows)
    };
    let intro = "The lowest F1 first. Where probabilities are right, a label's mean probability is near its \
                 true share.";
    match classes.len().saturating_sub(FIRST) {
        0 => format!("<p>{intro}</p>{}", table("Labels", &classes)),
        rest => format!(
            "<p>{FIRST} of {} labels. {intro}</p>{}<details><summary>The other {rest} labels</summary>{}</details>",
            classes.len(),
            table("Labels", &classes[..FIRST]),
            table("Other labels", &classes[FIRST..])
        ),
    }
}

fn row(class: &ClassMetrics, change: Option<f64>, has_change: bool) -> String {
    let ClassMetrics {
        precision,
        recall,
        f1,
        support,
        ..
    } = class;
    // Without colour: of the few rows of a label, most changes are chance.
    let change = change.map_or("new".to_string(), signed);
    let change = match has_change {
        true => format!("<td>{change}</td>"),
        false => String::new(),
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{precision:.3}</td><td>{recall:.3}</td>\
         <td class=\"share\" style=\"--share:{f1:.3}\">{f1:.3}</td><td>{support}</td>\
         <td>{}</td><td>{}</td><td>{}</td>{change}</tr>",
        isolated(&shortened(&class.label, LONG)),
        share(class.share),
        share(class.mean_probability),
        class
            .ece
            .map_or(String::new(), |error| format!("{error:.3}")),
    )
}

/// The matrix of up to [`MATRIX`] labels, or the most confused pairs of more.
pub fn confusions(labels: &[String], classes: &Classes) -> String {
    let counts = confusion(classes);
    if labels.len() <= MATRIX {
        return matrix(labels, &counts);
    }
    let pairs = most_confused(&counts, PAIRS);
    if pairs.is_empty() {
        return "<p>No row was answered wrongly.</p>".into();
    }
    let supports = supports(&counts);
    let rows: Vec<String> = pairs
        .iter()
        .map(|(truth, answer, rows): &Pair| {
            format!(
                "<tr><td>{}</td><td>{}</td><td class=\"number\">{rows}</td><td class=\"number\">{:.1} %</td></tr>",
                isolated(&shortened(name(labels, *truth), LONG)),
                isolated(&shortened(name(labels, Some(*answer)), LONG)),
                *rows as f64 / supports[truth].max(1) as f64 * 100.0
            )
        })
        .collect();
    format!(
        "<p>The pairs confused most often, of {} labels.</p>\
         <div class=\"scroll\" role=\"region\" aria-label=\"Most confused pairs\" tabindex=\"0\">\
         <table><thead><tr><th scope=\"col\">True label</th><th scope=\"col\">Answered</th>\
         <th scope=\"col\" class=\"number\">Rows</th><th scope=\"col\" class=\"number\">Share of the true label</th>\
         </tr></thead><tbody>{}</tbody></table></div>",
        labels.len(),
        rows.concat()
    )
}

fn supports(counts: &Confusion) -> BTreeMap<Option<u32>, usize> {
    let mut supports = BTreeMap::new();
    for ((truth, _), rows) in counts {
        *supports.entry(*truth).or_default() += rows;
    }
    supports
}

fn matrix(labels: &[String], counts: &Confusion) -> String {
    let supports = supports(counts);
    let codes = (0..labels.len() as u32).map(Some);
    let unseen = supports.contains_key(&None).then_some(None);
    let head: String = labels
        .iter()
        .map(|label| {
            let short = isolated(&shortened(label, 24));
            format!(
                "<th scope=\"col\" title=\"{}\"><span>{short}</span></th>",
                plain(label)
            )
        })
        .collect();
    let mut rows = String::new();
    for truth in codes.chain(unseen) {
        let label = name(labels, truth);
        let support = supports.get(&truth).copied().unwrap_or_default().max(1);
        let short = isolated(&shortened(label, 24));
        rows.push_str(&format!(
            "<tr><th scope=\"row\" title=\"{}\">{short}</th>",
            plain(label)
        ));
        for answer in 0..labels.len() as u32 {
            let class = if truth == Some(answer) {
                "right"
            } else {
                "wrong"
            };
            rows.push_str(&match counts.get(&(truth, answer)) {
                Some(count) => {
                    let share = *count as f64 / support as f64;
                    format!("<td class=\"{class}\" style=\"--share:{share:.3}\">{count}</td>")
                }
                None => "<td></td>".into(),
            });
        }
        rows.push_str("</tr>");
    }
    format!(
        "<p>Each row is a true label, each column an answer; the shade is the share within the row.</p>\
         <div class=\"scroll\" role=\"region\" aria-label=\"Confusion matrix\" tabindex=\"0\">\
         <table class=\"matrix\"><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}
