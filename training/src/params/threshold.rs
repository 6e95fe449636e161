//! The threshold of two labels: `threshold` in `params.yaml`.

use crate::threshold::Aim;
use anyhow::{Result, bail};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Rule that sets the probability from which on the positive label is answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdBy {
    /// The probability itself.
    Value(f64),
    /// The greatest F1 of the positive label.
    F1,
    /// The greatest recall with this precision at least.
    Precision(f64),
    /// The greatest precision with this recall at least.
    Recall(f64),
    /// The least cost.
    Cost {
        /// Cost of answering the positive label if the other is true.
        false_positive: f64,
        /// Cost of answering the other label if the positive one is true.
        false_negative: f64,
    },
}

impl ThresholdBy {
    /// The aim; `None` if the probability is given.
    pub fn aim(self) -> Option<Aim> {
        Some(match self {
            ThresholdBy::Value(_) => return None,
            ThresholdBy::F1 => Aim::F1,
            ThresholdBy::Precision(least) => Aim::RecallAtPrecision(least),
            ThresholdBy::Recall(least) => Aim::PrecisionAtRecall(least),
            ThresholdBy::Cost {
                false_positive,
                false_negative,
            } => Aim::Cost {
                false_positive,
                false_negative,
            },
        })
    }

    pub(super) fn check(self) -> Result<()> {
        let (ThresholdBy::Value(share)
        | ThresholdBy::Precision(share)
        | ThresholdBy::Recall(share)) = self
        else {
            return Ok(());
        };
        if !(share > 0.0 && share <= 1.0) {
            bail!("threshold is {share}; a number above 0 and up to 1 was expected");
        }
        Ok(())
    }
}

const EXPECTED: &str = "a probability (0.3), f1, {precision: 0.9}, {recall: 0.9}, {value: 0.3} or \
                        {cost: {false_positive: 1, false_negative: 5}} was expected";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost {
    false_positive: f64,
    false_negative: f64,
}

impl<'de> Deserialize<'de> for ThresholdBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ThresholdBy, D::Error> {
        deserializer.deserialize_any(ThresholdVisitor)
    }
}

/// Reads a threshold: written by hand, for errors in the words of who writes `params.yaml`.
struct ThresholdVisitor;

impl<'de> Visitor<'de> for ThresholdVisitor {
    type Value = ThresholdBy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ThresholdBy, E> {
        Ok(ThresholdBy::Value(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<ThresholdBy, E> {
        Ok(ThresholdBy::Value(value as f64))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<ThresholdBy, E> {
        Ok(ThresholdBy::Value(value as f64))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<ThresholdBy, E> {
        match name {
            "f1" => Ok(ThresholdBy::F1),
            other => Err(E::custom(format!(
                "{other:?} is not a threshold; {EXPECTED}"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ThresholdBy, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            let read = match name.as_str() {
                "value" => ThresholdBy::Value(map.next_value()?),
                "precision" => ThresholdBy::Precision(map.next_value()?),
                "recall" => ThresholdBy::Recall(map.next_value()?),
                "cost" => {
                    let Cost {
                        false_positive,
                        false_negative,
                    } = map.next_value()?;
                    ThresholdBy::Cost {
                        false_positive,
                        false_negative,
                    }
                }
                "label" | "class" | "positive" | "pos_label" | "positive_label" | "target" => {
                    return Err(A::Error::custom(format!(
                        "{name:?} is no part of a threshold; the label that it is about stands \
                         beside threshold, as in positive: churned"
                    )));
                }
                other => {
                    return Err(A::Error::custom(format!(
                        "{other:?} is not a threshold; {EXPECTED}"
                    )));
                }
            };
            if found.replace(read).is_some() {
                return Err(A::Error::custom(format!(
                    "a threshold is set by one thing; {EXPECTED}"
                )));
            }
        }
        found.ok_or_else(|| A::Error::custom(EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ThresholdBy, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_is_read() {
        for (json, expected) in [
            ("0.3", ThresholdBy::Value(0.3)),
            (r#"{"value": 0.3}"#, ThresholdBy::Value(0.3)),
            (r#""f1""#, ThresholdBy::F1),
            (r#"{"recall": 0.9}"#, ThresholdBy::Recall(0.9)),
            (r#"{"precision": 1}"#, ThresholdBy::Precision(1.0)),
            (
                r#"{"cost": {"false_positive": 1, "false_negative": 5}}"#,
                ThresholdBy::Cost {
                    false_positive: 1.0,
                    false_negative: 5.0,
                },
            ),
        ] {
            assert_eq!(read(json), Ok(expected), "{json}");
        }
    }

    #[test]
    fn what_is_no_threshold_is_told_what_would_be_one() {
        for (json, part) in [
            (
                r#"{"recall": 0.9, "label": "churned"}"#,
                "as in positive: churned",
            ),
            (
                r#"{"label": "churned", "recall": 0.9}"#,
                "as in positive: churned",
            ),
            (r#"{"reccall": 0.9}"#, "{recall: 0.9}"),
            (
                r#"{"recall": 0.9, "precision": 0.8}"#,
                "is set by one thing",
            ),
            (r#""best""#, "\"best\" is not a threshold"),
            ("{}", "was expected"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(part), "{json}: {error}");
        }
    }
}
