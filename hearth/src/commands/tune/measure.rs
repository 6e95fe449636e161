//! The requests at one memory size.

use super::deployed::TunedFunction;
use super::platform::PlatformReport;
use crate::commands::example::function_url;
use crate::interrupt;
use crate::load::result::Latencies;
use crate::load::rows::{AnswerMatch, RequestRows};
use crate::price::{PRICES, RequestPrices};
use anyhow::{Context, Result, bail};
use model::example::Example;
use progress::Step;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Requests to send.
pub struct Measurement<'a> {
    /// The rows, in turn.
    pub rows: &'a RequestRows,
    /// Number of warm requests.
    pub requests: u32,
    /// Folder for events and replies.
    pub folder: &'a Path,
    /// Counts requests.
    pub step: &'a dyn Step,
}

/// Result of a size.
pub struct SizeResult {
    /// Memory, MB.
    pub memory: u32,
    /// The figures, or the reason why there are none.
    pub outcome: Result<SizeFigures, String>,
}

/// Figures of a size.
pub struct SizeFigures {
    /// Durations of warm requests.
    pub warm: Latencies,
    /// Duration of the first request with the start before it, ms; `None` where an environment was
    /// running already.
    pub cold: Option<f64>,
    /// Mean of the billed durations of warm requests, ms.
    pub billed: f64,
    /// Most memory used, MB.
    pub used: f64,
    /// USD per million warm requests.
    pub million: f64,
}

impl SizeFigures {
    /// 99th percentile of the warm requests, ms.
    pub fn p99(&self) -> f64 {
        self.warm.percentile(99.0)
    }
}

impl Measurement<'_> {
    /// Publishes a version of this size, asks it, and deletes it. A version that AWS does not delete now is
    /// deleted when all is put back.
    pub fn at(&self, function: &mut TunedFunction, memory: u32) -> SizeResult {
        let outcome = function.publish(memory).and_then(|version| {
            let figures = self.ask(function, &version, memory);
            // After Ctrl-C, all is put back together.
            if !interrupt::is_asked() {
                let _ = function.delete(&version);
            }
            figures
        });
        SizeResult {
            memory,
            outcome: outcome.map_err(|error| format!("{error:#}")),
        }
    }

    fn ask(&self, function: &TunedFunction, version: &str, memory: u32) -> Result<SizeFigures> {
        let (mut warm, mut billed, mut used, mut cold) = (Latencies::default(), 0.0, 0.0_f64, None);
        for number in 0..=self.requests {
            if interrupt::is_asked() {
                bail!("ended by Ctrl-C");
            }
            self.step.say(format!(
                "{memory} MB, request {number} of {}",
                self.requests
            ));
            let report = self.request(function, version, number.into())?;
            self.step.advance(1);
            used = used.max(report.memory);
            match report.start {
                Some(start) if number == 0 => cold = Some(start + report.duration),
                None if number > 0 => {
                    warm.record(Duration::from_secs_f64(report.duration / 1e3));
                    billed += report.billed;
                }
                // Lambda may start a second environment at any time, or have one running already: no warm
                // request.
                _ => {}
            }
        }
        if warm.count() == 0 {
            bail!("each request started an environment of its own");
        }
        let billed = billed / warm.count() as f64;
        let gb_second = PRICES.gb_second_of(function.is_arm);
        let prices = RequestPrices {
            gb_second,
            ..RequestPrices::listed()
        };
        Ok(SizeFigures {
            warm,
            cold,
            billed,
            used,
            million: prices.function + prices.duration(memory.into(), billed),
        })
    }

    fn request(
        &self,
        function: &TunedFunction,
        version: &str,
        number: u64,
    ) -> Result<PlatformReport> {
        let row = self.rows.row(number);
        let event = function_url(&Example {
            path: "/predict".into(),
            content_type: self.rows.content_type,
            body: String::from_utf8(row.body.to_vec()).context("a row is not UTF-8")?,
        });
        let [to, from] = ["event.json", "reply.json"].map(|name| self.folder.join(name));
        fs::write(&to, event.to_string()).with_context(|| to.display().to_string())?;
        let path = |path: &Path| path.display().to_string();
        let done = function.invoke(version, &path(&to), &path(&from))?;
        let reply = fs::read(&from).with_context(|| path(&from))?;
        let reply: Value = serde_json::from_slice(&reply).unwrap_or_default();
        if done.error.is_some() {
            let reason = reply["errorMessage"]
                .as_str()
                .unwrap_or("Lambda gives no reason");
            bail!("the function ended: {reason}");
        }
        let body = reply["body"].as_str().unwrap_or_default();
        if reply["statusCode"] != 200 {
            let problem: Value = serde_json::from_str(body).unwrap_or_default();
            let detail = problem["detail"].as_str().unwrap_or("no reason is given");
            bail!("it answered {}: {detail}", reply["statusCode"]);
        }
        if let AnswerMatch::Different(what) = row.compare(body.as_bytes()) {
            bail!("a wrong answer: {what}");
        }
        PlatformReport::find(&done.log)
            .context("Lambda wrote no REPORT line, by which requests are measured")
    }
}
