//! Formats of what is written: a name that promises another format is refused before the work.

use anyhow::{Result, bail};
use storage::Location;

/// Endings that mean a format of their own. Others, and none, are the caller's affair.
const KNOWN: [&str; 28] = [
    "arrow", "avro", "bz2", "csv", "feather", "gz", "hearth", "htm", "html", "joblib", "json",
    "jsonl", "markdown", "md", "ndjson", "onnx", "orc", "parquet", "pdf", "pickle", "pkl", "pmml",
    "tsv", "xls", "xlsx", "yaml", "zip", "zst",
];

/// Refuses a place whose ending means another format than those of `endings`; `what` is written there.
///
/// # Errors
/// With the endings that fit.
pub fn check(at: &Location, what: &str, endings: &[&str]) -> Result<()> {
    let name = at.name().to_lowercase();
    let Some((_, ending)) = name.rsplit_once('.') else {
        return Ok(());
    };
    if endings.contains(&ending) || !KNOWN.contains(&ending) {
        return Ok(());
    }
    let endings: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
    let endings = training::parameters::listed(endings.iter().map(String::as_str), "or");
    bail!("{at}: {what} cannot be written as .{ending}; a name that ends in {endings} was expected")
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_name_of_another_format_is_refused_and_any_other_name_is_taken() {
        let of = |name: &str| {
            let at = name.parse().unwrap();
            let checked = check(&at, "predictions", &["jsonl", "csv"]);
            checked.map_err(|error| error.to_string())
        };
        for name in [
            "a.jsonl",
            "A.CSV",
            "answers",
            "a.2026",
            "s3://bucket/a.csv",
            "v1.2/answers",
        ] {
            assert_eq!(of(name), Ok(()), "{name}");
        }
        for name in [
            "a.parquet",
            "s3://bucket/in/a.PARQUET",
            "a.jsonl.gz",
            "a.xlsx",
            "a.tsv",
        ] {
            assert!(of(name).is_err(), "{name}");
        }
        assert_eq!(
            of("x.parquet").unwrap_err(),
            "x.parquet: predictions cannot be written as .parquet; a name that ends in .jsonl or .csv was \
             expected"
        );
    }
}
