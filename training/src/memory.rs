//! Memory need of trees: estimated before allocation, rejected if there is not enough.
//!
//! A feature of a linear estimator costs what is not 0. For trees every feature is a column with
//! one byte per row; and boosting holds 256 sums of each column for each open leaf: for a text of
//! 200,000 terms 26 GB, however few the rows.

use crate::estimators::Style;
use crate::params::Params;
use crate::target::Target;
use anyhow::{Result, bail};
use model::format::Estimator;
use std::fs;

/// Minimum estimate that is printed, in bytes.
const LARGE: u64 = 1 << 30;

/// Numbers that are held at the same time before they become bins: 1 GB.
const BLOCK: usize = 1 << 27;

/// Number of features of this many rows that are numbers at the same time; at least 1.
pub fn block(rows: usize) -> usize {
    (BLOCK / rows.max(1)).max(1)
}

/// Memory for making the bins of trees, in bytes.
pub fn of_bins(rows: usize, features: usize) -> u64 {
    let numbers = 8 * rows as u64 * block(rows).min(features) as u64;
    numbers.saturating_add((rows as u64).saturating_mul(features as u64))
}

/// Memory of a fit, if it is large enough to print.
pub fn told(
    estimator: Estimator,
    params: &Params,
    rows: usize,
    features: usize,
    target: &Target,
) -> Option<String> {
    let bytes = of_fit(estimator, params, rows, features, target);
    let what = format!("takes up to {} of memory", gigabytes(bytes));
    (bytes >= LARGE).then(|| format!("{} of {features} features {what}", estimator.name()))
}

/// Peak memory of a fit of trees, in bytes; 0 for linear estimators.
fn of_fit(
    estimator: Estimator,
    params: &Params,
    rows: usize,
    features: usize,
    target: &Target,
) -> u64 {
    let algorithm = params.algorithm(estimator);
    if algorithm.style() == Style::Linear {
        return 0;
    }
    let bins = (rows as u64).saturating_mul(features as u64);
    let growth = algorithm.memory(rows, features, target.outputs());
    of_bins(rows, features).max(bins.saturating_add(growth))
}

/// Refuses a fit that takes more than is free.
///
/// # Errors
/// As [`check`].
pub fn check_fit(
    estimator: Estimator,
    params: &Params,
    rows: usize,
    features: usize,
    target: &Target,
) -> Result<()> {
    let bytes = of_fit(estimator, params, rows, features, target);
    check(bytes, rows, features)
}

/// Refuses to take more than is free, where the system says what is.
///
/// # Errors
/// One sentence with both.
pub fn check(bytes: u64, rows: usize, features: usize) -> Result<()> {
    match free() {
        Some(free) if bytes > free => bail!(
            "trees of {features} features and {rows} rows take up to {} of memory, and {} are free; \
             leave out rare terms with text.max_features (--max-features), or choose a linear \
             estimator, which does not need it",
            gigabytes(bytes),
            gigabytes(free)
        ),
        _ => Ok(()),
    }
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// Bytes that may be taken: what the machine has left, or the container's limit. Pages of files
/// count as used there and can be dropped, so the limit is taken as it stands.
fn free() -> Option<u64> {
    let of_machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
        let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kilobytes * 1024)
    });
    let of_container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    // Without a limit it says "max".
    let of_container = of_container.and_then(|text| text.trim().parse().ok());
    of_machine.into_iter().chain(of_container).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boosting_of_many_terms_is_told_and_a_forest_or_a_linear_fit_is_not() {
        let params = Params::default();
        let target = Target::Values(vec![0.0; 3000]);
        let told = |estimator, features| told(estimator, &params, 3000, features, &target);
        assert_eq!(
            told(Estimator::GradientBoosting, 200_000).as_deref(),
            Some("gradient_boosting of 200000 features takes up to 26.0 GB of memory")
        );
        assert_eq!(told(Estimator::GradientBoosting, 300), None);
        assert_eq!(told(Estimator::RandomForest, 20_000), None);
        assert_eq!(told(Estimator::LinearSvc, 200_000_000), None);
    }

    #[test]
    fn more_than_there_is_is_refused() {
        check(1 << 20, 10, 10).unwrap();
        let refused = check(u64::MAX, 3000, 200_000);
        if free().is_some() {
            let told = refused.unwrap_err().to_string();
            assert!(told.contains("--max-features"), "{told}");
        }
    }

    #[test]
    fn a_block_is_at_least_a_feature_and_at_most_a_gigabyte() {
        assert_eq!((block(0), block(usize::MAX)), (BLOCK, 1));
        assert_eq!(of_bins(1 << 20, 1 << 10), (1 << 30) + (1 << 30));
    }
}
