//! Opening a model file: a view of its bytes, after checking all that reading relies on.
//!
//! Opening costs the same for 1 MB and 100 MB: it reads the header, the section table and the few
//! records that describe columns and labels. What is large (vocabulary, weights) is only checked
//! for its length; the indices in it are checked one at a time, when a look-up meets them, so that
//! no file can make scoring panic or read out of bounds. That the bytes are those that training
//! wrote is for the digest to say: `hearth verify`, and the image's build.

mod columns;
mod head;
mod kernel;

use crate::columns::Columns;
use crate::error::OpenError;
use crate::features::Encoder;
use crate::format::{Estimator, Kind, NO_COLUMN, Summary};
use crate::head::{Head, Kernel};
use crate::sections::{Sections, Strings, damaged, unknown};
use columns::open_columns;
use head::open_head;
use kernel::open_kernel;
use zerocopy::little_endian::F64;

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
    /// Estimator.
    pub estimator: Estimator,
    /// The input's columns.
    pub columns: Columns<'a>,
    /// Encoders, in the order of the columns.
    pub encoders: Vec<Encoder<'a>>,
    /// Number of features of all columns together.
    pub features: usize,
    /// Features to scores.
    pub kernel: Kernel<'a>,
    /// Added to the scores, one per output.
    pub intercepts: Vec<f64>,
    /// Scores to an answer.
    pub head: Head<'a>,
    /// SHA-256 in the header; `verify` compares it with the content.
    pub digest: &'a [u8; 32],
    /// JSON Lines of golden cases.
    pub golden: &'a [u8],
    /// JSON, the model card.
    pub card: &'a [u8],
    /// The section of the baseline; nothing in it was looked at.
    pub(crate) baseline: Option<&'a [u8]>,
    /// The whole file.
    pub bytes: &'a [u8],
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
        let Some(estimator) = Estimator::from_code(summary.estimator.get()) else {
            return unknown(format!("estimator {}", summary.estimator.get()));
        };
        let outputs = summary.outputs.get() as usize;
        let head = open_head(&sections, &mut strings, summary)?;
        let (columns, encoders) = open_columns(&sections, &mut strings)?;
        let features = summary.features.get() as usize;
        let of_columns: usize = columns.iter().map(|column| column.feature_count).sum();
        if features != of_columns {
            return damaged(format!(
                "it says that it has {features} features, and its columns have {of_columns}"
            ));
        }
        let kernel = open_kernel(&sections, estimator, features, outputs, bytes.len())?;
        let intercepts = sections.records::<F64>(Kind::Intercepts, NO_COLUMN)?;
        if intercepts.len() != outputs || intercepts.iter().any(|value| !value.get().is_finite()) {
            return damaged("its intercepts are not one finite number an output");
        }
        Ok(Model {
            name: strings.name(summary.name)?,
            given_version: strings.name(summary.version)?,
            git_revision: strings.name(summary.git_revision)?,
            example: strings.get(summary.example)?,
            estimator,
            columns,
            encoders,
            features,
            kernel,
            intercepts: intercepts.iter().map(|value| value.get()).collect(),
            head,
            digest: &sections.header.digest,
            golden: sections.get(Kind::Golden, NO_COLUMN)?,
            card: sections.get(Kind::Card, NO_COLUMN)?,
            baseline: sections.optional(Kind::Baseline)?,
            bytes,
        })
    }

    /// The version: as given to training, else the first 12 digits of the digest.
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

    /// Number of scores per row.
    pub fn outputs(&self) -> usize {
        self.intercepts.len()
    }
}
