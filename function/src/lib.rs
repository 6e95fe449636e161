//! Serves one model file: as an AWS Lambda function, or over plain HTTP.
//!
//! The way of a request, from the outside in:
//!
//! ```text
//! event  -> lambda \                                              / answer or problem
//!                   > request::Request -> app::App -> predict -> <
//! socket -> server /                                              \ one EMF line to stdout
//! ```
//!
//! - [`lambda`] and [`server`] are the two ways in. They only translate: events of API Gateway,
//!   load balancers, function URLs and bare JSON, or HTTP/1.1, to a [`request::Request`] and back.
//! - [`app`] is the core: one plain function from a request to its response, without a framework
//!   and without `async`, because scoring takes microseconds. [`routes`] says what there is to ask
//!   for, [`served`] is the model that is asked, [`predict`] answers a row. The model is a file
//!   beside the binary, or [`embedded`] in it.
//! - [`problem`] words every refusal, as RFC 9457 problem details.
//! - [`metrics`] writes the EMF line of a request, [`log`] sets up the log on stderr.
//! - [`settings`] reads the environment; `function --help` shows its text. [`start`] is the
//!   beginning of the process.
//!
//! Invariants: no request makes it panic; what a request holds is never in the log; a process
//! whose model cannot be opened stays up and says so, rather than start again and again.

pub mod app;
pub mod embedded;
pub mod lambda;
pub mod log;
pub mod metrics;
pub mod predict;
pub mod problem;
pub mod request;
pub mod routes;
pub mod served;
pub mod server;
pub mod settings;
pub mod start;
#[cfg(test)]
mod testing;

pub use app::App;
pub use request::{Body, Request, Response};
