//! The figures as a terminal shows them.

use model::card::{ClassMetrics, ClassificationMetrics, CrossValidation, Metrics};
use training::evaluation::figures::{FIGURES, Figure, text};

/// All figures of a model: names of at most eleven characters, and what stands beside them. `rows` is the
/// word for the rows that were measured.
pub fn summary(metrics: &Metrics, rows: &str) -> Vec<(String, String)> {
    lines(metrics, rows, true)
}

/// [`summary`] without calibration and cross-validation, which the block Checks has.
pub fn figures(metrics: &Metrics, rows: &str) -> Vec<(String, String)> {
    lines(metrics, rows, false)
}

fn lines(metrics: &Metrics, rows: &str, has_checks: bool) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut say = |name: &str, what: String| lines.push((name.to_string(), what));
    let known = FIGURES
        .iter()
        .filter_map(|figure| Some((figure, figure.of(metrics)?)));
    let known = known.filter(|(figure, _)| !IN_OTHER_LINES.contains(&figure.name));
    for (at, (figure, value)) in known.enumerate() {
        if let ("ece", Metrics::Classification(of)) = (figure.name, metrics) {
            if has_checks {
                say("calibration", calibration(of));
            }
            continue;
        }
        let interval = figure
            .interval(metrics)
            .map(|[low, high]| format!(" ({} to {})", text(low), text(high)));
        let count = match metrics.testing_rows() {
            count if at == 0 => format!(" on {count} {rows}"),
            _ => String::new(),
        };
        let more = match (figure.name, metrics) {
            ("average_precision", Metrics::Classification(of)) => {
                positive(of).map_or(String::new(), |of| format!(" of {:?}", of.label))
            }
            _ => String::new(),
        };
        let interval = interval.unwrap_or_default();
        say(
            short(figure.name, figure.title),
            format!("{}{interval}{count}{more}", text(value)),
        );
        match (figure.name, metrics) {
            ("accuracy", Metrics::Classification(of)) => {
                let (label, reached) = (&of.baseline.label, text(of.baseline.accuracy));
                say(
                    "baseline",
                    format!(
                        "{reached} by always answering {label:?}; lift {:+.4}",
                        value - of.baseline.accuracy
                    ),
                );
            }
            ("mae", Metrics::Regression(of)) => {
                let (mean, reached) = (text(of.baseline.value), text(of.baseline.mae));
                say(
                    "baseline",
                    format!(
                        "{reached} by always answering the mean {mean}; {:.1} % of it is left",
                        100.0 * of.mae / of.baseline.mae
                    ),
                );
            }
            _ => {}
        }
    }
    if let Metrics::Classification(of) = metrics
        && let Some(what) = decision(of)
    {
        let name = match of.threshold {
            Some(_) => "threshold",
            None => "decision",
        };
        say(name, what);
    }
    if let Some(CrossValidation {
        folds,
        metric,
        mean,
        standard_deviation,
    }) = metrics.cross_validation().filter(|_| has_checks)
    {
        let (mean, deviation) = (text(*mean), text(*standard_deviation));
        let title = Figure::named(metric).map_or(metric.as_str(), |figure| figure.title);
        say(
            &format!("{folds} folds"),
            format!("{title} {mean} ± {deviation}"),
        );
    }
    lines
}

/// At most eleven letters, so that a space follows.
fn short(name: &'static str, title: &'static str) -> &'static str {
    match name {
        "average_precision" => "avg. prec.",
        "brier" => "Brier",
        "ece" => "calibration",
        "mae" => "MAE",
        "rmse" => "RMSE",
        "median_absolute_error" => "median off",
        _ => title,
    }
}

/// Figures without a line of their own: `calibration` and `decision` show them.
const IN_OTHER_LINES: [&str; 4] = ["precision", "recall", "f1", "classwise_ece"];

/// The figures of the positive label, if there is one.
fn positive(of: &ClassificationMetrics) -> Option<&ClassMetrics> {
    of.per_class.get(of.positive_code()?)
}

/// The calibration errors, and what was done about them.
pub fn calibration(of: &ClassificationMetrics) -> String {
    let both = |classwise: Option<f64>, of_answers: Option<f64>| match (classwise, of_answers) {
        (Some(classwise), Some(of_answers)) => {
            format!("{classwise:.3} by label, {of_answers:.3} of the answers")
        }
        (None, Some(of_answers)) => format!("{of_answers:.3} of the answers"),
        _ => "unknown".into(),
    };
    let error = both(of.classwise_ece, of.ece);
    let Some(method) = &of.calibration else {
        return format!("error {error} (no calibration applied)");
    };
    let method = method_name(method);
    match of.ece_before_calibration {
        Some(before) => {
            let before = both(of.classwise_ece_before_calibration, Some(before));
            format!("error {error} (before {method}: {before})")
        }
        None => format!("error {error} ({method})"),
    }
}

