//! Each sentence with which a file of mixed columns is refused. The offsets are those of `FORMAT.md`.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::Draft;
use common::mixed::{Mixed, category};
use common::refusal::{changed, damaged, of_length, refusal, unknown};
use common::{entry_of, put_u32, put_u64, section};
use model::assemble::ColumnPart;
use model::format::CategoryEncoding;

const NONE: u32 = u32::MAX;

#[test]
fn numbers_that_a_newer_program_may_know() {
    let linear = Mixed::linear().bytes();
    assert_eq!(changed(&linear, 1, NONE, 52, 3), unknown("a calibration 3"));
    assert_eq!(
        changed(&linear, 13, 1, 0, 9),
        unknown("a number of encoding 9")
    );
    assert_eq!(
        changed(&linear, 13, 4, 0, 0),
        unknown("a timestamp of encoding 0")
    );
    assert_eq!(
        changed(&linear, 14, 2, 0, 3),
        unknown("a category of encoding 3")
    );
}

#[test]
fn another_way_to_cut_text() {
    let characters = Draft::characters().bytes();
    let sentence = unknown("another way to cut the text of column 1");
    assert_eq!(changed(&characters, 24, 1, 0, 2), sentence);
    assert_eq!(changed(&characters, 24, 1, 0, 0), sentence);
    assert_eq!(of_length(&characters, 24, 1, 0), sentence);
}

#[test]
fn means_that_are_not_one_an_inner_node() {
    let explained = Mixed::explained().bytes();
    for length in [0, 20, 28] {
        let damage = damaged("the means of its nodes are not one an inner node");
        assert_eq!(of_length(&explained, 20, NONE, length), damage);
    }
    let ends = damaged("its section NodeMeans ends within a record");
    assert_eq!(of_length(&explained, 20, NONE, 21), ends);
}

#[test]
fn settings_that_no_program_writes() {
    let linear = Mixed::linear().bytes();
    let infinite = 0x7ff0_0000; // the high half of a number
    for (kind, column, at, number, name) in [
        (13, 1, 4, 2, "income"),            // an option that is neither 0 nor 1
        (13, 1, 12, infinite, "income"),    // a mean
        (13, 1, 20, infinite, "income"),    // a scale
        (13, 1, 20, 0xc010_0000, "income"), // a scale of -4
        (13, 3, 28, infinite, "member"),    // what stands for a missing value
        (13, 4, 4, 7, "start"),
        (14, 2, 4, 4097, "colour"), // a displacement
        (14, 2, 4, 900, "colour"),
    ] {
        assert_eq!(
            changed(&linear, kind, column, at, number),
            damaged(&format!(
                "the settings of the column {name:?} are not legal"
            ))
        );
    }
    for (kind, column, length, name) in [
        (13, 1, 0, "income"),
        (13, 1, 96, "income"),
        (14, 2, 0, "colour"),
    ] {
        assert_eq!(
            of_length(&linear, kind, column, length),
            damaged(&format!(
                "the settings of the column {name:?} are not legal"
            ))
        );
    }
    assert_eq!(
        of_length(&linear, 13, 1, 47),
        damaged("its section Number ends within a record")
    );
}

#[test]
fn features_that_are_not_those_of_the_encoding() {
    let linear = Mixed::linear().bytes();
    let sentence = |name: &str| {
        damaged(&format!(
            "the features of the column {name:?} do not follow those before it, or are not as many as its terms"
        ))
    };
    // The option of a standard number is a feature.
    assert_eq!(changed(&linear, 13, 1, 4, 0), sentence("income"));
    assert_eq!(changed(&linear, 13, 4, 0, 2), sentence("start"));
    assert_eq!(changed(&linear, 14, 2, 0, 2), sentence("colour"));
    assert_eq!(of_length(&linear, 9, 2, 8), sentence("colour"));
}

/// Columns that share one section of ends would have more features than a row's memory may hold.
#[test]
fn columns_that_share_a_section() {
    let named = |index: u32| {
        let kinds = [("flat", 1.0), ("house", 1.0)];
        let name = format!("kind {index}");
        ColumnPart::Category(category(&name, CategoryEncoding::OneHot, &kinds))
    };
    let mut draft = Mixed::boosting();
    draft.columns = (0..60).map(named).collect();
    let mut bytes = draft.bytes_with("");
    let ends = bytes.len().next_multiple_of(64);
    bytes.resize(ends + 8 * 9000, 0);
    let columns = section(&bytes, 2, NONE);
    for column in 0..60u32 {
        let entry = entry_of(&bytes, 9, column);
        put_u64(&mut bytes, entry + 8, ends as u64);
        put_u64(&mut bytes, entry + 16, 8 * 9000);
        let record = columns + 24 * column as usize;
        put_u32(&mut bytes, record + 12, 9000 * column);
        put_u32(&mut bytes, record + 16, 9000);
    }
    let summary = section(&bytes, 1, NONE);
    put_u32(&mut bytes, summary + 48, 60 * 9000);
    let length = bytes.len() as u64;
    put_u64(&mut bytes, 16, length);
    assert_eq!(
        refusal(&bytes),
        damaged("its sections overlap: together they are longer than it")
    );
}
