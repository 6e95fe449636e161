//! The features of a LightGBM model: names, ranges and categories.

use super::lines::Block;
use crate::forest::{Feature, FeatureKind};
use crate::names::category_name;
use anyhow::{Result, bail};
use serde_json::value::RawValue;

/// Features, with what the header and the splits say of them.
pub struct Features {
    all: Vec<Feature>,
    /// True for each that some split asks for as a number.
    numeric: Vec<bool>,
}

impl Features {
    /// Those of the header.
    pub fn read(header: &Block<'_>) -> Result<Features> {
        let last: usize = header.number("max_feature_idx")?;
        let names: Vec<String> = header.numbers("feature_names", last.saturating_add(1))?;
        let infos: Vec<String> = match header.has("feature_infos") {
            true => header.numbers("feature_infos", names.len())?,
            false => vec!["?".to_string(); names.len()],
        };
        let all = names.into_iter().zip(infos).map(|(name, info)| {
            let (kind, range) = of_info(&info);
            let optional = match &kind {
                FeatureKind::Codes(_) => info.split(':').any(|code| code == "-1"),
                // No tree looks at it.
                _ => info == "none",
            };
            Feature {
                name,
                kind,
                range,
                optional,
            }
        });
        let all: Vec<Feature> = all.collect();
        Ok(Features {
            numeric: vec![false; all.len()],
            all,
        })
    }

    /// Notes that a split looks at a feature.
    pub fn meet(&mut self, feature: u32, is_set: bool, may_be_missing: bool) -> Result<()> {
        let count = self.all.len();
        let Some(of) = self.all.get_mut(feature as usize) else {
            bail!("it asks for feature {feature}; the model has {count}");
        };
        of.optional |= may_be_missing;
        match is_set {
            true if of.kind == FeatureKind::Number => of.kind = FeatureKind::Codes(Vec::new()),
            true => {}
            false => self.numeric[feature as usize] = true,
        }
        Ok(())
    }

    /// The features, with the names of `pandas_categorical` where it has them.
    pub fn named(
        self,
        pandas: Option<&str>,
        (categories, numbers): (&[&str], &[&str]),
        notes: &mut Vec<String>,
    ) -> Result<Vec<Feature>> {
        let mut all = self.all;
        let lists = match pandas {
            None | Some("null") => Vec::new(),
            Some(json) => lists(json)?,
        };
        if lists.is_empty() {
            return Ok(all);
        }
        let takes = |feature: &Feature| {
            let is_code = matches!(feature.kind, FeatureKind::Codes(_));
            let name = feature.name.as_str();
            (is_code && !numbers.contains(&name)) || categories.contains(&name)
        };
        let takers: Vec<usize> = (0..all.len()).filter(|at| takes(&all[*at])).collect();
        if takers.len() != lists.len() {
            let names: Vec<&str> = takers.iter().map(|at| all[*at].name.as_str()).collect();
            let firsts: Vec<&str> = lists
                .iter()
                .map(|list| list.first().map_or("none", String::as_str))
                .collect();
            bail!(
                "pandas_categorical has the categories of {} columns (that begin with {}), and {} of the \
                 features have categories ({}); say which other features take them with --column \
                 NAME=category, or which of these do not with --column NAME=number",
                lists.len(),
                firsts.join(", "),
                names.len(),
                names.join(", ")
            );
        }
        for (at, list) in takers.into_iter().zip(lists) {
            let feature = &mut all[at];
            if let FeatureKind::Codes(codes) = &feature.kind
                && let Some(code) = codes.iter().find(|code| **code as usize >= list.len())
            {
                bail!(
                    "the feature {:?} has the category {code}, and pandas_categorical names {}; say which \
                     features it is about with --column NAME=category or NAME=number",
                    feature.name,
                    list.len()
                );
            }
            if self.numeric[at] {
                notes.push(format!(
                    "{:?} is an ordered category: trees compare the places of its categories",
                    feature.name
                ));
            }
            feature.range = None;
            feature.kind = FeatureKind::Categories(list);
        }
        Ok(all)
    }
}

/// Kind and range by an entry of `feature_infos`: `[least:greatest]`, `none`, or codes between colons.
fn of_info(info: &str) -> (FeatureKind, Option<[f64; 2]>) {
    let inside = info
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(inside) = inside {
        let ends = inside.split_once(':');
        let range = ends.and_then(|(least, greatest)| {
            let range = [least.parse().ok()?, greatest.parse().ok()?];
            range
                .iter()
                .all(|end: &f64| end.is_finite())
                .then_some(range)
        });
        return (FeatureKind::Number, range);
    }
    let codes: Result<Vec<i64>, _> = info.split(':').map(str::parse).collect();
    match codes {
        Ok(codes) => {
            let codes = codes
                .into_iter()
                .filter_map(|code| u32::try_from(code).ok());
            let mut codes: Vec<u32> = codes.collect();
            codes.sort_unstable();
            (FeatureKind::Codes(codes), None)
        }
        Err(_) => (FeatureKind::Number, None),
    }
}

/// The lists of names, one per category column of pandas.
fn lists(json: &str) -> Result<Vec<Vec<String>>> {
    let Ok(lists) = serde_json::from_str::<Vec<Vec<&RawValue>>>(json) else {
        bail!("the line pandas_categorical is no list of lists in JSON");
    };
    let names = lists.into_iter().map(|list| {
        let names = list.into_iter().map(|raw| category_name(raw.get()));
        names.collect()
    });
    names.collect()
}
