//! Evidence of times in a column: in which form they are written, and which of day and month
//! stands first.

use super::example::Example;
use model::format::TimeFormat;
use model::timestamp::Timestamp;

/// Counts of a column's times.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// Times by each of [`FORMS`].
    counts: [usize; FORMS.len()],
    /// Whole numbers such as `20260201`.
    pub compact: usize,
    /// Numbers that are seconds of the years 1990 to 2100, and milliseconds likewise.
    pub epoch: [usize; 2],
    /// A date that is another day with the day first, in slashes or dashes and in points.
    ambiguous: [Option<Example>; 2],
    /// A date that only one order reads: with the month first, and with the day first.
    telling: [Option<Example>; 2],
    /// A time of a form that is not usual.
    pub unusual: Option<Example>,
    /// Values that look like times and are read by no form, and the first of them.
    pub unread: usize,
    /// The first of them.
    pub first_unread: Option<Example>,
}

/// Forms that text may have: usual ones and others, each with the month or the day first.
const FORMS: [(TimeFormat, bool); 4] = [
    (TimeFormat::Usual, false),
    (TimeFormat::Usual, true),
    (TimeFormat::DayAndMonth, false),
    (TimeFormat::DayAndMonth, true),
];

/// Seconds since 1970 of the years 1990 and 2100.
const EPOCH: std::ops::Range<f64> = 631_152_000.0..4_102_444_800.0;

/// Reading of a column's times, with the evidence for and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeReading {
    /// Their form.
    pub format: TimeFormat,
    /// The day stands before the month.
    pub day_first: bool,
    /// Number of values that are read.
    pub count: usize,
    /// A date that can be read as two days, where nothing decides.
    pub ambiguous: Option<Example>,
    /// A date of each order, where a column has both.
    pub contradiction: Option<[Example; 2]>,
}

impl Times {
    /// Counts text that is no plain number.
    pub fn add(&mut self, line: u64, text: &str) {
        if text.len() > 80 || !text.contains(|c: char| c.is_ascii_digit()) {
            return;
        }
        let example = || Example::new(line, text);
        let parse = |index: usize| {
            let (form, day_first) = FORMS[index];
            Timestamp::parse_as(text, form, day_first)
        };
        // What is usual is read alike with the other forms, which take longer to try.
        let [month_first, day_first] = [parse(0), parse(1)];
        let read = [
            month_first,
            day_first,
            month_first.or_else(|| parse(2)),
            day_first.or_else(|| parse(3)),
        ];
        for (count, time) in self.counts.iter_mut().zip(read) {
            *count += usize::from(time.is_some());
        }
        match [read[2], read[3]] {
            [None, None] => {
                if looks_like_time(text) {
                    self.unread += 1;
                    self.first_unread.get_or_insert_with(example);
                }
            }
            [Some(month_first), Some(day_first)] if month_first != day_first => {
                let is_pointed = usize::from(text.contains('.') && !text.contains(['/', '-']));
                self.ambiguous[is_pointed].get_or_insert_with(example);
            }
            [Some(_), Some(_)] => {}
            [month_first, _] => {
                let order = usize::from(month_first.is_none());
                self.telling[order].get_or_insert_with(example);
            }
        }
        if read[2].or(read[3]).is_some() && !is_iso(text) {
            self.unusual.get_or_insert_with(example);
        }
    }

    /// Counts a plain number.
    pub fn add_number(&mut self, number: f64) {
        let usual = Timestamp::of_number(number, TimeFormat::Usual);
        let is_of_our_time = |time: Timestamp| (1900..2100).contains(&time.year);
        self.compact += usize::from(usual.is_some_and(is_of_our_time));
        self.epoch[0] += usize::from(EPOCH.contains(&number));
        self.epoch[1] += usize::from(EPOCH.contains(&(number / 1000.0)));
    }

    /// The form that reads most of the values; `day_first` is given, or inferred from the dates.
    pub fn reading(&self, day_first: Option<bool>) -> TimeReading {
        let fits = |index: &usize| day_first.is_none_or(|given| FORMS[*index].1 == given);
        let most = (0..FORMS.len())
            .filter(fits)
            .map(|index| self.counts[index])
            .max()
            .unwrap_or(0);
        let mut best = (0..FORMS.len())
            .filter(fits)
            .filter(|index| self.counts[*index] == most);
        let first = best.next().unwrap_or(0);
        let (format, order) = FORMS[first];
        // With both orders as good: points mean the day first, as in nearly all of the world.
        let is_tie = best.any(|index| FORMS[index] == (format, !order));
        let is_pointed = self.ambiguous[0].is_none() && self.ambiguous[1].is_some();
        let ambiguous = self.ambiguous.iter().flatten().next();
        TimeReading {
            format,
            day_first: if is_tie { is_pointed } else { order },
            count: most,
            ambiguous: ambiguous.filter(|_| is_tie && day_first.is_none()).cloned(),
            contradiction: match &self.telling {
                [Some(month_first), Some(day_first)] => {
                    Some([month_first.clone(), day_first.clone()])
                }
                _ => None,
            },
        }
    }
}

/// True if a time is written as ISO 8601 has it, so that nobody wonders how it is read.
fn is_iso(text: &str) -> bool {
    let is_digit = |index: usize| text.as_bytes().get(index).is_some_and(u8::is_ascii_digit);
    let is_dash = |index: usize| text.as_bytes().get(index) == Some(&b'-');
    is_digit(3) && is_dash(4) && is_digit(6) && (text.len() < 10 || is_dash(7) && is_digit(9))
}

