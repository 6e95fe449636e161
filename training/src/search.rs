//! Cross-validation: how good each candidate is on rows that its fit did not see.

mod figure;
mod monitor;

use crate::candidates::Candidate;
use crate::encoding::encode;
use crate::params::{Metric, Named};
use crate::pipeline::Pipeline;
use crate::preprocessing;
use crate::split;
use crate::table::Table;
use crate::target::{Answers, Output, Target};
use anyhow::{Result, bail};
use model::calibration::{Calibration, decision_scores, to_decisions};
use model::card::CrossValidation;
use monitor::Watch;
use progress::Progress;
use rayon::prelude::*;
use std::time::Instant;

use figure::{FoldSummary, correction, figure};

/// Data and parameters of a search.
pub struct Question<'a> {
    /// The table.
    pub table: &'a Table,
    /// The rows to learn from.
    pub rows: &'a [usize],
    /// Their targets.
    pub target: &'a Target,
    /// Answers to learn: labels, or numbers.
    pub answers: &'a Answers,
    /// The code of the positive label, if there is one.
    pub positive: Option<usize>,
    /// Parts that the rows are cut into.
    pub folds: usize,
    /// Metric that decides.
    pub metric: Metric,
    /// Draws the folds.
    pub seed: u64,
}

/// An estimator with settings that a search tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The estimator.
    pub name: String,
    /// Its settings, as text.
    pub settings: String,
    /// Mean over folds of the figure that decides; `None` where it could not be fitted.
    pub mean: Option<f64>,
    /// Its standard deviation over folds.
    pub standard_deviation: Option<f64>,
    /// Duration.
    pub seconds: f64,
    /// True if it was chosen.
    pub chosen: bool,
}

/// Result.
pub struct Found {
    /// Number of the best candidate.
    pub best: usize,
    /// Each candidate with its figure.
    pub tried: Vec<Tried>,
    /// The best one's figure.
    pub cross_validation: CrossValidation,
    /// Out-of-fold decision scores of the best candidate: `[rows, decision scores]` for
    /// classification, the values for regression.
    pub out_of_fold: Vec<f64>,
}

/// A candidate on a fold.
struct Held {
    figure: Result<f64, String>,
    decisions: Vec<f64>,
    seconds: f64,
}

/// Fits every candidate once without each fold, and chooses the one with the best mean figure; of
/// equals the first.
///
/// # Errors
/// When no candidate could be fitted to every fold.
pub fn search(
    question: &Question<'_>,
    candidates: &[Candidate],
    progress: &dyn Progress,
) -> Result<Found> {
    let count = question.rows.len();
    let (codes, classes) = match question.target {
        Target::Classes { codes, count } => (codes.clone(), *count),
        Target::Values(_) => (vec![0; count], 1),
    };
    let folds = question.folds.min(count);
    if folds < 2 {
        bail!("{count} rows are too few for cross-validation; 2 or more were expected");
    }
    let fold_of = split::folds(&codes, classes, folds, question.seed);
    let step = progress.step("search", (folds * candidates.len()) as u64);
    let watch = Watch::new(&*step, candidates, folds, question.metric.is_loss());
    let mut held: Vec<Vec<Held>> = candidates.iter().map(|_| Vec::new()).collect();
    let groups = groups(candidates);
    for fold in 0..folds {
        let positions = |inside: bool| -> Vec<usize> {
            let wanted = |at: &usize| (fold_of[*at] == fold) == inside;
            (0..count).filter(wanted).collect()
        };
        let (train, test) = (positions(false), positions(true));
        let of_groups: Vec<Vec<Held>> = groups
            .par_iter()
            .map(|group| hold_out(question, (candidates, group), &train, &test, &watch))
            .collect();
        watch.end_fold();
        for (number, result) in groups.iter().flatten().zip(of_groups.into_iter().flatten()) {
            held[*number].push(result);
        }
    }
    let figures: Vec<Option<Vec<f64>>> = held
        .iter()
        .map(|of| of.iter().map(|held| held.figure.clone().ok()).collect())
        .collect();
    let summaries: Vec<Option<FoldSummary>> = figures
        .iter()
        .map(|figures| figures.as_deref().map(FoldSummary::of))
        .collect();
    let sign = if question.metric.is_loss() { -1.0 } else { 1.0 };
    let best = (0..candidates.len())
        .filter(|number| summaries[*number].is_some())
        // `max_by` takes the last of equals.
        .rev()
        .max_by(|a, b| {
            let of = |number: usize| {
                summaries[number].map_or(f64::NEG_INFINITY, |summary| sign * summary.mean)
            };
            of(*a).total_cmp(&of(*b))
        });
    let Some(best) = best else {
        let why = held
            .iter()
            .flatten()
            .find_map(|held| held.figure.clone().err());
        bail!("no candidate could be fitted: {}", why.unwrap_or_default());
    };
    let tried: Vec<Tried> = (0..candidates.len())
        .map(|number| Tried {
            name: candidates[number].estimator.name().into(),
            settings: candidates[number].settings.clone(),
            mean: summaries[number].map(|summary| summary.mean),
            standard_deviation: summaries[number].map(|summary| summary.standard_deviation),
            seconds: held[number].iter().map(|held| held.seconds).sum(),
            chosen: number == best,
        })
        .collect();
    let FoldSummary {
        mean,
        standard_deviation,
    } = summaries[best].unwrap_or_default();
    let name = question.metric.name();
    step.done(&format!(
        "{} of {} candidates: {name} {mean:.4} ± {standard_deviation:.4} over {folds} folds",
        described(&tried[best]),
        candidates.len(),
    ));
    let width = decision_scores(classes);
    let mut out_of_fold = vec![0.0; count * width];
    for (fold, held) in held[best].iter().enumerate() {
        let rows = (0..count).filter(|at| fold_of[*at] == fold);
        for (row, decisions) in rows.zip(held.decisions.chunks_exact(width)) {
            out_of_fold[row * width..][..width].copy_from_slice(decisions);
        }
    }
    Ok(Found {
        best,
        tried,
        cross_validation: CrossValidation {
            folds,
            metric: name.into(),
            mean,
            standard_deviation,
        },
        out_of_fold,
    })
}

