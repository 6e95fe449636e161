//! The arguments.

use hearth::price::{PRICES, RequestPrices};

/// Output of `bench --help`.
pub const HELP: &str = "\
Measures starts and requests of the function beside an empty one and Python peers.

Usage: bench [options]
       bench model MEGABYTES FILE      writes a made-up model of that size

  --quick                  few starts and requests: whether it works, not how fast
  --starts N               starts of each function (default 60; Python a fifth)
  --requests N             warm requests of each function (default 2000)
  --no-peers               without the Python peers
  --keep-figures           leave docs/figures.json and the pages as they are; --quick does, too
  --request-price X        $ per million requests
  --entry-price X          $ per million at the way in (default: the HTTP API's; a URL is free)
  --gb-second-price X      $ per GB-second (default: arm64)
  --log-price X            $ per GB of log
  --cold-share X           share of requests that start a process (default 0.01)
  --platform-ms X          what Lambda itself takes of a cold start (default 33: the median of
                           Rust images in lambda-perf, August 2026, less the function's own 1 ms)

Prices are those of cdk/prices.json where none is given. A request costs its entry, its invocation,
its duration, and its lines of log: those of the function, Lambda's own and the API's. Metrics and
alarms cost by the month and are in `hearth emf cost --deployed`.
";

/// The arguments, with their defaults.
pub struct Options {
    pub starts: usize,
    pub requests: usize,
    pub with_peers: bool,
    pub writes_figures: bool,
    pub prices: RequestPrices,
    pub cold_share: f64,
    pub platform_ms: f64,
}

impl Options {
    /// Parsed arguments.
    ///
    /// # Errors
    /// When one is not known, or no number.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            starts: 60,
            requests: 2000,
            with_peers: true,
            writes_figures: true,
            prices: RequestPrices::listed(),
            cold_share: PRICES.deployed().cold_share,
            platform_ms: 33.0,
        };
        while let Some(name) = arguments.next() {
            let mut number = || {
                let text = arguments.next().unwrap_or_default();
                let number = text.parse::<f64>().ok().filter(|number| *number >= 0.0);
                number.ok_or_else(|| format!("{name} needs a number, not {text:?}"))
            };
            match name.as_str() {
                "--quick" => {
                    (options.starts, options.requests) = (10, 200);
                    options.writes_figures = false;
                }
                "--keep-figures" => options.writes_figures = false,
                "--no-peers" => options.with_peers = false,
                "--starts" => options.starts = (number()? as usize).max(1),
                "--requests" => options.requests = (number()? as usize).max(1),
                "--request-price" => options.prices.function = number()?,
                "--entry-price" => options.prices.entry = number()?,
                "--gb-second-price" => options.prices.gb_second = number()?,
                "--log-price" => options.prices.log_gigabyte = number()?,
                "--cold-share" => options.cold_share = number()?,
                "--platform-ms" => options.platform_ms = number()?,
                other => return Err(format!("{other} is no option of it; see bench --help")),
            }
        }
        Ok(options)
    }
}
