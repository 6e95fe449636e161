//! Rules for requests from the environment: limits, unknown fields, keys, origins.

use crate::access::Keys;
use crate::base_path::BasePath;
use crate::browser::{Hosts, Origins};
use crate::budgets::Budgets;
use crate::environment::{Reader, is_lambda};
use crate::problem::Problem;
use crate::request::{BODY_BYTES, Request};
use crate::routes::Door;

/// Most rows of a request, unless the environment says otherwise: at 600 bytes a row the body's own
/// limit comes first.
const ROWS: usize = 10_000;

/// Settings that are read from the environment once, at start.
#[derive(Debug)]
pub struct Rules {
    /// True if a field that the model does not have is a fault.
    pub refuses_unknown_fields: bool,
    /// True if errors omit field names, expected types and the example.
    pub hides_schema: bool,
    /// True if the documentation of the model is served.
    pub shows_docs: bool,
    /// Most bytes of a body; of a gzipped one, inflated.
    pub body_bytes: usize,
    /// Most rows of a request.
    pub rows: usize,
    /// Most characters of a text or category; by default only the body's limit counts.
    pub field_chars: usize,
    /// Budgets of a request and of all requests together.
    pub budgets: Budgets,
    /// The path before the routes.
    pub base_path: BasePath,
    /// Who may ask.
    pub keys: Keys,
    /// Which pages may ask from a browser.
    pub origins: Origins,
    /// By which names the server may be called.
    pub hosts: Hosts,
}

impl Rules {
    /// The rules of this environment.
    pub fn read(reader: &Reader<'_>) -> Rules {
        Rules {
            refuses_unknown_fields: reader.word("HEARTH_UNKNOWN_FIELDS", ["ignore", "refuse"]),
            hides_schema: reader.word("HEARTH_HIDE_SCHEMA", ["false", "true"]),
            shows_docs: match is_lambda(reader.variables()) {
                true => reader.word("HEARTH_DOCS", ["off", "on"]),
                false => !reader.word("HEARTH_DOCS", ["on", "off"]),
            },
            body_bytes: reader.number("HEARTH_MAX_BODY_BYTES").unwrap_or(BODY_BYTES),
            rows: reader.number("HEARTH_MAX_ROWS").unwrap_or(ROWS),
            field_chars: reader
                .number("HEARTH_MAX_FIELD_CHARS")
                .unwrap_or(usize::MAX),
            budgets: Budgets::read(reader),
            base_path: BasePath::read(reader),
            keys: Keys::read(reader),
            origins: Origins::read(reader),
            hosts: Hosts::read(reader),
        }
    }

    /// Checks who asks, by the head of a request for this door: the host it names, the page it comes
    /// from, and its key, where it needs one.
    ///
    /// # Errors
    /// When one of them is wrong.
    pub fn check_head(&self, request: &Request<'_>, door: Option<Door>) -> Result<(), Problem> {
        self.hosts.check(request)?;
        self.origins.check(request)?;
        self.keys.check(request, door)
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;
    use crate::environment::Reader;
    use crate::problem::Problem;

    /// The rules where one variable is set, and the refusal of all requests.
    fn rules(variable: &'static str, value: &'static str) -> (Rules, Option<Problem>) {
        let get = |name: &str| (name == variable).then(|| value.to_owned());
        let reader = Reader::new(&get);
        (Rules::read(&reader), reader.finish())
    }

    #[test]
    fn nothing_set_is_open_and_lenient() {
        let (rules, refusal) = rules("", "");
        assert!(refusal.is_none());
        assert!(!rules.refuses_unknown_fields && !rules.hides_schema);
        assert_eq!((rules.rows, rules.field_chars), (10_000, usize::MAX));
        assert_eq!(rules.body_bytes, 6 << 20);
    }

    #[test]
    fn what_is_set_counts() {
        assert!(
            rules("HEARTH_UNKNOWN_FIELDS", "refuse")
                .0
                .refuses_unknown_fields
        );
        assert!(rules("HEARTH_HIDE_SCHEMA", "true").0.hides_schema);
        assert_eq!(rules("HEARTH_MAX_ROWS", " 5 ").0.rows, 5);
        assert_eq!(rules("HEARTH_MAX_CELLS", "7").0.budgets.cells, 7);
        assert!(rules("HEARTH_HIDE_SCHEMA", "true").1.is_none());
    }

    #[test]
    fn documentation_is_on_outside_lambda_and_off_inside() {
        assert!(rules("", "").0.shows_docs);
        assert!(!rules("HEARTH_DOCS", "off").0.shows_docs);
        let in_lambda = |docs: Option<&'static str>| {
            let get = |name: &str| match name {
                "AWS_LAMBDA_RUNTIME_API" => Some("127.0.0.1:9001".to_owned()),
                "HEARTH_DOCS" => docs.map(str::to_owned),
                _ => None,
            };
            Rules::read(&Reader::new(&get)).shows_docs
        };
        assert!(!in_lambda(None));
        assert!(in_lambda(Some("on")));
    }
}
