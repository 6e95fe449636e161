//! Faults of the rows of a request, all of them at once, so that nobody fixes a body one error at a
//! time.

use crate::code::Code;
use model::columns::HeaderFault;
pub use model::validate::step;
use serde::Serialize;
use std::borrow::Cow;

/// Maximum number of listed faults; the rest are counted.
pub const LISTED: usize = 20;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where in the body, as a JSON Pointer (RFC 6901); of a table that is no JSON, as if it were a
    /// list of objects.
    pub pointer: String,
    /// Line of a table, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// One sentence.
    pub detail: String,
    /// Its stable name.
    pub code: Code,
    /// Expected value.
    pub expected: &'static str,
    /// Index of the model's column that is wrong; not in the response, which names the place.
    #[serde(skip)]
    pub column: Option<usize>,
}

impl Fault {
    /// A field that the model does not have; `hint` is the end of its sentence.
    pub fn unknown_field(name: &str, line: Option<u64>, pointer: String, hint: &str) -> Fault {
        Fault {
            pointer,
            line,
            detail: HeaderFault::Unknown(name).to_string() + hint,
            code: Code::UnknownField,
            expected: "a field of the model",
            column: None,
        }
    }

    /// A body that is `got`, such as `an array`, and neither a row nor a list of rows.
    pub fn no_rows(got: &str) -> Fault {
        Fault {
            pointer: String::new(),
            line: None,
            detail: format!(
                "the body is {got}; a row as a JSON object was expected, or many rows as \
                 {{\"instances\": [{{...}}, {{...}}]}}"
            ),
            code: Code::NotAnObject,
            expected: "a JSON object",
            column: None,
        }
    }

    /// A row that is `got`, such as `an array`.
    pub fn not_an_object(pointer: String, line: Option<u64>, got: &str) -> Fault {
        Fault {
            pointer,
            line,
            detail: format!("the row is {got}; a JSON object was expected"),
            code: Code::NotAnObject,
            expected: "a JSON object",
            column: None,
        }
    }
}

/// Longest part of a name that a client chose, in characters, that is repeated to it.
const SHOWN: usize = 100;

/// The beginning of a name that a client chose.
pub fn shown(name: &str) -> &str {
    let end = name.char_indices().nth(SHOWN).map(|(at, _)| at);
    &name[..end.unwrap_or(name.len())]
}

/// Names that a client chose: the first ones, and how many there are.
#[derive(Clone, Debug, Default)]
pub struct Names<'a> {
    listed: Vec<Cow<'a, str>>,
    total: usize,
}

impl<'a> Names<'a> {
    /// Adds one.
    pub fn push(&mut self, name: Cow<'a, str>) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(name);
        }
    }

    /// Adds a copy of the beginning of one.
    pub fn push_shown(&mut self, name: &str) {
        match self.listed.len() < LISTED {
            true => self.push(Cow::Owned(shown(name).to_owned())),
            false => self.total += 1,
        }
    }

    /// The beginnings of the first ones.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(|name| shown(name))
    }
}

/// All faults of a request: the first ones, and how many there are.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    listed: Vec<Fault>,
    total: usize,
}

impl Faults {
    /// Adds a fault; it is only made when it will be listed.
    pub fn add(&mut self, fault: impl FnOnce() -> Fault) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(fault());
        }
    }

    /// Adds a fault for each of these names.
    pub fn add_each(&mut self, names: &Names<'_>, fault: impl Fn(&str) -> Fault) {
        for name in names.shown() {
            self.add(|| fault(name));
        }
        self.total += names.total - names.listed.len();
    }

    /// Adds to the sentence of the first fault, if there is one.
    pub fn explain_first(&mut self, more: &str) {
        if let Some(first) = self.listed.first_mut() {
            first.detail.push_str(more);
        }
    }

    /// Those that are listed.
    pub fn listed(&self) -> &[Fault] {
        &self.listed
    }

    /// Total number of faults.
    pub fn total(&self) -> usize {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, LISTED, step};
    use crate::problem::Code;

    #[test]
    fn no_more_than_twenty_are_listed_and_all_are_counted() {
        let mut faults = Faults::default();
        for index in 0..LISTED + 5 {
            faults.add(|| Fault {
                pointer: format!("/{index}"),
                line: None,
                detail: String::new(),
                code: Code::WrongType,
                expected: "a number",
                column: None,
            });
        }
        assert_eq!((faults.listed().len(), faults.total()), (LISTED, 25));
        assert_eq!(faults.listed()[19].pointer, "/19");
    }

    #[test]
    fn a_step_is_escaped() {
        assert_eq!(step("a/b~1"), "/a~1b~01");
    }
}
