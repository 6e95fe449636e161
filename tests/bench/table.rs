//! The figures as Markdown, and what they cost.

use crate::measure::{Side, median, quantile};
use crate::options::Options;
use hearth::price::PRICES;

/// Memory sizes to choose from, MB: from what cdk/config.ts deploys, since less memory is also less
/// of a processor.
const MEMORY_MB: [f64; 4] = [512.0, 1024.0, 2048.0, 4096.0];

/// Prints a row for each side; ratios are to the first.
pub fn print(sides: &[Side], options: &Options) {
    println!(
        "| | init ms | ratio | first request ms | warm p50 / p99 ms | requests/s \
         | peak MB | size MB | $ per million |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for side in sides {
        let ratio = median(&side.init) / median(&sides[0].init);
        println!(
            "| {} | {} | {} | {} | {} / {} | {:.0} | {:.1} | {} | {:.2} |",
            side.name,
            digits(median(&side.init)),
            digits(ratio),
            digits(median(&side.first)),
            digits(median(&side.warm)),
            digits(quantile(&side.warm, 0.99)),
            requests_per_second(side),
            side.peak_mb,
            digits(side.size as f64 / 1e6),
            dollars_per_million(side, options),
        );
    }
}

/// Writes the figures of a side into docs/figures.json, and into the pages that state them.
pub fn write_figures(side: &Side, options: &Options) {
    let rounded = |number: f64| digits(number).parse().unwrap_or(number);
    support::figures::write(
        "starts",
        &[
            ("init_ms", rounded(median(&side.init))),
            ("first_ms", rounded(median(&side.first))),
            ("warm_ms", rounded(median(&side.warm))),
            ("warm_p99_ms", rounded(quantile(&side.warm, 0.99))),
            ("requests_per_second", requests_per_second(side).round()),
            ("peak_mb", (10.0 * side.peak_mb).round() / 10.0),
            ("size_mb", rounded(side.size as f64 / 1e6)),
            (
                "usd_per_million",
                (100.0 * dollars_per_million(side, options)).round() / 100.0,
            ),
        ],
    );
}

fn requests_per_second(side: &Side) -> f64 {
    1e3 * side.cycles.len() as f64 / side.cycles.iter().sum::<f64>()
}

/// Three digits that count.
pub fn digits(number: f64) -> String {
    let before_the_point = (number.abs().log10().floor() + 1.0).clamp(0.0, 3.0) as usize;
    format!("{number:.*}", 3 - before_the_point)
}

/// Requests, the way in, duration and log of a million requests, in $. Duration is billed by whole
/// milliseconds, a cold start's init as well (since August 2025, whatever the packaging).
fn dollars_per_million(side: &Side, options: &Options) -> f64 {
    // Three times what it took here, so that larger requests fit.
    let needed = side.peak_mb * 3.0;
    let memory = MEMORY_MB.into_iter().find(|size| *size >= needed);
    let warm_ms = median(&side.warm).ceil();
    let cold_ms = (options.platform_ms + median(&side.init) + median(&side.first)).ceil();
    let billed_ms = (1.0 - options.cold_share) * warm_ms + options.cold_share * cold_ms;
    let deployed = PRICES.deployed();
    let bytes = side.logged + deployed.platform_bytes + deployed.access_log_bytes;
    let prices = &options.prices;
    prices.million(memory.unwrap_or(10240.0), billed_ms, bytes)
}
