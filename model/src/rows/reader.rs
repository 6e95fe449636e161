//! A table, a record at a time, each with a value for every column of the table.
//!
//! The columns of JSON Lines are the members of all objects: a member that a line lacks is a missing
//! value, and one that no line before had is a new column at the end.

use super::blocks::{Block, Blocks};
use super::cutter::{Content, Cutter, Position};
use super::json_lines::ObjectMembers;
use super::record::{ReadError, ReadErrorKind, Record};
use super::start::Format;
use crate::columns::HeaderFault;
use crate::row::Value;
use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::path::Path;

/// A table, open for reading.
pub struct Reader {
    blocks: Blocks,
    cutter: Cutter,
    /// The block that is being read, and how far.
    block: Block,
    position: Position,
    columns: TableColumns,
    /// The first record of JSON Lines, read ahead for its columns.
    first: Option<Record>,
}

impl Reader {
    /// Opens a file. Its format follows from the name, compression from the content.
    ///
    /// # Errors
    /// When it cannot be read, has no known format, or has no legal header.
    pub fn open(path: &Path) -> Result<Reader, ReadError> {
        let name = path.display().to_string();
        let format = Format::of_table(&name, &name)?;
        let refuse =
            |what: &dyn fmt::Display| ReadError::at(ReadErrorKind::Unreadable, &name, None, what);
        let file = std::fs::File::open(path).map_err(|error| refuse(&error))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(refuse(&"this is a folder; a file was expected"));
        }
        Reader::new(&name, Box::new(file), Some(format))
    }

    /// Reads a table from `input`; `name` stands in errors. Without a format, the first line
    /// decides.
    ///
    /// # Errors
    /// When it has no legal header.
    pub fn new(
        name: &str,
        input: Box<dyn Read>,
        format: Option<Format>,
    ) -> Result<Reader, ReadError> {
        let blocks = Blocks::new(name, input, format)?;
        let mut columns = TableColumns::default();
        for (place, column) in blocks.columns().unwrap_or_default().iter().enumerate() {
            if columns.add(column) != place {
                return Err(blocks.refuse_header(HeaderFault::Duplicate(place, column)));
            }
        }
        let mut reader = Reader {
            cutter: Cutter::new(blocks.shape()),
            block: Block::default(),
            position: Position::at_line(1),
            columns,
            first: None,
            blocks,
        };
        if reader.is_json() {
            reader.first = reader.next_record()?;
            match &reader.first {
                None => {
                    let what = "it is empty; a JSON object a line was expected";
                    return Err(ReadError::at(ReadErrorKind::Empty, name, None, what));
                }
                Some(first) if first.values.is_empty() => {
                    let what = "this object has no members; a member for each column was expected";
                    let line = Some(first.line);
                    return Err(ReadError::at(ReadErrorKind::Malformed, name, line, what));
                }
                Some(_) => {}
            }
        }
        Ok(reader)
    }

    fn is_json(&self) -> bool {
        self.blocks.columns().is_none()
    }

    /// The file's name, as errors give it.
    pub fn name(&self) -> &str {
        self.blocks.name()
    }

    /// The columns' names: the header row; of JSON Lines, the members of the objects read so far,
    /// so that the list grows while the table is read.
    pub fn columns(&self) -> &[String] {
        &self.columns.names
    }

    /// Delimiter between two values; `None` for JSON Lines.
    pub fn delimiter(&self) -> Option<u8> {
        self.blocks.shape().delimiter
    }

    /// Where the column of this name stands.
    ///
    /// # Errors
    /// When there is none; the sentence lists those that there are.
    pub fn column(&self, name: &str) -> Result<usize, ReadError> {
        let found = self.columns.places.get(name).copied();
        found.ok_or_else(|| self.blocks.no_column(name, self.columns()))
    }

    /// Gives JSON Lines these columns whether the first object has them or not; the header of other
    /// tables says which they have.
    pub fn expect_columns<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        if self.is_json() {
            for name in names {
                self.columns.add(name);
            }
        }
    }

    /// The next record, `None` at the end.
    ///
    /// # Errors
    /// When it cannot be read; what comes after such a record may begin anywhere.
    pub fn next_record(&mut self) -> Result<Option<Record>, ReadError> {
        if let Some(mut first) = self.first.take() {
            first.values.resize(self.columns.names.len(), None);
            return Ok(Some(first));
        }
        loop {
            if let Some(cut) = self.cutter.next(&self.block.bytes, &mut self.position) {
                let values = match cut.content {
                    Content::Json(json) => self.columns.values(json),
                    Content::Fields(fields) => fields.check().and_then(|()| {
                        let owned = |text| Some(Value::Text(text).into_owned());
                        fields.texts().map(|text| text.map(owned)).collect()
                    }),
                };
                return match values {
                    Ok(values) => Ok(Some(Record {
                        line: cut.line,
                        values,
                    })),
                    Err(what) => {
                        let (table, line) = (self.blocks.name(), Some(cut.line));
                        Err(ReadError::at(ReadErrorKind::Malformed, table, line, what))
                    }
                };
            }
            let Some(block) = self.blocks.next_block()? else {
                return Ok(None);
            };
            self.position = block.start();
            self.block = block;
        }
    }
}

/// Names of columns, and where each stands.
#[derive(Default)]
struct TableColumns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl TableColumns {
    /// The place of the column of this name, which is added at the end if it is new.
    fn add(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.names.len();
        self.places.insert(name.to_string(), place);
        self.names.push(name.to_string());
        place
    }

    /// The values of an object, one a column; unknown members are new columns.
    ///
    /// # Errors
    /// When it is no object, or has a member twice: one sentence without file and line.
    fn values(&mut self, json: &[u8]) -> Result<Vec<Option<Value<'static>>>, String> {
        let ObjectMembers(members) = ObjectMembers::read(json)?;
        let mut values = vec![None; self.names.len()];
        // Members come in the order of the first object, as a rule.
        let mut near = 0;
        for (name, value) in members {
            let place = match self.names.get(near).is_some_and(|next| *next == name) {
                true => near,
                false => self.add(&name),
            };
            if place == values.len() {
                values.push(None);
            }
            near = place + 1;
            if values[place].replace(value.into_owned()).is_some() {
                return Err(format!("the field {name:?} is given twice"));
            }
        }
        Ok(values)
    }
}
