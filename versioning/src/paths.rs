//! Paths of a project, which may not lead out of it.

use anyhow::{Context, Result, bail};
use std::path::{Component, Path};
use storage::root::is_protected;

/// The path `relative` of a file in `folder`, below the root. What leaves the root is refused: a
/// file that came by git must not decide where on this machine is written.
pub fn below(folder: &str, relative: &str) -> Result<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for component in Path::new(relative).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str().context("a path is not UTF-8")?),
            Component::ParentDir if parts.pop().is_some() => {}
            _ => bail!("{relative:?} lies outside of the project; a path inside was expected"),
        }
    }
    if parts.iter().any(|part| is_protected(part.as_ref())) {
        bail!("{relative:?} lies in git's or DVC's own folder; another path was expected");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(below("", "model.hearth").unwrap(), "model.hearth");
        assert_eq!(below("a/b", "../c/./d").unwrap(), "a/c/d");
        for path in [
            "../x",
            "a/../../x",
            "/etc/passwd",
            ".git/hooks/post-checkout",
        ] {
            assert!(below("", path).is_err(), "{path}");
        }
    }
}
