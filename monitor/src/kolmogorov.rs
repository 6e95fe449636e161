//! The test of Kolmogorov and Smirnov: how far two distribution functions are apart.

/// Probability that the distribution functions of two samples of one distribution are as far apart
/// as `distance`, or farther. `rows` is the number of rows of the one sample where the other's
/// function is known, and n·m / (n + m) of two samples.
///
/// Kolmogorov's limit ("Sulla determinazione empirica di una legge di distribuzione", 1933) with
/// Stephens's correction for few rows ("Use of the Kolmogorov-Smirnov, Cramér-von Mises and related
/// statistics without extensive tables", 1970).
pub fn p_value(distance: f64, rows: f64) -> f64 {
    let root = rows.max(0.0).sqrt();
    limit((root + 0.12 + 0.11 / root.max(1.0)) * distance)
}

/// The limit distribution's upper tail, by the one of its two series that converges fast (Marsaglia,
/// Tsang and Wang, "Evaluating Kolmogorov's distribution", 2003).
pub fn limit(x: f64) -> f64 {
    if x.is_nan() || x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let pi = std::f64::consts::PI;
        let sum: f64 = (1..=20)
            .map(|term| f64::from(2 * term - 1))
            .map(|odd| (-odd * odd * pi * pi / (8.0 * x * x)).exp())
            .sum();
        return (1.0 - (2.0 * pi).sqrt() / x * sum).clamp(0.0, 1.0);
    }
    let sum: f64 = (1..=100)
        .map(|term| (f64::from(term), if term % 2 == 0 { -1.0 } else { 1.0 }))
        .map(|(term, sign)| sign * (-2.0 * term * term * x * x).exp())
        .sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// The number of rows that [`p_value`] takes for two samples.
pub fn effective(n: u64, m: u64) -> f64 {
    match n.checked_add(m) {
        Some(0) | None => 0.0,
        Some(_) => n as f64 * m as f64 / (n as f64 + m as f64),
    }
}

/// The distance of two samples, each in rising order.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut at_a, mut at_b, mut most) = (0, 0, 0.0f64);
    while let (Some(x), Some(y)) = (a.get(at_a), b.get(at_b)) {
        // Equal values are passed together: between them no function has a step.
        let value = x.min(*y);
        while a.get(at_a).is_some_and(|x| *x <= value) {
            at_a += 1;
        }
        while b.get(at_b).is_some_and(|y| *y <= value) {
            at_b += 1;
        }
        if value.is_nan() {
            break;
        }
        let (of_a, of_b) = (at_a as f64 / a.len() as f64, at_b as f64 / b.len() as f64);
        most = most.max((of_a - of_b).abs());
    }
    most
}

/// The distance of two lists of counts over bins in the order of their values, as far as the bins
/// let it be seen: no more than that of the values themselves, so its p-value is no smaller than
/// theirs.
pub fn distance_of_counts(a: &[u64], b: &[u64]) -> f64 {
    let sum = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    let (rows_a, rows_b) = (sum(a), sum(b));
    if rows_a == 0.0 || rows_b == 0.0 {
        return 0.0;
    }
    let (mut of_a, mut of_b, mut most) = (0u64, 0u64, 0.0f64);
    for (a, b) in a.iter().zip(b) {
        of_a += a;
        of_b += b;
        most = most.max((of_a as f64 / rows_a - of_b as f64 / rows_b).abs());
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::random::Random;

    // The figures are scipy 1.17.1's: scipy.special.kolmogorov(x), and scipy.stats.ks_2samp of the
    // two samples.

    #[test]
    fn the_tails_are_scipy_s() {
        for (x, expected) in [
            (0.3, 0.9999906941986655),
            (0.5, 0.9639452436648751),
            (0.8, 0.5441424115741981),
            (1.0, 0.26999967167735456),
            (1.2, 0.11224966667072497),
            (1.36, 0.049485876755377876),
            (2.0, 0.0006709252557796953),
            (3.0, 3.045995948942526e-08),
        ] {
            let p = limit(x);
            assert!((p / expected - 1.0).abs() < 1e-12, "{x}: {p}");
        }
        assert_eq!((limit(0.0), limit(1e-9)), (1.0, 1.0));
    }

    #[test]
    fn distances_are_those_of_the_functions() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.5, 3.5, 8.0, 9.0]);
        assert!((distance(&a, &b) - 0.5).abs() < 1e-15);
        assert_eq!(distance(&a, &a), 0.0);
        assert_eq!(distance(&a, &[]), 0.0);
        // NaN ends it: it has no place in an order.
        assert_eq!(distance(&[1.0, f64::NAN], &[f64::NAN]), 0.5);
        assert_eq!(distance_of_counts(&[5, 5], &[0, 5]), 0.5);
        assert_eq!(distance_of_counts(&[5, 5], &[0, 0]), 0.0);
    }

    #[test]
    fn p_values_are_even_where_nothing_differs() {
        let mut random = Random::new(3);
        let mut sample = |rows: usize| {
            let mut values: Vec<f64> = (0..rows).map(|_| random.share().powi(3)).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let mut found: Vec<f64> = (0..2_000)
            .map(|_| p_value(distance(&sample(900), &sample(700)), effective(900, 700)))
            .collect();
        found.sort_by(f64::total_cmp);
        let even: Vec<f64> = (1..=2_000).map(|rank| f64::from(rank) / 2_000.0).collect();
        let farthest = distance(&found, &even);
        assert!(p_value(farthest, 2_000.0) > 0.01, "{farthest}");
    }
}
