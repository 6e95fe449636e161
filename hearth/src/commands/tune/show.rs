//! Output of `hearth tune`.

use super::deployed::TunedFunction;
use super::measure::SizeResult;
use crate::price::PRICES;
use crate::terminal::page::{Mark, Page};
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::{Text, Tone};
use crate::terminal::units::millis;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::time::Duration;

/// The plan, printed before the function is changed.
pub fn plan(
    page: &mut Page<impl Write>,
    function: &TunedFunction,
    sizes: &[u32],
    requests: u32,
) -> io::Result<()> {
    let count = sizes.len();
    page.head(
        "Tune",
        format!("{}, {} MB now", function.name, function.memory),
    )?;
    let all = sizes
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    page.facts([
        ("sizes", format!("{all} MB")),
        (
            "requests",
            format!("{requests} warm and a first one at each; about a second each with the AWS CLI, {count} versions"),
        ),
        (
            "put back",
            format!(
                "at the end, also after Ctrl-C; if this program is killed: aws lambda update-function-configuration \
                 --function-name {} --memory-size {}",
                function.name, function.memory
            ),
        ),
    ])
}

/// The sizes, and the one to choose.
pub fn results(
    page: &mut Page<impl Write>,
    function: &TunedFunction,
    results: &[SizeResult],
    chosen: Option<usize>,
    limits: [Option<Duration>; 2],
) -> io::Result<()> {
    page.head("Result", "durations of Lambda's REPORT lines")?;
    let mut table = Table::indented(2)
        .figure("memory", Fit::Whole)
        .figure("median", Fit::Whole)
        .figure("99 %", Fit::Whole)
        .figure("cold", Fit::Whole)
        .figure("used", Fit::Spare(0))
        .figure("$ per million", Fit::Whole)
        .text("", Fit::Wrap);
    for (place, result) in results.iter().enumerate() {
        let memory = Text::from(format!("{} MB", result.memory));
        let figures = match &result.outcome {
            Ok(figures) => figures,
            Err(reason) => {
                let mut row = vec![memory];
                row.extend((0..5).map(|_| Text::from("-")));
                row.push(Text::toned(Tone::Bad, reason.as_str()));
                table.row(row);
                continue;
            }
        };
        let note = match (chosen == Some(place), result.memory == function.memory) {
            (true, true) => "cheapest, and now",
            (true, false) => "cheapest",
            (false, true) => "now",
            (false, false) => "",
        };
        table.row([
            memory,
            Text::from(millis(figures.warm.percentile(50.0))),
            Text::from(millis(figures.p99())),
            Text::from(figures.cold.map_or("-".into(), millis)),
            Text::from(format!("{} MB", figures.used)),
            Text::from(format!("{:.3}", figures.million)),
            Text::toned(Tone::Good, note),
        ]);
    }
    page.table(&table)?;
    page.head("Checks", "")?;
    let mut checks = Vec::new();
    let limited: Vec<String> = ["99 % of the warm requests", "the first request"]
        .into_iter()
        .zip(limits)
        .filter_map(|(what, limit)| {
            Some(format!(
                "{what} within {}",
                millis(limit?.as_secs_f64() * 1e3)
            ))
        })
        .collect();
    let limited = match limited.is_empty() {
        true => String::new(),
        false => format!(" with {}", limited.join(" and ")),
    };
    match chosen.map(|place| results[place].memory) {
        Some(memory) if memory == function.memory => {
            checks.push((Mark::Holds, format!("{memory} MB, as it is, is the cheapest size{limited}")));
        }
        Some(memory) => checks.push((
            Mark::Holds,
            format!("{memory} MB is the cheapest size{limited}; set memoryMiB: {memory} in cdk/config.ts"),
        )),
        None => checks.push((Mark::Fails, format!("no size was measured{limited}"))),
    }
    checks.push((
        Mark::Holds,
        format!(
            "the memory is {} MB again, and the versions are deleted",
            function.memory
        ),
    ));
    let measured = results
        .iter()
        .filter_map(|result| result.outcome.as_ref().ok());
    if measured
        .map(|figures| figures.warm.count())
        .min()
        .is_some_and(|least| least < 100)
    {
        checks.push((
            Mark::Fact,
            "with fewer than 100 requests, 99 % is the slowest one; --requests 100 says more"
                .into(),
        ));
    }
    page.checks(checks)?;
    page.line(format!(
        "Prices are for warm requests of the function alone, {}.",
        PRICES.source_of_lambda()
    ))
}

/// Everything as JSON; times in milliseconds, prices in USD.
pub fn json(function: &TunedFunction, results: &[SizeResult], chosen: Option<usize>) -> Value {
    let sizes = results.iter().map(|result| match &result.outcome {
        Ok(figures) => json!({
            "memory_mb": result.memory,
            "requests": figures.warm.count(),
            "p50_ms": figures.warm.percentile(50.0),
            "p99_ms": figures.p99(),
            "max_ms": figures.warm.max(),
            "cold_ms": figures.cold,
            "billed_ms": figures.billed,
            "used_mb": figures.used,
            "usd_per_million": figures.million,
        }),
        Err(reason) => json!({"memory_mb": result.memory, "error": reason}),
    });
    json!({
        "function": function.name,
        "memory_mb": function.memory,
        "sizes": sizes.collect::<Vec<_>>(),
        "cheapest_mb": chosen.map(|place| results[place].memory),
        "prices": PRICES.source_of_lambda(),
    })
}
