//! Documents name only what exists.

use crate::{files, read, root};

#[test]
fn documents_link_only_to_what_is_there() {
    for path in files(".md") {
        let folder = path.parent().expect("a file lies in a folder");
        for link in read(&path).split("](").skip(1) {
            let target = link.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{} links to {target}, which is not there",
                path.display()
            );
        }
    }
}

#[test]
fn every_make_target_of_the_documents_exists() {
    let makefile = read(&root().join("Makefile"));
    for path in files(".md") {
        for line in read(&path).lines() {
            // A command stands in backticks, or begins an indented line.
            let commands = line
                .split('`')
                .skip(1)
                .step_by(2)
                .chain(line.strip_prefix("    "));
            for command in commands.filter_map(|command| command.trim().strip_prefix("make ")) {
                let target = command.split([' ', '`']).next().unwrap_or_default();
                let exists = makefile.contains(&format!("\n{target}:"));
                assert!(exists, "{}: there is no target {target:?}", path.display());
            }
        }
    }
}

#[test]
fn the_map_names_only_what_is_there() {
    let map = read(&root().join("ARCHITECTURE.md"));
    let spans = map.split('`').skip(1).step_by(2);
    let is_path = |span: &&str| span.contains('/') && !span.contains([' ', '*', ':', '{', '<']);
    let paths: Vec<&str> = spans
        .filter(is_path)
        .filter(|span| !span.starts_with('/'))
        .collect();
    assert!(paths.len() > 40, "the table of places is found");
    for path in paths {
        // The type of a document that is served.
        if path.starts_with("application/") {
            continue;
        }
        assert!(
            root().join(path).exists(),
            "ARCHITECTURE.md names {path}, which is not there"
        );
    }
}

#[test]
fn every_promise_of_security_md_is_held_by_a_test_that_is_there() {
    let text = read(&root().join("SECURITY.md"));
    let all: String = files(".rs").iter().map(|path| read(path)).collect();
    let tables = text.split("| promise | held by |").skip(1);
    let lines = tables.flat_map(|table| {
        table
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'))
    });
    let rows: Vec<&str> = lines.collect();
    assert!(rows.len() > 20);
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap_or_default();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test holds this: {row}");
        for name in names {
            let is_test = all.contains(&format!("fn {name}("));
            assert!(is_test, "{name} is no test: {row}");
        }
    }
}
