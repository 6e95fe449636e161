//! Parser of captured answers.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A captured answer. What it lacks is `None` or empty.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Answer<'a> {
    /// The label.
    #[serde(borrow)]
    pub label: Option<Cow<'a, str>>,
    /// Labels with their probabilities, as many as were answered.
    #[serde(borrow)]
    pub probabilities: Probabilities<'a>,
    /// The value, for regression.
    pub value: Option<f64>,
}

/// Labels with their probabilities.
#[derive(Debug, Default, PartialEq)]
pub struct Probabilities<'a>(pub Vec<(Cow<'a, str>, f64)>);

impl<'a> Answer<'a> {
    /// Reads one; `None` where it is neither a label nor a number.
    pub fn read(output: &'a str) -> Option<Answer<'a>> {
        let answer: Answer<'a> = serde_json::from_str(output).ok()?;
        let is_one = answer.label.is_some() || answer.value.is_some_and(f64::is_finite);
        is_one.then_some(answer)
    }

    /// The probability of a label.
    pub fn probability(&self, label: &str) -> Option<f64> {
        let mut all = self.probabilities.0.iter();
        all.find(|(name, _)| name == label).map(|(_, p)| *p)
    }

    /// The answered label's probability.
    pub fn confidence(&self) -> Option<f64> {
        self.probability(self.label.as_deref()?)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Probabilities<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Probabilities<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of probabilities")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Name(name), probability)) = map.next_entry::<Name<'de>, f64>()? {
                    pairs.push((name, probability));
                }
                Ok(Probabilities(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// Borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn answers_of_both_tasks_are_read() {
        let answer = Answer::read(
            r#"{"label":"a \"b\"","probabilities":{"a \"b\"":0.75,"c":0.25},"variant":"x"}"#,
        );
        let answer = answer.unwrap();
        assert_eq!(answer.label.as_deref(), Some("a \"b\""));
        assert_eq!(answer.confidence(), Some(0.75));
        assert_eq!(answer.probability("d"), None);
        assert_eq!(Answer::read(r#"{"value":-1.5}"#).unwrap().value, Some(-1.5));
        for none in ["{}", "[]", "", r#"{"value":null}"#, r#"{"error":"x"}"#] {
            assert_eq!(Answer::read(none), None, "{none}");
        }
    }
}
