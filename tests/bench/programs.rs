//! Measured programs: our function and the empty ones, built as they ship; the Python peers in an
//! environment of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The repository.
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Rust's name of this machine with static musl.
pub fn musl_target() -> String {
    format!("{}-unknown-linux-musl", std::env::consts::ARCH)
}

/// Builds `kind` (`bin` or `example`) `name` of the package `function` in the release profile, for
/// `target` or this machine, and returns its path. `tests/cost/budget.rs` builds the same, so that what
/// one built the other need not.
///
/// # Errors
/// When cargo fails; its own words are on stderr.
pub fn function(kind: &str, name: &str, target: Option<&str>) -> Result<PathBuf, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    command
        .current_dir(root())
        .args(["build", "--profile", "function", "--package", "function"]);
    command.args([&format!("--{kind}"), name]);
    command.args(target.iter().flat_map(|target| ["--target", target]));
    command.args(["--message-format", "json-render-diagnostics"]);
    command
        .env_remove("HEARTH_EMBED")
        .stderr(std::process::Stdio::inherit());
    let output = command
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = messages.find_map(|message| {
        let is_it = message["target"]["name"] == name && message["target"]["kind"][0] == kind;
        is_it.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    found.ok_or_else(|| match target {
        Some(target) => format!("cargo cannot build {name}; rustup target add {target} may help"),
        None => format!("cargo cannot build {name}"),
    })
}

/// The Python peers, ready to be measured.
pub struct Peers {
    /// The environment's interpreter.
    pub python: PathBuf,
    /// Where their models are.
    pub models: PathBuf,
    /// Bytes and versions of each one's packages, as `peers.py size` says.
    pub packages: Value,
}

impl Peers {
    /// Installs the packages into `folder`, if they are not there, and trains the models.
    ///
    /// # Errors
    /// When that is not possible here, with what the tool said.
    pub fn prepare(folder: &Path) -> Result<Peers, String> {
        let sources = root().join("tests/bench");
        let python = folder.join("venv/bin/python");
        let installed = folder.join("venv/installed");
        let requirements = sources.join("requirements.txt");
        let wanted = std::fs::read(&requirements).map_err(|error| error.to_string())?;
        if std::fs::read(&installed).ok().as_ref() != Some(&wanted) {
            run(Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")))?;
            run(Command::new(&python)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--require-hashes",
                    "-r",
                ])
                .arg(&requirements))?;
            std::fs::write(&installed, wanted).map_err(|error| error.to_string())?;
        }
        let (script, models) = (sources.join("peers.py"), folder.to_path_buf());
        let table = root().join("data/messages.csv");
        run(Command::new(&python)
            .arg(&script)
            .arg("train")
            .args([&table, &models]))?;
        let said = run(Command::new(&python).arg(&script).arg("size"))?;
        let packages = serde_json::from_str(&said).map_err(|error| error.to_string())?;
        Ok(Peers {
            python,
            models,
            packages,
        })
    }
}

/// Runs a command to its end and returns its standard output.
///
/// # Errors
/// When it fails, with the last line of what it said.
pub fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    Err(last.unwrap_or("it failed without a word").to_owned())
}
