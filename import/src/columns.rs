//! Features of a forest to columns of requests.

use crate::forest::{Feature, FeatureKind, Forest};
use crate::given::Given;
use anyhow::{Result, bail};
use model::MAX_NAME;
use model::assemble::{CategoryColumn, ColumnPart, NumberColumn};
use model::features::{NumberSettings, Scaling};
use model::format::{CategoryEncoding, ColumnKind, NumberEncoding};
use model::labels::did_you_mean;
use model::notation::Notation;
use std::collections::HashSet;

/// Codes above this are no whole numbers of `f32`, in which a category column holds them.
const MAX_CODES: usize = 1 << 24;

/// The columns of a forest, one per feature.
///
/// # Errors
/// When the model does not have a column that a user named, or a column cannot be of that kind.
pub fn columns(forest: &Forest, given: &Given) -> Result<Vec<ColumnPart>> {
    let named = given.kinds.iter().map(|(name, _)| ("--column", name));
    let listed = given
        .categories
        .iter()
        .map(|(name, _)| ("--categories", name));
    for (option, name) in named.chain(listed) {
        if forest.feature(name).is_none() {
            let known: Vec<&str> = forest.features.iter().map(|f| f.name.as_str()).collect();
            bail!(
                "{option}: the model has no feature {name:?}{}",
                did_you_mean(name, &known)
            );
        }
    }
    let mut seen = HashSet::new();
    for feature in &forest.features {
        if !seen.insert(feature.name.as_str()) {
            bail!(
                "two features are called {:?}; name them apart with --names",
                feature.name
            );
        }
        if feature.name.is_empty() || feature.name.len() > MAX_NAME {
            bail!(
                "a feature has a name of {} bytes; 1 to {MAX_NAME} were expected",
                feature.name.len()
            );
        }
    }
    let column = |feature| column(forest, feature, given);
    forest.features.iter().map(column).collect()
}

fn column(forest: &Forest, feature: &Feature, given: &Given) -> Result<ColumnPart> {
    let name = feature.name.as_str();
    let kind = given.kinds.iter().find(|(given, _)| given == name);
    let listed = given.categories.iter().find(|(given, _)| given == name);
    let kind = match (kind, listed) {
        (Some((_, kind)), None) => Some(*kind),
        (Some((_, ColumnKind::Category)) | None, Some(_)) => Some(ColumnKind::Category),
        (None, None) => None,
        (Some((_, kind)), Some(_)) => bail!(
            "{name:?} has a list of --categories, and is a {} by --column",
            kind.name()
        ),
    };
    let categories = listed.map(|(_, list)| list);
    match (kind, &feature.kind) {
        (Some(ColumnKind::Category), _) if categories.is_some() => {
            category(feature, named(categories.map_or(&[], Vec::as_slice)), false)
        }
        (None | Some(ColumnKind::Category), FeatureKind::Categories(names)) => {
            category(feature, named(names), true)
        }
        (Some(ColumnKind::Category), FeatureKind::Codes(codes))
            if !codes.is_empty() && !forest.unknown_is_not_missing =>
        {
            let codes = codes.iter().map(|code| (code.to_string(), *code));
            category(feature, codes.collect(), true)
        }
        (Some(ColumnKind::Category), _) => bail!(
            "the file has no names for the categories of {name:?}; list them in the order of their codes, \
             from 0, one a line, with --categories {name}=FILE"
        ),
        (Some(ColumnKind::Boolean), _) | (None, FeatureKind::Boolean) => {
            Ok(ColumnPart::Boolean(number(feature)))
        }
        (Some(ColumnKind::Number) | None, _) => Ok(ColumnPart::Number(number(feature))),
        (Some(kind), _) => bail!(
            "{name:?} cannot be a {}: trees look at its number; number, boolean and category are possible",
            kind.name()
        ),
    }
}

fn named(names: &[String]) -> Vec<(String, u32)> {
    let names = names.iter().map(|name| name.trim().to_string());
    names.zip(0..).collect()
}

fn number(feature: &Feature) -> NumberColumn {
    let [least, greatest] = feature.range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]);
    NumberColumn {
        name: feature.name.clone(),
        optional: feature.optional,
        settings: NumberSettings {
            scaling: Scaling {
                encoding: NumberEncoding::Raw,
                mean: 0.0,
                scale: 1.0,
                fill: 0.0,
                least,
                greatest,
            },
            marks_missing: false,
        },
        notation: Notation::default(),
    }
}

/// A column of categories with their codes.
fn category(feature: &Feature, names: Vec<(String, u32)>, whole_codes: bool) -> Result<ColumnPart> {
    let column = &feature.name;
    if names.len() > MAX_CODES {
        bail!("{column:?} has more than {MAX_CODES} categories");
    }
    let mut seen = HashSet::new();
    for (name, code) in &names {
        if name.is_empty() {
            bail!(
                "the category {code} of {column:?} has an empty name, which requests cannot tell from a \
                 missing value; rename it before training, or read codes with --column {column}=number"
            );
        }
        if !seen.insert(name.as_str()) {
            bail!(
                "{column:?} has two categories {name:?}, as requests write them; rename one before \
                 training, or read codes with --column {column}=number"
            );
        }
    }
    let whole = |name: &str| {
        name.parse::<f64>()
            .is_ok_and(|number| number.fract() == 0.0)
    };
    let are_numbers = !names.is_empty() && names.iter().all(|(name, _)| whole(name));
    Ok(ColumnPart::Category(CategoryColumn {
        name: column.clone(),
        optional: feature.optional,
        encoding: CategoryEncoding::Ordered,
        categories: names
            .into_iter()
            .map(|(name, code)| (name, code as f32))
            .collect(),
        notation: Notation {
            whole_codes: whole_codes && are_numbers,
            ..Notation::default()
        },
    }))
}

/// The labels of so many classes: those that a user gave, else their codes.
///
/// # Errors
/// When there are others.
pub fn labels(count: usize, given: Option<&[String]>) -> Result<Vec<String>> {
    let Some(given) = given else {
        return Ok((0..count).map(|code| code.to_string()).collect());
    };
    let names: Vec<&str> = given.iter().map(String::as_str).collect();
    if given.len() != count {
        bail!(
            "--labels has {} names; the model has {count} classes, which were expected in the order of \
             their codes",
            given.len()
        );
    }
    let mut seen = HashSet::new();
    for name in &names {
        if name.is_empty() || name.len() > MAX_NAME {
            bail!("--labels: {name:?} is no name of 1 to {MAX_NAME} bytes");
        }
        if !seen.insert(*name) {
            bail!("--labels has {name:?} twice");
        }
    }
    Ok(given.to_vec())
}
