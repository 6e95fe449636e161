//! The positive label of a training, by its name.

use anyhow::{Result, bail};
use model::labels::{did_you_mean, list};

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
            "positive: {named:?} is not a label of the target; {}{}",
            list(&known),
            did_you_mean(named, &known)
        ),
    }
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
            "positive: \"Churned \" is not a label of the target; its labels are \"churned\", \
             \"stays\"; did you mean \"churned\"?"
        );
        let three = ["a", "b", "c"].map(String::from);
        assert_eq!(positive(None, &three).unwrap(), None);
        assert_eq!(positive(Some("c"), &three).unwrap(), Some(2));
    }
}
