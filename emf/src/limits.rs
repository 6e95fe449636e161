//! The numbers of the specification, each once.
//!
//! Source: AWS documentation, "Specification: Embedded metric format", its JSON schema, and the
//! CloudWatch API reference for namespaces and dimensions where the schema is looser than the
//! service. "Characters" are Unicode code points, as in a JSON schema.

/// Longest line, in bytes: the size limit of one CloudWatch Logs event (1 MB; 256 KB before 2025).
pub const LINE_BYTES: usize = 1_048_576;

/// Most metric definitions in one directive.
pub const METRICS: usize = 100;

/// Most values in the array of one metric.
pub const VALUES: usize = 100;

/// Greatest absolute value of a metric, 2^360 (API reference, `MetricDatum`).
pub const VALUE: f64 = 2.348_542_582_773_833_3e108;

/// Greatest age of a line in milliseconds, two weeks (API reference, `MetricDatum`).
pub const PAST_MILLISECONDS: u64 = 14 * 24 * 3_600_000;

/// Longest time in milliseconds by which a line may lie in the future (API reference, `MetricDatum`).
pub const FUTURE_MILLISECONDS: u64 = 2 * 3_600_000;

/// Most dimensions in one dimension set. None at all is allowed.
pub const DIMENSIONS: usize = 30;

/// Longest dimension name, in characters; the shortest has one.
pub const DIMENSION_NAME: usize = 250;

/// Longest dimension value, in characters; the shortest has one.
pub const DIMENSION_VALUE: usize = 1024;

/// Longest metric name, in characters; the shortest has one.
pub const METRIC_NAME: usize = 1024;

/// Longest namespace, in characters; the shortest has one.
/// The schema allows 1024, but CloudWatch itself takes 255.
pub const NAMESPACE: usize = 255;

/// The only member of the root that the format keeps for itself.
pub const RESERVED: &str = "_aws";

/// True if CloudWatch allows this character in a namespace.
pub fn is_namespace_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || ".-_/#: ".contains(character)
}

/// True if CloudWatch takes `value`: a finite number within ±[`VALUE`].
pub fn is_value(value: f64) -> bool {
    value.abs() <= VALUE
}

/// True if `text` has 1 to `longest` characters.
pub fn fits(text: &str, longest: usize) -> bool {
    // A string has at least as many bytes as characters, so most calls need not count.
    !text.is_empty() && (text.len() <= longest || text.chars().count() <= longest)
}
