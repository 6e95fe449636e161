//! `hearth emf lint`.

use super::log::{self, Counts};
use anyhow::{Result, bail};
use clap::Args;
use std::io::{BufRead, Write};
use std::path::PathBuf;

/// Checks the embedded metrics of a log against the specification.
///
/// CloudWatch silently drops the metrics of a line that it cannot read. This
/// command prints each such line's number and violations, one sentence each,
/// and fails if there are any. Other lines are skipped and counted. Examples:
///
///   hearth emf lint function.log
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
}

impl Lint {
    pub(super) fn run(&self, input: &mut impl BufRead, out: &mut impl Write) -> Result<()> {
        let mut counts = Counts::default();
        log::read(&self.files, input, |place, line| {
            let event = match log::event(line) {
                _ if self.strict => line,
                Some(event) => event,
                None => {
                    counts.other += 1;
                    return Ok(());
                }
            };
            counts.emf += 1;
            let violations = match std::str::from_utf8(event) {
                Ok(text) => emf::lint(text).err().unwrap_or_default(),
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

    const GOOD: &str = r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Hearth","Dimensions":[[]],"Metrics":[{"Name":"rows"}]}]},"rows":1}"#;

    #[test]
    fn a_mixed_log_passes_and_what_is_no_metric_is_counted() {
        let log = format!("START RequestId: 1\n{GOOD}\n\n2026-01-02T03:04:05Z {GOOD}\r\nEND\n");
        let (out, error) = typed("emf lint", &log);
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
        let (out, error) = typed(
            "emf lint",
            &format!("START\n{GOOD}\n{bad}\n{}\n", &GOOD[..60]),
        );
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
    fn strict_takes_nothing_else() {
        let log = format!("{GOOD}\nSTART\n2026-01-02T03:04:05Z {GOOD}\n");
        let (out, error) = typed("emf lint --strict", &log);
        assert!(error.unwrap().starts_with("2 of 3 lines"));
        assert!(
            out.starts_with("line 2: the line is not one JSON object"),
            "{out}"
        );
        assert_eq!(typed("emf lint --strict", &format!("{GOOD}\n")).1, None);
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
