//! Numbers as people and programs write them: `7,5`, `1,234.50`, `$12`, `23 %`.

use std::borrow::Cow;

/// Separator of groups of three digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Nothing.
    #[default]
    None,
    /// `1,234`.
    Comma,
    /// `1.234`.
    Point,
    /// `1 234`, with any blank.
    Blank,
    /// `1'234`, also with the typographic apostrophe.
    Apostrophe,
}

impl Grouping {
    /// All of them, in the order of their codes.
    pub const ALL: [Grouping; 5] = [
        Grouping::None,
        Grouping::Comma,
        Grouping::Point,
        Grouping::Blank,
        Grouping::Apostrophe,
    ];

    /// The number that stands for it in the file.
    pub fn code(self) -> u32 {
        self as u32
    }

    /// The grouping of a code; `None` if the code is unknown.
    pub fn from_code(code: u32) -> Option<Grouping> {
        Grouping::ALL.get(code as usize).copied()
    }

    fn is(self, character: char) -> bool {
        match self {
            Grouping::None => false,
            Grouping::Comma => character == ',',
            Grouping::Point => character == '.',
            Grouping::Blank => character.is_whitespace(),
            Grouping::Apostrophe => matches!(character, '\'' | '\u{2019}'),
        }
    }
}

/// Format of numbers as text. The default is that of programs: `-1234.5e-3`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat<'a> {
    /// The decimal mark is a comma, not a point.
    pub decimal_comma: bool,
    /// Separator of groups of digits; numbers without groups are read as well.
    pub grouping: Grouping,
    /// Optional text in front of a number, such as `$`.
    pub prefix: Cow<'a, str>,
    /// Optional text behind a number, such as `%`.
    pub suffix: Cow<'a, str>,
}

impl NumberFormat<'_> {
    /// True if it is that of programs.
    pub fn is_plain(&self) -> bool {
        !self.decimal_comma
            && self.grouping == Grouping::None
            && self.prefix.is_empty()
            && self.suffix.is_empty()
    }

    /// The finite number that trimmed text is; `None` if it is none. The sign stands in front of the
    /// prefix or behind it, or parentheses stand for a minus as accountants write it.
    pub fn parse(&self, text: &str) -> Option<f64> {
        let number = match self.is_plain() {
            true => text.parse().ok(),
            false => self.parse_formatted(text),
        };
        number.filter(|number: &f64| number.is_finite())
    }

    fn parse_formatted(&self, text: &str) -> Option<f64> {
        let in_parentheses = text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        let (text, is_in_parentheses) = match in_parentheses {
            Some(inner) => (inner.trim(), true),
            None => (text, false),
        };
        let (text, before) = sign(text);
        let text = text
            .strip_prefix(&*self.prefix)
            .unwrap_or(text)
            .trim_start();
        let (text, behind) = sign(text);
        let text = text.strip_suffix(&*self.suffix).unwrap_or(text).trim_end();
        let signs = [is_in_parentheses.then_some(true), before, behind];
        let mut given = signs.into_iter().flatten();
        let (is_negative, second) = (given.next().unwrap_or(false), given.next());
        if second.is_some() {
            return None;
        }
        let number: f64 = self.plain(text)?.parse().ok()?;
        Some(if is_negative { -number } else { number })
    }

    /// Unsigned digits with marks as programs write them.
    fn plain(&self, text: &str) -> Option<String> {
        let decimal = if self.decimal_comma { ',' } else { '.' };
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let (whole, fraction) = match mantissa.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(fraction.unwrap_or_default()) {
            return None;
        }
        let mut plain = String::with_capacity(text.len() + 1);
        if are_digits(whole) {
            plain.push_str(whole);
        } else {
            // Groups of three, or two before the last as in India; none begins a number with 0.
            let groups: Vec<&str> = whole.split(|c| self.grouping.is(c)).collect();
            let (first, rest) = groups.split_first()?;
            let (last, middle) = rest.split_last()?;
            let is_grouped = (1..=3).contains(&first.len())
                && !first.starts_with('0')
                && last.len() == 3
                && middle.iter().all(|group| (2..=3).contains(&group.len()))
                && groups.iter().all(|group| are_digits(group));
            if !is_grouped {
                return None;
            }
            groups.iter().for_each(|group| plain.push_str(group));
        }
        if whole.is_empty() && fraction.unwrap_or_default().is_empty() {
            return None;
        }
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        plain.push_str(exponent);
        Some(plain)
    }
}

