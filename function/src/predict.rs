//! The door to the model: a request to a row, a row to its answer.

use crate::problem::{Code, Problem};
use crate::request::{BODY_BYTES, BODY_SECONDS, Body, Request, json};
use crate::served::Served;
use model::features::InputStatistics;
use model::row::{EXPECTED, Row, RowError};
use model::score::Scorer;

/// What a row is, whatever its columns.
const OBJECT: &str = "a JSON object";

/// An answer, ready to be sent.
#[derive(Debug)]
pub struct Prediction {
    /// The answer as JSON.
    pub body: Vec<u8>,
    /// What there is to tell of it.
    pub scored: Scored,
}

/// What the metrics tell of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    /// What the row looked like.
    pub statistics: InputStatistics,
    /// Probability of the label.
    pub confidence: f64,
}

/// Answers the row that is in the body of `request`.
///
/// # Errors
/// When the request holds no row that the model can answer, or the model is damaged.
pub fn predict(served: &Served, request: &Request<'_>) -> Result<Prediction, Problem> {
    let with_example = |problem: Problem| problem.example(served.example);
    check_content_type(request.content_type).map_err(with_example)?;
    let top = top(request.query)?;
    let json_text = match request.body {
        Body::Whole(bytes) => bytes,
        Body::TooLarge => {
            let detail = format!("the body is larger than {BODY_BYTES} bytes, which is the limit");
            return Err(Problem::new(Code::BodyTooLarge, detail));
        }
        Body::TooSlow => {
            let detail = format!("the body did not come within {BODY_SECONDS} seconds");
            return Err(Problem::new(Code::BodyTooSlow, detail));
        }
    };
    check_text(json_text).map_err(with_example)?;
    let row =
        Row::from_json(&served.model, json_text).map_err(|error| with_example(of_row(&error)))?;

    // One a request: several requests may be under way, and one of 6 MB would leave its memory
    // behind for good.
    let mut scorer = Scorer::default();
    let answer = scorer
        .answer(&served.model, &row)
        .map_err(|error| Problem::new(Code::ModelNotFinite, error.to_string()))?;
    Ok(Prediction {
        body: json(&answer.report(&served.identity, top)),
        scored: Scored {
            statistics: scorer.statistics(),
            confidence: answer.confidence(),
        },
    })
}

/// JSON goes by `application/json` or a name that ends with `+json` (RFC 6839); without a content
/// type the receiver may look at the body itself (RFC 9110, section 8.3).
fn check_content_type(content_type: Option<&str>) -> Result<(), Problem> {
    let Some(content_type) = content_type else {
        return Ok(());
    };
    let essence = content_type.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    if essence.is_empty() || essence == "application/json" || essence.ends_with("+json") {
        return Ok(());
    }
    let detail = match essence.as_str() {
        // What `curl -d` says when it is told nothing else.
        "application/x-www-form-urlencoded" => {
            "the content type is application/x-www-form-urlencoded, which is curl's default; \
             add -H 'content-type: application/json'"
        }
        _ => "the content type is not JSON; send the header content-type: application/json",
    };
    Err(Problem::new(Code::UnsupportedMediaType, detail).expected("application/json"))
}

/// How many labels the query asks for with `top=K`; `None` is all. Other parameters are not ours.
fn top(query: Option<&str>) -> Result<Option<usize>, Problem> {
    let refuse = |what: &str| {
        let detail = format!(
            "the query parameter top {what}; a whole number from 1 up was expected, for example ?top=3"
        );
        Err(Problem::new(Code::InvalidTop, detail).expected("a whole number from 1 up"))
    };
    let pairs = query.unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| match pair.split_once('=') {
        Some(("top", value)) => Some(value),
        None if pair == "top" => Some(""),
        _ => None,
    });
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return refuse("is given twice");
    }
    // `parse` alone would take a plus sign, which is a blank in a query.
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse("is no whole number");
    }
    match value.parse() {
        Ok(0) => refuse("is 0"),
        Ok(count) => Ok(Some(count)),
        // More digits than a number holds: more labels than any model has.
        Err(_) => Ok(Some(usize::MAX)),
    }
}

/// What the parser would say of no text, or of bytes that are none, helps nobody.
fn check_text(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.trim_ascii().is_empty() {
        let detail = "the body is empty; a JSON object was expected";
        return Err(Problem::new(Code::EmptyBody, detail).expected(OBJECT));
    }
    std::str::from_utf8(bytes).map(|_| ()).map_err(|error| {
        let detail = format!(
            "the body is not UTF-8: the byte at offset {} begins no character",
            error.valid_up_to()
        );
        Problem::new(Code::InvalidUtf8, detail).expected("UTF-8")
    })
}

/// A row that does not fit, as a problem.
fn of_row(error: &RowError) -> Problem {
    let (code, expected) = match error {
        RowError::Json { .. } => (Code::InvalidJson, OBJECT),
        RowError::NotAnObject { .. } => (Code::NotAnObject, OBJECT),
        RowError::Missing { .. } => (Code::MissingField, EXPECTED),
        RowError::Type { .. } => (Code::WrongType, EXPECTED),
        RowError::Duplicate { .. } => (Code::DuplicateField, "one value"),
    };
    let problem = Problem::new(code, error.to_string()).expected(expected);
    match error.field() {
        Some(name) => problem.field(name),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::{check_content_type, top};

    #[test]
    fn json_has_many_names() {
        for name in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json;",
            "application/vnd.example+json",
            "",
        ] {
            assert!(check_content_type(Some(name)).is_ok(), "{name}");
        }
        for name in ["text/plain", "application/jsonl", "json", "text/json", ";"] {
            let is_empty_essence = name == ";";
            assert_eq!(
                check_content_type(Some(name)).is_ok(),
                is_empty_essence,
                "{name}"
            );
        }
    }

    #[test]
    fn top_is_a_whole_number_from_1_up() {
        assert_eq!(top(None).unwrap(), None);
        assert_eq!(top(Some("")).unwrap(), None);
        assert_eq!(top(Some("stop=1&topic=2")).unwrap(), None);
        assert_eq!(top(Some("a=b&top=2")).unwrap(), Some(2));
        assert_eq!(top(Some("top=007")).unwrap(), Some(7));
        assert_eq!(
            top(Some("top=99999999999999999999999")).unwrap(),
            Some(usize::MAX)
        );
        for bad in [
            "top",
            "top=",
            "top=0",
            "top=-1",
            "top=+1",
            "top=1.5",
            "top=a",
            "top=1&top=2",
        ] {
            assert!(top(Some(bad)).is_err(), "{bad}");
        }
    }
}
