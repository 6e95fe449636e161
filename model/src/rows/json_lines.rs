//! JSON Lines: one object per line. The columns are the members of all objects: a member that a
//! line lacks is a missing value, and one that no line before had is a new column at the end.

use super::input::{Input, failed, too_long};
use super::record::{MAX_RECORD, ReadError, Record, Records, first_duplicate};
use crate::row::Value;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, Read};

pub(super) struct JsonLines {
    input: Input,
    line: u64,
    columns: Vec<String>,
    /// Where each column stands.
    places: HashMap<String, usize>,
    /// The first record, read ahead for its columns.
    first: Option<Record>,
}

impl JsonLines {
    pub fn new(name: &str, input: Input) -> Result<JsonLines, ReadError> {
        let mut table = JsonLines {
            input,
            line: 0,
            columns: Vec::new(),
            places: HashMap::new(),
            first: None,
        };
        let Some(members) = table.members(name)? else {
            return Err(ReadError::at(
                name,
                None,
                "it is empty; a JSON object a line was expected",
            ));
        };
        if members.is_empty() {
            return Err(ReadError::at(
                name,
                Some(table.line),
                "this object has no members; a member for each column was expected",
            ));
        }
        let (columns, values): (Vec<String>, _) = members
            .into_iter()
            .map(|(column, value)| (column, Some(value)))
            .unzip();
        table.places = columns.iter().cloned().zip(0..).collect();
        table.columns = columns;
        table.first = Some(Record {
            line: table.line,
            values,
        });
        Ok(table)
    }

    /// The members of the next line that is not blank.
    fn members(&mut self, name: &str) -> Result<Option<Vec<(String, Value<'static>)>>, ReadError> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut limited = (&mut self.input).take(MAX_RECORD as u64 + 1);
            let count = limited
                .read_until(b'\n', &mut line)
                .map_err(|error| failed(name, Some(self.line + 1), &error))?;
            self.line += 1;
            if count > MAX_RECORD {
                return Err(too_long(name, self.line));
            }
            if count == 0 {
                return Ok(None);
            }
            if !line.trim_ascii().is_empty() {
                break;
            }
        }
        // Without its end: the parser would say that an object cut short ends on line 2.
        let json = line.trim_ascii_end();
        let Members(members) = serde_json::from_slice(json).map_err(|error| {
            let what = if std::str::from_utf8(json).is_err() {
                "this is not UTF-8 text; save the file as UTF-8".to_string()
            } else {
                // The parser counts lines of what it was given, which is one.
                let detail = error
                    .to_string()
                    .replace(" at line 1 column ", " at column ");
                format!("a JSON object was expected: {detail}")
            };
            ReadError::at(name, Some(self.line), what)
        })?;
        if let Some(member) = first_duplicate(members.iter().map(|(member, _)| member)) {
            let what = format!("the field {member:?} is given twice");
            return Err(ReadError::at(name, Some(self.line), what));
        }
        Ok(Some(members))
    }
}

impl Records for JsonLines {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn add_column(&mut self, column: &str) {
        if !self.places.contains_key(column) {
            self.places.insert(column.to_string(), self.columns.len());
            self.columns.push(column.to_string());
        }
    }

    fn next(&mut self, name: &str) -> Result<Option<Record>, ReadError> {
        if let Some(mut first) = self.first.take() {
            first.values.resize(self.columns.len(), None);
            return Ok(Some(first));
        }
        let Some(members) = self.members(name)? else {
            return Ok(None);
        };
        let mut values = vec![None; self.columns.len()];
        for (member, value) in members {
            match self.places.get(&member) {
                Some(index) => values[*index] = Some(value),
                None => {
                    self.add_column(&member);
                    values.push(Some(value));
                }
            }
        }
        let line = self.line;
        Ok(Some(Record { line, values }))
    }
}

/// An object's members in their order.
struct Members(Vec<(String, Value<'static>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members: Vec<(String, Value<'static>)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value<'de>>()? {
            members.push((name, value.into_owned()));
        }
        Ok(Members(members))
    }
}
