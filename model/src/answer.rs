//! What the model says of a row, and its JSON: the same object from every door and from batch.

use crate::open::Model;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// What the model says of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer<'m> {
    /// Of classification.
    Label(Labelled<'m>),
    /// Of regression: finite.
    Value(f64),
}

/// A label with the probability of every label.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled<'m> {
    /// The model's labels.
    labels: &'m [&'m str],
    /// One a label, in the model's order; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Labels by falling probability; the label that comes first in the model wins a tie.
    ranking: Vec<u32>,
    /// The label that is answered: the most probable, or the one that the threshold says.
    code: u32,
}

impl<'m> Answer<'m> {
    /// The answer of these probabilities, one a label. With a threshold, the second of two labels is
    /// answered from that probability on.
    pub fn of_labels(
        labels: &'m [&'m str],
        probabilities: Vec<f64>,
        threshold: Option<f64>,
    ) -> Answer<'m> {
        let mut ranking: Vec<u32> = (0..labels.len() as u32).collect();
        // A stable sort: it keeps the order of ties.
        ranking.sort_by(|a, b| probabilities[*b as usize].total_cmp(&probabilities[*a as usize]));
        let code = match threshold {
            Some(threshold) => u32::from(probabilities[1] >= threshold),
            None => ranking[0],
        };
        Answer::Label(Labelled {
            labels,
            probabilities,
            ranking,
            code,
        })
    }

    /// The label with its probabilities, of classification.
    pub fn labelled(&self) -> Option<&Labelled<'m>> {
        match self {
            Answer::Label(labelled) => Some(labelled),
            Answer::Value(_) => None,
        }
    }

    /// The probability of each label, in the model's order; none of regression.
    pub fn probabilities(&self) -> &[f64] {
        self.labelled()
            .map_or(&[], |labelled| &labelled.probabilities)
    }

    /// The label, of classification.
    pub fn label(&self) -> Option<&'m str> {
        self.labelled().map(Labelled::label)
    }

    /// The label's probability, of classification.
    pub fn confidence(&self) -> Option<f64> {
        self.labelled().map(Labelled::confidence)
    }

    /// As JSON: `{"label", "probabilities", "model": {"name", "version"}}`, probabilities falling,
    /// the `top` first of them or all; of regression `{"value", "model"}`.
    pub fn report<'r>(&'r self, identity: &'r Identity, top: Option<usize>) -> Report<'r> {
        Report {
            answer: self,
            identity,
            top: top.unwrap_or(usize::MAX),
        }
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

/// Which model answers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
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

/// Writes many answers of one model as their [`Report`]s, byte for byte: what is the same in each
/// is made once.
pub struct ReportWriter {
    /// A label: its answers up to the first probability, without the opening brace.
    starts: Vec<String>,
    /// A label: its name and the colon.
    names: Vec<String>,
    /// What follows the last probability: the brace that closes them, then what also follows a value.
    end: String,
}

impl ReportWriter {
    /// For answers of the model with these labels.
    pub fn new(labels: &[&str], identity: &Identity) -> ReportWriter {
        let json = |text: &str| serde_json::Value::from(text).to_string();
        let names = labels.iter().map(|label| json(label) + ":");
        let starts = labels
            .iter()
            .map(|label| format!(r#""label":{},"probabilities":{{"#, json(label)));
        let (name, version) = (json(&identity.name), json(&identity.version));
        ReportWriter {
            starts: starts.collect(),
            names: names.collect(),
            end: format!(r#"}},"model":{{"name":{name},"version":{version}}}}}"#),
        }
    }

    /// Appends what [`Answer::report`] gives but for the opening brace, behind which the caller may
    /// have members of its own.
    pub fn write(&self, answer: &Answer<'_>, top: Option<usize>, out: &mut Vec<u8>) {
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
        out.extend_from_slice(self.end.as_bytes());
    }
}

/// An answer, ready to be written as JSON.
pub struct Report<'r> {
    answer: &'r Answer<'r>,
    identity: &'r Identity,
    top: usize,
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Report", 3)?;
        match self.answer {
            Answer::Label(labelled) => {
                object.serialize_field("label", labelled.label())?;
                let probabilities = Probabilities {
                    labelled,
                    count: self.top.min(labelled.ranking.len()),
                };
                object.serialize_field("probabilities", &probabilities)?;
            }
            Answer::Value(value) => object.serialize_field("value", value)?,
        }
        object.serialize_field("model", self.identity)?;
        object.end()
    }
}

struct Probabilities<'r> {
    labelled: &'r Labelled<'r>,
    count: usize,
}

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Labelled {
            labels,
            probabilities,
            ranking,
            ..
        } = self.labelled;
        let mut map = serializer.serialize_map(Some(self.count))?;
        for code in &ranking[..self.count] {
            let code = *code as usize;
            map.serialize_entry(labels[code], &probabilities[code])?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Identity, ReportWriter};

    #[test]
    fn the_writer_writes_what_reports_say() {
        let labels = ["a \"b\"", "c\n", "é"];
        let identity = Identity {
            name: "mails \\ \"new\"".into(),
            version: "1".into(),
        };
        let writer = ReportWriter::new(&labels, &identity);
        for probabilities in [[0.1, 0.7, 0.2], [1.0, 0.0, 1e-300], [1.0 / 3.0; 3]] {
            let answer = Answer::of_labels(&labels, probabilities.to_vec(), None);
            for top in [None, Some(0), Some(1), Some(9)] {
                let mut written = b"{".to_vec();
                writer.write(&answer, top, &mut written);
                let report = serde_json::to_string(&answer.report(&identity, top)).unwrap();
                assert_eq!(String::from_utf8(written).unwrap(), report);
            }
        }
        let mut written = b"{".to_vec();
        writer.write(&Answer::Value(0.1), None, &mut written);
        let report = serde_json::to_string(&Answer::Value(0.1).report(&identity, None)).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), report);
    }
}
