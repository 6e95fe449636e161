//! Categories in the order that an estimator wants.
//!
//! Linear estimators have a feature per category. Trees have one number per category, its rank, and
//! split an order. Codes that are numbers keep their own order, which says more than any table of means:
//! hours, months, stations along a line (of bike trips, boosting tells the rider's kind at 82.3 % by the
//! stations' numbers, at 82.1 % by their means). Other categories are ranked by the mean target of their
//! rows, so that one split parts them as the best of all subsets would (Fisher, "On grouping for maximum
//! homogeneity", 1958; one order for all nodes is nearly as good as one per node: Wright and König,
//! "Splitting on categorical predictors in random forests", 2019). The mean is drawn towards that of all
//! rows (Micci-Barreca, "A preprocessing scheme for high-cardinality categorical attributes", 2001).
//!
//! A rare category's mean holds its own rows' targets, so a tree that learnt from these ranks would take
//! chance for knowledge: a column of 200 random categories cost 9 points of accuracy. Hence trees
//! learn from cross-fitted ranks, as scikit-learn's `TargetEncoder` does: the rows are cut into five
//! folds, and a row gets the rank whose mean is the nearest to that of its category in the other four
//! folds; it is missing if the category is in none of them, as one that serving does not know. The
//! model file has the ranks by all rows. Categories with many rows, and those of a column of a few
//! categories, keep their own rank in training: chance moves these little, and nothing else tells two
//! categories of the same mean apart.

mod targets;

use crate::codes::frequencies;
use crate::target::Target;
use model::random::Random;
use targets::PRIOR_ROWS;

/// Parts that the rows are cut into; scikit-learn's `TargetEncoder` has as many.
const FOLDS: usize = 5;

/// A category with so many rows keeps its own rank, as LightGBM lets such a one be parted from others
/// (`min_data_per_group`): its mean is known to a tenth of the target's deviation.
const MANY_ROWS: usize = 100;

/// So many categories of a column keep their own rank, whatever their rows: they are as cheap as so many
/// columns of 0 and 1.
const FEW_CATEGORIES: usize = 8;

/// The ranks of a column's categories.
pub struct Ranks {
    /// The categories that occur, frequent ones first, each with its rank.
    pub categories: Vec<(String, f32)>,
    /// Ranks of the training rows themselves, if ranks are made of their targets.
    pub cross_fitted: Option<CrossFitted>,
}

/// Ranks that depend on a row's fold.
pub struct CrossFitted {
    /// `[folds, categories by code]`, NaN where no other fold has the category.
    ranks: Vec<f32>,
    categories: usize,
}

impl CrossFitted {
    /// Rank of a category in a row of this fold.
    pub fn rank(&self, fold: u8, code: u32) -> f32 {
        self.ranks[usize::from(fold) * self.categories + code as usize]
    }
}

/// A fold for each of so many rows, each fold with as many rows as the others.
pub fn folds(rows: usize, seed: u64) -> Vec<u8> {
    let mut folds: Vec<u8> = (0..rows).map(|row| (row % FOLDS) as u8).collect();
    Random::new(seed).shuffle(&mut folds);
    folds
}

/// The categories that occur, frequent ones first, then by name; each with the number 1.
pub fn by_frequency(names: &[String], codes: &[u32]) -> Vec<(String, f32)> {
    let order = frequent_first(names, &frequencies(codes, names.len())).into_iter();
    order.map(|code| (names[code].clone(), 1.0)).collect()
}

/// The categories that occur, ranked for trees; `codes`, `target` and `folds` have an entry per row.
pub fn by_target(names: &[String], codes: &[u32], target: &Target, folds: &[u8]) -> Ranks {
    let counts = frequencies(codes, names.len());
    let order = frequent_first(names, &counts);
    let numbers = order.iter().map(|code| number(&names[*code]));
    if let Some(numbers) = numbers.collect::<Option<Vec<f64>>>() {
        return Ranks {
            categories: by_number(names, &order, &numbers),
            cross_fitted: None,
        };
    }
    let values = targets::centred(names.len(), codes, target);
    let mut sums = vec![(0.0, 0usize); FOLDS * names.len()];
    for ((code, fold), value) in codes.iter().zip(folds).zip(&values) {
        let (sum, count) = &mut sums[usize::from(*fold) * names.len() + *code as usize];
        *sum += value;
        *count += 1;
    }
    let of_folds = |code: usize, without: Option<usize>| {
        let folds = (0..FOLDS).filter(|fold| Some(*fold) != without);
        folds.fold((0.0, 0), |(sum, count), fold| {
            let (more, rows) = sums[fold * names.len() + code];
            (sum + more, count + rows)
        })
    };
    let mean = |(sum, count): (f64, usize)| sum / (count as f64 + PRIOR_ROWS);
    let scores: Vec<f64> = order
        .iter()
        .map(|code| mean(of_folds(*code, None)))
        .collect();
    let levels = levels(&scores);
    let rank = |score: f64| levels.partition_point(|level| *level < score) as f32;
    let categories: Vec<(String, f32)> = order
        .iter()
        .zip(&scores)
        .map(|(code, score)| (names[*code].clone(), rank(*score)))
        .collect();
    let mut ranks = vec![f32::NAN; FOLDS * names.len()];
    for (code, (_, own)) in order.iter().zip(&categories) {
        let is_own = order.len() <= FEW_CATEGORIES || counts[*code] >= MANY_ROWS;
        for fold in 0..FOLDS {
            ranks[fold * names.len() + code] = match of_folds(*code, Some(fold)) {
                _ if is_own => *own,
                (_, 0) => f32::NAN,
                others => nearest(&levels, mean(others)) as f32,
            };
        }
    }
    Ranks {
        categories,
        cross_fitted: Some(CrossFitted {
            ranks,
            categories: names.len(),
        }),
    }
}

/// The number that a code is; the missing category goes to an end, where one split parts it from the
/// rest.
fn number(name: &str) -> Option<f64> {
    match name {
        "" => Some(f64::NEG_INFINITY),
        name => name.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

fn frequent_first(names: &[String], counts: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).filter(|code| counts[*code] > 0).collect();
    order.sort_by(|a, b| {
        counts[*b]
            .cmp(&counts[*a])
            .then_with(|| names[*a].cmp(&names[*b]))
    });
    order
}

/// Distinct scores, ascending: a rank is the place of a score among them.
fn levels(scores: &[f64]) -> Vec<f64> {
    let mut levels = scores.to_vec();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    levels
}

/// The categories in `order`, ranked by the number that each is. Two that are the same number, `7` and
/// `07`, have neighbouring ranks.
fn by_number(names: &[String], order: &[usize], numbers: &[f64]) -> Vec<(String, f32)> {
    let mut ascending: Vec<usize> = (0..order.len()).collect();
    ascending.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]).then(a.cmp(b)));
    let mut ranked: Vec<(String, f32)> = order
        .iter()
        .map(|code| (names[*code].clone(), 0.0))
        .collect();
    for (rank, position) in ascending.into_iter().enumerate() {
        ranked[position].1 = rank as f32;
    }
    ranked
}

/// The level that is nearest to a score, of two the lower one. There must be one.
fn nearest(levels: &[f64], score: f64) -> usize {
    let above = levels.partition_point(|level| *level < score);
    match above.checked_sub(1) {
        Some(below) if above == levels.len() || score - levels[below] <= levels[above] - score => {
            below
        }
        _ => above,
    }
}

#[cfg(test)]
mod tests;
