//! True labels that came later: a table of ids and labels.

use anyhow::{Result, bail};
use model::labels::{did_you_mean, list, meant};
use model::row::Value;
use model::rows::{Format, ReadError, ReadErrorKind, Reader};
use monitor::capture::Record;
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use storage::{Location, Store};

/// Unknown labels that a sentence names.
const NAMED: usize = 5;

/// True labels, or numbers, by the id of a record. Memory grows with the labels, not with the
/// captures.
#[derive(Debug, Default)]
pub struct Truth {
    /// The table's name.
    name: String,
    of: HashMap<String, Known>,
    /// An id of the table.
    example: String,
    /// Records that were found.
    found: AtomicU64,
    /// An id of a record that the table lacks.
    missed: OnceLock<String>,
}

/// A label of the table that is none of the model's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unknown {
    /// The label, as the table has it.
    pub label: String,
    /// Rows of the table with it.
    pub rows: u64,
    /// The model's label that differs from it by its spelling alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
}

#[derive(Debug)]
struct Known {
    label: String,
    /// A record may be delivered more than once; it counts once.
    is_used: AtomicBool,
}

impl Truth {
    /// Reads a table with the columns `id`, the `x-request-id` of a response, which is a record's
    /// `inferenceId` or else its `eventId`, and `truth`.
    ///
    /// # Errors
    /// When it cannot be read, lacks a column, or has an id twice with two truths.
    pub fn read(store: &Store, at: &Location) -> Result<Truth> {
        let name = at.to_string();
        let format = Format::of_name(&at.name());
        let mut table = Reader::new(&name, store.read(at)?, format)?;
        let (id, truth) = (table.column("id")?, table.column("truth")?);
        let mut of: HashMap<String, Known> = HashMap::new();
        let mut example = String::new();
        while let Some(record) = table.next_record()? {
            let text = |index: usize, column: &str| {
                let value = record.values[index].as_ref();
                value.and_then(text).ok_or_else(|| {
                    let what = format!("the column {column:?} has no text or number");
                    ReadError::at(ReadErrorKind::BadValue, &name, Some(record.line), what)
                })
            };
            let (id, label) = (text(id, "id")?, text(truth, "truth")?);
            if example.is_empty() {
                example.clone_from(&id);
            }
            match of.entry(id) {
                Entry::Vacant(entry) => {
                    let is_used = AtomicBool::new(false);
                    entry.insert(Known { label, is_used });
                }
                Entry::Occupied(entry) if entry.get().label == label => {}
                Entry::Occupied(entry) => {
                    let what = format!("the id {:?} has two truths", entry.key());
                    return Err(ReadError::at(
                        ReadErrorKind::BadValue,
                        &name,
                        Some(record.line),
                        what,
                    )
                    .into());
                }
            }
        }
        if of.is_empty() {
            bail!("{name}: it has no rows; ids and true labels were expected");
        }
        Ok(Truth {
            name,
            of,
            example,
            found: AtomicU64::new(0),
            missed: OnceLock::new(),
        })
    }

    /// Labels of the table that are not among `labels`, those of most rows first.
    ///
    /// # Errors
    /// When none of the table's labels is among them: every answer would count as wrong.
    pub fn unknown(&self, labels: &[&str]) -> Result<Vec<Unknown>> {
        let known: Vec<&str> = labels.iter().map(|label| label.trim()).collect();
        let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
        for of in self.of.values() {
            if !known.contains(&of.label.as_str()) {
                *rows.entry(&of.label).or_default() += 1;
            }
        }
        let all: u64 = rows.values().sum();
        let mut unknown: Vec<Unknown> = rows
            .into_iter()
            .map(|(label, rows)| Unknown {
                label: label.to_string(),
                rows,
                meant: meant(label, labels).map(String::from),
            })
            .collect();
        // A stable sort: equal ones stay by name.
        unknown.sort_by_key(|of| std::cmp::Reverse(of.rows));
        if all == self.of.len() as u64 {
            bail!(
                "{}: none of its {all} true labels is a label of the model: it has {}, and {}",
                self.name,
                named(&unknown, labels),
                list(labels)
            );
        }
        Ok(unknown)
    }

    /// Rows of the table whose truth is no number, for a model that answers numbers.
    ///
    /// # Errors
    /// When none is a number.
    pub fn without_number(&self) -> Result<u64> {
        let is_number = |of: &&Known| of.label.parse::<f64>().is_ok_and(f64::is_finite);
        let numbers = self.of.values().filter(is_number).count();
        if numbers == 0 {
            let first = self.of.get(&self.example);
            bail!(
                "{}: the model answers numbers, and no truth is one: the first is {:?}",
                self.name,
                first.map_or("", |first| &first.label)
            );
        }
        Ok((self.of.len() - numbers) as u64)
    }

