//! Labels as people write them: lists for sentences, and the label that a wrong spelling means.

use crate::hint::{nearest, plain};

/// Labels that a sentence lists.
const LISTED: usize = 20;

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

/// `; did you mean "delivery"?` where a label is near.
pub fn did_you_mean(name: &str, labels: &[&str]) -> String {
    let found = meant(name, labels).or_else(|| nearest(name, labels.iter().copied()));
    found.map_or(String::new(), |label| format!("; did you mean {label:?}?"))
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

/// The code of a label: as it is or, of numbers, in any notation.
pub fn code(labels: &[String], wanted: &str) -> Option<u32> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|of| of.is_finite());
    let same = labels.iter().position(|label| label == wanted);
    let found = same.or_else(|| {
        let wanted = number(wanted)?;
        labels
            .iter()
            .position(|label| number(label) == Some(wanted))
    });
    found.and_then(|code| u32::try_from(code).ok())
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_label_is_meant_whatever_its_case_blanks_and_notation() {
        let labels = ["account_access", "1", "returns"];
        assert_eq!(meant(" Account access", &labels), Some("account_access"));
        assert_eq!(meant("1.0", &labels), Some("1"));
        assert_eq!(meant("refunds", &labels), None);
    }
}
