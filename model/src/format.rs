//! The records of a model file, as they lie on disk. `FORMAT.md` is the specification.
//!
//! Every number is little-endian and every record is `Unaligned`: a record can be read at any
//! address, on any machine, without a copy and without `unsafe`.

mod codes;
mod splits;
mod trees;

pub use codes::*;
pub use splits::*;
pub use trees::*;

use zerocopy::little_endian::{F32, F64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// First eight bytes of every model file. The high bit and the line feed catch a transfer that
/// treated the file as text, as PNG's signature does.
pub const MAGIC: [u8; 8] = *b"\x89HEARTH\n";

/// The format that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// Sections begin at multiples of this many bytes: a cache line, so that no record straddles one
/// more than it must.
pub const ALIGNMENT: usize = 64;

/// A [`SectionEntry::column`] that belongs to no column.
pub const NO_COLUMN: u32 = u32::MAX;

/// The feature of an empty [`Slot`].
pub const EMPTY: u32 = u32::MAX;

/// The file's first 64 bytes.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Header {
    /// [`MAGIC`].
    pub magic: [u8; 8],
    /// [`FORMAT`] of the writer.
    pub format: U32,
    /// Number of [`SectionEntry`]s that follow the header.
    pub section_count: U32,
    /// Length of the whole file in bytes.
    pub length: U64,
    /// Zero.
    pub reserved: [u8; 8],
    /// SHA-256 of the file without these 32 bytes.
    pub digest: [u8; 32],
}

/// Where a section lies.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct SectionEntry {
    /// A [`Kind`].
    pub kind: U32,
    /// The column that it belongs to, or [`NO_COLUMN`].
    pub column: U32,
    /// First byte, from the beginning of the file; a multiple of [`ALIGNMENT`].
    pub offset: U64,
    /// Length in bytes.
    pub length: U64,
}

/// Kind of a section's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// One [`Summary`].
    Summary = 1,
    /// A [`ColumnRecord`] a column.
    Columns = 2,
    /// A [`Span`] a label.
    Labels = 3,
    /// UTF-8 text that [`Span`]s point into.
    Strings = 4,
    /// One `f64` per output.
    Intercepts = 5,
    /// One [`TextRecord`]; of a column.
    Text = 6,
    /// [`Slot`]s; of a column.
    Vocabulary = 7,
    /// `f32`, row-major `[features, outputs]`.
    Weights = 8,
    /// One `u64` per feature of a column: the end of its term in [`Kind::Terms`].
    TermEnds = 9,
    /// UTF-8 terms, one behind the other, in the order of their features; of a column.
    Terms = 10,
    /// JSON Lines of golden cases.
    Golden = 11,
    /// JSON, the model card.
    Card = 12,
    /// One [`NumberRecord`]; of a number, boolean or timestamp column.
    Number = 13,
    /// One [`CategoryRecord`]; of a category column.
    Category = 14,
    /// A [`TreeRecord`] a tree.
    Trees = 15,
    /// [`Node`]s of all trees.
    Nodes = 16,
    /// `f32`, row-major `[leaves, outputs]`.
    Leaves = 17,
    /// `f64`s, as [`CalibrationKind`] says.
    Calibration = 18,
    /// One `f64`: the second label's probability from which on it is answered.
    Threshold = 19,
    /// One `u32` per inner node: the mean answer of its training rows, as a leaf holds it.
    NodeMeans = 20,
    /// One [`BaselineRecord`], then its [`DistributionRecord`]s, their [`BinRecord`]s, and UTF-8 names.
    Baseline = 21,
    /// One `f64` per label: the answer is the label with the greatest product of probability and
    /// weight.
    LabelWeights = 22,
    /// [`Node64`]s of all trees; stands in the place of [`Kind::Nodes`] where a number is no `f32`.
    Nodes64 = 23,
    /// One `u32`, 1: characters of scripts without spaces are tokens; of a text column.
    Characters = 24,
    /// One [`NotationRecord`], then its texts; of a column that is not text.
    Notation = 25,
    /// [`SectionEntry`]s of all sections of columns, where the section table has no room for them.
    ColumnSections = 26,
    /// One `u32` per row of sparse leaves: the end of its shares in [`Kind::LeafShares`].
    LeafEnds = 27,
    /// [`LeafShare`]s of sparse leaves, which stand in the place of [`Kind::Leaves`].
    LeafShares = 28,
    /// [`Split`]s of all trees; stands in the place of [`Kind::Nodes`] where some node compares
    /// otherwise than by a threshold.
    Splits = 29,
    /// `u32`s, the bits of the sets of categories that [`Split`]s ask for.
    Sets = 30,
    /// One [`ArithmeticRecord`]; of trees whose scores are summed otherwise than Hearth's own.
    Arithmetic = 31,
    /// `f64`, row-major `[features, outputs]`; [`Kind::Weights`] is then empty.
    Weights64 = 40,
    /// `f64`, row-major `[leaves, outputs]`; stands in the place of [`Kind::Leaves`].
    Leaves64 = 41,
}

