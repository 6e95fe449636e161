//! Several models in one process: which of them answers a request, and which are only asked in the
//! shadow.
//!
//! CodeDeploy owns the weights of a Lambda alias while it shifts, and an HTTP API has no weighted
//! routes: a split that lasts belongs here. Who is asked by the same key gets the same variant, in
//! every environment and after every deployment; when weights change, no more keys move than must.

mod assignment;
mod endpoints;

pub use assignment::AssignmentKey;
pub use endpoints::Endpoints;

use crate::environment::{Variables, filled};
use crate::served::ModelSource;
use std::path::PathBuf;

/// Most variants: each is a value of a dimension, and a model in memory.
const MOST: usize = 20;

/// A variant as the environment names it.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantSettings {
    /// Its name.
    pub name: String,
    /// Where its model is.
    pub source: ModelSource,
    /// Weight of its share of the requests; 0 is a shadow.
    pub weight: f64,
}

/// The variants of `HEARTH_VARIANTS`; `None` when it is not set.
///
/// # Errors
/// One sentence that says what is wrong with it.
pub fn named(get: Variables<'_>) -> Option<Result<Vec<VariantSettings>, String>> {
    let list = filled(get, "HEARTH_VARIANTS")?;
    Some(parse(&list).map_err(|reason| {
        format!("HEARTH_VARIANTS: {reason}; NAME=FILE:WEIGHT was expected, separated by commas")
    }))
}

fn parse(list: &str) -> Result<Vec<VariantSettings>, String> {
    let mut all: Vec<VariantSettings> = Vec::new();
    for item in list.split(',').map(str::trim) {
        let parts = item
            .split_once('=')
            .and_then(|(name, rest)| Some((name.trim(), rest.rsplit_once(':')?)));
        let Some((name, (file, weight))) = parts else {
            return Err(format!("{item:?} is not a variant"));
        };
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > 64 || !name.chars().all(legal) {
            return Err(format!(
                "{name:?} is not a name of 1 to 64 letters, digits and - _ ."
            ));
        }
        if all.iter().any(|other| other.name == name) {
            return Err(format!("{name:?} is given twice"));
        }
        let weight = weight.trim().parse::<f64>().ok();
        let Some(weight) = weight.filter(|weight| (0.0..=1e9).contains(weight)) else {
            return Err(format!("the weight of {name:?} is not a number from 0 up"));
        };
        if file.trim().is_empty() {
            return Err(format!("{name:?} has no model file"));
        }
        all.push(VariantSettings {
            name: name.to_owned(),
            source: ModelSource::File(PathBuf::from(file.trim())),
            weight,
        });
    }
    if all.len() > MOST {
        return Err(format!("there are more than {MOST}"));
    }
    match all.iter().any(|one| one.weight > 0.0) {
        true => Ok(all),
        false => Err("none has a weight, so none would answer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{VariantSettings, parse};
    use crate::served::ModelSource;

    #[test]
    fn a_list_names_files_and_weights() {
        let of = |name: &str, file: &str, weight| VariantSettings {
            name: name.to_owned(),
            source: ModelSource::File(file.into()),
            weight,
        };
        assert_eq!(
            parse("a=model-a.hearth:90, b=/opt/b:1.hearth:9.5,c=next.hearth:0"),
            Ok(vec![
                of("a", "model-a.hearth", 90.0),
                of("b", "/opt/b:1.hearth", 9.5),
                of("c", "next.hearth", 0.0),
            ])
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (list, word) in [
            ("a", "not a variant"),
            ("a=x", "not a variant"),
            ("a=:1", "no model file"),
            ("=x:1", "not a name"),
            ("é=x:1", "not a name"),
            ("a=x:1,a=y:1", "twice"),
            ("a=x:-1", "weight"),
            ("a=x:NaN", "weight"),
            ("a=x:inf", "weight"),
            ("a=x:0,b=y:0", "none would answer"),
            ("a=x:1,", "not a variant"),
        ] {
            let error = parse(list).unwrap_err();
            assert!(error.contains(word), "{list}: {error}");
        }
        let many: Vec<String> = (0..21).map(|index| format!("v{index}=x:1")).collect();
        assert!(parse(&many.join(",")).unwrap_err().contains("more than 20"));
    }
}
