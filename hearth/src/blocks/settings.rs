//! Parameters of a training that differ from their defaults.

use serde_json::Value;
use training::estimators;
use training::params::Params;

/// Parameters of the estimator and of text that differ from their defaults, as `learning_rate 0.05,
/// text.min_df 2`; `params` are those of a model card.
pub fn changed(params: &Value, estimator: &str) -> String {
    let defaults = serde_json::to_value(Params::default()).unwrap_or_default();
    let mut changed = Vec::new();
    for (section, prefix) in [(estimator, ""), ("text", "text."), ("", "")] {
        let (now, default) = match section {
            "" => (params, &defaults),
            section => (&params[section], &defaults[section]),
        };
        for (name, value) in now.as_object().into_iter().flatten() {
            let is_of_fit = !section.is_empty() || name == "class_weight";
            if is_of_fit && *value != default[name] {
                changed.push(format!("{prefix}{name} {}", shown(value)));
            }
        }
    }
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
    let members = params.as_object().into_iter().flatten();
    let changed = members.filter(|(name, value)| !is_of_fit(name) && **value != defaults[*name]);
    let changed: Vec<String> = changed
        .map(|(name, value)| format!("{name} {}", shown(value)))
        .collect();
    changed.join(", ")
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
