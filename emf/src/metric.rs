//! What is known of a metric: how it is written, and how it is shown.

use crate::{Unit, limits};

/// One metric: what it is called, what it is measured in, what it tells.
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
    /// Whether it is left out where it would be 0. An alarm treats missing data as not breaching,
    /// and each byte logged costs money.
    pub sparse: bool,
    /// What a dashboard draws of it, in CloudWatch's words: `Sum`, `Average`, `Maximum`, `p99`.
    pub statistics: &'static [&'static str],
    /// How finely CloudWatch keeps it.
    pub resolution: Resolution,
    /// Whether the name stands in a line as it is, legal and without an escape. It is found out when
    /// the constant is compiled, so that no request has to.
    pub(crate) is_plain: bool,
}

/// The seconds of one point of a metric; after three hours CloudWatch keeps minutes anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A point a minute, which is what CloudWatch assumes.
    Standard,
    /// A point a second, for alarms that look every ten seconds.
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

/// Whether a name has only letters, digits, dots and underscores, and not more than anyone allows.
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
