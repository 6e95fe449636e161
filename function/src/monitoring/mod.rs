//! What is seen of live traffic.
//!
//! - [`scored`] is what the metrics of a request tell of its rows, made by the pass that scores them.
//! - [`watch`] counts rows against training's, and tells of drift; [`refusals`] counts those.
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
