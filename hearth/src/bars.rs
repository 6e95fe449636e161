//! Progress on stderr: a moving bar on a terminal, a plain line for each step in a log.

use crate::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use progress::{Progress, Step};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// A step with its bar.
struct Bar {
    name: &'static str,
    bar: ProgressBar,
    began: Instant,
    on_terminal: bool,
    silent: bool,
}

/// Shows steps on stderr.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// Nothing is shown.
    pub quiet: bool,
}

impl Progress for Bars {
    fn step(&self, name: &'static str, length: u64) -> Box<dyn Step> {
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
        Box::new(Bar {
            name,
            bar,
            began: Instant::now(),
            on_terminal,
            silent: self.quiet,
        })
    }

    fn note(&self, line: &str) {
        if !self.quiet {
            terminal::say(line);
        }
    }
}

impl Step for Bar {
    fn advance(&self, units: u64) {
        self.bar.inc(units);
    }

    fn say(&self, message: String) {
        if self.on_terminal {
            self.bar.set_message(terminal::shown(&message).into_owned());
        }
    }

    fn done(self: Box<Self>, result: &str) {
        self.bar.finish_and_clear();
        if !self.silent {
            let seconds = self.began.elapsed().as_secs_f64();
            terminal::say(&format!("{:11} {result} ({seconds:.1} s)", self.name));
        }
    }
}
