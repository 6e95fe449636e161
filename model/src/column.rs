//! A column of the input, as a model file describes it.

use crate::format::{CategoryEncoding, ColumnKind, NumberEncoding};
use crate::notation::Notation;
use crate::timestamp;
use std::borrow::Cow;
use zerocopy::little_endian::U64;

/// A column of the input.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// The name that requests use.
    pub name: &'a str,
    /// Kind of its values.
    pub kind: ColumnKind,
    /// A row may leave it out.
    pub optional: bool,
    /// Notation of its values as text.
    pub notation: Notation<'a>,
    /// Number of its features.
    pub feature_count: usize,
    pub(crate) encoding: Encoding,
    /// Where each of its terms or categories ends in `terms`, in their order.
    pub(crate) term_ends: &'a [U64],
    pub(crate) terms: &'a [u8],
}

/// Encoding of a column's values, as far as names of features need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Encoding {
    Text,
    Number(NumberEncoding),
    Category(CategoryEncoding),
}

impl<'a> Column<'a> {
    /// Number of its terms or categories.
    pub fn term_count(&self) -> usize {
        self.term_ends.len()
    }

    /// The term or category number `index`; `None` out of range or in a damaged file.
    pub fn term(&self, index: usize) -> Option<&'a str> {
        let end = usize::try_from(self.term_ends.get(index)?.get()).ok()?;
        let start = match index.checked_sub(1) {
            Some(previous) => usize::try_from(self.term_ends[previous].get()).ok()?,
            None => 0,
        };
        std::str::from_utf8(self.terms.get(start..end)?).ok()
    }

    /// The name of its feature number `index`: a term by itself, `income`, `color=red`,
    /// `start.weekday=5`, `start.hour`; `None` out of range or in a damaged file.
    pub fn feature_name(&self, index: usize) -> Option<Cow<'a, str>> {
        if index >= self.feature_count {
            return None;
        }
        let name = self.name;
        Some(match self.encoding {
            Encoding::Text => Cow::Borrowed(self.term(index)?),
            Encoding::Category(CategoryEncoding::OneHot) => {
                Cow::Owned(format!("{name}={}", self.term(index)?))
            }
            Encoding::Number(encoding) if self.kind == ColumnKind::Timestamp => {
                let part = match encoding {
                    NumberEncoding::Raw => timestamp::PARTS.get(index)?.to_string(),
                    _ => match index {
                        0..12 => format!("month={}", index + 1),
                        12..19 => format!("weekday={}", index - 12),
                        19..43 => format!("hour={}", index - 19),
                        _ => "days".to_string(),
                    },
                };
                Cow::Owned(format!("{name}.{part}"))
            }
            Encoding::Number(_) if index == 1 => Cow::Owned(format!("{name} is missing")),
            Encoding::Number(_) | Encoding::Category(CategoryEncoding::Ordered) => {
                Cow::Borrowed(name)
            }
        })
    }
}
