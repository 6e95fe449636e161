//! `hearth train` on tables that cannot be learnt from: one sentence that says which file, which
//! line and what was expected; no answer, no file left behind, no panic.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::process::Command;

use support::binary::{binary, finish};
use support::{Finished, hearth, names};
use tempfile::TempDir;

/// The one sentence that a refused command gives.
#[track_caller]
fn sentence(finished: &Finished) -> &str {
    let told = &finished.stderr;
    assert_eq!(finished.status.code(), Some(1), "{told}");
    assert_eq!(finished.stdout, "");
    assert!(!told.contains("panicked"), "{told}");
    assert_eq!(told.matches('\n').count(), 1, "{told}");
    let sentence = told.strip_prefix("hearth: ");
    sentence.unwrap_or_else(|| panic!("{told}")).trim_end()
}

/// Trains on `table` with column `label` as target, quietly, and checks that the refusal is
/// `expected` and leaves the folder as it was.
#[track_caller]
fn refused(folder: &TempDir, table: &str, expected: &str) {
    let before = names(folder.path());
    let arguments = ["train", "--quiet", "--target", "label", "--data", table];
    let finished = hearth(folder.path(), &arguments);
    assert_eq!(sentence(&finished), expected);
    assert_eq!(names(folder.path()), before);
}

/// A table whose line 17 is `line`; the lines before it are good.
fn with_line_17(line: &[u8]) -> Vec<u8> {
    let mut table = b"text,label\n".to_vec();
    for number in 2..17 {
        let label = ["delivery", "billing"][number % 2];
        table.extend(format!("where is order {number},{label}\n").bytes());
    }
    table.extend(line);
    table.extend(b"\nhow do I pay,billing\n");
    table
}

fn folder_with(name: &str, content: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join(name), content).expect("it can be written to");
    folder
}

#[test]
fn the_table_of_these_tests_is_good_but_for_its_line_17() {
    let folder = folder_with("a.csv", &with_line_17(b"my parcel is late,delivery"));
    let arguments = ["train", "--target", "label", "--data", "a.csv"];
    hearth(folder.path(), &arguments).success();
    assert_eq!(names(folder.path()), ["a.csv", "model.hearth"]);
}

#[test]
fn a_row_that_is_wrong_is_named_by_its_line() {
    for (line, expected) in [
        (
            &b",delivery"[..],
            "the text \"text\" is empty; fill it in, or leave such rows out with --skip-empty",
        ),
        (
            b"my parcel,",
            "the target \"label\" is empty; fill it in, or leave such rows out with --skip-empty",
        ),
        (
            b"my parcel,delivery,today",
            "this row has 3 values; 2 were expected, as in the header",
        ),
        (
            b"my parcel",
            "this row has 1 values; 2 were expected, as in the header",
        ),
        (
            b"my \xff parcel,delivery",
            "the column \"text\" is not UTF-8 text; save the file as UTF-8",
        ),
        (
            b"\"my parcel,delivery",
            "the row that begins here has a quote that is never closed",
        ),
    ] {
        let folder = folder_with("a.csv", &with_line_17(line));
        refused(&folder, "a.csv", &format!("a.csv, line 17: {expected}"));
    }
    let lines = "{\"text\": \"my parcel is late\", \"label\": \"delivery\"}\n".repeat(16);
    let broken = lines.clone() + "{\"text\": \"my parcel\", \"label\"}\n";
    let folder = folder_with("a.jsonl", broken.as_bytes());
    let what = "a JSON object was expected: expected `:` at column 30";
    refused(&folder, "a.jsonl", &format!("a.jsonl, line 17: {what}"));
    let nested = lines + "{\"text\": \"my parcel\", \"label\": [\"delivery\"]}\n";
    let folder = folder_with("a.jsonl", nested.as_bytes());
    let what = "the target \"label\" is an array; a label was expected";
    refused(&folder, "a.jsonl", &format!("a.jsonl, line 17: {what}"));
}

#[test]
fn a_header_that_is_wrong_is_named_by_its_line() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    };
    for (content, expected) in [
        (
            b"text,text,label\na,b,c\n".to_vec(),
            "the column \"text\" is given twice",
        ),
        (
            utf16("text,label\nwhere is it,delivery\n"),
            "this is UTF-16 text; save it as UTF-8",
        ),
    ] {
        let folder = folder_with("a.csv", &content);
        refused(&folder, "a.csv", &format!("a.csv, line 1: {expected}"));
    }
}

