//! The chart of probabilities beside what happened.

use super::escape::{plain, shortened};
use super::svg::{Axis, Chart, figure};
use super::verdict::percent;
use crate::summary::method_name;
use model::card::ClassificationMetrics;
use monitor::proportion::Counted;
use training::evaluation::Classes;
use training::evaluation::calibration::{BINS, Bin, positive, reliability};

/// Part of the chart's height that the greatest count takes.
const COUNTS: f64 = 0.12;

/// The chart: with two labels the probability of the positive one, with more that of the answer.
pub fn chart(labels: &[String], classes: &Classes, of: &ClassificationMetrics) -> String {
    let code = of
        .positive_code()
        .filter(|code| labels.len() == 2 && *code < 2);
    let bins = |probabilities: &[f64]| match code {
        Some(code) => positive(labels.len(), code, probabilities, classes),
        None => reliability(labels.len(), probabilities, classes),
    };
    let (x, y) = match code {
        Some(code) => {
            let label = shortened(&labels[code], 24);
            (
                format!("probability of {label}"),
                format!("share that is {label}"),
            )
        }
        None => ("confidence".into(), "share that is right".to_string()),
    };
    let now = bins(&classes.probabilities);
    let before = classes.uncalibrated.as_deref().map(bins);
    let mut chart = Chart::new("reliability", Axis::share(&x), Axis::share(&y));
    draw_counts(&mut chart, &now);
    chart.line("chance", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    if let Some(before) = &before {
        draw(&mut chart, before, "series before", "dot before");
    }
    for bin in &now {
        if let Some([low, high]) = counted(bin).interval() {
            chart.whisker("whisker", bin.confidence, low, high);
        }
    }
    draw(&mut chart, &now, "series", "dot");
    let description = description(of, before.is_some());
    let legend = match before {
        Some(_) => {
            "<span class=\"key\"></span>calibrated <span class=\"key before\"></span>before. "
        }
        None => "",
    };
    let caption = format!("{legend}{}", plain(&description));
    figure("Reliability", chart, &description, &caption)
}

fn counted(bin: &Bin) -> Counted {
    Counted {
        part: (bin.accuracy * bin.rows as f64).round() as u64,
        whole: bin.rows as u64,
    }
}

fn draw(chart: &mut Chart, bins: &[Bin], line: &str, dot: &str) {
    chart.line(line, bins.iter().map(|bin| (bin.confidence, bin.accuracy)));
    for bin in bins {
        let (given, happened) = (percent(bin.confidence), percent(bin.accuracy));
        let title = format!("{} rows: {given} given, {happened} happened", bin.rows);
        chart.dot(dot, bin.confidence, bin.accuracy, 4.0, &title);
    }
}

/// The number of rows of each bin, as bars at the bottom.
fn draw_counts(chart: &mut Chart, bins: &[Bin]) {
    let most = bins.iter().map(|bin| bin.rows).max().unwrap_or_default();
    for bin in bins {
        let place = (bin.confidence * BINS as f64)
            .floor()
            .min(BINS as f64 - 1.0);
        let (from, to) = (place / BINS as f64, (place + 1.0) / BINS as f64);
        let height = COUNTS * bin.rows as f64 / most.max(1) as f64;
        let title = format!("{} rows", bin.rows);
        chart.bar("faint", from, to, height, &title);
        let count = match bin.rows {
            rows @ 10_000.. => format!("{}k", rows / 1000),
            rows => rows.to_string(),
        };
        chart.note("count", (from + to) / 2.0, height, &count);
    }
}

fn description(of: &ClassificationMetrics, has_before: bool) -> String {
    let error = of.ece.map_or(String::new(), |error| {
        format!(
            " The confidence of answers is off by {} on average",
            percent(error)
        )
    });
    let method = method_name(of.calibration.as_deref().unwrap_or("calibration"));
    let more = match (has_before, of.ece_before_calibration) {
        (true, Some(before)) => format!(", {} before {method}", percent(before)),
        _ => String::new(),
    };
    let by_label = of.classwise_ece.map_or(String::new(), |error| {
        let error = percent(error);
        format!(" Over the probabilities of all labels it is {error}.")
    });
    let end = if error.is_empty() { "" } else { "." };
    format!(
        "On the dashed line, probabilities equal frequencies; upright lines are 95 % intervals, bars the \
         numbers of rows.{error}{more}{end}{by_label}"
    )
}
