//! Awkward tables: whatever other people's reports of tables had, mixed at random. A table means the
//! same in every form: as CSV of any dialect, as JSON Lines of strings and of typed values, with its
//! rows and columns in any order. So training reads the same columns from all of them or refuses all,
//! and a model gives a row the same answer to the bit, however it is trained and asked.
//!
//! [`columns`] draws columns, [`sheet`] writes a table, [`kinds`] compares what is inferred from its
//! forms, [`answers`] what models say, [`shrink`] makes a table small that fails.

mod answers;
mod columns;
mod kinds;
mod sheet;
mod shrink;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use support::tables::Draw;

pub use self::answers::{asked, commas, said};
pub use self::sheet::{Sheet, Typing};
use super::{Input, Target};

/// Tables by their seed, and a folder for their files.
pub struct Tables {
    folder: PathBuf,
}

impl Tables {
    pub fn new(folder: &Path) -> Tables {
        let folder = folder.join("awkward");
        fs::create_dir_all(&folder).unwrap();
        Tables { folder }
    }
}

impl Target for Tables {
    fn input(&mut self, draw: &mut Draw) -> Input {
        let seed = draw.below(1 << 30) as u64;
        Input {
            which: 0,
            bytes: seed.to_le_bytes().to_vec(),
        }
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let seed = input
            .bytes
            .first_chunk()
            .map_or(0, |seed| u64::from_le_bytes(*seed));
        let sheet = Sheet::drawn(seed);
        let check = |sheet: &Sheet| checked(sheet, &self.folder);
        check(&sheet).map_err(|what| {
            let (sheet, what) = shrink::shrunk(sheet, what, &check);
            format!("table {seed}: {what}: {sheet}")
        })
    }
}

/// The table of a seed, if training reads it in every form; its columns of text hold strings.
pub fn readable(seed: u64, folder: &Path) -> Option<Sheet> {
    kinds::compared(&Sheet::drawn(seed), folder).ok().flatten()
}

/// Compares all forms of a table; true if a model was trained on it.
fn checked(sheet: &Sheet, folder: &Path) -> Result<bool, String> {
    match kinds::compared(sheet, folder)? {
        Some(sheet) => answers::compared(&sheet, folder),
        None => Ok(false),
    }
}
