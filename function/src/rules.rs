//! What the environment says of requests: limits, unknown fields, keys, origins.

use crate::access::{Keys, Origins};
use crate::request::BODY_BYTES;
use crate::settings::{Variables, filled, is_lambda};

/// Most rows of a request, unless the environment says otherwise: at 600 bytes a row the body's own
/// limit comes first.
const ROWS: usize = 10_000;

/// What is read of the environment once, at start.
#[derive(Debug)]
pub struct Rules {
    /// Whether a field that the model does not have is a fault.
    pub refuses_unknown_fields: bool,
    /// Whether refusals keep names of fields, what they expect and the example to themselves.
    pub hides_schema: bool,
    /// Whether the documentation of the model is there to be asked for.
    pub shows_docs: bool,
    /// Most bytes of a body; of a gzipped one, inflated.
    pub body_bytes: usize,
    /// Most rows of a request.
    pub rows: usize,
    /// Most characters of a text or category; by default only the body's limit counts.
    pub field_chars: usize,
    /// Who may ask.
    pub keys: Keys,
    /// Which pages may ask from a browser.
    pub origins: Origins,
}

impl Rules {
    /// The rules of this environment. What it says wrongly is in the log, and the default holds.
    pub fn from_environment(get: Variables<'_>) -> Rules {
        Rules {
            refuses_unknown_fields: word(get, "HEARTH_UNKNOWN_FIELDS", ["ignore", "refuse"]),
            hides_schema: word(get, "HEARTH_HIDE_SCHEMA", ["false", "true"]),
            shows_docs: match is_lambda(get) {
                true => word(get, "HEARTH_DOCS", ["off", "on"]),
                false => !word(get, "HEARTH_DOCS", ["on", "off"]),
            },
            body_bytes: number(get, "HEARTH_MAX_BODY_BYTES", BODY_BYTES),
            rows: number(get, "HEARTH_MAX_ROWS", ROWS),
            field_chars: number(get, "HEARTH_MAX_FIELD_CHARS", usize::MAX),
            keys: Keys::from_environment(get),
            origins: Origins::from_environment(get),
        }
    }
}

/// Whether the second of two words is set; the first is the default.
fn word(get: Variables<'_>, variable: &str, [default, other]: [&str; 2]) -> bool {
    match filled(get, variable).as_deref() {
        None => false,
        Some(value) if value == default => false,
        Some(value) if value == other => true,
        Some(_) => {
            tracing::warn!("{variable} is neither {default} nor {other}: {default} is used");
            false
        }
    }
}

fn number(get: Variables<'_>, variable: &str, default: usize) -> usize {
    let Some(value) = filled(get, variable) else {
        return default;
    };
    match value.parse() {
        Ok(number) if number > 0 => number,
        _ => {
            tracing::warn!("{variable} is no whole number from 1 up: the default is used");
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    fn rules(variable: &'static str, value: &'static str) -> Rules {
        Rules::from_environment(&|name| (name == variable).then(|| value.to_owned()))
    }

    #[test]
    fn nothing_set_is_open_and_lenient() {
        let rules = Rules::from_environment(&|_| None);
        assert!(!rules.refuses_unknown_fields && !rules.hides_schema);
        assert_eq!((rules.rows, rules.field_chars), (10_000, usize::MAX));
        assert_eq!(rules.body_bytes, 6 << 20);
    }

    #[test]
    fn what_is_set_counts_and_what_is_wrong_does_not() {
        assert!(rules("HEARTH_UNKNOWN_FIELDS", "refuse").refuses_unknown_fields);
        assert!(!rules("HEARTH_UNKNOWN_FIELDS", "Refuse").refuses_unknown_fields);
        assert!(rules("HEARTH_HIDE_SCHEMA", "true").hides_schema);
        assert_eq!(rules("HEARTH_MAX_ROWS", "5").rows, 5);
        assert_eq!(rules("HEARTH_MAX_ROWS", "0").rows, 10_000);
    }
    #[test]
    fn documentation_is_on_outside_lambda_and_off_inside() {
        assert!(rules("", "").shows_docs);
        assert!(!rules("HEARTH_DOCS", "off").shows_docs);
        assert!(rules("HEARTH_DOCS", "no").shows_docs, "the default holds");
        let in_lambda = |docs: Option<&'static str>| {
            Rules::from_environment(&|name| match name {
                "AWS_LAMBDA_RUNTIME_API" => Some("127.0.0.1:9001".to_owned()),
                "HEARTH_DOCS" => docs.map(str::to_owned),
                _ => None,
            })
        };
        assert!(!in_lambda(None).shows_docs);
        assert!(in_lambda(Some("on")).shows_docs);
    }
}
