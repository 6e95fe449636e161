//! `hearth emf cost`.

use super::window::Windows;
use super::{deployed, log};
use crate::price::{HOURS, PRICES};
use crate::terminal::json;
use crate::terminal::page::Page;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::{Result, bail};
use clap::Args;
use emf::metrics::LATENCY_HANDLER;
use serde_json::json;
use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// Prints the monthly cost of metrics and logs at a rate of requests.
///
/// CloudWatch charges for every series (a metric's name with one value of each
/// dimension) and for every byte of the log, other lines included. A sample of
/// the log shows how many there are; without one, give them as options. The
/// saving by HEARTH_EMF=window is computed from the sample. Examples:
///
///   hearth emf cost --requests-per-second 20 function.log
///   hearth emf cost --requests-per-second 20 --bytes-per-request 800 --series 15
///
/// With --deployed it prints the whole bill of the example endpoint as `make
/// deploy` creates it: requests, duration, metrics, logs, alarms and traces.
///
///   hearth emf cost --requests-per-second 10 --deployed
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Cost {
    /// A sample of the log [default: standard input]
    #[arg(value_name = "LOG")]
    files: Vec<PathBuf>,
    /// Requests per second, over the whole month
    #[arg(long, short, value_name = "R", value_parser = positive)]
    requests_per_second: f64,
    /// Bytes of log per request, instead of a sample
    #[arg(long, value_name = "BYTES", value_parser = positive, requires = "series", conflicts_with = "files")]
    bytes_per_request: Option<f64>,
    /// Series, instead of a sample: names of metrics, each times its dimensions' values
    #[arg(long, value_name = "COUNT", requires = "bytes_per_request")]
    series: Option<u64>,
    #[command(flatten)]
    deployed: deployed::BillOptions,
    /// USD per month for a series [default: 0.30, beyond 10,000 series 0.10, 0.05 and 0.02, from
    /// cdk/prices.json]
    #[arg(long, value_name = "USD", value_parser = positive)]
    price_per_series: Option<f64>,
    /// USD per gigabyte of log [default: 0.50, from the same file]
    #[arg(long, value_name = "USD", value_parser = positive)]
    price_per_gigabyte: Option<f64>,
    /// Print JSON
    #[arg(long, conflicts_with = "deployed")]
    json: bool,
}

/// Quantities of a log that determine the bill.
struct Sample {
    series: u64,
    bytes_per_request: f64,
    /// Bytes per request of captured rows, where the lines are known.
    of_captures: f64,
    /// The same of all other lines that are no metrics.
    of_others: f64,
    /// The bytes in windows, where the lines are known.
    in_windows: Option<f64>,
}

