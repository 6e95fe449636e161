//! The interface by which long work reports how far it is.
//!
//! A library that takes a while gets a `&dyn` [`Progress`] and shows nothing by itself: the program
//! decides between bars, lines of a log and silence. [`Silent`] is the silence.

use std::time::Duration;

/// Receiver of what long work reports.
pub trait Progress: Sync {
    /// Begins a step of `length` units; 0 where the number is not known.
    fn step(&self, name: &'static str, length: u64) -> Box<dyn Step>;

    /// Reports a line that belongs to no step.
    fn note(&self, line: &str);
}

/// A step that has begun. Call [`Step::done`] at its end.
pub trait Step: Send + Sync {
    /// Reports that `units` more are done.
    fn advance(&self, units: u64);

    /// Reports the part that is being worked on.
    fn say(&self, message: String);

    /// Reports how long the whole step will take, once that is known from work like what is left.
    fn expect(&self, _whole: Duration) {}

    /// Ends the step with its result.
    fn done(self: Box<Self>, result: &str);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _: &'static str, _: u64) -> Box<dyn Step> {
        Box::new(Silent)
    }

    fn note(&self, _: &str) {}
}

impl Step for Silent {
    fn advance(&self, _: u64) {}

    fn say(&self, _: String) {}

    fn done(self: Box<Self>, _: &str) {}
}
