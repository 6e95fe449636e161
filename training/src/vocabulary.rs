//! Texts to a vocabulary: which terms become features, and how much each weighs.
//!
//! By the conventions of scikit-learn's `TfidfVectorizer`, whose parameters keep their names.

use crate::params::{DocumentFrequency, TextParams};
use crate::scripts;
use anyhow::{Result, bail};
use model::assemble::TextColumn;
use model::features::TextSettings;
use model::tokens::Tokens;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Fits the vocabulary of the column `name` to its texts. Terms are ordered by falling document
/// frequency, then by themselves, so that what requests touch most lies together in the file.
///
/// # Errors
/// When no term is left.
pub fn fit<'t>(
    name: &str,
    texts: impl Iterator<Item = &'t str> + Clone,
    params: &TextParams,
) -> Result<TextColumn> {
    let settings = settings(texts.clone(), params);
    let (min, max) = settings.ngram_range;
    let mut terms: Counts = Counts::default();
    let mut tokens = Tokens::default();
    let mut rows = 0usize;
    for (row, text) in (0u32..).zip(texts) {
        rows += 1;
        let folded = settings.find_tokens(text, &mut tokens);
        tokens.ngrams(&folded, min as usize, max as usize, |hash, index, n| {
            let count = terms.entry(hash).or_insert_with(|| Count {
                term: tokens.ngram(&folded, index, n),
                documents: 0,
                occurrences: 0,
                last_row: u32::MAX,
            });
            count.occurrences += 1;
            if count.last_row != row {
                count.last_row = row;
                count.documents += 1;
            }
        });
    }
    let found = terms.len();
    let kept = select(terms.into_values().collect(), rows, params);
    if kept.is_empty() {
        bail!(
            "the column {name:?} has no term left of {found} (min_df {}, max_df {}); loosen these \
             limits, or leave the column out with --drop",
            params.min_df,
            params.max_df
        );
    }
    let rows = rows as f64;
    let terms = kept
        .into_iter()
        .map(|count| {
            // Smooth idf: as if one more document held every term.
            let idf = libm::log((1.0 + rows) / (1.0 + f64::from(count.documents))) + 1.0;
            (count.term, if params.use_idf { idf as f32 } else { 1.0 })
        })
        .collect();
    Ok(TextColumn {
        name: name.to_string(),
        settings,
        terms,
    })
}

/// Settings of a column with these texts.
pub fn settings<'t>(texts: impl Iterator<Item = &'t str>, params: &TextParams) -> TextSettings {
    let mut settings = params.settings();
    if scripts::unspaced(texts).is_some() {
        settings.characters = true;
        // A word has about two characters.
        settings.ngram_range.1 = settings.ngram_range.1.max(2);
    }
    settings
}

/// Terms by their hash. Two terms that share one (once in 2^64 / terms²) are taken for one, here
/// and in serving alike.
type Counts = HashMap<u64, Count, BuildHasherDefault<IdentityHasher>>;

struct Count {
    term: String,
    /// Rows that hold it.
    documents: u32,
    /// Number of occurrences in all rows.
    occurrences: u64,
    last_row: u32,
}

fn select(mut counts: Vec<Count>, rows: usize, params: &TextParams) -> Vec<Count> {
    let (least, most) = (params.min_df.of(rows), params.max_df.of(rows));
    counts.retain(|count| {
        let documents = f64::from(count.documents);
        documents >= least && documents <= most
    });
    if let Some(limit) = params.max_features
        && counts.len() > limit
    {
        counts.sort_unstable_by(|a, b| {
            b.occurrences
                .cmp(&a.occurrences)
                .then_with(|| a.term.cmp(&b.term))
        });
        counts.truncate(limit);
    }
    counts.sort_unstable_by(|a, b| {
        b.documents
            .cmp(&a.documents)
            .then_with(|| a.term.cmp(&b.term))
    });
    counts
}

impl DocumentFrequency {
    /// The number of rows that it means.
    pub(crate) fn of(self, rows: usize) -> f64 {
        match self {
            DocumentFrequency::Count(count) => count as f64,
            DocumentFrequency::Share(share) => share * rows as f64,
        }
    }
}

/// Term hashes are mixed already; hashing them again would cost as much as counting.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(params: &TextParams) -> Vec<(String, f32)> {
        let texts = ["Late order, late order", "late refund", "refund please"];
        fit("text", texts.iter().copied(), params).unwrap().terms
    }

    fn names(params: &TextParams) -> Vec<String> {
        terms(params).into_iter().map(|(term, _)| term).collect()
    }

    #[test]
    fn terms_come_by_falling_document_frequency() {
        let params = TextParams {
            ngram_range: (1, 1),
            ..TextParams::default()
        };
        assert_eq!(names(&params), ["late", "refund", "order", "please"]);
        // ln((1 + 3) / (1 + 2)) + 1, as scikit-learn has it.
        assert_eq!(terms(&params)[0].1, 1.287_682);
    }

    #[test]
    fn min_df_max_df_and_max_features_cut_as_in_scikit_learn() {
        let with = |min_df, max_df, max_features| TextParams {
            ngram_range: (1, 2),
            min_df,
            max_df,
            max_features,
            ..TextParams::default()
        };
        let all = DocumentFrequency::Share(1.0);
        let two = ["late", "refund"];
        assert_eq!(names(&with(DocumentFrequency::Count(2), all, None)), two);
        assert_eq!(names(&with(DocumentFrequency::Share(0.6), all, None)), two);
        // By occurrences: late 3, then late order, order and refund 2 each, by themselves.
        assert_eq!(
            names(&with(DocumentFrequency::Count(1), all, Some(2))),
            ["late", "late order"]
        );
        let rare = names(&with(
            DocumentFrequency::Count(1),
            DocumentFrequency::Count(1),
            None,
        ));
        assert!(!rare.contains(&"late".to_string()) && rare.contains(&"please".to_string()));
    }

    #[test]
    fn a_column_without_terms_is_refused_with_the_reason() {
        let error = fit("note", ["a", "!"].into_iter(), &TextParams::default()).unwrap_err();
        assert!(error.to_string().contains("\"note\" has no term left of 0"));
    }
}
