//! A bound on the values of a dimension.

use std::collections::HashSet;

/// Dimension value for all values after the first ones.
pub const OTHER: &str = "other";

/// Default maximum number of values of a dimension: at 0.30 USD a month for each series, a metric
/// with so many costs six.
pub const VALUES: usize = 20;

/// Lets the first values of a dimension pass, and makes one of all others.
///
/// Each value of a dimension is a series of its own on the bill. A label with thousands of values,
/// or a code that a client may choose, must not become thousands of series.
///
/// ```
/// let mut guard = emf::Guard::new(2);
/// let values = ["red", "blue", "green", "red"].map(|value| guard.admit(value));
/// assert_eq!(values, ["red", "blue", "other", "red"]);
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    most: usize,
    seen: HashSet<Box<str>>,
}

impl Guard {
    /// A guard that lets `most` values pass.
    pub fn new(most: usize) -> Guard {
        Guard {
            most,
            seen: HashSet::new(),
        }
    }

    /// `value`, if it is one of the first; else [`OTHER`].
    pub fn admit<'v>(&mut self, value: &'v str) -> &'v str {
        if self.seen.contains(value) {
            return value;
        }
        if self.seen.len() == self.most || value == OTHER {
            return OTHER;
        }
        self.seen.insert(value.into());
        value
    }
}

impl Default for Guard {
    fn default() -> Guard {
        Guard::new(VALUES)
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, OTHER, VALUES};
    use std::collections::HashSet;

    #[test]
    fn a_thousand_values_are_twenty_and_one() {
        let mut guard = Guard::default();
        let names: Vec<_> = (0..1000).map(|n| format!("label {n}")).collect();
        let written: HashSet<_> = names.iter().map(|name| guard.admit(name)).collect();
        assert_eq!(written.len(), VALUES + 1);
        assert!(written.contains(OTHER) && written.contains("label 19"));
    }

    #[test]
    fn the_value_that_stands_for_others_takes_no_place() {
        let mut guard = Guard::new(1);
        let values = [OTHER, "red", OTHER, "blue"].map(|value| guard.admit(value));
        assert_eq!(values, [OTHER, "red", OTHER, OTHER]);
        assert_eq!(Guard::new(0).admit("red"), OTHER);
    }
}
