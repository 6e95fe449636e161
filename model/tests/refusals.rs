//! Each sentence with which a file is refused. The offsets are those of `FORMAT.md`.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

mod common;

use common::refusal::{damaged, refusal, unknown};
use common::{Draft, WORDS, column, entry_of, put_u32, put_u64, section, u32_at, u64_at};
use model::Model;
use model::format::Link;

const NONE: u32 = u32::MAX;

/// The sentence that refuses a good file after this change.
fn refusal_after(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = Draft::support().bytes();
    change(&mut bytes);
    refusal(&bytes)
}

#[test]
fn what_is_no_model_file() {
    let sentence = "this is not a Hearth model file: its first bytes are not those of one";
    for bytes in [
        &b""[..],
        b"\x89HEART",
        b"version https://git-lfs.github.com/spec/v1\n",
    ] {
        assert_eq!(refusal(bytes), sentence);
    }
    // A transfer as text changed the line feed.
    assert_eq!(refusal(b"\x89HEARTH\r\n\x01\0\0\0"), sentence);
}

#[test]
fn a_newer_format() {
    assert_eq!(
        refusal_after(|bytes| put_u32(bytes, 8, 2)),
        "the model file has format 2, and this program reads formats up to 1: use a newer Hearth"
    );
    // Of a newer format nothing else is known: its header may be shorter or its length elsewhere.
    assert!(
        refusal_after(|bytes| {
            put_u32(bytes, 8, 2);
            put_u64(bytes, 16, 0);
        })
        .contains("has format 2")
    );
    assert_eq!(
        refusal_after(|bytes| put_u32(bytes, 8, 0)),
        damaged("it has format 0, which never was")
    );
}

#[test]
fn a_wrong_length() {
    let length = Draft::support().bytes().len();
    assert_eq!(
        refusal_after(|bytes| bytes.truncate(1000)),
        damaged(&format!("it has 1000 bytes, and says that it has {length}"))
    );
    assert_eq!(
        refusal_after(|bytes| bytes.push(0)),
        damaged(&format!(
            "it has {} bytes, and says that it has {length}",
            length + 1
        ))
    );
    assert_eq!(
        refusal_after(|bytes| bytes.truncate(63)),
        damaged("it ends within its header")
    );
}

#[test]
fn a_table_that_cannot_be() {
    assert_eq!(
        refusal_after(|bytes| put_u32(bytes, 12, 4000)),
        damaged("its table of 4000 sections does not fit into it")
    );
    assert_eq!(
        refusal_after(|bytes| put_u32(bytes, 12, u32::MAX)),
        damaged("it has more than 4096 sections")
    );
}

#[test]
fn a_section_out_of_bounds() {
    for length in [1 << 20, u64::MAX, u64::MAX - 1000] {
        assert_eq!(
            refusal_after(|bytes| put_u64(bytes, 64 + 16, length)),
            damaged("section 0 lies outside of it")
        );
    }
    assert_eq!(
        refusal_after(|bytes| put_u64(bytes, 64 + 24 + 8, u64::MAX - 63)),
        damaged("section 1 lies outside of it")
    );
}

#[test]
fn a_misaligned_section() {
    assert_eq!(
        refusal_after(|bytes| put_u64(bytes, 64 + 8, 65)),
        damaged("section 0 does not begin at a multiple of 64 bytes")
    );
}

#[test]
fn numbers_that_a_newer_program_may_know() {
    let summary = |at, number| {
        refusal_after(move |bytes| {
            let at = section(bytes, 1, NONE) + at;
            put_u32(bytes, at, number);
        })
    };
    assert_eq!(summary(32, 9), unknown("task 9"));
    assert_eq!(summary(36, 99), unknown("estimator 99"));
    assert_eq!(summary(40, 99), unknown("link 99"));
    assert_eq!(
        refusal_after(|bytes| put_u32(bytes, 64, 99)),
        unknown("a section of kind 99")
    );
    let column_kind = refusal_after(|bytes| {
        let at = section(bytes, 2, NONE) + 24 + 8;
        put_u32(bytes, at, 9);
    });
    assert_eq!(column_kind, unknown("a column \"body\" of kind 9"));
}

#[test]
fn sections_that_are_not_there_once() {
    let renamed = |kind, column, to_kind, to_column| {
        refusal_after(move |bytes| {
            let entry = entry_of(bytes, kind, column);
            put_u32(bytes, entry, to_kind);
            put_u32(bytes, entry + 4, to_column);
        })
    };
    assert_eq!(
        renamed(12, NONE, 11, NONE),
        damaged("it has more than one section Golden")
    );
    assert_eq!(renamed(12, NONE, 12, 0), damaged("it has no section Card"));
    assert_eq!(
        renamed(10, 1, 10, 2),
        damaged("it has no section Terms for column 1")
    );
}

#[test]
fn sections_of_a_wrong_length() {
    let shortened = |kind, column, length| {
        refusal_after(move |bytes| {
            let entry = entry_of(bytes, kind, column);
            put_u64(bytes, entry + 16, length);
        })
    };
    assert_eq!(
        shortened(1, NONE, 0),
        damaged("its summary is not one record")
    );
    assert_eq!(
        shortened(3, NONE, 7),
        damaged("its section Labels ends within a record")
    );
    assert_eq!(shortened(2, NONE, 0), damaged("it has no column"));
    assert_eq!(
        shortened(2, NONE, 24),
        damaged("it says that it has 4 features, and its columns have 2")
    );
    assert_eq!(
        shortened(8, NONE, 44),
        damaged("its 11 weights do not fit 4 features and 3 outputs")
    );
    assert_eq!(
        shortened(5, NONE, 16),
        damaged("its intercepts are not one finite number an output")
    );
    assert_eq!(
        shortened(9, 0, 8),
        damaged(
            "the features of the column \"subject\" do not follow those before it, or are not as many as its terms"
        )
    );
    assert_eq!(
        shortened(4, NONE, 3),
        damaged("a name lies outside of its section Strings")
    );
}

