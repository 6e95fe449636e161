//! The features that speak most clearly for a label.

use model::Model;
use model::format::Link;

/// The `count` features with the greatest weights for a label, greatest first; none of an estimator
/// of trees.
pub fn top(model: &Model<'_>, code: usize, count: usize) -> Vec<(String, f64)> {
    let outputs = model.outputs();
    let weight = |feature: usize| match (model.link, code) {
        // Two labels have one weight, the evidence for the second and against the first.
        (Link::Sigmoid, 0) => -model.weights[feature].get(),
        (Link::Sigmoid | Link::Identity, _) => model.weights[feature].get(),
        _ => model.weights[feature * outputs + code].get(),
    };
    let mut best: Vec<(f32, usize)> = Vec::with_capacity(count + 1);
    for feature in 0..model.weights.len() / outputs {
        let candidate = (weight(feature), feature);
        if best.len() < count || best.last().is_some_and(|last| candidate.0 > last.0) {
            let at = best.partition_point(|(weight, _)| *weight >= candidate.0);
            best.insert(at, candidate);
            best.truncate(count);
        }
    }
    best.iter()
        .filter_map(|(weight, feature)| Some((name(model, *feature)?, f64::from(*weight))))
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
