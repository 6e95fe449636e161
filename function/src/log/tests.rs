use super::{Log, level, line, timestamp};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

#[test]
fn lambda_s_level_comes_before_ours() {
    let both = |variable: &str| match variable {
        "AWS_LAMBDA_LOG_LEVEL" => Some("WARN".to_owned()),
        "HEARTH_LOG" => Some("debug".to_owned()),
        _ => None,
    };
    assert_eq!(level(&both), Some(LevelFilter::WARN));
    assert_eq!(level(&|_| None), Some(LevelFilter::INFO));
    assert_eq!(level(&|_| Some("loud".to_owned())), None);
}

/// Keeps what the log would write.
struct Kept(Log, Arc<Mutex<Vec<String>>>);

impl Subscriber for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.0.enabled(metadata)
    }
    fn event(&self, event: &Event<'_>) {
        let bytes = line(event, Duration::from_millis(1_767_340_725_318));
        self.1
            .lock()
            .unwrap()
            .push(String::from_utf8(bytes).unwrap());
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.0.new_span(attributes)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn written(level: LevelFilter, events: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    with_default(Kept(Log { level }, Arc::clone(&lines)), events);
    lines.lock().unwrap().clone()
}

#[test]
fn a_line_is_what_lambda_filters_by() {
    let nothing: Option<&str> = None;
    let lines = written(LevelFilter::INFO, || {
        let error = std::io::Error::other("a \"quoted\" reason");
        tracing::error!(request_id = "r1", port = 80, nothing, %error, "no {}", "luck");
    });
    let expected = concat!(
        r#"{"timestamp":"2026-01-02T07:58:45.318Z","level":"ERROR","message":"no luck","#,
        r#""request_id":"r1","port":80,"error":"a \"quoted\" reason","#,
        r#""target":"function::log::tests"}"#,
        "\n"
    );
    assert_eq!(lines, [expected]);
}

#[test]
fn of_libraries_only_what_went_wrong_is_told() {
    let lines = written(LevelFilter::TRACE, || {
        tracing::trace!("ours");
        tracing::info!(target: "functional", "payload");
        tracing::info!(target: "hyper::proto", "payload");
        tracing::warn!(target: "hyper::proto", "theirs");
        tracing::error_span!("a span is no event").in_scope(|| ());
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
    let lines = written(LevelFilter::ERROR, || {
        tracing::warn!("ours");
        tracing::warn!(target: "hyper::proto", "theirs");
    });
    assert_eq!(lines, [""; 0]);
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (seconds, expected) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399, "2000-02-28T23:59:59.000Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"),
        (1_709_251_200, "2024-03-01T00:00:00.000Z"),
        (1_798_761_599, "2026-12-31T23:59:59.000Z"),
        (4_107_542_400, "2100-03-01T00:00:00.000Z"),
    ] {
        assert_eq!(timestamp(Duration::from_secs(seconds)), expected);
    }
}
