//! `hearth load`.

mod show;

use super::aws;
use super::durations::{duration, positive, share};
use super::request_rows::RowsOptions;
use crate::bars::Bars;
use crate::load::client::{LoadClient, LoadTarget};
use crate::load::result::{LoadEnd, LoadResult};
use crate::load::rows::AnswerMatch;
use crate::load::run::{LoadPlan, run, runtime};
use crate::load::signing::{AwsKeys, Signer, region, signer};
use crate::terminal::units::millis;
use crate::{interrupt, outputs, report, terminal};
use anyhow::{Context, Result, bail};
use clap::Args;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use model::Model;
use std::time::Duration;
use storage::{Location, Store, output};

/// Sends requests to an endpoint at a fixed rate, and measures the responses
///
/// Requests are sent when they are due, whether or not earlier ones have been
/// answered, and each latency counts from the time at which its request was due:
/// a slow endpoint cannot slow the test down and so look fast. With --model,
/// every answer is compared with that of the model file.
///
/// It ends by itself when too many requests fail, or when too many are open at
/// once. Ctrl-C ends it and prints what was measured. Every request counts as
/// one: in the bill, in the metrics and in what is captured. Examples:
///
///   hearth load http://127.0.0.1:8080 --model model.hearth
///   hearth load "$URL" --sign --rate 200 --for 60s --rows rows.csv --model model.hearth
///   hearth load "$URL" --header 'x-api-key: …' --rows rows.csv --limit 100ms --report load.html
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Load {
    /// Address of the endpoint; /predict is added
    url: String,
    /// Requests per second
    #[arg(long, short, value_name = "NUMBER", default_value = "50", value_parser = positive)]
    rate: f64,
    /// Length of the test, such as 60s or 5m
    #[arg(long = "for", value_name = "TIME", default_value = "30s", value_parser = duration)]
    length: Duration,
    #[command(flatten)]
    rows: RowsOptions,
    /// Fail if the 99th percentile of the latencies is above
    #[arg(long, value_name = "TIME", value_parser = duration)]
    limit: Option<Duration>,
    /// Largest share of failed requests: above it, from the tenth failure on, the test ends and fails
    #[arg(long, value_name = "SHARE", default_value = "1%", value_parser = share)]
    errors: f64,
    /// End when so many requests are open at once: the endpoint cannot keep up
    #[arg(long, value_name = "COUNT", default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..))]
    open: u32,
    /// Time after which a request has failed
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    timeout: Duration,
    /// Header of each request, such as 'x-api-key: …'; several may be given
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(HeaderName, HeaderValue)>,
    /// Sign each request with your AWS credentials (auth: iam), which the AWS CLI finds
    #[arg(long)]
    sign: bool,
    /// Region of the signature [default: by the host name, else that of the AWS CLI]
    #[arg(long, value_name = "REGION", requires = "sign")]
    region: Option<String>,
    /// Write the result as a page
    #[arg(long, value_name = "FILE.html")]
    report: Option<Location>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Load {
    pub(super) fn run(self) -> Result<()> {
        if let Some(at) = &self.report {
            outputs::check(at, "the report", &["html", "htm"])?;
            output::check_at(at)?;
        }
        let store = Store::from_env();
        let (model, rows) = self.rows.read(&store)?;
        let plan = LoadPlan {
            rate: self.rate,
            duration: self.length,
            most_failed: self.errors,
            most_open: self.open as usize,
        };
        let target = self.target()?;
        let uri = target.uri.to_string();
        let page = &mut terminal::page_unless(self.json);
        show::plan(page, &uri, &plan, &self.rows.shown(&rows), model.as_ref())?;
        page.flush()?;
        let client = LoadClient::new(target, rows.content_type)?;
        let runtime = runtime()?;
        // Not measured: an address or a key that is wrong is said before thousands of requests fail.
        let first = runtime.block_on(client.send(rows.row(0))).outcome;
        let first = first.map_err(anyhow::Error::msg);
        match first.with_context(|| format!("{uri}: the first request failed"))? {
            AnswerMatch::Different(what) => bail!("{uri}: the first answer is wrong: {what}"),
            AnswerMatch::OtherVersion(other) => {
                page.line(self.other_version(model.as_ref(), &other))?;
            }
            AnswerMatch::Same | AnswerMatch::Unchecked => {}
        }
        interrupt::keep_first();
        let bars = Bars::of_page(self.json);
        let result = run(&plan, &runtime, client, rows, interrupt::is_asked, &bars);
        runtime.shutdown_background();
        let checks = show::checks(&result, self.limit, model.is_some());
        if let Some(at) = &self.report {
            let html = report::load::html(&uri, &plan, &result, &checks);
            output::write_at(at, html.as_bytes())?;
        }
        if self.json {
            terminal::json(&mut terminal::out(), &show::json(&uri, &plan, &result))?;
        }
        show::result(page, &result)?;
        page.head("Checks", "")?;
        page.checks(checks)?;
        if let Some(at) = &self.report {
            page.facts([("report", at.to_string())])?;
        }
        page.flush()?;
        self.verdict(&result, model.is_some())
    }

    fn target(&self) -> Result<LoadTarget> {
        let uri = LoadTarget::address(&self.url)?;
        let mut headers = HeaderMap::new();
        headers.extend(self.header.iter().cloned());
        let host = uri.host().unwrap_or_default().to_string();
        let signer = self.sign.then(|| self.signer(&host)).transpose()?;
        Ok(LoadTarget {
            uri,
            headers,
            signer,
            timeout: self.timeout,
        })
    }

    fn signer(&self, host: &str) -> Result<Signer> {
        let keys = aws::call(&["configure", "export-credentials", "--format", "process"])
            .context("the requests cannot be signed")?;
        let keys: AwsKeys =
            serde_json::from_value(keys).context("the AWS CLI did not print credentials")?;
        let named = self.region.as_deref().or(region(host)).map(str::to_owned);
        let region = named.or_else(aws::region).context(
            "the region of the signature is not known; --region names it, such as --region eu-west-1",
        )?;
        signer(keys, region, host)
    }

    fn other_version(&self, model: Option<&Model<'_>>, other: &str) -> String {
        let own = model.map(Model::version).unwrap_or_default();
        format!(
            "! version {other} answered, and the model file is {own}; answers of other versions are not compared"
        )
    }

    /// The exit code, with its reason.
    fn verdict(&self, result: &LoadResult, has_model: bool) -> Result<()> {
        let failures = || match result.most_frequent_failure() {
            Some((reason, count)) => format!("most often, {count} times: {reason}"),
            None => "no reason is known".into(),
        };
        if result.wrong.0 > 0 {
            bail!(
                "{} answers differ from those of the model file",
                result.wrong.0
            );
        }
        match result.end {
            LoadEnd::Overloaded => bail!(
                "it was ended with {} requests open at once: the endpoint cannot keep up with {} per second",
                result.unfinished,
                self.rate
            ),
            LoadEnd::Failing => bail!(
                "it was ended, since too many requests failed; {}",
                failures()
            ),
            LoadEnd::Done | LoadEnd::Interrupted => {}
        }
        if result.failed_share() > self.errors {
            bail!("{} requests failed; {}", result.failed(), failures());
        }
        if has_model && result.compared == 0 && !result.other_versions.is_empty() {
            bail!("no answer came from the model file's version; nothing was compared");
        }
        match self.limit {
            Some(limit) if result.latencies.percentile(99.0) > limit.as_secs_f64() * 1e3 => bail!(
                "the 99th percentile of the latencies is {}, above the limit of {}",
                millis(result.latencies.percentile(99.0)),
                millis(limit.as_secs_f64() * 1e3)
            ),
            _ => Ok(()),
        }
    }
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let expected = || "a header such as 'x-api-key: …' was expected".to_string();
    let (name, value) = text.split_once(':').ok_or_else(expected)?;
    let name = name.trim().parse().map_err(|_| expected())?;
    let mut value: HeaderValue = value.trim().parse().map_err(|_| expected())?;
    value.set_sensitive(true);
    Ok((name, value))
}
