//! Targets: code that reads a stranger's bytes, each with valid inputs to mutate, and with what
//! must be so whatever it gets.

pub mod awkward;
mod crafted;
mod door;
mod files;
mod imported;
mod opened;

use std::path::Path;

use support::tables::Draw;

use crate::mutate;

/// Input of a target.
pub struct Input {
    /// Which of the target's ways in.
    pub which: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Something that takes a stranger's bytes.
pub trait Target {
    /// Number of readers of an input of the corpus.
    fn ways(&self) -> usize {
        1
    }

    /// An input, the same for the same draw.
    fn input(&mut self, draw: &mut Draw) -> Input;

    /// Valid inputs from which a search guided by coverage starts; none if its inputs are not bytes.
    fn seeds(&self) -> Vec<Input> {
        Vec::new()
    }

    /// The input that a search means by a number of 16 bits and bytes.
    fn searched(&self, which: u16, bytes: Vec<u8>) -> Input {
        Input {
            which: usize::from(which) % self.ways(),
            bytes,
        }
    }

    /// Bytes of such an input made worse, with more knowledge of the format than the search has.
    fn mutated(&self, draw: &mut Draw, bytes: &[u8]) -> Vec<u8> {
        mutate::bytes(draw, bytes.to_vec(), bytes, 1 << 20)
    }

    /// Takes an input, and tells whether it was one that may be; a panic is the watcher's affair.
    ///
    /// # Errors
    /// When what comes out is not what may.
    fn run(&mut self, input: &Input) -> Result<bool, String>;
}

/// A target by its name.
pub struct Named {
    pub name: &'static str,
    /// Text of the table.
    pub what: &'static str,
    /// Seconds of the whole run, and of the short one.
    pub seconds: [u64; 2],
    pub make: fn(&Path) -> Box<dyn Target>,
}

/// All of them.
pub const TARGETS: [Named; 9] = [
    Named {
        name: "model",
        what: "model files: opened, asked, explained, verified",
        seconds: [180, 25],
        make: |folder| Box::new(opened::Models::new(folder)),
    },
    Named {
        name: "crafted",
        what: "model files made to cost much: refused, or a request takes no 300 ms more than of a sound file, unoptimised",
        seconds: [60, 15],
        make: |_| Box::new(crafted::Shapes),
    },
    Named {
        name: "door",
        what: "requests to every door, and the EMF lines of their answers",
        seconds: [180, 25],
        make: |folder| Box::new(door::Doors::new(folder)),
    },
    Named {
        name: "table",
        what: "CSV, TSV, JSON Lines and gzip tables, by record and by block",
        seconds: [90, 10],
        make: |_| Box::new(files::Tables::new()),
    },
    Named {
        name: "awkward",
        what: "awkward tables: every form and order gives the same columns and the same answers",
        seconds: [120, 20],
        make: |folder| Box::new(awkward::Tables::new(folder)),
    },
    Named {
        name: "import",
        what: "models of LightGBM and XGBoost: refused, or imported into a file that verifies",
        seconds: [60, 10],
        make: |_| Box::new(imported::Foreign),
    },
    Named {
        name: "dvc",
        what: "dvc.lock, *.dvc, .dvc/config, manifests of folders, params.yaml",
        seconds: [60, 10],
        make: |folder| Box::new(files::Dvc::new(folder)),
    },
    Named {
        name: "capture",
        what: "captured requests, as lines and as batches of a log subscription",
        seconds: [30, 5],
        make: |_| Box::new(files::Captures::new()),
    },
    Named {
        name: "lint",
        what: "lines for the judge of EMF",
        seconds: [30, 5],
        make: |_| Box::new(files::Lines::new()),
    },
];
