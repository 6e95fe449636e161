//! A line of a screen: pieces of text, each in a tone.

use super::escape::shown;
use console::{Style, measure_text_width};

/// Meaning of a piece of text; the terminal's colours are chosen here and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// A heading, or what was chosen.
    Strong,
    /// Units, headings of columns and other text that may be skipped.
    Quiet,
    /// A command, a file or another name.
    Name,
    /// Something that holds, or is better and not by chance.
    Good,
    /// Something to look at.
    Doubt,
    /// Something that failed, or is worse and not by chance.
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        let style = Style::new().force_styling(true);
        match self {
            Tone::Plain => style,
            Tone::Strong => style.bold(),
            Tone::Quiet => style.dim(),
            Tone::Name => style.cyan(),
            Tone::Good => style.green(),
            Tone::Doubt => style.yellow(),
            Tone::Bad => style.red(),
        }
    }
}

/// Text in one line. Control characters of its pieces are shown and never obeyed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(Tone, String)>,
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Text {
        Text::toned(Tone::Plain, text)
    }
}

impl Text {
    /// Text in one tone.
    pub fn toned(tone: Tone, text: impl Into<String>) -> Text {
        Text::default().and(tone, text)
    }

    /// With more text behind it.
    pub fn and(mut self, tone: Tone, text: impl Into<String>) -> Text {
        let text = one_line(&text.into());
        if !text.is_empty() {
            self.pieces.push((tone, text));
        }
        self
    }

    /// With the pieces of `other` behind its own.
    pub fn join(mut self, other: Text) -> Text {
        self.pieces.extend(other.pieces);
        self
    }

    /// Columns that it takes on a terminal.
    pub fn width(&self) -> usize {
        let widths = self.pieces.iter().map(|(_, text)| measure_text_width(text));
        widths.sum()
    }

    /// At most so many columns of it, the last being `…` where some are left out.
    pub fn cut(self, width: usize) -> Text {
        if self.width() <= width {
            return self;
        }
        let mut left = width.saturating_sub(1);
        let mut kept = Vec::new();
        for (tone, letter) in self.letters() {
            let takes = measure_text_width(letter.encode_utf8(&mut [0; 4]));
            if takes > left {
                kept.push((tone, '…'));
                break;
            }
            left -= takes;
            kept.push((tone, letter));
        }
        Text::of_letters(&kept)
    }

    /// Lines of at most so many columns, broken at blanks; a longer word stays whole, so that it can
    /// be copied.
    pub fn lines(&self, width: usize) -> Vec<Text> {
        if self.width() <= width {
            return vec![self.clone()];
        }
        let letters = self.letters();
        let mut lines: Vec<Text> = Vec::new();
        let (mut line, mut used): (&[(Tone, char)], usize) = (&[], 0);
        let mut start = 0;
        for word in letters.split_inclusive(|(_, letter)| *letter == ' ') {
            let least = Text::of_letters(trimmed(word)).width();
            if used > 0 && used + least > width {
                lines.push(Text::of_letters(trimmed(line)));
                start += line.len();
                (line, used) = (&[], 0);
            }
            let length = line.len() + word.len();
            line = &letters[start..start + length];
            used += Text::of_letters(word).width();
        }
        lines.push(Text::of_letters(trimmed(line)));
        lines
    }

    /// As bytes for a terminal, in colour where that is wanted.
    pub fn render(&self, in_colour: bool) -> String {
        let piece = |(tone, text): &(Tone, String)| match in_colour && *tone != Tone::Plain {
            true => tone.style().apply_to(text).to_string(),
            false => text.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }

    fn letters(&self) -> Vec<(Tone, char)> {
        let pieces = self.pieces.iter();
        pieces
            .flat_map(|(tone, text)| text.chars().map(|letter| (*tone, letter)))
            .collect()
    }

    fn of_letters(letters: &[(Tone, char)]) -> Text {
        let same = letters.chunk_by(|a, b| a.0 == b.0);
        let pieces = same.map(|letters| {
            let text = letters.iter().map(|(_, letter)| letter).collect();
            (letters[0].0, text)
        });
        Text {
            pieces: pieces.collect(),
        }
    }
}

fn trimmed(letters: &[(Tone, char)]) -> &[(Tone, char)] {
    let end = letters.iter().rposition(|(_, letter)| *letter != ' ');
    &letters[..end.map_or(0, |end| end + 1)]
}

/// Text that stays in its line.
fn one_line(text: &str) -> String {
    shown(text).replace('\n', "\\n").replace('\t', "\\t")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tones_are_colours_only_where_they_are_wanted() {
        let text = Text::toned(Tone::Strong, "Data").and(Tone::Plain, " a\tb\u{1b}[31m");
        assert_eq!(text.render(false), "Data a\\tb\\u001b[31m");
        assert_eq!(text.render(true), "\u{1b}[1mData\u{1b}[0m a\\tb\\u001b[31m");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let text = Text::from("日本語");
        assert_eq!((text.width(), text.clone().cut(5).width()), (6, 5));
        assert_eq!(text.cut(5).render(false), "日本…");
    }

    #[test]
    fn lines_break_at_blanks_and_keep_long_words() {
        let text = Text::from("one two").and(Tone::Good, " three-and-four five");
        let lines: Vec<String> = text.lines(9).iter().map(|of| of.render(false)).collect();
        assert_eq!(lines, ["one two", "three-and-four", "five"]);
    }

    proptest! {
        #[test]
        fn no_line_is_longer_and_no_word_is_lost(
            words in prop::collection::vec("[a-zé日]{1,6}", 1..30),
            width in 12usize..40,
        ) {
            let text = Text::from(words.join(" "));
            let lines = text.lines(width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let all: Vec<String> = lines.iter().map(|line| line.render(false)).collect();
            prop_assert_eq!(all.join(" "), words.join(" "));
            prop_assert!(text.cut(width).width() <= width);
        }
    }
}
