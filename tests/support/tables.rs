//! Made-up tables of every kind of column, the same each time.

use crate::{hearth, names};
use model::random::Random;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A draw of numbers that look random.
#[derive(Clone, Debug)]
pub struct Draw(Random);

impl Draw {
    /// The draw that a seed begins.
    pub fn new(seed: u64) -> Draw {
        Draw(Random::new(seed))
    }

    /// A number from 0 to below 1.
    pub fn share(&mut self) -> f64 {
        self.0.share()
    }

    /// A whole number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }

    /// One of some.
    pub fn of<'a>(&mut self, some: &[&'a str]) -> &'a str {
        some[self.below(some.len())]
    }
}

/// Writes a table into a folder.
///
/// # Panics
///
/// If it cannot be written.
pub fn write(folder: impl AsRef<Path>, name: &str, table: &str) {
    let path = folder.as_ref().join(name);
    fs::write(&path, table).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Tickets for one of three queues: a text, a number, a category, a boolean, a timestamp and a
/// number of the row, each with gaps, and each but the last with something to learn.
pub fn tickets(rows: usize) -> String {
    let mut draw = Draw::new(1);
    let mut table = String::from("ticket,body,amount,plan,urgent,opened,queue\n");
    for row in 0..rows {
        let code = draw.below(3);
        let queue = ["billing", "delivery", "returns"][code];
        let words = [
            "the invoice is wrong again",
            "where is my parcel now",
            "please take the shoes back",
        ][code];
        let body = match draw.below(4) {
            0 => "hello there dear people",
            _ => words,
        };
        let amount = [100.0, 10.0, 50.0][code] + 16.0 * draw.share() - 8.0;
        let amount = match draw.below(10) {
            0 => String::new(),
            _ => format!("{amount:.2}"),
        };
        let plan = match draw.below(3) {
            0 => ["gold", "iron", "tin"][code],
            _ => draw.of(&["gold", "iron", "tin", ""]),
        };
        let urgent = draw.of(&["yes", "no", ""]);
        let hour = 8 * code + draw.below(8);
        let (month, day) = (1 + draw.below(6), 1 + draw.below(28));
        let opened = match draw.below(12) {
            0 => String::new(),
            _ => format!("2026-{month:02}-{day:02}T{hour:02}:15:00Z"),
        };
        let _ = writeln!(
            table,
            "T{row:05},{body} {},{amount},{plan},{urgent},{opened},{queue}",
            row % 7
        );
    }
    table
}

/// Numbers with a target that is one: `y = 3 a - 2 b + (x 0, y 1, z 2 of c)`, and a little noise.
pub fn numbers(rows: usize) -> String {
    let mut draw = Draw::new(2);
    let mut table = String::from("a,b,c,y\n");
    for _ in 0..rows {
        let (a, b, code) = (draw.share(), draw.share(), draw.below(3));
        let noise = 0.1 * draw.share() - 0.05;
        let y = 3.0 * a - 2.0 * b + code as f64 + noise;
        let c = ["x", "y", "z"][code];
        let _ = writeln!(table, "{a:.4},{b:.4},{c},{y:.4}");
    }
    table
}

/// Five numbers and a label, `yes` in one of `every` rows: where the first two add up to much, with
/// noise.
pub fn yes_or_no(rows: usize, every: usize) -> String {
    let mut draw = Draw::new(3);
    let mut table = String::from("a,b,c,d,e,answer\n");
    let cut = 2.0 - (2.0 / every as f64).sqrt();
    for _ in 0..rows {
        let values: [f64; 5] = std::array::from_fn(|_| draw.share());
        let noise = 0.5 * (draw.share() + draw.share() - 1.0);
        let answer = match values[0] + values[1] + noise > cut {
            true => "yes",
            false => "no",
        };
        for value in values {
            let _ = write!(table, "{value:.4},");
        }
        let _ = writeln!(table, "{answer}");
    }
    table
}

/// Texts of `labels` labels with a word of its own each, among words that all have.
pub fn texts(rows: usize, labels: usize) -> String {
    let mut draw = Draw::new(4);
    let words = ["please", "help", "with", "this", "order", "today", "again"];
    let mut table = String::from("text,label\n");
    for row in 0..rows {
        let label = row % labels;
        // Every eighth text speaks of another label.
        let spoken = match draw.below(8) {
            0 => draw.below(labels),
            _ => label,
        };
        let (first, second, third) = (draw.of(&words), draw.of(&words), draw.of(&words));
        let _ = writeln!(
            table,
            "{first} {second} topic{spoken} {third},label{label:02}"
        );
    }
    table
}

/// Trains on `table.csv` with these arguments, and checks that one sentence comes of it, and
/// nothing else.
#[track_caller]
pub fn refused(folder: &impl AsRef<Path>, arguments: &[&str]) -> String {
    let folder = folder.as_ref();
    let before = names(folder);
    let always = ["train", "--quiet", "--data", "table.csv"];
    let finished = hearth(folder, &[&always[..], arguments].concat());
    let told = &finished.stderr;
    assert_eq!(finished.status.code(), Some(1), "{arguments:?}: {told}");
    assert_eq!(finished.stdout, "");
    assert!(!told.contains("panicked"), "{told}");
    assert_eq!(told.matches('\n').count(), 1, "{told}");
    assert_eq!(names(folder), before);
    let sentence = told.trim_end().strip_prefix("hearth: ");
    sentence.unwrap_or_else(|| panic!("{told}")).to_string()
}
