//! From a column's profile to its type, with the reason and the doubts.

use super::names::{is_named_as_code, is_named_as_time};
use super::profile::{FEW, Profile};
use super::verdict::{Input, Use, Verdict};
use super::words::MissingWords;
use super::{numbers, times};
use crate::notes::{Note, NoteKind};
use model::format::{ColumnKind, Task, TimeFormat};
use model::notation::Notation;
use model::row::boolean;
use model::timestamp::Timestamp;

mod notes;

/// A text column has at least this many words a value on average: a category has one or two.
const WORDS_OF_TEXT: f64 = 2.5;

/// Seconds since 1970 of the years 2000 to 2040, which numbers without a telling name must be.
const OUR_TIME: std::ops::Range<f64> = 946_684_800.0..2_208_988_800.0;

/// Rules for all columns, from the table as a whole and the parameters.
pub struct TableRules<'t> {
    /// Order of day and month, as given.
    pub day_first: Option<bool>,
    /// The decimal mark, as given or inferred from other columns.
    pub decimal_comma: Option<bool>,
    /// The delimiter is a semicolon.
    pub has_semicolons: bool,
    /// Words that stand for a missing value.
    pub missing: &'t MissingWords,
    /// There is one column to learn from.
    pub is_lone: bool,
}

/// A column that is to be judged.
pub struct Judge<'t> {
    name: &'t str,
    profile: &'t Profile,
    rules: &'t TableRules<'t>,
    numbers: numbers::NumberReading,
    times: times::TimeReading,
}

