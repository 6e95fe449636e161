//! Parts that are the same on every line of a process: the namespace and the dimensions.
//!
//! They are checked once, when [`Settings`] is made, and rendered once: a request copies bytes.

use std::fmt;

use crate::{json, limits, metrics};

/// Namespace and dimensions that are known to be legal.
///
/// There is exactly one dimension set. Each *combination of values* of the dimensions is a metric of
/// its own on the bill (0.30 USD a month each in the first tier), so a label, a client or a request
/// must never be a dimension: write those as properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    namespace: String,
    dimensions: Vec<(String, String)>,
    /// `"CloudWatchMetrics":[{"Namespace":…,"Dimensions":[[…`, open for further dimensions.
    pub(crate) directive: Vec<u8>,
    /// `,"service":"mail-sorter"`: the targets of the dimensions on the root.
    pub(crate) targets: Vec<u8>,
}

impl Settings {
    /// Checks a namespace and the dimensions as `(name, value)`; an empty list is legal and means
    /// metrics without dimensions.
    ///
    /// # Errors
    ///
    /// * Namespace: 1 to 255 characters of `A-Z a-z 0-9 . - _ / # :` and space, not blank.
    /// * At most 30 dimensions, no name twice.
    /// * Names: 1 to 250 printable ASCII characters, not blank, not starting with `:`, not `_aws`
    ///   and not the name of a metric in [`metrics::TABLE`] (both would need the same member).
    /// * Values: 1 to 1024 printable ASCII characters, not blank.
    pub fn new(
        namespace: impl Into<String>,
        dimensions: Vec<(String, String)>,
    ) -> Result<Settings, EmfError> {
        let namespace = namespace.into();
        check_namespace(&namespace)?;
        check_dimensions(&dimensions)?;

        let mut directive = b"\"CloudWatchMetrics\":[{\"Namespace\":".to_vec();
        json::push_string(&mut directive, &namespace);
        directive.extend_from_slice(b",\"Dimensions\":[[");
        let mut targets = Vec::new();
        for (index, (name, value)) in dimensions.iter().enumerate() {
            if index > 0 {
                directive.push(b',');
            }
            json::push_string(&mut directive, name);
            json::push_key(&mut targets, name);
            json::push_string(&mut targets, value);
        }
        Ok(Settings {
            namespace,
            dimensions,
            directive,
            targets,
        })
    }

    /// The namespace under which CloudWatch lists the metrics.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The dimensions as `(name, value)`, in the order in which they are written.
    pub fn dimensions(&self) -> &[(String, String)] {
        &self.dimensions
    }

    /// True if the member `name` of the root belongs to a dimension.
    pub(crate) fn has_dimension(&self, name: &str) -> bool {
        self.dimensions.iter().any(|(other, _)| other == name)
    }
}

/// Settings that CloudWatch would refuse; one sentence says which and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmfError {
    variable: Option<&'static str>,
    problem: String,
}

impl EmfError {
    pub(crate) fn new(problem: String) -> EmfError {
        let variable = None;
        EmfError { variable, problem }
    }

    /// The same error, with the environment variable that a person must change.
    pub(crate) fn of(mut self, variable: &'static str) -> EmfError {
        self.variable = Some(variable);
        self
    }

    /// The environment variable that held the illegal value, where one did.
    pub fn variable(&self) -> Option<&'static str> {
        self.variable
    }
}

impl fmt::Display for EmfError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(formatter, "{variable}: ")?;
        }
        formatter.write_str(&self.problem)
    }
}

impl std::error::Error for EmfError {}

pub(crate) fn check_namespace(namespace: &str) -> Result<(), EmfError> {
    if limits::fits(namespace, limits::NAMESPACE)
        && !namespace.trim().is_empty()
        && namespace.chars().all(limits::is_namespace_character)
    {
        return Ok(());
    }
    Err(EmfError::new(format!(
        "the namespace {namespace:?} is not 1 to {} letters, digits, spaces and . - _ / # :, for example Hearth",
        limits::NAMESPACE
    )))
}

