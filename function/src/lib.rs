//! Serves one model file: as an AWS Lambda function, or over plain HTTP.
//!
//! The way of a request, from the outside in:
//!
//! ```text
//! event  -> lambda \                door       rows   endpoint     scored rows   door
//!                   > request -> app ----> read ----> answer (score) ---------> write -> response
//! socket -> server /                                    |
//!                                                       +-> watch, captures, shadows; one EMF line
//! ```
//!
//! - [`lambda`] and [`server`] are the two ways in. They only translate: events of API Gateway,
//!   load balancers, function URLs and bare JSON, or HTTP/1.1, to a [`request::Request`] and back.
//! - [`app`] is the core: one plain function from a request to its response, without a framework
//!   and without `async`, because scoring takes microseconds. [`routes`] is the table of its routes.
//! - [`doors`] are the protocols. Each reads rows and writes scored rows; none scores. They read a
//!   [`body`] by [`members`] (a row), [`json`] (a tree) or [`table`] (CSV), and give values to the
//!   [`intake`], which makes rows of them that fit the model and gathers what does not ([`faults`]).
//!   [`hints`] guess at what wrong names mean. [`options`] are those of the query, [`warnings`] are
//!   counted for protocols that have one place for them, [`report`] writes what several doors have
//!   in common.
//! - [`endpoint`] is a model that answers, with its metrics, its watch and its worker. [`served`] is
//!   the model alone, a file beside the binary or [`embedded`] in it. [`variants`] has the endpoints
//!   of the process, and chooses the one that answers.
//! - [`scoring`] returns data: answers, warnings, findings and, on request, explanations
//!   ([`explain`]). It knows neither protocols nor monitoring. Many rows are [`mod@spread`] over the
//!   cores; a [`context`] is the account of one request.
//! - [`metrics`] writes the EMF line of a request, or of many, in [`figures`] of few digits;
//!   [`monitoring`] is the rest: drift, captured rows, shadows. Both go to stdout by [`output`].
//!   [`mod@random`] draws samples and ids.
//! - [`docs`] is made from the model that is served: an OpenAPI document, examples, a model card, and
//!   a page to try it.
//! - A [`request_id`] names a request in its response, its EMF line, the log and its captured rows.
//! - [`rules`] are the limits of requests, with the [`budgets`] of memory; [`access`] checks API keys,
//!   [`browser`] origins and hosts; [`base_path`] is what stands before the routes; [`compression`]
//!   gzips responses.
//! - [`problem`] is an error response, as RFC 9457 problem details; [`code`] lists all of them.
//! - [`environment`] reads variables, [`settings`] gathers them; `function --help` shows its text.
//! - [`start`] is the beginning of the process, [`allocator`] its heap, [`memory`] its limit,
//!   [`mod@log`] its log on stderr; [`extension`] lets Lambda announce its end.
//!
//! Invariants: no request makes it panic; what a request holds is never in the log; a process
//! whose model cannot be opened stays up and says so, rather than start again and again; modules
//! import in no circle.

pub mod access;
pub mod allocator;
pub mod app;
pub mod base_path;
pub mod body;
pub mod browser;
pub mod budgets;
pub mod code;
pub mod compression;
pub mod context;
pub mod docs;
pub mod doors;
pub mod embedded;
pub mod endpoint;
pub mod environment;
pub mod explain;
pub mod extension;
pub mod faults;
pub mod figures;
pub mod hints;
pub mod intake;
pub mod json;
pub mod lambda;
pub mod log;
pub mod members;
pub mod memory;
pub mod metrics;
pub mod monitoring;
pub mod options;
pub mod output;
pub mod problem;
pub mod random;
pub mod report;
pub mod request;
pub mod request_id;
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
pub mod warnings;

pub use app::App;
pub use request::{Body, Request, Response};
