//! The columns of a model file, and how each becomes features.

use crate::column::{Column, Encoding};
use crate::columns::Columns;
use crate::error::OpenError;
use crate::features::TextSettings;
use crate::features::{
    CategoryEncoder, Encoder, EncoderKind, NumberSettings, TextEncoder, TimestampSettings,
};
use crate::format::{
    CategoryEncoding, CategoryRecord, ColumnKind, ColumnRecord, Kind, NO_COLUMN, NumberEncoding,
    NumberRecord, Slot, TextRecord,
};
use crate::notation::Notation;
use crate::sections::{Sections, Strings, damaged, unknown};
use crate::vocabulary::Vocabulary;
use zerocopy::little_endian::U64;

pub(super) fn open_columns<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
) -> Result<(Columns<'a>, Vec<Encoder<'a>>), OpenError> {
    let records = sections.records::<ColumnRecord>(Kind::Columns, NO_COLUMN)?;
    if records.is_empty() {
        return damaged("it has no column");
    }
    // Before memory is taken for each: a column has sections of its own.
    if records.len() > sections.len() {
        return damaged(format!("it has no sections for {} columns", records.len()));
    }
    let mut columns = Vec::with_capacity(records.len());
    let mut encoders = Vec::with_capacity(records.len());
    let has_notations = sections.has(Kind::Notation);
    let mut first_feature = 0u32;
    for (index, record) in (0u32..).zip(records) {
        let name = strings.name(record.name)?;
        let Some(kind) = ColumnKind::from_code(record.kind.get()) else {
            return unknown(format!("a column {name:?} of kind {}", record.kind.get()));
        };
        let feature_count = record.feature_count.get();
        let Some(encoder) = open_encoder(sections, index, kind, feature_count)? else {
            return damaged(format!("the settings of the column {name:?} are not legal"));
        };
        let (term_ends, terms) = match kind {
            ColumnKind::Text | ColumnKind::Category => (
                sections.records::<U64>(Kind::TermEnds, index)?,
                sections.get(Kind::Terms, index)?,
            ),
            _ => (&[][..], &[][..]),
        };
        let has_its_terms = match &encoder {
            EncoderKind::Text(_) => term_ends.len() == feature_count as usize,
            EncoderKind::Category(category) => term_ends.len() == category.categories as usize,
            _ => true,
        };
        let next_feature = first_feature.checked_add(feature_count);
        let fits = record.first_feature.get() == first_feature
            && encoder.feature_count() == feature_count
            && has_its_terms;
        let (true, Some(next_feature)) = (fits, next_feature) else {
            return damaged(format!(
                "the features of the column {name:?} do not follow those before it, or are not as many as its terms"
            ));
        };
        let day_first = matches!(&encoder, EncoderKind::Timestamp(settings) if settings.day_first);
        let section = match has_notations {
            true => sections.optional_of(Kind::Notation, index)?,
            false => None,
        };
        let notation = match section {
            Some(bytes) if Notation::has_unknown_codes(bytes) => {
                return unknown(format!("a notation of the column {name:?}"));
            }
            Some(bytes) => Notation::from_section(bytes, day_first),
            None => Some(Notation::with_day_first(day_first)),
        };
        let Some(notation) = notation else {
            return damaged(format!("the notation of the column {name:?} is not legal"));
        };
        columns.push(Column {
            name,
            kind,
            optional: record.optional.get() == 1,
            notation,
            feature_count: feature_count as usize,
            encoding: match &encoder {
                EncoderKind::Text(_) => Encoding::Text,
                EncoderKind::Category(category) => Encoding::Category(category.encoding),
                EncoderKind::Number(number) => Encoding::Number(number.scaling.encoding),
                EncoderKind::Timestamp(time) => Encoding::Number(time.scaling.encoding),
            },
            term_ends,
            terms,
        });
        encoders.push(Encoder {
            first_feature,
            kind: encoder,
        });
        first_feature = next_feature;
    }
    let columns = Columns::from(columns);
    if let Some(name) = columns.duplicate() {
        return damaged(format!("two columns are called {name:?}"));
    }
    Ok((columns, encoders))
}

/// True if the characters of scripts without spaces are tokens of a text column.
fn open_characters(sections: &Sections<'_>, index: u32) -> Result<bool, OpenError> {
    match sections.optional_of(Kind::Characters, index)? {
        None => Ok(false),
        Some([1, 0, 0, 0]) => Ok(true),
        Some(_) => unknown(format!("another way to cut the text of column {index}")),
    }
}

/// `None` where its settings are not legal.
fn open_encoder<'a>(
    sections: &Sections<'a>,
    index: u32,
    kind: ColumnKind,
    feature_count: u32,
) -> Result<Option<EncoderKind<'a>>, OpenError> {
    Ok(match kind {
        ColumnKind::Text => match sections.records::<TextRecord>(Kind::Text, index)? {
            [text] => {
                let slots = sections.records::<Slot>(Kind::Vocabulary, index)?;
                let characters = open_characters(sections, index)?;
                TextSettings::from_record(text)
                    .map(|settings| TextSettings {
                        characters,
                        ..settings
                    })
                    .zip(Vocabulary::new(slots, text.max_displacement.get()))
                    .map(|(settings, vocabulary)| {
                        EncoderKind::Text(TextEncoder {
                            settings,
                            vocabulary,
                            feature_count,
                        })
                    })
            }
            _ => None,
        },
        ColumnKind::Category => match sections.records::<CategoryRecord>(Kind::Category, index)? {
            [record] => {
                let slots = sections.records::<Slot>(Kind::Vocabulary, index)?;
                let categories = sections.records::<U64>(Kind::TermEnds, index)?.len() as u32;
                let Some(encoding) = CategoryEncoding::from_code(record.encoding.get()) else {
                    return unknown(format!("a category of encoding {}", record.encoding.get()));
                };
                Vocabulary::new(slots, record.max_displacement.get()).map(|vocabulary| {
                    EncoderKind::Category(CategoryEncoder {
                        encoding,
                        vocabulary,
                        categories,
                    })
                })
            }
            _ => None,
        },
        ColumnKind::Number | ColumnKind::Boolean | ColumnKind::Timestamp => {
            match sections.records::<NumberRecord>(Kind::Number, index)? {
                [record] if NumberEncoding::from_code(record.encoding.get()).is_none() => {
                    return unknown(format!(
                        "a {} of encoding {}",
                        kind.name(),
                        record.encoding.get()
                    ));
                }
                [record] if kind == ColumnKind::Timestamp => {
                    TimestampSettings::from_record(record).map(EncoderKind::Timestamp)
                }
                [record] => NumberSettings::from_record(record).map(EncoderKind::Number),
                _ => None,
            }
        }
    })
}