/// An estimator with what it was given.
pub fn described(tried: &Tried) -> String {
    match tried.settings.as_str() {
        "" => tried.name.clone(),
        settings => format!("{} ({settings})", tried.name),
    }
}

/// Numbers of the candidates that learn from the same features, which are made once for them.
fn groups(candidates: &[Candidate]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let same = |group: &&mut Vec<usize>| candidates[group[0]].shares_features_with(candidate);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

/// Fits candidates that share features, those at the numbers of a group, to the rows of `train`, and asks
/// them about those of `test`.
fn hold_out(
    question: &Question<'_>,
    (candidates, group): (&[Candidate], &[usize]),
    train: &[usize],
    test: &[usize],
    watch: &Watch<'_>,
) -> Vec<Held> {
    let first = &candidates[group[0]];
    watch.begin(group[0]);
    let began = Instant::now();
    let rows = |positions: &[usize]| -> Vec<usize> {
        positions.iter().map(|at| question.rows[*at]).collect()
    };
    let (train_rows, test_rows) = (rows(train), rows(test));
    let (target, truth) = (question.target.pick(train), question.target.pick(test));
    let params = &first.params;
    let style = first.style();
    let (table, seed) = (question.table, params.seed);
    let features = preprocessing::fit(table, &train_rows, &target, style, &params.text, seed)
        .and_then(|preprocessing| {
            let encoded = encode(&preprocessing, table, &train_rows, style, seed, &|| ())?;
            Ok((preprocessing.columns, encoded))
        });
    let shared = began.elapsed().as_secs_f64() / group.len() as f64;
    group
        .par_iter()
        .map(|number| {
            let candidate = &candidates[*number];
            watch.begin(*number);
            let began = Instant::now();
            let scores = match &features {
                Ok((columns, encoded)) => Pipeline::of(
                    candidate.estimator,
                    &candidate.params,
                    columns.clone(),
                    encoded,
                    &target,
                    &|_, _, _| (),
                )
                .and_then(|pipeline| {
                    let scores = pipeline.scores(question.answers, question.table, &test_rows)?;
                    Ok((pipeline.output, scores))
                }),
                Err(error) => Err(anyhow::anyhow!("{error:#}")),
            };
            let seconds = shared + began.elapsed().as_secs_f64();
            let held = match scores {
                Ok((output, scores)) => {
                    let truth = (&truth, question.positive);
                    let figure = match question.metric {
                        Metric::LogLoss => {
                            let calibration = correction(&candidate.params, &target);
                            figure(question.metric, output, &calibration, &scores, truth)
                        }
                        // The most probable label is the one of the balanced fit.
                        metric => figure(metric, output, &Calibration::None, &scores, truth),
                    };
                    let width = scores.len() / test_rows.len().max(1);
                    let rows = scores.chunks_exact(width.max(1));
                    Held {
                        figure: Ok(figure),
                        decisions: rows
                            .flat_map(|row| match output {
                                Output::Labels(link) => to_decisions(link, row.to_vec()),
                                Output::Value => row.to_vec(),
                            })
                            .collect(),
                        seconds,
                    }
                }
                Err(error) => Held {
                    figure: Err(format!("{}: {error:#}", candidate.estimator.name())),
                    decisions: Vec::new(),
                    seconds,
                },
            };
            watch.end(*number, held.figure.as_ref().ok().copied());
            held
        })
        .collect()
}
