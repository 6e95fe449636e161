//! Categories in the order that an estimator wants.

use crate::preprocess::Target;

/// Rows of the mean that are added to each category, so that one met twice does not stand at an end.
const PRIOR_ROWS: f64 = 10.0;

/// Steps of the power method: it only has to settle an order.
const STEPS: usize = 50;

/// The categories that occur, frequent ones first, then by name; each with the number 1.
pub fn by_frequency(names: &[String], codes: &[u32]) -> Vec<(String, f32)> {
    let order = frequent_first(names, codes).into_iter();
    order.map(|code| (names[code].clone(), 1.0)).collect()
}

fn frequent_first(names: &[String], codes: &[u32]) -> Vec<usize> {
    let mut counts = vec![0usize; names.len()];
    for code in codes {
        counts[*code as usize] += 1;
    }
    let mut order: Vec<usize> = (0..names.len()).filter(|code| counts[*code] > 0).collect();
    order.sort_by(|a, b| {
        counts[*b]
            .cmp(&counts[*a])
            .then_with(|| names[*a].cmp(&names[*b]))
    });
    order
}

/// The categories that occur, frequent ones first, each with its rank. Codes that are numbers keep
/// their order, which says more than any table of means (hours, months, stations along a line);
/// others are ranked by the mean target of their rows. A tree that splits this order finds the split of all subsets that is best for the whole
/// table (Fisher, "On grouping for maximum homogeneity", 1958). With more than two labels, the rank
/// is along the first principal component of the categories' label shares (Coppersmith, Hong and
/// Hosking, "Partitioning nominal attributes in decision trees", 1999). One order for all nodes is
/// nearly as good as one a node, and a node then needs one number (Wright and König, "Splitting on
/// categorical predictors in random forests", 2019).
pub fn by_target(names: &[String], codes: &[u32], target: &Target) -> Vec<(String, f32)> {
    let numbers: Option<Vec<f64>> = names
        .iter()
        .map(|name| match name.as_str() {
            // A missing one goes to an end, where one split parts it from the rest.
            "" => Some(f64::NEG_INFINITY),
            name => name.parse().ok().filter(|number: &f64| number.is_finite()),
        })
        .collect();
    let scores = match target {
        _ if numbers.is_some() => numbers.unwrap_or_default(),
        Target::Values(values) => means(names.len(), codes, values),
        Target::Classes {
            codes: labels,
            count: 2,
        } => {
            let values: Vec<f64> = labels.iter().map(|label| f64::from(*label)).collect();
            means(names.len(), codes, &values)
        }
        Target::Classes {
            codes: labels,
            count,
        } => component(names.len(), codes, labels, *count),
    };
    let order = frequent_first(names, codes);
    let mut by_score: Vec<usize> = (0..order.len()).collect();
    by_score.sort_by(|a, b| {
        scores[order[*a]]
            .total_cmp(&scores[order[*b]])
            .then(a.cmp(b))
    });
    let mut ranked: Vec<(String, f32)> = order
        .iter()
        .map(|code| (names[*code].clone(), 0.0))
        .collect();
    for (rank, position) in by_score.into_iter().enumerate() {
        ranked[position].1 = rank as f32;
    }
    ranked
}

/// The mean value of each category's rows, drawn towards that of all rows.
fn means(categories: usize, codes: &[u32], values: &[f64]) -> Vec<f64> {
    let overall = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut sums = vec![(overall * PRIOR_ROWS, PRIOR_ROWS); categories];
    for (code, value) in codes.iter().zip(values) {
        let (sum, count) = &mut sums[*code as usize];
        *sum += value;
        *count += 1.0;
    }
    sums.into_iter().map(|(sum, count)| sum / count).collect()
}

/// Where each category lies along the first principal component of the label shares.
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
    let project = |axis: &[f64], category: usize| -> f64 {
        let row = &shares[category * count..][..count];
        row.iter()
            .zip(axis)
            .map(|(share, along)| share * along)
            .sum()
    };
    for _ in 0..STEPS {
        let mut next = vec![0.0; count];
        for (category, weight) in weights.iter().enumerate() {
            let along = project(&axis, category) * weight;
            for (sum, share) in next.iter_mut().zip(&shares[category * count..]) {
                *sum += along * share;
            }
        }
        let length = next.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length == 0.0 {
            break;
        }
        axis = next.into_iter().map(|x| x / length).collect();
    }
    (0..categories)
        .map(|category| project(&axis, category))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(names: &[&str], codes: &[u32], target: &Target) -> Vec<(String, f32)> {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        by_target(&names, codes, target)
    }

    #[test]
    fn categories_come_by_frequency_and_are_ranked_by_their_targets() {
        let codes: Vec<u32> = (0..60).map(|row| [0, 1, 1, 2, 2, 2][row % 6]).collect();
        let values = codes.iter().map(|code| [5.0, 1.0, 3.0][*code as usize]);
        let target = Target::Values(values.collect());
        let expected = [("c", 1.0), ("b", 0.0), ("a", 2.0)].map(|(n, r)| (n.to_string(), r));
        assert_eq!(ranks(&["a", "b", "c", "never"], &codes, &target), expected);
    }

    #[test]
    fn codes_that_are_numbers_keep_their_order() {
        let codes: Vec<u32> = (0..30).map(|row| row % 3).collect();
        let target = Target::Values((0..30).map(|row| f64::from(row * 7 % 3)).collect());
        let ranked = ranks(&["10", "9", "-1"], &codes, &target);
        let rank = |name: &str| ranked.iter().find(|(n, _)| n == name).unwrap().1;
        assert_eq!([rank("-1"), rank("9"), rank("10")], [0.0, 1.0, 2.0]);
    }

    #[test]
    fn of_many_labels_categories_with_like_shares_lie_together() {
        // b and d are of label 0, a and c of labels 1 and 2.
        let codes: Vec<u32> = (0..400).map(|row| row % 4).collect();
        let labels = (0..400u32).map(|row| match row % 4 {
            1 | 3 => u32::from(row % 40 == 1),
            _ => 1 + row / 4 % 2,
        });
        let target = Target::Classes {
            codes: labels.collect(),
            count: 3,
        };
        let ranked = ranks(&["a", "b", "c", "d"], &codes, &target);
        let rank = |name: &str| ranked.iter().find(|(n, _)| n == name).unwrap().1;
        assert_eq!((rank("a") - rank("c")).abs(), 1.0);
        assert_eq!((rank("b") - rank("d")).abs(), 1.0);
    }
}
