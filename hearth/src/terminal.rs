//! Text for a person: names, labels and messages come from data, and a terminal obeys what control
//! characters in them say. They are shown as JSON writes them, `\\u001b`, so that JSON stays JSON.
//!
//! [`page()`] is where commands print for people: [`page`](mod@page) has blocks, facts, [`table`]s and
//! checks of [`text`] in tones, cut to the width of the terminal and in colour only there (`NO_COLOR` turns
//! colour off). [`out`] takes text and JSON as they are. [`units`] writes sizes and times.

mod escape;
pub mod page;
pub mod table;
pub mod text;
pub mod units;

pub use escape::{Shown, shown};

use anyhow::Result;
use console::Term;
use page::Page;
use serde::Serialize;
use std::io::{self, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// `--quiet` was given. It holds for the whole program and is set once, before a command runs.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Has [`page()`], [`say`] and progress show nothing.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// True after [`be_quiet`].
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// [`page()`], or one that shows nothing where the result is printed as JSON.
pub fn page_unless(is_json: bool) -> Page<Box<dyn Write>> {
    match is_json {
        true => Page::new(Box::new(io::sink()), usize::MAX, false),
        false => page(),
    }
}

/// Standard output as a page: as wide as the terminal and in colour, or plain where it is none; with
/// `--quiet` nothing.
pub fn page() -> Page<Box<dyn Write>> {
    let terminal = Term::stdout();
    let out: Box<dyn Write> = match is_quiet() {
        true => Box::new(io::sink()),
        false => Box::new(io::stdout()),
    };
    let width = terminal.size_checked().map(|(_, columns)| columns.into());
    let is_terminal = console::user_attended();
    let width = match (is_terminal, width) {
        (false, _) => usize::MAX,
        // A terminal that does not know its size.
        (true, None | Some(0)) => 80,
        (true, Some(width)) => width,
    };
    Page::new(out, width, is_terminal && console::colors_enabled())
}

/// Standard output for a person, or as JSON. Answers of `hearth predict` go past it where they are
/// not written to a terminal.
pub fn out() -> Shown<StdoutLock<'static>> {
    Shown(io::stdout().lock())
}

/// Writes a value as indented JSON, with a line end.
///
/// # Errors
/// When it cannot be written.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Writes a message to standard error; with `--quiet` nothing.
pub fn say(line: &str) {
    if !is_quiet() {
        complain(line);
    }
}

/// Writes an error to standard error.
pub fn complain(line: &str) {
    eprintln!("{}", shown(line));
}
