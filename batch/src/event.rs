//! The kinds of events that start a batch.
//!
//! - direct: `{"input": "s3://…", "output": "s3://…"}`, a table or a prefix each
//! - an S3 notification, <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
//! - EventBridge's "Object Created", <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
//! - a batch of items of a Distributed Map, also of one item that another state made,
//!   <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html>

use serde::Deserialize;
use serde_json::Value;
use storage::Location;

/// Something to be answered: a table or a prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The table or the prefix.
    pub input: Location,
    /// Prefix to which names of answers are relative, if `output` is a prefix; the bucket if
    /// `None`.
    pub above: Option<Location>,
    /// Where answers go; the function's own setting decides, if none.
    pub output: Option<Location>,
    /// Tag of the only content that is meant, without quotes; any content, if none.
    pub etag: Option<String>,
}

/// Request in an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Tables and prefixes, in the event's order; none for S3's test of a notification.
    pub wanted: Vec<Wanted>,
    /// Options of their answers.
    pub options: Options,
}

/// Options of answers, as an event has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The column that is kept as id.
    pub id: Option<String>,
    /// "jsonl" or "csv".
    pub format: Option<String>,
    /// Only the probabilities of so many labels.
    pub top: Option<usize>,
    /// Text cells of a CSV stay as they are.
    pub keep_formulas: bool,
}

/// Further options of a caller; also the `BatchInput` of a Distributed Map.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Direct {
    input: Option<String>,
    output: Option<String>,
    /// Where items have keys only.
    bucket: Option<String>,
    id: Option<String>,
    format: Option<String>,
    top: Option<usize>,
    #[serde(default)]
    keep_formulas: bool,
    /// Each item is answered once for each of its contents, by the item's `Etag`.
    #[serde(default)]
    by_etag: bool,
}

impl Direct {
    fn into_options(self) -> Options {
        Options {
            id: self.id,
            format: self.format,
            top: self.top,
            keep_formulas: self.keep_formulas,
        }
    }
}

const EXPECTED: &str = "one of these was expected: {\"input\": \"s3://…\", \"output\": \"s3://…\"}, \
    an S3 notification, EventBridge's Object Created, {\"Items\": […], \"BatchInput\": {…}}";

impl Request {
    /// Parses the request of the event `json`.
    ///
    /// # Errors
    /// One sentence, when it is none of the kinds or lacks something.
    pub fn parse(json: &Value) -> Result<Request, String> {
        if let Some(records) = json.get("Records").and_then(Value::as_array) {
            return of_notification(records);
        }
        if json.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
            return Ok(Request::default());
        }
        if let Some(detail) = json.get("detail") {
            let kind = text(json, "detail-type")?;
            if kind != "Object Created" {
                return Err(format!(
                    "the event is {kind:?}; \"Object Created\" was expected"
                ));
            }
            // Here the key is as it is.
            let (bucket, key) = (text(detail, "/bucket/name")?, text(detail, "/object/key")?);
            return Ok(Request {
                wanted: vec![object(bucket, key.to_string())],
                ..Request::default()
            });
        }
        if let Some(items) = json.get("Items").and_then(Value::as_array) {
            let shared = match json.get("BatchInput") {
                Some(shared) => direct(shared).map_err(|error| format!("BatchInput: {error}"))?,
                None => Direct::default(),
            };
            return of_items(items, shared);
        }
        let direct = direct(json)?;
        let input = direct
            .input
            .as_deref()
            .ok_or_else(|| format!("the event has no input; {EXPECTED}"))?;
        Ok(Request {
            wanted: vec![Wanted {
                input: location(input)?,
                above: None,
                etag: None,
                output: direct.output.as_deref().map(location).transpose()?,
            }],
            options: direct.into_options(),
        })
    }
}

fn direct(json: &Value) -> Result<Direct, String> {
    Direct::deserialize(json).map_err(|error| format!("{error}; {EXPECTED}"))
}

/// A place in S3: whoever sends events has no business with the function's own files.
fn location(text: &str) -> Result<Location, String> {
    let parsed = text
        .parse::<Location>()
        .map_err(|error| error.to_string())?;
    if !parsed.is_s3() {
        return Err(format!("{text}: s3://bucket/key was expected"));
    }
    Ok(parsed)
}

