//! Opening a model file: a view of its bytes, after checking all that reading relies on.
//!
//! Opening costs the same for 1 MB and 100 MB: it reads the header, the section table and the few
//! records that describe columns and labels. What is large (vocabulary, weights) is only checked
//! for its length; the indices in it are checked one at a time, when a look-up meets them, so that
//! no file can make scoring panic or read out of bounds. That the bytes are those that training
//! wrote is for the digest to say: `hearth verify`, and the image's build.

use crate::features::{TextEncoder, TextSettings};
use crate::format::{
    ALIGNMENT, ColumnRecord, Estimator, FORMAT, Header, Kind, Link, MAGIC, NO_COLUMN, SectionEntry,
    Slot, Span, Summary, TEXT_COLUMN, Task, TextRecord,
};
use crate::vocabulary::Vocabulary;
use std::fmt;
use zerocopy::little_endian::{F32, F64, U64};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// Why a file is refused; one sentence.
#[derive(Debug, PartialEq, Eq)]
pub struct OpenError(pub(crate) String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// Enough for 1,000 columns. Sections are looked for one by one, and column names compared pair by
/// pair: without a bound a made-up file could keep that busy for hours.
const MAX_SECTIONS: usize = 4096;

/// The file is no whole model file: says what is wrong, and what to do.
fn damaged<T>(what: impl fmt::Display) -> Result<T, OpenError> {
    Err(OpenError(format!(
        "the model file is damaged: {what}; fetch or train it again"
    )))
}

/// A model file, opened: borrowed from its bytes.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    /// The model's name.
    pub name: &'a str,
    /// The version that training gave it; empty when the digest is the version.
    given_version: &'a str,
    /// Revision of the repository that it was trained in; empty when there was none.
    pub git_revision: &'a str,
    /// JSON object: a row that this model can answer.
    pub example: &'a str,
    /// What it answers.
    pub task: Task,
    /// What was fitted.
    pub estimator: Estimator,
    /// How scores become probabilities.
    pub link: Link,
    /// The input's columns.
    pub columns: Vec<Column<'a>>,
    /// How each text column becomes features, in the order of the columns.
    pub encoders: Vec<TextEncoder<'a>>,
    /// The labels, in the order of their codes.
    pub labels: Vec<&'a str>,
    /// `[features, outputs]`, row-major.
    pub weights: &'a [F32],
    /// One an output.
    pub intercepts: Vec<f64>,
    /// SHA-256 that the header holds; `verify` tells whether it is the content's.
    pub digest: &'a [u8; 32],
    /// JSON Lines of golden cases.
    pub golden: &'a [u8],
    /// JSON, the model card.
    pub card: &'a [u8],
    /// The whole file.
    pub bytes: &'a [u8],
}

/// A column of the input.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// The name that requests use.
    pub name: &'a str,
    /// Where each of its terms ends in `terms`, in the order of its features.
    term_ends: &'a [U64],
    terms: &'a [u8],
}

impl<'a> Column<'a> {
    /// Number of its features.
    pub fn feature_count(&self) -> usize {
        self.term_ends.len()
    }

    /// The term that is its feature number `index`; `None` out of range or in a damaged file.
    pub fn term(&self, index: usize) -> Option<&'a str> {
        let end = usize::try_from(self.term_ends.get(index)?.get()).ok()?;
        let start = match index.checked_sub(1) {
            Some(previous) => usize::try_from(self.term_ends[previous].get()).ok()?,
            None => 0,
        };
        std::str::from_utf8(self.terms.get(start..end)?).ok()
    }
}

