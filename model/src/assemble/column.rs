//! Columns, as training has them, to the records and sections of a file.

use crate::features::{
    CategoryEncoder, EncoderKind, NumberSettings, Scaling, TextEncoder, TextSettings,
    TimestampSettings,
};
use crate::format::{CategoryEncoding, CategoryRecord, ColumnKind, Kind, NumberRecord, Slot};
use crate::notation::Notation;
use crate::tokens::TermHash;
use crate::vocabulary::{Collision, Vocabulary};
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};

/// A column of the input, with how it becomes features.
#[derive(Clone, Debug)]
pub enum ColumnPart {
    /// Text.
    Text(TextColumn),
    /// A number.
    Number(NumberColumn),
    /// A boolean, which is a number: 0 or 1.
    Boolean(NumberColumn),
    /// A timestamp.
    Timestamp(TimestampColumn),
    /// A category.
    Category(CategoryColumn),
}

/// A text column with its terms in the order of their features: frequent ones first, so that the
/// weights that requests use lie together.
#[derive(Clone, Debug)]
pub struct TextColumn {
    /// The name that requests use.
    pub name: String,
    /// Encoding of text.
    pub settings: TextSettings,
    /// Terms with their inverse document frequencies.
    pub terms: Vec<(String, f32)>,
}

/// A column of numbers or booleans.
#[derive(Clone, Debug)]
pub struct NumberColumn {
    /// The name that requests use.
    pub name: String,
    /// A row may leave it out.
    pub optional: bool,
    /// Encoding of the values.
    pub settings: NumberSettings,
    /// Notation of the values as text.
    pub notation: Notation<'static>,
}

/// A column of timestamps.
#[derive(Clone, Debug)]
pub struct TimestampColumn {
    /// The name that requests use.
    pub name: String,
    /// A row may leave it out.
    pub optional: bool,
    /// Encoding of the days since 1970.
    pub scaling: Scaling,
    /// Notation of the values as text.
    pub notation: Notation<'static>,
}

impl TimestampColumn {
    /// The settings of its encoder.
    pub fn settings(&self) -> TimestampSettings {
        TimestampSettings {
            scaling: self.scaling,
            day_first: self.notation.day_first,
        }
    }
}

/// A column of categories.
#[derive(Clone, Debug)]
pub struct CategoryColumn {
    /// The name that requests use.
    pub name: String,
    /// A row may leave it out.
    pub optional: bool,
    /// One feature per category, or one number.
    pub encoding: CategoryEncoding,
    /// Categories, frequent ones first, each with its number (1 where each has a feature). The empty
    /// name stands for a missing value.
    pub categories: Vec<(String, f32)>,
    /// Notation of the values as text.
    pub notation: Notation<'static>,
}

impl From<TextColumn> for ColumnPart {
    fn from(column: TextColumn) -> ColumnPart {
        ColumnPart::Text(column)
    }
}

impl ColumnPart {
    /// The name that requests use.
    pub fn name(&self) -> &str {
        match self {
            ColumnPart::Text(column) => &column.name,
            ColumnPart::Number(column) | ColumnPart::Boolean(column) => &column.name,
            ColumnPart::Timestamp(column) => &column.name,
            ColumnPart::Category(column) => &column.name,
        }
    }

    /// Kind of its values.
    pub fn kind(&self) -> ColumnKind {
        match self {
            ColumnPart::Text(_) => ColumnKind::Text,
            ColumnPart::Number(_) => ColumnKind::Number,
            ColumnPart::Boolean(_) => ColumnKind::Boolean,
            ColumnPart::Timestamp(_) => ColumnKind::Timestamp,
            ColumnPart::Category(_) => ColumnKind::Category,
        }
    }

    /// True if a row may omit it.
    pub fn is_optional(&self) -> bool {
        match self {
            ColumnPart::Text(_) => false,
            ColumnPart::Number(column) | ColumnPart::Boolean(column) => column.optional,
            ColumnPart::Timestamp(column) => column.optional,
            ColumnPart::Category(column) => column.optional,
        }
    }

    /// Its terms or categories, each with its number.
    pub fn terms(&self) -> &[(String, f32)] {
        match self {
            ColumnPart::Text(column) => &column.terms,
            ColumnPart::Number(_) | ColumnPart::Boolean(_) | ColumnPart::Timestamp(_) => &[],
            ColumnPart::Category(column) => &column.categories,
        }
    }

