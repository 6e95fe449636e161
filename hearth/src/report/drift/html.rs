//! The report of a drift as a page of HTML that needs nothing but itself.

use super::picture::picture;
use super::quality_text;
use crate::report::escape::{isolated, plain};
use crate::report::page::{head, notes};
use monitor::Verdict;
use traffic::drift::Judged;
use traffic::report::{Report, p_text};

/// Styles of this page besides those of a training's report.
const MORE: &str = include_str!("style.css");

/// The page, without scripts and without anything from elsewhere.
pub fn html(report: &Report) -> String {
    let (name, version) = (&report.model, &report.version);
    format!(
        "{}<header><p class=\"kind\">Live traffic compared with training</p><h1>{} {}</h1>\
         <p class=\"verdict\">{}</p>{}\
         <nav aria-label=\"Sections\"><a href=\"#distributions\">Distributions</a> \
         <a href=\"#quality\">Quality</a> <a href=\"#pictures\">Charts</a></nav></header>\n\
         <main>\n{}{}{}</main>\n</body>\n</html>\n",
        head(&format!("{name}: drift"), MORE),
        isolated(name),
        isolated(version),
        plain(&report.sentence()),
        notes(&report.notes()),
        section(
            "distributions",
            "Distributions",
            &table(&report.distributions)
        ),
        section("quality", "Quality", &quality(report)),
        section("pictures", "Charts", &pictures(&report.distributions)),
    )
}

fn section(id: &str, title: &str, body: &str) -> String {
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{title}</h2>{body}</section>\n"
    )
}

fn table(distributions: &[Judged]) -> String {
    let mut rows = String::new();
    for (index, of) in distributions.iter().enumerate() {
        let name = isolated(&of.name);
        if of.rows == 0 {
            rows.push_str(&format!(
                "<tr><th scope=\"row\">{name}</th><td colspan=\"6\" class=\"same\">no values</td></tr>"
            ));
            continue;
        }
        let verdict = of.verdict.name();
        let ks = of.kolmogorov_p_value.map_or("–".to_string(), p_text);
        rows.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#picture-{index}\">{name}</a></th><td>{:.3}</td><td>{:.3}</td>\
             <td>{}</td><td>{ks}</td><td>{}</td><td class=\"{verdict}\">{verdict}</td></tr>",
            of.psi,
            of.jensen_shannon,
            p_text(of.p_value),
            of.rows,
        ));
    }
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><thead><tr><th \
         scope=\"col\">Distribution</th>\
         <th scope=\"col\">PSI</th><th scope=\"col\">Jensen-Shannon</th><th scope=\"col\">p (χ²)</th>\
         <th scope=\"col\">p (KS)</th><th scope=\"col\">live values</th><th scope=\"col\">verdict</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>\
         <p>PSI is the population stability index, reduced by its expected value under no drift: \
         up to 0.1 is stable, from 0.25 on major, and only if the χ² test is significant (p below \
         0.01 over all rows of the table together).</p>"
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
    let title = quality.name;
    let estimated = match quality.estimated {
        Some(_) => {
            "<p>The estimate is the mean confidence (CBPE). It sees the effect of other inputs on \
             accuracy, but not that inputs have come to mean something else: only labels show \
             that.</p>"
        }
        None => "",
    };
    let confusion = quality.confusion.map_or(String::new(), |of| {
        let share = |share: Option<f64>| {
            share.map_or("–".into(), |share| format!("{:.1} %", share * 100.0))
        };
        format!(
            "<p>Estimated precision of the second label {}, recall {}.</p>",
            share(of.precision()),
            share(of.recall())
        )
    });
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"numbers\"><thead><tr><th scope=\"col\">When</th>\
         <th scope=\"col\">{title}</th><th scope=\"col\">rows</th></tr></thead><tbody>{rows}</tbody></table></div>\
         {estimated}{confusion}"
    )
}

/// The worst first: who opens the page looks for these.
fn pictures(distributions: &[Judged]) -> String {
    let mut order: Vec<(usize, &Judged)> = distributions
        .iter()
        .enumerate()
        .filter(|(_, of)| of.rows > 0)
        .collect();
    order.sort_by(|(_, a), (_, b)| {
        let by = |of: &Judged| (of.verdict != Verdict::Stable, of.psi);
        let ((a_moved, a), (b_moved, b)) = (by(a), by(b));
        b_moved.cmp(&a_moved).then(b.total_cmp(&a))
    });
    let figures: String = order
        .iter()
        .map(|(index, of)| {
            let id = format!("picture-{index}");
            let mean = of.mean.map_or(String::new(), |mean| {
                format!(", mean {}", training::evaluation::figures::text(mean))
            });
            format!(
                "<figure id=\"{id}\"><h3>{} <small class=\"{verdict}\">{verdict}, PSI {:.3}</small></h3>{}\
                 <figcaption>{} training values, {} live{mean}</figcaption></figure>",
                isolated(&of.name),
                of.psi,
                picture(&id, of),
                of.training_rows,
                of.rows,
                verdict = of.verdict.name(),
            )
        })
        .collect();
    format!(
        "<p><span class=\"key training\"></span>training <span class=\"key live\"></span>live</p>\
         <div class=\"pictures\">{figures}</div>"
    )
}
