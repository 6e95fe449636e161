//! The sentences with which files are refused.

use super::{entry_of, put_u32, put_u64, section};
use model::Model;

/// The sentence that refuses these bytes.
pub fn refusal(bytes: &[u8]) -> String {
    Model::open(bytes).unwrap_err().to_string()
}

/// As the library says it of damage.
pub fn damaged(what: &str) -> String {
    format!("the model file is damaged: {what}; fetch or train it again")
}

/// As the library says it of what a newer program may know.
pub fn unknown(what: &str) -> String {
    format!("the model file has {what}, which this program does not know: use a newer Hearth")
}

/// The sentence after a number of a section is changed.
pub fn changed(whole: &[u8], kind: u32, column: u32, at: usize, number: u32) -> String {
    let mut bytes = whole.to_vec();
    let at = section(&bytes, kind, column) + at;
    put_u32(&mut bytes, at, number);
    refusal(&bytes)
}

/// The sentence after a section's length is changed.
pub fn of_length(whole: &[u8], kind: u32, column: u32, length: u64) -> String {
    let mut bytes = whole.to_vec();
    let entry = entry_of(&bytes, kind, column);
    put_u64(&mut bytes, entry + 16, length);
    refusal(&bytes)
}

/// The sentence after a section is given another kind.
pub fn renamed(whole: &[u8], kind: u32, column: u32, to_kind: u32) -> String {
    let mut bytes = whole.to_vec();
    let entry = entry_of(&bytes, kind, column);
    put_u32(&mut bytes, entry, to_kind);
    refusal(&bytes)
}