    /// Number of its features.
    pub fn feature_count(&self) -> u32 {
        match self {
            ColumnPart::Text(column) => column.terms.len() as u32,
            ColumnPart::Number(column) | ColumnPart::Boolean(column) => {
                column.settings.feature_count()
            }
            ColumnPart::Timestamp(column) => column.settings().feature_count(),
            ColumnPart::Category(column) => match column.encoding {
                CategoryEncoding::OneHot => column.categories.len() as u32,
                CategoryEncoding::Ordered => 1,
            },
        }
    }

    /// Lays out its vocabulary; an empty one where it has none.
    ///
    /// # Errors
    /// When two of its terms share a hash.
    pub fn lay_out(&self) -> Result<LaidOut<'_>, Collision> {
        let hashed: Vec<(u64, f32)> = self
            .terms()
            .iter()
            .map(|(term, number)| (TermHash::of(term), *number))
            .collect();
        let (slots, max_displacement) = Vocabulary::build(&hashed)?;
        Ok(LaidOut {
            column: self,
            slots,
            max_displacement,
        })
    }
}

/// A column with its vocabulary as a file holds it.
pub struct LaidOut<'c> {
    column: &'c ColumnPart,
    slots: Vec<Slot>,
    max_displacement: u32,
}

impl LaidOut<'_> {
    /// Encoder of the column's values, as a file with this column would have it. `None` for a
    /// vocabulary that no file can hold.
    pub fn encoder(&self) -> Option<EncoderKind<'_>> {
        let vocabulary = Vocabulary::new(&self.slots, self.max_displacement)?;
        Some(match self.column {
            ColumnPart::Text(column) => EncoderKind::Text(TextEncoder {
                settings: column.settings,
                vocabulary,
                feature_count: column.terms.len() as u32,
            }),
            ColumnPart::Number(column) | ColumnPart::Boolean(column) => {
                EncoderKind::Number(column.settings)
            }
            ColumnPart::Timestamp(column) => EncoderKind::Timestamp(column.settings()),
            ColumnPart::Category(column) => EncoderKind::Category(CategoryEncoder {
                encoding: column.encoding,
                vocabulary,
                categories: column.categories.len() as u32,
            }),
        })
    }

    /// The column's sections.
    pub(super) fn sections(&self) -> Vec<(Kind, Vec<u8>)> {
        let mut sections = match self.column {
            ColumnPart::Text(column) => {
                let record = column.settings.to_record(self.max_displacement);
                let mut sections = vec![(Kind::Text, record.as_bytes().to_vec())];
                if column.settings.characters {
                    sections.push((Kind::Characters, U32::from(1).as_bytes().to_vec()));
                }
                sections
            }
            ColumnPart::Number(column) | ColumnPart::Boolean(column) => {
                return of_number(column.settings.to_record(), &column.notation);
            }
            ColumnPart::Timestamp(column) => {
                return of_number(column.settings().to_record(), &column.notation);
            }
            ColumnPart::Category(column) => {
                let record = CategoryRecord {
                    encoding: column.encoding.code().into(),
                    max_displacement: self.max_displacement.into(),
                };
                let mut sections = vec![(Kind::Category, record.as_bytes().to_vec())];
                sections.extend(notation_section(&column.notation));
                sections
            }
        };
        let mut ends: Vec<U64> = Vec::with_capacity(self.column.terms().len());
        let mut terms = String::new();
        for (term, _) in self.column.terms() {
            terms.push_str(term);
            ends.push((terms.len() as u64).into());
        }
        sections.push((Kind::Vocabulary, self.slots.as_bytes().to_vec()));
        sections.push((Kind::TermEnds, ends.as_bytes().to_vec()));
        sections.push((Kind::Terms, terms.into_bytes()));
        sections
    }
}

/// The sections of a column of numbers, booleans or timestamps.
fn of_number(record: NumberRecord, notation: &Notation<'_>) -> Vec<(Kind, Vec<u8>)> {
    let mut sections = vec![(Kind::Number, record.as_bytes().to_vec())];
    sections.extend(notation_section(notation));
    sections
}

/// The section of a column's notation, where it is not the default one.
fn notation_section(notation: &Notation<'_>) -> Option<(Kind, Vec<u8>)> {
    let is_stored = notation.is_stored();
    is_stored.then(|| (Kind::Notation, notation.to_section()))
}
