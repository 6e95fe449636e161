//! The first step of a run: resolves the placeholders of its paths, and looks for the input.
//!
//! The state machine hands the run over as it was started, and gets it back with what was found. While the
//! input is not there it waits and hands the same run over again, until the run gives up.

mod kind;

use crate::pattern;
use anyhow::{Context, Result, anyhow, bail};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime, civil};
use kind::{INPUT, Kind, OUTPUT};
use model::rows::Format;
use serde::{Deserialize, Serialize};
use std::fmt;
use storage::{Location, Store};

/// Longest time between two looks.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// A run as it is started, with the result of the last look.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Prefix or table, with placeholders.
    input: String,
    /// Prefix of the answers, with placeholders. Default: `output/` in place of `input/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// Time that the placeholders mean. Default: that of the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// Time zone of the placeholders, by its IANA name. Default: UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    /// Minutes from the start for which the input may be late. Default: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<usize>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    keep_formulas: bool,
    /// Kind of the input. Default: a Parquet file by its name, else tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// The input is there.
    pub found: bool,
    /// Key of the table, or prefix of the tables.
    prefix: String,
    /// `BatchInput` of every table: where it lies, where its answers go, and the options.
    batch: Option<SharedOptions>,
    /// Time until the next look, where the input is late.
    wait_seconds: i64,
}

/// Locations and options of all tables of a run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct SharedOptions {
    input: String,
    output: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top: Option<usize>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    keep_formulas: bool,
    /// The state machine hands over rows, and not tables.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    rows: bool,
}

/// Event of a look.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The run.
    look: Run,
    /// The only bucket that it may read and write.
    bucket: String,
    /// Kinds that the state machine reads, beside tables.
    #[serde(default)]
    kinds: Vec<Kind>,
    /// Start of the run.
    started: String,
    /// Time of this look.
    now: String,
}

/// The error of a run whose input did not come in time.
#[derive(Debug)]
pub struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

impl Look {
    /// Parses the event of a look; `None` when `event` is of another kind.
    ///
    /// # Errors
    /// One sentence, when something is missing in it or unknown.
    pub fn parse(event: &serde_json::Value) -> Result<Option<Look>> {
        if event.get("look").is_none() {
            return Ok(None);
        }
        let look = Look::deserialize(event).context("the run cannot be started so")?;
        Ok(Some(look))
    }

    /// Looks for the input. Gives the run back with what was found, or with the time to wait.
    ///
    /// # Errors
    /// [`Missing`] when the input is not there and the run waits no longer; one sentence when a path
    /// or the time is wrong, or S3 does not answer.
    pub fn look(self, store: &Store) -> Result<Run> {
        let Look {
            look: mut run,
            bucket,
            kinds,
            started,
            now,
        } = self;
        let moment = |text: &str| text.parse::<Timestamp>().with_context(|| text.to_string());
        let (started, now) = (moment(&started)?, moment(&now)?);
        let time = run.time(started)?;
        let above = format!("s3://{bucket}/");
        let at = |key: &str| Location::S3 {
            bucket: bucket.clone(),
            key: key.to_string(),
        };
        let input = key(&run.input, &above, INPUT, "input")?;
        let input = pattern::fields(input, &time)?;
        // Before anything is looked for: a mistake is told at once, not when the input has come.
        let kind = run.kind.unwrap_or(Kind::of(&input));
        if kind != Kind::Tables && !kinds.contains(&kind) {
            let name = kind.name();
            bail!(
                "{input}: this batch takes no input of the kind {name}; \
                 batch.reads: ['{name}'] in cdk/config.ts switches it on"
            );
        }
        if kind == Kind::Tables && !input.ends_with('/') && Format::of_name(&input).is_none() {
            bail!(
                "{input}: a folder ends with a slash, a table with .csv, .tsv or .jsonl (also .gz)"
            );
        }
        let folders = |above: &str| Ok(store.folders(&at(above))?);
        let Some((prefix, values)) = pattern::latest(&input, folders)? else {
            return run.late(&above, &input, started, now);
        };
        let output = match &run.output {
            Some(output) => {
                let output = key(output, &above, OUTPUT, "output")?;
                pattern::filled(&pattern::fields(output, &time)?, &values)?
            }
            None => kind.output(&prefix),
        };
        if !output.ends_with('/') {
            bail!("{output}: a folder for the answers ends with a slash");
        }
        if !is_there(store, &at(&prefix))? {
            return run.late(&above, &prefix, started, now);
        }
        run.found = true;
        run.kind = Some(kind);
        run.batch = Some(SharedOptions {
            input: at(kind.root(&prefix)).to_string(),
            rows: kind == Kind::Parquet,
            output: at(&output).to_string(),
            id: run.id.clone(),
            format: run.format.clone(),
            top: run.top,
            keep_formulas: run.keep_formulas,
        });
        run.prefix = prefix;
        // Looks later on, and retries, mean the same time.
        run.time = Some(time.timestamp().to_string());
        Ok(run)
    }
}

impl Run {
    /// The time that the placeholders mean, in the zone of the run.
    fn time(&self, started: Timestamp) -> Result<ZonedDateTime> {
        let zone = match &self.zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| {
                anyhow!("{name} is no time zone; a name such as Europe/Berlin was expected")
            })?,
        };
        let Some(text) = &self.time else {
            return Ok(started.to_zoned_datetime(zone));
        };
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(time.to_zoned_datetime(zone));
        }
        // Without an offset it is a time of the zone.
        let local = text.parse::<civil::DateTime>().map_err(|_| {
            anyhow!("the time {text:?} is none; 2026-11-30, 2026-11-30T06:00 or 2026-11-30T05:00:00Z was expected")
        })?;
        Ok(local.to_zoned_datetime(zone)?)
    }

    /// The run, to be looked at again; an error once it has waited long enough.
    fn late(mut self, above: &str, path: &str, started: Timestamp, now: Timestamp) -> Result<Run> {
        let minutes = self.wait_minutes.unwrap_or(0);
        let until = started + SignedDuration::from_mins(i64::from(minutes));
        let left = until.duration_since(now);
        if left <= SignedDuration::ZERO {
            let waited = match minutes {
                0 => String::new(),
                minutes => format!(", {minutes} minutes after the run began"),
            };
            return Err(Missing(format!("{above}{path}: no table is there{waited}")).into());
        }
        // Whole seconds, and at least one: 0 would ask again at once.
        self.wait_seconds = left.min(PAUSE).as_secs().max(1);
        self.found = false;
        Ok(self)
    }
}

/// The key of a path, which is one in the bucket, or an address of it.
fn key<'p>(path: &'p str, bucket: &str, below: &str, what: &str) -> Result<&'p str> {
    let key = path.strip_prefix(bucket).unwrap_or(path);
    if !key.starts_with(below) {
        bail!("the {what} is {path:?}; a path under {below} of {bucket} was expected");
    }
    Ok(key)
}

/// True if the table is there, or a table under the prefix.
fn is_there(store: &Store, at: &Location) -> Result<bool> {
    if !at.is_prefix() {
        return Ok(store.head(at)?.is_some());
    }
    for entry in store.list(at)? {
        if Format::of_name(&entry?.location.name()).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
