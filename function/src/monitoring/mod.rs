//! Monitoring of live traffic.
//!
//! - [`statistics`] of a request's rows and answers, for its EMF line.
//! - [`watch`] compares rows with the training rows and reports drift; [`refusals`] counts rejected
//!   requests.
//! - [`worker`] is a thread for what must not delay a response, started where there is something for
//!   it: [`capture`] writes rows and answers ([`retained`] copies) to the log, [`shadow`] scores them
//!   with other models.

pub mod capture;
pub mod refusals;
pub mod retained;
pub mod shadow;
pub mod statistics;
pub mod watch;
pub mod worker;
