//! Files of mixed columns, trees and calibrations, damaged: refused, or they answer with what an
//! answer may be, without a panic and soon.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::damage::{Damage, apply, damage};
use common::mixed::{Mixed, inner, leaf, raw, trees};
use common::{entry_of, put_u32, put_u64, section, u32_at, u64_at};
use model::Model;
use model::answer::Answer;
use model::assemble::{ColumnPart, KernelParts};
use model::baseline::Baseline;
use model::format::{ColumnKind, Kind, Link};
use model::head::Head;
use model::row::{Cell, Row};
use model::score::{NotFinite, Scorer};
use model::timestamp::Timestamp;
use model::trees::MAX_DEPTH;
use model::verify::{Fault, verify};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const FILES: usize = 10;

static WHOLE: LazyLock<[Vec<u8>; FILES]> = LazyLock::new(|| {
    [
        Mixed::linear(),
        Mixed::forest(),
        Mixed::boosting(),
        Mixed::watched(),
        Mixed::explained(),
        Mixed::explained_boosting(),
        Mixed::wide(),
        Mixed::sparse(),
        Mixed::foreign(),
        Mixed::one_vs_rest(),
    ]
    .map(|draft| draft.bytes())
});

/// Some cells that the columns of a model may have.
fn cells(model: &Model<'_>, seed: usize) -> Vec<Cell<'static>> {
    let texts = ["", "urgent late", "Thanks thanks fee", "red"];
    let numbers = [f64::NAN, 0.0, -1e308, 41.7, 1e308];
    let categories = ["", "red", "Ulm", "house", "unknown"];
    let times = ["", "0001-01-01", "9999-12-31T23:59:60", "2025-02-01 11:45"];
    let cell = |(index, kind): (usize, ColumnKind)| {
        let at = seed * 7 + index * 3;
        match kind {
            ColumnKind::Text => Cell::Text(texts[at % 4].into()),
            ColumnKind::Number | ColumnKind::Boolean => Cell::Number(numbers[at % 5]),
            ColumnKind::Category => Cell::Category(categories[at % 5].into()),
            ColumnKind::Timestamp => Cell::Time(Timestamp::parse(times[at % 4], false)),
        }
    };
    let kinds = model.columns.iter().map(|column| column.kind);
    kinds.enumerate().map(cell).collect()
}

/// Everything that can be asked of a model.
fn use_model(model: &Model<'_>) {
    let mut scorer = Scorer::default();
    for seed in 0..9 {
        let row = Row::from_cells(cells(model, seed));
        match scorer.answer(model, &row) {
            Err(NotFinite) => {}
            Ok(Answer::Value(value)) => {
                assert!(
                    matches!(model.head, Head::Value(_)) && value.is_finite(),
                    "{value}"
                );
            }
            Ok(Answer::Label(labelled)) => {
                assert!(model.head.labels().contains(&labelled.label()));
                let sum: f64 = labelled.probabilities.iter().sum();
                let fits = labelled
                    .probabilities
                    .iter()
                    .all(|p| (0.0..=1.0).contains(p));
                // Probabilities of each label against the rest have no sum.
                let link = model.head.classes().map(|classes| classes.link);
                let sums = link == Some(Link::OneVsRest) || (sum - 1.0).abs() < 1e-9;
                assert!(fits && sums, "{:?}", labelled.probabilities);
            }
        }
    }
    if let Some(trees) = model.kernel.trees() {
        let weights = vec![0.5; model.outputs()];
        let row = vec![0.5; model.features];
        let _ = trees.explain(&row, &weights, |feature, _| {
            assert!((feature as usize) < model.features);
        });
    }
    for column in &model.columns {
        for index in 0..(column.feature_count + 2).min(1000) {
            let _ = (column.term(index), column.feature_name(index));
        }
    }
    if let Some(baseline) = model.baseline() {
        use_baseline(model, &baseline);
    }
    let _ = (model.version(), verify(model));
}

/// Whatever is compared with the baseline has a bin.
fn use_baseline(model: &Model<'_>, baseline: &Baseline<'_>) {
    for distribution in &baseline.distributions {
        let bins = distribution.bins();
        assert!((distribution.shares().sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(distribution.shares().count(), bins);
        assert!(distribution.rows() > 0);
        let _ = distribution.name(&model.columns);
        for number in [
            f64::NAN,
            f64::NEG_INFINITY,
            -1.0,
            0.0,
            2.5,
            1e300,
            f64::INFINITY,
        ] {
            assert!(distribution.bin_of_number(number) < bins);
        }
        for name in ["", "red", "1043", "yes", "unknown"] {
            assert!(distribution.bin_of_name(name) < bins);
        }
        for bin in 0..bins + 2 {
            let _ = distribution.bin_name(bin);
        }
        for seed in 0..9 {
            let index = distribution.column.unwrap_or_default();
            let bin = distribution.bin_of_cell(&cells(model, seed)[index]);
            assert!(bin.is_none_or(|bin| bin < bins));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    #[test]
    fn no_damage_makes_a_model_panic(
        which in 0usize..FILES,
        damages in vec(damage(), 1..4),
        reach in prop_oneof![Just(64usize), Just(800), Just(1900), Just(usize::MAX)],
        tell_length in any::<bool>(),
    ) {
        let mut bytes = WHOLE[which].clone();
        for damage in &damages {
            apply(&mut bytes, damage, reach);
        }
        if tell_length {
            apply(&mut bytes, &Damage::TellLength, reach);
        }
        match Model::open(&bytes) {
            Ok(model) => {
                use_model(&model);
                prop_assert_eq!(verify(&model).is_ok(), bytes == WHOLE[which]);
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    /// Damage where none of it is met before a row is: what a checked digest would have shown.
    #[test]
    fn no_section_however_damaged_makes_a_model_panic(
        which in 0usize..FILES,
        kind in 0usize..Kind::ALL.len(),
        places in vec((any::<prop::sample::Index>(), prop_oneof![0u32..64, (u32::MAX - 9).., any::<u32>()]), 1..5),
    ) {
        let mut bytes = WHOLE[which].clone();
        let entries: Vec<usize> = (0..u32_at(&bytes, 12) as usize)
            .map(|index| 64 + 24 * index)
            .filter(|at| u32_at(&bytes, *at) == Kind::ALL[kind] as u32)
            .collect();
        for (index, (place, value)) in places.iter().enumerate() {
            let Some(entry) = entries.get(index % entries.len().max(1)) else { continue };
            let (start, length) = (u64_at(&bytes, entry + 8), u64_at(&bytes, entry + 16));
            if length >= 4 {
                let at = start as usize + place.index(length as usize / 4) * 4;
                put_u32(&mut bytes, at, *value);
            }
        }
        if let Ok(model) = Model::open(&bytes) {
            use_model(&model);
        }
    }
}

#[test]
fn every_byte_of_a_file_is_guarded() {
    for whole in WHOLE.iter() {
        assert!(verify(&Model::open(whole).unwrap()).is_ok());
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            if let Ok(model) = Model::open(&bytes) {
                use_model(&model);
                let fault = verify(&model).unwrap_err();
                assert!(matches!(fault, Fault::Digest { .. }), "byte {at}: {fault}");
            }
        }
    }
}

#[test]
fn every_shorter_file_is_refused() {
    for whole in WHOLE.iter() {
        for length in 0..whole.len() {
            assert!(Model::open(&whole[..length]).is_err(), "{length} bytes");
        }
    }
}

#[test]
fn a_category_out_of_range_counts_as_unknown() {
    let mut bytes = WHOLE[2].clone();
    let slots = section(&bytes, 7, 1);
    for slot in (slots..slots + 3 * 16).step_by(16) {
        if u64_at(&bytes, slot) != 0 {
            put_u32(&mut bytes, slot + 8, 2);
        }
    }
    let model = Model::open(&bytes).unwrap();
    let json = br#"{"rooms": 3, "kind": "house", "built": null}"#;
    let row = Row::from_json(&model.columns, json).unwrap();
    let known = Scorer::default().answer(&model, &row).unwrap();
    let json = br#"{"rooms": 3, "kind": "castle", "built": null}"#;
    let row = Row::from_json(&model.columns, json).unwrap();
    assert_eq!(Scorer::default().answer(&model, &row), Ok(known));
}

/// Trees that shared the nodes of one long walk would take a row through them once a tree.
#[test]
fn a_walk_costs_no_more_than_the_file_is_long() {
    let long: Vec<_> = (0..MAX_DEPTH)
        .map(|_| inner(0, 0.0, u32::MAX))
        .chain([leaf(1.0)])
        .collect();
    let mut draft = Mixed::boosting();
    draft.columns = vec![ColumnPart::Number(raw("a"))];
    draft.kernel = KernelParts::Trees(trees(&[(0, long)], &[]));
    let bytes = draft.bytes_with("");
    let row = Row::from_cells(vec![Cell::Number(-1.0)]);
    let model = Model::open(&bytes).unwrap();
    assert_eq!(
        Scorer::default().answer(&model, &row),
        Ok(Answer::Value(101.1))
    );

    let mut bytes = bytes.clone();
    let records = bytes.len().next_multiple_of(64);
    bytes.resize(records, 0);
    for _ in 0..500_000 {
        bytes.extend(
            [0u32, 0, MAX_DEPTH as u32 + 1]
                .iter()
                .flat_map(|number| number.to_le_bytes()),
        );
    }
    let entry = entry_of(&bytes, 15, u32::MAX);
    put_u64(&mut bytes, entry + 8, records as u64);
    put_u64(&mut bytes, entry + 16, 500_000 * 12);
    apply(&mut bytes, &Damage::TellLength, usize::MAX);
    let start = Instant::now();
    let error = Model::open(&bytes).unwrap_err().to_string();
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(
        error.contains("the nodes of tree 1 do not follow"),
        "{error}"
    );
}
