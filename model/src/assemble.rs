//! Parts to the bytes of a model file: the one place that writes the format.

use crate::digest;
use crate::features::TextSettings;
use crate::format::{
    ALIGNMENT, ColumnRecord, Estimator, FORMAT, Header, Kind, Link, MAGIC, NO_COLUMN, SectionEntry,
    Span, Summary, TEXT_COLUMN, Task,
};
use crate::tokens::TermHash;
use crate::vocabulary::{Collision, Vocabulary};
use zerocopy::IntoBytes;
use zerocopy::little_endian::{F32, F64, U64};

/// All that a model file holds, as training has it.
pub struct Parts<'a> {
    /// The model's name.
    pub name: &'a str,
    /// Its version; empty when the digest is to be the version.
    pub version: &'a str,
    /// Revision of the repository that it was trained in; empty without one.
    pub git_revision: &'a str,
    /// JSON object: a row that the model can answer.
    pub example: &'a str,
    /// What it answers.
    pub task: Task,
    /// What was fitted.
    pub estimator: Estimator,
    /// How scores become probabilities.
    pub link: Link,
    /// The input's columns.
    pub columns: &'a [TextColumn],
    /// The labels, in the order of their codes.
    pub labels: &'a [String],
    /// `[features, outputs]`, row-major.
    pub weights: &'a [f32],
    /// One an output.
    pub intercepts: &'a [f64],
    /// JSON Lines of golden cases.
    pub golden: &'a str,
    /// JSON, the model card.
    pub card: &'a str,
}

/// A text column with its terms in the order of their features: frequent ones first, so that the
/// weights that requests use lie together.
#[derive(Clone, Debug)]
pub struct TextColumn {
    /// The name that requests use.
    pub name: String,
    /// How text becomes features.
    pub settings: TextSettings,
    /// Terms with their inverse document frequencies.
    pub terms: Vec<(String, f32)>,
}

impl TextColumn {
    /// Lays out the vocabulary.
    ///
    /// # Errors
    /// When two terms share a hash.
    pub fn vocabulary(&self) -> Result<(Vec<crate::format::Slot>, u32), Collision> {
        let hashed: Vec<(u64, f32)> = self
            .terms
            .iter()
            .map(|(term, idf)| (TermHash::of(term), *idf))
            .collect();
        Vocabulary::build(&hashed)
    }
}

/// The bytes of a model file. The same parts give the same bytes.
///
/// # Errors
/// When two terms of a column share a hash.
pub fn assemble(parts: &Parts<'_>) -> Result<Vec<u8>, Collision> {
    let mut strings = Strings::default();
    let mut sections: Vec<(Kind, u32, Vec<u8>)> = Vec::new();
    let mut columns = Vec::new();
    let mut first_feature = 0u32;
    for (index, column) in (0u32..).zip(parts.columns) {
        let (slots, displacement) = column.vocabulary()?;
        let text = column.settings.to_record(displacement);
        sections.push((Kind::Text, index, text.as_bytes().to_vec()));
        sections.push((Kind::Vocabulary, index, slots.as_bytes().to_vec()));
        let mut ends: Vec<U64> = Vec::with_capacity(column.terms.len());
        let mut terms = String::new();
        for (term, _) in &column.terms {
            terms.push_str(term);
            ends.push((terms.len() as u64).into());
        }
        sections.push((Kind::TermEnds, index, ends.as_bytes().to_vec()));
        sections.push((Kind::Terms, index, terms.into_bytes()));
        let feature_count = column.terms.len() as u32;
        columns.push(ColumnRecord {
            name: strings.add(&column.name),
            kind: TEXT_COLUMN.into(),
            first_feature: first_feature.into(),
            feature_count: feature_count.into(),
            reserved: 0.into(),
        });
        first_feature += feature_count;
    }
    let summary = Summary {
        name: strings.add(parts.name),
        version: strings.add(parts.version),
        git_revision: strings.add(parts.git_revision),
        example: strings.add(parts.example),
        task: parts.task.code().into(),
        estimator: parts.estimator.code().into(),
        link: parts.link.code().into(),
        outputs: (parts.intercepts.len() as u32).into(),
        features: first_feature.into(),
        reserved: 0.into(),
    };
    let labels: Vec<Span> = parts
        .labels
        .iter()
        .map(|label| strings.add(label))
        .collect();
    let weights: Vec<F32> = parts
        .weights
        .iter()
        .map(|weight| (*weight).into())
        .collect();
    let intercepts: Vec<F64> = parts
        .intercepts
        .iter()
        .map(|value| (*value).into())
        .collect();
    for (kind, bytes) in [
        (Kind::Summary, summary.as_bytes()),
        (Kind::Columns, columns.as_bytes()),
        (Kind::Labels, labels.as_bytes()),
        (Kind::Strings, strings.bytes.as_bytes()),
        (Kind::Intercepts, intercepts.as_bytes()),
        (Kind::Weights, weights.as_bytes()),
        (Kind::Golden, parts.golden.as_bytes()),
        (Kind::Card, parts.card.as_bytes()),
    ] {
        sections.push((kind, NO_COLUMN, bytes.to_vec()));
    }
    sections.sort_by_key(|(kind, column, _)| {
        let order = Kind::ALL.iter().position(|other| other == kind);
        (order, *column)
    });
    Ok(lay_out(&sections))
}

/// Header, table, and each section at its aligned place.
fn lay_out(sections: &[(Kind, u32, Vec<u8>)]) -> Vec<u8> {
    let table_end = size_of::<Header>() + sections.len() * size_of::<SectionEntry>();
    let mut body = vec![0; table_end];
    let mut table = Vec::with_capacity(sections.len());
    for (kind, column, bytes) in sections {
        body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        table.push(SectionEntry {
            kind: (*kind as u32).into(),
            column: (*column).into(),
            offset: (body.len() as u64).into(),
            length: (bytes.len() as u64).into(),
        });
        body.extend_from_slice(bytes);
    }
    let mut header = Header {
        magic: MAGIC,
        format: FORMAT.into(),
        section_count: (sections.len() as u32).into(),
        length: (body.len() as u64).into(),
        reserved: [0; 8],
        digest: [0; 32],
    };
    let (head, rest) = body.split_at_mut(size_of::<Header>());
    head.copy_from_slice(header.as_bytes());
    let table = table.as_bytes();
    rest[..table.len()].copy_from_slice(table);
    header.digest = digest::of_file(&body);
    body[..size_of::<Header>()].copy_from_slice(header.as_bytes());
    body
}

/// [`Kind::Strings`] while it grows.
#[derive(Default)]
struct Strings {
    bytes: String,
}

impl Strings {
    fn add(&mut self, text: &str) -> Span {
        let span = Span {
            offset: (self.bytes.len() as u32).into(),
            length: (text.len() as u32).into(),
        };
        self.bytes.push_str(text);
        span
    }
}
