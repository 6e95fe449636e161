//! The table "When it refuses" of the page: all codes, with what to do about them.

use crate::problem::Code;

/// The rows of the table, by status.
pub(super) fn rows() -> String {
    let mut codes: Vec<Code> = Code::ALL.to_vec();
    // A stable sort: codes of a status stay in the order of their table.
    codes.sort_by_key(|code| code.status());
    let row = |code: Code| {
        let (status, name, help) = (code.status().as_u16(), code.as_str(), marked(code.help()));
        let remedy = marked(remedy(code));
        format!(
            "<tr><td>{status}</td><th scope=\"row\"><code>{name}</code></th><td>{help}</td><td>{remedy}</td></tr>"
        )
    };
    codes.into_iter().map(row).collect()
}

/// A sentence with what stands in backticks as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let part = |(place, part): (usize, &str)| match place % 2 {
        0 => part.to_string(),
        _ => format!("<code>{part}</code>"),
    };
    parts.map(part).collect()
}

/// Step that a caller can take.
fn remedy(code: Code) -> &'static str {
    match code {
        Code::EmptyBody => "Send a row: `GET /example` has one.",
        Code::InvalidUtf8 => "Encode the text as UTF-8.",
        Code::InvalidJson => "Check quotes and commas; with curl, quote the body in single quotes.",
        Code::InvalidTable => {
            "Send a header row with the columns' names; with curl, `--data-binary` keeps line ends."
        }
        Code::InvalidGzip => "Compress the body, or leave `content-encoding` out.",
        Code::InvalidProtocol => "Compare with the request that `GET /example` has for this path.",
        Code::UnknownParameter => "Remove it, or correct its name: `GET /openapi.json` lists them.",
        Code::InvalidDoor => "Ask for `predict`, `mlflow`, `sagemaker` or `v2`.",
        Code::ExplainUnavailable => "Leave `explain` out.",
        Code::KeyMissing => "Send the header `x-api-key`.",
        Code::KeyWrong => "Ask the owner of the function for a key.",
        Code::ForeignOrigin => {
            "Add the page's origin to `HEARTH_ALLOWED_ORIGINS`, or ask from a server."
        }
        Code::SchemaHidden => "Ask the owner of the function for the columns.",
        Code::NotFound => "`GET /` lists the paths.",
        Code::MethodNotAllowed => "Use the method in the response's header `allow`.",
        Code::ForeignHost => "Add the host's name to `HEARTH_ALLOWED_HOSTS`.",
        Code::UnsupportedEncoding => "Use gzip, or do not compress.",
        Code::UnsupportedMediaType => {
            "Send `application/json`, `application/jsonl`, `text/csv` or `text/tab-separated-values`."
        }
        Code::NotAnObject => "Send one object per row; many rows as `{\"instances\": […]}`.",
        Code::MissingField => "Add the field that `field` names; optional columns may be left out.",
        Code::WrongType => "Send the type that `expected` names.",
        Code::DuplicateField => "Give each field once.",
        Code::UnknownField => "Remove the field, or correct its name.",
        Code::Busy | Code::BodyTooSlow => {
            "Try again, after the time in `Retry-After` if there is one."
        }
        Code::ModelNotFinite | Code::ModelUnavailable => {
            "Check the model file with `hearth verify`."
        }
        Code::SettingsRefused | Code::KeysUnavailable => {
            "For the owner of the function: the log names the variable."
        }
        // Of the others the status says what to do.
        _ => match code.status().as_u16() {
            413 => "Send less in one request; `limits` of `GET /model` has the bounds.",
            406 => "Accept `application/json`.",
            500.. => "For the owner of the function: the log has the reason.",
            _ => "Correct what `detail` names.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{marked, rows};
    use crate::problem::Code;

    #[test]
    fn every_code_has_its_row() {
        let rows = rows();
        assert_eq!(rows.matches("<tr>").count(), Code::ALL.len());
        for code in Code::ALL {
            let name = format!("<code>{}</code></th>", code.as_str());
            assert!(rows.contains(&name), "{name}");
        }
        assert!(
            rows.starts_with("<tr><td>400</td>") && !rows.contains('`'),
            "{rows}"
        );
        assert_eq!(marked("a `b` c"), "a <code>b</code> c");
    }
}
