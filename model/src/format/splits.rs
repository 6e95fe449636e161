//! The records of trees that other libraries grew.

#[cfg(doc)]
use super::{Kind, Node};
use super::{MISSING_LEFT, NodeRecord};
use zerocopy::little_endian::{F64, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// A node that compares with a threshold, or asks whether a category is in a set. The left child of
/// an inner node is the node behind it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Split {
    /// As [`Node::threshold`]. With [`IN_SET`], two `u32`: the first word of the set in
    /// [`Kind::Sets`], and the number of its words.
    pub threshold: F64,
    /// The feature that is looked at, with [`MISSING_LEFT`], [`ZERO_MISSING`] or [`IN_SET`] added;
    /// [`LEAF`](super::LEAF) in a leaf.
    pub feature: U32,
    /// As [`Node::right`].
    pub right: U32,
}

/// Added to a [`Split::feature`] where a value in the set goes left.
pub const IN_SET: u32 = 1 << 29;

/// Added to a [`Split::feature`] where a value of at most [`ZERO`] counts as missing.
pub const ZERO_MISSING: u32 = 1 << 28;

/// The feature of a [`Split`], without its marks.
const INDEX: u32 = ZERO_MISSING - 1;

/// Most features of a model with [`Split`]s.
pub const MAX_SPLIT_FEATURES: usize = INDEX as usize;

/// The greatest magnitude that counts as zero: the `f32` nearest to 1e-35.
pub const ZERO: f64 = 1e-35_f32 as f64;

/// The sets of categories of a model's [`Split`]s.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sets<'a> {
    /// Bit `c % 32` of word `c / 32` of a set says whether it has the category `c`.
    pub words: &'a [U32],
    /// True if values between -1 and 0 are in no set; else they are the category 0.
    pub rounds_down: bool,
}

impl Sets<'_> {
    /// True if the set that a threshold names has the category of this value.
    #[inline]
    fn has(&self, threshold: F64, value: f64) -> bool {
        let [a, b, c, d, e, f, g, h] = threshold.to_bytes();
        let first = u32::from_le_bytes([a, b, c, d]) as usize;
        let count = u32::from_le_bytes([e, f, g, h]) as usize;
        let is_below = match self.rounds_down {
            true => value < 0.0,
            false => value <= -1.0,
        };
        if is_below {
            return false;
        }
        // Without its fraction; a greater value than any set has becomes the greatest number.
        let category = value as u64;
        let (word, bit) = ((category / 32) as usize, category % 32);
        let word = match word < count {
            true => self.words.get(first.saturating_add(word)),
            false => None,
        };
        word.is_some_and(|word| word.get() >> bit & 1 == 1)
    }
}

impl Split {
    /// The set of `count` words from `first` on, as [`Split::threshold`] stores it.
    pub fn set(first: u32, count: u32) -> F64 {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&first.to_le_bytes());
        bytes[4..].copy_from_slice(&count.to_le_bytes());
        F64::from_bytes(bytes)
    }
}

impl NodeRecord for Split {
    #[inline(always)]
    fn parts(&self) -> (f64, u32, u32) {
        (self.threshold.get(), self.feature.get(), self.right.get())
    }

    #[inline(always)]
    fn index(&self) -> u32 {
        self.feature.get() & INDEX
    }

    #[inline(always)]
    fn goes_left(&self, value: f64, sets: Sets<'_>) -> bool {
        let feature = self.feature.get();
        let is_zero = feature & ZERO_MISSING != 0 && value.abs() <= ZERO;
        if value.is_nan() || is_zero {
            return feature & MISSING_LEFT != 0;
        }
        match feature & IN_SET != 0 {
            true => sets.has(self.threshold, value),
            false => value <= self.threshold.get(),
        }
    }
}

/// Arithmetic of a library that grew the trees.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct ArithmeticRecord {
    /// 1: the values of features are rounded to `f32`.
    pub f32_inputs: U32,
    /// 1: each sum is rounded to `f32`.
    pub f32_sums: U32,
    /// 1: the sum begins with the intercept; 0: the intercept is added last.
    pub intercept_first: U32,
    /// Zero.
    pub reserved: U32,
    /// The sum is divided by it; above 0.
    pub divisor: F64,
    /// The quotient is multiplied by it; above 0.
    pub factor: F64,
}
