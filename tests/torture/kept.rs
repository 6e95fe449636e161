//! Inputs that are kept, which every run tries first. `corpus/TARGET` holds files made by hand, which
//! are given to every reader of their kind; what a run finds is added to them when it is mended.
//! `guided/TARGET.tar.gz` holds what `make fuzz` found to reach code that nothing else reaches; a
//! quarter of the later cases change one of these.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::tables::Draw;
use support::{example, names};

use crate::targets::{Input, Named, Target};

fn place(folder: &str, target: &str) -> PathBuf {
    example::root()
        .join("tests/torture")
        .join(folder)
        .join(target)
}

/// The inputs of a target.
pub struct Kept {
    given: Vec<Vec<u8>>,
    searched: Vec<Vec<u8>>,
}

impl Kept {
    /// Reads them, by name; `folder` is where archives are unpacked.
    pub fn of(target: &Named, folder: &Path) -> Kept {
        let unpacked = folder.join(format!("guided-{}", target.name));
        fs::create_dir_all(&unpacked).expect("the folder can be written");
        let archive = place("guided", &format!("{}.tar.gz", target.name));
        if archive.exists() {
            let mut tar = Command::new("tar");
            let done = tar
                .arg("-xzf")
                .arg(&archive)
                .arg("-C")
                .arg(&unpacked)
                .status();
            assert!(done.is_ok_and(|status| status.success()), "{archive:?}");
        }
        Kept {
            given: files(&place("corpus", target.name)),
            searched: files(&unpacked),
        }
    }

    /// The input of a case, if it is one of those that come first.
    pub fn input(&self, target: &dyn Target, case: u64) -> Option<Input> {
        let (case, ways) = (case as usize, target.ways());
        if let Some(bytes) = self.given.get(case / ways) {
            return Some(Input {
                which: case % ways,
                bytes: bytes.clone(),
            });
        }
        let case = case - self.given.len() * ways;
        match self.searched.get(case) {
            Some(bytes) => searched(target, bytes),
            None => target.seeds().into_iter().nth(case - self.searched.len()),
        }
    }

    /// In one of four cases, an input of the search made worse.
    pub fn changed(&self, target: &dyn Target, draw: &mut Draw) -> Option<Input> {
        if self.searched.is_empty() || draw.below(4) > 0 {
            return None;
        }
        let input = &self.searched[draw.below(self.searched.len())];
        let (which, bytes) = input.split_at_checked(2)?;
        searched(target, &[which, &target.mutated(draw, bytes)].concat())
    }
}

/// The input that bytes of a search mean: two for the way in, then what is given to it.
pub fn searched(target: &dyn Target, bytes: &[u8]) -> Option<Input> {
    let (which, bytes) = bytes.split_first_chunk()?;
    Some(target.searched(u16::from_le_bytes(*which), bytes.to_vec()))
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let read = |name: &String| {
        let path = folder.join(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    names(folder).iter().map(read).collect()
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
            place("corpus", target.name).display()
        ),
        Err(error) => format!(" (the input could not be kept: {error})"),
    }
}
