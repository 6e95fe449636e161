//! `hearth train` on columns that cannot be learnt from: one sentence that says which file, line
//! and column, and what was expected; no answer, no file left behind, no panic.

use std::fmt::Write;

use support::hearth;
use support::tables::{numbers, refused, write, yes_or_no};
use tempfile::TempDir;

/// A folder with `table.csv`.
fn folder(table: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", table);
    folder
}

/// The table with this line in place of one, the header being line 1.
fn with_line(table: &str, number: usize, line: &str) -> String {
    let lines = (1..).zip(table.lines());
    lines
        .map(|(at, old)| if at == number { line } else { old })
        .fold(String::new(), |table, line| table + line + "\n")
}

#[test]
fn a_value_that_is_not_of_its_column_is_named_by_its_line() {
    let advice = |value, name| {
        format!(
            "empty it where there is no value, or say --missing {value:?}, --kind {name}=category or --drop {name}"
        )
    };
    for (line, value) in [
        (40_012, "none given"),
        (40_012, "inf"),
        (12, "n.a."),
        (12, "1e999"),
        (12, "-inf"),
    ] {
        let rows = if line > 1000 { 40_100 } else { 100 };
        let table = with_line(
            &yes_or_no(rows, 2),
            line,
            &format!("{value},0.1,0.1,0.1,0.1,no"),
        );
        let told = refused(&folder(&table), &["--target", "answer"]);
        let expected = format!(
            "table.csv, line {line}: the column \"a\" is {value:?}; a number was expected; {}",
            advice(value, "a")
        );
        assert_eq!(told, expected);
    }
    for line in [30, 5900] {
        let mut table = String::from("at,label\n");
        for row in 0..6000 {
            let _ = writeln!(table, "2026-01-{:02},{}", row % 28 + 1, ["x", "y"][row % 2]);
        }
        let table = with_line(&table, line, "13th of May,x");
        let told = refused(&folder(&table), &["--target", "label"]);
        let expected = format!(
            "table.csv, line {line}: the column \"at\" is \"13th of May\"; a timestamp such as"
        );
        assert!(
            told.starts_with(&expected) && told.ends_with(&advice("13th of May", "at")),
            "{told}"
        );
    }
    let table = with_line(&yes_or_no(100, 2), 7, "0.1,perhaps,0.1,0.1,0.1,no");
    let kind = ["--target", "answer", "--kind", "b=number"];
    let expected = "table.csv, line 7: the column \"b\" is \"perhaps\"; a number was expected";
    assert_eq!(refused(&folder(&table), &kind), expected);
}

#[test]
fn a_target_that_cannot_be_learnt_is_told() {
    let one = yes_or_no(50, 2).replace("yes", "no");
    let told = refused(&folder(&one), &["--target", "answer"]);
    assert_eq!(
        told,
        "table.csv: every row has the target \"no\"; at least two labels are needed to tell apart"
    );
    let numbers = numbers(50);
    for (value, expected) in [
        (
            "NaN",
            "the target \"y\" is empty; fill it in, or leave such rows out with --skip-empty",
        ),
        (
            "",
            "the target \"y\" is empty; fill it in, or leave such rows out with --skip-empty",
        ),
        (
            "inf",
            "the target \"y\" is \"inf\"; a number was expected, since the task is regression",
        ),
        (
            "much",
            "the target \"y\" is \"much\"; a number was expected, since the task is regression",
        ),
    ] {
        let table = with_line(&numbers, 33, &format!("0.1,0.1,x,{value}"));
        for arguments in [
            &["--target", "y"][..],
            &["--target", "y", "--estimator", "ridge"],
        ] {
            let told = refused(&folder(&table), arguments);
            assert_eq!(told, format!("table.csv, line 33: {expected}"));
        }
    }
    let mut same = String::from("a,y\n");
    for row in 0..50 {
        let _ = writeln!(same, "0.{row},2.5");
    }
    let told = refused(&folder(&same), &["--target", "y"]);
    assert_eq!(
        told,
        "table.csv: every row has the target 2.5; values that differ were expected"
    );
}

#[test]
fn columns_that_teach_nothing_are_told_or_left_out() {
    let mut many = String::from("c,label\n");
    for row in 0..50_100 {
        let _ = writeln!(many, "v{row},{}", ["x", "y"][row % 2]);
    }
    let told = refused(
        &folder(&many),
        &["--target", "label", "--kind", "c=category"],
    );
    let expected = "table.csv, line 50002: the category \"c\" has more than 50000 different values; \
                    leave it out with --drop c, or say --kind c=text";
    assert_eq!(told, expected);
    let twice = "a,a,label\n1,2,x\n2,3,y\n";
    let told = refused(&folder(twice), &["--target", "label"]);
    assert_eq!(told, "table.csv, line 1: the column \"a\" is given twice");

    let constant = |half: &str| {
        let mut table = String::from("a,b,label\n");
        for row in 0..60 {
            let b = if half.is_empty() {
                (row * 7 % 11).to_string()
            } else {
                half.to_string()
            };
            let _ = writeln!(
                table,
                "1.5,{b},{}",
                ["x", "y"][usize::from(row * 7 % 11 > 5)]
            );
        }
        table
    };
    let told = refused(&folder(&constant("2")), &["--target", "label"]);
    assert_eq!(
        told,
        "table.csv: no column is left to learn from (a: every row has the same value; b: every \
         row has the same value)"
    );
    let folder = folder(&constant(""));
    let arguments = ["train", "--data", "table.csv", "--target", "label"];
    let finished = hearth(&folder, &arguments).success();
    let line = "\n  a      left out  every row has the same value";
    assert!(finished.stdout.contains(line), "{}", finished.stdout);
    let inspected = hearth(&folder, &["inspect", "model.hearth"]).success();
    let note = "\n  ·  a: left out, every row has the same value";
    assert!(inspected.stdout.contains(note), "{}", inspected.stdout);
}
