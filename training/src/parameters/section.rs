//! A section of `params.yaml`: values, and which of them were given.

use super::{Parameter, Parameters, unknown};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

/// Parameters, and the names of those that were given: a search keeps to these, even where the
/// value that was given is the default one.
#[derive(Clone, Debug, Default)]
pub struct Section<P> {
    values: P,
    given: BTreeSet<&'static str>,
}

impl<P: Parameters> Section<P> {
    /// Takes over what is given; returns the names of it.
    pub fn give(&mut self, given: P::Given) -> Vec<&'static str> {
        let names = self.values.give(given);
        self.given.extend(&names);
        names
    }
}

/// Two sections are equal where their values are, given or not.
impl<P: PartialEq> PartialEq for Section<P> {
    fn eq(&self, other: &Section<P>) -> bool {
        self.values == other.values
    }
}

impl<P> Deref for Section<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.values
    }
}

impl<P> DerefMut for Section<P> {
    fn deref_mut(&mut self) -> &mut P {
        &mut self.values
    }
}

impl<P: Serialize> Serialize for Section<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

impl<'de, P: Parameters> Deserialize<'de> for Section<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Section<P>, D::Error> {
        let mut section = Section::<P>::default();
        section.give(P::Given::deserialize(deserializer)?);
        Ok(section)
    }
}

/// A section of any parameters.
pub trait AnySection {
    /// Its parameters.
    fn table(&self) -> &'static [Parameter];

    /// The default value of a parameter, as JSON; `null` of an unknown one.
    fn default_value(&self, name: &str) -> Value;

    /// True if the parameter was given, or has another value than its default one.
    fn is_given(&self, name: &str) -> bool;

    /// Gives one parameter its value.
    ///
    /// # Errors
    /// A sentence, where no parameter has the name, or the value is of another type.
    fn set(&mut self, name: &str, value: &Value) -> Result<(), String>;

    /// Checks each value against its range.
    ///
    /// # Errors
    /// The first value that is out of range, with its name and the range.
    fn check(&self) -> Result<(), String>;
}

impl<P: Parameters> AnySection for Section<P> {
    fn table(&self) -> &'static [Parameter] {
        P::TABLE
    }

    fn default_value(&self, name: &str) -> Value {
        value_of(P::default(), name)
    }

    fn is_given(&self, name: &str) -> bool {
        self.given.contains(name) || value_of(self.values, name) != value_of(P::default(), name)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let Some(parameter) = P::TABLE.iter().find(|parameter| parameter.name == name) else {
            let names = P::TABLE.iter().map(|parameter| parameter.name);
            return Err(unknown(name, "a parameter; it has", names));
        };
        let object = Map::from_iter([(name.to_string(), value.clone())]);
        let given: P::Given = serde_json::from_value(object.into()).map_err(|_| {
            let expected = parameter.expected;
            format!("{name} is {}; {expected} was expected", plain(value))
        })?;
        self.give(given);
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        self.values.check()
    }
}

fn value_of(values: impl Serialize, name: &str) -> Value {
    let values = serde_json::to_value(values).unwrap_or_default();
    values.get(name).cloned().unwrap_or_default()
}

/// A value as it is typed: text without quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::Ridge;
    use serde_json::json;

    #[test]
    fn a_default_value_that_is_given_counts_as_given() {
        let none: Section<Ridge> = serde_json::from_str("{}").unwrap();
        let one: Section<Ridge> = serde_json::from_str(r#"{"alpha": 1.0}"#).unwrap();
        assert_eq!(none, one);
        assert!(!none.is_given("alpha") && one.is_given("alpha"));
        assert_eq!(serde_json::to_value(&one).unwrap(), json!({"alpha": 1.0}));
        let mut changed = none;
        changed.alpha = 2.0;
        assert!(changed.is_given("alpha"));
    }

    #[test]
    fn what_is_set_wrong_is_told_with_what_is_right() {
        let mut section = Section::<Ridge>::default();
        assert_eq!(
            section.set("alhpa", &json!(2)).unwrap_err(),
            "\"alhpa\" is not a parameter; it has alpha; did you mean alpha?"
        );
        assert_eq!(
            section.set("alpha", &json!("much")).unwrap_err(),
            "alpha is much; a number was expected"
        );
        section.set("alpha", &json!(2)).unwrap();
        assert_eq!(section.alpha, 2.0);
        section.set("alpha", &json!(-1)).unwrap();
        assert_eq!(
            section.check().unwrap_err(),
            "alpha is -1; a number above 0 was expected"
        );
    }
}
