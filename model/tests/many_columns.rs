//! Models of more columns than the section table has entries for.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::mixed::{Mixed, STANDARD, category, number};
use common::refusal::{changed, damaged, of_length, refusal};
use common::{entry_of, put_u32, put_u64, section, strings, u32_at, u64_at};
use model::Model;
use model::assemble::{ColumnPart, KernelParts};
use model::format::CategoryEncoding;
use model::row::Row;
use model::score::Scorer;
use model::verify::verify;
use proptest::prelude::*;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const NONE: u32 = u32::MAX;
/// Entries of sections of columns.
const COLUMN_SECTIONS: u32 = 26;

/// A linear model with so many numbers and, behind them, so many categories.
fn model_of(numbers: usize, categories: usize) -> Vec<u8> {
    let mut draft = Mixed::of_value();
    let of_numbers = (0..numbers).map(|at| {
        let name = format!("n{at}");
        ColumnPart::Number(number(&name, STANDARD))
    });
    let of_categories = (0..categories).map(|at| {
        let name = format!("c{at}");
        let known = [("red", 1.0), ("blue", 1.0)];
        ColumnPart::Category(category(&name, CategoryEncoding::OneHot, &known))
    });
    draft.columns = of_numbers.chain(of_categories).collect();
    let features = numbers + 2 * categories;
    let weights = (0..features).map(|at| (at % 7) as f32 - 3.0).collect();
    draft.kernel = KernelParts::Weights(weights);
    draft.golden = strings(&[&row(numbers, categories, 5), &row(numbers, categories, 3)]);
    draft.bytes()
}

/// A row with the category red in each column whose place is a multiple of `step`.
fn row(numbers: usize, categories: usize, step: usize) -> String {
    let of_numbers = (0..numbers).map(|at| format!("\"n{at}\":{}", at % step));
    let colour = |at: usize| {
        if at.is_multiple_of(step) {
            "red"
        } else {
            "blue"
        }
    };
    let of_categories = (0..categories).map(|at| format!("\"c{at}\":\"{}\"", colour(at)));
    let members: Vec<String> = of_numbers.chain(of_categories).collect();
    format!("{{{}}}", members.join(","))
}

static MIXED: LazyLock<Vec<u8>> = LazyLock::new(|| model_of(200, 1000));

#[test]
fn twenty_thousand_columns_are_written_and_read() {
    for (numbers, categories) in [(20_000, 0), (0, 5_000), (10_000, 2_500), (4_090, 0)] {
        let bytes = model_of(numbers, categories);
        let model = Model::open(&bytes).unwrap();
        assert_eq!(model.columns.len(), numbers + categories);
        assert_eq!(verify(&model), Ok(2), "{numbers} {categories}");
    }
}

/// Up to 4,096 sections a file is as it ever was.
#[test]
fn the_entries_of_few_columns_are_in_the_table() {
    for (numbers, is_in_table) in [(4_088, true), (4_089, false)] {
        let bytes = model_of(numbers, 0);
        let count = u32_at(&bytes, 12);
        match is_in_table {
            true => assert_eq!(count, 4_096),
            false => {
                assert_eq!(count, 9);
                let entry = entry_of(&bytes, COLUMN_SECTIONS, NONE);
                assert_eq!(u64_at(&bytes, entry + 16), 24 * 4_089);
            }
        }
    }
}

#[test]
fn the_same_parts_give_the_same_bytes_for_ever() {
    let model = Model::open(&MIXED).unwrap();
    assert_eq!(
        model.digest_hex(),
        "d8bac07fe5cd2cea94c2504d332111fce4201b70b4c4d211321d7a27e3ac46f7"
    );
}

#[test]
fn a_reader_written_from_the_specification_gives_the_same_answers() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let file = std::env::temp_dir().join(format!("columns-{}.hearth", std::process::id()));
    std::fs::write(&file, &*MIXED).unwrap();
    let run = Command::new("python3")
        .arg(folder.join("reader.py"))
        .arg(&file)
        .output();
    std::fs::remove_file(&file).unwrap();
    let Ok(output) = run else {
        eprintln!("skipped: there is no python3 to run reader.py");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.trim(), "2 golden cases agree");
}

/// The time of a row, and of opening, is that of its columns.
#[test]
fn five_times_the_columns_take_about_five_times_the_time() {
    let files = [4_000, 20_000].map(|columns| (model_of(columns, 0), row(columns, 0, 5)));
    let mut least = [(Duration::MAX, Duration::MAX); 2];
    for _ in 0..15 {
        for ((bytes, json), least) in files.iter().zip(&mut least) {
            let start = Instant::now();
            let model = Model::open(bytes).unwrap();
            least.0 = least.0.min(start.elapsed());
            let mut scorer = Scorer::default();
            let start = Instant::now();
            let row = Row::from_json(&model.columns, json.as_bytes()).unwrap();
            scorer.answer(&model, &row).unwrap();
            least.1 = least.1.min(start.elapsed());
        }
    }
    let [(open_few, row_few), (open_many, row_many)] = least;
    println!("opening: {open_few:?}, {open_many:?}; a row: {row_few:?}, {row_many:?}");
    assert!(open_many < 15 * open_few, "{open_few:?} {open_many:?}");
    assert!(row_many < 15 * row_few, "{row_few:?} {row_many:?}");
}

#[test]
fn entries_that_cannot_be_are_refused() {
    let twice = changed(&MIXED, COLUMN_SECTIONS, NONE, 24 + 4, 0);
    assert_eq!(
        twice,
        damaged("it has more than one section Number for column 0")
    );
    let other = changed(&MIXED, COLUMN_SECTIONS, NONE, 24 + 4, 9_999);
    assert_eq!(other, damaged("it has no section Number for column 1"));
    let none = of_length(&MIXED, COLUMN_SECTIONS, NONE, 24);
    assert_eq!(none, damaged("it has no sections for 1200 columns"));
    let part = of_length(&MIXED, COLUMN_SECTIONS, NONE, 25);
    assert_eq!(
        part,
        damaged("its section ColumnSections ends within a record")
    );
    let mut bytes = MIXED.clone();
    let first = section(&bytes, COLUMN_SECTIONS, NONE);
    put_u64(&mut bytes, first + 8, u64::MAX - 63);
    assert_eq!(refusal(&bytes), damaged("section 0 lies outside of it"));
    let mut bytes = MIXED.clone();
    put_u64(
        &mut bytes,
        first + 16,
        u64_at(&MIXED, 16) - u64_at(&MIXED, first + 8),
    );
    assert_eq!(
        refusal(&bytes),
        damaged("its sections overlap: together they are longer than it")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the entries are, the file is refused or it answers.
    #[test]
    fn no_entries_make_a_model_panic(
        places in prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![0u32..64, 64u32..500_000, any::<u32>()]),
            1..4,
        ),
    ) {
        let mut bytes = MIXED.clone();
        let start = section(&bytes, COLUMN_SECTIONS, NONE);
        let length = u64_at(&bytes, entry_of(&bytes, COLUMN_SECTIONS, NONE) + 16) as usize;
        for (place, value) in &places {
            put_u32(&mut bytes, start + 4 * place.index(length / 4), *value);
        }
        if let Ok(model) = Model::open(&bytes) {
            let json = row(200, 1000, 5);
            if let Ok(row) = Row::from_json(&model.columns, json.as_bytes()) {
                let _ = Scorer::default().answer(&model, &row);
            }
            let _ = verify(&model);
        }
    }
}
