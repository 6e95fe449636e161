//! Faults of `{"instances": [...]}`, the body of many rows.

use crate::faults::Fault;
use crate::json::Json;
use crate::problem::{Code, Problem};

/// The problem of a table or of JSON Lines.
pub fn not_json() -> Problem {
    let detail = "this path takes application/json; POST /predict takes tables and JSON Lines, too";
    Problem::new(Code::UnsupportedMediaType, detail).expected("application/json")
}

/// There is no member `instances`.
pub fn missing() -> Fault {
    let detail = "\"instances\" is missing; a list of rows was expected, and POST /predict answers a single row";
    fault(Code::MissingField, detail.to_owned())
}

/// `instances` is something other than a list.
pub fn no_list(other: &Json<'_>) -> Fault {
    let kind = other.kind();
    let detail = format!("\"instances\" is {kind}; a list of rows was expected");
    fault(Code::WrongType, detail)
}

/// There are two members `instances`.
pub fn twice() -> Fault {
    fault(
        Code::DuplicateField,
        "\"instances\" is given twice".to_owned(),
    )
}

fn fault(code: Code, detail: String) -> Fault {
    Fault {
        pointer: "/instances".to_owned(),
        line: None,
        detail,
        code,
        expected: "a list of rows",
        column: None,
    }
}
