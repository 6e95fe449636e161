//! Lines of the joined table.

use super::notation::JoinedCell;
use anyhow::Result;
use model::rows::quoted;

/// Format of the joined table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableForm {
    /// Cells with this byte between them.
    Delimited(u8),
    /// A JSON object per line.
    JsonLines,
}

/// Writes rows in a format.
pub(super) struct Lines<'a> {
    form: TableForm,
    names: Vec<String>,
    out: &'a mut Vec<u8>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(form: TableForm, names: &[String], out: &'a mut Vec<u8>) -> Lines<'a> {
        let mut lines = Lines {
            form,
            names: names.to_vec(),
            out,
        };
        if let TableForm::Delimited(delimiter) = form {
            lines.delimited(names.iter().map(String::as_str), delimiter);
        }
        lines
    }

    pub(super) fn write(&mut self, cells: &[JoinedCell]) -> Result<()> {
        let texts = cells.iter().map(|cell| cell.text.as_str());
        match self.form {
            TableForm::Delimited(delimiter) => self.delimited(texts, delimiter),
            TableForm::JsonLines => {
                let filled = self.names.iter().zip(cells);
                let filled = filled.filter(|(_, cell)| !cell.text.is_empty());
                self.out.push(b'{');
                for (index, (name, cell)) in filled.enumerate() {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    serde_json::to_writer(&mut *self.out, name)?;
                    self.out.push(b':');
                    match cell.is_bare {
                        true => self.out.extend_from_slice(cell.text.as_bytes()),
                        false => serde_json::to_writer(&mut *self.out, &cell.text)?,
                    }
                }
                self.out.extend_from_slice(b"}\n");
            }
        }
        Ok(())
    }

    fn delimited<'t>(&mut self, cells: impl Iterator<Item = &'t str>, delimiter: u8) {
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                self.out.push(delimiter);
            }
            let needs_quotes =
                cell.as_bytes().contains(&delimiter) && !cell.contains([',', '"', '\n', '\r']);
            let cell = match needs_quotes {
                true => format!("\"{cell}\"").into(),
                false => quoted(cell),
            };
            self.out.extend_from_slice(cell.as_bytes());
        }
        self.out.push(b'\n');
    }
}
