//! LightGBM's objectives: the way from scores to answers.

use crate::forest::Answers;
use anyhow::{Result, bail};
use model::format::{Link, ValueLink};

/// An objective, e.g. `binary sigmoid:1`.
pub struct Objective {
    pub text: String,
    pub answers: Answers,
    /// Number by which scores are multiplied.
    pub factor: f64,
}

impl Objective {
    /// Reads an objective of a model with so many scores.
    ///
    /// # Errors
    /// When it is not supported.
    pub fn read(text: &str, outputs: usize) -> Result<Objective> {
        let mut words = text.split_ascii_whitespace();
        let name = words.next().unwrap_or_default();
        let options: Vec<&str> = words.collect();
        let sigmoid = options
            .iter()
            .find_map(|word| word.strip_prefix("sigmoid:"));
        let value = |link| Answers::Value(link);
        let answers = match name {
            "regression" | "regression_l2" | "regression_l1" | "l1" | "l2" | "huber" | "fair"
            | "quantile" | "mape" => match options.contains(&"sqrt") {
                true => value(ValueLink::Square),
                false => value(ValueLink::Identity),
            },
            "poisson" | "gamma" | "tweedie" => value(ValueLink::Exp),
            "cross_entropy" => value(ValueLink::Logistic),
            "lambdarank" | "rank_xendcg" => value(ValueLink::Identity),
            "binary" => Answers::Classes(2, Link::Sigmoid),
            "multiclass" => Answers::Classes(outputs, Link::Softmax),
            "multiclassova" => Answers::Classes(outputs, Link::OneVsRest),
            "" | "custom" | "none" => bail!(
                "the file names no objective, so it was trained with one of your own, whose way from \
                 scores to answers is not known; name it with --objective, e.g. regression (the score), \
                 binary, multiclass, poisson (exp of the score)"
            ),
            other => bail!(
                "the objective {other:?} is not supported; --objective regression imports the model with \
                 its raw scores as answers"
            ),
        };
        let wanted = match answers {
            Answers::Classes(count, Link::Softmax | Link::OneVsRest) if count >= 2 => count,
            Answers::Classes(count, Link::Softmax | Link::OneVsRest) => {
                bail!("the objective {name} has {count} classes; two or more were expected")
            }
            _ => 1,
        };
        if outputs != wanted {
            bail!("the objective {name} has one score; this model has {outputs}");
        }
        let factor: f64 = match sigmoid {
            Some(text) => match text.parse() {
                Ok(factor) if factor > 0.0 && f64::is_finite(factor) => factor,
                _ => bail!("the objective has sigmoid:{text}; a number above 0 was expected"),
            },
            None => 1.0,
        };
        Ok(Objective {
            text: text.to_string(),
            answers,
            factor,
        })
    }
}
