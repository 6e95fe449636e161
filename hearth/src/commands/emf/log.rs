//! Reads a log: which of its lines are embedded metrics, and what they say.

use anyhow::{Context, Result};
use model::timestamp::Timestamp;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Where a line stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    file: Option<&'a Path>,
    number: u64,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.file {
            Some(path) => write!(formatter, "{}:{}", path.display(), self.number),
            None => write!(formatter, "line {}", self.number),
        }
    }
}

/// Gives every line of the files to `see`, one behind the other; of `input` where no file is named.
pub(super) fn read(
    files: &[PathBuf],
    input: &mut impl BufRead,
    mut see: impl FnMut(Place<'_>, &[u8]) -> Result<()>,
) -> Result<()> {
    if files.is_empty() {
        return read_one(None, input, &mut see).context("standard input");
    }
    for path in files {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        read_one(Some(path), &mut BufReader::new(file), &mut see)?;
    }
    Ok(())
}

fn read_one(
    file: Option<&Path>,
    input: &mut impl BufRead,
    see: &mut impl FnMut(Place<'_>, &[u8]) -> Result<()>,
) -> Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        while line.pop_if(|last| matches!(last, b'\n' | b'\r')).is_some() {}
        see(Place { file, number }, &line)?;
    }
    Ok(())
}

/// The embedded metrics of a line, if it looks like some: a JSON object with a member `_aws`, behind
/// nothing or behind what CloudWatch's tools put before an event, a time and perhaps the name of the
/// log stream.
pub(super) fn event(line: &[u8]) -> Option<&[u8]> {
    // In a string the quotes would be escaped.
    let is_told = line.windows(6).any(|bytes| bytes == b"\"_aws\"");
    let start = line.iter().position(|&byte| byte == b'{')?;
    (is_told && is_prefix(&line[..start])).then(|| &line[start..])
}

/// A log line of JSON that holds embedded metrics in one of its members, and is none itself.
pub(super) fn is_wrapper(line: &[u8]) -> bool {
    let is_told = line.windows(4).any(|bytes| bytes == b"_aws");
    let root = is_told.then(|| serde_json::from_slice::<Map<String, Value>>(line).ok());
    let root = root.flatten();
    root.is_some_and(|root| !root.contains_key("_aws") && emf::wrapper(&root).is_some())
}

/// True of a row that `HEARTH_CAPTURE` has written.
fn is_captured(line: &[u8]) -> bool {
    let start: &[u8] = b"{\"captureData\":";
    line.windows(start.len()).any(|bytes| bytes == start)
}

/// The time in milliseconds since 1970 that CloudWatch's tools put before an event, in UTC.
pub(super) fn received(line: &[u8]) -> Option<u64> {
    let end = line.iter().position(|byte| byte.is_ascii_whitespace())?;
    let word = std::str::from_utf8(&line[..end]).ok()?;
    let is_utc = word.ends_with('Z') || word.ends_with("+00:00");
    is_utc.then(|| milliseconds(word))?
}

/// Milliseconds from the beginning of 1970 to a time that is written as in ISO 8601.
pub(super) fn milliseconds(time: &str) -> Option<u64> {
    let [.., days] = Timestamp::parse(time, false)?.parts();
    (days >= 0.0).then_some((days * 86_400_000.0) as u64)
}

/// True if this is empty, or a time and at most one more word: `2026-01-02T03:04:05.678Z`, as an
/// export has it, then the stream, as `aws logs tail` has it.
fn is_prefix(before: &[u8]) -> bool {
    let Ok(before) = std::str::from_utf8(before) else {
        return false;
    };
    let mut words = before.split_whitespace();
    let is_time = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        digits >= 12 && word.contains('T') && word.contains(':')
    };
    words.next().is_none_or(is_time) && words.nth(1).is_none()
}

