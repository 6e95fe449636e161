//! Rows to answers, with all that is told of them: the core that every door stands on.

use crate::explain::{Explainer, Explanation};
use crate::problem::{Code, Problem};
use crate::request::Request;
use crate::served::Served;
use crate::spread::spread;
use model::answer::Answer;
use model::features::InputStatistics;
use model::row::Row;
use model::score::Scorer;
use model::validate::{Warning, warnings};

/// What the model says of a row, and what else there is to say.
#[derive(Debug)]
pub struct Answered<'m> {
    /// What the model says.
    pub answer: Answer<'m>,
    /// Why the answer may be worth less than it looks.
    pub warnings: Vec<Warning>,
    /// What spoke for the answer, if that was asked for.
    pub explanation: Option<Explanation>,
    /// What the row looked like.
    pub statistics: InputStatistics,
}

/// What a request may ask for besides the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The most probable labels only, this many.
    pub top: Option<usize>,
    /// The features that weighed most, this many.
    pub explain: Option<usize>,
}

impl Asked {
    /// What the query asks for with `top=K` and `explain=K`; other parameters are not ours.
    ///
    /// # Errors
    /// When a number is none, or is given twice.
    pub fn of_query(query: Option<&str>) -> Result<Asked, Problem> {
        Ok(Asked {
            top: count(query, "top", Code::InvalidTop)?,
            explain: count(query, "explain", Code::InvalidExplain)?,
        })
    }
}

fn count(query: Option<&str>, name: &str, code: Code) -> Result<Option<usize>, Problem> {
    let refuse = |what: &str| {
        let detail = format!(
            "the query parameter {name} {what}; a whole number from 1 up was expected, for example ?{name}=3"
        );
        Err(Problem::new(code, detail).expected("a whole number from 1 up"))
    };
    let pairs = query.unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| match pair.split_once('=') {
        Some((key, value)) if key == name => Some(value),
        None if pair == name => Some(""),
        _ => None,
    });
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return refuse("is given twice");
    }
    // `parse` alone would take a plus sign, which is a blank in a query.
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse("is no whole number");
    }
    match value.parse() {
        Ok(0) => refuse("is 0"),
        Ok(count) => Ok(Some(count)),
        // More digits than a number holds: more labels than any model has.
        Err(_) => Ok(Some(usize::MAX)),
    }
}

/// Answers rows, on all cores where there are many; answer `i` is row `i`'s.
///
/// # Errors
/// When the model is damaged, or its answers cannot be explained.
pub fn answer<'m>(
    served: &'m Served,
    rows: &[Row<'_>],
    asked: Asked,
    hides_schema: bool,
) -> Result<Vec<Answered<'m>>, Problem> {
    let explainer = asked
        .explain
        .map(|count| Explainer::new(served, count, hides_schema))
        .transpose()?;
    let some = |rows: &[Row<'_>]| {
        // One a request: several requests may be under way, and one of 6 MB would leave its memory
        // behind for good.
        let mut scorer = Scorer::default();
        let answers = rows.iter().map(|row| {
            let answer = scorer
                .answer(&served.model, row)
                .map_err(|error| Problem::new(Code::ModelNotFinite, error.to_string()))?;
            let statistics = scorer.statistics();
            Ok(Answered {
                warnings: {
                    let mut warnings = warnings(&served.model, row, &statistics);
                    if hides_schema {
                        warnings.iter_mut().for_each(|one| one.detail.clear());
                    }
                    warnings
                },
                explanation: match &explainer {
                    Some(explainer) => Some(explainer.explain(row, &answer)?),
                    None => None,
                },
                answer,
                statistics,
            })
        });
        answers.collect::<Result<Vec<_>, Problem>>()
    };
    let mut all = Vec::with_capacity(rows.len());
    for some in spread(rows, some) {
        all.append(&mut some?);
    }
    Ok(all)
}

/// What the metrics tell of a request's rows.
#[derive(Clone, Debug)]
pub struct Scored {
    /// How many rows there were.
    pub rows: usize,
    /// Of each row, or of a hundred of them, evenly: what it looked like, and the probability of
    /// its label, of classification.
    pub sample: Vec<(InputStatistics, Option<f64>)>,
}

/// Most values that an EMF line holds of a metric.
const SAMPLE: usize = 100;

impl Scored {
    /// What there is to tell of these answers.
    pub fn of(answers: &[Answered<'_>]) -> Scored {
        let step = answers.len().div_ceil(SAMPLE).max(1);
        let sample = answers
            .iter()
            .step_by(step)
            .map(|answered| (answered.statistics, answered.answer.confidence()));
        Scored {
            rows: answers.len(),
            sample: sample.collect(),
        }
    }
}

/// Whether a client would rather have CSV than JSON.
pub fn wants_csv(request: &Request<'_>) -> bool {
    let accept = request.header("accept").unwrap_or_default();
    accept.trim_start().starts_with("text/csv")
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn top_and_explain_are_whole_numbers_from_1_up() {
        let top = |query| Asked::of_query(query).map(|asked| asked.top);
        assert_eq!(top(None).unwrap(), None);
        assert_eq!(top(Some("")).unwrap(), None);
        assert_eq!(top(Some("stop=1&topic=2")).unwrap(), None);
        assert_eq!(top(Some("a=b&top=2")).unwrap(), Some(2));
        assert_eq!(top(Some("top=007")).unwrap(), Some(7));
        let digits = "top=99999999999999999999999";
        assert_eq!(top(Some(digits)).unwrap(), Some(usize::MAX));
        let both = Asked::of_query(Some("explain=2&top=1")).unwrap();
        assert_eq!((both.top, both.explain), (Some(1), Some(2)));
        for bad in [
            "top",
            "top=",
            "top=0",
            "top=-1",
            "top=+1",
            "top=1.5",
            "top=a",
            "top=1&top=2",
            "explain=0",
            "explain",
        ] {
            assert!(Asked::of_query(Some(bad)).is_err(), "{bad}");
        }
    }
}
