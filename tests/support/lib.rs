//! Support of the end-to-end tests: the real binaries, a real Runtime API, real sockets; nothing is
//! mocked.
//!
//! A test of the function in Lambda reads like this:
//!
//! ```no_run
//! use support::{Event, Function, Kind, RuntimeApi};
//!
//! let api = RuntimeApi::start();
//! let function = Function::in_lambda(&api, "model.hearth", &[]);
//! let event = Event::load(Kind::HttpApi).with_body(r#"{"text": "where is my parcel"}"#);
//! let answer = event.answer(&api.invoke(&event).response().body);
//! assert_eq!(answer.status, 200);
//! let metrics = function.wait_for_stdout(1);
//! ```
//!
//! The modules, from the outside in:
//!
//! - [`function`] starts the `function` binary, in Lambda's environment or as a plain HTTP server,
//!   and kills it when the test lets go of it. [`mod@binary`] has cargo build what is to be started,
//!   and runs `hearth`, the training program, to its end. Both stand on [`process`]: a child
//!   process whose standard output and error are collected line by line.
//! - [`mod@batch`] is the function `batch` with all that it needs.
//! - [`container`] is the same function in the image that `make image-test` built.
//! - [`doors_model`] is a model of four kinds of columns, with rows in the form of every protocol.
//! - [`example`] is the example table of the repository, a model trained on it, and the answers
//!   that `hearth predict` gives with that.
//! - [`tables`] are made-up tables of every kind of column, [`traffic`] two weeks of requests, the second
//!   with a known shift, [`trained`] a model of such a table, and [`small`] one that is made and not
//!   trained.
//! - [`figures`] are the measured figures of the documentation.
//! - [`folder`] lists what a program left behind; [`screen`] is a pseudo-terminal of any width.
//! - [`runtime_api`] is the other side of Lambda: it hands events to the function and takes its
//!   answers, as the Runtime API of 2018-06-01 does, with the same refusals.
//! - [`events`] holds one event for each way into Lambda (`tests/events/*.json`) and lets a test
//!   say method, path, query, headers and body once, whatever shape that kind of event gives them.
//!   `events::shape` knows the shapes.
//! - [`instructions`] counts what the function takes, where there is callgrind; [`client_tool`] finds the
//!   clients of other people, [`browser`] Chromium.
//! - [`http`] is the client for the plain HTTP server, polite or hostile.
//! - [`s3`] is an S3 server, and [`Postgres`] a database, where one is installed, and [`dvc`] a project with the real DVC beside it.
//! - [`message`] has what all doors share, [`Headers`] and [`Answer`], so that a test can compare
//!   what a caller gets through one door with what it gets through another. `wire` reads HTTP/1.1
//!   for the client and the Runtime API.
//!
//! Everything here panics with a sentence when it can't do its part: to a test that is what an
//! error is for.

pub mod batch;
pub mod binary;
mod clients;
pub mod container;
pub mod doors_model;
pub mod dvc;
pub mod events;
pub mod example;
pub mod figures;
pub mod folder;
pub mod function;
pub mod http;
pub mod instructions;
pub mod message;
pub mod postgres;
pub mod process;
pub mod runtime_api;
pub mod s3;
pub mod screen;
pub mod small;
pub mod tables;
pub mod traffic;
pub mod trained;
mod wire;

pub use binary::{Finished, binary, hearth, hearth_with};
pub use clients::{browser, client_tool, node_module};
pub use events::{Event, Kind};
pub use folder::names;
pub use function::Function;
pub use message::{Answer, Headers};
pub use postgres::Postgres;
pub use runtime_api::{Invocation, Outcome, Report, RuntimeApi};
pub use s3::S3;
