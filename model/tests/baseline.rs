//! The baseline, as it is written and as it is read.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::Mixed;
use common::{put_u32, put_u64, section};
use model::Model;
use model::assemble::{BaselineParts, BinParts, DistributionPart};
use model::baseline::NAMES;
use model::format::Statistic;
use model::row::{Cell, Row};
use model::timestamp::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

const NONE: u32 = u32::MAX;

fn named(bins: &[(String, f64)]) -> Vec<(&str, f64)> {
    bins.iter()
        .map(|(name, share)| (name.as_str(), *share))
        .collect()
}

/// The distributions of a file: the name of each, and of each bin its name and share.
fn read(bytes: &[u8]) -> Vec<(String, Vec<(String, f64)>)> {
    let model = Model::open(bytes).unwrap();
    let baseline = model.baseline().unwrap();
    let of = |distribution: &model::baseline::Distribution<'_>| {
        let shares = distribution.shares().enumerate();
        let bins = shares.map(|(bin, share)| (distribution.bin_name(bin), share));
        (distribution.name(&model.columns), bins.collect())
    };
    baseline.distributions.iter().map(of).collect()
}

#[test]
fn a_baseline_is_read_as_it_was_written() {
    let bytes = Mixed::watched().bytes();
    let read = read(&bytes);
    let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "note.num_chars",
        "note.num_tokens",
        "note.oov_ratio",
        "income",
        "colour",
        "member",
        "start",
        "prediction.confidence",
        "prediction.label",
    ];
    assert_eq!(names, expected);
    let sixth = 1.0 / 6.0;
    let income = [
        ("<= -0.5", sixth),
        ("<= 2.5", sixth),
        ("<= 3", 2.0 * sixth),
        ("> 3", sixth),
        ("missing", sixth),
    ];
    assert_eq!(named(&read[3].1), income);
    let colour = [
        ("red", 7.0 / 12.0),
        ("1043", 2.0 / 12.0),
        ("déjà vu", 2.0 / 12.0),
        ("other", 0.0),
        ("missing", 1.0 / 12.0),
    ];
    assert_eq!(named(&read[4].1), colour);
    assert_eq!(
        named(&read[5].1),
        [("<= 0", 0.5), ("> 0", 0.5), ("missing", 0.0)]
    );
    assert_eq!(
        named(&read[6].1),
        [("any", 2.0 / 3.0), ("missing", 1.0 / 3.0)]
    );
    let model = Model::open(&bytes).unwrap();
    assert_eq!(model.baseline().unwrap().rows, 12);
}

#[test]
fn where_training_had_one_value_every_other_is_news() {
    let part = DistributionPart {
        statistic: Statistic::Prediction,
        column: None,
        bins: BinParts::of_numbers([5.0, 5.0, f64::NAN]),
    };
    let mut draft = Mixed::boosting();
    draft.baseline = Some(BaselineParts {
        rows: 3,
        distributions: vec![part],
    });
    let bytes = draft.bytes_with("");
    let model = Model::open(&bytes).unwrap();
    let [only] = model.baseline().unwrap().distributions[..] else {
        panic!("one was written")
    };
    for (value, name) in [
        (4.999, "< 5"),
        (5.0, "5"),
        (5.001, "> 5"),
        (f64::NAN, "missing"),
    ] {
        assert_eq!(only.bin_name(only.bin_of_number(value)), name);
    }
    assert_eq!(
        only.shares().collect::<Vec<_>>(),
        [0.0, 2.0 / 3.0, 0.0, 1.0 / 3.0]
    );
}

#[test]
fn what_is_compared_finds_its_bin() {
    let bytes = Mixed::watched().bytes();
    let model = Model::open(&bytes).unwrap();
    let baseline = model.baseline().unwrap();
    let [income, colour, member, start] = [3, 4, 5, 6].map(|at| baseline.distributions[at]);
    for (value, bin) in [
        (f64::NEG_INFINITY, 0),
        (-0.5, 0),
        (-0.49, 1),
        (2.5, 1),
        (3.0, 2),
        (3.1, 3),
        (f64::INFINITY, 3),
        (f64::NAN, 4),
    ] {
        assert_eq!(income.bin_of_number(value), bin, "{value}");
        assert_eq!(income.bin_of_cell(&Cell::Number(value)), Some(bin));
    }
    for (name, bin) in [("red", 0), ("1043", 1), ("déjà vu", 2), ("Red", 3), ("", 4)] {
        assert_eq!(colour.bin_of_name(name), bin, "{name}");
        assert_eq!(colour.bin_of_cell(&Cell::Category(name.into())), Some(bin));
    }
    assert_eq!(member.bin_of_cell(&Cell::Number(1.0)), Some(1));
    let time = Timestamp::parse("2025-02-01", false);
    assert_eq!(start.bin_of_cell(&Cell::Time(time)), Some(0));
    assert_eq!(start.bin_of_cell(&Cell::Time(None)), Some(1));
    // Text has statistics, and no bin of its own.
    assert_eq!(
        baseline.distributions[0].bin_of_cell(&Cell::Text("a".into())),
        None
    );
    // A row gives each of its columns one.
    let row = Row::from_json(
        &model.columns,
        br#"{"note": "", "income": 3, "colour": "red", "start": ""}"#,
    );
    let bins: Vec<_> = (1..5)
        .zip([income, colour, member, start])
        .map(|(column, of)| of.bin_of_cell(&row.as_ref().unwrap().cells()[column]))
        .collect();
    assert_eq!(bins, [Some(2), Some(0), Some(2), Some(1)]);
}

