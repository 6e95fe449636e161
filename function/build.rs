//! Finds the model that is compiled into the binary, where `HEARTH_EMBED` names one.

use std::path::Path;
use std::process::ExitCode;

/// Constant that [`embedded`](src/embedded.rs) compares with the constant of the `model` crate,
/// which is not a dependency here: it would be compiled a second time, for the machine that builds.
const MAGIC: &[u8; 8] = b"\x89HEARTH\n";

fn main() -> ExitCode {
    println!("cargo::rustc-check-cfg=cfg(embedded)");
    println!("cargo::rerun-if-env-changed=HEARTH_EMBED");
    println!("cargo::rerun-if-changed=build.rs");
    let Some(path) = std::env::var_os("HEARTH_EMBED").filter(|path| !path.is_empty()) else {
        return ExitCode::SUCCESS;
    };
    match check(Path::new(&path)) {
        Ok(path) => {
            println!("cargo::rerun-if-changed={path}");
            println!("cargo::rustc-env=HEARTH_EMBEDDED={path}");
            println!("cargo::rustc-cfg=embedded");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            println!("cargo::error=HEARTH_EMBED is {path:?}: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The path, if it leads to what begins as a model file does and has the length that it says.
fn check(path: &Path) -> Result<&str, String> {
    let (true, Some(text)) = (path.is_absolute(), path.to_str()) else {
        return Err("an absolute path in UTF-8 was expected".into());
    };
    let bytes = std::fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let stated = bytes.get(16..24).and_then(|bytes| bytes.try_into().ok());
    if !bytes.starts_with(MAGIC) {
        return Err("this is not a model file; `hearth train` writes one".into());
    }
    if stated.map(u64::from_le_bytes) != Some(bytes.len() as u64) {
        return Err("the model file is cut short; train or fetch it again".into());
    }
    Ok(text)
}
