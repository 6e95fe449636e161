//! The charts of a report.

use super::svg::{Axis, Chart};
use super::verdict::percent;
use crate::summary::method_name;
use model::card::{ClassificationMetrics, RegressionMetrics};
use training::evaluation::calibration::{Bin, reliability};
use training::evaluation::curves::{curve, decisions};
use training::evaluation::figures::text;
use training::evaluation::regression::{histogram, points, residuals};
use training::evaluation::{Classes, Values};

/// ROC, precision and recall, reliability.
pub fn of_labels(labels: &[String], classes: &Classes, of: &ClassificationMetrics) -> String {
    let positive = of.positive_code();
    let points = curve(&decisions(labels.len(), positive, classes));
    let about = match positive.and_then(|code| labels.get(code)) {
        Some(label) => format!(" The positive label is {label:?}."),
        None => " All labels are taken together, each against the rest.".into(),
    };

    let mut chart = Chart::new(
        "roc",
        Axis::share("false positive rate"),
        Axis::share("true positive rate"),
    );
    chart.line("chance", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    chart.line(
        "series",
        points.iter().map(|at| (at.false_positive_rate, at.recall)),
    );
    let area = of.roc_auc.map_or(String::new(), |area| {
        let kind = if labels.len() == 2 {
            ""
        } else {
            ", the mean over labels"
        };
        format!("Area under the curve {}{kind}. ", text(area))
    });
    let caption = format!("{area}The dashed line is random guessing.{about}");
    let roc = figure(
        "ROC curve",
        chart,
        &caption,
        &super::escape::plain(&caption),
    );

    let mut chart = Chart::new("pr", Axis::share("recall"), Axis::share("precision"));
    // A step holds its precision back to the recall before it.
    let steps = points.windows(2).flat_map(|pair| {
        let [before, at] = pair else {
            return Vec::new();
        };
        vec![(before.recall, at.precision), (at.recall, at.precision)]
    });
    chart.line("series", steps);
    let mean = of.average_precision.map_or(String::new(), |mean| {
        format!("Average precision {}. ", text(mean))
    });
    let caption = format!("{mean}Further to the top right is better.{about}");
    let escaped = super::escape::plain(&caption);
    let pr = figure("Precision and recall", chart, &caption, &escaped);

    let bins = |probabilities| reliability(labels.len(), probabilities, classes);
    let before = classes.uncalibrated.as_deref().map(bins);
    format!(
        "{roc}{pr}{}",
        reliability_chart(&bins(&classes.probabilities), before, of)
    )
}

fn reliability_chart(bins: &[Bin], before: Option<Vec<Bin>>, of: &ClassificationMetrics) -> String {
    let mut chart = Chart::new(
        "reliability",
        Axis::share("confidence"),
        Axis::share("share that is right"),
    );
    chart.line("chance", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    let rows: usize = bins.iter().map(|bin| bin.rows).sum();
    let mut draw = |bins: &[Bin], line: &str, dot: &str| {
        chart.line(line, bins.iter().map(|bin| (bin.confidence, bin.accuracy)));
        for bin in bins {
            // The area of a dot grows with its rows.
            let radius = 2.5 + 5.0 * (bin.rows as f64 / rows.max(1) as f64).sqrt();
            let (sure, right) = (percent(bin.confidence), percent(bin.accuracy));
            let title = format!("{} rows: {sure} sure, {right} right", bin.rows);
            chart.dot(dot, bin.confidence, bin.accuracy, radius, &title);
        }
    };
    if let Some(before) = &before {
        draw(before, "series before", "dot before");
    }
    draw(bins, "series", "dot");
    let error = of.ece.map_or(String::new(), |error| {
        format!(
            "The confidence of answers is off by {} on average",
            percent(error)
        )
    });
    let method = method_name(of.calibration.as_deref().unwrap_or("calibration"));
    let more = match (&before, of.ece_before_calibration) {
        (Some(_), Some(before)) => format!(", {} before {method}", percent(before)),
        _ => String::new(),
    };
    let by_label = of.classwise_ece.map_or(String::new(), |error| {
        let error = percent(error);
        format!(" Over the probabilities of all labels it is {error}; the table of labels has each one's.")
    });
    let plain = format!("{error}{more}. On the dashed line, confidence equals accuracy.{by_label}");
    let legend = match before {
        Some(_) => {
            "<span class=\"key\"></span>calibrated <span class=\"key before\"></span>before. "
        }
        None => "",
    };
    let caption = format!("{legend}{}", super::escape::plain(&plain));
    figure("Reliability", chart, &plain, &caption)
}

/// Predicted against actual, and the residuals.
pub fn of_numbers(values: &Values, of: &RegressionMetrics) -> String {
    let shown = points(values);
    let both = || shown.iter().flat_map(|(truth, answer)| [*truth, *answer]);
    let (x, y) = (
        Axis::around("actual", both()),
        Axis::around("predicted", both()),
    );
    let (low, high) = x.ends();
    let mut chart = Chart::new("predicted", x, y);
    chart.line("chance", [(low, low), (high, high)].into_iter());
    for (truth, answer) in &shown {
        chart.dot("point", *truth, *answer, 2.5, "");
    }
    let some = match shown.len() < values.truth.len() {
        true => format!("{} of {} rows. ", shown.len(), values.truth.len()),
        false => format!("{} rows. ", values.truth.len()),
    };
    let caption = format!("{some}On the dashed line, the answer is right.");
    let predicted = figure("Predicted and actual", chart, &caption, &caption);

    let bars = histogram(&residuals(values));
    let half = match bars[..] {
        [first, second, ..] => (second.0 - first.0) / 2.0,
        _ => 0.5,
    };
    let ends = bars
        .iter()
        .flat_map(|(middle, _)| [middle - half, middle + half]);
    let tallest = bars.iter().map(|(_, rows)| *rows as f64);
    let mut chart = Chart::new(
        "residuals",
        Axis::around("actual less predicted", ends),
        Axis::around("rows", tallest.chain([0.0])),
    );
    for (middle, rows) in &bars {
        let title = format!("{rows} rows at about {}", text(*middle));
        chart.bar("bar", middle - half, middle + half, *rows as f64, &title);
    }
    let caption = format!(
        "Half of the rows are off by less than {}.",
        text(of.median_absolute_error)
    );
    format!(
        "{predicted}{}",
        figure("Residuals", chart, &caption, &caption)
    )
}

/// `caption` is HTML, `description` is not.
fn figure(title: &str, chart: Chart, description: &str, caption: &str) -> String {
    format!(
        "<figure><h3>{title}</h3>{}<figcaption>{caption}</figcaption></figure>",
        chart.finish(title, description)
    )
}
