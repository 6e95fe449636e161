use super::*;
use crate::columns::Input;
use model::format::ColumnKind;
use model::notation::Notation;
use model::random::Random;
use proptest::prelude::*;

fn table(columns: Vec<Data>, labels: Vec<usize>) -> Table {
    let kind = |data: &Data| match data {
        Data::Text(_) => ColumnKind::Text,
        Data::Number(_) => ColumnKind::Number,
        Data::Category { .. } => ColumnKind::Category,
        Data::Time(_) => ColumnKind::Timestamp,
    };
    let column = |(index, data): (usize, Data)| Column {
        name: format!("x{index}"),
        input: Input {
            kind: kind(&data),
            notation: Notation::default(),
            given: false,
        },
        data,
    };
    Table {
        columns: columns.into_iter().enumerate().map(column).collect(),
        targets: Targets::Labels(labels.iter().map(usize::to_string).collect()),
        skipped: 0,
        gaps: Vec::new(),
        notes: Vec::new(),
    }
}

fn repeats(table: &Table) -> Option<Repeats> {
    Rows::of(table).repeats()
}

fn category(codes: Vec<usize>, count: usize) -> Data {
    Data::Category {
        names: (0..count).map(|code| format!("v{code}")).collect(),
        codes: codes.into_iter().map(|code| code as u32).collect(),
    }
}

#[test]
fn doubled_rows_are_found_whatever_their_columns() {
    let mut random = Random::new(1);
    let mut draws = |bound: usize| -> Vec<usize> {
        let first: Vec<usize> = (0..200).map(|_| random.below(bound)).collect();
        [first.clone(), first].concat()
    };
    let number =
        |draws: Vec<usize>| Data::Number(draws.iter().map(|d| *d as f64 / 1000.0).collect());
    let text =
        |draws: Vec<usize>| Data::Text(draws.iter().map(|d| format!("the note {d}")).collect());
    let labels = |half: usize| (0..400).map(|row| usize::from(row >= half)).collect();
    let wide = table(
        vec![number(draws(100_000)), category(draws(3), 3)],
        labels(400),
    );
    assert_eq!(
        repeats(&wide),
        Some(Repeats {
            rows: 400,
            conflicting: 0
        })
    );
    let lone = table(vec![text(draws(1 << 40))], labels(200));
    assert_eq!(
        repeats(&lone),
        Some(Repeats {
            rows: 400,
            conflicting: 400
        })
    );
    let rows = Rows::of(&wide);
    let (first, second): (Vec<usize>, Vec<usize>) = ((0..250).collect(), (250..400).collect());
    let seen = rows.seen(&first, &fingerprints(&wide, &second)).unwrap();
    assert!(seen.iter().all(|seen| *seen));
    let (first, second): (Vec<usize>, Vec<usize>) = ((0..150).collect(), (150..200).collect());
    assert_eq!(rows.seen(&first, &fingerprints(&wide, &second)), None);
}

#[test]
fn rows_of_coarse_columns_repeat_by_chance() {
    let mut random = Random::new(2);
    let labels: Vec<usize> = (0..400).map(|_| random.below(2)).collect();
    let mut codes = |bound: usize| category((0..400).map(|_| random.below(bound)).collect(), bound);
    assert_eq!(repeats(&table(vec![codes(5)], labels.clone())), None);
    assert_eq!(
        repeats(&table(vec![codes(3), codes(4), codes(5)], labels.clone())),
        None
    );
    // A lone measure with one decimal.
    let mut random = Random::new(3);
    let coarse = (0..400).map(|_| random.below(300) as f64 / 10.0).collect();
    assert_eq!(repeats(&table(vec![Data::Number(coarse)], labels)), None);
}

#[test]
fn equal_values_have_equal_fingerprints() {
    let numbers = Data::Number(vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0]);
    let table = table(vec![numbers], vec![0; 5]);
    let found = fingerprints(&table, &[0, 1, 2, 3, 4]);
    assert!(found[0] == found[1] && found[2] == found[3]);
    assert!(found[0] != found[2] && found[0] != found[4]);
}

proptest! {
    #[test]
    fn rows_by_chance_are_no_repeats(seed: u64, sizes in proptest::collection::vec(2usize..60, 1..4)) {
        let mut random = Random::new(seed);
        let labels = (0..300).map(|_| random.below(2)).collect();
        let columns = sizes
            .iter()
            .map(|size| category((0..300).map(|_| random.below(*size)).collect(), *size))
            .collect();
        prop_assert_eq!(repeats(&table(columns, labels)), None);
    }
}
