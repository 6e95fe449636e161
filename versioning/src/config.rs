//! DVC's configuration: `.dvc/config` under `.dvc/config.local`, with the user's and the machine's
//! below them. <https://dvc.org/doc/user-guide/project-structure/configuration>

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// All sections, each level over the ones before it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    sections: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A value with the folder that it was written in: local remotes are relative to that.
#[derive(Clone, Debug)]
struct Value {
    text: String,
    folder: PathBuf,
}

impl Config {
    /// The configuration of the project whose `.dvc` folder this is.
    ///
    /// # Errors
    /// When a file cannot be read or has a line that is none of DVC's.
    pub fn read(dot_dvc: &Path) -> Result<Config> {
        let variable = |name| env::var_os(name).map(PathBuf::from);
        let home = variable("HOME").map(|home| home.join(".config"));
        let system = variable("DVC_SYSTEM_CONFIG_DIR").or(Some("/etc/xdg/dvc".into()));
        let user = variable("DVC_GLOBAL_CONFIG_DIR").or_else(|| {
            let folder = variable("XDG_CONFIG_HOME").or(home)?;
            Some(folder.join("dvc"))
        });
        let mut config = Config::default();
        for folder in [system, user].into_iter().flatten() {
            config.level(&folder.join("config"))?;
        }
        config.level(&dot_dvc.join("config"))?;
        config.level(&dot_dvc.join("config.local"))?;
        Ok(config)
    }

    /// Lays the file at `path` over what is there; a missing one says nothing.
    fn level(&mut self, path: &Path) -> Result<()> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut section = String::new();
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                section = unquoted(name).to_string();
            } else if let Some((key, value)) = line.split_once('=') {
                let value = Value {
                    text: unquoted(value).to_string(),
                    folder: folder.to_path_buf(),
                };
                let section = self.sections.entry(section.clone()).or_default();
                section.insert(key.trim().to_ascii_lowercase(), value);
            } else {
                bail!(
                    "{}, line {number}: {line:?}: [section] or key = value was expected",
                    path.display()
                );
            }
        }
        Ok(())
    }

    fn value(&self, section: &str, key: &str) -> Option<&Value> {
        self.sections.get(section)?.get(key)
    }

    /// The value of `key`, if any level has one.
    pub fn get(&self, section: &str, key: &str) -> Option<&str> {
        Some(self.value(section, key)?.text.as_str())
    }

    /// The same as a path, relative to the file that holds it.
    pub fn path(&self, section: &str, key: &str) -> Option<PathBuf> {
        let value = self.value(section, key)?;
        Some(value.folder.join(&value.text))
    }

    /// The keys of a section.
    pub fn keys(&self, section: &str) -> impl Iterator<Item = &str> {
        let section = self.sections.get(section).into_iter();
        section.flat_map(|section| section.keys().map(String::as_str))
    }

    /// The names of all remotes.
    pub fn remotes(&self) -> Vec<&str> {
        let names = self.sections.keys();
        names
            .filter_map(|section| section.strip_prefix("remote \"")?.strip_suffix('"'))
            .collect()
    }
}

/// DVC writes `['remote "storage"']`: quoted around where quotes are inside. Behind a value may
/// stand a comment.
fn unquoted(text: &str) -> &str {
    let text = text.split_once(" #").map_or(text, |(text, _)| text).trim();
    for quote in ['\'', '"'] {
        let inside = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote));
        if let Some(inside) = inside {
            return inside;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_level_wins_and_paths_are_relative_to_their_file() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "config",
            "[core]\n    remote = storage\n    autostage = true # yes\n['remote \"storage\"']\n    url = s3://bucket/dvc\n",
        );
        write(
            "config.local",
            "# mine\n['remote \"storage\"']\nurl = ../store\n[remote \"other\"]\nurl=\"/x\"\n",
        );
        let mut config = Config::default();
        config.level(&folder.path().join("config")).unwrap();
        config.level(&folder.path().join("config.local")).unwrap();
        config.level(&folder.path().join("nothing")).unwrap();
        assert_eq!(config.get("core", "remote"), Some("storage"));
        assert_eq!(config.get("core", "autostage"), Some("true"));
        assert_eq!(config.get("remote \"other\"", "url"), Some("/x"));
        let expected = folder.path().join("../store");
        assert_eq!(config.path("remote \"storage\"", "url"), Some(expected));
        assert_eq!(config.remotes(), ["other", "storage"]);
    }

    #[test]
    fn a_line_that_is_none_is_refused_with_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "[core]\nremote storage\n").unwrap();
        let error = Config::default().level(&path).unwrap_err().to_string();
        assert!(
            error.ends_with("line 2: \"remote storage\": [section] or key = value was expected"),
            "{error}"
        );
    }
}