/// A method of calibration for people; that of a newer file as it stands.
pub fn method_name(method: &str) -> &str {
    match method {
        "none" => "no calibration applied, since none lowers the log loss",
        "prior" => "correction to the true shares of the labels",
        "platt" => "Platt scaling",
        "isotonic" => "isotonic regression",
        "temperature" => "temperature scaling",
        "shifts" => "temperature scaling with a shift for each label",
        other => other,
    }
}

/// The rule that answers labels, and its recall and precision for the positive one; `None` where the most
/// probable of more than two labels is answered and none is the positive one.
pub fn decision(of: &ClassificationMetrics) -> Option<String> {
    let positive = positive(of);
    let reached = |of: &ClassMetrics| {
        let (recall, precision) = (of.recall, of.precision);
        format!("recall {recall:.3}, precision {precision:.3}")
    };
    let rule = match (of.threshold, &of.label_weights, positive) {
        (_, Some(_), _) => {
            "answers as the balanced fit does, which the most probable label need not be"
                .to_string()
        }
        (Some(threshold), _, Some(positive)) => {
            let (label, threshold) = (&positive.label, share(threshold));
            let reached = reached(positive);
            return Some(format!(
                "answers {label:?} when P({label}) >= {threshold}: {reached}"
            ));
        }
        _ if of.per_class.len() > 2 => {
            return positive.map(|of| {
                format!(
                    "answers the most probable label; {:?}: {}",
                    of.label,
                    reached(of)
                )
            });
        }
        _ => {
            let positive = positive?;
            let (label, reached) = (&positive.label, reached(positive));
            return Some(format!(
                "answers {label:?} when it is the more probable label: {reached}"
            ));
        }
    };
    Some(match positive {
        Some(of) => format!("{rule}; {:?}: {}", of.label, reached(of)),
        None => rule,
    })
}

/// A probability with three decimals, or more digits if it is small.
fn share(value: f64) -> String {
    match value {
        small if small < 0.001 => text(small),
        other => format!("{other:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use training::evaluation::{Classes, Values, classification, regression};

    #[test]
    fn a_terminal_shows_the_interval_and_the_baseline() {
        let classes = Classes {
            truth: vec![Some(0), Some(1), Some(1), Some(0)],
            answer: vec![0, 1, 1, 1],
            probabilities: vec![0.9, 0.1, 0.2, 0.8, 0.2, 0.8, 0.4, 0.6],
            uncalibrated: None,
        };
        let labels = ["ham", "spam"].map(String::from);
        let mut metrics = classification(&labels, Some(1), &[0, 0, 1], &classes);
        let lines = summary(&Metrics::Classification(metrics.clone()), "held-out rows");
        let of = |name: &str| {
            lines
                .iter()
                .find(|line| line.0 == name)
                .map(|line| line.1.as_str())
        };
        assert_eq!(
            of("accuracy"),
            Some("0.7500 (0.3006 to 0.9544) on 4 held-out rows")
        );
        assert_eq!(
            of("baseline"),
            Some("0.5000 by always answering \"ham\"; lift +0.2500")
        );
        assert_eq!(of("avg. prec."), Some("1.0000 of \"spam\""));
        // P(spam) is 0.1, 0.8, 0.8, 0.6, each in a bin of its own but two.
        assert_eq!(
            of("calibration"),
            Some("error 0.275 by label, 0.275 of the answers (no calibration applied)")
        );
        assert_eq!(
            of("decision"),
            Some(
                "answers \"spam\" when it is the more probable label: recall 1.000, precision 0.667"
            )
        );
        metrics.threshold = Some(0.16081);
        assert_eq!(
            decision(&metrics).unwrap(),
            "answers \"spam\" when P(spam) >= 0.161: recall 1.000, precision 0.667"
        );
        metrics.calibration = Some("prior".into());
        metrics.ece_before_calibration = Some(0.5);
        metrics.classwise_ece_before_calibration = Some(0.25);
        assert_eq!(
            calibration(&metrics),
            "error 0.275 by label, 0.275 of the answers (before correction to the true shares of the \
             labels: 0.250 by label, 0.500 of the answers)"
        );
        assert!(lines.iter().all(|(name, _)| name.chars().count() < 12));
    }

    #[test]
    fn of_numbers_it_shows_the_error_of_the_mean() {
        let values = Values {
            truth: vec![1.0, 3.0],
            answer: vec![1.0, 2.0],
        };
        let lines = summary(
            &Metrics::Regression(regression(&[2.0], &values, 0)),
            "held-out rows",
        );
        let names: Vec<&str> = lines.iter().map(|line| line.0.as_str()).collect();
        assert_eq!(names, ["R²", "MAE", "baseline", "RMSE", "median off"]);
        assert_eq!(
            lines[2].1,
            "1.0000 by always answering the mean 2.0000; 50.0 % of it is left"
        );
    }
}
