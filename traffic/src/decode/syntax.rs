//! The text of captured data, out of whatever encoding it has, and its syntax.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use monitor::capture::DataForm;
use std::borrow::Cow;

/// Syntax of captured text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Csv,
    Json,
    JsonLines,
}

/// The text of captured data, and its syntax: by its encoding, then by the media type, then by its first
/// character.
pub(super) fn text<'a>(
    what: &str,
    data: &'a str,
    form: &DataForm<'_>,
) -> Result<(Cow<'a, str>, Syntax), String> {
    let media_type = form.content_type.split(';').next().unwrap_or_default();
    let of_media_type = match media_type.trim().to_ascii_lowercase().as_str() {
        "text/csv" => Some(Syntax::Csv),
        "application/json" => Some(Syntax::Json),
        "application/jsonlines"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/x-ndjson" => Some(Syntax::JsonLines),
        _ => None,
    };
    let guess = |text: &str| match text.trim_start().starts_with(['{', '[']) {
        true => Syntax::Json,
        false => Syntax::Csv,
    };
    match form.encoding.as_deref() {
        None | Some("JSON") => {
            let syntax = of_media_type.filter(|syntax| *syntax != Syntax::Csv);
            Ok((Cow::Borrowed(data), syntax.unwrap_or(Syntax::Json)))
        }
        Some("CSV") => Ok((Cow::Borrowed(data), Syntax::Csv)),
        Some("BASE64") => {
            let bytes = STANDARD.decode(data.trim());
            let bytes = bytes.map_err(|_| format!("its {what} is not valid base64"))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| format!("its {what} in base64 is binary data, not CSV or JSON"))?;
            let syntax = of_media_type.unwrap_or_else(|| guess(&text));
            Ok((Cow::Owned(text), syntax))
        }
        Some(_) => Err(format!(
            "its {what} is in an encoding other than JSON, CSV and BASE64"
        )),
    }
}

/// All that `read` finds in the lines of JSON Lines, but for empty ones.
pub(super) fn of_lines<'t>(
    text: &'t str,
    read: impl Fn(&'t str) -> Result<Vec<Cow<'t, str>>, String>,
) -> Result<Vec<Cow<'t, str>>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Ok(lines.map(read).collect::<Result<Vec<_>, _>>()?.concat())
}
