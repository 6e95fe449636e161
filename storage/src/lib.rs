//! Where bytes lie: files and S3 objects, read and written by one set of calls.
//!
//! A [`Location`] says where, a [`Store`] does it. The store blocks: whoever calls it needs to know
//! nothing of futures. What it needs for S3, a runtime and a client, is made when the first S3
//! location is met, so that work on files never looks for credentials.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use storage::{Location, Store};
//!
//! let store = Store::from_env();
//! let from: Location = "s3://bucket/rows.csv".parse()?;
//! let mut text = String::new();
//! store.read(&from)?.read_to_string(&mut text)?;
//!
//! let mut writer = store.write(&"s3://bucket/answers.jsonl".parse()?)?;
//! writer.write_all(text.as_bytes())?;
//! writer.finish()?; // until here nobody sees a byte of it
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules, from the outside in:
//!
//! - [`location`] parses what a person types; [`error`] is what can go wrong, one sentence each.
//! - [`root`] resolves names that data gave below a folder, and `part` holds the files that are
//!   being written there; all files are written by these two.
//! - `environment` keeps AWS's keys from programs that are started.
//! - [`store`] is the facade; it calls `file` for files and, by the interface in `objects`, `s3` for
//!   objects. `list` and `writer` hold what both have in common.
//! - `s3` speaks to S3 by AWS's SDK. It is the feature `s3`, on by default: the SDK and TLS are a
//!   third of a first build, and a program that works on files needs neither. Without it every
//!   call for an S3 location fails with a sentence that says so.
//!
//! Invariants: memory is bounded whatever an object's size; what is written appears whole or not
//! at all, with the permissions of the file that it replaces; no name out of data leads out of its
//! root, through a link or into `.git` and `.dvc`; every error is one sentence that says what to do.

mod entry;
mod environment;
pub mod error;
mod file;
mod list;
pub mod location;
mod objects;
mod options;
pub mod output;
mod part;
pub mod root;
#[cfg(feature = "s3")]
mod s3;
pub mod store;
mod writer;

pub use entry::{Entry, Head};
pub use environment::without_credentials;
pub use error::{Error, Kind};
pub use file::is_passage;
pub use list::Listing;
pub use location::Location;
pub use options::{Credentials, Options};
pub use part::{Part, remove_parts};
pub use root::Root;
pub use store::Store;
pub use writer::Writer;
