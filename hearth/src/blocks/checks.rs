//! The block Checks: facts that say how far the figures can be relied on.
//!
//! Doubts come from training, which finds them; here they get their verdicts, and what was looked for and
//! not found is said as well.

use crate::summary::calibration;
use crate::terminal::page::Mark;
use model::card::{ClassificationMetrics, Metrics};
use training::doubts::figures;
use training::evaluation::calibration::BINS;
use training::evaluation::figures::{Figure, text};
use training::gate::Gate;
use training::notes::{Note, NoteKind};
use training::overview::{ColumnOverview, Role};
use training::params::SplitBy;

/// A fact with its verdict.
pub type Checked = (Mark, String);

/// Standard errors by which the mean probability of a label and its share may differ.
const APART: f64 = 4.0;
/// Calibration errors up to here do not matter to most uses of a probability.
const LARGE_ERROR: f64 = 0.05;

/// Checks of the table: order of rows, columns that give the target away, repeated rows, and all other
/// doubts but those about the folds, which [`of_figures`] has. `has_test` is true where the test rows are a
/// table of their own.
pub fn of_table(
    overview: &[ColumnOverview],
    notes: &[Note],
    split: Option<&SplitBy>,
    has_test: bool,
) -> Vec<Checked> {
    let mut checks = Vec::new();
    let is_of_table = |note: &&Note| note.kind.is_doubt() && note.kind != NoteKind::Disagree;
    let mut rest: Vec<&Note> = notes.iter().filter(is_of_table).collect();
    let mut doubts = |is_of: &dyn Fn(&Note) -> bool, otherwise: Option<String>| {
        let (found, others): (Vec<&Note>, Vec<&Note>) = rest.iter().partition(|note| is_of(note));
        rest = others;
        match (found.is_empty(), otherwise) {
            (false, _) => checks.extend(found.iter().map(|note| (Mark::Doubt, note.to_string()))),
            (true, Some(fact)) => checks.push((Mark::Holds, fact)),
            (true, None) => {}
        }
    };
    let has_times = overview
        .iter()
        .any(|column| column.role == Role::Input && column.kind == Some("timestamp"));
    let order = match (split, has_test) {
        (_, true) => Some("the test rows are a table of their own".to_string()),
        (Some(SplitBy::Time(column)), _) => {
            Some(format!("the test rows are the newest by {column}"))
        }
        (None, _) if has_times => Some("the rows are not in the order of time".to_string()),
        _ => None,
    };
    doubts(&|note| note.kind == NoteKind::Order, order);
    let is_of_column = |note: &Note| {
        note.kind == NoteKind::Key || note.kind == NoteKind::Leak && note.column.is_some()
    };
    let leak = "no column numbers the rows or gives the target away";
    doubts(&is_of_column, Some(leak.to_string()));
    let repeats = |note: &Note| matches!(note.kind, NoteKind::Leak | NoteKind::Conflict);
    let none = "no more rows repeat than by chance";
    doubts(&repeats, Some(none.to_string()));
    doubts(&|_| true, None);
    checks
}

/// Checks of a model: the baseline, cross-validation against the test rows, calibration, and notes of the
/// fit.
pub fn of_figures(metrics: &Metrics, notes: &[Note]) -> Vec<Checked> {
    let mut checks = Vec::new();
    checks.extend(baseline(metrics));
    match (disagreement(notes), folds(metrics)) {
        (Some(doubt), _) => checks.push((Mark::Doubt, doubt)),
        (None, Some(fact)) => checks.push((Mark::Holds, fact)),
        (None, None) => {}
    }
    if let Metrics::Classification(of) = metrics {
        checks.push(calibrated(of));
    }
    let fit = notes.iter().filter(|note| note.kind == NoteKind::Fit);
    checks.extend(fit.map(|note| (Mark::Fact, note.to_string())));
    checks
}

/// The bounds of the gate: those that are met, or `failure`, a line for each that is missed.
pub fn of_gate(gate: &Gate, metrics: &Metrics, failure: Option<&str>) -> Vec<Checked> {
    if let Some(failure) = failure {
        let missed = failure.lines();
        return missed
            .map(|line| (Mark::Fails, format!("gate: {line}")))
            .collect();
    }
    let mut met = Vec::new();
    for (bounds, sign) in [(&gate.min, ">="), (&gate.max, "<=")] {
        for (name, bound) in bounds {
            let value = Figure::named(name).and_then(|figure| figure.of(metrics));
            let value = value.map_or("-".into(), text);
            met.push(format!("{name} {value} {sign} {bound}"));
        }
    }
    for (name, bound) in &gate.max_drop {
        met.push(format!("{name} drops by {bound} at most"));
    }
    match met.is_empty() {
        true => Vec::new(),
        false => vec![(Mark::Holds, format!("gate: {}", met.join(", ")))],
    }
}

