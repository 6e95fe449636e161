//! The report of a drift as a page of HTML that needs nothing but itself.

use super::picture::picture;
use super::quality_text;
use super::timeline;
use crate::report::escape::{isolated, plain};
use crate::report::frame::{HtmlPage, Section, notes, page, table};
use traffic::drift::Judged;
use traffic::report::{Report, p_text};
use traffic::verdicts::{brief, percent};
use training::evaluation::figures::text;

/// Styles of this page besides those of a training's report.
const STYLE: &str = include_str!("style.css");

/// The greatest index that a bar of the table shows.
const MOST: f64 = 0.5;

/// The page, without scripts and without anything from elsewhere.
pub fn html(report: &Report) -> String {
    let (name, version) = (&report.model, &report.version);
    let mut sections = Vec::new();
    let mut add = |id, title, body: String| {
        if !body.is_empty() {
            sections.push(Section {
                id,
                title,
                is_half: false,
                body,
            });
        }
    };
    add("steps", "What to do", steps(report));
    add("moved", "What moved", moved(report));
    add("distributions", "Distributions", distributions(report));
    add("timeline", "Timeline", timeline::section(report));
    add("quality", "Accuracy", quality(report));
    add("requests", "Requests", requests(report));
    add("pictures", "Charts", pictures(report));
    let kind = format!("Live traffic compared with {}", report.reference());
    let top = format!(
        "<p class=\"verdict\"><strong>{}</strong></p><p class=\"quiet\">{} records{}.{}</p>{}",
        plain(&report.headline()),
        report.seen.rows,
        plain(&report.seen.when()),
        report
            .against
            .as_ref()
            .map_or(String::new(), |seen| format!(
                " Compared with {} records{}.",
                seen.rows,
                plain(&seen.when())
            )),
        notes(&report.notes(), true),
    );
    page(&HtmlPage {
        title: &format!("{name}: drift"),
        what: "Report of drift",
        name: &format!("{} {}", isolated(name), isolated(version)),
        kind: &kind,
        style: STYLE,
        script: None,
        top: &top,
        sections: &sections,
    })
}

fn steps(report: &Report) -> String {
    let items: String = report
        .advice()
        .iter()
        .map(|step| format!("<li>{}.</li>", plain(step)))
        .collect();
    format!("<ol class=\"steps\">{items}</ol>")
}

/// A sentence for each distribution that moved, the worst first.
fn moved(report: &Report) -> String {
    let items: String = report
        .moved()
        .iter()
        .map(|of| {
            let verdict = of.verdict.name();
            format!(
                "<li class=\"{verdict}\"><strong>{}</strong> {} <span class=\"quiet\">{verdict}, PSI {:.2}</span></li>",
                isolated(&of.name),
                plain(&of.sentence()),
                of.psi
            )
        })
        .collect();
    match items.is_empty() {
        true => "<p>Nothing has moved by more than chance explains.</p>".into(),
        false => format!("<ul class=\"moved\">{items}</ul>"),
    }
}

