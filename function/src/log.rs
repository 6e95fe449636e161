//! The log: JSON lines on stderr, in the form that Lambda filters by level. stdout belongs to the
//! EMF lines.
//!
//! A subscriber of our own: with tracing-subscriber's registry and JSON layer, and a line at the
//! model's opening, a start took 1.08 times as long, and the binary was 0.16 MB larger. The
//! runtime's spans are not needed: what concerns a request says its id.

use crate::environment::{Variables, filled};
use crate::output::STDERR;
use monitor::capture::rfc3339;
use serde::Serialize;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Which variables say how much to log; the first that is set decides. Lambda's console sets the
/// first one.
const VARIABLES: [&str; 2] = ["AWS_LAMBDA_LOG_LEVEL", "HEARTH_LOG"];

/// Log level of the environment; `None` if it is unknown.
pub(crate) fn level(get: Variables<'_>) -> Option<LevelFilter> {
    let word = VARIABLES.iter().find_map(|variable| filled(get, variable));
    match word
        .as_deref()
        .unwrap_or("info")
        .to_ascii_lowercase()
        .as_str()
    {
        "trace" => Some(LevelFilter::TRACE),
        "debug" => Some(LevelFilter::DEBUG),
        "info" => Some(LevelFilter::INFO),
        "warn" => Some(LevelFilter::WARN),
        // Lambda's word for what ends a process.
        "error" | "fatal" => Some(LevelFilter::ERROR),
        _ => None,
    }
}

/// Sets up the log of this process; a second call does nothing.
pub fn start(get: Variables<'_>) {
    let asked = level(get);
    let log = Log {
        level: asked.unwrap_or(LevelFilter::INFO),
    };
    let is_first = tracing::subscriber::set_global_default(log).is_ok();
    if is_first && asked.is_none() {
        let [first, second] = VARIABLES;
        tracing::warn!(
            "{first} or {second} is none of trace, debug, info, warn and error: info is used"
        );
    }
}

/// Writes events, and ignores spans.
struct Log {
    level: LevelFilter,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let crate_name = metadata.target().split("::").next();
        // Only warnings and errors of libraries, at any level: some trace whole payloads.
        let level = match crate_name == Some(env!("CARGO_CRATE_NAME")) {
            true => self.level,
            false => self.level.min(LevelFilter::WARN),
        };
        metadata.is_event() && *metadata.level() <= level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let since_1970 = since_1970.unwrap_or_default();
        let lost = STDERR.take_lost();
        if lost > 0 && !STDERR.write(&lost_line(lost, since_1970)) {
            STDERR.put_back_lost(lost);
        }
        // A line whole, so that those of two threads do not mix. When stderr is gone there is nobody
        // left to tell.
        STDERR.write(&line(event, since_1970));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The line that tells how many before it were lost.
fn lost_line(lost: u64, since_1970: Duration) -> Vec<u8> {
    let mut members = JsonMembers(Vec::with_capacity(256));
    members.add("timestamp", &timestamp(since_1970));
    members.add("level", "WARN");
    members.add("message", "lines of the log were lost before this");
    members.add("lost", &lost);
    members.add("target", module_path!());
    members.finish()
}

/// An event as one JSON object and a newline.
fn line(event: &Event<'_>, since_1970: Duration) -> Vec<u8> {
    let metadata = event.metadata();
    let mut members = JsonMembers(Vec::with_capacity(256));
    members.add("timestamp", &timestamp(since_1970));
    members.add("level", metadata.level().as_str());
    event.record(&mut members);
    members.add("target", metadata.target());
    members.finish()
}

/// The members of an object that is still open.
struct JsonMembers(Vec<u8>);

impl JsonMembers {
    fn add(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        // Strings and numbers always fit into memory.
        let _ = serde_json::to_writer(&mut self.0, name);
        self.0.push(b':');
        let _ = serde_json::to_writer(&mut self.0, value);
    }

    fn finish(self) -> Vec<u8> {
        let mut line = self.0;
        line.extend_from_slice(b"}\n");
        line
    }
}

impl Visit for JsonMembers {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field.name(), &value);
    }
}

/// RFC 3339 in UTC with milliseconds.
fn timestamp(since_1970: Duration) -> String {
    let seconds = rfc3339(since_1970.as_secs());
    let seconds = seconds.trim_end_matches('Z');
    let millisecond = since_1970.subsec_millis();
    format!("{seconds}.{millisecond:03}Z")
}

#[cfg(test)]
mod tests;
