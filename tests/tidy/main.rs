//! Holds the repository to its own rules, so that nobody has to remember them.

mod comments;
mod dependencies;
mod documents;
mod files;
mod imports;
mod modules;
mod names;
mod output;
mod source;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Files that git tracks, or would track, by their ending.
fn files(ending: &str) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let files: Vec<PathBuf> = names
        .lines()
        .filter(|name| name.ends_with(ending))
        .map(|name| root().join(name))
        .filter(|path| path.is_file())
        .collect();
    assert!(!files.is_empty(), "there is no {ending} file");
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
