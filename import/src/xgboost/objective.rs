//! XGBoost's objectives: the way from scores to answers, and from `base_score` to a score.

use crate::forest::Answers;
use anyhow::{Result, bail};
use model::format::{Link, ValueLink};

/// Scale of `base_score`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// A score.
    Score,
    /// A probability, of which the score is the logit.
    Probability,
    /// A number, of which the score is the logarithm.
    Logarithm,
}

/// The answers of an objective with so many outputs, and the scale of its `base_score`.
///
/// # Errors
/// When it is not supported.
pub fn read(name: &str, outputs: usize) -> Result<(Answers, Scale)> {
    let value = Answers::Value;
    let (answers, scale) = match name {
        "reg:squarederror"
        | "reg:linear"
        | "reg:squaredlogerror"
        | "reg:absoluteerror"
        | "reg:pseudohubererror"
        | "reg:quantileerror"
        | "rank:pairwise"
        | "rank:ndcg"
        | "rank:map"
        | "binary:logitraw" => (value(ValueLink::Identity), Scale::Score),
        "reg:logistic" => (value(ValueLink::Logistic), Scale::Probability),
        "count:poisson" | "reg:gamma" | "reg:tweedie" | "survival:cox" | "survival:aft" => {
            (value(ValueLink::Exp), Scale::Logarithm)
        }
        "binary:logistic" => (Answers::Classes(2, Link::Sigmoid), Scale::Probability),
        "multi:softprob" | "multi:softmax" => {
            (Answers::Classes(outputs, Link::Softmax), Scale::Score)
        }
        other => bail!(
            "the objective {other:?} is not supported, or is one of your own; --objective \
             reg:squarederror imports the model with its raw scores as answers, binary:logistic and \
             multi:softprob with their probabilities"
        ),
    };
    match answers {
        Answers::Classes(count, Link::Softmax) if count < 2 => {
            bail!("the objective {name} has {count} classes; two or more were expected")
        }
        Answers::Classes(_, Link::Softmax) => {}
        _ if outputs != 1 => {
            bail!("the objective {name} has one score; this model has {outputs}")
        }
        _ => {}
    }
    Ok((answers, scale))
}

impl Scale {
    /// The score of a `base_score`, in the library's arithmetic.
    ///
    /// # Errors
    /// When there is none.
    pub fn score(self, base: f32) -> Result<f64> {
        let logarithm = |number: f32| f64::from(number).ln() as f32;
        let score = match self {
            Scale::Score => base,
            Scale::Probability => -logarithm(1.0 / base - 1.0),
            Scale::Logarithm => logarithm(base),
        };
        if !score.is_finite() {
            bail!("base_score is {base}, which the objective does not allow");
        }
        Ok(score.into())
    }
}
