//! Opening a model file: a view of its bytes, after checking all that reading relies on.
//!
//! Opening costs the same for 1 MB and 100 MB: it reads the header, the section table and the few
//! records that describe columns and labels. What is large (vocabulary, weights) is only checked
//! for its length; the indices in it are checked one at a time, when a look-up meets them, so that
//! no file can make scoring panic or read out of bounds. That the bytes are those that training
//! wrote is for the digest to say: `hearth verify`, and the image's build.

use crate::features::{TextEncoder, TextSettings};
use crate::format::{
    ColumnRecord, Estimator, Kind, Link, NO_COLUMN, Slot, Span, Summary, TEXT_COLUMN, Task,
    TextRecord,
};
use crate::sections::{Sections, Strings, damaged, unknown};
use crate::vocabulary::Vocabulary;
use std::collections::HashSet;
use std::fmt;
use zerocopy::little_endian::{F32, F64, U64};

/// Why a file is refused; one sentence.
#[derive(Debug, PartialEq, Eq)]
pub struct OpenError(pub(crate) String);

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

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
        let mut strings = Strings::new(sections.get(Kind::Strings, NO_COLUMN)?);
        let Some(task) = Task::from_code(summary.task.get()) else {
            return unknown(format!("task {}", summary.task.get()));
        };
        let Some(estimator) = Estimator::from_code(summary.estimator.get()) else {
            return unknown(format!("estimator {}", summary.estimator.get()));
        };
        let Some(link) = Link::from_code(summary.link.get()) else {
            return unknown(format!("link {}", summary.link.get()));
        };
        let outputs = summary.outputs.get() as usize;
        let labels = open_labels(&sections, &mut strings, link, outputs)?;
        let (columns, encoders) = open_columns(&sections, &mut strings)?;
        let features = summary.features.get() as usize;
        let of_columns: usize = columns.iter().map(Column::feature_count).sum();
        if features != of_columns {
            return damaged(format!(
                "it says that it has {features} features, and its columns have {of_columns}"
            ));
        }
        let weights = sections.records::<F32>(Kind::Weights, NO_COLUMN)?;
        if features.checked_mul(outputs) != Some(weights.len()) {
            return damaged(format!(
                "its {} weights do not fit {features} features and {outputs} outputs",
                weights.len()
            ));
        }
        let intercepts = sections.records::<F64>(Kind::Intercepts, NO_COLUMN)?;
        if intercepts.len() != outputs || intercepts.iter().any(|value| !value.get().is_finite()) {
            return damaged("its intercepts are not one finite number an output");
        }
        Ok(Model {
            name: strings.get(summary.name)?,
            given_version: strings.get(summary.version)?,
            git_revision: strings.get(summary.git_revision)?,
            example: strings.get(summary.example)?,
            task,
            estimator,
            link,
            columns,
            encoders,
            labels,
            weights,
            intercepts: intercepts.iter().map(|value| value.get()).collect(),
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

fn open_labels<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
    link: Link,
    outputs: usize,
) -> Result<Vec<&'a str>, OpenError> {
    let records = sections.records::<Span>(Kind::Labels, NO_COLUMN)?;
    let fits = match link {
        Link::Softmax => records.len() >= 2 && outputs == records.len(),
        Link::Sigmoid => records.len() == 2 && outputs == 1,
    };
    if !fits {
        return damaged(format!(
            "{} labels and {outputs} outputs do not fit {}",
            records.len(),
            link.name()
        ));
    }
    let mut seen = HashSet::new();
    let mut labels = Vec::new();
    for record in records {
        let label = strings.get(*record)?;
        if !seen.insert(label) {
            return damaged(format!("two labels are called {label:?}"));
        }
        labels.push(label);
    }
    Ok(labels)
}

fn open_columns<'a>(
    sections: &Sections<'a>,
    strings: &mut Strings<'a>,
) -> Result<(Vec<Column<'a>>, Vec<TextEncoder<'a>>), OpenError> {
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
    let mut names = HashSet::with_capacity(records.len());
    let mut first_feature = 0u32;
    for (index, record) in (0u32..).zip(records) {
        let name = strings.get(record.name)?;
        if record.kind.get() != TEXT_COLUMN {
            return unknown(format!("a column {name:?} of kind {}", record.kind.get()));
        }
        if !names.insert(name) {
            return damaged(format!("two columns are called {name:?}"));
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
        let fits = record.first_feature.get() == first_feature
            && term_ends.len() == feature_count as usize;
        let (true, Some(next_feature)) = (fits, next_feature) else {
            return damaged(format!(
                "the features of the column {name:?} do not follow those before it, or are not as many as its terms"
            ));
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
    Ok((columns, encoders))
}
