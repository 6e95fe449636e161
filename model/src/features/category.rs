//! Categories to features.

use crate::format::CategoryEncoding;
use crate::tokens::TermHash;
use crate::vocabulary::Vocabulary;

/// A category column's way to features. A missing value is the category of the empty name.
#[derive(Clone, Copy, Debug)]
pub struct CategoryEncoder<'a> {
    /// A feature each, or one number.
    pub encoding: CategoryEncoding,
    /// Its categories.
    pub vocabulary: Vocabulary<'a>,
    /// Number of categories.
    pub categories: u32,
}

impl CategoryEncoder<'_> {
    /// Number of its features.
    pub fn feature_count(&self) -> u32 {
        match self.encoding {
            CategoryEncoding::OneHot => self.categories,
            CategoryEncoding::Ordered => 1,
        }
    }

    /// True if the column had this category in training.
    pub fn knows(&self, category: &str) -> bool {
        self.vocabulary.get(TermHash::of(category)).is_some()
    }

    /// Appends the features of a category.
    pub(super) fn add(&self, first: u32, category: &str, entries: &mut Vec<(u32, f64)>) {
        // A number out of range stands in a damaged file only: the category counts as unknown.
        let known = self
            .vocabulary
            .get(TermHash::of(category))
            .filter(|term| term.feature < self.categories);
        match (self.encoding, known) {
            (CategoryEncoding::OneHot, Some(term)) => entries.push((first + term.feature, 1.0)),
            (CategoryEncoding::OneHot, None) => {}
            (CategoryEncoding::Ordered, known) => {
                entries.push((first, known.map_or(f64::NAN, |term| f64::from(term.idf))));
            }
        }
    }
}
