//! The choice of the rows that are held out.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Choice of the rows that are held out for measuring, if there is no test table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Rows drawn at random, of each label the same share.
    Random,
    /// The newest rows by this column.
    Time(String),
}

impl FromStr for SplitBy {
    type Err = String;

    fn from_str(text: &str) -> Result<SplitBy, String> {
        match text.split_once('=') {
            None if text == "random" => Ok(SplitBy::Random),
            Some(("time", column)) if !column.is_empty() => Ok(SplitBy::Time(column.to_string())),
            _ => Err("random, or time=COLUMN with a column of times, was expected".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_is_typed_and_written() {
        let time = SplitBy::Time("ordered at".into());
        assert_eq!("time=ordered at".parse(), Ok(time.clone()));
        assert_eq!("random".parse(), Ok(SplitBy::Random));
        for wrong in ["", "time", "time=", "date=x"] {
            assert!(wrong.parse::<SplitBy>().is_err(), "{wrong}");
        }
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, r#"{"time":"ordered at"}"#);
        assert_eq!(serde_json::from_str::<SplitBy>(&json).unwrap(), time);
        assert_eq!(
            serde_json::from_str::<SplitBy>("\"random\"").unwrap(),
            SplitBy::Random
        );
    }
}
