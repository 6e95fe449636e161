//! The short form of `make torture`: nothing is found.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use std::process::Command;

#[test]
fn nothing_breaks_in_a_few_minutes() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torture"));
    let finished = command.arg("--short").output().unwrap();
    let table = String::from_utf8_lossy(&finished.stdout);
    let told = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.status.success(), "{told}\n{table}");
    // A part that tries nothing finds nothing.
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let empty = rows.filter(|row| row.contains("| 0 | 0 |") && !row.contains("not tried"));
    assert_eq!(empty.collect::<Vec<_>>(), Vec::<&str>::new());
}
