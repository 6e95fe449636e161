//! The arguments.

/// Output of `torture --help`.
pub const HELP: &str = "\
Tries what a stranger, a bad disk or a bad day can do to Hearth, and prints a table of what came of it.

Usage: torture [options]
       torture cases TARGET SEED CASE 0 FOLDER    runs one case of fuzzing again

  --short       two minutes instead of some ten
  --seed N      of everything that is random (default 1)
  --only PART   fuzzing, tables, requests, attack, load or faults, of which there are
                kills, disks, network and clock; may come again
  --write       puts the table into docs/reliability.md
";

/// The arguments, with their defaults.
pub struct Options {
    pub is_short: bool,
    pub seed: u64,
    pub writes: bool,
    only: Vec<String>,
}

impl Options {
    /// Parsed arguments.
    ///
    /// # Errors
    /// When one is not known.
    pub fn parse(arguments: &[&str]) -> Result<Options, String> {
        let mut options = Options {
            is_short: false,
            seed: 1,
            writes: false,
            only: Vec::new(),
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
            match *name {
                "--short" => options.is_short = true,
                "--write" => options.writes = true,
                "--only" => options.only.push(value()?.to_string()),
                "--seed" => {
                    let text = value()?;
                    let number = text.parse();
                    options.seed = number.map_err(|_| format!("{text:?} is no whole number"))?;
                }
                other => return Err(format!("{other} is no option of it; see torture --help")),
            }
        }
        Ok(options)
    }

    /// True if a part is selected.
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// The second number in the short form, else the first.
    pub fn of<T>(&self, whole: T, short: T) -> T {
        if self.is_short { short } else { whole }
    }
}
