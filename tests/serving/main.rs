//! The function: every protocol, event and client, over HTTP and the Runtime API.

#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

mod canned;
mod cargo_lambda;
mod clients;
mod docs_page;
mod doors;
mod doors_events;
mod events;
mod generated;
mod hostile_http;
mod http;
mod lambda;
mod load;
mod one_way_in;
mod openapi;
mod pages;
mod parity;
mod runtime_api;
mod start;
mod variants;
