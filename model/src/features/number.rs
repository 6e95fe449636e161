//! Numbers, booleans and timestamps to features.

use crate::format::{NumberEncoding, NumberRecord};
use crate::timestamp::{PARTS, Timestamp};

/// Encoding and distribution of the numbers of a column, in its training rows. A boolean is 0 or 1, a
/// timestamp the number of days since 1970.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    /// Scaled, for linear models, or as it is, for trees.
    pub encoding: NumberEncoding,
    /// Mean of the training rows, or the number that an encoding subtracts or adds.
    pub mean: f64,
    /// Their standard deviation, 1 where all are equal, or the number that an encoding divides or multiplies
    /// by.
    pub scale: f64,
    /// Number that replaces a missing value: the median.
    pub fill: f64,
    /// Least value of the training rows.
    pub least: f64,
    /// Greatest value of the training rows.
    pub greatest: f64,
}

/// Settings of a column of numbers or booleans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberSettings {
    /// Encoding and distribution.
    pub scaling: Scaling,
    /// Except with [`NumberEncoding::Raw`], a second feature is 1 where the value is missing.
    pub marks_missing: bool,
}

/// Settings of a column of timestamps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimestampSettings {
    /// Encoding and distribution of the days since 1970.
    pub scaling: Scaling,
    /// In dates with slashes, the day stands before the month.
    pub day_first: bool,
}

/// Deviations from the mean that a scaled number may be: a row with 1e308 in it is answered, and not
/// taken for a damaged model.
const FARTHEST: f64 = 1e6;

impl Scaling {
    /// As a record stores it, with the option of its kind of column; `None` when no program could have
    /// written it.
    fn from_record(record: &NumberRecord) -> Option<(Scaling, bool)> {
        let scaling = Scaling {
            encoding: NumberEncoding::from_code(record.encoding.get())?,
            mean: record.mean.get(),
            scale: record.scale.get(),
            fill: record.fill.get(),
            least: record.least.get(),
            greatest: record.greatest.get(),
        };
        let is_finite = scaling.mean.is_finite() && scaling.fill.is_finite();
        let is_legal = is_finite && scaling.scale.is_finite() && scaling.scale > 0.0;
        let option = record.option.get();
        (is_legal && option <= 1).then_some((scaling, option == 1))
    }

    /// The record that stores it with the option of its kind of column.
    fn to_record(self, option: bool) -> NumberRecord {
        NumberRecord {
            encoding: self.encoding.code().into(),
            option: u32::from(option).into(),
            mean: self.mean.into(),
            scale: self.scale.into(),
            fill: self.fill.into(),
            least: self.least.into(),
            greatest: self.greatest.into(),
        }
    }

    /// The number that replaces `value` by the encoding; NaN stands for [`Scaling::fill`], except with
    /// [`NumberEncoding::Raw`].
    fn encode(self, value: f64) -> f64 {
        let filled = if value.is_nan() { self.fill } else { value };
        match self.encoding {
            NumberEncoding::Standard => {
                ((filled - self.mean) / self.scale).clamp(-FARTHEST, FARTHEST)
            }
            NumberEncoding::Raw => value,
            NumberEncoding::Affine => (filled - self.mean) / self.scale,
            NumberEncoding::Product => filled * self.scale + self.mean,
        }
    }
}

impl NumberSettings {
    /// As a record stores them; `None` when no program could have written it.
    pub fn from_record(record: &NumberRecord) -> Option<NumberSettings> {
        let (scaling, marks_missing) = Scaling::from_record(record)?;
        Some(NumberSettings {
            scaling,
            marks_missing,
        })
    }

    /// The record that stores them.
    pub fn to_record(self) -> NumberRecord {
        self.scaling.to_record(self.marks_missing)
    }

    /// Number of features.
    pub fn feature_count(self) -> u32 {
        match self.scaling.encoding {
            NumberEncoding::Raw => 1,
            _ => 1 + u32::from(self.marks_missing),
        }
    }

    /// Appends the features of a number, which is NaN where it is missing. What is 0 is left out.
    pub(super) fn add(self, first: u32, value: f64, entries: &mut Vec<(u32, f64)>) {
        entries.push((first, self.scaling.encode(value)));
        let marks = self.marks_missing && self.scaling.encoding != NumberEncoding::Raw;
        if marks && value.is_nan() {
            entries.push((first + 1, 1.0));
        }
    }
}

impl TimestampSettings {
    /// As a record stores them; `None` when no program could have written it.
    pub fn from_record(record: &NumberRecord) -> Option<TimestampSettings> {
        let (scaling, day_first) = Scaling::from_record(record)?;
        if !matches!(
            scaling.encoding,
            NumberEncoding::Standard | NumberEncoding::Raw
        ) {
            return None;
        }
        Some(TimestampSettings { scaling, day_first })
    }

    /// The record that stores them.
    pub fn to_record(self) -> NumberRecord {
        self.scaling.to_record(self.day_first)
    }

    /// Number of features.
    pub fn feature_count(self) -> u32 {
        match self.scaling.encoding {
            // 12 months, 7 weekdays, 24 hours, and the day on its scale.
            NumberEncoding::Raw => PARTS.len() as u32,
            _ => 12 + 7 + 24 + 1,
        }
    }

    /// Appends the features of a timestamp.
    pub(super) fn add(self, first: u32, time: Option<Timestamp>, entries: &mut Vec<(u32, f64)>) {
        match self.scaling.encoding {
            NumberEncoding::Raw => {
                let parts = time.map_or([f64::NAN; 7], Timestamp::parts);
                entries.extend((first..).zip(parts));
            }
            _ => {
                if let Some(time) = time {
                    entries.push((first + time.month - 1, 1.0));
                    entries.push((first + 12 + time.weekday(), 1.0));
                    entries.push((first + 19 + time.hour(), 1.0));
                }
                let days = time.map_or(f64::NAN, Timestamp::days);
                entries.push((first + 43, self.scaling.encode(days)));
            }
        }
    }
}
