//! The charts of a report.

use super::escape::plain;
use super::reliability;
use super::svg::{Axis, Chart, figure};
use model::card::{ClassificationMetrics, RegressionMetrics};
use training::evaluation::curves::{Point, curve, decisions};
use training::evaluation::figures::text;
use training::evaluation::regression::{histogram, points, residuals};
use training::evaluation::{Classes, Values};

/// ROC, precision and recall, reliability.
pub fn of_labels(labels: &[String], classes: &Classes, of: &ClassificationMetrics) -> String {
    let positive = of.positive_code();
    let ranking = decisions(labels.len(), positive, classes);
    let points = curve(&ranking);
    // Where the model decides: the last point before its threshold.
    let here = (labels.len() == 2).then(|| {
        let threshold = of.threshold.unwrap_or(0.5);
        let before = points.iter().rev().find(|at| at.threshold >= threshold);
        before.or(points.first()).copied()
    });
    let here = here.flatten();
    let about = match positive.and_then(|code| labels.get(code)) {
        Some(label) => format!(" The positive label is {label:?}."),
        None => " All labels are taken together, each against the rest.".into(),
    };
    format!(
        "<div class=\"charts\">{}{}{}</div>",
        roc(&points, here, of, labels.len(), &about),
        precision_and_recall(&points, here, of, &about),
        reliability::chart(labels, classes, of)
    )
}

const HERE: &str = "<span class=\"key here\"></span>the threshold. ";

fn roc(
    points: &[Point],
    here: Option<Point>,
    of: &ClassificationMetrics,
    labels: usize,
    about: &str,
) -> String {
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
        let kind = match labels {
            2 => "",
            _ => ", the mean over labels",
        };
        format!("Area under the curve {}{kind}. ", text(area))
    });
    let caption = format!("{area}The dashed line is random guessing.{about}");
    let mut key = "";
    if let Some(at) = here {
        chart.movable("roc-here", at.false_positive_rate, at.recall);
        key = HERE;
    }
    figure(
        "ROC curve",
        chart,
        &caption,
        &(key.to_string() + &plain(&caption)),
    )
}

fn precision_and_recall(
    points: &[Point],
    here: Option<Point>,
    of: &ClassificationMetrics,
    about: &str,
) -> String {
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
    let mut key = "";
    if let Some(at) = here {
        chart.movable("pr-here", at.recall, at.precision);
        key = HERE;
    }
    let html = key.to_string() + &plain(&caption);
    figure("Precision and recall", chart, &caption, &html)
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
        "<div class=\"charts\">{predicted}{}</div>",
        figure("Residuals", chart, &caption, &caption)
    )
}
