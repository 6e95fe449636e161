//! Inputs that are kept: `corpus/TARGET` holds files that every run tries first, by every way in. What
//! a run finds is added to them when it is mended.

use std::fs;
use std::path::{Path, PathBuf};

use support::{example, names};

use crate::targets::{Input, Named, Target};

fn place(target: &str) -> PathBuf {
    example::root().join("tests/torture/corpus").join(target)
}

/// The files of a target, by name.
pub struct Kept(Vec<Vec<u8>>);

impl Kept {
    pub fn of(target: &str) -> Kept {
        let place = place(target);
        let read = |name: &String| {
            let path = place.join(name);
            fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        Kept(names(&place).iter().map(read).collect())
    }

    /// The input of a case, if it is one of those that come first.
    pub fn input(&self, target: &dyn Target, case: u64) -> Option<Input> {
        let (case, ways) = (case as usize, target.ways());
        let bytes = self.0.get(case / ways)?.clone();
        Some(Input {
            which: case % ways,
            bytes,
        })
    }
}

/// Puts the input of a case that found something where it outlives the run; a sentence that says
/// where. `made` is where the process of the case has written it.
pub fn keep(target: &Named, seed: u64, case: u64, made: &Path) -> String {
    let folder = std::env::current_exe().map(|program| program.with_file_name("torture-findings"));
    let kept = folder.and_then(|folder| {
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}-{seed}-{case}", target.name));
        fs::copy(made, &path).map(|_| path)
    });
    match kept {
        Ok(path) => format!(
            " (the input is {}; with its name it belongs into {})",
            path.display(),
            place(target.name).display()
        ),
        Err(error) => format!(" (the input could not be kept: {error})"),
    }
}
