//! A project of DVC's with the real DVC beside it, which `make dvc-tools` installs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary::{Finished, binary, finish};

/// A git repository with the pipeline of this one, in a folder of its own.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
    tools: PathBuf,
    environment: Vec<(String, String)>,
}

impl Project {
    /// The example, ready for `dvc repro`; `None`, with a line on standard error, where DVC is not
    /// installed.
    ///
    /// # Panics
    ///
    /// If its files can't be copied.
    pub fn new(folder: &Path, environment: &[(&str, String)]) -> Option<Project> {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let installed = root.join(".venv-dvc/bin");
        let tools = std::env::var_os("DVC_TOOLS").map_or(installed, PathBuf::from);
        if !tools.join("dvc").exists() {
            eprintln!(
                "skipped: {} has no dvc; `make dvc-tools` installs it",
                tools.display()
            );
            return None;
        }
        let environment = environment
            .iter()
            .map(|(name, value)| (name.to_string(), value.clone()));
        let project = Project {
            folder: folder.to_path_buf(),
            tools,
            environment: environment.collect(),
        };
        for file in [
            "params.yaml",
            "dvc.yaml",
            ".dvcignore",
            ".gitignore",
            ".dvc/config",
            ".dvc/.gitignore",
            "data/messages.csv",
        ] {
            let to = folder.join(file);
            fs::create_dir_all(to.parent().expect("it lies in a folder"))
                .expect("the folder can be made");
            fs::copy(root.join(file), &to).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        project.git(&["init", "--quiet", "--initial-branch", "main"]);
        project.commit("the pipeline");
        Some(project)
    }

    /// The example in two versions, a commit each: its own, and one with C = 0.1.
    pub fn two_versions(folder: &Path) -> Option<Project> {
        let project = Project::new(&folder.join("made"), &[])?;
        project.dvc(&["repro", "--quiet"]);
        project.commit("first");
        project.dvc(&["exp", "run", "--quiet", "-S", "logistic_regression.C=0.1"]);
        project.commit("second");
        Some(project)
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A fresh clone, with the same remote.
    ///
    /// # Panics
    ///
    /// If git refuses.
    pub fn clone_to(&self, folder: &Path) -> Project {
        let clone = Project {
            folder: folder.to_path_buf(),
            tools: self.tools.clone(),
            environment: self.environment.clone(),
        };
        let to = folder.to_str().expect("paths of tests are UTF-8");
        self.git(&["clone", "--quiet", ".", to]);
        let local = ".dvc/config.local";
        if self.folder.join(local).exists() {
            fs::copy(self.folder.join(local), folder.join(local))
                .expect("the configuration can be copied");
        }
        clone
    }

    /// Makes `url` the remote, in `.dvc/config.local`.
    ///
    /// # Panics
    ///
    /// If it can't be written.
    pub fn set_remote(&self, url: &str, others: &str) {
        let text = format!("['remote \"storage\"']\n    url = {url}\n{others}\n");
        fs::write(self.folder.join(".dvc/config.local"), text)
            .expect("the configuration can be written");
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let hearth = binary("hearth");
        let hearth = hearth.parent().expect("a binary lies in a folder");
        let path = format!(
            "{}:{}:{}",
            hearth.display(),
            self.tools.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        command.current_dir(&self.folder).env("PATH", path);
        let identity = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Test"));
        let address =
            ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "test@example.com"));
        command.envs(identity).envs(address);
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("DVC_NO_ANALYTICS", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a program of the tools, `dvc` or `gto`, to its end.
    pub fn tool(&self, name: &str, arguments: &[&str]) -> Finished {
        finish(self.command(&self.tools.join(name)).args(arguments), b"")
    }

    /// Runs `dvc`, which has to succeed, and gives what it prints.
    #[track_caller]
    pub fn dvc(&self, arguments: &[&str]) -> String {
        self.tool("dvc", arguments).success().stdout
    }

    /// Runs `hearth` in the project.
    pub fn hearth(&self, arguments: &[&str]) -> Finished {
        finish(self.command(&binary("hearth")).args(arguments), b"")
    }

    /// Runs `git`, which has to succeed, and gives what it prints.
    #[track_caller]
    pub fn git(&self, arguments: &[&str]) -> String {
        finish(self.command(Path::new("git")).args(arguments), b"")
            .success()
            .stdout
    }

    /// Commits everything.
    #[track_caller]
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// A file's content.
    ///
    /// # Panics
    ///
    /// If it isn't there.
    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file.
    ///
    /// # Panics
    ///
    /// If it can't.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder"))
            .expect("the folder can be made");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
