//! The function that is tuned: found by its name or its address, changed, and put back.

use crate::commands::aws::{call, list, text};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

/// Prefix of the outputs of a stack that name endpoint, access, alias and address, see
/// cdk/src/service/stack.ts.
const OUTPUT: &str = "Smoke";

/// Time that Lambda gets to apply a change.
const PATIENCE: Duration = Duration::from_secs(300);
/// Time between two questions for it.
const PAUSE: Duration = Duration::from_millis(500);

/// Most calls to put something back; Ctrl-C ends the AWS CLI, too.
const TRIES: usize = 5;

/// A function, as it was when it was found.
pub struct TunedFunction {
    /// Its name or ARN, without a version.
    pub name: String,
    /// Memory of its next version, MB.
    pub memory: u32,
    /// True on arm64.
    pub is_arm: bool,
    /// Its LoggingConfig, where that has to change for Lambda to write REPORT lines.
    logging: Option<Value>,
    /// Versions that were there before.
    versions: BTreeSet<String>,
    /// Versions that are here now.
    made: Vec<String>,
    is_changed: bool,
}

/// The reply to a request.
pub struct Invocation {
    /// The error that ended the function.
    pub error: Option<String>,
    /// The end of the log.
    pub log: String,
}

impl TunedFunction {
    /// Finds a function by its name, its ARN, or the address of an endpoint of this CDK app.
    ///
    /// # Errors
    /// When AWS does not answer, or has no such function.
    pub fn find(given: &str) -> Result<TunedFunction> {
        let name = match given.contains("://") {
            true => by_address(given)?,
            false => without_version(given),
        };
        let found = call(&[
            "lambda",
            "get-function-configuration",
            "--function-name",
            &name,
        ])?;
        if text(&found, "LastUpdateStatus") == "InProgress" {
            bail!("{name} is being deployed; try again when that has ended");
        }
        let memory = found["MemorySize"].as_u64();
        let memory = memory.and_then(|memory| u32::try_from(memory).ok());
        let listed = [
            "lambda",
            "list-versions-by-function",
            "--function-name",
            &name,
        ];
        let versions = list(&listed, "Versions")?;
        let versions = versions
            .iter()
            .map(|version| text(version, "Version").to_string());
        let logging = found.get("LoggingConfig").filter(|logging| {
            text(logging, "LogFormat") == "JSON"
                && !matches!(text(logging, "SystemLogLevel"), "INFO" | "DEBUG" | "")
        });
        Ok(TunedFunction {
            memory: memory.with_context(|| format!("{name}: AWS names no memory"))?,
            is_arm: found["Architectures"][0] == "arm64",
            logging: logging.cloned(),
            versions: versions.collect(),
            made: Vec::new(),
            is_changed: false,
            name,
        })
    }

    /// Publishes a version with this much memory.
    ///
    /// # Errors
    /// When AWS refuses it, such as more memory than the account's quota allows.
    pub fn publish(&mut self, memory: u32) -> Result<String> {
        self.is_changed = true;
        let logging = self.logging.as_ref().map(|logging| {
            let mut logging = logging.clone();
            logging["SystemLogLevel"] = "INFO".into();
            logging.to_string()
        });
        self.configure(memory, logging.as_deref())?;
        let description = format!("hearth tune: {memory} MB");
        let made = call(&[
            "lambda",
            "publish-version",
            "--function-name",
            &self.name,
            "--description",
            &description,
        ])?;
        let version = text(&made, "Version").to_string();
        // A deletion without a version would delete the function.
        if version.parse::<u64>().is_err() {
            bail!("{}: AWS published no version", self.name);
        }
        // Lambda publishes nothing where nothing has changed since the newest version, which is in use.
        if !self.versions.contains(&version) {
            self.made.push(version.clone());
        }
        self.wait(Some(&version))?;
        Ok(version)
    }

