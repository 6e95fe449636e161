//! Files are short, and scripts can be run.

use crate::{files, read, root};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Most lines of code of a file, without blank lines and comments.
const LINES: usize = 300;

/// Longer files, each with the reason.
const LONGER: [(&str, &str); 7] = [
    ("data/phrases.py", "phrases, no code"),
    ("function/src/app/tests.rs", "to be split"),
    ("tests/batch.rs", "to be split"),
    ("tests/dvc.rs", "to be split"),
    ("tests/emf_library.rs", "to be split"),
    ("tests/monitoring.rs", "to be split"),
    ("tests/train_figures.rs", "to be split"),
];

#[test]
fn no_file_needs_a_table_of_contents() {
    let mut longer = LONGER.to_vec();
    for ending in [".rs", ".py", ".ts", ".mjs", ".js", ".sh"] {
        for path in files(ending) {
            let comment = if matches!(ending, ".py" | ".sh") {
                "#"
            } else {
                "//"
            };
            let text = read(&path);
            let lines = text.lines().map(str::trim_start);
            let code = lines.filter(|line| !line.is_empty() && !line.starts_with(comment));
            let (count, name) = (code.count(), path.strip_prefix(root()).unwrap_or(&path));
            if count <= LINES {
                continue;
            }
            let known = longer.iter().position(|(longer, _)| name.ends_with(longer));
            assert!(
                known.map(|at| longer.remove(at)).is_some(),
                "{} has {count} lines of code, more than {LINES}: two files?",
                name.display()
            );
        }
    }
    assert!(longer.is_empty(), "these are short now: {longer:?}");
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
