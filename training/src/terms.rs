//! The features that speak most clearly for a label.

use model::Model;
use model::head::{Head, Kernel};

/// The `count` features with the greatest weights for a label, greatest first; trees have none.
pub fn top(model: &Model<'_>, code: usize, count: usize) -> Vec<(String, f64)> {
    let Kernel::Weights(weights) = &model.kernel else {
        return Vec::new();
    };
    let weight = |feature: usize| match (weights.outputs, &model.head, code) {
        // Two labels have one weight, the evidence for the second and against the first.
        (1, Head::Classes(_), 0) => -weights.get(feature, 0),
        (1, ..) => weights.get(feature, 0),
        _ => weights.get(feature, code),
    };
    let mut best: Vec<(f64, usize)> = Vec::with_capacity(count + 1);
    for feature in 0..weights.features() {
        let candidate = (weight(feature), feature);
        if best.len() < count || best.last().is_some_and(|last| candidate.0 > last.0) {
            let at = best.partition_point(|(weight, _)| *weight >= candidate.0);
            best.insert(at, candidate);
            best.truncate(count);
        }
    }
    best.iter()
        .filter_map(|(weight, feature)| Some((name(model, *feature)?, *weight)))
        .collect()
}

/// The name of a feature among all columns'.
pub fn name(model: &Model<'_>, mut feature: usize) -> Option<String> {
    for column in &model.columns {
        match feature.checked_sub(column.feature_count) {
            Some(rest) => feature = rest,
            None => return column.feature_name(feature).map(|name| name.into_owned()),
        }
    }
    None
}
