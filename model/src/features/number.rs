//! Numbers, booleans and timestamps to features.

use crate::format::{NumberEncoding, NumberRecord};
use crate::timestamp::{PARTS, Timestamp};

/// Encoding of a number, a boolean (0 or 1) or a timestamp (days since 1970).
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NumberSettings {
    /// Scaled, for linear models, or as it is, for trees.
    pub encoding: NumberEncoding,
    /// For a number with [`NumberEncoding::Standard`]: a second feature is 1 where it is missing.
    /// For a timestamp: its day stands before its month in dates with slashes.
    pub option: bool,
    /// Mean of the training rows.
    pub mean: f64,
    /// Their standard deviation; 1 where all are equal.
    pub scale: f64,
    /// Number that replaces a missing value: the median.
    pub fill: f64,
    /// Least value of the training rows.
    pub least: f64,
    /// Greatest value of the training rows.
    pub greatest: f64,
}

/// Deviations from the mean that a scaled number may be: a row with 1e308 in it is answered, and not
/// taken for a damaged model.
const FARTHEST: f64 = 1e6;

impl NumberSettings {
    /// As a record stores them; `None` when no program could have written it.
    pub fn from_record(record: &NumberRecord) -> Option<NumberSettings> {
        let settings = NumberSettings {
            encoding: NumberEncoding::from_code(record.encoding.get())?,
            option: match record.option.get() {
                0 => false,
                1 => true,
                _ => return None,
            },
            mean: record.mean.get(),
            scale: record.scale.get(),
            fill: record.fill.get(),
            least: record.least.get(),
            greatest: record.greatest.get(),
        };
        let is_finite = settings.mean.is_finite() && settings.fill.is_finite();
        (is_finite && settings.scale.is_finite() && settings.scale > 0.0).then_some(settings)
    }

    /// The record that stores them.
    pub fn to_record(self) -> NumberRecord {
        NumberRecord {
            encoding: self.encoding.code().into(),
            option: u32::from(self.option).into(),
            mean: self.mean.into(),
            scale: self.scale.into(),
            fill: self.fill.into(),
            least: self.least.into(),
            greatest: self.greatest.into(),
        }
    }

    /// Number of features of a number or boolean column.
    pub fn features_of_number(self) -> u32 {
        match self.encoding {
            NumberEncoding::Standard => 1 + u32::from(self.option),
            NumberEncoding::Raw => 1,
        }
    }

    /// Number of features of a timestamp column.
    pub fn features_of_timestamp(self) -> u32 {
        match self.encoding {
            // 12 months, 7 weekdays, 24 hours, and the day on its scale.
            NumberEncoding::Standard => 12 + 7 + 24 + 1,
            NumberEncoding::Raw => PARTS.len() as u32,
        }
    }

    fn standard(self, value: f64) -> f64 {
        let value = if value.is_nan() { self.fill } else { value };
        ((value - self.mean) / self.scale).clamp(-FARTHEST, FARTHEST)
    }

    /// Appends the features of a number, which is NaN where it is missing. What is 0 is left out.
    pub(super) fn add_number(self, first: u32, value: f64, entries: &mut Vec<(u32, f64)>) {
        match self.encoding {
            NumberEncoding::Raw => entries.push((first, value)),
            NumberEncoding::Standard => {
                entries.push((first, self.standard(value)));
                if self.option && value.is_nan() {
                    entries.push((first + 1, 1.0));
                }
            }
        }
    }

    /// Appends the features of a timestamp.
    pub(super) fn add_timestamp(
        self,
        first: u32,
        time: Option<Timestamp>,
        entries: &mut Vec<(u32, f64)>,
    ) {
        match self.encoding {
            NumberEncoding::Raw => {
                let parts = time.map_or([f64::NAN; 7], Timestamp::parts);
                entries.extend((first..).zip(parts));
            }
            NumberEncoding::Standard => {
                if let Some(time) = time {
                    entries.push((first + time.month - 1, 1.0));
                    entries.push((first + 12 + time.weekday(), 1.0));
                    entries.push((first + 19 + time.hour(), 1.0));
                }
                let days = time.map_or(f64::NAN, Timestamp::days);
                entries.push((first + 43, self.standard(days)));
            }
        }
    }
}
