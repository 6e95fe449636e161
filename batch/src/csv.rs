//! Answers as CSV, by RFC 4180.

use crate::id::Id;
use crate::settings::Settings;
use model::Model;
use model::answer::Answer;
use model::head::Head;
use model::rows::quoted;
use std::borrow::Cow;
use std::io::Write;

/// The first line of answers as CSV.
pub fn csv_header(model: &Model<'_>, settings: &Settings) -> Vec<u8> {
    let mut line = Vec::new();
    let id = settings.id.is_some().then_some("id");
    let labels = model.head.labels().iter();
    let labels = labels.map(|label| format!("probability_{label}"));
    let answer = match model.head {
        Head::Classes(_) => "label",
        Head::Value(_) => "value",
    };
    let names = id
        .into_iter()
        .map(String::from)
        .chain([answer.into()])
        .chain(labels);
    for name in names {
        if !line.is_empty() {
            line.push(b',');
        }
        line.extend_from_slice(quoted(&name).as_bytes());
    }
    line.push(b'\n');
    line
}

/// A text cell of a CSV. Unless `keeps_formulas`, one that a spreadsheet would take for a formula has
/// a single quote in front, as OWASP advises
/// (<https://owasp.org/www-community/attacks/CSV_Injection>); a number such as -5 is none.
pub fn cell(text: &str, keeps_formulas: bool) -> Cow<'_, str> {
    const FIRST: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    // Rust's numbers have words, too, such as `-inf`.
    let is_number = || {
        let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        text.chars().all(is_part) && text.parse::<f64>().is_ok()
    };
    if keeps_formulas || !text.starts_with(FIRST) || is_number() {
        return quoted(text);
    }
    Cow::Owned(quoted(&format!("'{text}")).into_owned())
}

/// A line of answers, without its end.
pub fn write_csv(answer: &Answer<'_>, id: Option<Id<'_>>, keeps_formulas: bool, out: &mut Vec<u8>) {
    let text = |out: &mut Vec<u8>, text: &str| {
        out.extend_from_slice(cell(text, keeps_formulas).as_bytes());
    };
    if let Some(id) = id {
        match id {
            Id::Text(id) => text(out, &id),
            Id::Json(json) => {
                // A JSON string's text, or the JSON itself: 7 is 7 in both.
                let id = serde_json::from_str::<String>(json.get());
                text(out, id.as_deref().unwrap_or(json.get()));
            }
        }
        out.push(b',');
    }
    // Into memory, which does not fail; the same digits as in JSON.
    match answer {
        Answer::Label(labelled) => {
            text(out, labelled.label());
            for probability in &labelled.probabilities {
                let _ = write!(out, ",{}", serde_json::json!(probability));
            }
        }
        Answer::Value(value) => {
            let _ = write!(out, "{}", serde_json::json!(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn formulas_get_a_quote_and_numbers_do_not() {
        for text in [
            "=cmd|' /C calc'!A0",
            "+49 170",
            "-",
            "-inf",
            "@SUM(A1)",
            "\tx",
            "＝1",
            "-1-1",
        ] {
            assert_eq!(cell(text, false), format!("'{text}"));
            assert_eq!(cell(text, true), text);
        }
        for text in ["-5", "+1.5e-3", "-.5", "a=b", "", "7", "'=1", "größe"] {
            assert_eq!(cell(text, false), text);
        }
        assert_eq!(cell("=A1,B1", false), "\"'=A1,B1\"");
        assert_eq!(cell("\r=1", false), "\"'\r=1\"");
        assert_eq!(cell("\n=1", true), "\"\n=1\"");
    }
}
