//! Files are short, and scripts can be run.

use crate::{files, read, root};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Most lines of code of a file, without blank lines and comments.
const LINES: usize = 300;

/// Longer files, each with the reason.
const LONGER: [(&str, &str); 13] = [
    ("data/phrases.py", "phrases, no code"),
    ("python/hearth_export.py", "one file to copy"),
    (
        "model/tests/reader.py",
        "a reader of the format in one file, to stand beside FORMAT.md",
    ),
    (
        "model/tests/refusals.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "model/tests/tables.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/attack/answers.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/batch/command.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/versions/dvc.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/monitoring/commands.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/serving/one_way_in.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/versions/paths.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/serving/runtime_api.rs",
        "scenarios of one feature, which share their set-up",
    ),
    (
        "tests/train/figures.rs",
        "scenarios of one feature, which share their set-up",
    ),
];

#[test]
fn no_file_needs_a_table_of_contents() {
    let mut long = Vec::new();
    for ending in [".rs", ".py", ".ts", ".mts", ".js", ".sh"] {
        let comment = match ending {
            ".py" | ".sh" => "#",
            _ => "//",
        };
        for path in files(ending) {
            let text = read(&path);
            let lines = text.lines().map(str::trim_start);
            let code = lines.filter(|line| !line.is_empty() && !line.starts_with(comment));
            let count = code.count();
            if count > LINES {
                let name = path.strip_prefix(root()).unwrap_or(&path);
                long.push((name.display().to_string(), count));
            }
        }
    }
    let is_known = |(name, _): &&(String, usize)| !LONGER.iter().any(|(known, _)| known == name);
    let new: Vec<_> = long.iter().filter(is_known).collect();
    assert!(
        new.is_empty(),
        "more than {LINES} lines of code; two files each? {new:#?}"
    );
    let is_short = |(known, _): &&(&str, &str)| !long.iter().any(|(name, _)| name == known);
    let short: Vec<_> = LONGER.iter().filter(is_short).collect();
    assert!(short.is_empty(), "these are short now: {short:?}");
}

#[test]
fn scripts_can_be_run() {
    for path in files(".sh").into_iter().chain([root().join(".ci/run")]) {
        let mode = fs::metadata(&path).expect("it is there").permissions();
        // What has no first line that names a program is sourced.
        let runs = read(&path).starts_with("#!");
        let is_executable = mode.mode() & 0o111 != 0;
        assert_eq!(runs, is_executable, "{}: chmod", path.display());
    }
}
