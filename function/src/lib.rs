//! Serves one model file: as an AWS Lambda function, or over plain HTTP.
//!
//! The way of a request, from the outside in:
//!
//! ```text
//! event  -> lambda \                        door: a protocol    rows   -> scoring ->  / answers or problem
//!                   > request -> app ->  to rows, and back                          <
//! socket -> server /                                                                 \ one EMF line to stdout
//! ```
//!
//! - [`lambda`] and [`server`] are the two ways in. They only translate: events of API Gateway,
//!   load balancers, function URLs and bare JSON, or HTTP/1.1, to a [`request::Request`] and back.
//! - [`app`] is the core: one plain function from a request to its response, without a framework
//!   and without `async`, because scoring takes microseconds. [`routes`] says what there is to ask
//!   for, [`served`] is the model that is asked. The model is a file beside the binary, or
//!   [`embedded`] in it.
//! - [`doors`] are the protocols. They read a [`body`] by [`members`] (a row), [`json`] (a tree) or
//!   [`table`] (CSV), and give values to the [`intake`], which makes rows of them that fit the
//!   model and gathers what does not ([`faults`]). [`scoring`] answers them, with warnings and, on
//!   request, explanations ([`explain`]); [`report`] writes what is the same for many; both
//!   [`mod@spread`] their work over the cores.
//! - [`docs`] is made from the model that is served: an OpenAPI document, examples, a model card, and
//!   a page to try it.
//! - [`rules`] is what the environment says of requests, [`access`] who may ask, [`compression`] what
//!   is sent in fewer bytes.
//! - [`problem`] words every refusal, as RFC 9457 problem details.
//! - [`metrics`] writes the EMF line of a request, or of many; [`monitoring`] is what else is seen
//!   of live traffic: drift, captured rows, shadows. Both go to stdout by [`output`]. [`variants`]
//!   says which of several models answers. [`log`] sets up the log on stderr.
//! - [`extension`] is how the process hears in Lambda that it is to end.
//! - [`settings`] reads the environment; `function --help` shows its text. [`start`] is the
//!   beginning of the process, [`allocator`] its heap.
//!
//! Invariants: no request makes it panic; what a request holds is never in the log; a process
//! whose model cannot be opened stays up and says so, rather than start again and again.

pub mod access;
pub mod allocator;
pub mod app;
pub mod body;
pub mod browser;
pub mod budgets;
pub mod compression;
pub mod context;
pub mod docs;
pub mod doors;
pub mod embedded;
pub mod explain;
pub mod extension;
pub mod faults;
pub mod intake;
pub mod json;
pub mod lambda;
pub mod log;
pub mod members;
pub mod memory;
pub mod metrics;
pub mod monitoring;
pub mod output;
pub mod problem;
pub mod report;
pub mod request;
pub mod routes;
pub mod rules;
pub mod scoring;
pub mod served;
pub mod server;
pub mod settings;
pub mod spread;
pub mod start;
pub mod table;
#[cfg(test)]
mod testing;
pub mod variants;

pub use app::App;
pub use request::{Body, Request, Response};
