//! Settings and properties from environment variables.
//!
//! Every function takes `get`, the way to read a variable, instead of reading the process: a test
//! gives a closure, the function gives `|name| std::env::var(name).ok()`.

use crate::settings::{check_dimension, check_namespace};
use crate::{EmfError, Settings, json};

const NAMESPACE: &str = "HEARTH_EMF_NAMESPACE";
const DIMENSIONS: &str = "HEARTH_EMF_DIMENSIONS";

/// Where the name of the service comes from, first one that is not empty wins. The first is the
/// variable of the official EMF libraries, the second is set by Lambda.
const SERVICE: [&str; 2] = ["AWS_EMF_SERVICE_NAME", "AWS_LAMBDA_FUNCTION_NAME"];

impl Settings {
    /// Reads the settings from environment variables.
    ///
    /// * `HEARTH_EMF_NAMESPACE`: the namespace; `Hearth` when unset or empty.
    /// * `HEARTH_EMF_DIMENSIONS`: the dimensions, separated by commas; `service` when unset, no
    ///   dimensions at all when empty. Each is either `name=value` (the value is all that follows
    ///   the first `=`, and can't hold a comma), or one of two bare words: `service`, the name of
    ///   the function, or `model_version`, the version given here. Blanks around names and values
    ///   do not count. Example: `service,stage=prod`.
    /// * `AWS_EMF_SERVICE_NAME`, else `AWS_LAMBDA_FUNCTION_NAME`, else `service_default`: the value
    ///   of the word `service`.
    ///
    /// # Errors
    ///
    /// As [`Settings::new`]; the sentence begins with the variable that has to change.
    pub fn from_env(
        service_default: &str,
        model_version: &str,
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Settings, EmfError> {
        let namespace = filled(&get, NAMESPACE).unwrap_or_else(|| "Hearth".to_owned());
        check_namespace(&namespace).map_err(|error| error.of(NAMESPACE))?;

        let list = get(DIMENSIONS).unwrap_or_else(|| "service".to_owned());
        let mut dimensions = Vec::new();
        if !list.trim().is_empty() {
            for item in list.split(',') {
                dimensions.push(dimension(
                    item.trim(),
                    service_default,
                    model_version,
                    &get,
                )?);
            }
        }
        // The namespace has passed, so what is still wrong is the list.
        Settings::new(namespace, dimensions).map_err(|error| error.of(DIMENSIONS))
    }
}

/// One item of `HEARTH_EMF_DIMENSIONS` as `(name, value)`.
fn dimension(
    item: &str,
    service_default: &str,
    model_version: &str,
    get: &impl Fn(&str) -> Option<String>,
) -> Result<(String, String), EmfError> {
    // The variable a person has to change is the one that gave the value.
    let (name, value, variable) = match (item.split_once('='), item) {
        (Some((name, value)), _) => (name.trim_end(), value.trim_start().to_owned(), DIMENSIONS),
        (None, "service") => SERVICE
            .into_iter()
            .find_map(|variable| Some((item, filled(get, variable)?, variable)))
            .unwrap_or_else(|| (item, service_default.to_owned(), DIMENSIONS)),
        (None, "model_version") => (item, model_version.to_owned(), DIMENSIONS),
        (None, _) => {
            return Err(EmfError::new(format!(
                "{item:?} is neither name=value nor one of the words service and model_version, expected for example service,stage=prod"
            ))
            .of(DIMENSIONS));
        }
    };
    check_dimension(name, &value).map_err(|error| error.of(variable))?;
    Ok((name.to_owned(), value))
}

/// A variable that is set and not empty.
fn filled(get: &impl Fn(&str) -> Option<String>, variable: &str) -> Option<String> {
    get(variable).filter(|value| !value.is_empty())
}

/// The properties that describe the Lambda environment, escaped once at start.
///
/// Names and values (all strings, also the memory size) are those of the official EMF library for
/// Python, so that saved Logs Insights queries work on both. What Lambda did not set is left out:
/// an image with its own runtime has no `AWS_EXECUTION_ENV`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LambdaProperties {
    /// Name, and `,"name":"value"` ready to copy.
    pub(crate) members: Vec<(&'static str, Vec<u8>)>,
}

impl LambdaProperties {
    /// Reads `executionEnvironment`, `memorySize` (MB), `functionVersion` and `logStreamId` from the
    /// variables that Lambda documents under "Defined runtime environment variables".
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> LambdaProperties {
        let mut members = Vec::new();
        for (name, variable) in [
            ("executionEnvironment", "AWS_EXECUTION_ENV"),
            ("memorySize", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
            ("functionVersion", "AWS_LAMBDA_FUNCTION_VERSION"),
            ("logStreamId", "AWS_LAMBDA_LOG_STREAM_NAME"),
        ] {
            if let Some(value) = filled(&get, variable) {
                let mut member = Vec::new();
                json::push_key(&mut member, name);
                json::push_string(&mut member, &value);
                members.push((name, member));
            }
        }
        LambdaProperties { members }
    }
}

/// The value for the property `traceId`: the X-Ray trace header of the request, if X-Ray keeps this
/// trace (`Sampled=1`). The id of a trace that is not kept leads nowhere and only costs log bytes.
///
/// The header is `Lambda-Runtime-Trace-Id`, or `_X_AMZN_TRACE_ID` in the environment.
pub fn sampled_trace(header: &str) -> Option<&str> {
    header.contains("Sampled=1").then_some(header)
}

#[cfg(test)]
mod tests {
    use super::{LambdaProperties, sampled_trace};
    use crate::{EmfError, Settings};

