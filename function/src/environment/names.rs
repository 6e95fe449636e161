//! The names of all variables that begin with `HEARTH_`: one that is misspelt would be ignored in
//! silence.

use model::hint::nearest;

/// Start of the names.
const PREFIX: &str = "HEARTH_";

/// The names without their start. `EMBED` is read when the program is compiled, `FUNCTION` by
/// `hearth serve`, which becomes this program.
const NAMES: [&str; 30] = [
    "ALLOWED_HOSTS",
    "ALLOWED_ORIGINS",
    "API_KEY",
    "API_KEY_FILE",
    "BASE_PATH",
    "CAPTURE",
    "CAPTURE_REDACT",
    "DOCS",
    "DRIFT_ROWS",
    "EMBED",
    "EMF",
    "EMF_DIMENSIONS",
    "EMF_NAMESPACE",
    "EMF_WINDOW",
    "FUNCTION",
    "HIDE_SCHEMA",
    "LOG",
    "MAX_BODY_BYTES",
    "MAX_CELLS",
    "MAX_CONNECTIONS",
    "MAX_EXPLANATIONS",
    "MAX_FIELD_CHARS",
    "MAX_ROWS",
    "MAX_STEPS",
    "MAX_TOKENS",
    "MEMORY_MB",
    "SHADOW_SAMPLE",
    "UNKNOWN_FIELDS",
    "VARIANTS",
    "VARIANT_BY",
];

/// A sentence about a variable that this program does not read; `None` for one that it reads, and for
/// those of other programs.
fn complaint(variable: &str) -> Option<String> {
    let name = variable.strip_prefix(PREFIX)?;
    if NAMES.contains(&name) {
        return None;
    }
    let advice = match nearest(name, NAMES) {
        Some(near) => format!("did you mean {PREFIX}{near}?"),
        None => "function --help lists them".to_owned(),
    };
    Some(format!(
        "{variable} is no variable of this program; {advice}"
    ))
}

/// Warns in the log of a variable that this program does not read, although its name says so.
pub fn warn_unknown(variable: &str) {
    if let Some(sentence) = complaint(variable) {
        tracing::warn!("{sentence}");
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, PREFIX, complaint};
    use crate::settings::HELP;

    #[test]
    fn a_variable_that_nothing_reads_is_told_the_likely_one() {
        for (variable, expected) in [
            ("HEARTH_MAX_ROW", Some("did you mean HEARTH_MAX_ROWS?")),
            ("HEARTH_APIKEY", Some("did you mean HEARTH_API_KEY?")),
            ("HEARTH_emf", Some("did you mean HEARTH_EMF?")),
            ("HEARTH_FOO", Some("function --help lists them")),
            ("HEARTH_", Some("function --help lists them")),
            ("HEARTH_EMF", None),
            ("HEARTHSTONE", None),
            ("PATH", None),
        ] {
            let sentence = complaint(variable);
            let expected = expected
                .map(|advice| format!("{variable} is no variable of this program; {advice}"));
            assert_eq!(sentence, expected);
        }
    }

    #[test]
    fn every_variable_of_the_help_is_known_and_the_other_way_round() {
        let words = HELP.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let in_help = |name: &str| words.clone().any(|word| word == format!("{PREFIX}{name}"));
        for name in NAMES.iter().filter(|name| **name != "FUNCTION") {
            assert!(in_help(name), "{name}");
        }
        // `HEARTH_MAX_…` in a sentence stands for several.
        let of_help = words.clone().filter(|word| !word.ends_with('_'));
        assert_eq!(of_help.filter_map(complaint).next(), None);
    }
}