    /// Refuses a table none of whose ids was found in the captures that were read.
    ///
    /// # Errors
    /// When that is so, with an id of both.
    pub fn check_found(&self) -> Result<()> {
        if self.found.load(Ordering::Relaxed) > 0 {
            return Ok(());
        }
        let (name, count, example) = (&self.name, self.of.len(), &self.example);
        let other = match self.missed.get() {
            Some(id) => format!("theirs look like {id:?}"),
            None => "none of them has an answer to compare".into(),
        };
        bail!(
            "{name}: none of its {count} ids is the id of a captured record: they look like {example:?}, \
             {other}; the id is the header x-request-id of the response (the inferenceId that the client chose, \
             or else the eventId), followed by / and the row's number from 0 where a request has several \
             rows"
        )
    }

    /// The truth of a record, by the id of its response, which is the client's if it sent one, or by the
    /// function's own; as [`Truth::take`].
    pub fn take_of(&self, record: &Record<'_>) -> Option<&str> {
        let own = &*record.event_id;
        match self.of.contains_key(own) {
            true => self.take(own),
            false => self.take(record.label_id()),
        }
    }

    /// The truth of an id; `None` where it is not known, or was asked for before.
    pub fn take(&self, id: &str) -> Option<&str> {
        let Some(known) = self.of.get(id) else {
            self.missed.get_or_init(|| id.to_string());
            return None;
        };
        self.found.fetch_add(1, Ordering::Relaxed);
        let was_used = known.is_used.swap(true, Ordering::Relaxed);
        (!was_used).then_some(known.label.as_str())
    }

    /// Number of truths.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }
}

/// A sentence about labels that are none of the model's, whose answers count as wrong; `None` without
/// any.
pub fn note(unknown: &[Unknown], labels: &[&str]) -> Option<String> {
    let rows: u64 = unknown.iter().map(|of| of.rows).sum();
    (rows > 0).then(|| {
        format!(
            "{rows} rows of the truths have labels that the model does not know, and count as answered \
             wrong: {}; {}",
            named(unknown, labels),
            list(labels)
        )
    })
}

/// A sentence about true labels that a training table lacks, and that a model would learn as new ones;
/// `None` without any.
pub fn new_labels(unknown: &[Unknown], labels: &[&str]) -> Option<String> {
    let rows: u64 = unknown.iter().map(|of| of.rows).sum();
    (rows > 0).then(|| {
        let named = named(unknown, labels);
        format!("{rows} rows of the truths have labels that the training table lacks: {named}")
    })
}

/// The labels with their rows, and what may be meant by each.
fn named(unknown: &[Unknown], labels: &[&str]) -> String {
    let named: Vec<String> = unknown
        .iter()
        .take(NAMED)
        .map(|Unknown { label, rows, .. }| {
            let meant = did_you_mean(label, labels);
            format!("{label:?} ({rows} rows{meant})")
        })
        .collect();
    match unknown.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Integer(number) => Some(number.to_string()),
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
    fn labels_that_the_model_does_not_know_are_told() {
        let truth = read("id,truth\n1,spam\n2,Ham\n3,Ham\n4,eggs\n").unwrap();
        let labels = ["ham", "spam"];
        let unknown = truth.unknown(&labels).unwrap();
        assert_eq!(
            note(&unknown, &labels).unwrap(),
            "3 rows of the truths have labels that the model does not know, and count as answered \
             wrong: \"Ham\" (2 rows; did you mean \"ham\"?), \"eggs\" (1 rows); its labels are \
             \"ham\", \"spam\""
        );
        assert!(
            truth
                .unknown(&["spam", "Ham", "eggs", "more"])
                .unwrap()
                .is_empty()
        );
        let error = format!("{:#}", truth.unknown(&["a", "b"]).unwrap_err());
        assert!(
            error.ends_with(
                "none of its 4 true labels is a label of the model: it has \"Ham\" (2 rows), \
                 \"eggs\" (1 rows), \"spam\" (1 rows), and its labels are \"a\", \"b\""
            ),
            "{error}"
        );
        assert!(truth.without_number().is_err());
        assert_eq!(
            read("id,truth\n1,2.5\n2,x\n")
                .unwrap()
                .without_number()
                .unwrap(),
            1
        );
    }

    #[test]
    fn ids_that_match_nothing_are_told_with_both_kinds() {
        let truth = read("id,truth\n17,spam\n18,ham\n").unwrap();
        assert_eq!(truth.take("r-1/0"), None);
        let error = format!("{:#}", truth.check_found().unwrap_err());
        assert!(
            error.contains("none of its 2 ids")
                && error.contains("look like \"17\", theirs look like \"r-1/0\""),
            "{error}"
        );
        truth.take("18");
        truth.check_found().unwrap();
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