    fn get<'a>(variables: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    fn read(variables: &[(&str, &str)]) -> Result<Settings, EmfError> {
        Settings::from_env("hearth", "v7", get(variables))
    }

    fn dimensions(variables: &[(&str, &str)]) -> String {
        let settings = read(variables).unwrap();
        let pairs = settings.dimensions().iter();
        let texts: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        texts.join("|")
    }

    #[test]
    fn without_variables_the_only_dimension_is_the_service() {
        assert_eq!(read(&[]).unwrap().namespace(), "Hearth");
        assert_eq!(dimensions(&[]), "service=hearth");
        let lambda = ("AWS_LAMBDA_FUNCTION_NAME", "mail-sorter");
        assert_eq!(dimensions(&[lambda]), "service=mail-sorter");
        let chosen = ("AWS_EMF_SERVICE_NAME", "mail");
        assert_eq!(dimensions(&[lambda, chosen]), "service=mail");
    }

    #[test]
    fn dimensions_are_words_and_pairs() {
        let list = " service , stage = prod,model_version,query=a=b";
        let expected = "service=hearth|stage=prod|model_version=v7|query=a=b";
        assert_eq!(dimensions(&[("HEARTH_EMF_DIMENSIONS", list)]), expected);
        assert_eq!(dimensions(&[("HEARTH_EMF_DIMENSIONS", "")]), "");
    }

    #[test]
    fn an_error_names_the_variable_that_has_to_change() {
        for (variable, value, word) in [
            ("HEARTH_EMF_NAMESPACE", "é", "namespace"),
            ("HEARTH_EMF_DIMENSIONS", "stage", "service,stage=prod"),
            ("HEARTH_EMF_DIMENSIONS", "service,,a=b", "name=value"),
            ("HEARTH_EMF_DIMENSIONS", "stage=", "\"stage\""),
            ("HEARTH_EMF_DIMENSIONS", "service,service=x", "twice"),
            ("AWS_EMF_SERVICE_NAME", "é", "\"service\""),
        ] {
            let error = read(&[(variable, value)]).unwrap_err();
            assert_eq!(error.variable(), Some(variable), "{error}");
            assert!(error.to_string().starts_with(variable), "{error}");
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn lambda_properties_leave_out_what_is_empty() {
        let variables = [
            ("AWS_EXECUTION_ENV", ""),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2024/[$LATEST]\"x"),
        ];
        let properties = LambdaProperties::from_env(get(&variables));
        let texts: Vec<_> = properties
            .members
            .iter()
            .map(|(_, bytes)| bytes.clone())
            .collect();
        let expected = r#","memorySize":"512","logStreamId":"2024/[$LATEST]\"x""#;
        assert_eq!(String::from_utf8(texts.concat()).unwrap(), expected);
    }

    #[test]
    fn only_a_sampled_trace_is_worth_its_bytes() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
        assert_eq!(sampled_trace(header), Some(header));
        assert_eq!(sampled_trace("Root=1-5759e988;Sampled=0"), None);
    }
}
