//! Steps that follow from a drift.

use super::drift::Judged;
use super::report::Report;
use super::verdicts::{CHANGE, REJECTED, accuracy, brief};
use monitor::Verdict;

impl Report {
    /// Steps that follow from what was found, the most urgent first.
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        let reasons = self.seen.requests.by_reason();
        let is_high = self
            .seen
            .requests
            .share()
            .is_some_and(|share| share >= REJECTED);
        if let (true, Some((reason, count))) = (is_high, reasons.first()) {
            advice.push(format!(
                "Rejected requests ({count} of {reason}): ask the callers; each response names the field and \
                 what was expected"
            ));
        }
        let moved = self.moved();
        advice.extend(moved.iter().filter_map(|of| step(of)).take(5));
        let quality = &self.quality;
        let is_same = accuracy(quality).is_none_or(|(is_same, _)| is_same);
        if quality.with_truth.is_none() && (!moved.is_empty() || !is_same) {
            advice.push(
                "Collect true labels of some hundred of these records and give them with --truth: only labels \
                 show whether answers have become wrong"
                    .into(),
            );
        }
        if !is_same || moved.iter().any(|of| of.verdict == Verdict::Major) {
            advice.push(
                "Train a model with rows of this period, and compare both on these records: hearth replay \
                 captures/ --model next.hearth"
                    .into(),
            );
        }
        if advice.is_empty() {
            advice.push("Nothing: look again with the next captures".into());
        }
        advice
    }
}

/// Step to take after a drift of this kind; `None` if nothing is known of it.
pub(crate) fn step(of: &Judged) -> Option<String> {
    let name = &of.name;
    if let Some(new) = of.new_values.first().filter(|new| new.share >= CHANGE) {
        let value = &new.value;
        return Some(format!(
            "{name}: {value:?} is new. If it is another spelling of a known value, correct it upstream; else \
             train with rows that have it"
        ));
    }
    if of.missing.change() >= CHANGE {
        return Some(format!(
            "{name}: more values are missing. Look for the field upstream: it may be renamed, or empty"
        ));
    }
    if name.ends_with(".oov_ratio") {
        return Some(format!(
            "{name}: texts have words that training did not see. Train with newer texts"
        ));
    }
    if name == "prediction.label" || name == "prediction.value" {
        return Some(format!(
            "{name}: other answers than in training. If no input moved with them, look at the shares of labels \
             in new data"
        ));
    }
    if name == "prediction.confidence" {
        return Some(format!(
            "{name}: the model is less or more sure than in training. Look at the inputs that moved"
        ));
    }
    let (live, before) = (of.mean?, of.reference_mean?);
    let factor = live / before;
    let is_unit = |unit: &&(f64, &str)| (factor / unit.0 - 1.0).abs() < 0.15;
    let unit = UNITS.iter().find(is_unit).filter(|_| factor.is_finite());
    Some(match unit {
        Some((_, unit)) => format!(
            "{name}: the mean is {} times that before, as {unit} would make it. Check the unit upstream",
            brief(factor)
        ),
        None => format!(
            "{name}: other numbers than in training. Check the unit and the source upstream"
        ),
    })
}

/// Factors between units that are mistaken for each other.
const UNITS: [(f64, &str); 12] = [
    (1000.0, "another unit (thousands)"),
    (0.001, "another unit (thousands)"),
    (100.0, "cents or percent"),
    (0.01, "cents or percent"),
    (60.0, "seconds for minutes"),
    (1.0 / 60.0, "minutes for seconds"),
    (2.2046, "pounds for kilograms"),
    (0.4536, "kilograms for pounds"),
    (0.6214, "miles for kilometres"),
    (1.6093, "kilometres for miles"),
    (2.54, "centimetres for inches"),
    (0.3937, "inches for centimetres"),
];
