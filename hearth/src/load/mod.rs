//! A load test: requests at a fixed rate, whether or not earlier ones have been answered.
//!
//! Request n is due at start + n / rate. Its latency counts from that moment, not from the moment at
//! which it was sent: a response that comes late delays no other request, and where this machine sends
//! late, the delay is part of the latency. A generator that waits for responses would send less while
//! the endpoint is slow, and so leave out the worst latencies (Tene, "How NOT to measure latency", 2013:
//! coordinated omission).
//!
//! - [`rows`] reads a table into requests, with the answers of a model file where there is one.
//! - [`client`] sends a request over HTTP/1.1, and [`signing`] signs it.
//! - [`run`](mod@run) keeps the schedule, and ends it on errors.
//! - [`result`] has the latencies and what went wrong.

pub mod client;
pub mod result;
pub mod rows;
pub mod run;
pub mod signing;
