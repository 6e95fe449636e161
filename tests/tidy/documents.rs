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
