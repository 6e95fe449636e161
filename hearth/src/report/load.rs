//! The page of a load test.

use super::escape::{isolated, plain};
use super::frame::{HtmlPage, Section, page, table};
use super::svg::{Axis, Chart, figure};
use crate::load::result::{LoadResult, PERCENTILES, Second, name};
use crate::load::run::LoadPlan;
use crate::terminal::page::Mark;
use crate::terminal::units::millis;

/// Points of a timeline; more would be a blur.
const POINTS: usize = 120;

/// The page of a test of the endpoint at `uri`, with the verdicts on it.
pub fn html(uri: &str, plan: &LoadPlan, of: &LoadResult, checks: &[(Mark, String)]) -> String {
    let sections = [
        ("checks", "Checks", verdicts(checks)),
        ("latency", "Latency", latency(of)),
        ("seconds", "Over time", timeline(&of.seconds)),
    ];
    let sections = sections.map(|(id, title, body)| Section {
        id,
        title,
        is_half: false,
        body,
    });
    let kind = format!(
        "{} requests in {:.1} s, {} per second planned and {:.1} sent",
        of.sent,
        of.elapsed.as_secs_f64(),
        plan.rate,
        of.rate()
    );
    let [median, high] = [50.0, 99.0].map(|percent| millis(of.latencies.percentile(percent)));
    let top = format!(
        "<p class=\"verdict\"><strong>Half of the requests were answered within {median}, 99 % within {high}.</strong></p>"
    );
    page(&HtmlPage {
        title: &format!("{uri}: load"),
        what: "Report of a load test",
        name: &isolated(uri),
        kind: &kind,
        style: "",
        script: None,
        top: &top,
        sections: &sections,
    })
}

fn verdicts(checks: &[(Mark, String)]) -> String {
    let rows: String = checks
        .iter()
        .map(|(mark, text)| {
            let (class, word) = match mark {
                Mark::Holds => ("better", "holds"),
                Mark::Doubt => ("same", "look"),
                Mark::Fails => ("worse", "fails"),
                Mark::Fact => ("same", ""),
            };
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"{class}\">{word}</td></tr>",
                isolated(text)
            )
        })
        .collect();
    table("Checks", "", &["Check", "Verdict"], &rows)
}

fn latency(of: &LoadResult) -> String {
    let rows: String = PERCENTILES
        .map(|percent| {
            let latency = millis(of.latencies.percentile(percent));
            format!(
                "<tr><th scope=\"row\">{}</th><td>{latency}</td></tr>",
                name(percent)
            )
        })
        .concat();
    format!(
        "<p>Each latency counts from the time at which its request was due, whether or not earlier requests had \
         been answered. Failed requests are included.</p>{}<div class=\"charts\">{}{}</div>",
        table("Percentiles", "numbers", &["Percentile", "Latency"], &rows),
        histogram(of),
        percentiles(of)
    )
}

fn histogram(of: &LoadResult) -> String {
    let bars = of.latencies.bars();
    let names: Vec<String> = bars.iter().map(|(bound, _)| bound.to_string()).collect();
    let ends = [0.5, bars.len() as f64 + 0.5];
    let counts = bars.iter().map(|(_, count)| *count as f64).chain([0.0]);
    let mut chart = Chart::new(
        "histogram",
        Axis::of_names("latency up to, ms", ends, names),
        Axis::around("requests", counts),
    );
    for (place, (bound, count)) in (1..).zip(&bars) {
        let middle = f64::from(place);
        let title = format!("{count} requests up to {bound} ms");
        chart.bar("bar", middle - 0.5, middle + 0.5, *count as f64, &title);
    }
    let caption = format!(
        "{} requests. Each bar ends at about twice the latency of the one before.",
        of.latencies.count()
    );
    figure("Histogram", chart, &caption, &caption)
}

/// Latency by percentile, up to the last one that a request stands for.
fn percentiles(of: &LoadResult) -> String {
    let nines = libm::log10(of.latencies.count().max(10) as f64).floor() as usize;
    let point = |step: usize| {
        let percent = 100.0 * (1.0 - libm::pow(10.0, -(step as f64) / 10.0));
        (step as f64 / 10.0, of.latencies.percentile(percent))
    };
    let points: Vec<(f64, f64)> = (0..=10 * nines).map(point).collect();
    let names = (1..=nines).map(|nines| match nines {
        1 => "90 %".to_string(),
        2 => "99 %".to_string(),
        _ => format!("99.{} %", "9".repeat(nines - 2)),
    });
    let mut chart = Chart::new(
        "percentiles",
        Axis::of_names(
            "share of the requests",
            [0.0, nines as f64],
            names.collect(),
        ),
        Axis::around(
            "latency, ms",
            points.iter().map(|point| point.1).chain([0.0]),
        ),
    );
    chart.line("series", points.into_iter());
    let caption =
        "A line that rises at its end is a few requests that took much longer than the others.";
    figure("Percentiles", chart, caption, caption)
}

fn timeline(seconds: &[Second]) -> String {
    if seconds.len() < 2 {
        return "<p>The test was too short for a timeline.</p>".into();
    }
    let every = seconds.len().div_ceil(POINTS);
    let shown = || {
        (0..)
            .zip(seconds)
            .step_by(every)
            .filter(|(_, of)| of.latencies.count() > 0)
    };
    let points = |percent: f64| {
        shown().map(move |(second, of): (u32, &Second)| {
            (f64::from(second), of.latencies.percentile(percent))
        })
    };
    let mut chart = Chart::new(
        "timeline",
        Axis::around(
            "seconds since the start",
            [0.0, seconds.len() as f64].into_iter(),
        ),
        Axis::around(
            "latency, ms",
            points(99.0).map(|point| point.1).chain([0.0]),
        ),
    );
    chart.line("series before", points(50.0));
    chart.line("series", points(99.0));
    let failed: u64 = seconds.iter().map(|of| of.failed).sum();
    let worst = (0..)
        .zip(seconds)
        .max_by_key(|(_, of): &(u32, &Second)| of.failed);
    let failures = match (failed, worst) {
        (0, _) | (_, None) => "No request failed.".to_string(),
        (failed, Some((second, of))) => {
            format!(
                "{failed} requests failed, most of them ({}) in second {second}.",
                of.failed
            )
        }
    };
    let caption = format!("By the second in which a request was due. {failures}");
    let key = "<span class=\"key before\"></span>median <span class=\"key\"></span>99 %. ";
    let figure = figure(
        "Latency over time",
        chart,
        &caption,
        &format!("{key}{}", plain(&caption)),
    );
    format!("<div class=\"charts\">{figure}</div>")
}
