//! Answers as they are written, apart from what only one protocol knows.

use crate::budgets::{Work, response_too_large};
use crate::context::Context;
use crate::problem::Problem;
use crate::request::{Request, json};
use crate::scoring::{ScoredRow, ScoredRows};
use crate::spread::spread;
use http::HeaderValue;
use model::answer::{Answer, push_member};
use model::rows::quoted;
use model::validate::push_warnings;

/// Body of a response.
#[derive(Debug)]
pub struct Reply {
    /// Its bytes.
    pub body: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// The header `x-hearth-warnings`, for a body that holds no warnings.
    pub warnings: Option<HeaderValue>,
}

impl Reply {
    /// A reply of JSON.
    pub fn json(body: Vec<u8>) -> Reply {
        Reply {
            body,
            media_type: "application/json",
            warnings: None,
        }
    }

    /// The same body with another media type.
    pub fn media_type(self, media_type: &'static str) -> Reply {
        Reply { media_type, ..self }
    }

    /// The same body, with the warnings of its rows in a header.
    pub fn with_warnings(self, scored: &ScoredRows<'_>) -> Reply {
        Reply {
            warnings: scored.warning_counts().header(),
            ..self
        }
    }

    /// A reply of CSV without a header: the label and its probability, or the value.
    ///
    /// # Errors
    /// When it would be larger than a response may be.
    pub fn csv(context: &Context<'_>, scored: &ScoredRows<'_>) -> Result<Reply, Problem> {
        let mut body = Vec::new();
        for row in scored.iter() {
            let before = body.len();
            match &row.answer {
                Answer::Label(labelled) => {
                    body.extend_from_slice(quoted(labelled.label()).as_bytes());
                    body.push(b',');
                    body.append(&mut json(&labelled.confidence()));
                }
                Answer::Value(value) => body.append(&mut json(value)),
            }
            body.push(b'\n');
            context.work.write(body.len() - before)?;
        }
        let reply = Reply::json(body).media_type("text/csv; charset=utf-8");
        Ok(reply.with_warnings(scored))
    }
}

/// True if a client prefers CSV to JSON.
pub fn wants_csv(request: &Request<'_>) -> bool {
    let accept = request.header("accept").unwrap_or_default();
    accept.trim_start().starts_with("text/csv")
}

/// Appends the answer's own JSON, and its warnings and explanation where there are any.
pub fn push_report(
    body: &mut Vec<u8>,
    context: &Context<'_>,
    row: &ScoredRow<'_>,
    top: Option<usize>,
) {
    let served = context.served;
    served.writer().write(&row.answer, top, body);
    if let Some(variant) = served.variant() {
        push_member(body, "variant", variant);
    }
    push_warnings(body, &row.warnings);
    if let Some(explanation) = &row.explanation {
        push_member(body, "explanation", explanation);
    }
}

/// `{"predictions": [...]}`, one item per answer.
///
/// # Errors
/// When it would be larger than a response may be.
pub fn predictions<'m>(
    context: &Context<'_>,
    scored: &[ScoredRow<'m>],
    push: impl Fn(&mut Vec<u8>, &ScoredRow<'m>) + Sync,
) -> Result<Vec<u8>, Problem> {
    let start = b"{\"predictions\":[".to_vec();
    let mut body = append(context, start, scored, b',', push)?;
    // The last answer has a comma behind it, too.
    body.pop_if(|last| *last == b',');
    body.extend_from_slice(b"]}");
    Ok(body)
}

/// A line for each answer.
///
/// # Errors
/// As [`predictions`].
pub fn lines<'m>(
    context: &Context<'_>,
    scored: &[ScoredRow<'m>],
    push: impl Fn(&mut Vec<u8>, &ScoredRow<'m>) + Sync,
) -> Result<Vec<u8>, Problem> {
    append(context, Vec::new(), scored, b'\n', push)
}

/// Appends answers with `end` behind each. Digits of probabilities are most of the work of many
/// rows, so it is spread; all threads stop where the response would be too large.
fn append<'m>(
    context: &Context<'_>,
    start: Vec<u8>,
    scored: &[ScoredRow<'m>],
    end: u8,
    push: impl Fn(&mut Vec<u8>, &ScoredRow<'m>) + Sync,
) -> Result<Vec<u8>, Problem> {
    let pieces = spread(scored, |_, scored| {
        let mut piece = Vec::with_capacity(scored.len() * ANSWER_BYTES);
        for row in scored {
            let before = piece.len();
            push(&mut piece, row);
            piece.push(end);
            context.work.write(piece.len() - before)?;
        }
        Ok(piece)
    });
    let pieces = pieces.into_iter().collect::<Result<Vec<Vec<u8>>, _>>()?;
    let mut body = start;
    body.reserve_exact(pieces.iter().map(Vec::len).sum::<usize>() + 2);
    for piece in &pieces {
        body.extend_from_slice(piece);
    }
    Ok(body)
}

/// `value` as JSON.
///
/// # Errors
/// When it would be larger than a response may be.
pub fn json_within(work: &Work<'_>, value: &impl serde::Serialize) -> Result<Vec<u8>, Problem> {
    struct Within<'w>(Vec<u8>, &'w Work<'w>, Option<Problem>);
    impl std::io::Write for Within<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if let Err(problem) = self.1.write(bytes.len()) {
                self.2 = Some(problem);
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut body = Within(Vec::new(), work, None);
    // It fails for no other reason: there are no maps whose keys are not strings.
    match serde_json::to_writer(&mut body, value) {
        Ok(()) => Ok(body.0),
        Err(_) => Err(body.2.unwrap_or_else(response_too_large)),
    }
}

/// Room for an answer of a few labels.
const ANSWER_BYTES: usize = 256;

#[cfg(test)]
mod tests {
    use crate::testing::{app, json, mixed_app, predict};
    use serde_json::{Value, json};

    fn warnings(body: Value) -> Vec<(String, String)> {
        let body = body.to_string();
        let answer = json(
            mixed_app()
                .answer(&predict(body.as_bytes()))
                .response
                .body(),
        );
        let warnings = answer["warnings"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        warnings
            .iter()
            .map(|warning| (text(&warning["code"]), text(&warning["field"])))
            .collect()
    }

    #[test]
    fn a_row_that_the_model_has_not_seen_the_like_of_is_said_to_be_one() {
        let of = |code: &str, field: &str| (code.to_owned(), field.to_owned());
        let usual = json!({"note": "late parcel", "size": 2, "urgent": true, "color": "red"});
        assert_eq!(warnings(usual), []);
        let strange = json!({"note": "zzz", "size": 99, "urgent": "no", "color": "pink"});
        assert_eq!(
            warnings(strange),
            [
                of("out_of_range", "/size"),
                of("unknown_category", "/color"),
                of("no_known_words", "/note"),
            ]
        );
        let missing = json!({"note": "late", "size": null, "color": ""});
        assert_eq!(
            warnings(missing),
            ["/size", "/urgent", "/color"].map(|field| of("missing_value", field))
        );
    }

    #[test]
    fn an_answer_without_warnings_says_nothing_of_them() {
        let answer = app().answer(&predict(br#"{"text": "my parcel"}"#)).response;
        assert!(json(answer.body()).get("warnings").is_none());
    }
}
