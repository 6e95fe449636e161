//! Access to git: files of older revisions, tags, history. It is called by its program: whoever has
//! a clone has that.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder in a git repository.
#[derive(Clone, Debug)]
pub struct Git {
    folder: PathBuf,
}

impl Git {
    /// git, seen from `folder`.
    pub fn at(folder: &Path) -> Git {
        Git {
            folder: folder.to_path_buf(),
        }
    }

    /// Runs git. What comes from data or from the command line is an operand: git never takes it
    /// for an option. git's helpers and hooks get no keys of AWS.
    fn output(&self, command: &[&str], operands: &[&str]) -> Result<Output> {
        let mut git = Command::new("git");
        git.args(command);
        if !operands.is_empty() {
            git.arg("--end-of-options").args(operands);
        }
        storage::without_credentials(&mut git)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .context("git does not start; install git, or see that PATH has it")
    }

    /// The revision that is checked out; empty without git or a repository.
    pub fn revision(&self) -> String {
        self.commit("HEAD").unwrap_or_default()
    }

    /// Puts an annotated tag on a commit.
    ///
    /// # Errors
    /// As [`Git::run`].
    pub fn tag(&self, name: &str, message: &str, commit: &str) -> Result<()> {
        let message = format!("--message={message}");
        let tagged = self.run(&["tag", "--annotate", &message], &[name, commit]);
        tagged.map(drop)
    }

    /// The output of git, without the last line end; `command` is git's command with its options.
    ///
    /// # Errors
    /// When it refuses, with the first line of what it says.
    pub fn run(&self, command: &[&str], operands: &[&str]) -> Result<String> {
        let output = self.output(command, operands)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().next().unwrap_or("no reason given");
            let said = said.trim_start_matches("fatal: ");
            bail!("git {}: {said}", command.first().unwrap_or(&""));
        }
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.truncate(text.trim_end_matches('\n').len());
        Ok(text)
    }

    /// The lines that git prints.
    ///
    /// # Errors
    /// As [`Git::run`].
    pub fn lines(&self, command: &[&str], operands: &[&str]) -> Result<Vec<String>> {
        let text = self.run(command, operands)?;
        Ok(text.lines().map(String::from).collect())
    }

    /// All tags by name, each with the commit that it is on.
    ///
    /// # Errors
    /// As [`Git::run`].
    pub fn tags(&self) -> Result<Vec<(String, String)>> {
        // Annotated tags are objects of their own: `*objectname` is the commit behind one.
        let format = "--format=%(refname:strip=2)%09%(objectname)%09%(*objectname)";
        let lines = self.lines(&["for-each-ref", format], &["refs/tags"])?;
        let tags = lines.iter().filter_map(|line| {
            let mut fields = line.split('\t');
            let (name, object) = (fields.next()?, fields.next()?);
            let behind = fields.next().filter(|commit| !commit.is_empty());
            Some((name.to_string(), behind.unwrap_or(object).to_string()))
        });
        Ok(tags.collect())
    }

    /// True if the folder is in a repository.
    pub fn is_repository(&self) -> bool {
        self.run(&["rev-parse", "--git-dir"], &[]).is_ok()
    }

    /// The commit that a revision names, in full.
    ///
    /// # Errors
    /// When there is none.
    pub fn commit(&self, revision: &str) -> Result<String> {
        let asked = format!("{revision}^{{commit}}");
        let found = self.run(&["rev-parse", "--verify", "--quiet"], &[&asked]);
        found.ok().with_context(|| {
            format!(
                "git knows no revision {revision:?} here; a tag, a branch or a commit was expected (git fetch --tags brings what is new)"
            )
        })
    }

    /// A file's content at a commit, by its path in the folder; `None` when it was not there.
    ///
    /// # Errors
    /// When git does not start.
    pub fn show(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let output = self.output(&["show"], &[&format!("{commit}:./{path}")])?;
        Ok(output.status.success().then_some(output.stdout))
    }

    /// The paths below the folder that a commit has; without one, those that git tracks or would.
    ///
    /// # Errors
    /// When git refuses.
    pub fn paths(&self, commit: Option<&str>) -> Result<Vec<String>> {
        let text = match commit {
            Some(commit) => self.run(&["ls-tree", "-r", "-z", "--name-only"], &[commit])?,
            None => {
                let others = "--exclude-standard";
                self.run(&["ls-files", "-z", "--cached", "--others", others], &[])?
            }
        };
        let paths = text.split('\0').filter(|path| !path.is_empty());
        Ok(paths.map(String::from).collect())
    }
}
