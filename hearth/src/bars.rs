//! Progress on standard error: one moving line for each step on a terminal; in a log a plain line at the
//! end of a step, and now and then before.

use crate::terminal::{self, units};
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use progress::{Progress, Step};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two lines of a step in a log.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// Time that a step runs, and share of it that is done, before its rate says when it ends.
const RATE_AFTER: (Duration, f64) = (Duration::from_secs(2), 0.05);

/// A step with its bar.
struct Bar {
    name: &'static str,
    bar: ProgressBar,
    began: Instant,
    expected: Arc<Mutex<Option<Duration>>>,
    last_line: Mutex<Instant>,
    shows: Shows,
}

/// The place of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    Nowhere,
    OnTerminal { stays: bool },
    InLog,
}

/// Shows steps on standard error.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// Nothing is shown.
    pub quiet: bool,
    /// On a terminal, the result of a step stays when the step has ended. Left out where the command
    /// prints it itself.
    pub stays: bool,
}

impl Bars {
    /// Bars of a command that prints its results itself.
    pub fn of_page(is_json: bool) -> Bars {
        Bars {
            quiet: is_json,
            stays: false,
        }
    }

    /// Bars whose results stay on the screen.
    pub fn that_stay(is_json: bool) -> Bars {
        Bars {
            quiet: is_json,
            stays: true,
        }
    }

    fn shows(self) -> Shows {
        match self.quiet || terminal::is_quiet() {
            true => Shows::Nowhere,
            false if std::io::stderr().is_terminal() => Shows::OnTerminal { stays: self.stays },
            false => Shows::InLog,
        }
    }
}

impl Progress for Bars {
    fn step(&self, name: &'static str, length: u64) -> Box<dyn Step> {
        let shows = self.shows();
        let bar = match shows {
            Shows::OnTerminal { .. } => {
                ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr())
            }
            Shows::Nowhere | Shows::InLog => ProgressBar::hidden(),
        };
        let expected = Arc::new(Mutex::new(None));
        if matches!(shows, Shows::OnTerminal { .. }) {
            bar.set_style(style(length, &expected));
            bar.set_prefix(name);
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        let now = Instant::now();
        Box::new(Bar {
            name,
            bar,
            began: now,
            expected,
            last_line: Mutex::new(now),
            shows,
        })
    }

    fn note(&self, line: &str) {
        if self.shows() != Shows::Nowhere {
            terminal::say(line);
        }
    }
}

/// Columns of a terminal that has room for a bar.
const ROOM: u16 = 100;

/// The line of a step: its name, a bar where its length is known and there is room, and what is being
/// worked on, cut to the terminal. The time left is estimated only from work that is like the work that is left.
fn style(length: u64, expected: &Arc<Mutex<Option<Duration>>>) -> ProgressStyle {
    let columns = Term::stderr().size().1;
    let template = match length > 0 && columns >= ROOM {
        true => "{prefix} [{bar:16}] {elapsed_time}{left}  {wide_msg}",
        false => "{prefix} {spinner} {elapsed_time}{left}  {wide_msg}",
    };
    let expected = Arc::clone(expected);
    let left = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let expected = *expected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = left(state.elapsed(), share(state), expected) {
            let _ = write!(out, ", ~{} left", units::about(left));
        }
    };
    let elapsed = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        let _ = write!(out, "{}", units::about(state.elapsed()));
    };
    let style = ProgressStyle::with_template(template);
    style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key("elapsed_time", elapsed)
        .with_key("left", left)
}

/// Share of the step that is done; 0 where its length is not known.
fn share(state: &ProgressState) -> f64 {
    match state.len() {
        None | Some(0) => 0.0,
        Some(length) => state.pos() as f64 / length as f64,
    }
}

/// Time that is left of a step, by the expected time or, once enough is done, by its rate.
fn left(elapsed: Duration, share: f64, expected: Option<Duration>) -> Option<Duration> {
    if let Some(expected) = expected {
        return Some(expected.saturating_sub(elapsed)).filter(|left| *left >= LEAST_LEFT);
    }
    let (least, done) = RATE_AFTER;
    if elapsed < least || share < done || share >= 1.0 {
        return None;
    }
    let left = elapsed.mul_f64((1.0 - share) / share);
    Some(left).filter(|left| *left >= LEAST_LEFT)
}

/// Less than this is not worth a word.
const LEAST_LEFT: Duration = Duration::from_secs(1);

impl Step for Bar {
    fn advance(&self, units: u64) {
        self.bar.inc(units);
    }

    fn say(&self, message: String) {
        match self.shows {
            Shows::OnTerminal { .. } => {
                let message = terminal::shown(&message).into_owned();
                self.bar.set_message(message);
            }
            Shows::InLog => {
                let mut last = self
                    .last_line
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= LINE_EVERY {
                    *last = Instant::now();
                    let elapsed = units::time(self.began.elapsed());
                    terminal::say(&format!("{:11} {message} ({elapsed})", self.name));
                }
            }
            Shows::Nowhere => {}
        }
    }

    fn expect(&self, whole: Duration) {
        let mut expected = self.expected.lock().unwrap_or_else(PoisonError::into_inner);
        *expected = Some(whole);
    }

    fn done(self: Box<Self>, result: &str) {
        self.bar.finish_and_clear();
        let is_shown = match self.shows {
            Shows::Nowhere => false,
            Shows::OnTerminal { stays } => stays,
            Shows::InLog => true,
        };
        if is_shown {
            let seconds = self.began.elapsed().as_secs_f64();
            terminal::say(&format!("{:11} {result} ({seconds:.1} s)", self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_estimated_only_from_enough_work() {
        let seconds = Duration::from_secs;
        // The first percent of a step says nothing, and neither does a step of unknown length.
        assert_eq!(left(seconds(40), 0.0, None), None);
        assert_eq!(left(seconds(40), 0.01, None), None);
        assert_eq!(left(seconds(1), 0.5, None), None);
        assert_eq!(left(seconds(10), 0.25, None), Some(seconds(30)));
        assert_eq!(left(seconds(10), 1.0, None), None);
        let expected = Some(seconds(50));
        assert_eq!(left(seconds(10), 0.9, expected), Some(seconds(40)));
        assert_eq!(left(seconds(60), 0.9, expected), None);
    }
}
