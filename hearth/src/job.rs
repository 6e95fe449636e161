//! A training as `params.yaml` and the command line describe it: places and parameters.
//!
//! In the file both stand side by side. The places are the program's, the parameters the library's:
//! [`Job`] takes the places out of the mapping and leaves the rest to [`Params`], so that a wrong name
//! or value is still reported with its line.

use crate::outputs;
use crate::tables::{TableAt, TablesAt};
use anyhow::{Context, Result};
use model::hint::did_you_mean;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use std::fmt;
use storage::Location;
use training::params::Params;

/// Names of the places, in the order of a list.
const PLACES: [&str; 7] = [
    "data",
    "test",
    "out",
    "metrics",
    "report",
    "report_markdown",
    "against",
];

/// A training: its parameters, and the places of what it reads and writes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Job {
    /// Places of tables, the model file and reports.
    pub places: Places,
    /// Parameters of the training.
    pub params: Params,
}

/// The files and objects of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// The training table.
    pub data: Option<Location>,
    /// A test table; without one, a holdout is cut from `data`.
    pub test: Option<Location>,
    /// The model file.
    pub out: Location,
    /// The metrics; nowhere if `None`.
    pub metrics: Option<Location>,
    /// The report for people, an HTML page; nowhere if `None`.
    pub report: Option<Location>,
    /// The report for a pull request, Markdown; nowhere if `None`.
    pub report_markdown: Option<Location>,
    /// A model file to be compared with.
    pub against: Option<Location>,
}

impl Default for Places {
    fn default() -> Places {
        Places {
            data: None,
            test: None,
            out: Location::File("model.hearth".into()),
            metrics: None,
            report: None,
            report_markdown: None,
            against: None,
        }
    }
}

impl Places {
    /// The training table, and the test table if there is one.
    ///
    /// # Errors
    /// When there is no training table.
    pub fn tables(&self) -> Result<TablesAt> {
        let data = self.data.clone().context(
            "--data is missing: the table to learn from (.csv, .tsv or .jsonl, also .gz)",
        )?;
        Ok(TablesAt {
            train: TableAt(data),
            test: self.test.clone().map(TableAt),
        })
    }

    /// Checks that each place can be written, and that its name promises no other format.
    ///
    /// # Errors
    /// One sentence about the first that is not so.
    pub fn check_outputs(&self) -> Result<()> {
        let html: &[&str] = &["html", "htm"];
        let markdown: &[&str] = &["md", "markdown"];
        for (at, what, endings) in [
            (Some(&self.out), "a model file", &["hearth"][..]),
            (self.metrics.as_ref(), "metrics", &["json"]),
            (self.report.as_ref(), "the report", html),
            (self.report_markdown.as_ref(), "the report", markdown),
        ] {
            if let Some(at) = at {
                storage::output::check_at(at)?;
                outputs::check(at, what, endings)?;
            }
        }
        Ok(())
    }

    /// Reads the value of the place `name`.
    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        let place = match name {
            "data" => &mut self.data,
            "test" => &mut self.test,
            "metrics" => &mut self.metrics,
            "report" => &mut self.report,
            "report_markdown" => &mut self.report_markdown,
            "against" => &mut self.against,
            _ => {
                self.out = map.next_value()?;
                return Ok(());
            }
        };
        *place = map.next_value()?;
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Job {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Job, D::Error> {
        let mut places = Places::default();
        let params = Params::deserialize(Rest {
            deserializer,
            places: &mut places,
        })?;
        Ok(Job { places, params })
    }
}

/// A deserializer of parameters that keeps the places for itself.
struct Rest<'p, D> {
    deserializer: D,
    places: &'p mut Places,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Rest<'_, D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = RestVisitor {
            visitor,
            fields,
            places: self.places,
        };
        self.deserializer.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct RestVisitor<'p, V> {
    visitor: V,
    fields: &'static [&'static str],
    places: &'p mut Places,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for RestVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(RestMembers {
            map,
            fields: self.fields,
            places: self.places,
        })
    }
}

/// The members of the file that are no places.
struct RestMembers<'p, A> {
    map: A,
    fields: &'static [&'static str],
    places: &'p mut Places,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for RestMembers<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        mut seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        loop {
            let key = Key {
                seed,
                fields: self.fields,
            };
            match self.map.next_key_seed(key)? {
                None => return Ok(None),
                Some(Member::Parameter(key)) => return Ok(Some(key)),
                Some(Member::Place(name, unused)) => {
                    self.places.read(name, &mut self.map)?;
                    seed = unused;
                }
            }
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// The name of a member, with the seed of the parameters' names.
struct Key<K> {
    seed: K,
    fields: &'static [&'static str],
}

/// A member of the file: a place, with the seed that it did not use, or a parameter.
enum Member<K, V> {
    Place(&'static str, K),
    Parameter(V),
}

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for Key<K> {
    type Value = Member<K, K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for Key<K> {
    type Value = Member<K, K::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a parameter")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        if let Some(place) = PLACES.into_iter().find(|place| *place == name) {
            return Ok(Member::Place(place, self.seed));
        }
        if !self.fields.contains(&name) {
            let names: Vec<&str> = PLACES.iter().chain(self.fields).copied().collect();
            let meant = did_you_mean(name, names.iter().copied());
            let names = names.join(", ");
            return Err(E::custom(format!(
                "{name:?} is not a parameter; one of {names} was expected{meant}"
            )));
        }
        let name = serde::de::value::StrDeserializer::<E>::new(name);
        self.seed.deserialize(name).map(Member::Parameter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_parameters_stand_side_by_side() {
        let text = "seed: 7\ndata: s3://bucket/rows.csv\ntarget: y\nout: m.hearth\ntest: null\n";
        let job: Job = serde_saphyr::from_str(text).unwrap();
        let places = Places {
            data: Some("s3://bucket/rows.csv".parse().unwrap()),
            out: Location::File("m.hearth".into()),
            ..Places::default()
        };
        let params = Params {
            seed: 7,
            target: Some("y".into()),
            ..Params::default()
        };
        assert_eq!(job, Job { places, params });
    }
}