/// Text without a sign in front, and whether that is a minus.
fn sign(text: &str) -> (&str, Option<bool>) {
    for (mark, is_minus) in [('-', true), ('\u{2212}', true), ('+', false)] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (rest.trim_start(), Some(is_minus));
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(
        decimal_comma: bool,
        grouping: Grouping,
        prefix: &'static str,
        suffix: &'static str,
    ) -> NumberFormat<'static> {
        NumberFormat {
            decimal_comma,
            grouping,
            prefix: prefix.into(),
            suffix: suffix.into(),
        }
    }

    #[test]
    fn numbers_are_read_by_their_format() {
        let german = format(true, Grouping::Point, "", "");
        let english = format(false, Grouping::Comma, "$", "");
        let swiss = format(false, Grouping::Apostrophe, "CHF", "");
        let french = format(true, Grouping::Blank, "", "€");
        let percent = format(false, Grouping::None, "", "%");
        for (format, text, number) in [
            (&german, "7,5", 7.5),
            (&german, "1.234.567,25", 1_234_567.25),
            (&german, "-0,5", -0.5),
            (&german, "12", 12.0),
            (&german, "1,5e3", 1500.0),
            (&english, "$1,234.50", 1234.5),
            (&english, "-$12", -12.0),
            (&english, "$-12", -12.0),
            (&english, "($1,200.00)", -1200.0),
            (&english, "12,34,567", 1_234_567.0),
            (&english, ".5", 0.5),
            (&swiss, "CHF 1'234.50", 1234.5),
            (&french, "1\u{202f}234,5 €", 1234.5),
            (&percent, "23%", 23.0),
            (&percent, "23.5 %", 23.5),
            (&percent, "\u{2212}4", -4.0),
        ] {
            assert_eq!(format.parse(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_another_format_writes_is_refused() {
        let german = format(true, Grouping::None, "", "");
        let english = format(false, Grouping::Comma, "$", "");
        for (format, text) in [
            (&german, "7.5"),
            (&german, "1.234,5"),
            (&german, ""),
            (&german, ","),
            (&german, "e5"),
            (&english, "1,23"),
            (&english, "0,123"),
            (&english, "1,,234"),
            (&english, "1234,567"),
            (&english, "--1"),
            (&english, "(-1)"),
            (&english, "€1"),
            (&english, "$"),
            (&english, "inf"),
        ] {
            assert_eq!(format.parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            number in -1e12f64..1e12,
            decimals in 0usize..6,
            decimal_comma in any::<bool>(),
            grouping in 0u32..5,
            with_affixes in any::<bool>(),
        ) {
            let grouping = Grouping::from_code(grouping).unwrap();
            let decimal = if decimal_comma { ',' } else { '.' };
            prop_assume!(!grouping.is(decimal));
            let mark = [' ', ',', '.', '\u{a0}', '\''][grouping.code() as usize];
            let plain = format!("{:.decimals$}", number.abs());
            let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
            let mut text = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at) % 3 == 0 && grouping != Grouping::None {
                    text.push(mark);
                }
                text.push(digit);
            }
            if decimals > 0 {
                text.push(decimal);
                text.push_str(fraction);
            }
            let (prefix, suffix) = if with_affixes { ("US$", "p.a.") } else { ("", "") };
            let sign = if number < 0.0 { "-" } else { "" };
            let written = format!("{sign}{prefix}{text}{suffix}");
            let read = format(decimal_comma, grouping, prefix, suffix).parse(&written);
            let expected: f64 = format!("{sign}{plain}").parse().unwrap();
            prop_assert_eq!(read, Some(expected), "{}", written);
        }

        #[test]
        fn any_text_is_a_finite_number_or_none(text in "[0-9.,' e+()$-]{0,12}", code in 0u32..5) {
            let grouping = Grouping::from_code(code).unwrap();
            for decimal_comma in [false, true] {
                let read = format(decimal_comma, grouping, "$", "").parse(&text);
                prop_assert!(read.is_none_or(f64::is_finite));
            }
        }
    }
}
