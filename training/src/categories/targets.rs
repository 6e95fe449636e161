//! Targets as one number per row: what categories are ranked by.

use crate::target::Target;

/// Rows of the overall mean that are added to each category, so that one met twice does not stand at an
/// end.
pub(super) const PRIOR_ROWS: f64 = 10.0;

/// Steps of the power method: it only has to settle an order.
const STEPS: usize = 50;

/// Each row's target as its distance from the mean of all rows. Of more than two labels it is the row's
/// place along the first principal component of the categories' label shares (Coppersmith, Hong and
/// Hosking, "Partitioning nominal attributes in decision trees", 1999).
pub(super) fn centred(categories: usize, codes: &[u32], target: &Target) -> Vec<f64> {
    let mut values: Vec<f64> = match target {
        Target::Values(values) => values.clone(),
        Target::Classes {
            codes: labels,
            count: ..=2,
        } => labels.iter().map(|label| f64::from(*label)).collect(),
        Target::Classes {
            codes: labels,
            count,
        } => {
            let axis = component(categories, codes, labels, *count);
            labels.iter().map(|label| axis[*label as usize]).collect()
        }
    };
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter_mut().for_each(|value| *value -= mean);
    values
}

/// The first principal component of the categories' label shares, a number per label.
fn component(categories: usize, codes: &[u32], labels: &[u32], count: usize) -> Vec<f64> {
    let rows = labels.len().max(1) as f64;
    let mut overall = vec![0.0; count];
    for label in labels {
        overall[*label as usize] += 1.0 / rows;
    }
    // Each category's label shares less those of all rows, and its rows.
    let mut shares = vec![0.0; categories * count];
    let mut weights = vec![0.0; categories];
    for (code, label) in codes.iter().zip(labels) {
        shares[*code as usize * count + *label as usize] += 1.0;
        weights[*code as usize] += 1.0;
    }
    for (category, weight) in weights.iter().enumerate() {
        for (share, mean) in shares[category * count..][..count].iter_mut().zip(&overall) {
            *share = (*share + PRIOR_ROWS * mean) / (weight + PRIOR_ROWS) - mean;
        }
    }
    // The power method on the covariance, from the label that differs most between categories.
    let spread = |label: usize| -> f64 {
        let of = (0..categories).map(|category| shares[category * count + label].powi(2));
        of.zip(&weights)
            .map(|(square, weight)| square * weight)
            .sum()
    };
    let start = (0..count).max_by(|a, b| spread(*a).total_cmp(&spread(*b)));
    let mut axis = vec![0.0; count];
    axis[start.unwrap_or(0)] = 1.0;
    for _ in 0..STEPS {
        let mut next = vec![0.0; count];
        for (category, weight) in weights.iter().enumerate() {
            let row = &shares[category * count..][..count];
            let along: f64 = row.iter().zip(&axis).map(|(share, x)| share * x).sum();
            for (sum, share) in next.iter_mut().zip(row) {
                *sum += along * weight * share;
            }
        }
        let length = next.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length == 0.0 {
            break;
        }
        axis = next.into_iter().map(|x| x / length).collect();
    }
    axis
}
