//! Versions and stages of models as git tags, in the form of GTO, which DVC Studio reads:
//! `model@v1.2.0` names a version, `model#prod#3` says that the version of its commit is now in
//! stage `prod`, as the third tag of its kind; the greatest number wins.
//! <https://dvc.org/doc/gto/user-guide#git-tags-format>

use super::git::Git;
use anyhow::{Context, Result, bail};
use std::fmt;

/// A version's number, by <https://semver.org>, without pre-releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u64, pub u64, pub u64);

impl Version {
    /// `v1.2.0`, or the same without its `v`.
    pub fn parse(text: &str) -> Option<Version> {
        let mut numbers = text
            .strip_prefix('v')
            .unwrap_or(text)
            .split('.')
            .map(|number| {
                let is_plain = number.bytes().all(|b| b.is_ascii_digit())
                    && (number == "0" || !number.starts_with('0'));
                is_plain.then(|| number.parse().ok()).flatten()
            });
        let version = Version(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Meaning of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The model's version, or that it is none any more.
    Version {
        /// The model's name.
        model: String,
        /// Its version.
        version: Version,
        /// It is taken back (`!`).
        is_taken_back: bool,
        /// Counts tags that take back and give again.
        count: u64,
    },
    /// The stage that the model's version is in, or that it is in it no more.
    Stage {
        /// The model's name.
        model: String,
        /// The stage's name.
        stage: String,
        /// It is taken back (`!`).
        is_taken_back: bool,
        /// Later ones have greater numbers.
        count: u64,
    },
}

impl Tag {
    /// Parses a tag's name; `None` for one that is not GTO's, or of a pre-release.
    pub fn parse(name: &str) -> Option<Tag> {
        let at = name.find(['@', '#'])?;
        let (model, rest) = (name[..at].to_string(), &name[at + 1..]);
        let (what, count) = match rest.split_once('#') {
            Some((what, count)) => (what, count.parse().ok()?),
            None => (rest, 0),
        };
        let is_taken_back = what.ends_with('!');
        let what = what.trim_end_matches('!');
        is_name(&model).then_some(())?;
        if name.as_bytes()[at] == b'@' {
            what.starts_with('v').then_some(())?;
            let version = Version::parse(what)?;
            return Some(Tag::Version {
                model,
                version,
                is_taken_back,
                count,
            });
        }
        let stage = what.to_string();
        is_name(&stage).then_some(Tag::Stage {
            model,
            stage,
            is_taken_back,
            count,
        })
    }
}

/// Parses a model's name, optionally followed by `@` and a version.
///
/// # Errors
/// When the text behind `@` is not a version.
pub fn model_and_version(text: &str) -> Result<(&str, Option<Version>)> {
    let Some((model, text)) = text.split_once('@') else {
        return Ok((text, None));
    };
    let version = Version::parse(text);
    let version = version
        .with_context(|| format!("{text:?} is not a version; one like v1.2.0 was expected"))?;
    Ok((model, Some(version)))
}

/// True if GTO accepts this name of a model or a stage: letters, digits, `-`, `_` and `/`; in a
/// repository of many, a model's folder and `=` stand before it.
pub fn is_name(name: &str) -> bool {
    let (folder, name) = name.split_once('=').unwrap_or(("", name));
    let all_of = |text: &str, others: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
    };
    let ends = [name.chars().next(), name.chars().last()];
    ends.iter()
        .all(|end| end.is_some_and(|c| c.is_ascii_alphanumeric()))
        && all_of(name, "-_/")
        && all_of(folder, "-_./")
        && !folder.starts_with('-')
}

/// All of GTO's tags in a repository, with the commits that they are on.
pub struct Registry {
    tags: Vec<(Tag, String)>,
}

impl Registry {
    /// Reads the tags.
    ///
    /// # Errors
    /// When git refuses.
    pub fn read(git: &Git) -> Result<Registry> {
        Ok(Registry::of(&git.tags()?))
    }

    /// GTO's among the tags of [`Git::tags`].
    pub fn of(tags: &[(String, String)]) -> Registry {
        let tags = tags
            .iter()
            .filter_map(|(name, commit)| Some((Tag::parse(name)?, commit.clone())));
        Registry {
            tags: tags.collect(),
        }
    }

