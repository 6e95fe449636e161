//! The figure that the task is judged by, on a line beside the baseline and the previous model.

use super::Report;
use super::escape::{isolated, plain};
use model::card::Metrics;
use training::evaluation::figures::{Figure, text};

/// The line; empty where the figure could not be worked out.
pub fn scale(report: &Report<'_>) -> String {
    draw(report).unwrap_or_default()
}

fn draw(report: &Report<'_>) -> Option<String> {
    let metrics = &report.card.metrics;
    // Answering the mean of these rows has R² 0: the line's left end.
    let name = match metrics {
        Metrics::Classification(_) => "accuracy",
        Metrics::Regression(_) => "r2",
        Metrics::Unmeasured(_) => return None,
    };
    let figure = Figure::named(name)?;
    let value = figure.of(metrics)?;
    let place = |value: f64| value.clamp(0.0, 1.0) * 100.0;
    let (mut marks, mut keys) = (String::new(), String::new());
    let mut said = format!("{} {}", figure.title, text(value));
    if let Some([low, high]) = figure.interval(metrics) {
        let (left, width) = (place(low), place(high) - place(low));
        marks.push_str(&format!(
            "<span class=\"band\" style=\"left:{left:.2}%;width:{width:.2}%\"></span>"
        ));
        said.push_str(&format!(", 95 % interval {} to {}", text(low), text(high)));
    }
    let mut mark = |class: &str, value: f64, key: String| {
        marks.push_str(&format!(
            "<span class=\"mark {class}\" style=\"left:{:.2}%\"></span>",
            place(value)
        ));
        keys.push_str(&format!(
            "<span><span class=\"mark {class}\"></span>{key} {}</span> ",
            text(value)
        ));
    };
    if let Some(baseline) = figure.of_baseline(metrics) {
        mark("baseline", baseline, "baseline".into());
        said.push_str(&format!(", baseline {}", text(baseline)));
    }
    let previous = report
        .against
        .and_then(|against| Some((against, figure.of(&against.metrics)?)));
    if let Some((against, value)) = previous {
        let name = format!("{} {}", isolated(&against.name), isolated(&against.version));
        mark("previous", value, name);
        said.push_str(&format!(", previous model {}", text(value)));
    }
    mark("model", value, "this model".into());
    Some(format!(
        "<figure class=\"scale\"><div class=\"track\" role=\"img\" aria-label=\"{}\">{marks}</div>\
         <div class=\"ends\"><span>0</span><span>{}</span><span>1</span></div>\
         <figcaption>{keys}</figcaption></figure>",
        plain(&said),
        figure.title
    ))
}