impl<'t> Judge<'t> {
    /// The judge of the column `name`.
    pub fn new(name: &'t str, profile: &'t Profile, rules: &'t TableRules<'t>) -> Judge<'t> {
        Judge {
            name,
            profile,
            rules,
            numbers: profile
                .numbers
                .reading(rules.decimal_comma, rules.has_semicolons),
            times: profile.times.reading(rules.day_first),
        }
    }

    /// Infers the column's use.
    pub fn infer(&self) -> Verdict {
        let profile = self.profile;
        if profile.nested > 0 {
            return Verdict::left_out("it holds arrays or objects");
        }
        if profile.values == 0 {
            return Verdict::left_out("it is empty");
        }
        if self.is_numeric() {
            return self.number();
        }
        if self.is_boolean() {
            return self.input(ColumnKind::Boolean, Notation::default(), "");
        }
        if self.times.count > 0 && self.are_few(profile.values - self.times.count) {
            return self.input(ColumnKind::Timestamp, self.time_notation(), "");
        }
        self.word()
    }

    /// A column that is learnt from although it names each row.
    pub fn kept(&self) -> Verdict {
        let verdict = self.infer();
        let has_values = self.profile.nested == 0 && self.profile.values > 0;
        match verdict.what {
            Use::LeftOut(_) if has_values => {
                self.input(ColumnKind::Category, self.code_notation(), "kept")
            }
            _ => verdict,
        }
    }

    /// A column whose type is given.
    pub fn given(&self, kind: ColumnKind) -> Verdict {
        let notation = match kind {
            ColumnKind::Number => self.number_notation(),
            ColumnKind::Timestamp => match self.numeric_time() {
                Some(time) => Notation {
                    time,
                    ..Notation::default()
                },
                None => self.time_notation(),
            },
            ColumnKind::Category => self.code_notation(),
            ColumnKind::Text | ColumnKind::Boolean => Notation::default(),
        };
        let mut verdict = self.input(kind, notation, "");
        if let Use::Input(input) = &mut verdict.what {
            input.given = true;
        }
        verdict
    }

    /// The column that is to be answered.
    pub fn target(&self) -> Verdict {
        Verdict {
            what: Use::Target,
            reason: String::new(),
            notes: self.target_notes(),
        }
    }

    /// Task for a target with these values: regression for numbers, unless they are a few whole ones.
    pub fn task(&self) -> Task {
        let numbers = &self.profile.numbers;
        let are_whole = self.numbers.format.is_plain() && numbers.whole == numbers.plain;
        let is_quantity = !are_whole || self.profile.distinct.count() > FEW;
        match self.is_numeric() && is_quantity && !self.is_padded() {
            true => Task::Regression,
            false => Task::Classification,
        }
    }

    /// Notation of the target's values.
    pub fn target_notation(&self) -> Notation<'static> {
        Notation {
            missing: Some(self.rules.missing.stored()),
            ..Notation {
                number: self.number_notation().number,
                ..self.code_notation()
            }
        }
    }

    /// True if so many values are few enough to be mistakes.
    fn are_few(&self, others: usize) -> bool {
        others * 20 <= self.profile.values
    }

    /// True if the values are numbers, but for a few. Reading then refuses those by their line,
    /// where a category of thousands of numbers and one `n.a.` would be learnt in silence.
    fn is_numeric(&self) -> bool {
        let (profile, reading) = (self.profile, &self.numbers);
        let is_measured = profile.distinct.count() > FEW;
        // House numbers may have letters.
        let is_lettered = profile.lettered * 100 >= profile.values
            && reading.format.is_plain()
            && profile.numbers.whole == profile.numbers.plain;
        reading.count > 0
            && self.are_few(profile.values - reading.count)
            && (numbers::is_sure_unit(&reading.format.suffix) || is_measured)
            && (profile.lettered == 0 || !is_lettered)
    }

    fn number(&self) -> Verdict {
        let profile = self.profile;
        let numbers = &profile.numbers;
        if let Some(time) = self.numeric_time().filter(|time| self.is_time(*time)) {
            let notation = Notation {
                time,
                ..Notation::default()
            };
            return self.input(ColumnKind::Timestamp, notation, "");
        }
        let are_whole = self.numbers.format.is_plain() && numbers.whole == numbers.plain;
        if are_whole && self.is_padded() {
            return self.code("whole numbers with zeros in front are codes");
        }
        if are_whole && numbers.beyond > 0 {
            return self.code("whole numbers beyond 2^53 are codes");
        }
        // Numbers of the rows are found later, among all values (`doubts::numbering`).
        match are_whole && is_named_as_code(self.name) {
            true if profile.returns() => self.code("whole numbers that return, named as a code"),
            _ => self.input(ColumnKind::Number, self.number_notation(), ""),
        }
    }

    fn code(&self, reason: &str) -> Verdict {
        let profile = self.profile;
        // Codes that hardly return say nothing of a new row.
        match profile.values >= FEW && profile.distinct.count() * 10 > profile.values * 9 {
            true => Verdict::left_out("it names each row"),
            false => self.input(ColumnKind::Category, self.code_notation(), reason),
        }
    }

    /// True if whole numbers have zeros in front: more than a few, or all have as many digits.
    fn is_padded(&self) -> bool {
        let numbers = &self.profile.numbers;
        let have_one_length = numbers
            .digits
            .is_some_and(|digits| digits.least == digits.most && digits.least > 2);
        numbers.padded * 100 > self.profile.values || numbers.padded > 0 && have_one_length
    }

    /// The form of time that the numbers may be: at least 19 of 20.
    fn numeric_time(&self) -> Option<TimeFormat> {
        let times = &self.profile.times;
        let is_most = |count: usize| count > 0 && self.are_few(self.profile.values - count);
        match () {
            () if is_most(times.compact) => Some(TimeFormat::Usual),
            () if is_most(times.epoch[0]) => Some(TimeFormat::EpochSeconds),
            () if is_most(times.epoch[1]) => Some(TimeFormat::EpochMilliseconds),
            () => None,
        }
    }

    /// True if numbers that may be times are: by the column's name, or by their size and spread,
    /// which no count of rows and hardly a code has.
    fn is_time(&self, time: TimeFormat) -> bool {
        let numbers = &self.profile.numbers;
        let scale = match time {
            TimeFormat::EpochMilliseconds => 1000.0,
            _ => 1.0,
        };
        let spread = numbers.greatest - numbers.least;
        let is_epoch_by_shape = numbers.whole == numbers.plain
            && OUR_TIME.contains(&(numbers.least / scale))
            && OUR_TIME.contains(&(numbers.greatest / scale))
            && spread / scale > 86_400.0
            && spread > 10.0 * self.profile.values as f64
            && self.profile.values >= FEW
            && !self.profile.returns()
            && !is_named_as_code(self.name);
        match time {
            TimeFormat::Usual => numbers.whole == numbers.plain,
            _ => is_named_as_time(self.name) || is_epoch_by_shape,
        }
    }

    /// True if all values are words for yes and no, and both sides are there. A letter counts beside
    /// its other side, or beside the word that it begins: `f` and `n` alone are letters.
    fn is_boolean(&self) -> bool {
        let words = &self.profile.booleans;
        let has = |word: &str| words.contains_key(word);
        let fits = |word: &str| match word {
            "t" => has("f") || has("true"),
            "f" => has("t") || has("false"),
            "y" => has("n") || has("yes"),
            "n" => has("y") || has("no"),
            _ => true,
        };
        let has_side = |side: bool| words.keys().any(|word| boolean(word) == Some(side));
        words.values().sum::<usize>() == self.profile.values
            && has_side(true)
            && has_side(false)
            && words.keys().all(|word| fits(word))
    }

    fn word(&self) -> Verdict {
        let profile = self.profile;
        let (words, values) = (profile.words as f64, profile.values as f64);
        let is_each_once = profile.names_every_row();
        // Two words that hardly ever return, such as names of people, are text too.
        let is_rich = words >= 1.5 * values && !profile.returns() && profile.values >= FEW;
        match () {
            () if words >= WORDS_OF_TEXT * values => self.text("several words a value"),
            () if is_rich => self.text("words that hardly return"),
            () if self.rules.is_lone && words >= values => self.text("the only column"),
            () if is_each_once => Verdict::left_out("it names each row"),
            () => self.input(ColumnKind::Category, self.code_notation(), ""),
        }
    }

    fn text(&self, reason: &str) -> Verdict {
        self.input(ColumnKind::Text, Notation::default(), reason)
    }

    fn input(&self, kind: ColumnKind, notation: Notation<'static>, reason: &str) -> Verdict {
        let has_missing = self.profile.empty > 0 || !self.profile.missing.is_empty();
        let words = self.rules.missing;
        let is_stored = match kind {
            ColumnKind::Text => false,
            // A category's words are names unless the file says otherwise.
            ColumnKind::Category => has_missing || !words.is_usual(),
            _ => !words.is_usual(),
        };
        let input = Input {
            kind,
            notation: Notation {
                missing: is_stored.then(|| words.stored()),
                ..notation
            },
            given: false,
        };
        Verdict {
            notes: self.notes(&input),
            what: Use::Input(input),
            reason: reason.to_string(),
        }
    }

    fn number_notation(&self) -> Notation<'static> {
        Notation {
            number: self.numbers.format.clone(),
            ..Notation::default()
        }
    }

    fn code_notation(&self) -> Notation<'static> {
        Notation {
            // JSON does not tell 101 from 101.0, so a table of either must be read like the other.
            whole_codes: self.profile.numbers.whole > 0,
            ..Notation::default()
        }
    }

    fn time_notation(&self) -> Notation<'static> {
        Notation {
            day_first: self.times.day_first,
            time: self.times.format,
            ..Notation::default()
        }
    }

    fn note(&self, kind: NoteKind, line: Option<u64>, text: String) -> Note {
        Note::of_column(self.name, kind, line, text)
    }

    /// A time as a column of this notation reads it, for people.
    fn shown_time(&self, text: &str, notation: &Notation<'_>) -> Option<String> {
        let time = Timestamp::parse_as(text, notation.time, notation.day_first);
        time.map(|time| time.to_string())
    }
}

#[cfg(test)]
mod tests;