/// The figure with an interval against the baseline.
pub fn baseline(metrics: &Metrics) -> Option<Checked> {
    let (name, baseline, what) = match metrics {
        Metrics::Classification(of) => (
            "accuracy",
            of.baseline.accuracy,
            format!("always answering {:?}", of.baseline.label),
        ),
        Metrics::Regression(_) => ("r2", 0.0, "always answering the mean".to_string()),
        Metrics::Unmeasured(_) => return None,
    };
    let figure = Figure::named(name)?;
    let value = figure.of(metrics)?;
    let [least, most] = figure.interval(metrics)?;
    let (title, value, baseline_text) = (figure.title, text(value), text(baseline));
    Some(match (least > baseline, most < baseline) {
        (true, _) => (
            Mark::Holds,
            format!("better than {what}: {title} {value} against {baseline_text}"),
        ),
        (_, true) => (
            Mark::Doubt,
            format!("worse than {what}: {title} {value} against {baseline_text}"),
        ),
        _ => (
            Mark::Doubt,
            format!("{title} {value} may be chance: {what} has {baseline_text}"),
        ),
    })
}

/// The doubt that cross-validation and the test rows do not agree.
pub fn disagreement(notes: &[Note]) -> Option<String> {
    let is_that = |note: &&Note| note.kind == NoteKind::Disagree;
    notes.iter().find(is_that).map(Note::to_string)
}

/// Cross-validation and the test rows, where they agree.
pub fn folds(metrics: &Metrics) -> Option<String> {
    let found = metrics.cross_validation()?;
    let (figure, test) = figures::comparable(metrics)?;
    let (title, mean) = (figure.title, text(found.mean));
    Some(format!(
        "folds and test rows agree: {title} {mean} ± {} and {}",
        text(found.standard_deviation),
        text(test)
    ))
}

/// The calibration error, with a doubt where the mean probability of a label is further from its share
/// than the rows explain, or a label's calibration error is large and chance does not explain it.
fn calibrated(of: &ClassificationMetrics) -> Checked {
    let rows = of.testing_rows.max(1) as f64;
    let gaps = of.per_class.iter().filter_map(|class| {
        let (mean, share) = (class.mean_probability?, class.share?);
        let error = (mean * (1.0 - mean) / rows).sqrt().max(1.0 / rows);
        Some(((mean - share).abs() / error, class, mean, share))
    });
    let worst = gaps.max_by(|a, b| a.0.total_cmp(&b.0));
    match worst {
        Some((apart, class, mean, share)) if apart > APART => (
            Mark::Doubt,
            format!(
                "{:?} has a mean probability of {:.1} % and {:.1} % of the test rows: calibration {}",
                class.label,
                mean * 100.0,
                share * 100.0,
                calibration(of)
            ),
        ),
        _ if miscalibrated(of) => (
            Mark::Doubt,
            format!(
                "calibration {}: more than chance explains; --calibration always tries to correct it, where \
                 newer rows differ from older ones it cannot",
                calibration(of)
            ),
        ),
        _ => (Mark::Holds, format!("calibration {}", calibration(of))),
    }
}

