//! Tables that fit the width of a terminal.

use super::text::{Text, Tone};

/// Columns between two columns of a table.
const GAP: usize = 2;

/// Least width of a column that is cut or wrapped.
const LEAST: usize = 12;

/// Width down to which text is wrapped before other columns are left out.
const ROOMY: usize = 44;

/// Fate of a column where the table is too wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It stays as it is.
    Whole,
    /// Its cells end in `…`.
    Cut,
    /// Its cells go on in the next line.
    Wrap,
    /// It is left out; of several the one with the greatest number first.
    Spare(u8),
}

/// A column of a table.
#[derive(Clone, Debug)]
struct Heading {
    title: String,
    is_figure: bool,
    fit: Fit,
}

/// Rows of cells below headings.
#[derive(Clone, Debug, Default)]
pub struct Table {
    indent: usize,
    headings: Vec<Heading>,
    rows: Vec<Vec<Text>>,
}

impl Table {
    /// An empty table, so many columns from the left.
    pub fn indented(indent: usize) -> Table {
        Table {
            indent,
            ..Table::default()
        }
    }

    /// With a column of text more.
    pub fn text(self, title: &str, fit: Fit) -> Table {
        self.column(title, false, fit)
    }

    /// With a column of figures more, which end at the same place.
    pub fn figure(self, title: &str, fit: Fit) -> Table {
        self.column(title, true, fit)
    }

    fn column(mut self, title: &str, is_figure: bool, fit: Fit) -> Table {
        self.headings.push(Heading {
            title: title.to_string(),
            is_figure,
            fit,
        });
        self
    }

    /// Adds a row, a cell for each column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Text>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines, none wider than `width` as far as columns that stay whole allow; a heading line
    /// only where a column has a title.
    pub fn lines(&self, width: usize) -> Vec<Text> {
        let (shown, widths) = self.layout(width);
        let has_titles = shown.iter().any(|at| !self.headings[*at].title.is_empty());
        let titles = self.headings.iter().map(|heading| {
            let title = heading.title.as_str();
            Text::toned(Tone::Quiet, title)
        });
        let titles: Vec<Text> = titles.collect();
        let heads = has_titles.then_some(&titles);
        let rows = heads.into_iter().chain(&self.rows);
        rows.flat_map(|cells| self.row_lines(cells, &shown, &widths))
            .collect()
    }

    /// The columns that are shown, with their widths.
    fn layout(&self, width: usize) -> (Vec<usize>, Vec<usize>) {
        let natural: Vec<usize> = (0..self.headings.len())
            .map(|at| self.natural(at))
            .collect();
        let mut shown: Vec<usize> = (0..self.headings.len()).collect();
        loop {
            let widths: Vec<usize> = shown.iter().map(|at| natural[*at]).collect();
            let rank = |at: usize| match self.headings[at].fit {
                Fit::Spare(rank) => Some(rank),
                Fit::Whole | Fit::Cut | Fit::Wrap => None,
            };
            let spare = (0..shown.len()).filter(|place| rank(shown[*place]).is_some());
            let last = spare.max_by_key(|place| rank(shown[*place]));
            // A comfortable width for text first; below it, other columns are worth less.
            let least = if last.is_some() { ROOMY } else { LEAST };
            let widths = self.shrunk(&shown, widths, width, least);
            match last {
                Some(place) if self.total(&widths) > width => drop(shown.remove(place)),
                _ => return (shown, widths),
            }
        }
    }

    /// Width of the widest cell of a column.
    fn natural(&self, at: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(at));
        let widest = cells.map(Text::width).max().unwrap_or(0);
        widest.max(Text::from(self.headings[at].title.as_str()).width())
    }

    fn total(&self, widths: &[usize]) -> usize {
        self.indent + widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
    }

    /// Takes from the widest columns that may shrink, down to `least`, what is too much for `width`.
    fn shrunk(
        &self,
        shown: &[usize],
        mut widths: Vec<usize>,
        width: usize,
        least: usize,
    ) -> Vec<usize> {
        while self.total(&widths) > width {
            let over = self.total(&widths) - width;
            let can_shrink = |place: &usize| {
                let fit = self.headings[shown[*place]].fit;
                matches!(fit, Fit::Cut | Fit::Wrap) && widths[*place] > least
            };
            let places = (0..shown.len()).filter(can_shrink);
            let Some(place) = places.max_by_key(|place| widths[*place]) else {
                break;
            };
            widths[place] = widths[place].saturating_sub(over).max(least);
        }
        widths
    }

    fn row_lines(&self, cells: &[Text], shown: &[usize], widths: &[usize]) -> Vec<Text> {
        let cell = |place: usize| -> Vec<Text> {
            let at = shown[place];
            let cell = cells.get(at).cloned().unwrap_or_default();
            match self.headings[at].fit {
                Fit::Wrap => cell.lines(widths[place]),
                Fit::Cut => vec![cell.cut(widths[place])],
                Fit::Whole | Fit::Spare(_) => vec![cell],
            }
        };
        let columns: Vec<Vec<Text>> = (0..shown.len()).map(cell).collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        let last = |line: usize| {
            let has_text = |lines: &Vec<Text>| lines.get(line).is_some_and(|of| of.width() > 0);
            columns.iter().rposition(has_text).map_or(0, |at| at + 1)
        };
        let blank = |count: usize| " ".repeat(count);
        (0..height)
            .map(|line| {
                let mut text = Text::from(blank(self.indent));
                for place in 0..last(line) {
                    let piece = columns[place].get(line).cloned().unwrap_or_default();
                    let rest = widths[place].saturating_sub(piece.width());
                    let gap = if place + 1 == last(line) { 0 } else { GAP };
                    text = match self.headings[shown[place]].is_figure {
                        true => text.and(Tone::Plain, blank(rest)).join(piece),
                        false if gap == 0 => text.join(piece),
                        false => text.join(piece).and(Tone::Plain, blank(rest)),
                    }
                    .and(Tone::Plain, blank(gap));
                }
                text
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::indented(2)
            .text("name", Fit::Cut)
            .figure("mean", Fit::Whole)
            .text("reason", Fit::Wrap)
            .text("picture", Fit::Spare(0));
        let row = [
            "a name that is long",
            "0.5",
            "because it is so, and not otherwise",
            "▁▂▃",
        ];
        table.row(row.map(Text::from));
        table.row(["b", "10.25", "short", ""].map(Text::from));
        table
    }

    fn lines(width: usize) -> Vec<String> {
        let lines = table().lines(width);
        lines.iter().map(|line| line.render(false)).collect()
    }

    #[test]
    fn a_wide_screen_shows_all_and_a_pipe_is_as_wide_as_needed() {
        let expected = [
            "  name                  mean  reason                               picture",
            "  a name that is long    0.5  because it is so, and not otherwise  ▁▂▃",
            "  b                    10.25  short",
        ];
        assert_eq!(lines(usize::MAX), expected);
        assert_eq!(lines(80), expected);
    }

    #[test]
    fn a_narrow_screen_loses_pictures_then_cuts_and_wraps() {
        assert_eq!(
            lines(50),
            [
                "  name                  mean  reason",
                "  a name that is long    0.5  because it is so,",
                "                              and not otherwise",
                "  b                    10.25  short",
            ]
            .map(|line| line.to_string())
        );
        for width in [40, 44, 60, 70] {
            let widest = table().lines(width).iter().map(Text::width).max();
            assert!(widest.unwrap_or(0) <= width, "{width}: {:?}", lines(width));
        }
        assert!(lines(40)[1].contains('…'), "{:?}", lines(40));
    }
}
