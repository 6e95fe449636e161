//! Fits the estimator that is chosen by its name.

use crate::estimators::{ClassCodes, Encoded, FitOptions, Kernel};
use crate::linear;
use crate::params::{ClassWeight, Params};
use crate::target::{Output, Target};
use anyhow::Result;
use model::format::Estimator;

/// Meaning of the scores of an estimator.
///
/// # Errors
/// When it cannot be fitted to such a target.
pub fn output(estimator: Estimator, params: &Params, target: &Target) -> Result<Output> {
    match target {
        Target::Values(_) => Ok(Output::Value),
        Target::Classes { count, .. } => {
            let link = params.classifier(estimator)?.link(*count);
            Ok(Output::Labels(link))
        }
    }
}

/// Fits `estimator` with its parameters in `params`. `report(done, of, message)` is called with the
/// progress; `of` is 0 where that is not known.
///
/// # Errors
/// When it cannot be fitted to such a target, the features do not suit it, or it gives up.
pub fn fit(
    estimator: Estimator,
    params: &Params,
    features: &Encoded,
    target: &Target,
    report: &(dyn Fn(usize, usize, String) + Sync),
) -> Result<Kernel> {
    let options = |row_weights| FitOptions {
        row_weights,
        seed: params.seed,
        report,
    };
    match target {
        Target::Classes { codes, count } => {
            let balanced = match params.class_weight {
                ClassWeight::Balanced => Some(linear::balanced(codes, *count)),
                ClassWeight::None => None,
            };
            let classes = ClassCodes {
                codes,
                count: *count,
            };
            let options = options(balanced.as_deref());
            params
                .classifier(estimator)?
                .fit(features, classes, &options)
        }
        Target::Values(values) => {
            params
                .regressor(estimator)?
                .fit(features, values, &options(None))
        }
    }
}
