//! A drift in sentences: what has moved, and how.

use super::drift::{Bin, Judged};
use super::estimate::{Figure, Quality};
use super::report::Report;
use monitor::Verdict;

/// A change of a share that a sentence names.
pub(crate) const CHANGE: f64 = 0.02;

/// Share of rejected requests from which on a headline names them.
pub(crate) const REJECTED: f64 = 0.001;

impl Report {
    /// The result in one line: inputs, answers, accuracy, rejections.
    pub fn headline(&self) -> String {
        let is_answer = |of: &Judged| of.name.starts_with("prediction.");
        let moved = self.moved();
        let (answers, inputs): (Vec<&Judged>, Vec<&Judged>) =
            moved.iter().partition(|of| is_answer(of));
        let all = self
            .distributions
            .iter()
            .filter(|of| !is_answer(of))
            .count();
        let first = match (inputs.len(), answers.is_empty()) {
            (0, true) => "No drift found".to_string(),
            (0, false) => "The predictions moved, no input did".to_string(),
            (count, true) => format!("{count} of {all} input distributions moved"),
            (count, false) => {
                format!("{count} of {all} input distributions and the predictions moved")
            }
        };
        let mut headline = match accuracy(&self.quality) {
            Some((is_same, figures)) => {
                let word = match (is_same, moved.is_empty()) {
                    (true, true) => "; accuracy is as expected",
                    (true, false) => "; accuracy has not",
                    (false, true) => ", but accuracy differs",
                    (false, false) => ", and accuracy differs",
                };
                format!("{first}{word}: {figures}.")
            }
            None => format!("{first}."),
        };
        let requests = &self.seen.requests;
        if let Some(share) = requests.share().filter(|share| *share >= REJECTED) {
            let reasons = requests.by_reason();
            let reasons = reasons.iter().take(3);
            let reasons: Vec<String> = reasons.map(|(reason, _)| reason.to_string()).collect();
            let reasons = match reasons.is_empty() {
                true => String::new(),
                false => format!(": {}", reasons.join(", ")),
            };
            headline.push_str(&format!(
                " {} of requests rejected{reasons}.",
                percent(share)
            ));
        }
        headline
    }
}

impl Judged {
    /// The change in a sentence: the new value, the values that are missing, the other mean, or the share that
    /// changed most. Empty without live values.
    pub fn sentence(&self) -> String {
        if self.rows == 0 {
            return String::new();
        }
        let mut parts = Vec::new();
        if let Some(new) = self.new_values.first().filter(|new| new.share >= CHANGE) {
            parts.push(format!("{} new value {:?}", percent(new.share), new.value));
        }
        if self.missing.change().abs() >= CHANGE {
            let (live, before) = (percent(self.missing.live), percent(self.missing.reference));
            parts.push(format!("{live} missing, {before} before"));
        }
        if let (Some(live), Some(before)) = (self.mean, self.reference_mean)
            && self.verdict != Verdict::Stable
        {
            parts.push(format!("mean {}, {} before", brief(live), brief(before)));
        }
        if let (true, Some(bin)) = (parts.is_empty(), self.greatest_change()) {
            let (live, before) = (percent(bin.live), percent(bin.reference));
            parts.push(format!("{} {live}, {before} before", bin.quoted_name()));
        }
        parts.join("; ")
    }

    /// The bin whose share changed most.
    pub fn greatest_change(&self) -> Option<&Bin> {
        let bins = self.bins.iter().filter(|bin| bin.change() != 0.0);
        bins.max_by(|a, b| a.change().abs().total_cmp(&b.change().abs()))
    }
}

impl Bin {
    /// The name for people: numbers with few digits, other names as they are.
    pub fn brief_name(&self) -> String {
        let number = |text: &str| text.parse().ok().map(brief);
        match self.name.rsplit_once(' ') {
            Some((sign @ ("<=" | "<" | ">"), edge)) => match number(edge) {
                Some(edge) => format!("{sign} {edge}"),
                None => self.name.clone(),
            },
            _ => number(&self.name).unwrap_or_else(|| self.name.clone()),
        }
    }

    /// The name in a sentence: of names in quotes.
    fn quoted_name(&self) -> String {
        let is_number = self.name.starts_with(['<', '>']) || self.name.parse::<f64>().is_ok();
        match is_number || matches!(self.name.as_str(), "other" | "any") {
            true => self.brief_name(),
            false => format!("{:?}", self.name),
        }
    }
}

/// True if the accuracy is as it was, and both figures in words; `None` where it cannot be told.
pub(crate) fn accuracy(quality: &Quality) -> Option<(bool, String)> {
    let (live, what) = match (quality.with_truth, quality.estimated) {
        (Some(counted), _) => (counted, "with labels"),
        (None, Some(estimated)) => (estimated, "estimated"),
        (None, None) => return None,
    };
    let (before, when) = match (quality.reference, quality.at_training) {
        (Some(reference), _) => (reference, "in the other captures"),
        (None, Some(training)) => (training, "at training"),
        (None, None) => return None,
    };
    let text = |value: f64| match quality.name {
        "accuracy" => percent(value),
        _ => brief(value),
    };
    let figures = format!("{} {what}, {} {when}", text(live.value), text(before.value));
    Some((overlap(&live, &before)?, figures))
}

/// True if the intervals of two figures have a part in common; `None` where one has none.
fn overlap(a: &Figure, b: &Figure) -> Option<bool> {
    let ([a_low, a_high], [b_low, b_high]) = (a.interval?, b.interval?);
    Some(a_low <= b_high && b_low <= a_high)
}

/// A share for people.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A number for people, of four digits.
pub fn brief(value: f64) -> String {
    let rounded: f64 = format!("{value:.3e}").parse().unwrap_or(value);
    match rounded.abs() {
        size if size == 0.0 || (1e-4..1e15).contains(&size) => format!("{rounded}"),
        _ => format!("{value:.3e}"),
    }
}

#[cfg(test)]
mod tests;
