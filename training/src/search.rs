//! Cross-validation: how good each candidate is on rows that its fit did not see.

use crate::calibration::prior;
use crate::candidates::Candidate;
use crate::encode::encode;
use crate::evaluate::{Classes, classification};
use crate::params::{Calibrate, ClassWeight, Metric, Named, Params};
use crate::pipeline::Pipeline;
use crate::preprocess;
use crate::split;
use crate::table::Table;
use crate::target::{Answers, Output, Target};
use anyhow::{Result, bail};
use model::calibration::{Calibration, decision_scores, probabilities, to_decisions};
use model::card::CrossValidation;
use progress::Progress;
use rayon::prelude::*;
use std::time::Instant;

/// Data and parameters of a search.
pub struct Question<'a> {
    /// The table.
    pub table: &'a Table,
    /// The rows to learn from.
    pub rows: &'a [usize],
    /// Their targets.
    pub target: &'a Target,
    /// What is learnt to be answered.
    pub answers: &'a Answers,
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
            .map(|group| {
                let members: Vec<&Candidate> =
                    group.iter().map(|number| &candidates[*number]).collect();
                hold_out(question, &members, &train, &test, &|| step.advance(1))
            })
            .collect();
        for (number, result) in groups.iter().flatten().zip(of_groups.into_iter().flatten()) {
            held[*number].push(result);
        }
    }
    let figures: Vec<Option<Vec<f64>>> = held
        .iter()
        .map(|of| of.iter().map(|held| held.figure.clone().ok()).collect())
        .collect();
    let means: Vec<Option<(f64, f64)>> = figures
        .iter()
        .map(|figures| figures.as_deref().map(mean_and_deviation))
        .collect();
    let sign = if question.metric.is_loss() { -1.0 } else { 1.0 };
    let best = (0..candidates.len())
        .filter(|number| means[*number].is_some())
        // `max_by` takes the last of equals.
        .rev()
        .max_by(|a, b| {
            let of = |number: usize| means[number].map_or(f64::NEG_INFINITY, |m| sign * m.0);
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
            mean: means[number].map(|m| m.0),
            standard_deviation: means[number].map(|m| m.1),
            seconds: held[number].iter().map(|held| held.seconds).sum(),
            chosen: number == best,
        })
        .collect();
    let (mean, standard_deviation) = means[best].unwrap_or_default();
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

/// Fits candidates that share features to the rows of `train`, and asks them about those of `test`.
fn hold_out(
    question: &Question<'_>,
    candidates: &[&Candidate],
    train: &[usize],
    test: &[usize],
    advance: &(dyn Fn() + Sync),
) -> Vec<Held> {
    let began = Instant::now();
    let rows = |positions: &[usize]| -> Vec<usize> {
        positions.iter().map(|at| question.rows[*at]).collect()
    };
    let (train_rows, test_rows) = (rows(train), rows(test));
    let (target, truth) = (question.target.pick(train), question.target.pick(test));
    let params = &candidates[0].params;
    let style = candidates[0].style();
    let (table, seed) = (question.table, params.seed);
    let features = preprocess::fit(table, &train_rows, &target, style, &params.text, seed)
        .and_then(|preprocessing| {
            let encoded = encode(&preprocessing, table, &train_rows, style, seed, &|| ())?;
            Ok((preprocessing.columns, encoded))
        });
    let shared = began.elapsed().as_secs_f64() / candidates.len() as f64;
    candidates
        .par_iter()
        .map(|candidate| {
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
            advance();
            let seconds = shared + began.elapsed().as_secs_f64();
            match scores {
                Ok((output, scores)) => {
                    let figure = match question.metric {
                        Metric::LogLoss => {
                            let calibration = correction(&candidate.params, &target);
                            figure(question.metric, output, &calibration, &scores, &truth)
                        }
                        // The most probable label is the one of the balanced fit.
                        metric => figure(metric, output, &Calibration::None, &scores, &truth),
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
            }
        })
        .collect()
}

/// The correction of a fit with balanced classes, before calibration takes its place.
fn correction(params: &Params, target: &Target) -> Calibration {
    match (params.class_weight, params.calibration, target) {
        (_, Calibrate::Never, _) => Calibration::None,
        (ClassWeight::Balanced, _, Target::Classes { codes, count }) => prior::fit(codes, *count),
        _ => Calibration::None,
    }
}

/// The figure that decides, of rows that were held out.
fn figure(
    metric: Metric,
    output: Output,
    calibration: &Calibration,
    scores: &[f64],
    truth: &Target,
) -> f64 {
    match truth {
        Target::Values(truth) => {
            let count = truth.len().max(1) as f64;
            let mean = truth.iter().sum::<f64>() / count;
            let pairs = || truth.iter().zip(scores);
            let squares: f64 = pairs().map(|(t, a)| (t - a) * (t - a)).sum();
            let spread: f64 = truth.iter().map(|t| (t - mean) * (t - mean)).sum();
            match metric {
                Metric::Mae => pairs().map(|(t, a)| (t - a).abs()).sum::<f64>() / count,
                Metric::Rmse => (squares / count).sqrt(),
                _ if spread > 0.0 => 1.0 - squares / spread,
                _ => 0.0,
            }
        }
        Target::Classes { codes, count } => {
            let width = scores.len() / codes.len().max(1);
            let rows = scores.chunks_exact(width.max(1));
            let all: Vec<f64> = rows
                .flat_map(|row| match output {
                    Output::Labels(link) => probabilities(link, calibration, row.to_vec()),
                    Output::Value => row.to_vec(),
                })
                .collect();
            let answer = all.chunks_exact(*count).map(winner).collect();
            let classes = Classes {
                truth: codes.iter().map(|code| Some(*code)).collect(),
                answer,
                probabilities: all,
                uncalibrated: None,
            };
            let labels: Vec<String> = (0..*count).map(|code| code.to_string()).collect();
            let metrics = classification(&labels, None, codes, &classes);
            match metric {
                Metric::MacroF1 => metrics.macro_f1,
                Metric::LogLoss => metrics.log_loss,
                _ => metrics.accuracy,
            }
        }
    }
}

/// The first of the greatest.
fn winner(probabilities: &[f64]) -> u32 {
    let mut best = 0;
    for (code, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = code;
        }
    }
    best as u32
}

fn mean_and_deviation(figures: &[f64]) -> (f64, f64) {
    let count = figures.len().max(1) as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let squares: f64 = figures.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / count).sqrt())
}
