//! Tests of features to tests of their columns.
//!
//! A tree of a pipeline asks whether a scaled number is at most a threshold. The same rows go left if the
//! number itself is at most another threshold: the greatest number that passes the test, found by halves
//! among all `f64`, since scaling and rounding are monotone. A question about a category, however encoded,
//! becomes one about a set of categories. So the model file has no transformers, and its trees answer as fast
//! as trees of columns.

use super::features::{EstimatorFeature, Function, Step, apply};
use crate::forest::{Test, goes_left};
use anyhow::{Result, bail};

/// A test of a column.
pub struct ColumnTest {
    /// Index of the column.
    pub column: u32,
    /// The test.
    pub test: Test,
    /// True if a missing value or unknown category goes left.
    pub missing_left: bool,
}

/// The test of a column that sends the same rows left as `test` of `feature`, whose values are rounded to
/// `f32` first if `is_f32` says so. `categories` is the number of categories of the column.
pub fn of_column(
    feature: &EstimatorFeature,
    (test, missing_left): (&Test, bool),
    is_f32: bool,
    categories: usize,
) -> Result<ColumnTest> {
    let passes = |value: f64| goes_left(value, test, missing_left, is_f32);
    let (test, missing_left) = match &feature.function {
        Function::Number(steps) => {
            let missing_left = passes(apply(steps, f64::NAN));
            let test = match test {
                Test::UpTo(threshold) if is_as_it_is(steps) && !is_f32 => Test::UpTo(*threshold),
                Test::UpTo(_) => Test::UpTo(greatest(|number| passes(apply(steps, number)))),
                other if steps.is_empty() => other.clone(),
                _ => bail!("it compares a scaled number otherwise than by a threshold"),
            };
            (test, missing_left)
        }
        Function::Missing([missing, present]) => (all_or_none(passes(*present)), passes(*missing)),
        Function::Table(table) => {
            let left: Vec<bool> = (0..categories)
                .map(|category| passes(table.value(Some(category))))
                .collect();
            (set(&left), passes(table.value(None)))
        }
    };
    Ok(ColumnTest {
        column: feature.column as u32,
        test,
        missing_left,
    })
}

fn is_as_it_is(steps: &[Step]) -> bool {
    steps.iter().all(|step| matches!(step, Step::Fill(_)))
}

fn all_or_none(all: bool) -> Test {
    Test::UpTo(if all { f64::MAX } else { f64::NEG_INFINITY })
}

/// The categories that go left, as a threshold if they are the first ones.
fn set(left: &[bool]) -> Test {
    let first = left.iter().take_while(|left| **left).count();
    if left[first..].iter().all(|left| !left) {
        return match first {
            0 => all_or_none(false),
            first => Test::UpTo((first - 1) as f64),
        };
    }
    let mut words = vec![0u32; left.len().div_ceil(32)];
    for code in (0..left.len()).filter(|code| left[*code]) {
        words[code / 32] |= 1 << (code % 32);
    }
    Test::In(words)
}

/// The greatest finite number that passes; all smaller ones pass, too. Negative infinity if none does.
fn greatest(passes: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (key(-f64::MAX), key(f64::MAX));
    if !passes(-f64::MAX) {
        return f64::NEG_INFINITY;
    }
    if passes(f64::MAX) {
        return f64::MAX;
    }
    // `low` passes, `high` does not.
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match passes(number(middle)) {
            true => low = middle,
            false => high = middle,
        }
    }
    // Of the two zeros, which are equal, the file keeps the positive one.
    number(low) + 0.0
}

/// The place of a number among all: greater numbers have greater places.
fn key(number: f64) -> u64 {
    let bits = number.to_bits();
    match bits >> 63 {
        0 => bits | 1 << 63,
        _ => !bits,
    }
}

fn number(key: u64) -> f64 {
    f64::from_bits(match key >> 63 {
        1 => key & !(1 << 63),
        _ => !key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finite() -> impl Strategy<Value = f64> {
        any::<f64>().prop_filter("finite", |number| number.is_finite())
    }

    proptest! {
        #[test]
        fn a_threshold_of_the_column_sends_the_same_rows_left(
            mean in -1e6..1e6f64, scale in 1e-6..1e6f64, threshold in -10.0..10.0f64, near in -40i64..40,
            other in finite(), is_f32 in any::<bool>(), clipped in any::<bool>(),
        ) {
            let mut steps = vec![Step::Fill(1.5), Step::Subtract(mean), Step::Divide(scale)];
            if clipped {
                steps.extend([Step::AtLeast(-3.0), Step::AtMost(3.0)]);
            }
            let feature = EstimatorFeature { column: 0, function: Function::Number(steps.clone()) };
            let test = Test::UpTo(threshold);
            let found = of_column(&feature, (&test, true), is_f32, 0).unwrap();
            let at = key(threshold * scale + mean).wrapping_add_signed(near);
            for number in [number(at), other, -0.0, 0.0, f64::NAN] {
                prop_assert_eq!(
                    goes_left(number, &found.test, found.missing_left, false),
                    goes_left(apply(&steps, number), &test, true, is_f32),
                    "{} {:?}", number, found.test
                );
            }
        }
    }

    #[test]
    fn all_or_none_of_the_numbers_may_pass() {
        assert_eq!(greatest(|_| true), f64::MAX);
        assert_eq!(greatest(|_| false), f64::NEG_INFINITY);
        assert_eq!(greatest(|number| number <= 0.0).to_bits(), 0.0f64.to_bits());
    }
}