fn distributions(report: &Report) -> String {
    let rows: String = report
        .worst_first()
        .iter()
        .map(|of| row(report, of))
        .collect();
    let head = format!(
        "<tr><th scope=\"col\">Distribution</th><th scope=\"col\">PSI</th><th scope=\"col\" class=\"words\"></th>\
         <th scope=\"col\" class=\"words\">Verdict</th>\
         <th scope=\"col\">Mean before</th><th scope=\"col\">Mean live</th><th scope=\"col\">Missing before</th>\
         <th scope=\"col\">Missing live</th><th scope=\"col\">Rows</th>{}</tr>",
        ["Jensen-Shannon", "p (χ²)", "p (KS)"]
            .map(|name| format!("<th scope=\"col\" class=\"tests\">{name}</th>"))
            .concat()
    );
    format!(
        "<p>The worst first. PSI is the population stability index, reduced by its expected value under no \
         drift: up to 0.1 is stable, from 0.25 on major (the two lines in each bar), and only if the χ² test is \
         significant (p below 0.01 over all rows of the table together).</p>\
         <label class=\"toggle\"><input type=\"checkbox\" id=\"tests\">Show the tests</label>\
         <div class=\"scroll\" role=\"region\" aria-label=\"Distributions\" tabindex=\"0\">\
         <table class=\"numbers\"><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )
}

fn row(report: &Report, of: &Judged) -> String {
    // `prediction.confidence` breaks between its words.
    let name = isolated(&of.name).replacen("prediction.", "prediction.<wbr>", 1);
    if of.rows == 0 {
        return format!(
            "<tr><th scope=\"row\">{name}</th><td colspan=\"11\" class=\"words same\">no values</td></tr>"
        );
    }
    let verdict = of.verdict.name();
    let bar = (of.psi / MOST).min(1.0) * 100.0;
    let lines =
        [0.1, 0.25].map(|bound| format!("<u style=\"left:{:.0}%\"></u>", bound / MOST * 100.0));
    let mean = |mean: Option<f64>| mean.map_or("–".to_string(), brief);
    let tests = [
        format!("{:.3}", of.jensen_shannon),
        p_text(of.p_value),
        of.kolmogorov_p_value.map_or("–".to_string(), p_text),
    ];
    let tests = tests.map(|test| format!("<td class=\"tests\">{test}</td>"));
    format!(
        "<tr><th scope=\"row\"><a href=\"#{}\">{name}</a></th><td>{:.3}</td>\
         <td class=\"words\"><span class=\"psi {verdict}\" aria-hidden=\"true\"><i style=\"width:{bar:.1}%\"></i>{}</span></td>\
         <td class=\"words {verdict}\">{verdict}</td>\
         <td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}</tr>",
        picture_id(report, of),
        of.psi,
        lines.concat(),
        mean(of.reference_mean),
        mean(of.mean),
        percent(of.missing.reference),
        percent(of.missing.live),
        of.rows,
        tests.concat(),
    )
}

fn quality(report: &Report) -> String {
    let quality = &report.quality;
    let rows: String = quality
        .figures()
        .iter()
        .map(|(name, figure)| {
            let text = quality_text(quality, figure);
            let rows = figure.rows;
            format!("<tr><th scope=\"row\">{name}</th><td>{text}</td><td>{rows}</td></tr>")
        })
        .collect();
    let estimated = match quality.estimated {
        Some(_) => {
            "<p>The estimate is the mean confidence (CBPE). It sees the effect of other inputs on \
             accuracy, but not that inputs have come to mean something else: only labels show \
             that.</p>"
        }
        None => "",
    };
    let confusion = quality.confusion.map_or(String::new(), |of| {
        let share = |share: Option<f64>| share.map_or("–".into(), percent);
        let label = quality.confusion_label.as_deref();
        format!(
            "<p>Estimated precision of {}: {}, recall {}.</p>",
            label.map_or("the second label".into(), isolated),
            share(of.precision()),
            share(of.recall())
        )
    });
    let head = ["When", quality.name, "Rows"];
    format!(
        "{}{estimated}{confusion}",
        table("Accuracy", "numbers", &head, &rows)
    )
}

/// Rejections by reason; empty where the log has no metrics of requests.
fn requests(report: &Report) -> String {
    let requests = &report.seen.requests;
    let Some(share) = requests.share() else {
        return String::new();
    };
    let reasons = requests.by_reason();
    let rows: String = reasons
        .iter()
        .map(|(reason, count)| {
            let share = percent(*count as f64 / requests.total as f64);
            format!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{count}</td><td>{share}</td></tr>",
                plain(&reason.to_string())
            )
        })
        .collect();
    let all = match reasons.is_empty() {
        true => String::new(),
        false => table(
            "Rejections by reason",
            "numbers",
            &["Reason", "Requests", "Share"],
            &rows,
        ),
    };
    let before = report.against.as_ref().and_then(|of| of.requests.share());
    let before = before.map_or(String::new(), |share| {
        format!(" In the other captures it was {}.", percent(share))
    });
    format!(
        "<p>{} requests have metrics in the log; {} were rejected ({}).{before} A rejected request has no \
         prediction, and no record.</p>{all}",
        requests.total,
        requests.rejected,
        percent(share)
    )
}

/// The id of a distribution's picture on the page, by its place in the model's order.
fn picture_id(report: &Report, of: &Judged) -> String {
    let mut all = report.distributions.iter();
    let place = all.position(|other| std::ptr::eq(other, of));
    format!("picture-{}", place.unwrap_or_default())
}

/// The worst first: who opens the page looks for these.
fn pictures(report: &Report) -> String {
    let figures: String = report
        .worst_first()
        .iter()
        .filter(|of| of.rows > 0)
        .map(|of| {
            let id = picture_id(report, of);
            let mean = of.mean.map_or(String::new(), |mean| format!(", mean {}", text(mean)));
            let new = match of.new_values.is_empty() {
                true => String::new(),
                false => {
                    let new = of.new_values.iter();
                    let new = new.map(|new| format!("{} {}", isolated(&new.value), percent(new.share)));
                    format!(" New values: {}.", new.collect::<Vec<_>>().join(", "))
                }
            };
            format!(
                "<figure id=\"{id}\"><h3>{} <small class=\"{verdict}\">{verdict}, PSI {:.3}</small></h3>{}\
                 <figcaption>{} before, {} live{mean}.{new}</figcaption></figure>",
                isolated(&of.name),
                of.psi,
                picture(&id, of),
                of.reference_rows,
                of.rows,
                verdict = of.verdict.name(),
            )
        })
        .collect();
    format!(
        "<p><span class=\"key training\"></span>before ({}) <span class=\"key live\"></span>live</p>\
         <div class=\"pictures\">{figures}</div>",
        report.reference()
    )
}
