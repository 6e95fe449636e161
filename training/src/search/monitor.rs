//! Progress of a search: candidate and fold at work, the best so far, and when it ends.

use crate::candidates::Candidate;
use progress::Step;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Reports a search while it runs, from all of its threads.
pub(super) struct Watch<'a> {
    step: &'a dyn Step,
    candidates: &'a [Candidate],
    folds: usize,
    is_loss: bool,
    began: Instant,
    state: Mutex<State>,
}

/// Fold that is held out, from 0, and the sum and count of figures of each candidate.
struct State {
    fold: usize,
    figures: Vec<(f64, usize)>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        step: &'a dyn Step,
        candidates: &'a [Candidate],
        folds: usize,
        is_loss: bool,
    ) -> Watch<'a> {
        let figures = vec![(0.0, 0); candidates.len()];
        Watch {
            step,
            candidates,
            folds,
            is_loss,
            began: Instant::now(),
            state: Mutex::new(State { fold: 0, figures }),
        }
    }

    /// Begins a candidate on the fold at hand.
    pub(super) fn begin(&self, candidate: usize) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (fold, best) = (state.fold + 1, self.best(&state));
        drop(state);
        let (number, count) = (candidate + 1, self.candidates.len());
        let name = self.candidates[candidate].estimator.name();
        let best = best.map_or(String::new(), |best| format!(", best {best:.4}"));
        self.step.say(format!(
            "{number}/{count} {name}, fold {fold}/{}{best}",
            self.folds
        ));
    }

    /// Ends a candidate on the fold at hand, with its figure if it has one.
    pub(super) fn end(&self, candidate: usize, figure: Option<f64>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(figure) = figure {
            let (sum, count) = state.figures[candidate];
            state.figures[candidate] = (sum + figure, count + 1);
        }
        drop(state);
        self.step.advance(1);
    }

    /// Ends a fold. The others take as long: they have the same candidates and as many rows.
    pub(super) fn end_fold(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.fold += 1;
        let share = self.folds as f64 / state.fold as f64;
        drop(state);
        self.step.expect(self.began.elapsed().mul_f64(share));
    }

    /// Best mean of the folds so far.
    fn best(&self, state: &State) -> Option<f64> {
        let sign = if self.is_loss { -1.0 } else { 1.0 };
        let measured = state.figures.iter().filter(|(_, count)| *count > 0);
        let means = measured.map(|(sum, count)| sum / *count as f64);
        means.max_by(|a, b| (sign * a).total_cmp(&(sign * b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::{Kinds, candidates};
    use crate::params::Params;
    use model::format::Task;
    use std::sync::Arc;
    use std::time::Duration;

    /// The reports of a search: messages, units done, and the last estimate of the whole time.
    #[derive(Clone, Default)]
    struct Reports {
        messages: Vec<String>,
        units: u64,
        estimate: Option<Duration>,
    }

    /// A step that records its reports.
    #[derive(Clone, Default)]
    struct RecordedStep(Arc<Mutex<Reports>>);

    impl Step for RecordedStep {
        fn advance(&self, units: u64) {
            self.0.lock().unwrap().units += units;
        }

        fn say(&self, message: String) {
            self.0.lock().unwrap().messages.push(message);
        }

        fn expect(&self, whole: Duration) {
            self.0.lock().unwrap().estimate = Some(whole);
        }

        fn done(self: Box<Self>, _: &str) {}
    }

    #[test]
    fn the_candidate_the_fold_and_the_best_are_reported() {
        let kinds = Kinds {
            text: false,
            other: true,
        };
        let candidates = candidates(&Params::default(), Task::Regression, kinds).unwrap();
        let kept = RecordedStep::default();
        let watch = Watch::new(&kept, &candidates, 5, false);
        watch.begin(0);
        watch.end(0, Some(0.5));
        watch.begin(1);
        watch.end(1, None);
        assert_eq!(kept.0.lock().unwrap().estimate, None);
        watch.end_fold();
        watch.end(0, Some(0.7));
        watch.begin(2);
        let count = candidates.len();
        let Reports {
            messages: said,
            units: advanced,
            estimate: expected,
        } = kept.0.lock().unwrap().clone();
        assert_eq!(said[0], format!("1/{count} ridge, fold 1/5"));
        assert_eq!(said[1], format!("2/{count} ridge, fold 1/5, best 0.5000"));
        assert_eq!(
            said[2],
            format!("3/{count} elastic_net, fold 2/5, best 0.6000")
        );
        assert_eq!(advanced, 3);
        assert!(expected.is_some());
    }
}
