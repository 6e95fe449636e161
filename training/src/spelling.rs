//! Names that differ by case or blanks only: one thing written in two ways, as a rule.

use crate::notes::{Note, NoteKind};
use crate::table::{Data, Table, Targets};
use std::collections::{BTreeMap, BTreeSet};

/// Groups of names that a note shows.
const SHOWN: usize = 3;

/// The notes on labels and categories that differ by case or blanks only.
pub fn notes(table: &Table, target: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Targets::Labels(labels) = &table.targets {
        let names: BTreeSet<&str> = labels.iter().map(String::as_str).collect();
        notes.extend(note(target, "labels", names));
    }
    for column in &table.columns {
        if let Data::Category { names, .. } = &column.data {
            let names = names.iter().map(String::as_str);
            notes.extend(note(&column.name, "categories", names));
        }
    }
    notes
}

fn note<'n>(column: &str, what: &str, names: impl IntoIterator<Item = &'n str>) -> Option<Note> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let words: Vec<&str> = name.split_whitespace().collect();
        alike
            .entry(words.join(" ").to_lowercase())
            .or_default()
            .push(name);
    }
    alike.retain(|_, names| names.len() > 1);
    let groups: Vec<String> = alike
        .values()
        .take(SHOWN)
        .map(|names| {
            let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            quoted.join(" and ")
        })
        .collect();
    let more = match alike.len() {
        0 => return None,
        count if count > SHOWN => format!(", and {} more", count - SHOWN),
        _ => String::new(),
    };
    let text = format!(
        "{what} differ by case or blanks only and are learnt as different ones: {}{more}",
        groups.join("; ")
    );
    Some(Note::of_column(column, NoteKind::Spelling, None, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_written_alike_are_told() {
        let names = ["ship", "Ship", "bill", "re  turn", "re turn"];
        let note = note("queue", "labels", names).unwrap();
        assert_eq!(note.kind, NoteKind::Spelling);
        let text = note.to_string();
        assert!(text.contains("\"ship\" and \"Ship\""), "{text}");
        assert!(text.contains("\"re  turn\" and \"re turn\"") && !text.contains("bill"));
        assert_eq!(super::note("queue", "labels", ["a", "b"]), None);
    }
}