/// True if text has the numbers and marks of a date or of a time of day: `12:30`, `31/31/2026`,
/// `5 Mai 2026`.
fn looks_like_time(text: &str) -> bool {
    let runs = |text: &str| -> Vec<usize> {
        let runs = text.split(|c: char| !c.is_ascii_digit());
        runs.map(str::len).filter(|length| *length > 0).collect()
    };
    let is_whole = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || "-/.:, ".contains(c))
    };
    let date = text.split([' ', 'T', ',']).next().unwrap_or_default();
    let lengths = runs(date);
    let is_marked = |mark: char| date.matches(mark).count() == 2;
    let is_sized = lengths.iter().all(|length| matches!(length, 1 | 2 | 4))
        && (lengths.contains(&4) || lengths == [2, 2, 2]);
    let is_date = lengths.len() == 3 && is_sized && ['-', '/', '.'].into_iter().any(is_marked);
    let clock = date.split_once(':').is_some_and(|(hour, rest)| {
        let is_hour = (1..=2).contains(&hour.len()) && hour.bytes().all(|b| b.is_ascii_digit());
        is_hour
            && rest.get(..2).and_then(|two| two.parse::<u32>().ok()) < Some(60)
            && runs(rest)[..1] == [2]
    });
    // A day, the name of a month in some language, and a year.
    let words: Vec<&str> = text
        .split([' ', '-', '.', '/'])
        .filter(|word| !word.is_empty())
        .collect();
    let is_named = (3..=4).contains(&words.len())
        && words.iter().any(|word| {
            word.len() == 4
                && (word.starts_with("19") || word.starts_with("20"))
                && runs(word) == [4]
        })
        && words
            .iter()
            .any(|word| (1..=2).contains(&word.len()) && runs(word) == [word.len()])
        && words
            .iter()
            .any(|word| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic));
    is_whole(text) && (is_date || clock || is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(values: &[&str], given: Option<bool>) -> (Times, TimeReading) {
        let mut times = Times::default();
        (2..)
            .zip(values)
            .for_each(|(line, text)| times.add(line, text));
        let reading = times.reading(given);
        (times, reading)
    }

    #[test]
    fn the_dates_tell_which_stands_first() {
        use TimeFormat::*;
        for (values, format, day_first) in [
            (&["2026-02-01", "2026-02-13 08:30"][..], Usual, false),
            (&["2/1/2026", "2/13/2026"], Usual, false),
            (&["1/2/2026", "13/2/2026"], Usual, true),
            (&["01.02.2026", "13.02.2026"], DayAndMonth, true),
            (&["1-2-26", "2-13-26"], DayAndMonth, false),
            (&["01-FEB-26", "Feb 13, 2026"], Usual, false),
        ] {
            let (_, reading) = reading(values, None);
            assert_eq!((reading.format, reading.count), (format, 2), "{values:?}");
            assert_eq!(reading.day_first, day_first, "{values:?}");
            assert_eq!(reading.ambiguous, None, "{values:?}");
        }
    }

    #[test]
    fn where_they_do_not_tell_it_is_said() {
        let (_, slashes) = reading(&["1/2/2026", "5/5/2026"], None);
        assert!(!slashes.day_first && slashes.ambiguous.is_some());
        let (_, points) = reading(&["01.02.2026"], None);
        assert!(points.day_first && points.ambiguous.is_some());
        let (_, given) = reading(&["01.02.2026"], Some(false));
        assert!(!given.day_first && given.ambiguous.is_none());
        let (_, same) = reading(&["5/5/2026"], None);
        assert_eq!(same.ambiguous, None);
        let (_, both) = reading(&["13/2/2026", "2/14/2026", "13/3/2026"], None);
        assert!(both.day_first && both.count == 2);
        assert_eq!(
            both.contradiction
                .map(|[month, day]| (month.line, day.line)),
            Some((3, 2))
        );
    }

    #[test]
    fn words_that_look_like_times_are_noticed() {
        let like = [
            "12:30",
            "31/31/2026",
            "5 Mai 2026",
            "2026-13-01",
            "1404/13/35",
        ];
        assert_eq!(reading(&like, None).0.unread, like.len());
        let unlike = [
            "A-1",
            "10.0.0.1",
            "room 7",
            "555-0199",
            "ver 2",
            "1:0:x:0:0:0:0:0:9",
            "16:9",
            "1.2.3",
        ];
        assert_eq!(reading(&unlike, None).0.unread, 0);
        let (usual, _) = reading(&["2026-02-01T08:30Z", "2026-02"], None);
        assert!(usual.unusual.is_none());
        let (unusual, _) = reading(&["2026-02-01", "2/1/2026 8:30 PM"], None);
        assert_eq!(unusual.unusual.map(|example| example.line), Some(3));
    }

    #[test]
    fn numbers_may_be_times() {
        let mut times = Times::default();
        [20_260_201.0, 1_751_760_780.0, 1_751_760_780_250.0, 7.0]
            .into_iter()
            .for_each(|number| times.add_number(number));
        assert_eq!((times.compact, times.epoch), (1, [1, 1]));
    }
}
