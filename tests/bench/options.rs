//! The arguments.

/// What `bench --help` says.
pub const HELP: &str = "\
Measures starts and requests of the function beside an empty one and Python peers.

Usage: bench [options]
       bench model MEGABYTES FILE      writes a made-up model of that size

  --quick                  few starts and requests: whether it works, not how fast
  --starts N               starts of each function (default 60; Python a fifth)
  --requests N             warm requests of each function (default 2000)
  --no-peers               without the Python peers
  --request-price X        $ per million requests (default 0.20)
  --entry-price X          $ per million at the way in (default 1.00: HTTP API; a URL is free)
  --gb-second-price X      $ per GB-second (default 0.0000166667: x86-64, us-east-1)
  --log-price X            $ per GB of log (default 0.50)
  --cold-share X           share of requests that start a process (default 0.01)
  --platform-ms X          what Lambda itself takes of a cold start (default 33: the median of
                           Rust images in lambda-perf, August 2026, less the function's own 1 ms)
";

/// The arguments, with their defaults.
pub struct Options {
    pub starts: usize,
    pub requests: usize,
    pub with_peers: bool,
    pub request_price: f64,
    pub entry_price: f64,
    pub gb_second_price: f64,
    pub log_price: f64,
    pub cold_share: f64,
    pub platform_ms: f64,
}

impl Options {
    /// What the arguments ask for.
    ///
    /// # Errors
    /// When one is not known, or no number.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
        let mut options = Options {
            starts: 60,
            requests: 2000,
            with_peers: true,
            request_price: 0.20,
            entry_price: 1.00,
            gb_second_price: 0.000_016_666_7,
            log_price: 0.50,
            cold_share: 0.01,
            platform_ms: 33.0,
        };
        while let Some(name) = arguments.next() {
            let mut number = || {
                let text = arguments.next().unwrap_or_default();
                let number = text.parse::<f64>().ok().filter(|number| *number >= 0.0);
                number.ok_or_else(|| format!("{name} needs a number, not {text:?}"))
            };
            match name.as_str() {
                "--quick" => (options.starts, options.requests) = (10, 200),
                "--no-peers" => options.with_peers = false,
                "--starts" => options.starts = (number()? as usize).max(1),
                "--requests" => options.requests = (number()? as usize).max(1),
                "--request-price" => options.request_price = number()?,
                "--entry-price" => options.entry_price = number()?,
                "--gb-second-price" => options.gb_second_price = number()?,
                "--log-price" => options.log_price = number()?,
                "--cold-share" => options.cold_share = number()?,
                "--platform-ms" => options.platform_ms = number()?,
                other => return Err(format!("{other} is no option of it; see bench --help")),
            }
        }
        Ok(options)
    }
}
