//! An estimator by its name, fitted to features.

use crate::encode::Encoded;
use crate::linear::{self, LinearFit, elastic_net, linear_svc, logistic, naive_bayes, ridge};
use crate::memory;
use crate::params::{ClassWeight, ForestParams, MaxFeatures, Params};
use crate::preprocess::{Style, Target};
use crate::trees::{self, BoostSettings, EarlyStopping, ForestSettings, Trees};
use anyhow::{Result, bail};
use model::format::{Estimator, Link, Task};

/// What was fitted.
pub enum Kernel {
    /// Weights.
    Linear(LinearFit),
    /// Trees.
    Trees(Trees),
}

impl Kernel {
    /// One an output.
    pub fn intercepts(&self) -> &[f64] {
        match self {
            Kernel::Linear(fit) => &fit.intercepts,
            Kernel::Trees(trees) => &trees.intercepts,
        }
    }
}

/// What features an estimator wants.
pub fn style(estimator: Estimator) -> Style {
    if estimator.is_of_trees() {
        Style::Trees
    } else {
        Style::Linear
    }
}

/// The tasks that an estimator can be fitted to.
pub fn has_task(estimator: Estimator, task: Task) -> bool {
    match estimator {
        Estimator::Ridge | Estimator::ElasticNet => task == Task::Regression,
        _ => estimator.is_of_trees() || task == Task::Classification,
    }
}

/// How an estimator's scores become answers.
pub fn link(estimator: Estimator, target: &Target) -> Link {
    match (target, estimator) {
        (Target::Values(_), _) => Link::Identity,
        (_, Estimator::RandomForest | Estimator::ExtraTrees) => Link::Share,
        (Target::Classes { count, .. }, _) => linear::link(*count),
    }
}