/// True if the calibration error of a label is over [`LARGE_ERROR`] and over twice the greatest that a
/// calibrated model has on average. In a bin of n rows the mean gap of frequency and probability is at most
/// sqrt(2 / pi) * 0.5 / sqrt(n); over all bins that sums to at most 0.4 * sqrt(bins / rows).
fn miscalibrated(of: &ClassificationMetrics) -> bool {
    let chance = 0.4 * (BINS as f64 / of.testing_rows.max(1) as f64).sqrt();
    let errors = of.per_class.iter().filter_map(|class| class.ece);
    errors.fold(0.0, f64::max) > LARGE_ERROR.max(2.0 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use training::evaluation::{Classes, classification};

    fn note(column: Option<&str>, kind: NoteKind) -> Note {
        match column {
            Some(column) => Note::of_column(column, kind, None, "is odd"),
            None => Note::new(kind, "it is odd"),
        }
    }

    #[test]
    fn what_was_looked_for_is_said_whether_it_was_found_or_not() {
        let holds = of_table(&[], &[], None, false);
        assert_eq!(holds.len(), 2);
        assert!(holds.iter().all(|(mark, _)| *mark == Mark::Holds));
        let notes = [
            note(Some("a"), NoteKind::Leak),
            note(None, NoteKind::Leak),
            note(Some("b"), NoteKind::Spelling),
            note(Some("c"), NoteKind::Format),
        ];
        let found = of_table(&[], &notes, Some(&SplitBy::Time("at".into())), false);
        let expected = [
            (Mark::Holds, "the test rows are the newest by at"),
            (Mark::Doubt, "a: is odd"),
            (Mark::Doubt, "it is odd"),
            (Mark::Doubt, "b: is odd"),
        ];
        assert_eq!(found, expected.map(|(mark, text)| (mark, text.to_string())));
    }

    #[test]
    fn a_model_is_held_against_the_baseline_and_the_shares_of_labels() {
        let labels = ["no", "yes"].map(String::from);
        let of = |yes: f64, right: u32| {
            let classes = Classes {
                truth: (0..400).map(|row| Some(u32::from(row % 4 == 0))).collect(),
                answer: (0..400)
                    .map(|row| u32::from(row % 4 == 0) ^ u32::from(row >= right))
                    .collect(),
                probabilities: (0..400).flat_map(|_| [1.0 - yes, yes]).collect(),
                uncalibrated: None,
            };
            let codes: Vec<u32> = (0..400).map(|row| u32::from(row % 4 == 0)).collect();
            let metrics = classification(&labels, Some(1), &codes, &classes);
            of_figures(&Metrics::Classification(metrics), &[])
        };
        let good = of(0.25, 400);
        assert_eq!((good[0].0, good[1].0), (Mark::Holds, Mark::Holds));
        assert!(
            good[0].1.contains("accuracy 1.0000 against 0.7500"),
            "{good:?}"
        );
        let bad = of(0.5, 300);
        assert_eq!((bad[0].0, bad[1].0), (Mark::Doubt, Mark::Doubt));
        assert!(
            bad[1].1.contains("50.0 % and 75.0 % of") || bad[1].1.contains("50.0 % and 25.0 %")
        );
        let worse = of(0.25, 100);
        assert!(worse[0].1.starts_with("worse than"), "{worse:?}");
    }

    #[test]
    fn probabilities_that_are_wrong_on_both_sides_are_a_doubt() {
        let labels = ["no", "yes"].map(String::from);
        // Half of the rows get `high`, half its complement: the mean is right in any case.
        let of = |rows: u32, high: f64| {
            let yes = |row: u32| {
                if row.is_multiple_of(2) {
                    high
                } else {
                    1.0 - high
                }
            };
            let code = |row: u32| u32::from(row.is_multiple_of(2) != (row % 10 >= 8));
            let codes: Vec<u32> = (0..rows).map(code).collect();
            let classes = Classes {
                truth: codes.iter().copied().map(Some).collect(),
                answer: (0..rows).map(|row| u32::from(yes(row) > 0.5)).collect(),
                probabilities: (0..rows)
                    .flat_map(|row| [1.0 - yes(row), yes(row)])
                    .collect(),
                uncalibrated: None,
            };
            let metrics = classification(&labels, Some(1), &codes, &classes);
            of_figures(&Metrics::Classification(metrics), &[])[1].clone()
        };
        // Four of five rows of either half are as the probability says.
        assert_eq!(of(1000, 0.8).0, Mark::Holds);
        let wrong = of(1000, 0.97);
        assert_eq!(wrong.0, Mark::Doubt);
        assert!(wrong.1.contains("more than chance explains"), "{wrong:?}");
        assert_eq!(of(50, 0.97).0, Mark::Holds, "50 rows cannot tell");
    }

    #[test]
    fn a_gate_shows_its_bounds_or_those_that_are_missed() {
        let gate = Gate {
            min: [("accuracy".to_string(), 0.9)].into(),
            ..Gate::default()
        };
        let codes = [0, 1];
        let classes = Classes {
            truth: vec![Some(0), Some(1)],
            answer: vec![0, 1],
            probabilities: vec![1.0, 0.0, 0.0, 1.0],
            uncalibrated: None,
        };
        let labels = ["a", "b"].map(String::from);
        let metrics = Metrics::Classification(classification(&labels, Some(1), &codes, &classes));
        assert_eq!(
            of_gate(&gate, &metrics, None),
            [(Mark::Holds, "gate: accuracy 1.0000 >= 0.9".to_string())]
        );
        assert_eq!(
            of_gate(&gate, &metrics, Some("a\nb"))[1],
            (Mark::Fails, "gate: b".into())
        );
        assert!(of_gate(&Gate::default(), &metrics, None).is_empty());
    }
}
