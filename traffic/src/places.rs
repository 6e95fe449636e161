//! Which files were meant: names, folders and prefixes, patterns.

use anyhow::{Result, bail};
use storage::{Location, Store};

/// The name of standard input.
pub const STANDARD_INPUT: &str = "-";

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub at: Location,
    /// Its length in bytes, as it lies there; 0 where that is not known.
    pub size: u64,
}

impl Place {
    /// True for standard input.
    pub fn is_standard_input(&self) -> bool {
        matches!(&self.at, Location::File(path) if path.as_os_str() == STANDARD_INPUT)
    }
}

/// The files of what was typed, each once: of a folder or prefix all under it, of a pattern (`*`
/// within a folder's or file's name, `**` across them, `?` for a character) all that fit.
///
/// # Errors
/// When there is nothing to read.
pub fn find(store: &Store, meant: &[Location]) -> Result<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    for at in meant {
        let text = at.to_string();
        let before = places.len();
        if text == STANDARD_INPUT {
            let at = at.clone();
            places.push(Place { at, size: 0 });
            continue;
        }
        let is_pattern = text.contains(['*', '?']) && !at.as_path().is_some_and(|p| p.exists());
        if is_pattern {
            let above = above(&text).parse()?;
            for entry in store.list(&above)? {
                let entry = entry?;
                if fits(text.as_bytes(), entry.location.to_string().as_bytes()) {
                    places.push(Place {
                        at: entry.location,
                        size: entry.size,
                    });
                }
            }
        } else if at.is_prefix() {
            for entry in store.list(at)? {
                let entry = entry?;
                places.push(Place {
                    at: entry.location,
                    size: entry.size,
                });
            }
        } else {
            let size = store.head(at)?.map_or(0, |head| head.size);
            let at = at.clone();
            places.push(Place { at, size });
            continue;
        }
        // Nothing is in an empty object; a log's export begins with one.
        places.retain(|place| place.size > 0 || place.is_standard_input());
        if places.len() == before {
            let what = if is_pattern { "fits" } else { "lies under it" };
            bail!("{text}: no file {what}; captures were expected, JSON Lines, also gzipped");
        }
    }
    let mut seen = std::collections::HashSet::new();
    places.retain(|place| seen.insert(place.at.clone()));
    Ok(places)
}

/// The folder or prefix in front of a pattern's first wildcard.
fn above(pattern: &str) -> &str {
    let end = pattern.find(['*', '?']).unwrap_or(pattern.len());
    match pattern[..end].rfind('/') {
        Some(slash) => &pattern[..=slash],
        None => ".",
    }
}

/// True if a name matches a pattern. Names in the current folder begin with `./` where they were
/// listed from there.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if let (Some(name), false) = (name.strip_prefix(b"./"), pattern.starts_with(b"./")) {
        return fits(pattern, name);
    }
    match pattern {
        [] => name.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=name.len()).any(|skip| fits(rest, &name[skip..])),
        [b'*', rest @ ..] => {
            let folder = name.iter().position(|byte| *byte == b'/');
            (0..=folder.unwrap_or(name.len())).any(|skip| fits(rest, &name[skip..]))
        }
        [first, rest @ ..] => match name {
            [byte, after @ ..] if byte == first || (*first == b'?' && *byte != b'/') => {
                fits(rest, after)
            }
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn patterns_fit_within_and_across_folders() {
        for (pattern, name, expected) in [
            ("a/*.gz", "a/b.gz", true),
            ("a/*.gz", "a/b/c.gz", false),
            ("a/**.gz", "a/b/c.gz", true),
            ("s3://b/day=?/x*", "s3://b/day=1/xyz", true),
            ("s3://b/day=?/x*", "s3://b/day=12/xyz", false),
            ("*.jsonl", "./a.jsonl", true),
            ("**", "a/b", true),
        ] {
            assert_eq!(
                fits(pattern.as_bytes(), name.as_bytes()),
                expected,
                "{name}"
            );
        }
        assert_eq!(
            (above("s3://b/in/2*/x"), above("*.gz")),
            ("s3://b/in/", ".")
        );
    }

    #[test]
    fn each_file_is_found_once_and_nothing_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("in")).unwrap();
        for (name, text) in [("in/a.jsonl", "x"), ("in/b.gz", "xy"), ("in/empty", "")] {
            fs::write(at(name), text).unwrap();
        }
        let find = |names: &[&str]| {
            let meant: Vec<Location> = names.iter().map(|name| at(name).into()).collect();
            find(&Store::from_env(), &meant).map(|places| {
                let size = |place: &Place| (place.at.name(), place.size);
                places.iter().map(size).collect::<Vec<_>>()
            })
        };
        let all = [("a.jsonl".to_string(), 1), ("b.gz".to_string(), 2)];
        assert_eq!(find(&["in", "in/a.jsonl", "in/*.gz"]).unwrap(), all);
        assert_eq!(find(&["in/?.gz"]).unwrap(), all[1..]);
        let error = find(&["in/*.csv"]).unwrap_err().to_string();
        assert!(error.contains("no file fits"), "{error}");
    }
}
