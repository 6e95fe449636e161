//! Which files were meant: names, folders and prefixes, patterns.

use anyhow::{Result, bail};
use globset::{GlobBuilder, GlobMatcher};
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
            let pattern = Pattern::new(&text)?;
            let above = above(&text).parse()?;
            for entry in store.list(&above)? {
                let entry = entry?;
                if pattern.fits(&entry.location.to_string()) {
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

/// A pattern of names.
struct Pattern {
    glob: GlobMatcher,
    /// True if names in the current folder begin with `./`, as they do where they are listed.
    has_dot: bool,
}

impl Pattern {
    /// The pattern of this text, in which nothing but `*`, `**` and `?` is special.
    fn new(text: &str) -> Result<Pattern> {
        let mut glob = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let stars = rest.len() - rest.trim_start_matches('*').len();
            match first {
                // globset knows `**` between slashes only: here it may stand within a name.
                '*' if stars > 1 => glob.push_str("{*,*/**/*}"),
                '[' | ']' | '{' | '}' | '!' | '\\' => glob.extend(['\\', first]),
                _ => glob.push(first),
            }
            rest = &rest[stars.max(first.len_utf8())..];
        }
        let glob = GlobBuilder::new(&glob)
            .literal_separator(true)
            .backslash_escape(true)
            .build()?;
        Ok(Pattern {
            glob: glob.compile_matcher(),
            has_dot: text.starts_with("./"),
        })
    }

    fn fits(&self, name: &str) -> bool {
        let name = match self.has_dot {
            true => name,
            false => name.strip_prefix("./").unwrap_or(name),
        };
        self.glob.is_match(name)
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
            ("a/**/x.gz", "a/b/c/x.gz", true),
            ("a**c", "abc", true),
            ("a**c", "a/b/c/bc", true),
            ("a**c", "a/b/d", false),
            ("./*.jsonl", "./a.jsonl", true),
            ("in/[a]{b}!?", "in/[a]{b}!1", true),
            ("in/[a]*", "in/a1", false),
            ("in/x\\*", "in/x\\y", true),
            ("*", "", true),
        ] {
            let fits = Pattern::new(pattern).unwrap().fits(name);
            assert_eq!(fits, expected, "{pattern} {name}");
        }
        // What a person would wait for, if each star were tried at each place.
        let stars = Pattern::new(&"*a".repeat(40)).unwrap();
        assert!(!stars.fits(&"a".repeat(39)) && stars.fits(&"ba".repeat(40)));
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
