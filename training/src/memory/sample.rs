//! Number of features and of their values, from a sample of the rows: before all of them are counted.
//!
//! Only texts need a sample. Their terms grow by a power of the rows (Heaps, "Information retrieval:
//! computational and theoretical aspects", 1978), which half of the sample and all of it tell.

use crate::estimators::Style;
use crate::params::TextParams;
use crate::table::{Data, Table};
use crate::vocabulary;
use model::tokens::Tokens;
use std::collections::HashMap;

/// Rows of the sample.
const SAMPLE: usize = 2_000;

/// Features of some rows, about.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FeatureCounts {
    /// Number of features.
    pub features: usize,
    /// Values that are not 0, over all rows.
    pub entries: usize,
    /// Different n-grams of the texts, before rare ones are left out.
    pub ngrams: usize,
    /// Terms and categories that a model file names.
    pub names: usize,
    /// Terms that one row alone has, which are equal features.
    pub single: usize,
}

impl FeatureCounts {
    /// Counts the features that `rows` of a table become.
    pub fn of(table: &Table, rows: &[usize], style: Style, text: &TextParams) -> FeatureCounts {
        let mut counts = FeatureCounts::default();
        for column in &table.columns {
            let (features, values) = match (&column.data, style) {
                (Data::Text(texts), _) => {
                    let found = Ngrams::of(texts, rows, text);
                    let features = text
                        .max_features
                        .map_or(found.kept, |most| most.min(found.kept));
                    counts.entries += found.pairs;
                    counts.ngrams += found.all;
                    counts.names += features;
                    counts.single += found.single.min(features);
                    (features, 0)
                }
                (Data::Number(numbers), Style::Linear) => {
                    let has_gaps = rows.iter().any(|row| numbers[*row].is_nan());
                    (1 + usize::from(has_gaps), 1)
                }
                (Data::Category { names, .. }, Style::Linear) => (names.len(), 1),
                (Data::Time(_), Style::Linear) => (44, 4),
                (Data::Number(_) | Data::Category { .. }, Style::Trees) => (1, 1),
                (Data::Time(_), Style::Trees) => (7, 7),
            };
            if let Data::Category { names, .. } = &column.data {
                counts.names += names.len();
            }
            counts.features += features;
            counts.entries += values * rows.len();
        }
        counts
    }
}

/// N-grams of a text column.
struct Ngrams {
    /// Different ones.
    all: usize,
    /// Those within the limits of document frequency.
    kept: usize,
    /// Kept ones in one row of the sample.
    single: usize,
    /// Pairs of a row and a kept n-gram in it.
    pairs: usize,
}

impl Ngrams {
    fn of(texts: &[String], rows: &[usize], params: &TextParams) -> Ngrams {
        let step = rows.len().div_ceil(SAMPLE).max(1);
        let sampled: Vec<&str> = rows
            .iter()
            .step_by(step)
            .map(|row| texts[*row].as_str())
            .collect();
        let settings = vocabulary::settings(sampled.iter().copied(), params);
        let (min, max) = settings.ngram_range;
        let mut tokens = Tokens::default();
        // Rows with the n-gram, and the last of them.
        let mut seen: HashMap<u64, (u32, u32)> = HashMap::new();
        let mut at_half = (0, 0);
        for (row, text) in (0u32..).zip(&sampled) {
            let folded = settings.find_tokens(text, &mut tokens);
            tokens.ngrams(&folded, min as usize, max as usize, |hash, _, _| {
                let (documents, last) = seen.entry(hash).or_insert((0, u32::MAX));
                if *last != row {
                    (*documents, *last) = (*documents + 1, row);
                }
            });
            let count = row as usize + 1;
            if count == sampled.len().div_ceil(2) {
                at_half = (seen.len(), kept(&seen, count, params).count());
            }
        }
        let count = sampled.len();
        let pairs: usize = kept(&seen, count, params).sum();
        let grown = |half: usize, whole: usize| {
            let exponent = (whole as f64 / half.max(1) as f64).log2().clamp(0.0, 1.0);
            let growth = (rows.len() as f64 / count.max(1) as f64).powf(exponent);
            (whole as f64 * growth) as usize
        };
        let all_kept = kept(&seen, count, params).count();
        let single = kept(&seen, count, params).filter(|documents| *documents == 1);
        let share = single.count() as f64 / all_kept.max(1) as f64;
        let found = grown(at_half.1, all_kept);
        Ngrams {
            all: grown(at_half.0, seen.len()),
            kept: found,
            single: (found as f64 * share) as usize,
            pairs: (pairs as f64 * rows.len() as f64 / count.max(1) as f64) as usize,
        }
    }
}

/// Number of rows of each n-gram that the limits keep.
fn kept(
    seen: &HashMap<u64, (u32, u32)>,
    rows: usize,
    params: &TextParams,
) -> impl Iterator<Item = usize> {
    let (least, most) = (params.min_df.of(rows), params.max_df.of(rows));
    seen.values()
        .map(|(documents, _)| *documents as usize)
        .filter(move |documents| (least..=most).contains(&(*documents as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::Encoders;
    use crate::preprocessing;
    use crate::testing::{ROWS, classes, table};

    #[test]
    fn all_rows_of_a_small_table_are_counted() {
        let table = table();
        let (_, target) = classes(&table, 3);
        let rows: Vec<usize> = (0..ROWS).collect();
        let text = TextParams::default();
        for style in [Style::Linear, Style::Trees] {
            let counts = FeatureCounts::of(&table, &rows, style, &text);
            let fitted = preprocessing::fit(&table, &rows, &target, style, &text, 0).unwrap();
            let encoders = Encoders::new(&fitted.columns).unwrap();
            assert_eq!(counts.features, encoders.encoders().unwrap().1);
        }
    }

    #[test]
    fn terms_grow_by_a_power_of_the_rows() {
        let count = |texts: Vec<String>, max_features| {
            let rows: Vec<usize> = (0..texts.len()).collect();
            let params = TextParams {
                ngram_range: (1, 1),
                max_features,
                ..TextParams::default()
            };
            let found = Ngrams::of(&texts, &rows, &params);
            (found.all, found.pairs)
        };
        // Each row has a word of its own; or all have the same.
        let own = (0..20_000).map(|row| format!("key{row}")).collect();
        assert_eq!(count(own, Some(300)), (20_000, 20_000));
        let same = vec!["one two".to_string(); 20_000];
        assert_eq!(count(same, None), (2, 40_000));
    }
}
