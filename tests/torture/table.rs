//! Results as a table.

use std::fs;
use std::path::Path;

/// A row of the table.
#[derive(Debug, Default)]
pub struct Row {
    /// Name of the attempt.
    pub what: String,
    /// Number of tries.
    pub tries: u64,
    /// Findings, one sentence each.
    pub findings: Vec<String>,
    /// Losses.
    pub lost: String,
    /// Figures.
    pub told: String,
}

impl Row {
    /// A row that nothing was tried for yet.
    pub fn new(what: impl Into<String>) -> Row {
        Row {
            what: what.into(),
            lost: "nothing".into(),
            ..Row::default()
        }
    }

    /// Counts a try, and what was found by it.
    pub fn tried(&mut self, result: Result<(), String>) {
        self.tries += 1;
        self.findings.extend(result.err());
    }
}

/// The table as Markdown.
pub fn markdown(parts: &[(&str, Vec<Row>)]) -> String {
    let mut text = String::from(
        "| | tried | tries | findings | lost | figures |\n|---|---|--:|--:|---|---|\n",
    );
    for (part, rows) in parts {
        for row in rows {
            let Row {
                what,
                tries,
                findings,
                lost,
                told,
            } = row;
            let (tries, findings) = (grouped(*tries), findings.len());
            text += &format!("| {part} | {what} | {tries} | {findings} | {lost} | {told} |\n");
        }
    }
    text
}

/// A number with a comma behind each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let pieces: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|piece| std::str::from_utf8(piece).ok())
        .collect();
    pieces.join(",")
}

const BEGIN: &str = "<!-- torture: begin -->\n";
const END: &str = "<!-- torture: end -->\n";

/// Puts the table where the last one stands in the document.
///
/// # Errors
/// When it cannot be read or written, or has no such place.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let at = |error| format!("{}: {error}", path.display());
    let document = fs::read_to_string(path).map_err(at)?;
    let place = document.split_once(BEGIN).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(END)?;
        Some((before, after))
    });
    let Some((before, after)) = place else {
        return Err(format!(
            "{}: there is no place for the table",
            path.display()
        ));
    };
    fs::write(path, format!("{before}{BEGIN}{text}{END}{after}")).map_err(at)
}
