//! Sentences about the answers of a classifier that a person should read before relying on them.

use crate::codes::frequencies;
use crate::evaluation::Predictions;
use crate::params::{Calibrate, ClassWeight, Params};
use crate::target::Target;
use model::card::{ClassMetrics, ClassificationMetrics};

/// Minimum number of test rows for a note that their label is never answered: with fewer, it may be
/// chance.
const ROWS: usize = 5;

/// Labels that a note names.
const LABELS: usize = 5;

/// The notes about labels, for the figures of a model, the targets of its training rows and what it
/// answered to the test rows.
pub fn notes(
    params: &Params,
    (metrics, training, predictions): (&ClassificationMetrics, &Target, &Predictions),
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(balanced(params, metrics, training));
    notes.extend(positive(params, metrics, training));
    notes.extend(unanswered(metrics, predictions));
    notes
}

/// Note on the effect of class weights.
fn balanced(params: &Params, of: &ClassificationMetrics, training: &Target) -> Option<String> {
    if params.class_weight != ClassWeight::Balanced {
        return None;
    }
    let shares = shares(training);
    if params.calibration == Calibrate::Never {
        let off = |class: &ClassMetrics| {
            let both = class.mean_probability.zip(class.share);
            both.map_or(0.0, |(mean, share)| (mean - share).abs())
        };
        let worst = of
            .per_class
            .iter()
            .max_by(|a, b| off(a).total_cmp(&off(b)))?;
        let (label, mean, share) = (&worst.label, worst.mean_probability?, worst.share?);
        return Some(format!(
            "class_weight balanced without calibration: probabilities are those of classes of equal \
             size, not of your data; the mean P({label}) is {:.1} %, and {:.1} % of the rows have that \
             label. calibration: auto corrects them",
            mean * 100.0,
            share * 100.0
        ));
    }
    let rarest = (0..shares.len()).min_by(|a, b| shares[*a].total_cmp(&shares[*b]))?;
    let (label, share) = (&of.per_class.get(rarest)?.label, shares[rarest] * 100.0);
    let corrected = format!(
        "class_weight balanced: probabilities are calibrated on rows with the true shares of the \
         labels (the \
         rarest, {label:?}, has {share:.1} % of the training rows)"
    );
    let decision = match (params.threshold, of.threshold, &of.positive) {
        (Some(_), ..) => "the given threshold decides".to_string(),
        (None, Some(threshold), Some(positive)) => format!(
            "answers stay those of the balanced fit: {positive:?} from P({positive}) >= \
             {threshold:.3} on, where threshold sets no other"
        ),
        _ => "answers stay those of the balanced fit, so the answer need not be the most probable label"
            .to_string(),
    };
    Some(format!("{corrected}; {decision}"))
}

/// Note that the positive label is not the rarer one, if nobody chose it.
fn positive(params: &Params, of: &ClassificationMetrics, training: &Target) -> Option<String> {
    let (None, [first, second]) = (&params.positive, &of.per_class[..]) else {
        return None;
    };
    let [of_first, of_second] = shares(training)[..] else {
        return None;
    };
    (of_first < of_second).then(|| {
        let (rare, common) = (&first.label, &second.label);
        format!(
            "threshold, precision, recall and average precision refer to {common:?}, the second label \
             in sorted order, which {:.1} % of the training rows have; positive: {rare} (--positive \
             {}) makes them refer to {rare:?}",
            of_second * 100.0,
            shell_word(rare)
        )
    })
}

/// A word as a shell takes it.
fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Labels that test rows have and no answer names.
fn unanswered(of: &ClassificationMetrics, predictions: &Predictions) -> Option<String> {
    let Predictions::Classes(classes) = predictions else {
        return None;
    };
    let answers = frequencies(&classes.answer, of.per_class.len());
    let never: Vec<&ClassMetrics> = (of.per_class.iter().zip(answers))
        .filter(|(class, answers)| *answers == 0 && class.support >= ROWS)
        .map(|(class, _)| class)
        .collect();
    let names: Vec<String> = never
        .iter()
        .take(LABELS)
        .map(|class| format!("{:?} ({} rows have it)", class.label, class.support))
        .collect();
    let more = match never.len().saturating_sub(LABELS) {
        0 => String::new(),
        more => format!(" and {more} more labels"),
    };
    let advice = match of.per_class.len() {
        2 => "threshold: f1 or class_weight: balanced changes that",
        _ => "class_weight: balanced changes that",
    };
    (!never.is_empty()).then(|| {
        format!(
            "never answered on the test rows: {}{more}; {advice}",
            names.join(", ")
        )
    })
}

/// The share of each label in the training rows.
fn shares(training: &Target) -> Vec<f64> {
    let Target::Classes { codes, count } = training else {
        return Vec::new();
    };
    let rows = frequencies(codes, *count).into_iter();
    let all = codes.len().max(1) as f64;
    rows.map(|rows| rows as f64 / all).collect()
}
