//! Labels as people name them: which one is the positive one, and which one a wrong spelling means.

use anyhow::{Result, bail};

/// Labels that a sentence lists.
const LISTED: usize = 20;

/// The code of the positive label, which threshold, precision, recall and average precision are
/// about: the one that is named, else the second of two labels, which scikit-learn takes, too.
/// `None` of more labels where none is named.
///
/// # Errors
/// When the name is no label, with the labels, and with the one that may be meant.
pub fn positive(named: Option<&str>, labels: &[String]) -> Result<Option<usize>> {
    let Some(named) = named else {
        return Ok((labels.len() == 2).then_some(1));
    };
    let known: Vec<&str> = labels.iter().map(String::as_str).collect();
    match known.iter().position(|label| *label == named) {
        Some(code) => Ok(Some(code)),
        None => bail!(
            "positive: {named:?} is no label of the target; {}{}",
            list(&known),
            did_you_mean(named, &known)
        ),
    }
}

/// `its labels are "a" and "b"`.
pub fn list(labels: &[&str]) -> String {
    let quoted: Vec<String> = labels
        .iter()
        .take(LISTED)
        .map(|label| format!("{label:?}"))
        .collect();
    let rest = match labels.len().saturating_sub(LISTED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!("its labels are {}{rest}", quoted.join(", "))
}

/// `; did you mean "delivery"?` where a label differs from `name` by its spelling alone.
pub fn did_you_mean(name: &str, labels: &[&str]) -> String {
    meant(name, labels).map_or(String::new(), |label| format!("; did you mean {label:?}?"))
}

/// The label that differs from `name` in nothing but case, blanks, `_` and `-`, or, of numbers, in how
/// the number is written (`1` and `1.0`).
pub fn meant<'a>(name: &str, labels: &[&'a str]) -> Option<&'a str> {
    let wanted = plain(name);
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|of| of.is_finite());
    let is_meant = |label: &&&str| {
        plain(label) == wanted || number(name).is_some_and(|of| number(label) == Some(of))
    };
    labels.iter().find(is_meant).copied()
}

fn plain(text: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-');
    text.chars()
        .filter(is_kept)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_two_is_positive_unless_another_is_named() {
        let labels = ["churned", "stays"].map(String::from);
        assert_eq!(positive(None, &labels).unwrap(), Some(1));
        assert_eq!(positive(Some("churned"), &labels).unwrap(), Some(0));
        let error = positive(Some("Churned "), &labels).unwrap_err().to_string();
        assert_eq!(
            error,
            "positive: \"Churned \" is no label of the target; its labels are \"churned\", \
             \"stays\"; did you mean \"churned\"?"
        );
        let three = ["a", "b", "c"].map(String::from);
        assert_eq!(positive(None, &three).unwrap(), None);
        assert_eq!(positive(Some("c"), &three).unwrap(), Some(2));
    }

    #[test]
    fn a_label_is_meant_whatever_its_case_blanks_and_notation() {
        let labels = ["account_access", "1", "returns"];
        assert_eq!(meant(" Account access", &labels), Some("account_access"));
        assert_eq!(meant("1.0", &labels), Some("1"));
        assert_eq!(meant("refunds", &labels), None);
    }
}