    /// A model's versions with their commits, smallest first.
    pub fn versions(&self, wanted: &str) -> Vec<(Version, &str)> {
        let mut all: Vec<(Version, u64, bool, &str)> = Vec::new();
        for (tag, commit) in &self.tags {
            if let Tag::Version {
                model,
                version,
                is_taken_back,
                count,
            } = tag
                && model == wanted
            {
                all.push((*version, *count, *is_taken_back, commit));
            }
        }
        all.sort_unstable();
        // Of each version the last word.
        all.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                *kept = *later;
            }
            same
        });
        all.retain(|(_, _, is_taken_back, _)| !is_taken_back);
        all.into_iter()
            .map(|(version, _, _, commit)| (version, commit))
            .collect()
    }

    /// The stages of a model, each with the commit whose version is in it now.
    pub fn stages(&self, wanted: &str) -> Vec<(String, String)> {
        let mut all: Vec<(&str, u64, bool, &str)> = Vec::new();
        for (tag, commit) in &self.tags {
            if let Tag::Stage {
                model,
                stage,
                is_taken_back,
                count,
            } = tag
                && model == wanted
            {
                all.push((stage, *count, *is_taken_back, commit));
            }
        }
        // One version a stage, as GTO has it by default: the latest tag that is not taken back. A
        // tag with `!` takes back what the same commit was given before it.
        all.sort_unstable_by(|a, b| a.0.cmp(b.0).then(b.1.cmp(&a.1)));
        let mut stages: Vec<(String, String)> = Vec::new();
        let mut gone: Vec<(&str, &str)> = Vec::new();
        for (stage, _, is_taken_back, commit) in all {
            if stages.iter().any(|(known, _)| known == stage) {
                continue;
            }
            if is_taken_back {
                gone.push((stage, commit));
            } else if !gone.contains(&(stage, commit)) {
                stages.push((stage.to_string(), commit.to_string()));
            }
        }
        stages
    }

    /// The commit whose version is in a stage now.
    pub fn in_stage(&self, model: &str, stage: &str) -> Option<String> {
        let mut stages = self.stages(model).into_iter();
        stages
            .find(|(name, _)| name == stage)
            .map(|(_, commit)| commit)
    }

    /// The number for the next tag of a model's stage: each stage has numbers of its own.
    pub fn next_count(&self, wanted: &str, wanted_stage: &str) -> u64 {
        let counts = self.tags.iter().filter_map(|(tag, _)| match tag {
            Tag::Stage {
                model,
                stage,
                count,
                ..
            } => (model == wanted && stage == wanted_stage).then_some(*count),
            Tag::Version { .. } => None,
        });
        counts.max().unwrap_or(0) + 1
    }

    /// The names of all models that have a version or a stage.
    pub fn models(&self) -> Vec<&str> {
        let mut models: Vec<&str> = self
            .tags
            .iter()
            .map(|(tag, _)| match tag {
                Tag::Version { model, .. } | Tag::Stage { model, .. } => model.as_str(),
            })
            .collect();
        models.sort_unstable();
        models.dedup();
        models
    }
}

/// The commit that `revision` names: any of git's names, a model's stage (`model#prod`), or its
/// greatest version (`model@latest`).
///
/// # Errors
/// When there is none.
pub fn resolve(git: &Git, revision: &str) -> Result<String> {
    if let Ok(commit) = git.commit(revision) {
        return Ok(commit);
    }
    if let Some((model, stage)) = revision
        .split_once('#')
        .filter(|(model, _)| !model.contains('@'))
    {
        let found = Registry::read(git)?.in_stage(model, stage);
        return found.with_context(|| {
            format!("no version of {model:?} is in stage {stage:?}; hearth promote puts one there (git fetch --tags brings what others did)")
        });
    }
    if let Some(model) = revision.strip_suffix("@latest") {
        let registry = Registry::read(git)?;
        let Some((_, commit)) = registry.versions(model).pop() else {
            bail!(
                "{model:?} has no version; hearth tag gives it one (git fetch --tags brings what others did)"
            );
        };
        return Ok(commit.to_string());
    }
    git.commit(revision)
}

#[cfg(test)]
mod tests;
