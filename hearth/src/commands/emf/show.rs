//! `hearth emf show`.

use super::log::{self, Told};
use super::sketch::Sketch;
use super::timeline::{CELLS, TimeAxis, Timeline};
use crate::terminal::json;
use crate::terminal::page::Page;
use crate::terminal::table::{Fit, Table};
use crate::terminal::text::Text;
use anyhow::{Result, bail};
use clap::Args;
use emf::metrics;
use model::timestamp::date_of_day;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// Shows the metrics of a log: a table for each set of dimensions, and each
/// metric over time.
///
/// Count, mean, minimum and maximum are exact, p50 and p99 to one percent. The
/// sparkline at the end of a line is the mean over time, or the sum where the
/// dashboard shows sums. Logs may have any size and come from any program.
/// Examples:
///
///   hearth emf show function.log
///   aws logs tail /aws/lambda/mail-sorter --since 1d | hearth emf show --metric latency
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Show {
    /// Logs [default: standard input]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show only metrics whose names start with this
    #[arg(long, value_name = "NAME", default_value = "")]
    metric: String,
    /// Print JSON: count, sum, mean, quantiles and extremes of each metric
    #[arg(long)]
    json: bool,
}

/// Statistics of one metric under one set of dimensions.
struct Series {
    unit: String,
    sketch: Sketch,
    timeline: Timeline,
}

/// Metrics by namespace and dimensions, then by place in the table and name.
type Shown = BTreeMap<(String, String), BTreeMap<(usize, String), Series>>;

impl Show {
    pub(super) fn run(
        &self,
        input: &mut impl BufRead,
        page: &mut Page<impl Write>,
        out: &mut impl Write,
    ) -> Result<()> {
        let mut shown = Shown::new();
        let mut axis: Option<TimeAxis> = None;
        let is_wide = page.width() >= WIDE;
        let cells = if is_wide { CELLS } else { CELLS / 2 };
        let counts = log::read_legal(&self.files, input, |root, _| {
            let (moment, all) = log::told(root);
            let axis = axis.get_or_insert(TimeAxis::new(moment, cells));
            axis.include(moment);
            for told in all {
                if told.metric.starts_with(&self.metric) {
                    add(&mut shown, axis, moment, &told);
                }
            }
        })?;
        let Some(axis) = axis.filter(|_| !shown.is_empty()) else {
            let lines = counts.emf + counts.other;
            bail!("there is no metric to show in {lines} lines");
        };
        if self.json {
            return json(out, &as_json(&shown));
        }
        let (first, last) = axis.span();
        let seconds = axis.width_ms as f64 / 1000.0;
        let (first, last) = (date(first), date(last));
        page.line(format!("{first} to {last} UTC, {seconds} s a character"))?;
        for ((namespace, dimensions), metrics) in &mut shown {
            page.head(namespace, dimensions.as_str())?;
            page.table(&table(metrics, &axis))?;
        }
        Ok(())
    }
}

fn add(shown: &mut Shown, axis: &TimeAxis, moment: u64, told: &Told<'_>) {
    let of = (told.namespace.to_owned(), told.dimensions.clone());
    let place = metrics::TABLE
        .iter()
        .position(|metric| metric.name == told.metric);
    let name = (place.unwrap_or(usize::MAX), told.metric.to_owned());
    let series = shown.entry(of).or_default().entry(name);
    let series = series.or_insert_with(|| Series {
        unit: told.unit.to_owned(),
        sketch: Sketch::default(),
        timeline: Timeline::default(),
    });
    for value in told.values.iter().filter_map(Value::as_f64) {
        series.sketch.add(value);
        series.timeline.add(axis, moment, value);
    }
}

/// Screens narrower than this have room for short pictures only.
const WIDE: usize = 100;

fn table(metrics: &mut BTreeMap<(usize, String), Series>, axis: &TimeAxis) -> Table {
    let mut table = Table::indented(2)
        .text("metric", Fit::Cut)
        .text("unit", Fit::Whole)
        .figure("count", Fit::Whole)
        .figure("sum", Fit::Spare(3))
        .figure("mean", Fit::Whole)
        .figure("p50", Fit::Spare(1))
        .figure("p99", Fit::Whole)
        .figure("min", Fit::Spare(4))
        .figure("max", Fit::Whole)
        .text("", Fit::Spare(0));
    for ((_, name), series) in metrics {
        let is_sum = metrics::find(name).is_some_and(|metric| metric.statistics[0] == "Sum");
        let sketch = &series.sketch;
        let figures = [
            sketch.count as f64,
            sketch.sum(),
            sketch.mean(),
            sketch.quantile(0.5),
            sketch.quantile(0.99),
            sketch.least(),
            sketch.greatest(),
        ];
        let unit = match series.unit.as_str() {
            // A count has its sum.
            "None" | "Count" => "",
            "Microseconds" => "µs",
            "Milliseconds" => "ms",
            "Seconds" => "s",
            "Bytes" => "B",
            "Percent" => "%",
            unit => unit,
        };
        let cells = [name.clone(), unit.to_string()].into_iter();
        let cells = cells.chain(figures.map(short));
        let cells = cells.chain([series.timeline.picture(axis, is_sum)]);
        table.row(cells.map(Text::from));
    }
    table
}