impl Cost {
    pub(super) fn run(
        &self,
        input: &mut impl BufRead,
        page: &mut Page<impl Write>,
        out: &mut impl Write,
    ) -> Result<()> {
        if self.deployed.is_asked() {
            return self.deployed.run(self.requests_per_second, out);
        }
        let sample = match (self.bytes_per_request, self.series) {
            (Some(bytes_per_request), Some(series)) => Sample {
                series,
                bytes_per_request,
                of_captures: 0.0,
                of_others: 0.0,
                in_windows: None,
            },
            _ => self.sample(input)?,
        };
        let requests = self.requests_per_second * 3600.0 * HOURS;
        let gigabyte = self.price_per_gigabyte.unwrap_or(PRICES.log_gigabyte());
        let gigabytes = |bytes: f64| bytes * requests / 1e9;
        let metrics = PRICES.metrics(sample.series, self.price_per_series);
        let logs = gigabytes(sample.bytes_per_request) * gigabyte;
        let both = metrics + logs;
        let saved = |bytes: f64| logs - gigabytes(bytes) * gigabyte;

        if self.json {
            let told = json!({
                "requests_per_month": requests,
                "series": sample.series,
                "bytes_per_request": sample.bytes_per_request,
                "bytes_per_request_of_captured_rows": sample.of_captures,
                "bytes_per_request_of_other_lines": sample.of_others,
                "usd_per_month": {"metrics": metrics, "log": logs, "together": both},
                "bytes_per_request_in_windows": sample.in_windows,
                "usd_saved_by_windows": sample.in_windows.map(saved),
                "prices": PRICES.source(),
            });
            return json(out, &told);
        }
        let million = requests / 1e6;
        let rate = self.requests_per_second;
        page.line(format!(
            "{rate} requests per second are {million:.2} million per month of {HOURS} hours"
        ))?;
        if self.price_per_series.is_none() || self.price_per_gigabyte.is_none() {
            page.line(format!("prices: {}", PRICES.source()))?;
        }
        let usd = |amount: f64| format!("{amount:.2} USD");
        let (bytes, gigabytes_now) = (
            sample.bytes_per_request,
            gigabytes(sample.bytes_per_request),
        );
        let mut table = Table::indented(2)
            .text("", Fit::Whole)
            .text("", Fit::Wrap)
            .figure("per month", Fit::Whole);
        for row in [
            [
                "metrics".to_string(),
                format!("{} series", sample.series),
                usd(metrics),
            ],
            [
                "log".to_string(),
                format!("{bytes:.1} bytes per request, {gigabytes_now:.2} GB"),
                usd(logs),
            ],
            ["together".to_string(), String::new(), usd(both)],
        ] {
            table.row(row.map(Text::from));
        }
        page.gap()?;
        page.table(&table)?;
        page.gap()?;
        let (most, share) = match logs > metrics {
            true => ("the log", logs),
            false => ("the metrics", metrics),
        };
        let percent = 100.0 * share / both.max(f64::MIN_POSITIVE);
        page.line(format!("most of it, {percent:.0} %, is {most}"))?;
        for (bytes, lines) in [
            (sample.of_captures, "captured rows (HEARTH_CAPTURE)"),
            (sample.of_others, "other lines of the log"),
        ] {
            if bytes >= 0.05 {
                page.line(format!("{bytes:.1} of the bytes per request are {lines}"))?;
            }
        }
        if let Some(bytes) = sample.in_windows {
            let saved = saved(bytes);
            page.line(match saved > 0.01 * logs {
                true => format!(
                    "HEARTH_EMF=window would write {bytes:.1} bytes per request and save {saved:.2} USD per \
                     month"
                ),
                false => "HEARTH_EMF=window would save nothing here".to_string(),
            })?;
        }
        Ok(())
    }

    fn sample(&self, input: &mut impl BufRead) -> Result<Sample> {
        let mut series = HashSet::new();
        let (mut requests, mut bytes) = (0, 0);
        let mut windows = Windows::default();
        let counts = log::read_legal(&self.files, input, |root, length| {
            bytes += length;
            for told in log::told(root).1 {
                if told.metric == LATENCY_HANDLER.name {
                    requests += told.values.len();
                }
                let name = [told.namespace, &told.dimensions, told.metric].join("\n");
                series.insert(name);
            }
            windows.add(root);
        })?;
        if counts.emf == counts.wrong {
            bail!(
                "there are no embedded metrics in the sample, only {} other lines",
                counts.other
            );
        }
        // A log of another program has one line per request.
        let requests = if requests > 0 {
            requests
        } else {
            (counts.emf - counts.wrong) as usize
        };
        Ok(Sample {
            series: series.len() as u64,
            bytes_per_request: (bytes + counts.other_bytes) as f64 / requests as f64,
            of_captures: counts.captured_bytes as f64 / requests as f64,
            of_others: (counts.other_bytes - counts.captured_bytes) as f64 / requests as f64,
            in_windows: Some((windows.bytes() + counts.other_bytes) as f64 / requests as f64),
        })
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "a number from 0 up was expected".into())
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use emf::metrics::{COLD_START, LATENCY_HANDLER};
    use emf::window::{Size, Window};
    use emf::{Line, Record, Settings};

    fn settings() -> Settings {
        Settings::new("Hearth", vec![("service".into(), "mail".into())]).unwrap()
    }

    fn log(requests: u64) -> String {
        let settings = settings();
        let mut log = Vec::new();
        for n in 0..requests {
            let mut line = Line::new(&settings, 1_767_323_045_000 + n);
            line.metric(&LATENCY_HANDLER, 1.0 + n as f64 / 8.0);
            line.metric(&COLD_START, 0.0);
            line.property("requestId", &format!("{n:08}"));
            line.property("modelVersion", "v7");
            log.extend(line.finish());
        }
        String::from_utf8(log).unwrap()
    }

