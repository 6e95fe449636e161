//! Settings that protect, given wrongly: the process must answer nobody.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Stdio;

use super::process::Attacked;
use super::requests::JSON;
use super::{ask, models};
use crate::table::Row;

/// Variables that protect.
const PROTECTING: [&str; 12] = [
    "HEARTH_API_KEY",
    "HEARTH_API_KEY_FILE",
    "HEARTH_ALLOWED_ORIGINS",
    "HEARTH_ALLOWED_HOSTS",
    "HEARTH_UNKNOWN_FIELDS",
    "HEARTH_HIDE_SCHEMA",
    "HEARTH_DOCS",
    "HEARTH_MAX_ROWS",
    "HEARTH_MAX_CELLS",
    "HEARTH_MAX_CONNECTIONS",
    "HEARTH_MEMORY_MB",
    "HEARTH_CAPTURE_REDACT",
];

/// Values that none of them takes: nothing, blanks, bytes that are no text.
const VALUES: [&[u8]; 4] = [b"", b" \t", b"\xff\xfe", b"a\xc3"];

/// Runs the row.
pub fn run(folder: &Path) -> Vec<Row> {
    let mut row = Row::new("settings that protect, empty, blank or not UTF-8");
    let model = models::wide(folder, 5);
    for variable in PROTECTING {
        for value in VALUES {
            let variables = [
                ("HEARTH_CAPTURE", OsString::from("1")),
                (variable, OsStr::from_bytes(value).to_owned()),
            ];
            let (stdout, stderr) = (Stdio::null(), Stdio::null());
            let function = Attacked::start(&model, &variables, &[], stdout, stderr);
            let shown = value.escape_ascii();
            for (method, path) in [("POST", "/predict"), ("GET", "/health"), ("GET", "/model")] {
                row.tried(match ask(function.address, method, path, &[JSON], b"{}") {
                    Ok(503) => Ok(()),
                    other => Err(format!("{variable}={shown}: {path} has {other:?}")),
                });
            }
        }
    }
    vec![row]
}