/// Fits `estimator` with its parameters in `params`. `report(done, of, message)` is told how far it
/// is; `of` is 0 where that is not known.
///
/// # Errors
/// When the features do not suit it, or it gives up.
pub fn fit(
    estimator: Estimator,
    params: &Params,
    features: &Encoded,
    target: &Target,
    report: &(dyn Fn(usize, usize, String) + Sync),
) -> Result<Kernel> {
    let weights = match (params.class_weight, target) {
        (ClassWeight::Balanced, Target::Classes { codes, count }) => {
            Some(linear::balanced(codes, *count))
        }
        _ => None,
    };
    let weights = weights.as_deref();
    match (features, target) {
        (Encoded::Binned(bins), _) => {
            let features = bins.columns.len();
            let growth = memory::of_growth(estimator, params, bins.rows, features, target);
            memory::check(growth, bins.rows, features)?;
            let goal = match target {
                Target::Classes { codes, count } => trees::Target::Classes {
                    codes,
                    count: *count,
                },
                Target::Values(values) => trees::Target::Values(values),
            };
            let rows: Vec<u32> = (0..bins.rows as u32).collect();
            let trees = match estimator {
                Estimator::GradientBoosting => {
                    let settings = boosting(params);
                    let report = |done, of, loss: Option<f64>| {
                        let loss = loss.map_or(String::new(), |loss| format!(", loss {loss:.5}"));
                        report(done, of, format!("round {done}{loss}"));
                    };
                    trees::boost(bins, goal, weights, &rows, None, &settings, &report)
                }
                _ => {
                    let settings = forest(estimator, params, &goal);
                    let report = |done, of| report(done, of, format!("tree {done}"));
                    trees::forest(bins, goal, weights, &rows, &settings, &report)
                }
            };
            Ok(Kernel::Trees(trees))
        }
        (Encoded::Sparse(rows), Target::Classes { codes, count }) => {
            let fit = match estimator {
                Estimator::LogisticRegression => {
                    let settings = logistic::Settings {
                        c: params.logistic_regression.c,
                        max_iter: params.logistic_regression.max_iter,
                        tol: params.logistic_regression.tol,
                    };
                    let report = |point, loss| {
                        report(point, 0, format!("point {point}, loss {loss:.5}"));
                    };
                    logistic::fit(rows, codes, *count, weights, settings, &report)?
                }
                Estimator::LinearSvc => {
                    let settings = linear_svc::Settings {
                        c: params.linear_svc.c,
                        max_iter: params.linear_svc.max_iter,
                        tol: params.linear_svc.tol,
                        seed: params.seed,
                    };
                    linear_svc::fit(rows, codes, *count, weights, settings)?
                }
                Estimator::MultinomialNb => {
                    let alpha = params.multinomial_nb.alpha;
                    let settings = naive_bayes::Settings { alpha };
                    naive_bayes::multinomial(rows, codes, *count, weights, settings)?
                }
                Estimator::ComplementNb => {
                    let alpha = params.complement_nb.alpha;
                    let settings = naive_bayes::Settings { alpha };
                    naive_bayes::complement(rows, codes, *count, weights, settings)?
                }
                other => bail!("{} answers numbers, not labels", other.name()),
            };
            Ok(Kernel::Linear(fit))
        }
        (Encoded::Sparse(rows), Target::Values(values)) => {
            let fit = match estimator {
                Estimator::Ridge => {
                    let settings = ridge::Settings {
                        alpha: params.ridge.alpha,
                        max_iter: 1000,
                        tol: 1e-10,
                    };
                    ridge::fit(rows, values, weights, settings)?
                }
                Estimator::ElasticNet => {
                    let settings = elastic_net::Settings {
                        alpha: params.elastic_net.alpha,
                        l1_ratio: params.elastic_net.l1_ratio,
                        max_iter: 1000,
                        tol: 1e-6,
                    };
                    let (scaled, mean, scale) = standardised(values);
                    let mut fit = elastic_net::fit(rows, &scaled, weights, settings)?;
                    fit.weights.iter_mut().for_each(|weight| *weight *= scale);
                    for intercept in &mut fit.intercepts {
                        *intercept = *intercept * scale + mean;
                    }
                    fit
                }
                other => bail!("{} answers labels, not numbers", other.name()),
            };
            Ok(Kernel::Linear(fit))
        }
    }
}

/// Values of mean 0 and deviation 1, with both.
fn standardised(values: &[f64]) -> (Vec<f64>, f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    let scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    let scaled = values.iter().map(|value| (value - mean) / scale);
    (scaled.collect(), mean, scale)
}

fn boosting(params: &Params) -> BoostSettings {
    let given = &params.gradient_boosting;
    BoostSettings {
        learning_rate: given.learning_rate,
        max_iter: given.max_iter,
        max_leaf_nodes: given.max_leaf_nodes,
        min_samples_leaf: given.min_samples_leaf,
        l2_regularization: given.l2_regularization,
        subsample: given.subsample,
        max_features: given.max_features,
        early_stopping: given.early_stopping.then(|| EarlyStopping {
            patience: given.n_iter_no_change,
            ..EarlyStopping::default()
        }),
        seed: params.seed,
    }
}

fn forest(estimator: Estimator, params: &Params, target: &trees::Target<'_>) -> ForestSettings {
    let (usual, given): (ForestSettings, &ForestParams) = match estimator {
        Estimator::ExtraTrees => (ForestSettings::extra_trees(target), &params.extra_trees),
        _ => (ForestSettings::random_forest(target), &params.random_forest),
    };
    ForestSettings {
        n_estimators: given.n_estimators,
        max_features: match given.max_features {
            None => usual.max_features,
            Some(MaxFeatures::Named(_)) => trees::MaxFeatures::Sqrt,
            Some(MaxFeatures::Share(share)) => trees::MaxFeatures::Share(share),
        },
        min_samples_leaf: given.min_samples_leaf,
        max_depth: given.max_depth,
        seed: params.seed,
        ..usual
    }
}
