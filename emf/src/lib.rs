//! CloudWatch Embedded Metric Format (EMF): one log line that CloudWatch turns into metrics.
//!
//! A Lambda function prints such a line to stdout for each request. No network call is made, no
//! agent runs: CloudWatch Logs reads the `_aws` member of the line, finds there which other members
//! are metrics and which are dimensions, and keeps the rest as properties that can be searched.
//!
//! The modules, in the order a reader needs them:
//!
//! * [`metrics`] is the one table of the metrics that Hearth writes. Code, dashboards and alarms
//!   take names and units from there, so that they can't drift apart. `metric` says what is known
//!   of one, [`Unit`] is in `unit`.
//! * [`settings`] is what stays the same for the life of a process: namespace and dimensions,
//!   checked once and rendered once. `environment` reads them, and the properties that describe the
//!   Lambda environment, from environment variables.
//! * [`line`](mod@line) is the writer: [`Line`] collects values and properties of one request
//!   and renders one line, or several where the limits ask for it. Beneath it, `sheet` lays the line
//!   out, `further` has the dimensions that one line has for itself, and `json` writes strings and
//!   numbers. [`legal`] makes names and dimension values what CloudWatch takes.
//! * [`window`] is the other way: the values of many requests on one line. [`guard`] bounds the
//!   values of a dimension.
//! * [`lint`](mod@lint) is the judge: it checks any line, also one from another writer, against the
//!   specification. It shares only the numbers in [`limits`] with the writer. `duplicates` finds
//!   what a JSON parser hides: a member that stands twice.
//!
//! ```
//! use emf::{Line, Settings, metrics};
//!
//! let settings = Settings::new("Hearth", vec![("service".into(), "mail-sorter".into())])?;
//! let mut line = Line::new(&settings, 1_700_000_000_000);
//! line.metric(&metrics::INPUT_NUM_CHARS, 42.0);
//! line.metric(&metrics::LATENCY_HANDLER, 0.35);
//! line.property("requestId", "8476a536");
//! let bytes = line.finish();
//! assert!(emf::lint(&String::from_utf8_lossy(&bytes)).is_ok());
//! # Ok::<(), emf::EmfError>(())
//! ```
//!
//! Source of all rules: AWS documentation, "Specification: Embedded metric format",
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.

mod duplicates;
mod environment;
mod further;
pub mod guard;
mod json;
pub mod legal;
pub mod limits;
pub mod line;
pub mod lint;
mod metric;
pub mod metrics;
mod series;
pub mod settings;
mod sheet;
mod unit;
pub mod window;

pub use environment::{LambdaProperties, sampled_trace};
pub use guard::Guard;
pub use line::{Line, Record};
pub use lint::{lint, lint_received, wrapper};
pub use metric::{Metric, Resolution};
pub use settings::{EmfError, Settings};
pub use unit::Unit;
pub use window::Window;