    /// Sends the event in a file to a version.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub fn invoke(&self, version: &str, event: &str, reply: &str) -> Result<Invocation> {
        let payload = format!("fileb://{event}");
        let done = call(&[
            "lambda",
            "invoke",
            "--function-name",
            &self.name,
            "--qualifier",
            version,
            "--log-type",
            "Tail",
            "--payload",
            &payload,
            reply,
        ])?;
        let log = decode(text(&done, "LogResult"));
        Ok(Invocation {
            error: done
                .get("FunctionError")
                .and_then(Value::as_str)
                .map(str::to_owned),
            log,
        })
    }

    /// Deletes a version that was made here.
    ///
    /// # Errors
    /// When AWS refuses it.
    pub fn delete(&mut self, version: &str) -> Result<()> {
        if let Some(place) = self.made.iter().position(|made| made == version) {
            let (name, made) = (&self.name, &self.made[place]);
            call(&[
                "lambda",
                "delete-function",
                "--function-name",
                name,
                "--qualifier",
                made,
            ])?;
            self.made.remove(place);
        }
        Ok(())
    }

    /// Puts memory and logging back, and deletes the versions that are left.
    ///
    /// # Errors
    /// When AWS refuses it again and again.
    pub fn put_back(&mut self) -> Result<()> {
        if !self.is_changed {
            return Ok(());
        }
        let logging = self.logging.as_ref().map(Value::to_string);
        persist(|| self.configure(self.memory, logging.as_deref()))?;
        for version in self.made.clone() {
            persist(|| self.delete(&version))?;
        }
        Ok(())
    }

    /// Advice for when that did not work.
    pub fn by_hand(&self) -> String {
        let (name, memory) = (&self.name, self.memory);
        let versions = match self.made.as_slice() {
            [] => String::new(),
            made => format!(", and delete its versions {}", made.join(", ")),
        };
        let logging = self.logging.as_ref();
        let logging = logging.map_or(String::new(), |of| format!(" --logging-config '{of}'"));
        format!(
            "{name} could not be put back; run aws lambda update-function-configuration --function-name {name} \
             --memory-size {memory}{logging}{versions}"
        )
    }

    fn configure(&self, memory: u32, logging: Option<&str>) -> Result<()> {
        let memory = memory.to_string();
        let mut arguments = vec![
            "lambda",
            "update-function-configuration",
            "--function-name",
            &self.name,
            "--memory-size",
            &memory,
        ];
        arguments.extend(
            logging
                .into_iter()
                .flat_map(|logging| ["--logging-config", logging]),
        );
        call(&arguments)?;
        self.wait(None)
    }

    /// Waits until Lambda has applied a change, or can start a version.
    fn wait(&self, version: Option<&str>) -> Result<()> {
        let mut arguments = vec![
            "lambda",
            "get-function-configuration",
            "--function-name",
            &self.name,
        ];
        arguments.extend(
            version
                .into_iter()
                .flat_map(|version| ["--qualifier", version]),
        );
        let start = Instant::now();
        loop {
            let now = call(&arguments)?;
            match (text(&now, "State"), text(&now, "LastUpdateStatus")) {
                ("Failed", _) | (_, "Failed") => {
                    let reason = [
                        text(&now, "LastUpdateStatusReason"),
                        text(&now, "StateReason"),
                    ];
                    bail!(
                        "{}: Lambda failed to apply a change: {}",
                        self.name,
                        reason.concat()
                    );
                }
                ("Pending", _) | (_, "InProgress") if start.elapsed() > PATIENCE => {
                    bail!(
                        "{}: Lambda has not applied a change in {PATIENCE:?}",
                        self.name
                    );
                }
                ("Pending", _) | (_, "InProgress") => thread::sleep(PAUSE),
                _ => return Ok(()),
            }
        }
    }
}

/// Calls until it works: what was changed must be put back.
fn persist(mut step: impl FnMut() -> Result<()>) -> Result<()> {
    let mut done = step();
    for _ in 1..TRIES {
        if done.is_ok() {
            break;
        }
        thread::sleep(PAUSE);
        done = step();
    }
    done
}

/// The name in `NAME`, `NAME:VERSION` or an ARN with or without a version.
fn without_version(given: &str) -> String {
    let steps = match given.starts_with("arn:") {
        true => 7,
        false => 1,
    };
    let kept: Vec<&str> = given.split(':').take(steps).collect();
    kept.join(":")
}

/// The function behind an address, by the outputs of all stacks.
fn by_address(url: &str) -> Result<String> {
    let wanted = url.trim_end_matches('/');
    let stacks = list(&["cloudformation", "describe-stacks"], "Stacks")?;
    let outputs = stacks
        .iter()
        .filter_map(|stack| stack.get("Outputs")?.as_array());
    let smoke = outputs
        .flatten()
        .filter(|output| text(output, "OutputKey").starts_with(OUTPUT));
    for output in smoke {
        let words: Vec<&str> = text(output, "OutputValue").split(' ').collect();
        if let [_, _, alias, address] = words[..]
            && address.trim_end_matches('/') == wanted
        {
            return match alias {
                "-" => bail!("{url} is answered by Fargate; its memory is set in cdk/config.ts"),
                alias => Ok(without_version(alias)),
            };
        }
    }
    bail!("no stack of this account and region has the address {url}; name the function instead")
}

fn decode(base64: &str) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let bytes = BASE64_STANDARD.decode(base64).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::without_version;

    #[test]
    fn a_name_loses_its_version() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:hearth-dev-messages";
        for (given, expected) in [
            ("hearth-dev-messages", "hearth-dev-messages"),
            ("hearth-dev-messages:live", "hearth-dev-messages"),
            (arn, arn),
            (&format!("{arn}:live"), arn),
        ] {
            assert_eq!(without_version(given), expected);
        }
    }
}