fn as_json(shown: &Shown) -> Value {
    let mut all = Vec::new();
    for ((namespace, dimensions), metrics) in shown {
        for ((_, name), Series { unit, sketch, .. }) in metrics {
            all.push(json!({
                "namespace": namespace,
                "dimensions": dimensions,
                "metric": name,
                "unit": unit,
                "count": sketch.count,
                "sum": sketch.sum(),
                "mean": sketch.mean(),
                "p50": sketch.quantile(0.5),
                "p99": sketch.quantile(0.99),
                "min": sketch.least(),
                "max": sketch.greatest(),
            }));
        }
    }
    Value::Array(all)
}

/// A number to four digits, whole numbers below ten million as they are.
fn short(value: f64) -> String {
    let size = value.abs();
    if value == value.trunc() && size < 1e7 {
        return format!("{value}");
    }
    if !(1e-3..1e7).contains(&size) {
        return format!("{value:.3e}");
    }
    let before = size.log10().floor() as i32 + 1;
    format!("{value:.0$}", (4 - before).clamp(0, 6) as usize)
}

/// A moment as `2026-01-02 03:04:05`.
fn date(moment_ms: u64) -> String {
    let seconds = moment_ms / 1000;
    let (year, month, day) = date_of_day((seconds / 86_400) as i64);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::super::typed;
    use super::{date, short};
    use emf::metrics::{COLD_START, DRIFT_PSI, LATENCY_HANDLER};
    use emf::{Line, Settings};

    /// A log of requests, one every ten seconds, that get slower.
    fn log(requests: u64) -> String {
        let settings = Settings::new("Hearth", vec![("service".into(), "mail".into())]).unwrap();
        let mut log = Vec::from(b"START\n");
        for n in 0..requests {
            let mut line = Line::new(&settings, 1_767_323_045_000 + n * 10_000);
            line.metric(&COLD_START, f64::from(u8::from(n == 0)));
            line.metric(&LATENCY_HANDLER, 1.0 + n as f64);
            log.extend(line.finish());
        }
        let mut line = Line::new(&settings, 1_767_323_045_000);
        line.by("column", "income");
        line.metric(&DRIFT_PSI, 0.25);
        log.extend(line.finish());
        String::from_utf8(log).unwrap()
    }

    #[test]
    fn a_log_becomes_a_table_for_each_set_of_dimensions() {
        let (out, error) = typed("emf show", &log(40));
        assert_eq!(error, None);
        let lines: Vec<_> = out.lines().collect();
        let head = "2026-01-02 03:04:05 to 2026-01-02 03:10:35 UTC, 16 s a character";
        assert_eq!(lines[0], head);
        assert_eq!(lines[2], "Hearth  service=mail");
        let words = |line: &str| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let latency = words(lines[4]);
        assert_eq!(
            latency[..5],
            ["latency.handler", "ms", "40", "820", "20.50"]
        );
        assert_eq!(latency[7..9], ["1", "40"]);
        assert!(
            latency[9].starts_with('▁') && latency[9].ends_with('█'),
            "{out}"
        );
        assert_eq!(words(lines[5])[..3], ["cold_start", "40", "1"]);
        assert_eq!(lines[7], "Hearth  service=mail, column=income");
        assert_eq!(words(lines[9])[..3], ["drift.psi", "1", "0.2500"]);
    }

    #[test]
    fn only_the_metrics_that_were_asked_for() {
        let (out, _) = typed("emf show --metric drift", &log(3));
        assert!(
            out.contains("drift.psi") && !out.contains("latency"),
            "{out}"
        );
        let (_, error) = typed("emf show --metric nothing", &log(3));
        assert_eq!(error.unwrap(), "there is no metric to show in 5 lines");
    }

    #[test]
    fn numbers_are_short() {
        let numbers = [
            0.0, 42.0, 0.123456, 12.3456, 123456.7, 1e9, 0.00001234, -2.5,
        ];
        let texts = numbers.map(short);
        let expected = [
            "0", "42", "0.1235", "12.35", "123457", "1.000e9", "1.234e-5", "-2.500",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01 00:00:00");
        assert_eq!(date(951_782_399_000), "2000-02-28 23:59:59");
        assert_eq!(date(951_782_400_000), "2000-02-29 00:00:00");
        assert_eq!(date(4_102_444_800_000), "2100-01-01 00:00:00");
    }
}
