//! The grid that numbers lie on: a measure with two decimals has a value each 0.01, and no more.

/// Decimals beyond which numbers count as continuous.
const DECIMALS: i32 = 6;

/// Evenly spaced places between the least and the greatest of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Least number.
    pub least: f64,
    /// Greatest number.
    pub greatest: f64,
    /// Number of places, both ends included.
    pub places: f64,
}

impl Grid {
    /// The widest grid that holds all of `numbers`, which are finite. `None` where there are fewer
    /// than two different ones, or none with six decimals holds them.
    pub fn of(numbers: &[f64]) -> Option<Grid> {
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if least >= greatest {
            return None;
        }
        let unit = (0..=DECIMALS).find_map(|decimals| {
            let power = 10f64.powi(decimals);
            let whole = |number: &f64| as_whole(number * power, decimals);
            let mut step = 0;
            for number in numbers {
                step = greatest_divisor(step, whole(number)?.abs_diff(whole(&least)?));
            }
            Some(step as f64 / power)
        })?;
        Some(Grid {
            least,
            greatest,
            places: ((greatest - least) / unit).round() + 1.0,
        })
    }

    /// The logarithm of the chance that `count` numbers drawn at random from the grid all differ.
    pub fn ln_chance_of_no_repeat(&self, count: usize) -> f64 {
        if count as f64 > self.places {
            return f64::NEG_INFINITY;
        }
        let repeat = |drawn: usize| drawn as f64 / self.places;
        (0..count).map(|drawn| (-repeat(drawn)).ln_1p()).sum()
    }
}

/// A number as a whole one; of numbers with decimals, what binary fractions are off is rounded away.
fn as_whole(number: f64, decimals: i32) -> Option<i64> {
    let rounded = number.round();
    let tolerance = match decimals {
        0 => 0.0,
        _ => 1e-6_f64.max(rounded.abs() * 1e-14),
    };
    let fits = rounded.abs() < 9e15 && (number - rounded).abs() <= tolerance;
    fits.then_some(rounded as i64)
}

fn greatest_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(numbers: &[f64]) -> Option<f64> {
        Grid::of(numbers).map(|grid| grid.places)
    }

    #[test]
    fn the_step_is_what_all_differences_are_multiples_of() {
        assert_eq!(places(&[0.0, 1.0, 9.0]), Some(10.0));
        assert_eq!(places(&[100.0, 110.0, 200.0]), Some(11.0));
        assert_eq!(places(&[0.1, 0.3, 0.7]), Some(4.0));
        assert_eq!(places(&[5.1, 4.9, 1.4, 7.95]), Some(132.0));
        assert_eq!(places(&[1.0 / 3.0, 0.5, 1.0]), None);
        assert_eq!(places(&[7.0, 7.0]), None);
        assert_eq!(places(&[]), None);
    }

    #[test]
    fn whether_numbers_would_repeat_by_chance() {
        let grid = |places| Grid {
            least: 0.0,
            greatest: 1.0,
            places,
        };
        // 20 of 20 places: 20! / 20^20.
        assert!((grid(20.0).ln_chance_of_no_repeat(20) - -17.58).abs() < 0.01);
        // 23 birthdays.
        assert!((grid(365.0).ln_chance_of_no_repeat(23).exp() - 0.4927).abs() < 1e-4);
        assert_eq!(grid(9.0).ln_chance_of_no_repeat(10), f64::NEG_INFINITY);
    }

    proptest! {
        #[test]
        fn a_grid_holds_all_of_its_numbers(
            steps in proptest::collection::vec(-1_000_000i64..1_000_000, 2..50),
            decimals in 0i32..5,
        ) {
            let numbers: Vec<f64> =
                steps.iter().map(|step| *step as f64 / 10f64.powi(decimals)).collect();
            if let Some(grid) = Grid::of(&numbers) {
                let unit = (grid.greatest - grid.least) / (grid.places - 1.0);
                for number in &numbers {
                    let place = (number - grid.least) / unit;
                    prop_assert!((place - place.round()).abs() < 1e-3, "{number} {grid:?}");
                }
            } else {
                prop_assert!(steps.iter().all(|step| *step == steps[0]));
            }
        }
    }
}
