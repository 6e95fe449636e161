//! Figures by threshold: of two labels that from which the positive one is answered, of more the
//! confidence from which an answer is used at all.

use super::Report;
use super::escape::{isolated, plain};
use super::verdict::percent;
use model::card::ClassificationMetrics;
use serde::Serialize;
use training::evaluation::Classes;
use training::evaluation::figures::text;
use training::evaluation::ranking::{self, Ranking};

/// Steps of the slider.
const STEPS: usize = 500;

/// Counts of rows by threshold, as the script reads them.
#[derive(Serialize)]
struct StepCounts {
    /// Thresholds are the steps times this.
    step: f64,
    /// Rows from the threshold of each step on, less those from the next: their sum from the last is the
    /// count. Those that are right, or have the label.
    right: Vec<usize>,
    /// Those that are wrong, or have another label.
    wrong: Vec<usize>,
}

/// The code of the label that a threshold can be of: the positive one of two.
fn positive(of: &ClassificationMetrics) -> Option<usize> {
    of.positive_code().filter(|_| of.per_class.len() == 2)
}

/// Heading of the section.
pub fn title(of: &ClassificationMetrics) -> &'static str {
    match positive(of) {
        Some(_) => "Threshold",
        None => "Confidence",
    }
}

/// The section: figures at the threshold of the model, and a slider that a script shows.
pub fn section(report: &Report<'_>, of: &ClassificationMetrics, classes: &Classes) -> String {
    let labels = report.labels;
    let positive = positive(of).filter(|code| *code < labels.len());
    let ranking = match positive {
        Some(code) => ranking::of_label(labels.len(), code, classes),
        None => confidences(labels.len(), classes),
    };
    if ranking.is_empty() {
        return String::new();
    }
    let counts = counts(&ranking);
    let (now, intro, question) = match positive {
        Some(code) => {
            let now = of.threshold.unwrap_or(0.5);
            let label = isolated(&labels[code]);
            let from = match of.threshold {
                Some(threshold) => format!("from a probability of {} on", text(threshold)),
                None => "where it is the more probable label".to_string(),
            };
            (
                now,
                format!(
                    "The model answers <strong>{label}</strong> {from}. The figures are those of the {} held-out \
                     rows, of which {} are {label}.",
                    ranking.len(),
                    ranking.iter().filter(|(_, yes)| *yes).count(),
                ),
                format!("Answer {label} from a probability of"),
            )
        }
        None => (
            0.0,
            format!(
                "Answers that are less sure could go to a person. How many of the {} held-out rows would be \
                 answered, and how many of these rightly?",
                ranking.len()
            ),
            "Use answers from a confidence of".to_string(),
        ),
    };
    let json = plain(&serde_json::to_string(&counts).unwrap_or_default());
    let start = (now / counts.step).round().min(STEPS as f64);
    let tiles = tiles(&ranking, now, positive.is_some());
    let set = match positive {
        Some(_) => {
            let now = text(now);
            format!(
                "<p class=\"quiet screen\">To train with another threshold: <code>hearth train … --set \
                 threshold.value=<span data-figure=\"threshold\">{now}</span></code></p>"
            )
        }
        None => String::new(),
    };
    format!(
        "<p>{intro}</p><div class=\"decide\" id=\"decide\" data-counts=\"{json}\" hidden>\
         <label for=\"at\">{question} <output for=\"at\" data-figure=\"threshold\">{}</output></label>\
         <input id=\"at\" type=\"range\" min=\"0\" max=\"{STEPS}\" step=\"1\" value=\"{start}\"></div>\
         <dl class=\"tiles\">{tiles}</dl>{set}",
        text(now)
    )
}

/// The rows by the probability of their answer, and whether it is right.
fn confidences(labels: usize, classes: &Classes) -> Ranking {
    let rows = classes.probabilities.chunks_exact(labels.max(1));
    let of_row = rows.zip(classes.answer.iter().zip(&classes.truth));
    ranking::sorted(
        of_row
            .map(|(row, (answer, truth))| (row[*answer as usize], *truth == Some(*answer)))
            .collect(),
    )
}