/// The values of one metric on one line, under one set of dimensions.
pub(super) struct Told<'a> {
    pub(super) namespace: &'a str,
    /// `service=mail-sorter, column=income`; empty where there is none.
    pub(super) dimensions: String,
    pub(super) metric: &'a str,
    pub(super) unit: &'a str,
    pub(super) values: &'a [Value],
}

/// The time of a line in milliseconds since 1970, and all it tells; the line has passed the lint.
pub(super) fn told(root: &Map<String, Value>) -> (u64, Vec<Told<'_>>) {
    let aws = &root["_aws"];
    let mut all = Vec::new();
    for directive in array(&aws["CloudWatchMetrics"]) {
        for set in array(&directive["Dimensions"]) {
            let pairs = array(set).iter().filter_map(Value::as_str);
            let pairs = pairs.map(|name| format!("{name}={}", text(root.get(name))));
            let dimensions = pairs.collect::<Vec<_>>().join(", ");
            for metric in array(&directive["Metrics"]) {
                let name = text(metric.get("Name"));
                let values = match root.get(name) {
                    Some(Value::Array(values)) => values.as_slice(),
                    Some(value) => std::slice::from_ref(value),
                    None => &[],
                };
                all.push(Told {
                    namespace: text(directive.get("Namespace")),
                    dimensions: dimensions.clone(),
                    metric: name,
                    unit: metric.get("Unit").map_or("None", |unit| text(Some(unit))),
                    values,
                });
            }
        }
    }
    (aws["Timestamp"].as_u64().unwrap_or_default(), all)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

/// Counts of the lines of a log.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) emf: u64,
    pub(super) wrong: u64,
    pub(super) other: u64,
    /// Bytes of what is not legal: CloudWatch keeps it, and asks for it.
    pub(super) other_bytes: usize,
    /// Those among them that are captured rows.
    pub(super) captured_bytes: usize,
}

/// Gives every line that is legal to `see`, with its bytes; counts the others.
pub(super) fn read_legal(
    files: &[PathBuf],
    input: &mut impl BufRead,
    mut see: impl FnMut(&Map<String, Value>, usize),
) -> Result<Counts> {
    let mut counts = Counts::default();
    read(files, input, |_, line| {
        let Some(event) = event(line) else {
            counts.other += 1;
            counts.other_bytes += line.len();
            if is_captured(line) {
                counts.captured_bytes += line.len();
            }
            return Ok(());
        };
        counts.emf += 1;
        let text = std::str::from_utf8(event).ok();
        let text = text.filter(|text| emf::lint(text).is_ok());
        match text.and_then(|text| serde_json::from_str(text).ok()) {
            Some(root) => see(&root, event.len()),
            None => {
                counts.wrong += 1;
                counts.other_bytes += event.len();
            }
        }
        Ok(())
    })?;
    if counts.wrong > 0 {
        eprintln!(
            "hearth: {} of {} lines are left out, since CloudWatch would refuse them; hearth emf lint says why",
            counts.wrong, counts.emf
        );
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn an_event_is_found_behind_what_the_tools_put_before_it() {
        let json = r#"{"_aws":{}}"#;
        for before in [
            "",
            "  ",
            "2026-01-02T03:04:05 ",
            "2026-01-02T03:04:05.678Z ",
            "2026-01-02T03:04:05.678000+00:00 2026/01/02/[7]0123456789abcdef ",
        ] {
            let line = format!("{before}{json}");
            assert_eq!(event(line.as_bytes()), Some(json.as_bytes()), "{line}");
        }
    }

    #[test]
    fn what_is_no_event_is_none() {
        for line in [
            "",
            "START RequestId: 8476a536 Version: 7",
            r#"{"captureData":{"data":"{\"_aws\":1}"}}"#,
            r#"INFO wrote {"_aws":{}}"#,
            r#"2026-01-02T03:04:05 stream INFO {"_aws":{}}"#,
            r#""_aws""#,
        ] {
            assert_eq!(event(line.as_bytes()), None, "{line}");
        }
    }
}
