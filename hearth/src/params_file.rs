//! Reads `params.yaml`, with errors in the words of its author.

use crate::job::Job;
use anyhow::{Context, Result, anyhow};
use model::hint::did_you_mean;
use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};
use std::borrow::Cow;
use std::path::Path;

/// Longest piece of a line that is shown, in characters.
const SHOWN: usize = 60;

/// Reads the places and parameters of a training.
///
/// # Errors
/// When it cannot be read, with the line that has a parameter that does not exist or a wrong value.
pub fn read(path: &Path) -> Result<Job> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{}: it cannot be read", path.display()))?;
    serde_saphyr::from_str(&text).map_err(|error| anyhow!(sentence(path, &text, &error)))
}

/// The sentence for `error` in `text`, the content of the file at `path`: where, what stands there,
/// and what was expected.
fn sentence(path: &Path, text: &str, error: &Error) -> String {
    let path = path.display();
    let what = what(error.without_snippet());
    let Some(place) = error.location() else {
        return format!("{path}: {what}");
    };
    let number = place.line();
    let line = text.lines().nth((number as usize).saturating_sub(1));
    let line = line.unwrap_or_default().trim();
    let line: String = line.chars().take(SHOWN).collect();
    format!("{path}, line {number}: {line:?}: {what}")
}

fn what(error: &Error) -> Cow<'_, str> {
    let or = |names: &[&str]| match names {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        names => names.concat(),
    };
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("{key:?} is given twice").into()
        }
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            let meant = did_you_mean(field, expected.iter().copied());
            let names = expected.join(", ");
            format!("{field:?} is not a parameter; one of {names} was expected{meant}").into()
        }
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => {
            let meant = did_you_mean(variant, expected.iter().copied());
            format!(
                "{variant:?} is not known; {} was expected{meant}",
                or(expected)
            )
            .into()
        }
        Error::InvalidScalar { ty, .. } => match *ty {
            "boolean" => "true or false was expected".into(),
            "floating point" => "a number was expected".into(),
            integer if integer.starts_with('u') => "a whole number from 0 up was expected".into(),
            other => format!("a {other} was expected").into(),
        },
        Error::Unexpected { expected, .. } => match *expected {
            "sequence start" => "a list was expected, as in [1, 2]".into(),
            "mapping start" => "parameters were expected, as in data: messages.csv".into(),
            "string scalar" => "text was expected".into(),
            other => format!("{other} was expected").into(),
        },
        other => UserMessageFormatter.format_message(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let error = serde_saphyr::from_str::<Job>(text).unwrap_err();
        sentence(Path::new("params.yaml"), text, &error)
    }

    #[test]
    fn the_line_and_what_was_expected_are_told() {
        for (text, expected) in [
            (
                "seed: one",
                "line 1: \"seed: one\": a whole number from 0 up was expected",
            ),
            (
                "text:\n  ngram_range: 2",
                "line 2: \"ngram_range: 2\": a list was expected, as in [1, 2]",
            ),
            (
                "text:\n  min_df: many",
                "line 2: \"min_df: many\": a count of rows (2) or a share of them (0.5) was expected",
            ),
            (
                "skip_empty: maybe",
                "line 1: \"skip_empty: maybe\": true or false was expected",
            ),
            (
                "logistic_regression:\n  C: big",
                "line 2: \"C: big\": a number was expected",
            ),
            (
                "seed: 1\nseed: 2",
                "line 2: \"seed: 2\": \"seed\" is given twice",
            ),
            (
                "task: regresion",
                "\"regresion\" is not known; classification or regression was expected; did you mean \
                 \"regression\"?",
            ),
            (
                "text:\n  norms: l2",
                "use_idf, norm was expected; did you mean \"norm\"?",
            ),
            (
                "report_to: x",
                "\"report_to\" is not a parameter; one of data, test, out, metrics, report, \
                 report_markdown, against, target, columns, day_first, decimal, missing, \
                 not_missing, drop, keep, task, estimator, class_weight, seed, holdout, split, \
                 strict, skip_empty, name, version, text, logistic_regression, linear_svc, \
                 multinomial_nb, complement_nb, ridge, elastic_net, random_forest, extra_trees, \
                 gradient_boosting, search, calibration, positive, threshold, gate was expected; \
                 did you mean \"report\"?",
            ),
            (
                "hello",
                "parameters were expected, as in data: messages.csv",
            ),
        ] {
            let sentence = of(text);
            assert!(sentence.starts_with("params.yaml, line "), "{sentence}");
            assert!(sentence.ends_with(expected), "{sentence}");
        }
    }
}
