use super::*;
use crate::columns::Input;
use model::notation::Notation;
use model::random::Random;
use proptest::prelude::*;

fn column(kind: ColumnKind, data: Data) -> Column {
    let input = Input {
        kind,
        notation: Notation::default(),
        given: false,
    };
    Column {
        name: "x".into(),
        input,
        data,
    }
}

fn numbers(values: impl IntoIterator<Item = f64>) -> Column {
    column(
        ColumnKind::Number,
        Data::Number(values.into_iter().collect()),
    )
}

fn category(values: &[String]) -> Column {
    let mut names = values.to_vec();
    names.sort();
    names.dedup();
    let code = |value: &String| names.binary_search(value).unwrap() as u32;
    let codes = values.iter().map(code).collect();
    column(ColumnKind::Category, Data::Category { names, codes })
}

fn labels_leak(column: &Column, labels: &[&str]) -> Option<Leak> {
    let mut names = labels.to_vec();
    names.sort_unstable();
    names.dedup();
    let codes: Vec<u32> = labels
        .iter()
        .map(|label| names.binary_search(label).unwrap() as u32)
        .collect();
    let targets = Targets::Labels(labels.iter().map(|label| label.to_string()).collect());
    leak(column, &targets, &codes, names.len())
}

fn values_leak(column: &Column, values: &[f64]) -> Option<Leak> {
    leak(
        column,
        &Targets::Values(values.to_vec()),
        &vec![0; values.len()],
        0,
    )
}

/// 300 labels by chance, and the generator.
fn labels() -> (Vec<&'static str>, Random) {
    let mut random = Random::new(4);
    let labels = (0..300)
        .map(|_| ["no", "yes", "perhaps"][random.below(3)])
        .collect();
    (labels, random)
}

#[test]
fn a_copy_of_the_labels_in_any_type() {
    let (labels, _) = labels();
    let texts: Vec<String> = labels
        .iter()
        .map(|label| format!(" {}", label.to_uppercase()))
        .collect();
    assert_eq!(labels_leak(&category(&texts), &labels), Some(Leak::Copy));
    let text = column(ColumnKind::Text, Data::Text(texts));
    assert_eq!(labels_leak(&text, &labels), Some(Leak::Copy));
    let yes: Vec<&str> = labels
        .iter()
        .map(|label| if *label == "yes" { "yes" } else { "no" })
        .collect();
    let ones = |label: &&str| f64::from(u8::from(*label == "yes"));
    let flags = column(
        ColumnKind::Boolean,
        Data::Number(yes.iter().map(ones).collect()),
    );
    assert_eq!(labels_leak(&flags, &yes), Some(Leak::Copy));
    let codes: Vec<&str> = yes
        .iter()
        .map(|label| if *label == "yes" { "7" } else { "3" })
        .collect();
    let numbers = numbers(codes.iter().map(|code| code.parse().unwrap()));
    assert_eq!(labels_leak(&numbers, &codes), Some(Leak::Copy));
}

#[test]
fn another_spelling_of_the_labels() {
    let (labels, mut random) = labels();
    let spelling = |label: &&str| match *label {
        "no" => "n".to_string(),
        "yes" => "y".to_string(),
        _ => ["?", "??"][random.below(2)].to_string(),
    };
    let spelled: Vec<String> = labels.iter().map(spelling).collect();
    assert_eq!(
        labels_leak(&category(&spelled), &labels),
        Some(Leak::Values(4))
    );
    let codes = labels
        .iter()
        .map(|label| [5.0, 2.0][usize::from(*label == "yes")]);
    let is_yes: Vec<&str> = labels
        .iter()
        .map(|label| if *label == "yes" { "a" } else { "b" })
        .collect();
    assert_eq!(labels_leak(&numbers(codes), &is_yes), Some(Leak::Values(2)));
}

#[test]
fn a_measure_that_the_labels_were_cut_from() {
    let mut random = Random::new(2);
    let minutes: Vec<f64> = (0..300)
        .map(|_| random.below(100_000) as f64 / 1000.0)
        .collect();
    let late: Vec<&str> = minutes
        .iter()
        .map(|m| if *m > 75.0 { "late" } else { "in time" })
        .collect();
    assert_eq!(
        labels_leak(&numbers(minutes.iter().copied()), &late),
        Some(Leak::Cuts)
    );
    // With a tenth of it on the other side, it is a measure that helps.
    let noisy = minutes.iter().map(|m| m + random.below(20) as f64 - 10.0);
    assert_eq!(labels_leak(&numbers(noisy), &late), None);
}

