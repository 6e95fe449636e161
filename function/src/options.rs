//! Options of a request for answers, in its query.

use crate::faults::shown;
use crate::problem::{Code, Problem};
use model::hint::did_you_mean;

/// The form in which warnings are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WarningForm {
    /// Not at all.
    #[default]
    None,
    /// Counted over all rows, for a response that has one place for them.
    Counts,
    /// With each answer.
    Rows,
}

/// Options of a request for answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScoreOptions {
    /// Number of labels to keep, the most probable ones.
    pub top: Option<usize>,
    /// Number of contributions to explain an answer by, the greatest ones.
    pub explain: Option<usize>,
    /// The form in which warnings are wanted.
    pub warnings: WarningForm,
}

impl ScoreOptions {
    /// The options of a query, `top=K` and `explain=K`.
    ///
    /// # Errors
    /// When one is not a whole number from 1 up, or is given twice, or there is another parameter.
    pub fn of_query(query: Option<&str>) -> Result<ScoreOptions, Problem> {
        check_names(query, &["top", "explain"])?;
        Ok(ScoreOptions {
            top: count(query, "top", Code::InvalidTop)?,
            explain: count(query, "explain", Code::InvalidExplain)?,
            warnings: WarningForm::None,
        })
    }

    /// The same, with warnings in this form.
    pub fn with_warnings(self, warnings: WarningForm) -> ScoreOptions {
        ScoreOptions { warnings, ..self }
    }
}

/// Checks that a query has no parameters but these: one that is misspelt would be ignored in silence.
/// Parameters that AWS signs requests with (`X-Amz-…`), and those of links in mails and adverts
/// (`utm_…`), are not the client's own.
///
/// # Errors
/// When it has another one.
pub fn check_names(query: Option<&str>, known: &[&str]) -> Result<(), Problem> {
    let names = parameters(query).map(|(name, _)| name);
    let is_foreign = |name: &str| {
        let begins = |start: &str| {
            let own = name.get(..start.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(start))
        };
        begins("x-amz-") || begins("utm_")
    };
    let mut unknown = names.filter(|name| !known.contains(name) && !is_foreign(name));
    let Some(unknown) = unknown.next() else {
        return Ok(());
    };
    let unknown = shown(unknown);
    let hint = did_you_mean(unknown, known.iter().copied());
    let takes = match known {
        [] => "takes no query parameter with this body".to_owned(),
        _ => format!("takes the query parameters {}", known.join(" and ")),
    };
    let detail = format!("this path {takes}, not {unknown:?}{hint}");
    Err(Problem::new(Code::UnknownParameter, detail))
}

/// Names and values of the parameters of a query; the value is empty where there is none.
fn parameters(query: Option<&str>) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.unwrap_or_default().split('&');
    let pairs = pairs.filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn count(query: Option<&str>, name: &str, code: Code) -> Result<Option<usize>, Problem> {
    let refuse = |what: &str| {
        let detail = format!(
            "the query parameter {name} {what}; a whole number from 1 up was expected, for example ?{name}=3"
        );
        Err(Problem::new(code, detail).expected("a whole number from 1 up"))
    };
    let named = parameters(query).filter(|(key, _)| *key == name);
    let mut values = named.map(|(_, value)| value);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return refuse("is given twice");
    }
    // `parse` alone would take a plus sign, which is a blank in a query.
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse("is not a whole number");
    }
    match value.parse() {
        Ok(0) => refuse("is 0"),
        Ok(count) => Ok(Some(count)),
        // More digits than a number holds: more labels than any model has.
        Err(_) => Ok(Some(usize::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::{ScoreOptions, check_names};

    #[test]
    fn top_and_explain_are_whole_numbers_from_1_up() {
        let top = |query| ScoreOptions::of_query(query).map(|options| options.top);
        assert_eq!(top(None).unwrap(), None);
        assert_eq!(top(Some("")).unwrap(), None);
        assert_eq!(top(Some("&")).unwrap(), None);
        assert_eq!(
            top(Some("X-Amz-Date=1&utm_source=a&top=2")).unwrap(),
            Some(2)
        );
        assert_eq!(top(Some("top=007")).unwrap(), Some(7));
        let digits = "top=99999999999999999999999";
        assert_eq!(top(Some(digits)).unwrap(), Some(usize::MAX));
        let both = ScoreOptions::of_query(Some("explain=2&top=1")).unwrap();
        assert_eq!((both.top, both.explain), (Some(1), Some(2)));
        for bad in [
            "top",
            "top=",
            "top=0",
            "top=-1",
            "top=+1",
            "top=1.5",
            "top=a",
            "top=1&top=2",
            "explain=0",
            "explain",
            "a=b&top=2",
            "TOP=2",
            "%74op=2",
            "=",
        ] {
            assert!(ScoreOptions::of_query(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_unknown_parameter_is_told_the_known_ones() {
        let told = |query, known: &[&str]| {
            let problem = check_names(Some(query), known).unwrap_err();
            assert_eq!(problem.code().as_str(), "unknown_parameter");
            problem.detail().to_owned()
        };
        assert_eq!(
            told("top=1&topp=1", &["top", "explain"]),
            "this path takes the query parameters top and explain, not \"topp\"; did you mean \"top\"?"
        );
        assert_eq!(
            told("top=1", &[]),
            "this path takes no query parameter with this body, not \"top\""
        );
        let long = "x".repeat(10_000);
        assert!(told(&long, &["top"]).len() < 200);
        assert!(check_names(None, &[]).is_ok());
    }
}
