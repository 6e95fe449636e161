//! Files that a program left in a folder.

use std::fs;
use std::path::Path;

/// The names of what is in `folder`, in their order, hidden files included.
///
/// # Panics
///
/// If it can't be read.
pub fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let folder = folder.as_ref();
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    });
    let mut names: Vec<String> =
        entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    names.sort();
    names
}
