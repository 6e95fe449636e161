//! Columns of the document to columns of the model file.

use super::document::ColumnEntry;
use crate::names::category_name;
use anyhow::{Context, Result, bail};
use model::MAX_NAME;
use model::assemble::{CategoryColumn, ColumnPart, NumberColumn};
use model::features::NumberSettings;
use model::format::CategoryEncoding;
use model::notation::Notation;
use std::collections::HashSet;

/// A column of numbers or booleans with these settings.
pub fn number(column: &ColumnEntry, settings: NumberSettings) -> Result<ColumnPart> {
    let part = NumberColumn {
        name: column.name.clone(),
        optional: column.optional,
        settings,
        notation: Notation::default(),
    };
    match column.kind.as_str() {
        "number" => Ok(ColumnPart::Number(part)),
        "boolean" => Ok(ColumnPart::Boolean(part)),
        kind => bail!(
            "the column {:?} is of the unknown kind {kind:?}",
            column.name
        ),
    }
}

/// A column of categories, each with its code or, one-hot, with 1.
pub fn category(column: &ColumnEntry, encoding: CategoryEncoding) -> Result<ColumnPart> {
    let names = names(column)?;
    // A category is a number as requests write it, or text.
    let is_whole = |name: &String| name.is_empty() || name.parse::<i64>().is_ok();
    let whole_codes = names.iter().all(is_whole) && names.iter().any(|name| !name.is_empty());
    let number = |code: usize| match encoding {
        CategoryEncoding::OneHot => 1.0,
        CategoryEncoding::Ordered => code as f32,
    };
    Ok(ColumnPart::Category(CategoryColumn {
        name: column.name.clone(),
        optional: column.optional,
        encoding,
        categories: names
            .into_iter()
            .enumerate()
            .map(|(code, name)| (name, number(code)))
            .collect(),
        notation: Notation {
            whole_codes,
            ..Notation::default()
        },
    }))
}

/// The names of categories, as requests write them; the empty one is the missing value.
fn names(column: &ColumnEntry) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(column.categories.len());
    for json in &column.categories {
        let name = match json.get() {
            "null" => String::new(),
            json => {
                let name = category_name(json).with_context(|| format!("{:?}", column.name))?;
                if name.is_empty() {
                    bail!(
                        "{:?} has a category with an empty name, which is a missing value in requests",
                        column.name
                    );
                }
                name
            }
        };
        if !seen.insert(name.clone()) {
            bail!(
                "{:?} has two categories {name:?}, as requests write them; rename one before fitting",
                column.name
            );
        }
        names.push(name);
    }
    // Codes above are no whole numbers of `f32`.
    if names.len() > 1 << 24 {
        bail!("{:?} has {} categories", column.name, names.len());
    }
    Ok(names)
}

/// Checks the names of all columns.
pub fn check_names(columns: &[ColumnEntry]) -> Result<()> {
    let mut seen = HashSet::new();
    for column in columns {
        let length = column.name.len();
        if length == 0 || length > MAX_NAME {
            bail!("a column has a name of {length} bytes; 1 to {MAX_NAME} were expected");
        }
        if !seen.insert(column.name.as_str()) {
            bail!("two columns are called {:?}", column.name);
        }
    }
    if columns.is_empty() {
        bail!("the estimator uses no column");
    }
    Ok(())
}
