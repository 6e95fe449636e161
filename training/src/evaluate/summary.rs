//! The figures as a terminal shows them.

use super::figures::{FIGURES, Figure, text};
use model::card::{CrossValidation, Metrics};

/// Names of twelve columns at most, and what stands beside them.
pub fn summary(metrics: &Metrics) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut say = |name: &str, what: String| lines.push((name.to_string(), what));
    let known = FIGURES
        .iter()
        .filter_map(|figure| Some((figure, figure.of(metrics)?)));
    for (at, (figure, value)) in known.enumerate() {
        let interval = figure
            .interval(metrics)
            .map(|[low, high]| format!(" ({} to {})", text(low), text(high)));
        let rows = match metrics.testing_rows() {
            rows if at == 0 => format!(" on {rows} rows not trained on"),
            _ => String::new(),
        };
        let more = match (figure.name, metrics) {
            ("average_precision", Metrics::Classification(of)) => {
                let positive = of.per_class.get(1).map_or("", |class| class.label.as_str());
                format!(" of {positive:?}")
            }
            ("ece", Metrics::Classification(of)) => calibration(of),
            _ => String::new(),
        };
        let interval = interval.unwrap_or_default();
        say(
            short(figure.name, figure.title),
            format!("{}{interval}{rows}{more}", text(value)),
        );
        match (figure.name, metrics) {
            ("accuracy", Metrics::Classification(of)) => {
                let (label, reached) = (&of.baseline.label, text(of.baseline.accuracy));
                say(
                    "baseline",
                    format!("{reached} by always answering {label:?}"),
                );
            }
            ("mae", Metrics::Regression(of)) => {
                let (mean, reached) = (text(of.baseline.value), text(of.baseline.mae));
                say(
                    "baseline",
                    format!("{reached} by always answering the mean {mean}"),
                );
            }
            _ => {}
        }
    }
    if let Metrics::Classification(of) = metrics
        && let (Some(threshold), Some(positive)) = (of.threshold, of.per_class.get(1))
    {
        let label = &positive.label;
        say(
            "threshold",
            format!("{label:?} from {} on", text(threshold)),
        );
    }
    if let Some(CrossValidation {
        folds,
        metric,
        mean,
        standard_deviation,
    }) = metrics.cross_validation()
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

fn calibration(of: &model::card::ClassificationMetrics) -> String {
    match (&of.calibration, of.ece_before_calibration) {
        (Some(method), Some(before)) => format!(" off; {} before {method}", text(before)),
        (Some(method), None) => format!(" off, by {method}"),
        _ => " off".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Classes, Values, classification, regression};

    #[test]
    fn a_terminal_shows_the_interval_and_the_baseline() {
        let classes = Classes {
            truth: vec![Some(0), Some(1), Some(1), Some(0)],
            answer: vec![0, 1, 1, 1],
            probabilities: vec![0.9, 0.1, 0.2, 0.8, 0.2, 0.8, 0.4, 0.6],
            uncalibrated: None,
        };
        let labels = ["ham", "spam"].map(String::from);
        let lines = summary(&Metrics::Classification(classification(
            &labels,
            &[0, 0, 1],
            &classes,
        )));
        let of = |name: &str| {
            lines
                .iter()
                .find(|line| line.0 == name)
                .map(|line| line.1.as_str())
        };
        assert_eq!(
            of("accuracy"),
            Some("0.7500 (0.3006 to 0.9544) on 4 rows not trained on")
        );
        assert_eq!(of("baseline"), Some("0.5000 by always answering \"ham\""));
        assert_eq!(of("avg. prec."), Some("1.0000 of \"spam\""));
        assert!(lines.iter().all(|(name, _)| name.chars().count() < 12));
    }

    #[test]
    fn of_numbers_it_shows_the_error_of_the_mean() {
        let values = Values {
            truth: vec![1.0, 3.0],
            answer: vec![1.0, 2.0],
        };
        let lines = summary(&Metrics::Regression(regression(&[2.0], &values, 0)));
        let names: Vec<&str> = lines.iter().map(|line| line.0.as_str()).collect();
        assert_eq!(names, ["R²", "MAE", "baseline", "RMSE", "median off"]);
        assert_eq!(lines[2].1, "1.0000 by always answering the mean 2.0000");
    }
}