#[test]
fn what_only_helps_is_no_leak() {
    let (labels, mut random) = labels();
    // One value per row, and two rows per value, with any label.
    let names: Vec<String> = (0..300).map(|row| format!("m{row}")).collect();
    assert_eq!(labels_leak(&category(&names), &labels), None);
    let pairs: Vec<String> = (0..300).map(|row| format!("m{}", row / 2)).collect();
    assert_eq!(labels_leak(&category(&pairs), &labels), None);
    // Right for 98 of 100 rows.
    let nearly: Vec<String> = labels
        .iter()
        .map(|label| if random.below(50) == 0 { "no" } else { label })
        .map(String::from)
        .collect();
    assert_eq!(labels_leak(&category(&nearly), &labels), None);
    assert_eq!(labels_leak(&numbers([f64::NAN; 300]), &labels), None);
    // A rare label: always "no" is right for 299 of 300 rows.
    let mut rare = vec!["no"; 300];
    rare[7] = "yes";
    let first = (0..300).map(|row| f64::from(u8::from(row == 7)));
    assert_eq!(labels_leak(&numbers(first), &rare), None);
}

#[test]
fn numbers_made_of_the_target() {
    let mut random = Random::new(6);
    let prices: Vec<f64> = (0..400)
        .map(|_| random.below(100_000) as f64 / 100.0)
        .collect();
    let of = |what: fn(f64) -> f64| {
        values_leak(&numbers(prices.iter().map(|price| what(*price))), &prices)
    };
    assert_eq!(of(|price| price), Some(Leak::Copy));
    for derived in [
        (|price| price * 1.19) as fn(f64) -> f64,
        |price| -price,
        |price| price.round(),
        |price| (price / 10.0).floor() * 10.0,
        |price| (price + 1.0).ln(),
    ] {
        assert!(matches!(of(derived), Some(Leak::Predicts(r2)) if r2 > 0.995));
    }
    let noisy = prices.iter().map(|price| price + random.below(200) as f64);
    assert_eq!(values_leak(&numbers(noisy), &prices), None);
    assert_eq!(
        values_leak(&numbers((0..400).map(f64::from)), &prices),
        None
    );
    let steps: Vec<String> = prices
        .iter()
        .map(|price| format!("{}", (price / 20.0) as u32))
        .collect();
    assert!(matches!(
        values_leak(&category(&steps), &prices),
        Some(Leak::Predicts(_))
    ));
    let names: Vec<String> = (0..400).map(|row| format!("m{row}")).collect();
    assert_eq!(values_leak(&category(&names), &prices), None);
}

proptest! {
    #[test]
    fn noise_is_no_leak(seed: u64, kinds in 2usize..40, classes in 2usize..5) {
        let mut random = Random::new(seed);
        let names = ["a", "b", "c", "d"];
        let labels: Vec<&str> = (0..200).map(|_| names[random.below(classes)]).collect();
        let values: Vec<f64> = (0..200).map(|_| random.below(kinds) as f64).collect();
        let spelled: Vec<String> = values.iter().map(f64::to_string).collect();
        prop_assert_eq!(labels_leak(&category(&spelled), &labels), None);
        prop_assert_eq!(labels_leak(&numbers(values.iter().copied()), &labels), None);
        let targets: Vec<f64> = (0..200).map(|_| random.below(1000) as f64).collect();
        prop_assert_eq!(values_leak(&numbers(values), &targets), None);
    }

    #[test]
    fn a_function_of_the_label_is_a_leak(seed: u64, classes in 2usize..5) {
        let mut random = Random::new(seed);
        let names = ["a", "b", "c", "d"];
        let codes: Vec<usize> = (0..200).map(|row| if row < 80 { row % classes } else { random.below(classes) }).collect();
        let labels: Vec<&str> = codes.iter().map(|code| names[*code]).collect();
        let places: Vec<f64> = (0..classes).map(|_| random.bits() as f64).collect();
        let column = numbers(codes.iter().map(|code| places[*code]));
        let found = labels_leak(&column, &labels);
        prop_assert_eq!(found, Some(Leak::Values(classes)));
    }
}
