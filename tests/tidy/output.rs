//! All output of `hearth` goes through `terminal`, which shows control characters of data.

use crate::{files, read, root};

/// Files that print by themselves, each with the reason.
const THEMSELVES: [(&str, &str); 4] = [
    ("hearth/src/terminal.rs", "shows control characters"),
    (
        "hearth/src/main.rs",
        "an error of the system, before anything is read",
    ),
    (
        "hearth/src/commands/predict.rs",
        "answers for programs; counts",
    ),
    ("hearth/src/commands/emf/log.rs", "counts"),
];

#[test]
fn what_hearth_prints_cannot_command_a_terminal() {
    for path in files(".rs") {
        let name = path.strip_prefix(root()).unwrap_or(&path);
        let prints_itself = THEMSELVES.iter().any(|(file, _)| name.ends_with(file));
        if !name.starts_with("hearth/src") || prints_itself {
            continue;
        }
        for (number, line) in (1..).zip(read(&path).lines()) {
            let printed = ["stdout()", "println!(", "print!(", "stderr().lock"];
            assert!(
                !printed.iter().any(|call| line.contains(call)),
                "{}, line {number}: crate::terminal was expected to print this: {line}",
                name.display()
            );
        }
    }
}
