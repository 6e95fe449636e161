//! Calls of the AWS CLI, which finds credentials, region and profile as everywhere else. The calls of a
//! batch run or of a tuning are not worth a second SDK in the program.

use anyhow::{Context, Result, bail};
use monitor::capture::rfc3339;
use serde_json::Value;
use std::io::ErrorKind;
use std::process::Command;

/// The answer of `aws SERVICE OPERATION …`; null where it prints nothing.
///
/// # Errors
/// When the AWS CLI is not there, or what it says in its last line.
pub fn call(arguments: &[&str]) -> Result<Value> {
    let mut command = Command::new("aws");
    command.args(arguments).args(["--output", "json"]);
    // Nobody presses a key in a pager.
    let output = command.env("AWS_PAGER", "").output();
    let output = match output {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the AWS CLI is not installed, and runs in AWS are asked through it; install `aws` \
             (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)"
        ),
        output => output.context("the AWS CLI cannot be started")?,
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty());
        bail!(
            "AWS did not answer: {}",
            last.unwrap_or("the AWS CLI gives no reason").trim()
        );
    }
    if output.stdout.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&output.stdout).context("the AWS CLI did not print JSON")
}

/// All items of a list of AWS's, such as `executions`.
///
/// # Errors
/// As [`call`].
pub fn list(arguments: &[&str], name: &str) -> Result<Vec<Value>> {
    let mut found = call(arguments)?;
    match found.get_mut(name).map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        _ => Ok(Vec::new()),
    }
}

/// The region that the AWS CLI uses, if it has one.
pub fn region() -> Option<String> {
    let set = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter();
    let set = set.filter_map(|name| std::env::var(name).ok());
    let mut set = set.filter(|value| !value.is_empty());
    set.next().or_else(|| {
        let configured = Command::new("aws")
            .args(["configure", "get", "region"])
            .output();
        let text = String::from_utf8(configured.ok()?.stdout).ok()?;
        Some(text.trim().to_string()).filter(|text| !text.is_empty())
    })
}

/// The text of a member; empty where it has none.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A time of the AWS CLI, with its offset: version 2 writes it so, version 1 as seconds since 1970.
pub fn timestamp(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(seconds) => Some(rfc3339(seconds.as_f64()? as u64)),
        _ => None,
    }
}

/// The same for a person, to the second; `-` where there is none.
pub fn shown_time(value: &Value, name: &str) -> String {
    let time = timestamp(value, name);
    let shown = |time: String| time.get(..19).unwrap_or(&time).replacen('T', " ", 1);
    time.map_or_else(|| "-".into(), shown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn times_of_both_versions_of_the_cli_are_read() {
        let value =
            json!({"new": "2026-11-30T07:00:01.5+01:00", "old": 1_796_018_401.5, "no": null});
        assert_eq!(super::shown_time(&value, "new"), "2026-11-30 07:00:01");
        assert_eq!(super::shown_time(&value, "old"), "2026-11-30 06:00:01");
        assert_eq!(super::shown_time(&value, "no"), "-");
        assert_eq!(
            super::timestamp(&value, "old").unwrap(),
            "2026-11-30T06:00:01Z"
        );
    }
}
