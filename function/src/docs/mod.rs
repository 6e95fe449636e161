//! What the served model tells of itself.

pub mod page;
