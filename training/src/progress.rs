//! What is being done, on stderr: a bar that moves on a terminal, a plain line a step in a log.

use crate::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A step in progress; say [`Step::done`] at its end.
pub struct Step {
    name: &'static str,
    bar: ProgressBar,
    began: Instant,
    on_terminal: bool,
    silent: bool,
}

/// Whether and how steps are shown.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Nothing is shown.
    pub quiet: bool,
}

impl Progress {
    /// Begins a step of `length` units; 0 when that is not known.
    pub fn step(&self, name: &'static str, length: u64) -> Step {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = if self.quiet || !on_terminal {
            ProgressBar::hidden()
        } else {
            ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr())
        };
        let template = if length > 0 {
            "{prefix:11} [{bar:30}] {percent:>3}% {msg} (eta {eta})"
        } else {
            "{prefix:11} {spinner} {msg} ({elapsed})"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(name);
        bar.enable_steady_tick(Duration::from_millis(100));
        Step {
            name,
            bar,
            began: Instant::now(),
            on_terminal,
            silent: self.quiet,
        }
    }

    /// A line of its own, above the bars.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            terminal::say(line);
        }
    }
}

impl Step {
    /// So many units are done.
    pub fn advance(&self, units: u64) {
        self.bar.inc(units);
    }

    /// What the step is at.
    pub fn say(&self, message: String) {
        if self.on_terminal {
            self.bar.set_message(terminal::shown(&message).into_owned());
        }
    }

    /// Ends the step with what came of it.
    pub fn done(self, result: &str) {
        self.bar.finish_and_clear();
        if !self.silent {
            let seconds = self.began.elapsed().as_secs_f64();
            terminal::say(&format!("{:11} {result} ({seconds:.1} s)", self.name));
        }
    }
}
