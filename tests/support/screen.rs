//! A pseudo-terminal: what a person sees of a program, and how wide it is.

use std::fs::File;
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::binary;

/// Rows of a screen.
const ROWS: u16 = 40;

/// Result of a program on a screen.
#[derive(Debug)]
pub struct Seen {
    /// Exit status.
    pub status: ExitStatus,
    /// All bytes that it wrote, escape sequences included.
    pub raw: String,
}

/// Runs `hearth` in `folder` on a screen of so many columns.
///
/// # Panics
///
/// If there is no pseudo-terminal, or it does not start.
#[track_caller]
pub fn on_screen(
    columns: u16,
    folder: impl AsRef<Path>,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Seen {
    let (screen, terminal) = pair(columns);
    let copy = || Stdio::from(terminal.try_clone().expect("a file can be cloned"));
    let mut command = Command::new(binary("hearth"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(copy())
        .stderr(copy());
    let mut child = command.spawn().expect("hearth starts");
    // The screen ends with the last who may write to it.
    drop((command, terminal));
    let mut raw = Vec::new();
    let mut screen = File::from(screen);
    let mut block = [0; 4096];
    // Linux says that a terminal without writers has an error.
    while let Ok(count @ 1..) = screen.read(&mut block) {
        raw.extend(&block[..count]);
    }
    let status = child.wait().expect("hearth ends");
    let raw = String::from_utf8(raw).expect("a screen shows text");
    Seen { status, raw }
}

impl Seen {
    /// Asserts that the program succeeded and that no line is wider than the screen.
    ///
    /// # Panics
    ///
    /// If it failed, or a line is wider.
    #[track_caller]
    pub fn assert_fits(&self, columns: u16) {
        assert!(self.status.success(), "{}", self.raw);
        for line in self.lines() {
            let width = line.chars().count();
            assert!(
                width <= usize::from(columns),
                "{width} of {columns}: {line:?}"
            );
        }
    }

    /// The lines as they stay on the screen, without colour and without what was overwritten.
    pub fn lines(&self) -> Vec<String> {
        let text = without_escapes(&self.raw);
        let last = |line: &str| {
            let line = line.trim_end_matches('\r');
            line.rsplit('\r').next().unwrap_or_default().to_string()
        };
        text.split('\n').map(last).collect()
    }

    /// The lines that stay on the screen as one, where it does not matter how they are wrapped.
    pub fn text(&self) -> String {
        let lines = self.lines().join(" ");
        lines.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Every line that was drawn, those of progress included.
    pub fn frames(&self) -> Vec<String> {
        let text = without_escapes(&self.raw);
        let frames = text.split(['\r', '\n']).map(|frame| frame.trim_end());
        frames
            .filter(|frame| !frame.is_empty())
            .map(String::from)
            .collect()
    }
}

/// `text` without the escape sequences that move, clear and colour.
fn without_escapes(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        kept.push_str(before);
        let end = sequence.find(|c: char| c.is_ascii_alphabetic());
        rest = end.map_or("", |end| &sequence[end + 1..]);
    }
    kept + rest
}

/// Both ends of a pseudo-terminal.
fn pair(columns: u16) -> (OwnedFd, OwnedFd) {
    let (mut screen, mut terminal) = (0, 0);
    let size = libc::winsize {
        ws_row: ROWS,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: both numbers are written to, the name and the settings may be null, and the size is read.
    let opened = unsafe {
        libc::openpty(
            &mut screen,
            &mut terminal,
            std::ptr::null_mut(),
            std::ptr::null(),
            &size,
        )
    };
    assert_eq!(opened, 0, "a pseudo-terminal opens");
    // SAFETY: both were just opened and belong to nobody else.
    unsafe {
        // The program gets its copies by number; this end is not for it.
        libc::fcntl(screen, libc::F_SETFD, libc::FD_CLOEXEC);
        libc::fcntl(terminal, libc::F_SETFD, libc::FD_CLOEXEC);
        (OwnedFd::from_raw_fd(screen), OwnedFd::from_raw_fd(terminal))
    }
}