fn object(bucket: &str, key: String) -> Wanted {
    let at = |key| Location::S3 {
        bucket: bucket.to_string(),
        key,
    };
    Wanted {
        input: at(key),
        above: Some(at(String::new())),
        output: None,
        etag: None,
    }
}

/// A string by its pointer or name.
fn text<'j>(json: &'j Value, place: &str) -> Result<&'j str, String> {
    let found = match place.strip_prefix('/') {
        Some(_) => json.pointer(place),
        None => json.get(place),
    };
    let name = place.trim_start_matches('/').replace('/', ".");
    found
        .and_then(Value::as_str)
        .ok_or_else(|| format!("the event has no {name}; {EXPECTED}"))
}

fn of_notification(records: &[Value]) -> Result<Request, String> {
    let of_record = |record: &Value| {
        let (bucket, key) = (
            text(record, "/s3/bucket/name")?,
            text(record, "/s3/object/key")?,
        );
        Ok(object(bucket, decode(key)))
    };
    Ok(Request {
        wanted: records
            .iter()
            .map(of_record)
            .collect::<Result<_, String>>()?,
        ..Request::default()
    })
}

/// Items are `{"Key": …}` as Step Functions lists a bucket, or `{"input": …, "output": …}`.
fn of_items(items: &[Value], shared: Direct) -> Result<Request, String> {
    let above = shared.input.as_deref().map(location).transpose()?;
    let output = shared.output.as_deref().map(location).transpose()?;
    let bucket = match (&shared.bucket, &above) {
        (Some(bucket), _) => Some(bucket.clone()),
        (None, Some(Location::S3 { bucket, .. })) => Some(bucket.clone()),
        _ => None,
    };
    let of_item = |item: &Value| {
        if item.get("Key").is_none() {
            let own = direct(item)?;
            let input = own
                .input
                .as_deref()
                .ok_or_else(|| format!("an item has neither Key nor input; {EXPECTED}"))?;
            return Ok(Wanted {
                input: location(input)?,
                above: above.clone(),
                etag: None,
                output: own
                    .output
                    .as_deref()
                    .map(location)
                    .transpose()?
                    .or(output.clone()),
            });
        }
        let bucket = bucket.as_deref().ok_or(
            "the items have keys only; BatchInput needs the bucket, as \"bucket\" or in \"input\"",
        )?;
        let mut wanted = object(bucket, text(item, "Key")?.to_string());
        wanted.above = above.clone().or(wanted.above);
        wanted.output = output.clone();
        if shared.by_etag {
            // Listings have it in quotes, events of S3 have not.
            wanted.etag = Some(text(item, "Etag")?.trim_matches('"').to_string());
        }
        Ok(wanted)
    };
    Ok(Request {
        wanted: items.iter().map(of_item).collect::<Result<_, String>>()?,
        options: shared.into_options(),
    })
}

/// A key of a notification, which S3 writes as HTML forms do: `+` is a space, `%2B` a plus.
fn decode(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = behind;
        match (first, byte) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            (other, _) => bytes.push(*other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Request, decode};
    use serde_json::json;

    #[test]
    fn keys_of_notifications_are_decoded() {
        assert_eq!(
            decode("in/my+table%2Bone%C3%A9.csv"),
            "in/my table+oneé.csv"
        );
        assert_eq!(decode("50%"), "50%");
    }

    #[test]
    fn an_event_that_lacks_something_says_what() {
        for (event, expected) in [
            (json!({}), "the event has no input; one of"),
            (json!({"inptu": "s3://b/k"}), "unknown field `inptu`"),
            (
                json!({"input": "gs://b/k"}),
                "gs://b/k: this kind of address",
            ),
            (
                json!({"Items": [{"Key": "a.csv"}]}),
                "the items have keys only; BatchInput",
            ),
            (
                json!({"Items": [], "BatchInput": {"x": 1}}),
                "BatchInput: unknown field",
            ),
            (
                json!({"Records": [{"s3": {}}]}),
                "the event has no s3.bucket.name;",
            ),
            (
                json!({"detail-type": "Object Deleted", "detail": {}}),
                "the event is \"Object Deleted\"",
            ),
        ] {
            let error = Request::parse(&event).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn s3_s_test_of_a_notification_asks_for_nothing() {
        let event = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"});
        assert_eq!(Request::parse(&event).unwrap(), Request::default());
    }
}
