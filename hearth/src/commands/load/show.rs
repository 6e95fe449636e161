//! Output of `hearth load`.

use crate::load::result::{Latencies, LoadEnd, LoadResult, PERCENTILES, name};
use crate::load::run::LoadPlan;
use crate::report::escape::visible;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::{millis, time};
use model::Model;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::Duration;

/// Widest bar of the histogram.
const BAR: f64 = 40.0;

/// The test, before it begins.
pub fn plan(
    page: &mut Page<impl Write>,
    uri: &str,
    plan: &LoadPlan,
    rows: &str,
    model: Option<&Model<'_>>,
) -> io::Result<()> {
    let (count, rate, length) = (plan.count(), plan.rate, time(plan.duration));
    let length = match plan.duration.subsec_millis() {
        0 => length,
        _ => format!("{:.1} s", plan.duration.as_secs_f64()),
    };
    page.head(
        "Load",
        format!("{count} requests in {length}, {rate} per second"),
    )?;
    let answers = match model {
        Some(model) => format!("compared with {} {}", visible(model.name), model.version()),
        None => "not compared; --model names a model file".into(),
    };
    page.facts([
        ("to", Text::toned(Tone::Name, visible(uri))),
        ("rows", Text::from(rows)),
        ("answers", Text::from(answers)),
    ])
}

/// Latencies as figures and as a histogram.
pub fn result(page: &mut Page<impl Write>, of: &LoadResult) -> io::Result<()> {
    let (sent, rate) = (of.sent, of.rate());
    let about =
        format!("of {sent} requests, from the time at which each was due; {rate:.1} per second");
    page.head("Latency", about)?;
    page.facts(
        PERCENTILES.map(|percent| (name(percent), millis(of.latencies.percentile(percent)))),
    )?;
    page.head("Histogram", "")?;
    let mut table = Table::indented(2)
        .figure("up to", Fit::Whole)
        .figure("requests", Fit::Whole)
        .text("", Fit::Spare(0));
    let bars = of.latencies.bars();
    let most = bars
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    for (bound, count) in bars {
        let width = (count as f64 / most as f64 * BAR).ceil() as usize;
        let bound = format!("{bound} ms");
        table.row([bound, count.to_string(), "█".repeat(width)].map(Text::from));
    }
    page.table(&table)
}

/// Verdicts on the test.
pub fn checks(of: &LoadResult, limit: Option<Duration>, has_model: bool) -> Vec<(Mark, String)> {
    let mut checks = Vec::new();
    let mut add = |mark, text: String| checks.push((mark, text));
    match &of.end {
        LoadEnd::Done => {}
        LoadEnd::Interrupted => add(
            Mark::Doubt,
            format!("ended by Ctrl-C after {} requests", of.sent),
        ),
        LoadEnd::Failing => add(
            Mark::Fails,
            format!("ended after {} requests: too many failed", of.sent),
        ),
        LoadEnd::Overloaded => {
            let open = of.unfinished;
            add(
                Mark::Fails,
                format!("ended with {open} requests open: the endpoint cannot keep up"),
            );
        }
    }
    match of.failed() {
        0 => add(
            Mark::Holds,
            format!(
                "no request failed, {} were answered",
                of.sent - of.unfinished
            ),
        ),
        failed => {
            let percent = 100.0 * of.failed_share();
            add(
                Mark::Fails,
                format!("{failed} requests failed ({percent:.2} %)"),
            );
        }
    }
    for (reason, count) in &of.failures {
        add(Mark::Fact, format!("{count} × {}", visible(reason)));
    }
    if of.unfinished > 0 && of.end != LoadEnd::Overloaded {
        add(
            Mark::Fact,
            format!(
                "{} had no response yet; their age counts as latency",
                of.unfinished
            ),
        );
    }
    match &of.wrong {
        (0, _) if of.compared > 0 => add(
            Mark::Holds,
            format!(
                "{} answers are those of the model file, to the last digit",
                of.compared
            ),
        ),
        (0, _) if has_model => add(
            Mark::Doubt,
            "no answer was compared with the model file".into(),
        ),
        (0, _) => {}
        (wrong, first) => {
            let first = visible(first.as_deref().unwrap_or_default());
            add(
                Mark::Fails,
                format!("{wrong} answers differ from the model file's: {first}"),
            );
        }
    }
    for (version, count) in &of.other_versions {
        add(
            Mark::Doubt,
            format!(
                "{count} answers by version {}, not compared",
                visible(version)
            ),
        );
    }
    if let Some(limit) = limit {
        let (found, limit) = (of.latencies.percentile(99.0), limit.as_secs_f64() * 1e3);
        let mark = if found > limit {
            Mark::Fails
        } else {
            Mark::Holds
        };
        add(
            mark,
            format!(
                "99 % within {}; the limit is {}",
                millis(found),
                millis(limit)
            ),
        );
    }
    let late = of.delays.percentile(99.0);
    if late > 1.0 && late > 0.1 * of.latencies.percentile(99.0) {
        add(
            Mark::Doubt,
            format!(
                "this machine sent 1 % of the requests more than {} late, which is part of their latency; a lower --rate or another machine measures better",
                millis(late)
            ),
        );
    }
    checks
}

/// Percentiles of latencies, in milliseconds.
fn percentiles(of: &Latencies) -> Value {
    json!({
        "p50": of.percentile(50.0),
        "p90": of.percentile(90.0),
        "p99": of.percentile(99.0),
        "p99_9": of.percentile(99.9),
        "max": of.max(),
        "mean": of.mean(),
    })
}

/// Everything as JSON; times in milliseconds.
pub fn json(uri: &str, plan: &LoadPlan, of: &LoadResult) -> Value {
    let bars = of.latencies.bars();
    let bars = bars
        .iter()
        .map(|(bound, count)| json!({"up_to": bound, "requests": count}));
    json!({
        "url": uri,
        "end": match of.end {
            LoadEnd::Done => "done",
            LoadEnd::Interrupted => "interrupted",
            LoadEnd::Failing => "failing",
            LoadEnd::Overloaded => "overloaded",
        },
        "planned": {"requests": plan.count(), "per_second": plan.rate, "seconds": plan.duration.as_secs_f64()},
        "sent": of.sent,
        "unfinished": of.unfinished,
        "failed": of.failed(),
        "failures": of.failures,
        "compared": of.compared,
        "wrong": of.wrong.0,
        "other_versions": of.other_versions,
        "seconds": of.elapsed.as_secs_f64(),
        "latency_ms": percentiles(&of.latencies),
        "sent_late_ms": percentiles(&of.delays),
        "histogram": bars.collect::<Vec<_>>(),
    })
}
