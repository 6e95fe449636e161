//! A model trained on a made-up table, with what can be asked of it.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use crate::tables::{Draw, write};
use crate::{example, hearth, hearth_with};
use serde_json::Value;
use tempfile::TempDir;

/// A model that was trained on a table.
pub struct Trained {
    /// Folder of its table and its model.
    pub folder: TempDir,
    /// Its model card.
    pub card: Value,
    /// Output of the training.
    pub said: String,
}

impl Trained {
    /// Trains on a table of this name.
    ///
    /// # Panics
    ///
    /// If the training fails.
    #[track_caller]
    pub fn on(name: &str, table: &str, target: &str, more: &[&str]) -> Trained {
        let folder = tempfile::tempdir().unwrap();
        write(&folder, name, table);
        let arguments = ["train", "--data", name, "--target", target];
        let finished = hearth(&folder, &[&arguments[..], more].concat()).success();
        hearth(&folder, &["verify", "model.hearth"]).success();
        let card = example::card(&folder.path().join("model.hearth"));
        let said = finished.stdout + &finished.stderr;
        Trained { folder, card, said }
    }

    /// The type of a column; `None` where it is left out.
    ///
    /// # Panics
    ///
    /// If the card has no columns.
    pub fn kind(&self, name: &str) -> Option<&str> {
        let columns = self.card["columns"].as_array().unwrap();
        let column = columns.iter().find(|column| column["name"] == name)?;
        column["kind"].as_str()
    }

    /// Its accuracy on held-out rows.
    ///
    /// # Panics
    ///
    /// If it answers numbers.
    pub fn accuracy(&self) -> f64 {
        self.card["metrics"]["accuracy"].as_f64().unwrap()
    }

    /// Its labels, in their order.
    ///
    /// # Panics
    ///
    /// If it answers numbers.
    pub fn labels(&self) -> Vec<&str> {
        let classes = self.card["metrics"]["per_class"].as_array().unwrap();
        let labels = classes.iter().map(|class| class["label"].as_str().unwrap());
        labels.collect()
    }

    /// The answers to a table or to JSON Lines.
    ///
    /// # Panics
    ///
    /// If a row is refused.
    #[track_caller]
    pub fn ask(&self, table: &str) -> Vec<Value> {
        let asked = hearth_with(
            &self.folder,
            &["predict", "model.hearth"],
            &[],
            table.as_bytes(),
        );
        let answers = asked.success().stdout;
        let answers = answers
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        answers.collect()
    }
}

/// A table of so many rows under a header.
pub fn table_of(
    header: &str,
    rows: usize,
    mut row: impl FnMut(usize, &mut Draw) -> String,
) -> String {
    let mut draw = Draw::new(7);
    let mut table = format!("{header}\n");
    for number in 0..rows {
        table += &row(number, &mut draw);
        table.push('\n');
    }
    table
}
