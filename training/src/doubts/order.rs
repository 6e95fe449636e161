//! Rows in the order of time: drawn at random, the test rows lie between the training rows, while a
//! model that serves is asked about later ones.

/// With fewer rows, no order is seen.
const FEW: usize = 50;

/// A column of fewer different points in time tells no order of rows.
const POINTS: usize = 10;

/// One pair of neighbours in so many may be out of order: logs are not written in perfect order.
const PAIRS_A_MISTAKE: usize = 50;

/// True if rows lie in the order of `times`, one a row, NaN where there is none; rising or falling.
pub fn is_in_order(times: &[f64]) -> bool {
    let present: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| !time.is_nan())
        .collect();
    if present.len() < FEW || present.len() * 20 < times.len() * 19 {
        return false;
    }
    let pairs = || present.windows(2);
    let different = pairs().filter(|pair| pair[0] != pair[1]).count() + 1;
    let rising = pairs().filter(|pair| pair[0] < pair[1]).count();
    let falling = pairs().filter(|pair| pair[0] > pair[1]).count();
    let (most, least) = (rising.max(falling), rising.min(falling));
    different >= POINTS && least * PAIRS_A_MISTAKE <= most
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;
    use proptest::prelude::*;

    #[test]
    fn order_is_seen_in_either_direction_and_with_mistakes() {
        let up: Vec<f64> = (0..500).map(|row| f64::from(row / 3)).collect();
        let down: Vec<f64> = up.iter().rev().copied().collect();
        assert!(is_in_order(&up) && is_in_order(&down));
        let mut log = up.clone();
        log.swap(100, 104);
        log[300] = f64::NAN;
        assert!(is_in_order(&log));
        // Few points, few rows, mostly missing.
        assert!(!is_in_order(
            &(0..500).map(|row| f64::from(row / 100)).collect::<Vec<_>>()
        ));
        assert!(!is_in_order(&up[..40]));
        let sparse: Vec<f64> = up
            .iter()
            .map(|t| {
                if (*t as u32).is_multiple_of(2) {
                    *t
                } else {
                    f64::NAN
                }
            })
            .collect();
        assert!(!is_in_order(&sparse));
        assert!(!is_in_order(&[]));
    }

    proptest! {
        #[test]
        fn rows_in_any_order_are_not_in_order(seed: u64) {
            let mut times: Vec<f64> = (0..300).map(f64::from).collect();
            Random::new(seed).shuffle(&mut times);
            prop_assert!(!is_in_order(&times));
        }
    }
}
