//! Memory of a training: estimated before the search, so that what does not fit is left out or refused
//! before the work.
//!
//! A feature of a linear estimator costs what is not 0. For trees every feature is a column with
//! one byte per row; boosting holds 256 sums of each column for each open leaf, and a forest of many
//! labels their shares in each node.

mod estimate;
mod sample;

pub use estimate::Training;

use crate::candidates::{self, Candidate, Kinds};
use crate::dataset::Dataset;
use crate::params::Params;
use anyhow::{Result, bail};
use model::format::Estimator;
use progress::Progress;
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

/// Bytes that a training of these tables takes at its peak, as far as is known before the search.
///
/// # Errors
/// As [`candidates::candidates`].
pub fn estimate(params: &Params, read: &Dataset) -> Result<u64> {
    let kinds = Kinds::of(&read.table);
    let candidates = candidates::candidates(params, read.answers.task(), kinds)?;
    let mut training = Training::new(read, params.search.folds);
    training.set_search(candidates::need_search(params, &read.answers, &candidates));
    Ok(training.peak(&candidates))
}

/// The candidates that there is memory for, in their order, with a line about each that is left out.
///
/// # Errors
/// When there is not enough for any: one sentence with what would help.
pub fn affordable(
    params: &Params,
    read: &Dataset,
    candidates: Vec<Candidate>,
    progress: &dyn Progress,
) -> Result<Vec<Candidate>> {
    within(free(), params, read, candidates, progress)
}

fn within(
    free: Option<u64>,
    params: &Params,
    read: &Dataset,
    mut candidates: Vec<Candidate>,
    progress: &dyn Progress,
) -> Result<Vec<Candidate>> {
    let mut training = Training::new(read, params.search.folds);
    loop {
        training.set_search(candidates::need_search(params, &read.answers, &candidates));
        let bytes = training.more(&candidates);
        let Some(free) = free.filter(|free| bytes > *free) else {
            if bytes >= LARGE {
                let bytes = gigabytes(bytes);
                progress.note(&format!("memory      training takes up to {bytes}"));
            }
            return Ok(candidates);
        };
        // The greatest of them; one alone is as much as it takes by itself.
        let each = candidates.iter().enumerate();
        let each = each.map(|(at, of)| (training.more(std::slice::from_ref(of)), at));
        let Some((bytes, at)) = each.max() else {
            return Ok(candidates);
        };
        let left_out = candidates.remove(at);
        let (name, help) = (left_out.described(), help(&left_out, read));
        let (bytes, free) = (gigabytes(bytes), gigabytes(free));
        if candidates.is_empty() {
            bail!(
                "{name} takes up to {bytes} of memory for these {} rows, and {free} are free; {help}",
                read.training.len()
            );
        }
        progress.note(&format!(
            "memory      {name} is left out: the search takes more memory than the {free} that are free, \
             and this candidate takes up to {bytes}"
        ));
    }
}

/// Advice that makes a candidate smaller, or the machine larger.
fn help(candidate: &Candidate, read: &Dataset) -> String {
    let labels = read.answers.labels().len();
    let estimator = candidate.estimator;
    let mut help = Vec::new();
    if Kinds::of(&read.table).text {
        help.push("leave out rare terms with text.max_features (--max-features)".to_string());
    }
    if estimator.is_of_trees() && estimator != Estimator::GradientBoosting {
        let section = estimator.name();
        help.push(format!(
            "grow smaller trees (--set {section}.min_samples_leaf=20)"
        ));
        help.push(format!("grow fewer (--set {section}.n_estimators=30)"));
    }
    if labels > MANY_LABELS {
        help.push(format!("merge some of the {labels} labels"));
    }
    if estimator.is_of_trees() {
        help.push("choose a linear estimator".to_string());
    }
    help.push("use a larger machine".to_string());
    help.join(", or ")
}

/// Labels from which fewer of them would help.
const MANY_LABELS: usize = 50;

/// Refuses to make bins that take more than is free, where the system says what is.
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
mod tests;
