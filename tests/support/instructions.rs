//! Instructions of the function in Lambda, counted by callgrind: the same on a busy machine.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::function::lambda_environment;
use crate::process::Process;
use crate::runtime_api::RuntimeApi;

/// True if Rust can build for `target` here; prints a line if not.
pub fn can_build(target: &str) -> bool {
    let library = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let can = library.is_ok_and(|path| Path::new(&path).is_dir());
    if !can {
        eprintln!("skipped: rustup target add {target} brings what this builds with");
    }
    can
}

/// True if callgrind is installed; prints a line if not.
pub fn can_count() -> bool {
    let can = Command::new("valgrind").arg("--version").output().is_ok();
    if !can {
        eprintln!("skipped: valgrind, which counts instructions, is not installed");
    }
    can
}

/// Instructions of `program` from its first one until `asks` has asked what it wants to.
///
/// # Panics
///
/// When callgrind counts nothing.
pub fn instructions(
    program: &Path,
    settings: &[(&str, String)],
    asks: impl FnOnce(&RuntimeApi),
) -> f64 {
    let api = RuntimeApi::start();
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .envs(settings.iter().map(|(name, value)| (name, value)));
    lambda_environment(&mut command, api.address());
    let mut process = Process::start("callgrind", &mut command);
    asks(&api);
    process.terminate();
    let lines = process.stderr_lines();
    let counted = lines
        .iter()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok());
    counted.unwrap_or_else(|| panic!("callgrind counted nothing: {lines:#?}"))
}
