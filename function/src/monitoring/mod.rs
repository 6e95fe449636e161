//! Monitoring of live traffic.
//!
//! - [`scored`] has the statistics of a request's rows, from the pass that scores them.
//! - [`watch`] compares rows with training and reports drift; [`refusals`] counts rejected
//!   requests.
//! - [`worker`] is a thread for what must not delay an answer, started where there is something for
//!   it: [`capture`] writes rows and answers ([`kept`]) to the log, [`shadow`] asks other models.
//! - [`random`] draws samples.

pub mod capture;
pub mod kept;
pub mod random;
pub mod refusals;
pub mod scored;
pub mod shadow;
pub mod watch;
pub mod worker;