#[test]
fn files_from_before_have_none_and_are_the_same() {
    let bytes = Mixed::linear().bytes();
    assert!(Model::open(&bytes).unwrap().baseline().is_none());
    let kept = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/files/tables-1-linear.hearth"
    );
    assert!(std::fs::read(kept).unwrap() == bytes);
}

#[test]
fn the_most_frequent_names_are_listed() {
    let names: Vec<String> = (0..NAMES + 20)
        .map(|index| format!("name{index:03}"))
        .collect();
    let counted = names.iter().map(String::as_str).zip(1..);
    let BinParts::Names { names, counts } = BinParts::of_names(counted.chain([("", 3)])) else {
        panic!("these are names");
    };
    assert_eq!((names.len(), counts.len()), (NAMES, NAMES + 2));
    assert_eq!((names[0].as_str(), counts[0]), ("name069", 70));
    assert_eq!(counts[NAMES..], [(1..=20).sum::<u32>(), 3]);
}

#[test]
fn a_distribution_of_nothing_is_left_out() {
    let mut draft = Mixed::watched();
    let baseline = draft.baseline.as_mut().unwrap();
    baseline.distributions[0].bins = BinParts::of_numbers([]);
    baseline.distributions[4].bins = BinParts::of_names([]);
    let names = read(&draft.bytes()).into_iter().map(|(name, _)| name);
    let names: Vec<String> = names.collect();
    assert_eq!(names.len(), 7);
    assert!(
        !names.contains(&"note.num_chars".to_string()) && !names.contains(&"colour".to_string())
    );
}

#[test]
fn what_a_newer_program_counts_is_passed_over() {
    let mut bytes = Mixed::watched().bytes();
    let records = section(&bytes, 21, NONE) + 16;
    put_u32(&mut bytes, records + 3 * 12, 99);
    let model = Model::open(&bytes).unwrap();
    let baseline = model.baseline().unwrap();
    let names = baseline
        .distributions
        .iter()
        .map(|of| of.name(&model.columns));
    let names: Vec<String> = names.collect();
    assert_eq!(names.len(), 8);
    assert!(!names.contains(&"income".to_string()), "{names:?}");
    assert_eq!(baseline.distributions[3].bin_name(0), "red");
}

/// Each is found when the baseline is asked for, and not when the model is opened.
#[test]
fn a_damaged_baseline_is_none() {
    let whole = Mixed::watched().bytes();
    let at = section(&whole, 21, NONE);
    let (records, bins) = (at + 16, at + 16 + 9 * 12);
    let infinite = f64::INFINITY.to_bits();
    let cases: [(&str, usize, u64); 12] = [
        (
            "more distributions than there is room for",
            at + 8,
            0xffff_ffff,
        ),
        ("more bins than there is room for", at + 12, 0xffff_ffff),
        ("fewer distributions", at + 8, 8),
        ("a column that there is not", records + 4, 5),
        ("the column of another kind", records + 4, 1),
        ("a column of what has none", records + 7 * 12 + 4, 0),
        ("no bins", records + 8, 0),
        ("one bin", records + 8, 1),
        ("more bins than are left", records + 8, 1000),
        ("an edge that does not ascend", bins, f64::NAN.to_bits()),
        ("no end of the edges", bins + 2 * 16, infinite - 1),
        ("edges after the end", bins, infinite),
    ];
    for (what, at, value) in cases {
        let mut bytes = whole.clone();
        match what {
            what if what.contains("edge") => put_u64(&mut bytes, at, value),
            _ => put_u32(&mut bytes, at, value as u32),
        }
        let model = Model::open(&bytes).unwrap();
        assert!(model.baseline().is_none(), "{what}");
    }
    // Names that end out of order, before the beginning, within a character.
    let colour = bins + 16 * (4 * 3 + 5);
    for (bin, end) in [(0, 100), (1, 2), (2, 9)] {
        let mut bytes = whole.clone();
        put_u32(&mut bytes, colour + bin * 16 + 12, end);
        assert!(
            Model::open(&bytes).unwrap().baseline().is_none(),
            "name {bin}"
        );
    }
    // Counts that are all 0.
    let mut bytes = whole.clone();
    for bin in 0..4 {
        put_u32(&mut bytes, bins + bin * 16 + 8, 0);
    }
    assert!(Model::open(&bytes).unwrap().baseline().is_none());
}

proptest! {
    #[test]
    fn every_number_is_counted_in_the_bin_that_it_finds(
        numbers in vec(prop_oneof![
            (-3i8..9).prop_map(f64::from),
            any::<f64>(),
            Just(f64::NAN),
            -1.0..1.0f64,
        ], 1..80),
    ) {
        let part = DistributionPart {
            statistic: Statistic::Prediction,
            column: None,
            bins: BinParts::of_numbers(numbers.iter().copied()),
        };
        let mut draft = Mixed::boosting();
        draft.baseline = Some(BaselineParts { rows: 1, distributions: vec![part] });
        let bytes = draft.bytes_with("");
        let model = Model::open(&bytes).unwrap();
        let baseline = model.baseline().unwrap();
        let [distribution] = baseline.distributions[..] else { panic!("one was written") };
        prop_assert_eq!(distribution.rows(), numbers.len() as u64);
        prop_assert!(distribution.bins() <= 11);
        let mut counts = vec![0; distribution.bins()];
        numbers.iter().for_each(|number| counts[distribution.bin_of_number(*number)] += 1);
        let shares = counts.iter().map(|count| f64::from(*count) / numbers.len() as f64);
        prop_assert!(distribution.shares().eq(shares), "{:?}", counts);
        // None is empty, but for what is missing and those beside an only value; with one bin there may be
        // nothing else.
        let filled = counts[..counts.len() - 1].iter().filter(|count| **count > 0).count();
        prop_assert!(filled == counts.len() - 1 || filled <= 1);
    }
}