impl<'a> Model<'a> {
    /// Opens the model file that `bytes` are.
    ///
    /// # Errors
    /// When it is none, is damaged where reading relies on it, or needs a newer program.
    pub fn open(bytes: &'a [u8]) -> Result<Model<'a>, OpenError> {
        let sections = Sections::read(bytes)?;
        let [summary] = sections.records::<Summary>(Kind::Summary, NO_COLUMN)? else {
            return damaged("its summary is not one record");
        };
        let strings = sections.get(Kind::Strings, NO_COLUMN)?;
        let (task, estimator, link) = match (
            Task::from_code(summary.task.get()),
            Estimator::from_code(summary.estimator.get()),
            Link::from_code(summary.link.get()),
        ) {
            (Some(task), Some(estimator), Some(link)) => (task, estimator, link),
            _ => {
                return Err(OpenError(
                    "the model file holds a task or an estimator that this program does not know; \
                     use a newer Hearth"
                        .into(),
                ));
            }
        };
        let labels = sections
            .records::<Span>(Kind::Labels, NO_COLUMN)?
            .iter()
            .map(|label| string(strings, *label))
            .collect::<Result<Vec<_>, _>>()?;
        let outputs = summary.outputs.get() as usize;
        let expected = match link {
            Link::Softmax => labels.len(),
            Link::Sigmoid => 1,
        };
        if labels.len() < 2 || outputs != expected || (link == Link::Sigmoid && labels.len() != 2) {
            return damaged(format!(
                "{outputs} outputs do not fit {} labels",
                labels.len()
            ));
        }
        let (columns, encoders) = open_columns(&sections, strings)?;
        let features = summary.features.get() as usize;
        let of_columns: usize = columns.iter().map(Column::feature_count).sum();
        let weights = sections.records::<F32>(Kind::Weights, NO_COLUMN)?;
        if features != of_columns || features.checked_mul(outputs) != Some(weights.len()) {
            return damaged(format!(
                "{} weights do not fit {of_columns} features and {outputs} outputs",
                weights.len()
            ));
        }
        let intercepts: Vec<f64> = sections
            .records::<F64>(Kind::Intercepts, NO_COLUMN)?
            .iter()
            .map(|intercept| intercept.get())
            .collect();
        if intercepts.len() != outputs || intercepts.iter().any(|value| !value.is_finite()) {
            return damaged("its intercepts are not one finite number an output");
        }
        Ok(Model {
            name: string(strings, summary.name)?,
            given_version: string(strings, summary.version)?,
            git_revision: string(strings, summary.git_revision)?,
            example: string(strings, summary.example)?,
            task,
            estimator,
            link,
            columns,
            encoders,
            labels,
            weights,
            intercepts,
            digest: &sections.header.digest,
            golden: sections.get(Kind::Golden, NO_COLUMN)?,
            card: sections.get(Kind::Card, NO_COLUMN)?,
            bytes,
        })
    }

    /// The version: as training was told, else the first 12 digits of the digest.
    pub fn version(&self) -> String {
        match self.given_version {
            "" => self.digest_hex()[..12].to_string(),
            given => given.to_string(),
        }
    }

    /// The digest in hexadecimal, 64 digits.
    pub fn digest_hex(&self) -> String {
        crate::digest::hex(self.digest)
    }

    /// Number of scores a row.
    pub fn outputs(&self) -> usize {
        self.intercepts.len()
    }
}

fn open_columns<'a>(
    sections: &Sections<'a>,
    strings: &'a [u8],
) -> Result<(Vec<Column<'a>>, Vec<TextEncoder<'a>>), OpenError> {
    let records = sections.records::<ColumnRecord>(Kind::Columns, NO_COLUMN)?;
    let mut columns: Vec<Column<'a>> = Vec::with_capacity(records.len());
    let mut encoders = Vec::with_capacity(records.len());
    let mut first_feature = 0u32;
    for (index, record) in (0u32..).zip(records) {
        let name = string(strings, record.name)?;
        if record.kind.get() != TEXT_COLUMN {
            return Err(OpenError(format!(
                "the column {name:?} is of a kind that this program does not know; use a newer Hearth"
            )));
        }
        let feature_count = record.feature_count.get();
        let (settings, vocabulary) = match sections.records::<TextRecord>(Kind::Text, index)? {
            [text] => (
                TextSettings::from_record(text),
                Vocabulary::new(
                    sections.records::<Slot>(Kind::Vocabulary, index)?,
                    text.max_displacement.get(),
                ),
            ),
            _ => (None, None),
        };
        let (Some(settings), Some(vocabulary)) = (settings, vocabulary) else {
            return damaged(format!("the settings of the column {name:?} are not legal"));
        };
        let term_ends = sections.records::<U64>(Kind::TermEnds, index)?;
        let next_feature = first_feature.checked_add(feature_count);
        let (true, Some(next_feature)) = (
            record.first_feature.get() == first_feature
                && term_ends.len() == feature_count as usize
                && columns.iter().all(|other| other.name != name),
            next_feature,
        ) else {
            return damaged(format!("the column {name:?} does not fit the others"));
        };
        columns.push(Column {
            name,
            term_ends,
            terms: sections.get(Kind::Terms, index)?,
        });
        encoders.push(TextEncoder {
            settings,
            vocabulary,
            first_feature,
            feature_count,
        });
        first_feature = next_feature;
    }
    if columns.is_empty() {
        return damaged("it has no column");
    }
    Ok((columns, encoders))
}

