//! Kinds of inputs.

use serde::{Deserialize, Serialize};

/// Prefixes of the bucket that the function may read and write, see cdk/src/service/batch.ts.
pub(super) const INPUT: &str = "input/";
pub(super) const OUTPUT: &str = "output/";

/// Kinds of inputs, each with a reader of its own in the state machine.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A table, or the tables of a folder.
    Tables,
    /// A CSV whose column `Key` names tables.
    List,
    /// The manifest.json of an S3 inventory, which lists tables.
    Inventory,
    /// A Parquet file, whose rows Step Functions reads.
    Parquet,
}

impl Kind {
    /// The kind of an input by its name.
    pub fn of(input: &str) -> Kind {
        match input.ends_with(".parquet") {
            true => Kind::Parquet,
            false => Kind::Tables,
        }
    }

    /// Its name in a run and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Tables => "tables",
            Kind::List => "list",
            Kind::Inventory => "inventory",
            Kind::Parquet => "parquet",
        }
    }

    /// Prefix of the answers to the input at the key `input`, for a run that names none.
    pub fn output(self, input: &str) -> String {
        match self {
            Kind::Tables => {
                let folder = input.rfind('/').map_or(0, |slash| slash + 1);
                input[..folder].replacen(INPUT, OUTPUT, 1)
            }
            // A folder for its parts.
            Kind::Parquet => format!("{}/", input.replacen(INPUT, OUTPUT, 1)),
            // Tables anywhere.
            Kind::List | Kind::Inventory => OUTPUT.to_string(),
        }
    }

    /// Key below which answers keep the names of their tables, for the input at the key `input`.
    pub fn root(self, input: &str) -> &str {
        match self {
            Kind::Tables | Kind::Parquet => input,
            Kind::List | Kind::Inventory => INPUT,
        }
    }
}
