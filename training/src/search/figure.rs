//! The figure of a candidate on a fold, and of its folds together.

use crate::calibration::{prior, winner};
use crate::evaluation::{Classes, classification};
use crate::params::{Calibrate, ClassWeight, Metric, Params};
use crate::target::{Output, Target};
use model::calibration::{Calibration, probabilities};

/// The correction of a fit with balanced classes, before calibration takes its place.
pub(super) fn correction(params: &Params, target: &Target) -> Calibration {
    match (params.class_weight, params.calibration, target) {
        (_, Calibrate::Never, _) => Calibration::None,
        (ClassWeight::Balanced, _, Target::Classes { codes, count }) => prior::fit(codes, *count),
        _ => Calibration::None,
    }
}

/// The figure that decides, of rows that were held out.
pub(super) fn figure(
    metric: Metric,
    output: Output,
    calibration: &Calibration,
    scores: &[f64],
    (truth, positive): (&Target, Option<usize>),
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
            let answer = all.chunks_exact(*count).map(|row| winner(row).0 as u32);
            let classes = Classes {
                truth: codes.iter().map(|code| Some(*code)).collect(),
                answer: answer.collect(),
                probabilities: all,
                uncalibrated: None,
            };
            let labels: Vec<String> = (0..*count).map(|code| code.to_string()).collect();
            let metrics = classification(&labels, positive, codes, &classes);
            match metric {
                Metric::MacroF1 => metrics.macro_f1,
                Metric::LogLoss => metrics.log_loss,
                // A fold may lack a label: chance, as an area of one half is.
                Metric::RocAuc => metrics.roc_auc.unwrap_or(0.5),
                Metric::AveragePrecision => metrics.average_precision.unwrap_or(0.0),
                _ => metrics.accuracy,
            }
        }
    }
}

/// Figures of the folds of a candidate, in short.
#[derive(Clone, Copy, Default)]
pub(super) struct FoldSummary {
    pub mean: f64,
    pub standard_deviation: f64,
}

impl FoldSummary {
    pub fn of(figures: &[f64]) -> FoldSummary {
        let count = figures.len().max(1) as f64;
        let mean = figures.iter().sum::<f64>() / count;
        let squares: f64 = figures.iter().map(|x| (x - mean) * (x - mean)).sum();
        FoldSummary {
            mean,
            standard_deviation: (squares / count).sqrt(),
        }
    }
}
