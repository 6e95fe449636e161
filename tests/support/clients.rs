//! Programs that `make client-tools` installs from PyPI and npm, and the browser.

use std::env;
use std::path::{Path, PathBuf};

/// A program of the clients' environment, `python` for example; `CLIENTS_TOOLS` names another folder of
/// them. Where it is not installed that is said, and a test that needs it passes without.
pub fn client_tool(name: &str) -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv-clients/bin");
    let tools = env::var_os("CLIENTS_TOOLS").map_or(installed, PathBuf::from);
    let tool = tools.join(name);
    if !tool.exists() {
        let path = tool.display();
        eprintln!("skipped: {path} is not there; make client-tools installs it");
        return None;
    }
    Some(tool)
}

/// A file of a package that npm installed for the tests in the folder `of` of `tests/`. Where it is not
/// there that is said, and a test that needs it passes without.
pub fn node_module(of: &str, name: &str) -> Option<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = tests.join(of).join("node_modules").join(name);
    if !path.exists() {
        let path = path.display();
        eprintln!("skipped: {path} is not there; make client-tools installs it");
        return None;
    }
    Some(path)
}

/// Python with what the checks of pages import, and Chromium, which `CHROMIUM` names if it is not on `PATH`.
/// Where one is missing that is said, and a test that needs it passes without.
pub fn browser() -> Option<(PathBuf, PathBuf)> {
    let python = client_tool("python")?;
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let folders = env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = env::split_paths(&folders)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .filter(|path| path.is_file());
    let Some(chromium) = named.or_else(|| found.next()) else {
        eprintln!("skipped: there is no chromium; apt-get install chromium");
        return None;
    };
    Some((python, chromium))
}
