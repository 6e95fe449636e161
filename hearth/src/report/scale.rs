//! The figure that the task is judged by, on a line beside the baseline and the previous model.

use super::Report;
use super::escape::{isolated, plain};
use super::svg::Axis;
use model::card::Metrics;
use training::evaluation::figures::{Figure, text};

/// Widths of what is shown by which a baseline may lie away to be shown in its place.
const FAR: f64 = 8.0;

/// The line, zoomed to what it shows; empty where the figure could not be worked out.
pub fn scale(report: &Report<'_>) -> String {
    draw(report).unwrap_or_default()
}

fn draw(report: &Report<'_>) -> Option<String> {
    let metrics = &report.card.metrics;
    let name = match metrics {
        Metrics::Classification(_) => "accuracy",
        Metrics::Regression(_) => "r2",
        Metrics::Unmeasured(_) => return None,
    };
    let figure = Figure::named(name)?;
    let value = figure.of(metrics)?;
    // Answering the mean of these rows has R² 0.
    let baseline = match metrics {
        Metrics::Classification(_) => figure.of_baseline(metrics),
        Metrics::Regression(_) => Some(0.0),
        Metrics::Unmeasured(_) => None,
    };
    let interval = figure.interval(metrics);
    let previous = report
        .against
        .and_then(|against| Some((against, figure.of(&against.metrics)?)));
    let all = || {
        let previous = previous.iter().map(|of| of.1);
        let ends = interval.into_iter().flatten();
        [value].into_iter().chain(previous).chain(ends)
    };
    // A baseline far away would leave nothing to see: it stands at the end of the scale.
    let (low, high) = all().fold((value, value), |(low, high), of| {
        (low.min(of), high.max(of))
    });
    let is_near = |of: &f64| (*of - value).abs() <= FAR * (high - low);
    let near = baseline.filter(|of| low == high || is_near(of));
    let axis = Axis::around(figure.title, all().chain(near)).up_to(1.0);
    let place = |value: f64| axis.place(value) * 100.0;
    let (mut marks, mut keys) = (String::new(), String::new());
    let mut said = format!("{} {}", figure.title, text(value));
    if let Some([low, high]) = interval {
        let (left, width) = (place(low), place(high) - place(low));
        marks.push_str(&format!(
            "<i class=\"band\" style=\"left:{left:.2}%;width:{width:.2}%\"></i>"
        ));
        said.push_str(&format!(", 95 % interval {} to {}", text(low), text(high)));
    }
    let mut mark = |class: &str, value: f64, key: String| {
        marks.push_str(&format!(
            "<i class=\"mark {class}\" style=\"left:{:.2}%\"></i>",
            place(value)
        ));
        keys.push_str(&format!(
            "<span><span class=\"mark {class}\"></span>{key} {}</span> ",
            text(value)
        ));
    };
    if let Some(baseline) = baseline {
        let name = match near {
            Some(_) => "baseline",
            None => "baseline (beyond the scale)",
        };
        mark("baseline", baseline, name.into());
        said.push_str(&format!(", baseline {}", text(baseline)));
    }
    if let Some((against, value)) = previous {
        let name = format!("{} {}", isolated(&against.name), isolated(&against.version));
        mark("previous", value, name);
        said.push_str(&format!(", previous model {}", text(value)));
    }
    mark("model", value, "this model".into());
    let ticks: String = axis
        .ticks()
        .map(|tick| {
            let at = place(tick);
            format!(
                "<span style=\"left:{at:.2}%\">{}</span>",
                axis.tick_text(tick)
            )
        })
        .collect();
    Some(format!(
        "<figure class=\"scale\"><div class=\"track\" role=\"img\" aria-label=\"{}\">{marks}</div>\
         <div class=\"ticks\" aria-hidden=\"true\">{ticks}</div>\
         <figcaption><strong>{}</strong> {keys}</figcaption></figure>",
        plain(&said),
        figure.title
    ))
}
