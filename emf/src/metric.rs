//! Metrics: name, unit, meaning, and how they are written and shown.

use crate::{Unit, limits};

/// One metric: name, unit and meaning.
///
/// Two metrics with the same name are one metric to CloudWatch, whatever their units say. Made by
/// [`Metric::new`] and what can be said behind it; all of it is `const`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Name in the line and in CloudWatch, 1 to 1024 characters. A dot in it is an ordinary letter.
    pub name: &'static str,
    /// Unit of the values.
    pub unit: Unit,
    /// One sentence for a person who reads the dashboard.
    pub help: &'static str,
    /// The dimension that its lines have beside those of the settings: it is written with
    /// [`Line::by`](crate::Line::by), and each value of the dimension is a series of its own.
    pub dimension: Option<&'static str>,
    /// True if it is left out when it is 0. An alarm treats missing data as not breaching, and each
    /// byte logged costs money.
    pub sparse: bool,
    /// Statistics for dashboards, in CloudWatch's words: `Sum`, `Average`, `Maximum`, `p99`.
    pub statistics: &'static [&'static str],
    /// Resolution at which CloudWatch stores it.
    pub resolution: Resolution,
    /// True if the name stands in a line unchanged, legal and without an escape. It is found out
    /// when the constant is compiled, so that no request has to.
    pub(crate) is_plain: bool,
}

/// The seconds of one point of a metric; after three hours CloudWatch keeps minutes anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One point per minute, CloudWatch's default.
    Standard,
    /// One point per second, for alarms with periods of ten seconds.
    High,
}

impl Resolution {
    /// The value of `StorageResolution`, in seconds.
    pub const fn seconds(self) -> u64 {
        match self {
            Resolution::Standard => 60,
            Resolution::High => 1,
        }
    }
}

/// The middle and both ends: what is drawn of a metric that says nothing else.
const SPREAD: &[&str] = &["p10", "p50", "p99"];

impl Metric {
    /// A metric that every line has, without a dimension of its own, shown by its middle and ends.
    pub const fn new(name: &'static str, unit: Unit, help: &'static str) -> Metric {
        Metric {
            name,
            unit,
            help,
            dimension: None,
            sparse: false,
            statistics: SPREAD,
            resolution: Resolution::Standard,
            is_plain: is_plain(name.as_bytes()),
        }
    }

    /// The same, with a dimension of its own.
    pub const fn by(mut self, dimension: &'static str) -> Metric {
        self.dimension = Some(dimension);
        self
    }

    /// The same, left out where it would be 0.
    pub const fn sparse(mut self) -> Metric {
        self.sparse = true;
        self
    }

    /// The same, shown by these statistics of CloudWatch.
    pub const fn shown_as(mut self, statistics: &'static [&'static str]) -> Metric {
        self.statistics = statistics;
        self
    }

    /// The same, kept by the second.
    pub const fn high_resolution(mut self) -> Metric {
        self.resolution = Resolution::High;
        self
    }
}

/// True if a name has only letters, digits, dots and underscores, and is short enough everywhere.
const fn is_plain(name: &[u8]) -> bool {
    let mut index = 0;
    while index < name.len() {
        if !(name[index].is_ascii_alphanumeric() || matches!(name[index], b'.' | b'_')) {
            return false;
        }
        index += 1;
    }
    !name.is_empty() && name.len() <= limits::NAMESPACE
}
