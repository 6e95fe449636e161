//! Values of the options of `hearth import`.

use anyhow::{Context, Result, bail};
use import::given::Iterations;
use model::format::ColumnKind;
use std::fs;
use std::path::Path;
use std::str::FromStr;

/// `region=category`: the type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KindOf(pub (String, ColumnKind));

impl FromStr for KindOf {
    type Err = String;

    fn from_str(text: &str) -> Result<KindOf, String> {
        let expected = "NAME=number, NAME=boolean or NAME=category was expected";
        let (name, kind) = text.rsplit_once('=').ok_or(expected)?;
        let kinds = [
            ColumnKind::Number,
            ColumnKind::Boolean,
            ColumnKind::Category,
        ];
        match kinds.into_iter().find(|of| of.name() == kind) {
            Some(kind) if !name.is_empty() => Ok(KindOf((name.to_string(), kind))),
            _ => Err(expected.to_string()),
        }
    }
}

/// `region=regions.txt`: the file with the categories of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListOf {
    name: String,
    file: String,
}

impl FromStr for ListOf {
    type Err = String;

    fn from_str(text: &str) -> Result<ListOf, String> {
        match text.rsplit_once('=') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok(ListOf {
                name: name.to_string(),
                file: file.to_string(),
            }),
            _ => Err("NAME=FILE was expected".to_string()),
        }
    }
}

impl ListOf {
    /// The column with its categories.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self) -> Result<(String, Vec<String>)> {
        let list = lines(&self.file).with_context(|| format!("--categories {}", self.name))?;
        Ok((self.name.clone(), list))
    }
}

/// `best`, `all` or a number.
pub(super) fn iterations(text: &str) -> Result<Iterations, String> {
    match (text, text.parse()) {
        ("best", _) => Ok(Iterations::Best),
        ("all", _) => Ok(Iterations::All),
        (_, Ok(count)) => Ok(Iterations::First(count)),
        _ => Err("best, all or a number was expected".to_string()),
    }
}

/// Names between commas, or the lines of a file.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn list(text: &str) -> Result<Vec<String>> {
    if Path::new(text).is_file() {
        return lines(text);
    }
    if text.ends_with(".txt") {
        bail!("{text}: there is no such file");
    }
    Ok(text
        .split(',')
        .map(|name| name.trim().to_string())
        .collect())
}

/// The lines of a file, without those at its end that are empty.
fn lines(file: &str) -> Result<Vec<String>> {
    let text = fs::read_to_string(file).with_context(|| file.to_string())?;
    let lines = text.trim_end().lines();
    Ok(lines.map(|line| line.trim().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_one_of_three_types() {
        let of = |text: &str| text.parse::<KindOf>();
        let region = ("a=b".to_string(), ColumnKind::Category);
        assert_eq!(of("a=b=category"), Ok(KindOf(region)));
        for wrong in ["region", "=number", "region=text", "region="] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_stands_between_commas_or_on_lines() {
        assert_eq!(list("no, yes").unwrap(), ["no", "yes"]);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("labels.txt");
        fs::write(&file, "one, or more\n two \n\n").unwrap();
        assert_eq!(
            list(file.to_str().unwrap()).unwrap(),
            ["one, or more", "two"]
        );
        assert!(list("missing.txt").is_err());
    }
}