impl Kind {
    /// All kinds, in the order in which a file holds them: what opening and scoring touch first.
    pub const ALL: [Kind; 33] = [
        Kind::Summary,
        Kind::Columns,
        Kind::Labels,
        Kind::Strings,
        Kind::Intercepts,
        Kind::Calibration,
        Kind::Threshold,
        Kind::LabelWeights,
        Kind::ColumnSections,
        Kind::Number,
        Kind::Category,
        Kind::Notation,
        Kind::Text,
        Kind::Characters,
        Kind::Vocabulary,
        Kind::Weights,
        Kind::Weights64,
        Kind::Arithmetic,
        Kind::Trees,
        Kind::Nodes,
        Kind::Nodes64,
        Kind::Splits,
        Kind::Sets,
        Kind::Leaves,
        Kind::Leaves64,
        Kind::LeafEnds,
        Kind::LeafShares,
        Kind::NodeMeans,
        Kind::Baseline,
        Kind::TermEnds,
        Kind::Terms,
        Kind::Golden,
        Kind::Card,
    ];

    /// True if it belongs to a column, and each column may have one.
    pub fn is_of_column(self) -> bool {
        matches!(
            self,
            Kind::Text
                | Kind::Characters
                | Kind::Number
                | Kind::Category
                | Kind::Notation
                | Kind::Vocabulary
                | Kind::TermEnds
                | Kind::Terms
        )
    }

    /// The kind with this number.
    pub fn from_code(code: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u32 == code)
    }
}

/// A piece of [`Kind::Strings`].
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Span {
    /// First byte in the section.
    pub offset: U32,
    /// Length in bytes.
    pub length: U32,
}

/// Properties of the model that serving needs before the first request.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Summary {
    /// The model's name.
    pub name: Span,
    /// The model's version; empty when the digest is the version.
    pub version: Span,
    /// Revision of the repository that it was trained in; empty when there was none.
    pub git_revision: Span,
    /// JSON object: a row that this model can answer.
    pub example: Span,
    /// A [`Task`].
    pub task: U32,
    /// An [`Estimator`].
    pub estimator: U32,
    /// A [`Link`] for classification, a [`ValueLink`] for regression.
    pub link: U32,
    /// Number of scores per row: one per label with softmax and share, one in all with sigmoid and
    /// identity.
    pub outputs: U32,
    /// Number of features of all columns together.
    pub features: U32,
    /// A [`CalibrationKind`]; 0 without one.
    pub calibration: U32,
}

/// A column of the input.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ColumnRecord {
    /// The name that requests use.
    pub name: Span,
    /// A [`ColumnKind`].
    pub kind: U32,
    /// The first of its features; columns follow each other without a gap.
    pub first_feature: U32,
    /// Number of its features.
    pub feature_count: U32,
    /// 1: a row may leave it out, as rows of the training table did; else 0.
    pub optional: U32,
}

