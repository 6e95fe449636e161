//! Quality of the model, in one sentence.

use super::Report;
use model::card::{ClassificationMetrics, Metrics, RegressionMetrics};
pub use traffic::verdicts::percent;
use training::evaluation::figures::{Figure, text};

/// The sentence; `quote` makes text from data harmless where it goes.
pub fn verdict(report: &Report<'_>, quote: &dyn Fn(&str) -> String) -> String {
    let mut sentence = match &report.card.metrics {
        Metrics::Classification(of) => of_labels(of, quote),
        Metrics::Regression(of) => of_numbers(of),
        Metrics::Unmeasured(_) => "The model was not measured on any rows".to_string(),
    };
    sentence.push_str(&previous(report, quote).unwrap_or_default());
    sentence.push('.');
    sentence
}

fn of_labels(of: &ClassificationMetrics, quote: &dyn Fn(&str) -> String) -> String {
    let (right, rows) = (percent(of.accuracy), of.testing_rows);
    let interval = interval(of.accuracy_interval.map(|ends| ends.map(percent)));
    let (label, baseline) = (quote(&of.baseline.label), percent(of.baseline.accuracy));
    let beside = if of.accuracy > of.baseline.accuracy {
        format!("always answering {label} would be right on {baseline}")
    } else {
        format!("that is no better than always answering {label}, which is right on {baseline}")
    };
    format!("The model is right on {right} of {rows} held-out rows{interval}; {beside}")
}

fn of_numbers(of: &RegressionMetrics) -> String {
    let (off, rows, mean_off) = (text(of.mae), of.testing_rows, text(of.baseline.mae));
    let explains = of.r2.map_or(String::new(), |r2| {
        let interval = interval(of.r2_interval.map(|ends| ends.map(text)));
        format!(", R² {}{interval}", text(r2))
    });
    let beside = if of.mae < of.baseline.mae {
        format!("always answering the mean would be off by {mean_off}")
    } else {
        format!("that is no better than always answering the mean, which is off by {mean_off}")
    };
    format!("The model is off by {off} on average on {rows} held-out rows{explains}; {beside}")
}

/// Beside the previous model, by the figure that the task is judged by.
fn previous(report: &Report<'_>, quote: &dyn Fn(&str) -> String) -> Option<String> {
    let against = report.against?;
    let metrics = &report.card.metrics;
    let name = match metrics {
        Metrics::Classification(_) => "accuracy",
        Metrics::Regression(_) => "r2",
        Metrics::Unmeasured(_) => return None,
    };
    let figure = Figure::named(name)?;
    let (new, old) = (figure.of(metrics)?, figure.of(&against.metrics)?);
    let (name, version) = (quote(&against.name), quote(&against.version));
    let gain = new - old;
    let change = match metrics {
        _ if gain == 0.0 => "it is as good as".to_string(),
        Metrics::Classification(_) => {
            let word = if gain > 0.0 { "better" } else { "worse" };
            format!("it is {:.1} points {word} than", gain.abs() * 100.0)
        }
        Metrics::Regression(_) => {
            let word = if gain > 0.0 { "above" } else { "below" };
            format!("its R² is {} {word} that of", text(gain.abs()))
        }
        Metrics::Unmeasured(_) => return None,
    };
    let chance = match figure.interval(metrics) {
        Some([low, high]) if gain != 0.0 && (low..=high).contains(&old) => {
            format!(", whose {} lies within the interval", figure.title)
        }
        _ => String::new(),
    };
    Some(format!(
        "; {change} {name} {version} on the same rows{chance}"
    ))
}

fn interval(ends: Option<[String; 2]>) -> String {
    ends.map_or(String::new(), |[low, high]| {
        format!(" (95 % interval {low} to {high})")
    })
}
