//! A drift in sentences: what has moved, how, and what to do about it.

use super::drift::{Bin, Judged};
use super::estimate::{Figure, Quality};
use super::report::Report;
use monitor::Verdict;

/// A change of a share that a sentence names.
const CHANGE: f64 = 0.02;

/// Share of rejected requests from which on a headline names them.
const REJECTED: f64 = 0.001;

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
            (0, false) => "Predictions moved, no input did".to_string(),
            (count, true) => format!("{count} of {all} inputs moved"),
            (count, false) => format!("{count} of {all} inputs and the predictions moved"),
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
            let codes = requests.by_code();
            let codes: Vec<&str> = codes.iter().take(3).map(|(code, _)| *code).collect();
            let codes = match codes.is_empty() {
                true => String::new(),
                false => format!(": {}", codes.join(", ")),
            };
            headline.push_str(&format!(" {} of requests rejected{codes}.", percent(share)));
        }
        headline
    }

    /// Steps that follow from what was found, the most urgent first.
    pub fn advice(&self) -> Vec<String> {
        let mut advice = Vec::new();
        let codes = self.seen.requests.by_code();
        let is_high = self
            .seen
            .requests
            .share()
            .is_some_and(|share| share >= REJECTED);
        if let (true, Some((code, count))) = (is_high, codes.first()) {
            advice.push(format!(
                "Rejected requests ({code}: {count}): ask the callers; each response names the field and \
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
            parts.push(format!("{} {live}, {before} before", bin_name(bin)));
        }
        parts.join("; ")
    }

    /// The bin whose share changed most.
    pub fn greatest_change(&self) -> Option<&Bin> {
        let bins = self.bins.iter().filter(|bin| bin.change() != 0.0);
        bins.max_by(|a, b| a.change().abs().total_cmp(&b.change().abs()))
    }
}

/// Step to take after a drift of this kind; `None` if nothing is known of it.
fn step(of: &Judged) -> Option<String> {
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

/// True if the accuracy is as it was, and both figures in words; `None` where it cannot be told.
fn accuracy(quality: &Quality) -> Option<(bool, String)> {
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

/// The name of a bin in a sentence: numbers with few digits, names in quotes.
fn bin_name(bin: &Bin) -> String {
    let number = |text: &str| text.parse().ok().map(brief);
    match bin.name.rsplit_once(' ') {
        Some((sign @ ("<=" | "<" | ">"), edge)) if number(edge).is_some() => {
            format!("{sign} {}", number(edge).unwrap_or_default())
        }
        _ if matches!(bin.name.as_str(), "other" | "any") => bin.name.clone(),
        _ => number(&bin.name).unwrap_or_else(|| format!("{:?}", bin.name)),
    }
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
mod tests {
    use super::*;
    use crate::drift::NewValue;
    use crate::report::tests_support::report;

    fn judged(
        name: &str,
        verdict: Verdict,
        bins: &[(&str, f64, f64)],
        missing: (f64, f64),
    ) -> Judged {
        let bin = |(name, reference, live): &(&str, f64, f64)| Bin {
            name: name.to_string(),
            reference: *reference,
            live: *live,
        };
        Judged {
            name: name.into(),
            psi: 0.3,
            jensen_shannon: 0.2,
            p_value: 0.0,
            kolmogorov_p_value: None,
            verdict,
            rows: 1_000,
            reference_rows: 4_000,
            mean: None,
            reference_mean: None,
            bins: bins.iter().map(bin).collect(),
            missing: bin(&("missing", missing.0, missing.1)),
            new_values: Vec::new(),
        }
    }

    #[test]
    fn each_kind_of_change_has_its_sentence() {
        let mut depot = judged(
            "depot",
            Verdict::Major,
            &[("north", 0.5, 0.3), ("other", 0.0, 0.4)],
            (0.0, 0.0),
        );
        assert_eq!(depot.sentence(), "other 40.0 %, 0.0 % before");
        depot.new_values.push(NewValue {
            value: "west".into(),
            rows: 400,
            share: 0.4,
        });
        assert_eq!(depot.sentence(), "40.0 % new value \"west\"");
        let gone = judged(
            "discount",
            Verdict::Major,
            &[("<= 3", 0.5, 0.0)],
            (0.1, 1.0),
        );
        assert_eq!(gone.sentence(), "100.0 % missing, 10.0 % before");
        let weight = Judged {
            mean: Some(22.1),
            reference_mean: Some(10.0),
            ..judged("weight", Verdict::Major, &[("<= 3", 0.5, 0.0)], (0.0, 0.0))
        };
        assert_eq!(weight.sentence(), "mean 22.1, 10 before");
        assert!(step(&weight).unwrap().contains("pounds for kilograms"));
        let edge = judged(
            "weight",
            Verdict::Major,
            &[("> 0.9701970946915982", 0.1, 0.3)],
            (0.0, 0.0),
        );
        assert_eq!(edge.sentence(), "> 0.9702 30.0 %, 10.0 % before");
        let stable = judged("plan", Verdict::Stable, &[("gold", 0.5, 0.52)], (0.0, 0.0));
        assert_eq!(stable.sentence(), "\"gold\" 52.0 %, 50.0 % before");
    }

    #[test]
    fn a_headline_says_what_moved_and_what_did_not() {
        let figure = |value: f64| Figure {
            value,
            interval: Some([value - 0.01, value + 0.01]),
            rows: 1_000,
        };
        let mut report = report();
        report.quality.at_training = Some(figure(0.938));
        report.quality.estimated = Some(figure(0.936));
        assert_eq!(
            report.headline(),
            "No drift found; accuracy is as expected: 93.6 % estimated, 93.8 % at training."
        );
        report.distributions = vec![
            judged("depot", Verdict::Major, &[("north", 0.5, 0.3)], (0.0, 0.0)),
            judged("hour", Verdict::Stable, &[("<= 3", 0.5, 0.5)], (0.0, 0.0)),
            judged(
                "prediction.label",
                Verdict::Stable,
                &[("late", 0.5, 0.5)],
                (0.0, 0.0),
            ),
        ];
        (report.seen.requests.total, report.seen.requests.rejected) = (2_000, 103);
        assert_eq!(
            report.headline(),
            "1 of 2 inputs moved; accuracy has not: 93.6 % estimated, 93.8 % at training. 5.1 % of requests \
             rejected."
        );
        report.quality.estimated = Some(figure(0.8));
        assert!(
            report
                .headline()
                .contains("moved, and accuracy differs: 80.0 % estimated")
        );
        assert!(report.advice().iter().any(|step| step.contains("--truth")));
        report.quality = Quality {
            name: "mean absolute error",
            at_training: Some(figure(2.0)),
            reference: None,
            estimated: None,
            with_truth: None,
            confusion: None,
        };
        assert!(report.headline().starts_with("1 of 2 inputs moved. 5.1 %"));
    }
}
