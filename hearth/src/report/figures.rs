//! The table of figures, beside the baseline and the previous model.

use super::Report;
use super::escape::isolated;
use crate::resampled;
use crate::summary::method_name;
use model::card::{CrossValidation, Metrics};
use training::evaluation::figures::{FIGURES, Figure, text};

/// One line of the table, for both kinds of report.
pub struct Line {
    /// The figure.
    pub figure: &'static Figure,
    /// This model's.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// The baseline's.
    pub baseline: Option<f64>,
    /// The previous model's.
    pub previous: Option<f64>,
    /// The change is not chance, by a test on the same rows; `None` where there is no test.
    pub is_sure: Option<bool>,
}

impl Line {
    /// Change of the figure, with its sign, and true if it is better.
    pub fn change(&self) -> Option<(String, bool)> {
        let change = self.value - self.previous?;
        // What rounds to nothing has no sign.
        if text(change.abs()) == text(0.0) {
            return Some((text(0.0), true));
        }
        let sign = if change > 0.0 { "+" } else { "−" };
        let is_better = (change > 0.0) == self.figure.more_is_better;
        Some((format!("{sign}{}", text(change.abs())), is_better))
    }

    /// The word beside a change, and that chance may explain it.
    pub fn word(&self, is_better: bool) -> &'static str {
        match (is_better, self.is_sure) {
            (true, Some(false)) => "better, may be chance",
            (false, Some(false)) => "worse, may be chance",
            (true, _) => "better",
            (false, _) => "worse",
        }
    }
}

/// The figures that this model has.
pub fn lines(report: &Report<'_>) -> Vec<Line> {
    let metrics = &report.card.metrics;
    let sure = report.against.map(|of| {
        resampled::verdicts(
            report.changes,
            (&of.predictions, &of.metrics),
            (report.predictions, metrics),
        )
    });
    let of = |figure: &'static Figure| {
        Some(Line {
            is_sure: sure
                .as_ref()
                .and_then(|sure| sure.get(figure.name))
                .map(Option::is_some),
            figure,
            value: figure.of(metrics)?,
            interval: figure.interval(metrics),
            baseline: figure.of_baseline(metrics),
            previous: report
                .against
                .and_then(|against| figure.of(&against.metrics)),
        })
    };
    FIGURES.iter().filter_map(of).collect()
}

/// Sentences about the figures, beside the table; `quote` makes text from data harmless.
pub fn sentences(report: &Report<'_>, quote: &dyn Fn(&str) -> String) -> Vec<String> {
    let metrics = &report.card.metrics;
    let (trained, tested) = (metrics.training_rows(), metrics.testing_rows());
    let mut all = vec![format!(
        "Trained on {trained} rows, measured on {tested} held-out rows."
    )];
    if let Some(CrossValidation {
        folds,
        metric,
        mean,
        standard_deviation,
    }) = metrics.cross_validation()
    {
        let title = Figure::named(metric).map_or_else(|| quote(metric), |of| of.title.into());
        let (mean, deviation) = (text(*mean), text(*standard_deviation));
        all.push(format!(
            "Cross-validation over {folds} folds of the training rows: {title} {mean} ± {deviation} (standard deviation over folds)."
        ));
    }
    if let Metrics::Classification(of) = metrics {
        match of.calibration.as_deref() {
            Some("none") | None => all.push("Probabilities are not calibrated.".into()),
            Some(method) => all.push(format!(
                "Probabilities are calibrated by {}.",
                quote(method_name(method))
            )),
        }
        let positive = of.positive_code().and_then(|code| of.per_class.get(code));
        if let Some(positive) = positive {
            let label = quote(&positive.label);
            let curve = match of.average_precision {
                Some(_) => "Precision, recall, F1 and average precision are",
                None => "Precision, recall and F1 are",
            };
            all.push(format!("{curve} those of {label}."));
            if let Some(threshold) = of.threshold {
                let threshold = text(threshold);
                all.push(format!(
                    "{label} is answered from a probability of {threshold} on."
                ));
            }
        }
        if of.label_weights.is_some() {
            all.push(
                "Label weights keep the answers of the fit with balanced classes, so the answer \
                 need not be the most probable label."
                    .into(),
            );
        }
    }
    all
}

/// The table as HTML.
pub fn section(report: &Report<'_>) -> String {
    let lines = lines(report);
    let has_previous = lines.iter().any(|line| line.previous.is_some());
    let mut head = "<th scope=\"col\">Figure</th><th scope=\"col\">This model</th>\
                    <th scope=\"col\">95 % interval</th><th scope=\"col\">Baseline</th>"
        .to_string();
    if let (true, Some(against)) = (has_previous, report.against) {
        let (name, version) = (isolated(&against.name), isolated(&against.version));
        head.push_str(&format!(
            "<th scope=\"col\">{name} {version}</th><th scope=\"col\">Change</th>"
        ));
    }
    let mut rows = String::new();
    for line in &lines {
        let interval = line.interval.map_or(String::new(), |[low, high]| {
            format!("{} to {}", text(low), text(high))
        });
        let baseline = line.baseline.map_or(String::new(), text);
        let title = line.figure.title;
        let direction = if line.figure.more_is_better {
            "more"
        } else {
            "less"
        };
        let value = text(line.value);
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{title} <small>{direction} is better</small></th>\
             <td data-label=\"This model\"><strong>{value}</strong></td><td data-label=\"95 % interval\">{interval}</td>\
             <td data-label=\"Baseline\">{baseline}</td>"
        ));
        if has_previous {
            let previous = line.previous.map_or(String::new(), text);
            let change = line.change().map_or(String::new(), |(change, is_better)| {
                // In colour where chance does not explain it.
                let word = line.word(is_better);
                let (class, word) = match line.is_sure {
                    _ if change == text(0.0) => ("same", "same"),
                    Some(true) => (word, word),
                    _ => ("same", word),
                };
                format!("<span class=\"{class}\">{change} {word}</span>")
            });
            rows.push_str(&format!(
                "<td data-label=\"Previous model\">{previous}</td><td data-label=\"Change\">{change}</td>"
            ));
        }
        rows.push_str("</tr>");
    }
    let said = sentences(report, &isolated).join(" ");
    format!(
        "<p>{said}</p>\
         <div class=\"scroll\" role=\"region\" aria-label=\"Figures\" tabindex=\"0\">\
         <table class=\"numbers stack\"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}
