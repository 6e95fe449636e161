//! `hearth tune`.

mod deployed;
mod measure;
mod platform;
mod show;

use super::durations::duration;
use super::request_rows::RowsOptions;
use crate::bars::Bars;
use crate::load::rows::RequestRows;
use crate::{interrupt, terminal};
use anyhow::{Context, Result, bail};
use clap::Args;
use deployed::TunedFunction;
use measure::{Measurement, SizeResult};
use progress::Progress;
use std::time::Duration;
use storage::Store;

/// Measures a deployed Lambda function at several memory sizes
///
/// Lambda gives CPU in proportion to memory, so more memory may be cheaper. For
/// each size a version of the function is published, asked and deleted again;
/// the alias and its traffic stay as they are. The memory is put back at the
/// end, also after Ctrl-C or a failure. Times and bills are those of Lambda's
/// REPORT lines, so the network is not in them. The requests count in the bill
/// and in the function's metrics. Examples:
///
///   hearth tune hearth-dev-messages --model model.hearth
///   hearth tune "$URL" --rows rows.csv --limit 20ms
///   hearth tune hearth-dev-messages --rows rows.csv --memory 512,1769,10240
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Tune {
    /// Name or ARN of the function, or the address of its endpoint as `make url` prints it
    #[arg(value_name = "URL|FUNCTION")]
    function: String,
    /// Memory sizes in MB, 128 to 10240
    #[arg(long, value_name = "MB,MB,…", value_delimiter = ',', default_values_t = [128, 256, 512, 1024, 1769, 3008], value_parser = clap::value_parser!(u32).range(128..=10_240))]
    memory: Vec<u32>,
    /// Warm requests at each size, after the first one, which starts the environment
    #[arg(long, short, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    requests: u32,
    #[command(flatten)]
    rows: RowsOptions,
    /// Choose among the sizes whose 99th percentile of warm requests is at most this
    #[arg(long, value_name = "TIME", value_parser = duration)]
    limit: Option<Duration>,
    /// Choose among the sizes whose first request, with the start, takes at most this
    #[arg(long, value_name = "TIME", value_parser = duration)]
    cold_limit: Option<Duration>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Tune {
    pub(super) fn run(self) -> Result<()> {
        let (_, rows) = self.rows.read(&Store::from_env())?;
        let mut sizes = self.memory.clone();
        sizes.sort_unstable();
        sizes.dedup();
        let mut function = TunedFunction::find(&self.function)?;
        let page = &mut terminal::page_unless(self.json);
        show::plan(page, &function, &sizes, self.requests)?;
        page.flush()?;
        // From here on the function is not as it was: it must be put back, whatever comes.
        interrupt::keep_all();
        let measured = self.measure(&mut function, &sizes, &rows);
        if let Err(error) = function.put_back() {
            return Err(error.context(function.by_hand()));
        }
        let results = measured?;
        let chosen = self.cheapest(&results);
        if self.json {
            terminal::json(
                &mut terminal::out(),
                &show::json(&function, &results, chosen),
            )?;
        }
        show::results(page, &function, &results, chosen, self.limits())?;
        page.flush()?;
        if interrupt::is_asked() {
            bail!(
                "ended by Ctrl-C; the memory is {} MB again",
                function.memory
            );
        }
        match (chosen, self.limits()) {
            (Some(_), _) => Ok(()),
            (None, [None, None]) => bail!("the function answered at no size"),
            (None, _) => bail!("no size meets the limit"),
        }
    }

    /// Measures each size, until Ctrl-C.
    fn measure(
        &self,
        function: &mut TunedFunction,
        sizes: &[u32],
        rows: &RequestRows,
    ) -> Result<Vec<SizeResult>> {
        let bars = Bars::of_page(self.json);
        let step = bars.step("sizes", sizes.len() as u64 * u64::from(self.requests + 1));
        let folder = tempfile::tempdir().context("a folder for events cannot be made")?;
        let measurement = Measurement {
            rows,
            requests: self.requests,
            folder: folder.path(),
            step: &*step,
        };
        let mut results = Vec::new();
        for size in sizes {
            if interrupt::is_asked() {
                break;
            }
            results.push(measurement.at(function, *size));
        }
        // An interrupted size has fewer requests than asked for, or none.
        if interrupt::is_asked() {
            results.retain(|result| result.outcome.is_ok());
        }
        step.done("");
        Ok(results)
    }

    fn limits(&self) -> [Option<Duration>; 2] {
        [self.limit, self.cold_limit]
    }

    /// Place of the cheapest size that meets the limits; of equal prices the least memory.
    fn cheapest(&self, results: &[SizeResult]) -> Option<usize> {
        let within = |limit: Option<Duration>, millis: Option<f64>| {
            let most = limit.map_or(f64::INFINITY, |limit| limit.as_secs_f64() * 1e3);
            limit.is_none() || millis.is_some_and(|millis| millis <= most)
        };
        let prices = results.iter().enumerate().filter_map(|(place, result)| {
            let figures = result.outcome.as_ref().ok()?;
            let meets =
                within(self.limit, Some(figures.p99())) && within(self.cold_limit, figures.cold);
            meets.then_some((place, figures.million))
        });
        let least = prices.min_by(|one, other| one.1.total_cmp(&other.1));
        least.map(|(place, _)| place)
    }
}