/// The file's sections, each within its bounds.
struct Sections<'a> {
    bytes: &'a [u8],
    header: &'a Header,
    table: &'a [SectionEntry],
}

impl<'a> Sections<'a> {
    fn read(bytes: &'a [u8]) -> Result<Sections<'a>, OpenError> {
        let header = match Header::ref_from_prefix(bytes) {
            Ok((header, _)) if header.magic == MAGIC => header,
            _ => {
                return Err(OpenError(
                    "this is no Hearth model file: its first bytes are not those of one".into(),
                ));
            }
        };
        if header.format.get() != FORMAT {
            return Err(OpenError(format!(
                "the model file has format {}; this program reads formats up to {FORMAT}: use a newer Hearth",
                header.format.get()
            )));
        }
        if header.length.get() != bytes.len() as u64 {
            return damaged(format!(
                "it has {} bytes, and says that it has {}",
                bytes.len(),
                header.length.get()
            ));
        }
        let rest = &bytes[size_of::<Header>()..];
        let count = header.section_count.get() as usize;
        let Ok((table, _)) = <[SectionEntry]>::ref_from_prefix_with_elems(rest, count) else {
            return damaged(format!(
                "its table of {count} sections does not fit into it"
            ));
        };
        if count > MAX_SECTIONS {
            return damaged(format!("it has more than {MAX_SECTIONS} sections"));
        }
        for (index, entry) in table.iter().enumerate() {
            let end = entry.offset.get().checked_add(entry.length.get());
            if end.is_none_or(|end| end > bytes.len() as u64)
                || !entry.offset.get().is_multiple_of(ALIGNMENT as u64)
            {
                return damaged(format!("section {index} lies outside of it"));
            }
            if Kind::from_code(entry.kind.get()).is_none() {
                return damaged(format!("section {index} is of no known kind"));
            }
        }
        Ok(Sections {
            bytes,
            header,
            table,
        })
    }

    fn get(&self, kind: Kind, column: u32) -> Result<&'a [u8], OpenError> {
        let mut found = self
            .table
            .iter()
            .filter(|entry| entry.kind.get() == kind as u32 && entry.column.get() == column);
        match (found.next(), found.next()) {
            // Its bounds were checked in `read`, so the two numbers fit.
            (Some(entry), None) => {
                let start = entry.offset.get() as usize;
                Ok(&self.bytes[start..start + entry.length.get() as usize])
            }
            _ => damaged(format!("it has not one section {kind:?}")),
        }
    }

    fn records<T: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        kind: Kind,
        column: u32,
    ) -> Result<&'a [T], OpenError> {
        <[T]>::ref_from_bytes(self.get(kind, column)?)
            .or_else(|_| damaged(format!("its section {kind:?} ends within a record")))
    }
}

fn string(strings: &[u8], span: Span) -> Result<&str, OpenError> {
    let start = span.offset.get() as usize;
    strings
        .get(start..start.saturating_add(span.length.get() as usize))
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .map_or_else(|| damaged("a name in it is not readable"), Ok)
}
