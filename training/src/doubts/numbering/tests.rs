use super::*;
use model::random::Random;
use proptest::prelude::*;

fn order(name: &str, values: impl IntoIterator<Item = f64>) -> Option<Order> {
    let values: Vec<f64> = values.into_iter().collect();
    numbering(name, &values).map(|numbering| numbering.order)
}

fn shuffled(count: usize, step: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut numbers: Vec<f64> = (0..count).map(step).collect();
    Random::new(3).shuffle(&mut numbers);
    numbers
}

#[test]
fn row_numbers_in_any_order() {
    assert_eq!(order("n", (0..300).map(f64::from)), Some(Order::Up));
    assert_eq!(order("n", (0..300).rev().map(f64::from)), Some(Order::Down));
    assert_eq!(order("n", shuffled(300, |i| i as f64)), Some(Order::Mixed));
    assert_eq!(order("n", shuffled(20, |i| i as f64)), Some(Order::Mixed));
    // With gaps, from anywhere, in tens.
    assert_eq!(
        order("trip", shuffled(300, |i| (5000 + 3 * i + i % 2) as f64)),
        Some(Order::Mixed)
    );
    assert_eq!(
        order("n", shuffled(50, |i| 700.0 + 10.0 * i as f64)),
        Some(Order::Mixed)
    );
    let mut random = Random::new(1);
    let mut last = 0.0;
    let mut gaps = |_| {
        last += 1.0 + random.below(400) as f64;
        last
    };
    assert_eq!(order("ref", (0..100).map(&mut gaps)), Some(Order::Up));
}

#[test]
fn keys_of_any_size_are_known_by_their_names() {
    let random = |i: usize| ((i * 2_654_435_761) % 1_000_000_007) as f64;
    let names = [
        "id",
        "user",
        "record",
        "customerId",
        "trip_no",
        "Unnamed: 0",
        "",
        "Row ID",
    ];
    for name in names {
        assert_eq!(
            order(name, (0..60).map(random)),
            Some(Order::Mixed),
            "{name}"
        );
    }
    assert_eq!(order("income", (0..60).map(random)), None);
}

#[test]
fn measures_and_clocks_are_kept() {
    let mut random = Random::new(9);
    // Salaries that happen to differ, fractions, few rows.
    let salaries: Vec<f64> = (0..60)
        .map(|_| (20_000 + random.below(90_000)) as f64)
        .collect();
    assert_eq!(order("salary", salaries.iter().copied()), None);
    assert_eq!(
        order("petal length", shuffled(150, |i| i as f64 / 10.0 + 0.05)),
        None
    );
    assert_eq!(order("n", shuffled(19, |i| i as f64)), None);
    assert_eq!(order("n", [f64::NAN; 30]), None);
    assert_eq!(order("n", (0..300).map(|i| f64::from(i / 2))), None);
    // A table that was sorted by a measure of many sizes, as populations are.
    let mut sizes: Vec<f64> = (0..200)
        .map(|_| (10.0 + random.below(1000) as f64 / 100.0).exp().floor())
        .collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    assert_eq!(order("population", sizes), None);
    // One row a year, one a second.
    assert_eq!(order("year", (1900..2020).map(f64::from)), None);
    assert_eq!(
        order("startTime", (0..200).map(|i| 1.7e9 + 60.0 * f64::from(i))),
        None
    );
}

proptest! {
    #[test]
    fn a_permutation_numbers_the_rows(count in 20usize..200, first in -999i32..999, seed: u64) {
        let mut numbers: Vec<f64> = (0..count).map(|i| f64::from(first) + i as f64).collect();
        Random::new(seed).shuffle(&mut numbers);
        let found = numbering("x", &numbers).unwrap();
        prop_assert_eq!(found.least, f64::from(first));
        prop_assert_eq!(found.greatest, f64::from(first) + count as f64 - 1.0);
    }

    #[test]
    fn what_repeats_is_no_numbering(
        mut numbers in proptest::collection::vec(-99i32..99, 20..60), seed: u64,
    ) {
        numbers[0] = numbers[1];
        let mut numbers: Vec<f64> = numbers.into_iter().map(f64::from).collect();
        Random::new(seed).shuffle(&mut numbers);
        prop_assert_eq!(numbering("id", &numbers), None);
    }
}
