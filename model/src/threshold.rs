//! The threshold of two labels, as people set it: of the positive label, whichever of the two that is.
//!
//! A model file has it as the second label's ([`DecisionRule::Threshold`]), which is all that scoring
//! needs. Training names the positive label, and the threshold that was asked for, in the card.

use crate::head::{Classes, DecisionRule};
use crate::open::Model;
use serde::Deserialize;
use std::borrow::Cow;

/// A label, and its probability from which on it is answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Code of the label.
    pub label: usize,
    /// The probability, 0 to 1.
    pub value: f64,
}

/// The card's threshold may differ by so much from the rule's, by rounding.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// The part of a card that names the positive label.
#[derive(Default, Deserialize)]
struct CardPart<'c> {
    #[serde(borrow, default)]
    metrics: MetricsPart<'c>,
}

/// The part of its metrics.
#[derive(Default, Deserialize)]
struct MetricsPart<'c> {
    #[serde(borrow, default)]
    positive: Option<Cow<'c, str>>,
    #[serde(default)]
    threshold: Option<f64>,
}

impl Threshold {
    /// The threshold that a model answers by; `None` where no threshold decides.
    ///
    /// A card without the positive label, as older files have it, leaves the second label.
    pub fn of(model: &Model<'_>) -> Option<Threshold> {
        let classes = model.head.classes()?;
        classes.rule.threshold()?;
        let card: CardPart<'_> = serde_json::from_slice(model.card).unwrap_or_default();
        let MetricsPart {
            positive,
            threshold,
        } = card.metrics;
        Threshold::of_label(classes, positive.as_deref(), threshold)
    }

    /// The threshold of `classes` as the `positive` label has it, or the second label if that is none
    /// of the two; `told` is the figure of training, taken if the rule decides by it.
    fn of_label(
        classes: &Classes<'_>,
        positive: Option<&str>,
        told: Option<f64>,
    ) -> Option<Threshold> {
        let DecisionRule::Threshold(second) = classes.rule else {
            return None;
        };
        if positive.is_none_or(|positive| classes.labels[0] != positive) {
            return Some(Threshold {
                label: 1,
                value: second,
            });
        }
        // The greatest probability of the second label with which the first one is answered.
        let below = second.next_down();
        let least = (1.0 - below).clamp(0.0, 1.0);
        let agrees = |told: &f64| (told - least).abs() < ROUNDING && 1.0 - told < second;
        Some(Threshold {
            label: 0,
            value: told.filter(agrees).unwrap_or(least),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{CardPart, Threshold};
    use crate::answer::Answer;
    use crate::format::Link;
    use crate::head::{Classes, DecisionRule};
    use proptest::prelude::*;

    fn classes(second: f64) -> Classes<'static> {
        Classes {
            rule: DecisionRule::Threshold(second),
            ..Classes::new(vec!["churned", "stays"], Link::Sigmoid)
        }
    }

    fn of(second: f64, positive: &str, told: Option<f64>) -> (usize, f64) {
        let threshold = Threshold::of_label(&classes(second), Some(positive), told).unwrap();
        (threshold.label, threshold.value)
    }

    #[test]
    fn a_threshold_is_that_of_the_positive_label() {
        assert_eq!(of(0.3, "stays", Some(0.3)), (1, 0.3));
        assert_eq!(of(0.7_f64.next_up(), "churned", Some(0.3)), (0, 0.3));
        // The rule decides, whatever a card says, and an older card does not name the label.
        assert_eq!(of(0.3, "stays", Some(0.9)), (1, 0.3));
        assert_eq!(of(0.3, "other", Some(0.9)), (1, 0.3));
        let (label, value) = of(0.25, "churned", Some(0.1));
        assert!(label == 0 && (value - 0.75).abs() < 1e-12, "{value}");
        let without = Classes::new(vec!["churned", "stays"], Link::Sigmoid);
        assert_eq!(Threshold::of_label(&without, Some("stays"), None), None);
    }

    #[test]
    fn any_card_is_read_for_what_it_names() {
        fn read(card: &str) -> CardPart<'_> {
            serde_json::from_str(card).unwrap_or_default()
        }
        let part = read(r#"{"name": "m", "metrics": {"positive": "a \"b\"", "threshold": 0.5}}"#);
        assert_eq!(part.metrics.positive.as_deref(), Some("a \"b\""));
        assert_eq!(part.metrics.threshold, Some(0.5));
        for card in ["", "{}", "[]", r#"{"metrics": 1}"#, r#"{"metrics": {}}"#] {
            assert_eq!(read(card).metrics.positive, None, "{card}");
        }
    }

    proptest! {
        /// The sentence that an answer makes is true: its label is answered from the threshold on.
        #[test]
        fn the_label_is_answered_from_its_threshold_on(
            second in 0.0..=1.0_f64,
            steps in -3..=3_i32,
            is_first in any::<bool>(),
            is_told in any::<bool>(),
            other in 0.0..=1.0_f64,
        ) {
            let classes = classes(second);
            let positive = if is_first { "churned" } else { "stays" };
            let told = is_told.then_some(1.0 - second);
            let threshold = Threshold::of_label(&classes, Some(positive), told).unwrap();
            let mut near = second;
            for _ in 0..steps.abs() {
                near = if steps < 0 { near.next_down() } else { near.next_up() };
            }
            for second_has in [near.clamp(0.0, 1.0), other] {
                // As both links make two probabilities of one.
                let both = vec![1.0 - second_has, second_has];
                let answer = Answer::of_labels(&classes.labels, both.clone(), &classes.rule);
                let is_answered = answer.label() == Some(classes.labels[threshold.label]);
                let has = both[threshold.label];
                // Of the first label's, several of the second's probabilities round to the same.
                let is_one_of_many = threshold.label == 0 && has == threshold.value;
                prop_assert!(is_one_of_many || is_answered == (has >= threshold.value));
            }
        }
    }
}
