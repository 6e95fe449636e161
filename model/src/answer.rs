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
