//! `hearth emf lint`.

use super::log::{self, Counts};
use anyhow::{Result, bail};
use clap::Args;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// Checks the embedded metrics of a log against the specification.
///
/// CloudWatch silently drops the metrics of a line that it cannot read. This
/// command prints each such line's number and violations, one sentence each,
/// and fails if there are any. Other lines are skipped and counted. CloudWatch
/// accepts times of the last two weeks and the next two hours; for an older
/// log, say when its lines were received. Examples:
///
///   hearth emf lint function.log
///   hearth emf lint --received 2026-02-01T08:30:00Z old.log
///   aws logs tail /aws/lambda/mail-sorter | hearth emf lint
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Lint {
    /// Logs [default: standard input]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Require every line to be embedded metrics, with nothing before them
    #[arg(long)]
    strict: bool,
    /// Time in UTC at which CloudWatch received the lines [default: the time before a line, as
    /// `aws logs tail` prints it, else now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    received: Option<u64>,
}

/// Milliseconds since 1970.
fn time(text: &str) -> Result<u64, String> {
    log::milliseconds(text)
        .ok_or_else(|| "a time since 1970 such as 2026-02-01T08:30:00Z was expected".into())
}

impl Lint {
    pub(super) fn run(&self, input: &mut impl BufRead, out: &mut impl Write) -> Result<()> {
        let mut counts = Counts::default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
        log::read(&self.files, input, |place, line| {
            let event = match log::event(line) {
                _ if self.strict => line,
                Some(event) => event,
                None if log::is_wrapper(line) => line,
                None => {
                    counts.other += 1;
                    return Ok(());
                }
            };
            counts.emf += 1;
            let received = self.received.or_else(|| log::received(line));
            let violations = match std::str::from_utf8(event) {
                Ok(text) => emf::lint_received(text, received.unwrap_or(now))
                    .err()
                    .unwrap_or_default(),
                Err(error) => vec![format!("the line is not UTF-8: {error}")],
            };
            counts.wrong += u64::from(!violations.is_empty());
            for violation in violations {
                writeln!(out, "{place}: {violation}")?;
            }
            Ok(())
        })?;
        let Counts {
            emf, wrong, other, ..
        } = counts;
        if wrong > 0 {
            bail!(
                "{wrong} of {emf} lines of embedded metrics break the format; other lines: {other}"
            );
        }
        writeln!(
            out,
            "{emf} lines of embedded metrics are as they should be; other lines: {other}"
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::typed;

    /// A line of 1970, and the command for logs of then.
    const LINT: &str = "emf lint --received 1970-01-01T00:01:00Z";
    const GOOD: &str = r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Hearth","Dimensions":[[]],"Metrics":[{"Name":"rows"}]}]},"rows":1}"#;

    #[test]
    fn a_mixed_log_passes_and_what_is_no_metric_is_counted() {
        let log = format!("START RequestId: 1\n{GOOD}\n\n2026-01-02T03:04:05Z {GOOD}\r\nEND\n");
        let (out, error) = typed(LINT, &log);
        assert_eq!(error, None);
        assert_eq!(
            out,
            "2 lines of embedded metrics are as they should be; other lines: 3\n"
        );
    }

    #[test]
    fn every_violation_is_told_with_its_line() {
        let bad = GOOD
            .replace("\"Timestamp\":1", "\"Timestamp\":-1")
            .replace("\"rows\":1", "\"rows\":\"1\"");
        let (out, error) = typed(LINT, &format!("START\n{GOOD}\n{bad}\n{}\n", &GOOD[..60]));
        let error = error.unwrap();
        assert_eq!(
            error,
            "2 of 3 lines of embedded metrics break the format; other lines: 1"
        );
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(
            lines[0],
            "line 3: _aws.Timestamp is not a whole number of milliseconds since 1970"
        );
        assert!(lines[1].starts_with("line 3: the metric target \"rows\" is neither"));
        assert!(lines[2].starts_with("line 4: the line is not one JSON object: EOF"));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn the_time_is_compared_with_that_of_the_reception() {
        let (out, error) = typed(
            "emf lint",
            &format!("{GOOD}\n1970-01-01T00:01:00Z {GOOD}\n"),
        );
        assert!(error.unwrap().starts_with("1 of 2 lines"));
        assert!(out.starts_with("line 1: _aws.Timestamp is "), "{out}");
        let (out, error) = typed("emf lint --received 1970-01-16", &format!("{GOOD}\n"));
        assert!(error.is_some());
        assert!(
            out.contains("is 14 days old") || out.contains("is 15 days old"),
            "{out}"
        );
    }

    #[test]
    fn metrics_in_the_message_of_another_line_are_found() {
        let text = serde_json::Value::from(GOOD).to_string();
        let line = format!(r#"{{"level":"INFO","message":{text}}}"#);
        let captured = r#"{"captureData":{"data":"{\"_aws\":1}"}}"#;
        let (out, error) = typed(LINT, &format!("{line}\n{captured}\n"));
        assert!(error.unwrap().ends_with("other lines: 1"));
        assert!(
            out.starts_with(r#"line 1: the member "message" holds"#),
            "{out}"
        );
    }

    #[test]
    fn strict_takes_nothing_else() {
        let log = format!("{GOOD}\nSTART\n2026-01-02T03:04:05Z {GOOD}\n");
        let (out, error) = typed(&format!("{LINT} --strict"), &log);
        assert!(error.unwrap().starts_with("2 of 3 lines"));
        assert!(
            out.starts_with("line 2: the line is not one JSON object"),
            "{out}"
        );
        assert_eq!(
            typed(&format!("{LINT} --strict"), &format!("{GOOD}\n")).1,
            None
        );
    }

    #[test]
    fn files_are_read_one_behind_the_other_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, b"{\"_aws\":\xff}").unwrap();
        let name = path.display();
        let (out, error) = typed(&format!("emf lint {name} {name}"), "");
        assert!(error.unwrap().starts_with("2 of 2"));
        assert!(
            out.starts_with(&format!("{name}:1: the line is not UTF-8: ")),
            "{out}"
        );
        let (_, error) = typed("emf lint /nowhere/a.log", "");
        assert_eq!(error.unwrap(), "/nowhere/a.log");
    }
}
