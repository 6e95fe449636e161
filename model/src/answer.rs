//! Answers and their JSON: the same object from every door and from batch.

use crate::head::DecisionRule;
use crate::open::Model;
use crate::threshold::Threshold;
use serde::Serialize;
use serde_json::Value;

/// Answer to a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<'m> {
    /// For classification.
    Label(Labelled<'m>),
    /// For regression: finite.
    Value(f64),
}

/// A label with the probability of every label.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled<'m> {
    /// The model's labels.
    labels: &'m [&'m str],
    /// One per label, in the model's order; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Labels by falling probability; the label that comes first in the model wins a tie.
    ranking: Vec<u32>,
    /// The label that the decision rule chose.
    code: u32,
}

impl<'m> Answer<'m> {
    /// The label that `rule` chooses by these probabilities, one per label.
    pub fn of_labels(
        labels: &'m [&'m str],
        probabilities: Vec<f64>,
        rule: &DecisionRule,
    ) -> Answer<'m> {
        let mut ranking: Vec<u32> = (0..labels.len() as u32).collect();
        // A stable sort: it keeps the order of ties.
        ranking.sort_by(|a, b| probabilities[*b as usize].total_cmp(&probabilities[*a as usize]));
        let code = match rule {
            DecisionRule::MostProbable => ranking[0],
            DecisionRule::Threshold(threshold) => u32::from(probabilities[1] >= *threshold),
            DecisionRule::Weights(weights) => greatest_weighed(&probabilities, weights),
        };
        Answer::Label(Labelled {
            labels,
            probabilities,
            ranking,
            code,
        })
    }

    /// The label with its probabilities, for classification.
    pub fn labelled(&self) -> Option<&Labelled<'m>> {
        match self {
            Answer::Label(labelled) => Some(labelled),
            Answer::Value(_) => None,
        }
    }

    /// The probability of each label, in the model's order; empty for regression.
    pub fn probabilities(&self) -> &[f64] {
        self.labelled()
            .map_or(&[], |labelled| &labelled.probabilities)
    }

    /// The label, for classification.
    pub fn label(&self) -> Option<&'m str> {
        self.labelled().map(Labelled::label)
    }

    /// The label's probability, for classification.
    pub fn confidence(&self) -> Option<f64> {
        self.labelled().map(Labelled::confidence)
    }
}

impl<'m> Labelled<'m> {
    /// Code of the label.
    pub fn code(&self) -> usize {
        self.code as usize
    }

    /// The label.
    pub fn label(&self) -> &'m str {
        self.labels[self.code()]
    }

    /// Its probability.
    pub fn confidence(&self) -> f64 {
        self.probabilities[self.code()]
    }
}

/// Code of the label whose probability times its weight is the greatest; the first of equal ones.
fn greatest_weighed(probabilities: &[f64], weights: &[f64]) -> u32 {
    let (mut code, mut greatest) = (0, f64::NEG_INFINITY);
    for (at, (probability, weight)) in (0..).zip(probabilities.iter().zip(weights)) {
        let weighed = probability * weight;
        if weighed > greatest {
            (code, greatest) = (at, weighed);
        }
    }
    code
}

/// Name and version of a model, as answers state them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Identity {
    /// The identity of `model`.
    pub fn of(model: &Model<'_>) -> Identity {
        Identity {
            name: model.name.to_string(),
            version: model.version(),
        }
    }
}

/// Writes the answers of one model as JSON: what is the same in each is made once.
#[derive(Debug)]
pub struct ReportWriter {
    /// A label: its answers up to the first probability, without the opening brace.
    starts: Vec<String>,
    /// A label: its name and the colon.
    names: Vec<String>,
    /// Code of the label that a threshold is about, and the text from the end of the probabilities to
    /// that label's.
    decision: Option<(usize, String)>,
    /// Text after the last probability: a closing brace, then the text that also follows a value.
    end: String,
}

