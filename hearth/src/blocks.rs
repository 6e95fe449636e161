//! The blocks of `hearth train`: Data, Search, Result, Checks and Next. `hearth check` and
//! `hearth inspect` show some of them.
//!
//! [`data`] has a line for each column, [`search`] one for each candidate, [`checks`] one for each fact
//! that decides whether the figures can be relied on; [`result`] has the figures, [`labels`] those of each
//! label, and [`settings`] the parameters that differ from their defaults.

pub mod checks;
pub mod data;
pub mod labels;
pub mod result;
pub mod search;
pub mod settings;
