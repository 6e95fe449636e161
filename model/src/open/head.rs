//! The head of a model file: its labels with calibration and decision rule, or one value.

use crate::calibration::Calibration;
use crate::error::OpenError;
use crate::format::{CalibrationKind, Kind, Link, NO_COLUMN, Span, Summary, Task, ValueLink};
use crate::head::{Classes, DecisionRule, Head};
use crate::sections::{Sections, Strings, damaged, unknown};
use std::collections::HashSet;
use zerocopy::little_endian::F64;

/// The head; the number of labels fits the task, the link and the outputs of the summary.
pub(super) fn open_head<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
    summary: &Summary,
) -> Result<Head<'a>, OpenError> {
    let Some(task) = Task::from_code(summary.task.get()) else {
        return unknown(format!("task {}", summary.task.get()));
    };
    let link = Link::from_code(summary.link.get());
    let value_link = ValueLink::from_code(summary.link.get());
    if link.is_none() && value_link.is_none() {
        return unknown(format!("link {}", summary.link.get()));
    }
    let labels = open_labels(sections, strings)?;
    let outputs = summary.outputs.get() as usize;
    let fits = |link| match link {
        Link::Softmax | Link::Share | Link::OneVsRest => {
            labels.len() >= 2 && outputs == labels.len()
        }
        Link::Sigmoid => labels.len() == 2 && outputs == 1,
    };
    match (task, link.ok_or(value_link.unwrap_or_default())) {
        (Task::Classification, Ok(link)) if fits(link) => Ok(Head::Classes(Classes {
            calibration: open_calibration(sections, summary, labels.len())?,
            rule: open_rule(sections, labels.len())?,
            labels,
            link,
        })),
        (Task::Regression, Err(link)) if labels.is_empty() && outputs == 1 => {
            open_calibration(sections, summary, 0)?;
            open_rule(sections, 0)?;
            Ok(Head::Value(link))
        }
        _ => damaged(format!(
            "{} labels and {outputs} outputs do not fit {}",
            labels.len(),
            link.map_or_else(|| value_link.unwrap_or_default().name(), Link::name)
        )),
    }
}

fn open_labels<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
) -> Result<Vec<&'a str>, OpenError> {
    let records = sections.records::<Span>(Kind::Labels, NO_COLUMN)?;
    let labels: Vec<&str> = records
        .iter()
        .map(|record| strings.name(*record))
        .collect::<Result<_, _>>()?;
    if let Some(label) = repeated(&labels) {
        return damaged(format!("two labels are called {label:?}"));
    }
    Ok(labels)
}

/// A label that comes twice. Few labels are compared with each other: hashing them would be a
/// thirtieth of the function's start.
fn repeated<'a>(labels: &[&'a str]) -> Option<&'a str> {
    if labels.len() <= 16 {
        let mut earlier = (0..labels.len()).map(|at| (labels[at], &labels[..at]));
        return earlier.find_map(|(label, before)| before.contains(&label).then_some(label));
    }
    let mut seen = HashSet::with_capacity(labels.len());
    labels.iter().copied().find(|label| !seen.insert(*label))
}

/// The calibration of so many labels; a regression, with none, has no legal one.
fn open_calibration(
    sections: &Sections<'_>,
    summary: &Summary,
    labels: usize,
) -> Result<Calibration, OpenError> {
    let kind = match summary.calibration.get() {
        0 => return Ok(Calibration::None),
        code => CalibrationKind::from_code(code),
    };
    let Some(kind) = kind else {
        return unknown(format!("a calibration {}", summary.calibration.get()));
    };
    let numbers = sections.records::<F64>(Kind::Calibration, NO_COLUMN)?;
    let calibration = Calibration::from_section(kind, numbers, labels);
    let is_shared = summary.link.get() != Link::OneVsRest.code();
    match calibration {
        Some(calibration) if labels > 0 && is_shared => Ok(calibration),
        _ => damaged("the numbers of its calibration are not legal"),
    }
}

/// The decision rule of so many labels; a regression, with none, has no legal one but the default.
fn open_rule(sections: &Sections<'_>, labels: usize) -> Result<DecisionRule, OpenError> {
    let threshold = open_threshold(sections, labels)?;
    let weights = open_label_weights(sections, labels)?;
    match (threshold, weights) {
        (None, None) => Ok(DecisionRule::MostProbable),
        (Some(threshold), None) => Ok(DecisionRule::Threshold(threshold)),
        (None, Some(weights)) => Ok(DecisionRule::Weights(weights)),
        (Some(_), Some(_)) => damaged("it has both a threshold and weights of its labels"),
    }
}

fn open_threshold(sections: &Sections<'_>, labels: usize) -> Result<Option<f64>, OpenError> {
    if !sections.has(Kind::Threshold) {
        return Ok(None);
    }
    match sections.records::<F64>(Kind::Threshold, NO_COLUMN)? {
        [threshold] if labels == 2 && (0.0..=1.0).contains(&threshold.get()) => {
            Ok(Some(threshold.get()))
        }
        _ => damaged("its threshold is not one probability for two labels"),
    }
}

fn open_label_weights(
    sections: &Sections<'_>,
    labels: usize,
) -> Result<Option<Vec<f64>>, OpenError> {
    if !sections.has(Kind::LabelWeights) {
        return Ok(None);
    }
    let records = sections.records::<F64>(Kind::LabelWeights, NO_COLUMN)?;
    let weights: Vec<f64> = records.iter().map(|weight| weight.get()).collect();
    let are_weights = |weight: &f64| *weight > 0.0 && weight.is_finite();
    if weights.len() != labels || !weights.iter().all(are_weights) || labels == 0 {
        return damaged("the weights of its labels are not one number above 0 a label");
    }
    Ok(Some(weights))
}
