//! Values that a parameter may have.

use std::fmt;

/// The values that a parameter may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Each value of its type.
    Any,
    /// Finite numbers above 0.
    Above0,
    /// Finite numbers from 0 up.
    From0,
    /// Shares from 0 to 1, both included.
    From0To1,
    /// Shares above 0 and up to 1.
    Above0To1,
    /// `sqrt`, or shares above 0 and up to 1.
    SqrtOrShare,
    /// Whole numbers from this one up.
    AtLeast(usize),
}

impl Range {
    /// Checks the value of the parameter `name`.
    ///
    /// # Errors
    /// A sentence with the name, the value and the range.
    pub fn check(self, name: &str, value: impl Quantity) -> Result<(), String> {
        let Some(number) = value.number() else {
            return Ok(());
        };
        let is_in = match self {
            Range::Any => true,
            Range::Above0 => number > 0.0 && number.is_finite(),
            Range::From0 => number >= 0.0 && number.is_finite(),
            Range::From0To1 => (0.0..=1.0).contains(&number),
            Range::Above0To1 | Range::SqrtOrShare => number > 0.0 && number <= 1.0,
            Range::AtLeast(least) => number >= least as f64,
        };
        match is_in {
            true => Ok(()),
            false => Err(format!("{name} is {number}; {self} was expected")),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Range::Any => f.write_str("any value"),
            Range::Above0 => f.write_str("a number above 0"),
            Range::From0 => f.write_str("a number from 0 up"),
            Range::From0To1 => f.write_str("a share from 0 to 1"),
            Range::Above0To1 => f.write_str("a share above 0 and up to 1"),
            Range::SqrtOrShare => f.write_str("sqrt, or a share above 0 and up to 1,"),
            Range::AtLeast(least) => write!(f, "{least} or more"),
        }
    }
}

/// The type of a parameter's value.
pub trait Quantity: Copy {
    /// Expected type of a value, for errors.
    const EXPECTED: &'static str;

    /// The number that a range is about; `None` of a value that is no number.
    fn number(self) -> Option<f64>;
}

impl Quantity for f64 {
    const EXPECTED: &'static str = "a number";

    fn number(self) -> Option<f64> {
        Some(self)
    }
}

impl Quantity for usize {
    const EXPECTED: &'static str = "a whole number from 0 up";

    fn number(self) -> Option<f64> {
        Some(self as f64)
    }
}

impl Quantity for bool {
    const EXPECTED: &'static str = "true or false";

    fn number(self) -> Option<f64> {
        None
    }
}

impl<Q: Quantity> Quantity for Option<Q> {
    const EXPECTED: &'static str = Q::EXPECTED;

    fn number(self) -> Option<f64> {
        self.and_then(Q::number)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn the_ends_of_a_range_are_what_it_says() {
        for (range, inside, outside) in [
            (
                Range::Above0,
                [f64::MIN_POSITIVE, 1e300],
                [0.0, f64::INFINITY],
            ),
            (Range::From0, [0.0, 1e300], [-1e-300, f64::NAN]),
            (Range::From0To1, [0.0, 1.0], [-1e-300, 1.1]),
            (Range::Above0To1, [f64::MIN_POSITIVE, 1.0], [0.0, 1.1]),
            (Range::AtLeast(2), [2.0, 1e9], [1.0, f64::NAN]),
        ] {
            assert!(
                inside
                    .into_iter()
                    .all(|value| range.check("x", value).is_ok())
            );
            assert!(
                outside
                    .into_iter()
                    .all(|value| range.check("x", value).is_err())
            );
        }
        assert_eq!(
            Range::AtLeast(1).check("max_iter", 0_usize).unwrap_err(),
            "max_iter is 0; 1 or more was expected"
        );
        assert_eq!(Range::AtLeast(1).check("max_depth", None::<usize>), Ok(()));
    }
}