/// Checks each dimension, and that together they are few enough and different.
fn check_dimensions(dimensions: &[(String, String)]) -> Result<(), EmfError> {
    if dimensions.len() > limits::DIMENSIONS {
        return Err(EmfError::new(format!(
            "{} dimensions were given, but CloudWatch takes at most {}",
            dimensions.len(),
            limits::DIMENSIONS
        )));
    }
    for (index, (name, value)) in dimensions.iter().enumerate() {
        check_dimension(name, value)?;
        if dimensions[..index].iter().any(|(other, _)| other == name) {
            return Err(EmfError::new(format!(
                "the dimension {name:?} is given twice, but a name may stand only once"
            )));
        }
    }
    Ok(())
}

/// Checks one dimension for itself.
pub(crate) fn check_dimension(name: &str, value: &str) -> Result<(), EmfError> {
    let printable = |text: &str| text.chars().all(|c| matches!(c, ' '..='~'));
    let longest = limits::DIMENSION_NAME;
    if !limits::fits(name, longest) || !printable(name) || name.trim().is_empty() {
        return Err(EmfError::new(format!(
            "the dimension name {name:?} is not 1 to {longest} printable ASCII characters, for example stage"
        )));
    }
    if name.starts_with(':') {
        return Err(EmfError::new(format!(
            "the dimension name {name:?} starts with a colon, which CloudWatch keeps for itself"
        )));
    }
    if name == limits::RESERVED || metrics::find(name).is_some() {
        return Err(EmfError::new(format!(
            "the dimension name {name:?} is taken by the format or by a metric, expected another name"
        )));
    }
    let longest = limits::DIMENSION_VALUE;
    if !limits::fits(value, longest) || !printable(value) || value.trim().is_empty() {
        return Err(EmfError::new(format!(
            "the value {value:?} of the dimension {name:?} is not 1 to {longest} printable ASCII characters"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn refusal(namespace: &str, dimensions: &[(&str, &str)]) -> String {
        let owned = dimensions.iter().map(|&(n, v)| (n.into(), v.into()));
        let settings = Settings::new(namespace, owned.collect());
        settings.unwrap_err().to_string()
    }

    #[test]
    fn a_namespace_holds_only_what_cloudwatch_takes() {
        assert!(Settings::new("My team/Mail.sorter-#1:a_b", vec![]).is_ok());
        assert!(Settings::new("n".repeat(255), vec![]).is_ok());
        for bad in ["", "  ", "Hearth\n", "Hêarth", "a\"b", &"n".repeat(256)] {
            assert!(refusal(bad, &[]).contains("namespace"), "{bad:?}");
        }
    }

    #[test]
    fn an_illegal_dimension_is_refused_with_its_name() {
        let (long_name, long_value) = ("n".repeat(251), "v".repeat(1025));
        for (name, value, word) in [
            ("", "v", "name"),
            (" ", "v", "name"),
            ("é", "v", "name"),
            (long_name.as_str(), "v", "name"),
            (":stage", "v", "colon"),
            ("_aws", "v", "taken"),
            ("cold_start", "v", "taken"),
            ("stage", "", "\"stage\""),
            ("stage", "\t", "\"stage\""),
            ("stage", "pröd", "\"stage\""),
            ("stage", long_value.as_str(), "\"stage\""),
        ] {
            let message = refusal("Hearth", &[(name, value)]);
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn thirty_different_dimensions_are_the_most() {
        let many = |count| (0..count).map(|n| (format!("d{n}"), "v".to_owned()));
        assert!(Settings::new("Hearth", many(30).collect()).is_ok());
        let error = Settings::new("Hearth", many(31).collect()).unwrap_err();
        assert!(error.to_string().contains("at most 30"), "{error}");
        let message = refusal("Hearth", &[("stage", "a"), ("stage", "b")]);
        assert!(message.contains("twice"), "{message}");
    }
}
