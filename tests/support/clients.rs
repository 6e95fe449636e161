//! The programs that `make client-tools` installs from PyPI.

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