    /// Output of the real window for the same values.
    fn window(requests: u64) -> usize {
        let settings = settings();
        let mut window = Window::new(Size::default());
        for n in 0..requests {
            window.begin(1_767_323_045_000 + n);
            window.metric(&LATENCY_HANDLER, 1.0 + n as f64 / 8.0);
            window.metric(&COLD_START, 0.0);
        }
        let line = window.finish(&settings, |line| line.property("modelVersion", "v7"));
        line.len() - 1
    }

    #[test]
    fn a_bill_can_be_worked_out_by_hand() {
        let line = "emf cost -r 10 --bytes-per-request 1000 --series 20";
        let (out, error) = typed(line, "");
        assert_eq!(error, None);
        // 26.28 million requests of 1000 bytes are 26.28 GB.
        assert!(out.contains("26.28 million per month"), "{out}");
        assert!(
            out.contains(" 6.00 USD\n") && out.contains(" 13.14 USD\n"),
            "{out}"
        );
        assert!(out.contains(" 19.14 USD\n"), "{out}");
        assert!(out.ends_with("most of it, 69 %, is the log\n"), "{out}");
    }

    #[test]
    fn prices_can_be_given() {
        let line = "emf cost -r 10 --bytes-per-request 1000 --series 20 --price-per-series 1 --price-per-gigabyte 0";
        let (out, _) = typed(line, "");
        assert!(
            out.contains(" 20.00 USD\n") && !out.contains("https"),
            "{out}"
        );
        assert!(
            out.ends_with("most of it, 100 %, is the metrics\n"),
            "{out}"
        );
    }

    #[test]
    fn a_sample_says_bytes_series_and_what_a_window_would_save() {
        let other = "START RequestId: 8476a536\n";
        let log = log(100) + &other.repeat(4);
        let (out, error) = typed("emf cost --requests-per-second 1", &log);
        assert_eq!(error, None);
        assert!(out.contains(" 2 series "), "{out}");
        let others = format!("{:.1} of the bytes per request are other lines", 1.0);
        assert!(out.contains(&others), "{others} {out}");
        let bytes = (log.len() - log.lines().count()) as f64 / 100.0;
        assert!(
            out.contains(&format!("{bytes:.1} bytes per request")),
            "{out}"
        );
        let expected = format!(
            "would write {:.1} bytes per request",
            (window(100) + 4 * (other.len() - 1)) as f64 / 100.0
        );
        assert!(out.contains(&expected), "{expected} {out}");
    }

    #[test]
    fn captured_rows_are_told_apart_from_metrics() {
        let row = r#"{"captureData":{"endpointInput":{}}}"#;
        let told = |log: String| typed("emf cost -r 1", &log).0;
        let out = told(log(4) + &format!("{row}\n").repeat(2));
        let captured = format!("{:.1}", row.len() as f64 / 2.0);
        let sentence =
            format!("\n{captured} of the bytes per request are captured rows (HEARTH_CAPTURE)\n");
        assert!(out.contains(&sentence), "{sentence} {out}");
        assert!(!out.contains("other lines"), "{out}");
        assert!(!told(log(4)).contains("captured rows"));
    }

    #[test]
    fn a_log_of_windows_has_nothing_to_save() {
        let settings = settings();
        let mut window = Window::new(Size::default());
        (0..100).for_each(|_| window.metric(&LATENCY_HANDLER, 0.5));
        let line = String::from_utf8(window.finish(&settings, |_| {})).unwrap();
        let (out, _) = typed("emf cost -r 1", &line);
        assert!(out.ends_with("would save nothing here\n"), "{out}");
        let bytes = (line.len() - 1) as f64 / 100.0;
        assert!(
            out.contains(&format!("{bytes:.1} bytes per request")),
            "{out}"
        );
    }

    #[test]
    fn a_sample_without_metrics_is_none() {
        let (_, error) = typed("emf cost -r 1", "START\nEND\n");
        let error = error.unwrap();
        assert_eq!(
            error,
            "there are no embedded metrics in the sample, only 2 other lines"
        );
    }
}
