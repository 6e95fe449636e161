//! What the model says of a row, and its JSON: the same object from every door and from batch.

use crate::open::Model;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// A label with the probability of every label.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'m> {
    /// The model's labels.
    labels: &'m [&'m str],
    /// One a label, in the model's order; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Labels by falling probability; the label that comes first in the model wins a tie.
    ranking: Vec<u32>,
}

impl<'m> Answer<'m> {
    /// The answer of these probabilities, one a label.
    pub fn new(labels: &'m [&'m str], probabilities: Vec<f64>) -> Answer<'m> {
        let mut ranking: Vec<u32> = (0..labels.len() as u32).collect();
        // A stable sort: it keeps the order of ties.
        ranking.sort_by(|a, b| probabilities[*b as usize].total_cmp(&probabilities[*a as usize]));
        Answer {
            labels,
            probabilities,
            ranking,
        }
    }

    /// Code of the most probable label.
    pub fn code(&self) -> usize {
        self.ranking[0] as usize
    }

    /// The most probable label.
    pub fn label(&self) -> &'m str {
        self.labels[self.code()]
    }

    /// Its probability.
    pub fn confidence(&self) -> f64 {
        self.probabilities[self.code()]
    }

    /// As JSON: `{"label", "probabilities", "model": {"name", "version"}}`, probabilities falling,
    /// the `top` first of them or all.
    pub fn report<'r>(&'r self, identity: &'r Identity, top: Option<usize>) -> Report<'r> {
        let count = top.unwrap_or(usize::MAX).min(self.ranking.len());
        Report {
            answer: self,
            identity,
            count,
        }
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
    /// What follows the last probability.
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
        out.extend_from_slice(self.starts[answer.code()].as_bytes());
        let count = top.unwrap_or(usize::MAX).min(answer.ranking.len());
        for (place, code) in answer.ranking[..count].iter().enumerate() {
            let code = *code as usize;
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.names[code].as_bytes());
            // Into memory, which does not fail.
            let _ = serde_json::to_writer(&mut *out, &answer.probabilities[code]);
        }
        out.extend_from_slice(self.end.as_bytes());
    }
}

/// An answer, ready to be written as JSON.
pub struct Report<'r> {
    answer: &'r Answer<'r>,
    identity: &'r Identity,
    count: usize,
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Report", 3)?;
        object.serialize_field("label", self.answer.label())?;
        object.serialize_field("probabilities", &Probabilities(self))?;
        object.serialize_field("model", self.identity)?;
        object.end()
    }
}

struct Probabilities<'r>(&'r Report<'r>);

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Answer {
            labels,
            probabilities,
            ranking,
        } = self.0.answer;
        let mut map = serializer.serialize_map(Some(self.0.count))?;
        for code in &ranking[..self.0.count] {
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
            let answer = Answer::new(&labels, probabilities.to_vec());
            for top in [None, Some(0), Some(1), Some(9)] {
                let mut written = b"{".to_vec();
                writer.write(&answer, top, &mut written);
                let report = serde_json::to_string(&answer.report(&identity, top)).unwrap();
                assert_eq!(String::from_utf8(written).unwrap(), report);
            }
        }
    }
}
