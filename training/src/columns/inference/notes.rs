//! Notes on the reading of a column.

use super::Judge;
use crate::columns::{Counted, Example, Input};
use crate::notes::{Note, NoteKind, option};
use model::format::{ColumnKind, Task, TimeFormat};
use model::notation::Notation;

impl Judge<'_> {
    /// The notes on a column that is learnt from.
    pub(super) fn notes(&self, input: &Input) -> Vec<Note> {
        let mut notes = Vec::new();
        if input.kind != ColumnKind::Text {
            notes.extend(self.missing_note(input.kind == ColumnKind::Category));
        }
        match input.kind {
            ColumnKind::Number => notes.extend(self.number_notes()),
            ColumnKind::Timestamp => notes.extend(self.time_notes(&input.notation)),
            ColumnKind::Category if self.profile.numbers.with_zero > 0 => {
                let text = "codes such as 101.0 are read as 101".to_string();
                notes.push(self.note(NoteKind::Format, None, text));
            }
            ColumnKind::Text | ColumnKind::Category => notes.extend(self.unread_note()),
            ColumnKind::Boolean => {}
        }
        notes
    }

    /// The notes on the column that is to be answered.
    pub(super) fn target_notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let names_can_be_labels = self.task() == Task::Classification;
        notes.extend(self.missing_note(names_can_be_labels));
        match self.task() {
            Task::Regression => notes.extend(self.number_notes()),
            Task::Classification if self.profile.numbers.with_zero > 0 => {
                let text = "labels such as 1.0 are read as 1".to_string();
                notes.push(self.note(NoteKind::Format, None, text));
            }
            Task::Classification => {}
        }
        notes
    }

    /// The words that are read as missing values, counted. `may_be_data` says that they could be
    /// names.
    fn missing_note(&self, may_be_data: bool) -> Option<Note> {
        let words = &self.profile.missing;
        let first = words.values().map(|counted| &counted.first);
        let first = first.min_by_key(|example| example.line)?;
        let counted = |counted: &Counted| format!("{:?} {}", counted.first.text, counted.count);
        let list: Vec<String> = words.values().map(counted).collect();
        let count = self.profile.missing_words();
        let (values, are) = if count == 1 {
            ("value", "is")
        } else {
            ("values", "are")
        };
        let advice = match may_be_data {
            true => format!(
                "; --not-missing {:?} keeps such a word as a value",
                first.text
            ),
            false => String::new(),
        };
        let text = format!(
            "{count} {values} {are} read as missing: {}{advice}",
            list.join(", ")
        );
        Some(self.note(NoteKind::Missing, Some(first.line), text))
    }

    fn number_notes(&self) -> Vec<Note> {
        let reading = &self.numbers;
        let read = |example: &Example| reading.format.parse(&example.text);
        let mut notes = Vec::new();
        if let Some(example) = &reading.ambiguous {
            let (other, mark) = match reading.format.decimal_comma {
                true => ("point", "comma"),
                false => ("comma", "point"),
            };
            let text = format!(
                "{:?} is read as {}, with a decimal {mark}; --decimal {other} reads it with a decimal {other}",
                example.text,
                read(example).unwrap_or(f64::NAN)
            );
            notes.push(self.note(NoteKind::Ambiguous, Some(example.line), text));
        } else if let Some(example) = &reading.example {
            let text = format!(
                "{} is read as {}",
                example.text,
                read(example).unwrap_or(f64::NAN)
            );
            notes.push(self.note(NoteKind::Format, Some(example.line), text));
        }
        notes
    }

    fn time_notes(&self, notation: &Notation<'static>) -> Vec<Note> {
        let mut notes = Vec::new();
        let times = &self.profile.times;
        let mut format = |text: String, line| notes.push(self.note(NoteKind::Format, line, text));
        match (notation.time, &times.unusual) {
            (TimeFormat::EpochSeconds, _) => format(
                "numbers are read as seconds since 1970, UTC; --kind NAME=number keeps them numbers"
                    .replace("NAME", self.name),
                None,
            ),
            (TimeFormat::EpochMilliseconds, _) => format(
                "numbers are read as milliseconds since 1970, UTC; --kind NAME=number keeps them numbers"
                    .replace("NAME", self.name),
                None,
            ),
            (_, Some(example)) => {
                if let Some(time) = self.shown_time(&example.text, notation) {
                    let text = format!("{:?} is read as {time}", example.text);
                    format(text, Some(example.line));
                }
            }
            (_, None) if times.compact > 0 => format(
                format!("numbers such as {} are read as dates", self.profile.numbers.least),
                None,
            ),
            _ => {}
        }
        if self.times.count == 0 {
            return notes;
        }
        if let Some(example) = &self.times.ambiguous {
            let (order, other) = match notation.day_first {
                true => ("the day", "false"),
                false => ("the month", "true"),
            };
            let text = format!(
                "no date shows whether day or month comes first; {:?} is read with {order} first, \
                 --day-first {other} reads it the other way",
                example.text
            );
            notes.push(self.note(NoteKind::Ambiguous, Some(example.line), text));
        }
        if let Some([month_first, day_first]) = &self.times.contradiction {
            let text = format!(
                "dates have the month first in {:?} (line {}) and the day first in {:?}; --day-first says which to read",
                month_first.text, month_first.line, day_first.text
            );
            notes.push(self.note(NoteKind::Ambiguous, Some(day_first.line), text));
        }
        notes
    }

    /// Words that look like numbers or times and are read as neither.
    fn unread_note(&self) -> Option<Note> {
        let (profile, values) = (self.profile, self.profile.values);
        let times = &profile.times;
        let kind = NoteKind::Unread;
        let like_times = times.unread + self.times.count;
        if like_times * 2 >= values.max(1) {
            let example = times.first_unread.as_ref().or(times.unusual.as_ref());
            let shown = example.map_or(String::new(), |example| {
                format!(", such as {:?}", example.text)
            });
            let advice = match times.unread {
                0 => format!(
                    "say --kind {}=timestamp, or empty the others",
                    option(self.name)
                ),
                _ => "write them as 2026-02-01T08:30:00".to_string(),
            };
            let text = format!(
                "{like_times} of {values} values look like times and are not read as such{shown}; {advice}"
            );
            return Some(self.note(kind, example.map(|example| example.line), text));
        }
        let like_numbers = profile.numbers.of_any_format();
        let is_known_code = profile.lettered > 0 || self.numbers.count == values;
        if like_numbers * 2 >= values.max(1) && !is_known_code {
            let other = profile
                .not_numbers
                .iter()
                .find(|example| self.numbers.format.parse(&example.text).is_none())
                .or(profile.numbers.first_formatted());
            let shown = other.map_or(String::new(), |other| format!(", {:?} is none", other.text));
            let text = format!(
                "{like_numbers} of {values} values look like numbers{shown}; --kind {}=number reads them as such",
                option(self.name)
            );
            return Some(self.note(kind, other.map(|example| example.line), text));
        }
        None
    }
}
