//! Values of a table that notes and errors show.

/// Characters of a value that notes and errors show.
const SHOWN: usize = 40;

/// A value with the line that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its line, from 1.
    pub line: u64,
    /// The value, cut after 40 characters.
    pub text: String,
}

impl Example {
    /// The value of a line.
    pub fn new(line: u64, text: &str) -> Example {
        let text = shortened(text);
        Example { line, text }
    }
}

/// The beginning of a value, as much as a note or an error shows.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}
