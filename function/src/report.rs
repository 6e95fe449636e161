//! Answers as they are written, apart from what only one protocol knows.

use crate::monitoring::scored::Scored;
use crate::request::json;
use crate::scoring::{Answered, Answers};
use crate::served::Served;
use crate::spread::spread;
use model::answer::Answer;
use model::rows::quoted;
use model::validate::push_warnings;

/// What a request for answers gets.
#[derive(Debug)]
pub struct Reply {
    /// Its body.
    pub body: Vec<u8>,
    /// The body's media type.
    pub media_type: &'static str,
    /// What there is to tell of it.
    pub scored: Scored,
}

impl Reply {
    /// A reply of JSON.
    pub fn json(body: Vec<u8>, answers: Answers<'_>) -> Reply {
        Reply {
            body,
            media_type: "application/json",
            scored: answers.scored,
        }
    }

    /// A reply of CSV without a header: the label and its probability, or the value.
    pub fn csv(answers: Answers<'_>) -> Reply {
        let mut body = Vec::new();
        for answered in answers.iter() {
            match &answered.answer {
                Answer::Label(labelled) => {
                    body.extend_from_slice(quoted(labelled.label()).as_bytes());
                    body.push(b',');
                    body.append(&mut json(&labelled.confidence()));
                }
                Answer::Value(value) => body.append(&mut json(value)),
            }
            body.push(b'\n');
        }
        Reply {
            body,
            media_type: "text/csv; charset=utf-8",
            scored: answers.scored,
        }
    }
}

/// Appends the answer's own JSON, and its warnings and explanation where there are any.
pub fn push_report(
    body: &mut Vec<u8>,
    served: &Served,
    answered: &Answered<'_>,
    top: Option<usize>,
) {
    served.writer().write(&answered.answer, top, body);
    if let Some(variant) = &served.variant {
        body.pop();
        body.extend_from_slice(b",\"variant\":");
        body.append(&mut json(variant));
        body.push(b'}');
    }
    push_warnings(body, &answered.warnings);
    if let Some(explanation) = &answered.explanation {
        body.pop();
        body.extend_from_slice(b",\"explanation\":");
        body.append(&mut json(explanation));
        body.push(b'}');
    }
}

/// `{"predictions": [...]}`, an item an answer.
pub fn predictions<'m>(
    answers: &[Answered<'m>],
    push: impl Fn(&mut Vec<u8>, &Answered<'m>) + Sync,
) -> Vec<u8> {
    let mut body = b"{\"predictions\":[".to_vec();
    append(&mut body, answers, b',', push);
    // The last answer has a comma behind it, too.
    body.pop_if(|last| *last == b',');
    body.extend_from_slice(b"]}");
    body
}

/// A line an answer.
pub fn lines<'m>(
    answers: &[Answered<'m>],
    push: impl Fn(&mut Vec<u8>, &Answered<'m>) + Sync,
) -> Vec<u8> {
    let mut body = Vec::new();
    append(&mut body, answers, b'\n', push);
    body
}

/// Appends answers with `end` behind each. Digits of probabilities are most of the work of many
/// rows, so it is spread.
fn append<'m>(
    body: &mut Vec<u8>,
    answers: &[Answered<'m>],
    end: u8,
    push: impl Fn(&mut Vec<u8>, &Answered<'m>) + Sync,
) {
    let pieces = spread(answers, |answers| {
        let mut piece = Vec::with_capacity(answers.len() * BYTES_AN_ANSWER);
        for answered in answers {
            push(&mut piece, answered);
            piece.push(end);
        }
        piece
    });
    body.reserve(pieces.iter().map(Vec::len).sum::<usize>() + 2);
    for piece in pieces {
        body.extend_from_slice(&piece);
    }
}

/// Room for an answer of a few labels.
const BYTES_AN_ANSWER: usize = 256;

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
