//! The log: JSON lines on stderr. stdout belongs to the EMF lines.

use crate::settings::{Variables, filled};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Which variables say how much to log; the first that is set decides. Lambda's console sets the
/// first one.
const VARIABLES: [&str; 2] = ["AWS_LAMBDA_LOG_LEVEL", "HEARTH_LOG"];

/// How much the environment asks for; `None` when it asks for what there is not.
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
    let level = asked.unwrap_or(LevelFilter::INFO);
    // Of others only what went wrong, whatever the level: libraries trace whole payloads.
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(std::io::stderr);
    let is_first = tracing_subscriber::registry()
        .with(targets)
        .with(lines)
        .try_init()
        .is_ok();
    if is_first && asked.is_none() {
        let [first, second] = VARIABLES;
        tracing::warn!(
            "{first} or {second} is none of trace, debug, info, warn and error: info is used"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::level;
    use tracing::level_filters::LevelFilter;

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
}