impl ReportWriter {
    /// For answers of the model with these labels.
    pub fn new(labels: &[&str], identity: &Identity) -> ReportWriter {
        let json = |text: &str| Value::from(text).to_string();
        let names = labels.iter().map(|label| json(label) + ":");
        let starts = labels
            .iter()
            .map(|label| format!(r#""label":{},"probabilities":{{"#, json(label)));
        let (name, version) = (json(&identity.name), json(&identity.version));
        ReportWriter {
            starts: starts.collect(),
            names: names.collect(),
            decision: None,
            end: format!(r#"}},"model":{{"name":{name},"version":{version}}}}}"#),
        }
    }

    /// For answers of this model.
    pub fn of(model: &Model<'_>, identity: &Identity) -> ReportWriter {
        let labels = model.head.labels();
        ReportWriter::new(labels, identity).with_threshold(labels, Threshold::of(model))
    }

    /// The same, for a model that decides by this threshold, if it is one.
    fn with_threshold(self, labels: &[&str], threshold: Option<Threshold>) -> ReportWriter {
        let text = |Threshold { label, value }: Threshold| {
            let (name, value) = (Value::from(labels[label]), Value::from(value));
            let start = r#"},"decision":{"label":"#;
            (
                label,
                format!(r#"{start}{name},"threshold":{value},"probability":"#),
            )
        };
        ReportWriter {
            decision: threshold.map(text),
            ..self
        }
    }

    /// Appends an answer: `{"label", "probabilities", "model": {"name", "version"}}`, probabilities
    /// in descending order, the first `top` or all; for regression `{"value", "model"}`. Where a
    /// threshold decides, `"decision": {"label", "threshold", "probability"}` comes before the model:
    /// the label that the threshold is about, answered or not.
    pub fn write(&self, answer: &Answer<'_>, top: Option<usize>, out: &mut Vec<u8>) {
        out.push(b'{');
        self.write_members(answer, top, out);
    }

    /// Appends the same without the opening brace, behind which the caller may have members of its
    /// own.
    pub fn write_members(&self, answer: &Answer<'_>, top: Option<usize>, out: &mut Vec<u8>) {
        // All of it goes into memory, which does not fail.
        let labelled = match answer {
            Answer::Label(labelled) => labelled,
            Answer::Value(value) => {
                out.extend_from_slice(br#""value":"#);
                let _ = serde_json::to_writer(&mut *out, value);
                out.extend_from_slice(&self.end.as_bytes()[1..]);
                return;
            }
        };
        out.extend_from_slice(self.starts[labelled.code()].as_bytes());
        let count = top.unwrap_or(usize::MAX).min(labelled.ranking.len());
        for (place, code) in labelled.ranking[..count].iter().enumerate() {
            let code = *code as usize;
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.names[code].as_bytes());
            let _ = serde_json::to_writer(&mut *out, &labelled.probabilities[code]);
        }
        if let Some((label, text)) = &self.decision {
            out.extend_from_slice(text.as_bytes());
            let _ = serde_json::to_writer(&mut *out, &labelled.probabilities[*label]);
        }
        out.extend_from_slice(self.end.as_bytes());
    }
}

/// Appends a member to the JSON object at the end of `json`, which has members already.
pub fn push_member(json: &mut Vec<u8>, name: &str, value: &(impl Serialize + ?Sized)) {
    json.pop();
    json.extend_from_slice(b",\"");
    json.extend_from_slice(name.as_bytes());
    json.extend_from_slice(b"\":");
    // It goes into memory, which does not fail.
    let _ = serde_json::to_writer(&mut *json, value);
    json.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::{Answer, DecisionRule, Identity, ReportWriter, Threshold, Value};

    #[test]
    fn what_is_written_is_json_and_reads_back() {
        let labels = ["a \"b\"", "c\n", "é"];
        let identity = Identity {
            name: "mails \\ \"new\"".into(),
            version: "1".into(),
        };
        let writer = ReportWriter::new(&labels, &identity);
        for (probabilities, order) in [
            ([0.1, 0.7, 0.2], [1, 2, 0]),
            ([1.0, 0.0, 1e-300], [0, 2, 1]),
            ([1.0 / 3.0; 3], [0, 1, 2]),
        ] {
            let answer =
                Answer::of_labels(&labels, probabilities.to_vec(), &DecisionRule::MostProbable);
            for top in [None, Some(0), Some(1), Some(9)] {
                let mut written = Vec::new();
                writer.write(&answer, top, &mut written);
                let read: Value = serde_json::from_slice(&written).unwrap();
                assert_eq!(read["label"], labels[order[0]]);
                assert_eq!(read["model"], serde_json::to_value(&identity).unwrap());
                let told = &order[..top.unwrap_or(3).min(3)];
                let expected = told
                    .iter()
                    .map(|code| (labels[*code], probabilities[*code]));
                let object = read["probabilities"].as_object().unwrap();
                assert_eq!(object.len(), told.len());
                for (label, probability) in expected {
                    assert_eq!(object[label].as_f64(), Some(probability));
                }
            }
        }
        let mut written = Vec::new();
        writer.write(&Answer::Value(0.1), None, &mut written);
        let model = r#""model":{"name":"mails \\ \"new\"","version":"1"}"#;
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, format!(r#"{{"value":0.1,{model}}}"#));
    }

    #[test]
    fn a_threshold_is_told_with_its_label_and_what_the_row_has() {
        let labels = ["in time", "late \"x\""];
        let identity = Identity {
            name: "m".into(),
            version: "1".into(),
        };
        let probabilities = vec![0.75, 0.25];
        let answer = Answer::of_labels(&labels, probabilities, &DecisionRule::Threshold(0.125));
        let written = |label, top| {
            let threshold = Threshold {
                label,
                value: [0.875, 0.125][label],
            };
            let writer = ReportWriter::new(&labels, &identity);
            let writer = writer.with_threshold(&labels, Some(threshold));
            let mut out = Vec::new();
            writer.write(&answer, top, &mut out);
            String::from_utf8(out).unwrap()
        };
        let model = r#""model":{"name":"m","version":"1"}}"#;
        assert_eq!(
            written(1, None),
            r#"{"label":"late \"x\"","probabilities":{"in time":0.75,"late \"x\"":0.25},"#
                .to_owned()
                + r#""decision":{"label":"late \"x\"","threshold":0.125,"probability":0.25},"#
                + model
        );
        // The label that is not answered, and that is not among the first, has its probability, too.
        assert_eq!(
            written(0, Some(0)),
            r#"{"label":"late \"x\"","probabilities":{},"#.to_owned()
                + r#""decision":{"label":"in time","threshold":0.875,"probability":0.75},"#
                + model
        );
    }
}