#[test]
fn more_columns_than_sections() {
    let sentence = refusal_after(|bytes| {
        // The section goes behind all others, in the table, too, and has 40 records of zeros.
        let entry = entry_of(bytes, 2, NONE);
        let count = u32_at(bytes, 12) as usize;
        bytes[entry..64 + 24 * count].rotate_left(24);
        let (entry, start) = (64 + 24 * (count - 1), bytes.len().next_multiple_of(64));
        bytes.resize(start + 24 * 40, 0);
        put_u64(bytes, entry + 8, start as u64);
        put_u64(bytes, entry + 16, 24 * 40);
        let length = bytes.len() as u64;
        put_u64(bytes, 16, length);
    });
    assert_eq!(sentence, damaged("it has no sections for 40 columns"));
}

#[test]
fn settings_that_no_program_writes() {
    // lowercase 2, n-grams of no word, of 9 words, of more to fewer, a displacement too far.
    for (at, number) in [
        (0, 2),
        (4, 0),
        (8, 9),
        (4, 3),
        (12, 2),
        (16, 7),
        (20, 4097),
        (20, 1000),
    ] {
        let sentence = refusal_after(move |bytes| {
            let text = section(bytes, 6, 1);
            put_u32(bytes, text + at, number);
        });
        assert_eq!(
            sentence,
            damaged("the settings of the column \"body\" are not legal")
        );
    }
}

#[test]
fn a_name_that_is_not_utf8() {
    let sentence = refusal_after(|bytes| {
        let strings = section(bytes, 4, NONE);
        bytes[strings] = 0xff;
    });
    assert_eq!(sentence, damaged("a name in it is not UTF-8"));
}

#[test]
fn an_intercept_that_is_not_finite() {
    let mut draft = Draft::support();
    draft.intercepts[1] = f64::NAN;
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("its intercepts are not one finite number an output")
    );
}

#[test]
fn weights_that_do_not_fit() {
    let mut draft = Draft::support();
    draft.weights.push(0.0);
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("its 13 weights do not fit 4 features and 3 outputs")
    );
}

#[test]
fn labels_and_outputs_that_do_not_fit() {
    let mut draft = Draft::support();
    draft.labels.push("fourth".into());
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("4 labels and 3 outputs do not fit softmax")
    );
    draft.link = Link::Sigmoid;
    draft.intercepts.truncate(1);
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("4 labels and 1 outputs do not fit sigmoid")
    );
    draft.link = Link::Softmax;
    draft.labels.truncate(1);
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("1 labels and 1 outputs do not fit softmax")
    );
}

#[test]
fn names_given_twice() {
    let mut draft = Draft::support();
    draft.labels[2] = "billing".into();
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("two labels are called \"billing\"")
    );

    let mut draft = Draft::support();
    draft.columns[1].name = "subject".into();
    assert_eq!(
        refusal(&draft.bytes_with("")),
        damaged("two columns are called \"subject\"")
    );
}

#[test]
fn columns_whose_features_leave_a_gap() {
    let sentence = refusal_after(|bytes| {
        let columns = section(bytes, 2, NONE);
        put_u32(bytes, columns + 24 + 12, 3);
    });
    assert!(
        sentence.contains("the features of the column \"body\" do not follow"),
        "{sentence}"
    );
}

#[test]
fn a_file_without_columns() {
    let mut draft = Draft::support();
    draft.columns.clear();
    draft.weights.clear();
    assert_eq!(refusal(&draft.bytes_with("")), damaged("it has no column"));
}

#[test]
fn a_column_without_terms_is_legal() {
    let mut draft = Draft::spam();
    draft.columns = vec![column("text", WORDS, &[])];
    draft.weights.clear();
    let bytes = draft.bytes();
    assert_eq!(model::verify::verify(&Model::open(&bytes).unwrap()), Ok(1));
}

#[test]
fn sections_that_share_bytes() {
    let sentence = refusal_after(|bytes| {
        // All of them reach to the end of the file.
        for entry in (0..u32_at(bytes, 12) as usize).map(|index| 64 + 24 * index) {
            let length = bytes.len() as u64 - u64_at(bytes, entry + 8);
            put_u64(bytes, entry + 16, length);
        }
    });
    let expected = "its sections overlap: together they are longer than it";
    assert_eq!(sentence, damaged(expected));
}

#[test]
fn names_that_make_every_answer_long() {
    let mut draft = Draft::support();
    draft.labels[0] = "a".repeat(model::MAX_NAME);
    assert!(Model::open(&draft.bytes_with("")).is_ok());
    draft.labels[0].push('a');
    let sentence = damaged("a name in it has more than 1024 bytes");
    assert_eq!(refusal(&draft.bytes_with("")), sentence);
    let mut draft = Draft::support();
    draft.columns[1].name = "c".repeat(2000);
    assert_eq!(refusal(&draft.bytes_with("")), sentence);
}
