//! A name stands for one type within a package.

use crate::source::{packages, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Names that still stand for two types of a package. Nothing is added here.
const KNOWN: [(&str, &[&str]); 0] = [];

/// The names of the structs and enums that `code` defines.
fn types(code: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = code
        .split(|c| !is_name(c))
        .filter(|word| !word.is_empty())
        .collect();
    let is_type = |pair: &&[&str]| {
        matches!(pair[0], "struct" | "enum") && pair[1].starts_with(|c: char| c.is_uppercase())
    };
    words
        .windows(2)
        .filter(is_type)
        .map(|pair| pair[1])
        .collect()
}

#[test]
fn a_name_stands_for_one_type() {
    let mut found = BTreeSet::new();
    for package in packages() {
        let files = sources(&package);
        let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for file in &files {
            for name in types(&file.code) {
                places
                    .entry(name)
                    .or_default()
                    .push(file.path.display().to_string());
            }
        }
        for (name, places) in places.iter().filter(|(_, places)| places.len() > 1) {
            let is_known = KNOWN
                .iter()
                .any(|(known, names)| *known == package && names.contains(name));
            assert!(is_known, "{name} stands for several types: {places:?}");
            found.insert((package.clone(), name.to_string()));
        }
    }
    for (package, names) in KNOWN {
        for name in names {
            let is_found = found.contains(&(package.to_string(), name.to_string()));
            assert!(
                is_found,
                "{name} of {package} stands for one type now: take it off the list"
            );
        }
    }
}

#[test]
fn types_are_found_by_their_definition() {
    let code = "pub struct Row<'a>(&'a str); enum Kind { A } fn f() { struct Inner; } impl Row {}";
    assert_eq!(types(code), ["Row", "Kind", "Inner"]);
}
