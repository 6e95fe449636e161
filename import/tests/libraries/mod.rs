//! Python with the libraries whose models are imported.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Python that can import these modules: that of `make import-tools`, or of the variable `IMPORT_PYTHON`.
/// `None`, with a line on standard error, where nothing was installed.
///
/// # Panics
///
/// When the libraries were installed and cannot be imported.
pub fn python(modules: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv-import");
    let python = match std::env::var_os("IMPORT_PYTHON") {
        Some(python) => PathBuf::from(python),
        None if folder.join("installed").is_file() => folder.join("bin/python"),
        None => {
            eprintln!("skipped: {modules}: `make import-tools` installs what this compares with");
            return None;
        }
    };
    let probe = Command::new(&python)
        .args(["-c", &format!("import {modules}")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&probe.stderr);
    assert!(probe.status.success(), "{}: {said}", python.display());
    Some(python)
}
