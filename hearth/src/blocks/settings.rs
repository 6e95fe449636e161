//! Parameters of a training that differ from their defaults.

use serde_json::Value;
use training::estimators;
use training::params::Params;

/// Parameters of the estimator and of text that differ from their defaults, as `learning_rate 0.05,
/// text.min_df 2`; `params` are those of a model card.
pub fn changed(params: &Value, estimator: &str) -> String {
    let defaults = serde_json::to_value(Params::default()).unwrap_or_default();
    let mut changed = Vec::new();
    for (section, prefix) in [(estimator, ""), ("text", "text.")] {
        let differing = differing(&params[section], &defaults[section]);
        changed.extend(differing.map(|(name, value)| format!("{prefix}{name} {value}")));
    }
    let weight = differing(params, &defaults).filter(|(name, _)| *name == "class_weight");
    changed.extend(weight.map(|(name, value)| format!("{name} {value}")));
    changed.join(", ")
}

/// Parameters of the data, the split and the search that differ from their defaults.
pub fn of_training(params: &Value) -> String {
    let defaults = serde_json::to_value(Params::default()).unwrap_or_default();
    let is_of_fit = |name: &str| {
        matches!(
            name,
            "estimator" | "text" | "class_weight" | "target" | "name" | "version"
        ) || estimators::ALL.iter().any(|of| of.name() == name)
    };
    let changed = differing(params, &defaults).filter(|(name, _)| !is_of_fit(name));
    let changed: Vec<String> = changed
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    changed.join(", ")
}

/// Names and values of the members that differ from their defaults.
fn differing<'a>(
    params: &'a Value,
    defaults: &'a Value,
) -> impl Iterator<Item = (&'a str, String)> {
    let members = params.as_object().into_iter().flatten();
    let differing = members.filter(|(name, value)| **value != defaults[*name]);
    differing.map(|(name, value)| (name.as_str(), shown(value)))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join("-"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::changed;
    use serde_json::json;
    use training::params::Params;

    #[test]
    fn what_is_as_usual_is_not_shown() {
        let mut params = serde_json::to_value(Params::default()).unwrap();
        assert_eq!(changed(&params, "gradient_boosting"), "");
        params["gradient_boosting"]["learning_rate"] = json!(0.05);
        params["text"]["ngram_range"] = json!([1, 1]);
        params["ridge"]["alpha"] = json!(7.0);
        params["class_weight"] = json!("balanced");
        assert_eq!(
            changed(&params, "gradient_boosting"),
            "learning_rate 0.05, text.ngram_range 1-1, class_weight balanced"
        );
    }
}
