//! The renderer of all commands: headings, facts, tables and checks, as wide as the terminal.

use super::table::{Fit, Table};
use super::text::{Text, Tone};
use std::io::{self, Write};

/// Verdict of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds.
    Holds,
    /// Something to look at.
    Doubt,
    /// It failed.
    Fails,
    /// A fact without a verdict.
    Fact,
}

impl Mark {
    fn text(self) -> Text {
        match self {
            Mark::Holds => Text::toned(Tone::Good, "✓"),
            Mark::Doubt => Text::toned(Tone::Doubt, "!"),
            Mark::Fails => Text::toned(Tone::Bad, "✗"),
            Mark::Fact => Text::toned(Tone::Quiet, "·"),
        }
    }
}

/// A screen, or plain text where there is no terminal.
pub struct Page<W> {
    out: W,
    width: usize,
    in_colour: bool,
    is_empty: bool,
}

impl<W: Write> Page<W> {
    /// A page of so many columns.
    pub fn new(out: W, width: usize, in_colour: bool) -> Page<W> {
        Page {
            out,
            width,
            in_colour,
            is_empty: true,
        }
    }

    /// Columns of the screen; as many as there are numbers where there is none.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Begins a block: its title in bold, with what it is about behind it.
    ///
    /// # Errors
    /// When it cannot be written, as all others.
    pub fn head(&mut self, title: &str, about: impl Into<Text>) -> io::Result<()> {
        if !self.is_empty {
            self.put(&Text::default())?;
        }
        let indent = Text::from(title).width() + 2;
        let about = about.into();
        let mut lines = about.lines(self.width.saturating_sub(indent)).into_iter();
        let first = lines.next().filter(|line| line.width() > 0);
        let title = Text::toned(Tone::Strong, title);
        self.put(&match first {
            Some(first) => title.and(Tone::Plain, "  ").join(first),
            None => title,
        })?;
        for line in lines {
            self.put(&Text::from(" ".repeat(indent)).join(line))?;
        }
        Ok(())
    }

    /// A sentence, wrapped.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, text: impl Into<Text>) -> io::Result<()> {
        for line in text.into().lines(self.width) {
            self.put(&line)?;
        }
        Ok(())
    }

    /// An empty line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn gap(&mut self) -> io::Result<()> {
        self.put(&Text::default())
    }

    /// A table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn table(&mut self, table: &Table) -> io::Result<()> {
        for line in table.lines(self.width) {
            self.put(&line)?;
        }
        Ok(())
    }

    /// Names with what is known of each.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn facts<N: Into<Text>, V: Into<Text>>(
        &mut self,
        facts: impl IntoIterator<Item = (N, V)>,
    ) -> io::Result<()> {
        let mut table = Table::indented(2).text("", Fit::Whole).text("", Fit::Wrap);
        for (name, value) in facts {
            table.row([name.into(), value.into()]);
        }
        self.table(&table)
    }

    /// Checks with their verdicts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn checks<T: Into<Text>>(
        &mut self,
        checks: impl IntoIterator<Item = (Mark, T)>,
    ) -> io::Result<()> {
        let facts = checks.into_iter();
        self.facts(facts.map(|(mark, text)| (mark.text(), text)))
    }

    /// Shows what was written so far.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn put(&mut self, line: &Text) -> io::Result<()> {
        self.is_empty = false;
        writeln!(self.out, "{}", line.render(self.in_colour))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_apart_and_long_facts_wrap_below_themselves() {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, 40, false);
        page.head("Data", "a.csv: 10 rows").unwrap();
        page.facts([
            ("x", "one two three four five six seven eight"),
            ("name", "b"),
        ])
        .unwrap();
        page.head("Checks", "").unwrap();
        page.checks([(Mark::Holds, "yes"), (Mark::Doubt, "look at this")])
            .unwrap();
        let expected = "Data  a.csv: 10 rows\n  x     one two three four five six\n        seven \
                        eight\n  name  b\n\nChecks\n  ✓  yes\n  !  look at this\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn colour_is_added_and_changes_nothing_else() {
        let mut out = Vec::new();
        let mut page = Page::new(&mut out, 80, true);
        page.head("Data", "x").unwrap();
        page.checks([(Mark::Fails, "no")]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("\u{1b}[1mData\u{1b}[0m  x\n"), "{text:?}");
        assert_eq!(console::strip_ansi_codes(&text), "Data  x\n  ✗  no\n");
    }
}
