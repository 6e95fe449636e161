//! What was right, where that is known later: a table of ids and labels.

use anyhow::{Result, bail};
use model::row::Value;
use model::rows::{Format, ReadError, Reader};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use storage::{Location, Store};

/// True labels, or numbers, by the id of a record. Memory grows with the labels, not with the
/// captures.
#[derive(Debug, Default)]
pub struct Truth {
    of: HashMap<String, Known>,
}

#[derive(Debug)]
struct Known {
    label: String,
    /// A record may be delivered more than once; it counts once.
    is_used: AtomicBool,
}

impl Truth {
    /// Reads a table with the columns `id`, which is a record's `inferenceId` or else its `eventId`, and `truth`.
    ///
    /// # Errors
    /// When it cannot be read, lacks a column, or has an id twice with two truths.
    pub fn read(store: &Store, at: &Location) -> Result<Truth> {
        let name = at.to_string();
        let format = Format::of_name(&at.name());
        let mut table = Reader::new(&name, store.read(at)?, format)?;
        let (id, truth) = (table.column("id")?, table.column("truth")?);
        let mut of: HashMap<String, Known> = HashMap::new();
        while let Some(record) = table.next_record()? {
            let text = |index: usize, column: &str| {
                let value = record.values[index].as_ref();
                value.and_then(text).ok_or_else(|| {
                    let what = format!("the column {column:?} has no text or number");
                    ReadError::at(&name, Some(record.line), what)
                })
            };
            let (id, label) = (text(id, "id")?, text(truth, "truth")?);
            match of.entry(id) {
                Entry::Vacant(entry) => {
                    let is_used = AtomicBool::new(false);
                    entry.insert(Known { label, is_used });
                }
                Entry::Occupied(entry) if entry.get().label == label => {}
                Entry::Occupied(entry) => {
                    let what = format!("the id {:?} has two truths", entry.key());
                    return Err(ReadError::at(&name, Some(record.line), what).into());
                }
            }
        }
        if of.is_empty() {
            bail!("{name}: it has no rows; ids and true labels were expected");
        }
        Ok(Truth { of })
    }

    /// The truth of a record; `None` where it is not known, or was asked for before.
    pub fn take(&self, id: &str) -> Option<&str> {
        let known = self.of.get(id)?;
        let was_used = known.is_used.swap(true, Ordering::Relaxed);
        (!was_used).then_some(known.label.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Missing | Value::Array | Value::Object => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(text: &str) -> Result<Truth> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.csv");
        fs::write(&path, text).unwrap();
        Truth::read(&Store::from_env(), &path.into())
    }

    #[test]
    fn a_truth_counts_once() {
        let truth = read("truth,note,id\n spam ,x,r-1\nham,y,r-2/0\nham,z,r-2/0\n").unwrap();
        assert_eq!(truth.len(), 2);
        assert_eq!(truth.take("r-1"), Some("spam"));
        assert_eq!(truth.take("r-1"), None);
        assert_eq!(truth.take("r-2/0"), Some("ham"));
        assert_eq!(truth.take("r-3"), None);
    }

    #[test]
    fn what_is_no_table_of_truths_is_told() {
        for (text, part) in [
            ("id,label\na,b\n", "there is no column \"truth\""),
            ("id,truth\n", "it has no rows"),
            (
                "id,truth\na,x\na,y\n",
                "line 3: the id \"a\" has two truths",
            ),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(part), "{error}");
        }
    }
}