#[test]
fn a_table_that_teaches_nothing_is_named() {
    let one_label = with_line_17(b"x y z,billing").to_vec();
    let one_label = String::from_utf8(one_label)
        .unwrap()
        .replace("delivery", "billing");
    let mut counted = String::from("id,label\n");
    for number in 1..=30 {
        counted += &format!("{number},{}\n", ["delivery", "billing"][number % 2]);
    }
    for (content, expected) in [
        ("", "it is empty; a header row was expected"),
        (
            "text,label\n",
            "there are no rows under the header; training rows were expected",
        ),
        (
            "text,queue\nwhere is it,delivery\n",
            "there is no column \"label\"; it has text, queue",
        ),
        (
            "id,label\n1,delivery\n2,billing\n",
            "2 rows are too few to hold any out for measuring; give --test or a greater --holdout",
        ),
        (
            &counted,
            "no column is left to learn from (id: it counts the 30 rows up, from 1 to 30; --keep id includes it)",
        ),
        (
            "label\ndelivery\nbilling\n",
            "it has the target \"label\" and nothing else; a column to learn from was expected",
        ),
        (
            &one_label,
            "every row has the target \"billing\"; at least two labels are needed to tell apart",
        ),
    ] {
        let folder = folder_with("a.csv", content.as_bytes());
        refused(&folder, "a.csv", &format!("a.csv: {expected}"));
    }
}

#[test]
fn what_is_no_table_is_named() {
    let folder = folder_with("a.xlsx", b"PK\x03\x04");
    fs::create_dir(folder.path().join("b.csv")).unwrap();
    fs::write(folder.path().join("c.csv.gz"), b"\x1f\x8b\x08\x00cut").unwrap();
    let formats = ".csv, .tsv or .jsonl, or one of these with .gz, was expected";
    let xlsx = format!("a.xlsx: its name tells no format; {formats}");
    refused(&folder, "a.xlsx", &xlsx);
    refused(
        &folder,
        "b.csv",
        "b.csv: this is a folder; a file was expected",
    );
    refused(
        &folder,
        "missing.csv",
        "missing.csv: No such file or directory (os error 2)",
    );
    let arguments = ["train", "--target", "label", "--data", "c.csv.gz"];
    let finished = hearth(folder.path(), &arguments);
    let told = sentence(&finished);
    assert!(
        told.starts_with("c.csv.gz: the gzip data is damaged"),
        "{told}"
    );
}

/// As [`refused`], with no more than 160 MB of address space: less than the table would fill beside the
/// program itself.
#[track_caller]
fn refused_with_little_memory(folder: &TempDir, table: &str, expected: &str) {
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -v 163840 && exec \"$@\"", "sh"])
        .arg(binary("hearth"))
        .args(["train", "--quiet", "--target", "label", "--data", table])
        .current_dir(folder.path());
    assert_eq!(sentence(&finish(&mut command, b"")), expected);
    assert_eq!(names(folder.path()), [table]);
}

#[test]
fn a_line_of_200_mb_is_refused_before_it_is_in_memory() {
    let folder = folder_with("a.csv", b"text,label\n");
    let file = File::options()
        .append(true)
        .open(folder.path().join("a.csv"));
    // A hole: a line of zeros that takes no room on the disk.
    file.unwrap().set_len(200 << 20).unwrap();
    let what = "the row that begins here is longer than 16 MB; a closing quote or the line ends may be missing";
    refused_with_little_memory(&folder, "a.csv", &format!("a.csv, line 2: {what}"));
}

#[test]
fn a_lost_quote_in_a_table_of_40_mb_is_refused_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = BufWriter::new(File::create(folder.path().join("a.csv")).unwrap());
    file.write_all(&with_line_17(b"\"my parcel,delivery"))
        .unwrap();
    for _ in 0..1 << 20 {
        file.write_all(b"where is the order of last week,billing\n")
            .unwrap();
    }
    drop(file);
    let what = "the row that begins here is longer than 16 MB; a closing quote or the line ends may be missing";
    refused_with_little_memory(&folder, "a.csv", &format!("a.csv, line 17: {what}"));
}
