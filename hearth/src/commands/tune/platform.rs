//! Lambda's REPORT of a request, as text or as JSON:
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>

use serde_json::Value;

/// Figures of one request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlatformReport {
    /// Duration of the function's work, ms.
    pub duration: f64,
    /// Duration that is billed, ms.
    pub billed: f64,
    /// Duration of the start, ms, of a request that starts an environment.
    pub start: Option<f64>,
    /// Most memory used so far, MB.
    pub memory: f64,
}

impl PlatformReport {
    /// The last report in the end of a log.
    pub fn find(log: &str) -> Option<PlatformReport> {
        let mut lines = log.lines().rev();
        lines.find_map(|line| {
            PlatformReport::of_text(line).or_else(|| PlatformReport::of_json(line))
        })
    }

    fn of_text(line: &str) -> Option<PlatformReport> {
        let line = line.trim_start().strip_prefix("REPORT ")?;
        let field = |name: &str| {
            let mut fields = line.split('\t').map(str::trim);
            let value = fields.find_map(|field| field.strip_prefix(name)?.strip_prefix(':'))?;
            value.split_whitespace().next()?.parse().ok()
        };
        Some(PlatformReport {
            duration: field("Duration")?,
            billed: field("Billed Duration")?,
            start: field("Init Duration"),
            memory: field("Max Memory Used")?,
        })
    }

    fn of_json(line: &str) -> Option<PlatformReport> {
        let line: Value = serde_json::from_str(line).ok()?;
        if line["type"] != "platform.report" {
            return None;
        }
        let figure = |name: &str| line["record"]["metrics"][name].as_f64();
        Some(PlatformReport {
            duration: figure("durationMs")?,
            billed: figure("billedDurationMs")?,
            start: figure("initDurationMs"),
            memory: figure("maxMemoryUsedMB")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PlatformReport;

    #[test]
    fn both_forms_of_a_report_are_read() {
        let text = "START RequestId: a Version: 7\n{\"_aws\":{}}\nEND RequestId: a\n\
            REPORT RequestId: a\tDuration: 1.25 ms\tBilled Duration: 30 ms\tMemory Size: 512 MB\tMax Memory Used: 21 MB\tInit Duration: 28.10 ms\t\n";
        let expected = PlatformReport {
            duration: 1.25,
            billed: 30.0,
            start: Some(28.1),
            memory: 21.0,
        };
        assert_eq!(PlatformReport::find(text), Some(expected));
        let json = "{\"time\":\"2026-11-30T06:00:00.000Z\",\"type\":\"platform.report\",\"record\":{\"requestId\":\"a\",\"metrics\":\
            {\"durationMs\":1.25,\"billedDurationMs\":30,\"memorySizeMB\":512,\"maxMemoryUsedMB\":21,\"initDurationMs\":28.1},\"status\":\"success\"}}\n";
        assert_eq!(PlatformReport::find(json), Some(expected));
        let warm = text.replace("Init Duration: 28.10 ms\t", "");
        assert_eq!(PlatformReport::find(&warm).unwrap().start, None);
        assert_eq!(PlatformReport::find("START RequestId: a\n"), None);
    }
}
