//! "Did you mean": guesses at what a wrong name or value of a request stands for.
//!
//! Requests come from strangers, and a comparison of two names takes the product of their lengths. So
//! all guesses of a request share an account of steps, which bounds them to a few milliseconds.

use model::Model;
use model::hint::nearest_within;
use model::row::{Cell, Row};
use model::validate::{Finding, Warning, step};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Steps of all guesses of a request, as [`nearest_within`] counts them.
const STEPS: usize = 1_000_000;

/// Most values that are guessed at.
const VALUES: usize = 20;

/// The account of one request.
#[derive(Debug)]
pub struct Hints(AtomicUsize);

impl Default for Hints {
    fn default() -> Hints {
        Hints(AtomicUsize::new(STEPS))
    }
}

impl Hints {
    fn nearest<'n>(
        &self,
        wrong: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Option<&'n str> {
        let mut steps = self.0.load(Ordering::Relaxed);
        let found = nearest_within(wrong, known, &mut steps);
        self.0.store(steps, Ordering::Relaxed);
        found
    }

    /// `; did you mean "depot"?` where one of `known` is near; else nothing.
    pub fn did_you_mean<'n>(
        &self,
        wrong: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> String {
        let found = self.nearest(wrong, known);
        found.map_or(String::new(), |name| format!("; did you mean {name:?}?"))
    }

    /// `; did you mean it by "Depot"?` where one of the `given` names is near a missing one.
    pub fn meant_by<'n>(&self, missing: &str, given: impl IntoIterator<Item = &'n str>) -> String {
        let found = self.nearest(missing, given);
        found.map_or(String::new(), |name| {
            format!("; did you mean it by {name:?}?")
        })
    }

    /// Adds the near known category to the warnings of unknown ones, of the first such values in
    /// `rows`; `findings` and `warnings` are those of the rows.
    pub fn explain_values<'w>(
        &self,
        model: &Model<'_>,
        rows: &[Row<'_>],
        findings: &[Finding],
        warnings: impl Iterator<Item = &'w mut Vec<Warning>>,
    ) {
        let columns = model.columns.len().max(1);
        let mut left = VALUES;
        for ((row, findings), warnings) in rows.iter().zip(findings.chunks(columns)).zip(warnings) {
            if warnings.is_empty() {
                continue;
            }
            let cells = model.columns.iter().zip(row.cells()).zip(findings);
            for ((column, cell), finding) in cells {
                let (Cell::Category(value), Finding::Unknown) = (cell, finding) else {
                    continue;
                };
                let field = step(column.name);
                let of_column = |warning: &&mut Warning| {
                    warning.code == "unknown_category" && warning.field.as_ref() == Some(&field)
                };
                let Some(warning) = warnings.iter_mut().find(of_column) else {
                    continue;
                };
                let known = (0..column.term_count()).filter_map(|index| column.term(index));
                warning.detail += &self.did_you_mean(value, known);
                left -= 1;
                if left == 0 {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Hints, STEPS};
    use std::cell::Cell;

    #[test]
    fn guesses_of_a_request_end_with_its_steps() {
        let names: Vec<String> = (0..100_000).map(|index| format!("{index:090}")).collect();
        let compared = Cell::new(0);
        let known = || {
            names.iter().map(|name| {
                compared.set(compared.get() + 1);
                name.as_str()
            })
        };
        let hints = Hints::default();
        let wrong = "x".repeat(90);
        assert_eq!(hints.did_you_mean(&wrong, known()), "");
        let first = compared.get();
        assert!(first > 100 && first < STEPS / (90 * 90) + 2, "{first}");
        // The next guess has what is left, which is less than a comparison takes.
        assert_eq!(hints.meant_by(&wrong, known()), "");
        assert!(compared.get() <= first + 2, "{}", compared.get());
        let fresh = Hints::default().meant_by("depot", ["Depot"]);
        assert_eq!(fresh, "; did you mean it by \"Depot\"?");
    }
}
