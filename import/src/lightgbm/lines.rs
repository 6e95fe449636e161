//! Lines and blocks of LightGBM's text format.

use anyhow::{Result, bail};

/// The lines of a file, read once from the start.
pub struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
    /// The line that begins the next tree, once it is read.
    tree: Option<usize>,
    is_end: bool,
}

/// Lines of the form `name=value`, up to an empty line.
pub struct Block<'a> {
    /// Number of its first line, from 1.
    pub line: usize,
    entries: Vec<(&'a str, &'a str)>,
}

/// Most lines of a block; LightGBM writes about 25.
const MAX_ENTRIES: usize = 200;

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Lines<'a> {
        Lines {
            rest: text.lines().enumerate(),
            tree: None,
            is_end: false,
        }
    }

    /// The next line.
    pub fn next(&mut self) -> Option<&'a str> {
        self.rest.next().map(|(_, line)| line)
    }

    /// The lines up to the next empty one, or the next tree.
    ///
    /// # Errors
    /// When there are more than any library writes.
    pub fn block(&mut self) -> Result<Block<'a>> {
        let mut block = Block {
            line: 0,
            entries: Vec::new(),
        };
        for (index, line) in self.rest.by_ref() {
            if block.line == 0 {
                block.line = index + 1;
            }
            if line.starts_with("Tree=") {
                self.tree = Some(index + 1);
                break;
            }
            if line.is_empty() {
                break;
            }
            if block.entries.len() == MAX_ENTRIES {
                bail!("line {}: an empty line was expected before it", index + 1);
            }
            block
                .entries
                .push(line.split_once('=').unwrap_or((line, "")));
        }
        Ok(block)
    }

    /// The lines of the next tree; `None` after the last.
    ///
    /// # Errors
    /// When the file ends before the line `end of trees`.
    pub fn next_tree(&mut self) -> Result<Option<Block<'a>>> {
        while self.tree.is_none() && !self.is_end {
            match self.rest.next() {
                Some((index, line)) if line.starts_with("Tree=") => self.tree = Some(index + 1),
                Some((_, "end of trees")) => self.is_end = true,
                Some((_, "")) => {}
                Some((index, line)) => {
                    let start: String = line.chars().take(40).collect();
                    bail!(
                        "line {}: {start:?} stands where Tree= or end of trees was expected",
                        index + 1
                    );
                }
                None => bail!("it ends without the line \"end of trees\": the file is cut off"),
            }
        }
        match self.tree.take() {
            None => Ok(None),
            Some(line) => Ok(Some(Block {
                line,
                ..self.block()?
            })),
        }
    }
}

impl<'a> Block<'a> {
    /// The value of this name.
    pub fn find(&self, name: &str) -> Option<&'a str> {
        let mut entries = self.entries.iter();
        entries
            .find(|entry| entry.0 == name)
            .map(|entry| entry.1.trim())
    }

    /// True if there is a line of this name, also without a value.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The number of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T> {
        let Some(text) = self.find(name) else {
            bail!("{name} is missing after line {}", self.line);
        };
        match text.parse() {
            Ok(number) => Ok(number),
            Err(_) => bail!("{name}={text} is no number"),
        }
    }

    /// The numbers of this name, of which there must be so many.
    ///
    /// # Errors
    /// When there are others.
    pub fn numbers<T: std::str::FromStr>(&self, name: &str, count: usize) -> Result<Vec<T>> {
        let Some(text) = self.find(name) else {
            bail!("{name} is missing");
        };
        let mut numbers = Vec::with_capacity(count.min(text.len()));
        for word in text.split_ascii_whitespace() {
            match word.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => bail!("{name} has {word:?}, which is no number of its kind"),
            }
        }
        if numbers.len() != count {
            bail!(
                "{name} has {} numbers; {count} were expected",
                numbers.len()
            );
        }
        Ok(numbers)
    }
}
