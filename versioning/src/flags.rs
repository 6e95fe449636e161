//! Flags of single outputs, which `dvc.yaml` and `*.dvc` hold and `dvc.lock` does not, read as DVC
//! 3.67 reads them (`load_from_pipeline` and `loadd_from` in its `output.py`).
//!
//! | flag | effect |
//! |---|---|
//! | `cache: false` | git keeps the output: it is neither pulled, pushed nor compared |
//! | `push: false` | no push sends it; a pull still takes it from a cache or a remote that has it |
//! | `remote: NAME` | it is kept in that remote only: a push or pull with `--remote OTHER` leaves it out |
//! | `persist`, `desc`, `type`, `labels`, `meta`, a plot's settings | none on moving content |

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The flags of an output that decide where its content goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flags {
    /// DVC keeps its content; git does otherwise.
    pub cache: bool,
    /// Pushes send it.
    pub push: bool,
    /// The remote that is named for this output alone.
    pub remote: Option<String>,
}

impl Default for Flags {
    fn default() -> Flags {
        Flags {
            cache: true,
            push: true,
            remote: None,
        }
    }
}

impl Flags {
    fn read(settings: &Map<String, Value>) -> Result<Flags> {
        let flag = |name: &str| match settings.get(name) {
            None | Some(Value::Null) => Ok(true),
            Some(Value::Bool(value)) => Ok(*value),
            Some(other) => bail!("{name}: {other}: {}", expected(other, "true or false")),
        };
        Ok(Flags {
            cache: flag("cache")?,
            push: flag("push")?,
            remote: match settings.get("remote") {
                None | Some(Value::Null) => None,
                Some(Value::String(name)) if !name.contains("${") => Some(name.clone()),
                Some(other) => bail!("remote: {other}: {}", expected(other, "a remote's name")),
            },
        })
    }
}

fn expected(found: &Value, what: &str) -> String {
    match found.as_str().is_some_and(|text| text.contains("${")) {
        true => format!("{what} was expected; only DVC fills in templates of flags"),
        false => format!("{what} was expected"),
    }
}

/// The flags of a stage's outputs, metrics and plots, by the path as `dvc.yaml` writes it, which may
/// hold `${item}`.
pub(super) struct StageFlags(Vec<(String, Flags)>);

impl StageFlags {
    /// Reads a stage of `dvc.yaml`; of a `foreach` or `matrix` the `do`. An output that is listed
    /// more than once has the flags of all its entries, later ones winning.
    ///
    /// # Errors
    /// When a flag is neither true nor false.
    pub fn read(stage: &Value) -> Result<StageFlags> {
        let mut settings: Vec<(String, Map<String, Value>)> = Vec::new();
        for list in ["outs", "metrics", "plots"] {
            let entries = stage[list].as_array().into_iter().flatten();
            for (path, flags) in entries.filter_map(Value::as_object).flatten() {
                let Some(flags) = flags.as_object() else {
                    continue;
                };
                match settings.iter_mut().find(|(known, _)| known == path) {
                    Some((_, known)) => known.extend(flags.clone()),
                    None => settings.push((path.clone(), flags.clone())),
                }
            }
        }
        let flags = settings.into_iter().map(|(path, settings)| {
            let flags = Flags::read(&settings).with_context(|| path.clone())?;
            Ok((path, flags))
        });
        Ok(StageFlags(flags.collect::<Result<_>>()?))
    }

    /// The flags of the output at `path`, which stands in `dvc.lock`.
    pub fn of(&self, path: &str) -> Flags {
        let exact = self.0.iter().find(|(pattern, _)| pattern == path);
        let found = exact.or_else(|| self.0.iter().find(|(pattern, _)| matches(pattern, path)));
        found.map(|(_, flags)| flags.clone()).unwrap_or_default()
    }
}

/// True if `path` is what `pattern` says, where `${item}` of a `foreach` may be anything.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((before, rest)) = pattern.split_once("${") else {
        return pattern == path;
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let Some(rest) = path.strip_prefix(before) else {
        return false;
    };
    (0..=rest.len()).any(|at| rest.is_char_boundary(at) && matches(after, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_match() {
        assert!(matches("metrics/${item}.json", "metrics/a.json"));
        assert!(!matches("metrics/${item}.json", "metrics/a.csv"));
        assert!(matches("metrics.json", "metrics.json"));
    }

    #[test]
    fn flags_are_those_of_all_entries_of_a_path() {
        let stage = json!({
            "outs": ["plain", {"a": {"push": false, "desc": "kept here"}}, {"a": {"persist": true}}],
            "metrics": [{"m.json": {"cache": false}}],
            "plots": [{"p/${item}.csv": {"remote": "other", "x": "fpr"}}],
        });
        let flags = StageFlags::read(&stage).unwrap();
        assert_eq!(flags.of("plain"), Flags::default());
        assert!(!flags.of("a").push && flags.of("a").cache);
        assert!(!flags.of("m.json").cache);
        assert_eq!(flags.of("p/b.csv").remote.as_deref(), Some("other"));
    }

    #[test]
    fn a_flag_that_cannot_be_read_is_refused() {
        for (flags, part) in [
            (
                json!({"push": "no"}),
                "push: \"no\": true or false was expected",
            ),
            (json!({"cache": "${keep}"}), "only DVC fills in templates"),
            (json!({"remote": 3}), "a remote's name was expected"),
        ] {
            let error = StageFlags::read(&json!({"outs": [{"a": flags}]})).err();
            let error = format!("{:#}", error.unwrap());
            assert!(error.starts_with("a: ") && error.contains(part), "{error}");
        }
    }
}