fn counts(ranking: &[(f64, bool)]) -> StepCounts {
    let most = ranking.first().map_or(1.0, |(most, _)| *most);
    // A rare label may have no probability above 0.01: the slider ends there.
    let end = [1e-4, 1e-3, 0.01, 0.1].into_iter().find(|end| most < *end);
    let step = end.unwrap_or(1.0) / STEPS as f64;
    let (mut right, mut wrong) = (vec![0; STEPS + 1], vec![0; STEPS + 1]);
    for (score, yes) in ranking {
        let mut at = ((score / step) as usize).min(STEPS);
        // Division rounds: a row counts at a step only if the step's threshold lets it.
        while at > 0 && at as f64 * step > *score {
            at -= 1;
        }
        match yes {
            true => right[at] += 1,
            false => wrong[at] += 1,
        }
    }
    StepCounts { step, right, wrong }
}

/// The figures at one threshold; the script has the same formulas.
fn tiles(ranking: &[(f64, bool)], threshold: f64, is_positive: bool) -> String {
    let count = |yes: bool, is_above: bool| {
        let of = ranking.iter();
        of.filter(|(score, is)| *is == yes && (*score >= threshold) == is_above)
            .count() as f64
    };
    let (right, wrong) = (count(true, true), count(false, true));
    let (missed, spared) = (count(true, false), count(false, false));
    let all = ranking.len() as f64;
    let share = |part: f64, whole: f64| match whole > 0.0 {
        true => percent(part / whole),
        false => "–".into(),
    };
    let tile = |name: &str, key: &str, value: String| {
        format!("<div><dt>{name}</dt><dd data-figure=\"{key}\">{value}</dd></div>")
    };
    let tiles = match is_positive {
        true => vec![
            tile("Precision", "precision", share(right, right + wrong)),
            tile("Recall", "recall", share(right, right + missed)),
            tile("F1", "f1", share(2.0 * right, 2.0 * right + wrong + missed)),
            tile("Accuracy", "accuracy", share(right + spared, all)),
            tile("Found", "right", right.to_string()),
            tile("Missed", "missed", missed.to_string()),
            tile("False alarms", "wrong", wrong.to_string()),
            tile("Rightly left out", "spared", spared.to_string()),
        ],
        false => vec![
            tile("Answered", "covered", share(right + wrong, all)),
            tile("Right, of these", "precision", share(right, right + wrong)),
            tile("Answered rightly", "right", right.to_string()),
            tile("Answered wrongly", "wrong", wrong.to_string()),
            tile("For a person", "left", (missed + spared).to_string()),
        ],
    };
    tiles.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_counts_the_rows_from_its_threshold_on() {
        let ranking = [(1.0, true), (0.7, false), (0.3, true), (0.0, false)];
        let counts = counts(&ranking);
        assert_eq!(counts.right.len(), STEPS + 1);
        for step in 0..=STEPS {
            let threshold = step as f64 * counts.step;
            let from = |of: &[usize]| of[step..].iter().sum::<usize>();
            let count = |yes| {
                ranking
                    .iter()
                    .filter(|row| row.1 == yes && row.0 >= threshold)
                    .count()
            };
            assert_eq!(
                (from(&counts.right), from(&counts.wrong)),
                (count(true), count(false))
            );
        }
    }

    #[test]
    fn figures_are_those_of_the_counts() {
        let ranking = [(0.9, true), (0.8, false), (0.6, true), (0.2, false)];
        let html = tiles(&ranking, 0.7, true);
        for part in [
            "precision\">50.0 %",
            "recall\">50.0 %",
            "accuracy\">50.0 %",
            "missed\">1<",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(tiles(&ranking, 1.0, true).contains("precision\">–"));
        assert!(tiles(&ranking, 0.0, false).contains("covered\">100.0 %"));
    }
}
