//! The records of trees.

#[cfg(doc)]
use super::Kind;
use super::Sets;
use zerocopy::little_endian::{F32, F64, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Range of a tree's nodes in [`Kind::Nodes`] or [`Kind::Nodes64`].
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct TreeRecord {
    /// The score that its leaves add to, or [`ALL_OUTPUTS`].
    pub output: U32,
    /// Its first node, the root.
    pub first: U32,
    /// Number of its nodes.
    pub count: U32,
}

/// The [`TreeRecord::output`] of a tree whose leaves are rows of [`Kind::Leaves`].
pub const ALL_OUTPUTS: u32 = u32::MAX;

/// A node of a tree. The left child of an inner node is the node behind it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Node {
    /// A value up to this goes left. In a leaf of a tree of one output, what it adds.
    pub threshold: F32,
    /// The feature that is looked at, [`MISSING_LEFT`] added where a missing value goes left;
    /// [`LEAF`] in a leaf.
    pub feature: U32,
    /// The right child, counted from the tree's first node. In a leaf of a tree of all outputs, its
    /// row of [`Kind::Leaves`] or [`Kind::LeafEnds`]; else 0.
    pub right: U32,
}

/// A number of a sparse leaf that is not 0.
#[derive(
    Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub struct LeafShare {
    /// The output to which it is added; outputs of a row ascend.
    pub output: U32,
    /// The number.
    pub share: F32,
}

/// A [`Node`] with an `f64`, for thresholds and leaves that an `f32` would round: 1,751,328,001 seconds
/// lie between two `f32` that are 128 apart.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Node64 {
    /// As [`Node::threshold`].
    pub threshold: F64,
    /// As [`Node::feature`].
    pub feature: U32,
    /// As [`Node::right`].
    pub right: U32,
}

/// The mean answer of the training rows at an inner node: a number in a tree of one output, a row of
/// [`Kind::Leaves`] in a tree of all outputs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(transparent)]
pub struct NodeMean(U32);

impl NodeMean {
    /// The mean in a tree of one output.
    pub fn of_value(mean: f32) -> NodeMean {
        NodeMean(mean.to_bits().into())
    }

    /// The mean in a tree of all outputs, which stands in this row of the leaves.
    pub fn of_row(row: u32) -> NodeMean {
        NodeMean(row.into())
    }

    /// The mean, in a tree of one output.
    #[inline(always)]
    pub fn value(self) -> f32 {
        f32::from_bits(self.0.get())
    }

    /// The row of the leaves, in a tree of all outputs.
    #[inline(always)]
    pub fn row(self) -> u32 {
        self.0.get()
    }
}

/// All kinds of nodes, read alike.
pub trait NodeRecord {
    /// Threshold, feature and right child.
    fn parts(&self) -> (f64, u32, u32);

    /// A value up to this goes left. In a leaf of a tree of one output, what it adds.
    #[inline(always)]
    fn threshold(&self) -> f64 {
        self.parts().0
    }

    /// The feature that is looked at, with [`MISSING_LEFT`], or [`LEAF`].
    #[inline(always)]
    fn feature(&self) -> u32 {
        self.parts().1
    }

    /// The right child, or the row of leaves.
    #[inline(always)]
    fn right(&self) -> u32 {
        self.parts().2
    }

    /// Index of the feature that an inner node looks at.
    #[inline(always)]
    fn index(&self) -> u32 {
        self.feature() & !MISSING_LEFT
    }

    /// True if a row with this value goes left from an inner node.
    #[inline(always)]
    fn goes_left(&self, value: f64, _: Sets<'_>) -> bool {
        // Without branches: a processor would guess every other one wrong.
        let is_missing_left = value.is_nan() & (self.feature() & MISSING_LEFT != 0);
        (value <= self.threshold()) | is_missing_left
    }
}

impl NodeRecord for Node {
    #[inline(always)]
    fn parts(&self) -> (f64, u32, u32) {
        let threshold = f64::from(self.threshold.get());
        (threshold, self.feature.get(), self.right.get())
    }
}

impl NodeRecord for Node64 {
    #[inline(always)]
    fn parts(&self) -> (f64, u32, u32) {
        (self.threshold.get(), self.feature.get(), self.right.get())
    }
}

/// The [`Node::feature`] of a leaf.
pub const LEAF: u32 = u32::MAX;

/// Added to a [`Node::feature`] where a missing value goes left.
pub const MISSING_LEFT: u32 = 1 << 30;
