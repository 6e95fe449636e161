//! Isotonic regression: the best function that does not descend, for two classes.

use model::calibration::Calibration;

/// Most knots kept: more would follow single rows.
const KNOTS: usize = 200;

/// Rows of equal or neighbouring scores that share one value.
struct Block {
    first: f64,
    last: f64,
    weight: f64,
    mean: f64,
}

/// Fits by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, "An empirical
/// distribution function for sampling with incomplete information", 1955). Probabilities stay
/// `1 / (rows + 2)` off 0 and 1: nothing is certain after so many rows. `None` without rows.
pub(super) fn fit(mut rows: Vec<(f64, bool)>) -> Option<Calibration> {
    let floor = 1.0 / (rows.len() as f64 + 2.0);
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut equal: Vec<Block> = Vec::new();
    for (score, truth) in rows {
        let value = f64::from(u8::from(truth));
        match equal.last_mut() {
            Some(block) if block.last == score => {
                block.weight += 1.0;
                block.mean += (value - block.mean) / block.weight;
            }
            _ => equal.push(Block {
                first: score,
                last: score,
                weight: 1.0,
                mean: value,
            }),
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    for mut block in equal {
        while let Some(before) = blocks.pop_if(|before| before.mean >= block.mean) {
            let weight = before.weight + block.weight;
            block = Block {
                first: before.first,
                last: block.last,
                mean: (before.weight * before.mean + block.weight * block.mean) / weight,
                weight,
            };
        }
        blocks.push(block);
    }
    let mut knots: Vec<(f64, f64)> = Vec::new();
    for block in &blocks {
        let mean = block.mean.clamp(floor, 1.0 - floor);
        knots.push((block.first, mean));
        if block.last > block.first {
            knots.push((block.last, mean));
        }
    }
    let (scores, probabilities) = thinned(knots).into_iter().unzip();
    (!blocks.is_empty()).then_some(Calibration::Isotonic {
        scores,
        probabilities,
    })
}

/// Every so many knots, with the first and the last.
fn thinned(knots: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if knots.len() <= KNOTS {
        return knots;
    }
    let last = knots.len() - 1;
    (0..KNOTS)
        .map(|at| knots[at * last / (KNOTS - 1)])
        .collect()
}