/// Encoding of a text column; each field is the parameter of that name of scikit-learn's
/// `TfidfVectorizer`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct TextRecord {
    /// 1: text is lowercased first.
    pub lowercase: U32,
    /// Shortest n-gram, in words.
    pub ngram_min: U32,
    /// Longest n-gram, in words.
    pub ngram_max: U32,
    /// 1: a count `c` weighs `1 + ln(c)`.
    pub sublinear_tf: U32,
    /// 1: the column's values are scaled to length 1.
    pub l2_norm: U32,
    /// Farthest that a term lies behind its own place in [`Kind::Vocabulary`], in slots.
    pub max_displacement: U32,
}

/// Encoding of a number, a boolean (0 or 1) or a timestamp (days since 1970).
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct NumberRecord {
    /// A [`NumberEncoding`].
    pub encoding: U32,
    /// For a timestamp, 1: `1/2/2026` is the 1st of February. For a number with
    /// [`NumberEncoding::Standard`], 1: a second feature is 1 where the value is missing. Else 0.
    pub option: U32,
    /// Mean of the training rows.
    pub mean: F64,
    /// Their standard deviation; 1 where all are equal.
    pub scale: F64,
    /// Number that replaces a missing value with [`NumberEncoding::Standard`]: the median.
    pub fill: F64,
    /// Least value of the training rows.
    pub least: F64,
    /// Greatest value of the training rows.
    pub greatest: F64,
}

/// Encoding of a category.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct CategoryRecord {
    /// A [`CategoryEncoding`].
    pub encoding: U32,
    /// Farthest that a category lies behind its own place in [`Kind::Vocabulary`], in slots.
    pub max_displacement: U32,
}

/// Notation of a column's values as text. UTF-8 follows: the prefix, the suffix, and the words
/// that stand for a missing value, each ended by a line feed.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct NotationRecord {
    /// A [`TimeFormat`].
    pub time: U32,
    /// 1: the decimal mark is a comma; 0: a point.
    pub decimal_comma: U32,
    /// Separator of groups of digits. 0: nothing, 1: a comma, 2: a point, 3: a blank, 4: an
    /// apostrophe.
    pub grouping: U32,
    /// 1: the category `101.0` is `101`.
    pub whole_codes: U32,
    /// Bytes of what may stand in front of a number.
    pub prefix: U32,
    /// Bytes of what may stand behind a number.
    pub suffix: U32,
    /// 1: words follow; 0: the words are the usual ones, and there are none of a category.
    pub has_missing: U32,
    /// Zero.
    pub reserved: U32,
}

/// A place in the vocabulary, a hash table in the order of its hashes (see `vocabulary.rs`).
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Slot {
    /// The term's hash (see `tokens.rs`).
    pub hash: U64,
    /// Its feature within the column, or [`EMPTY`].
    pub feature: U32,
    /// Its inverse document frequency; 1 where idf is not used.
    pub idf: F32,
}

/// Distributions of the training values.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BaselineRecord {
    /// Number of training rows.
    pub rows: U64,
    /// Number of [`DistributionRecord`]s.
    pub distributions: U32,
    /// Number of [`BinRecord`]s of all of them.
    pub bins: U32,
}

/// A distribution; its bins follow those of the one before it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct DistributionRecord {
    /// A [`Statistic`].
    pub statistic: U32,
    /// The column that it was counted in, or [`NO_COLUMN`].
    pub column: U32,
    /// Number of its bins.
    pub bins: U32,
}

/// A bin of a distribution.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct BinRecord {
    /// For numbers, the bits of the greatest `f64` in it; for names, the hash of its name. 0 in the
    /// last bins, of what is in no other.
    pub key: U64,
    /// Number of rows in it.
    pub count: U32,
    /// Where its name ends among all names.
    pub name_end: U32,
}
