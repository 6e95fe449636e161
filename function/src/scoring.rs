//! Rows to answers and their statistics: the core behind every door.

use crate::context::Context;
use crate::explain::{self, Contribution, Explainer, Explanation};
use crate::json::ALLOCATION;
use crate::monitoring::kept::{Kept, bytes_of};
use crate::monitoring::scored::{Findings, Phases, Scored};
use crate::monitoring::watch::Seen;
use crate::problem::{Code, Problem};
use crate::request::Request;
use crate::served::Served;
use crate::spread::spread;
use model::answer::Answer;
use model::features::InputStatistics;
use model::row::Row;
use model::score::Scorer;
use model::validate::{Warning, check, find};
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Answer to a row, with warnings, explanation and statistics.
#[derive(Debug)]
pub struct Answered<'m> {
    /// The model's answer.
    pub answer: Answer<'m>,
    /// Why the answer may be worth less than it looks.
    pub warnings: Vec<Warning>,
    /// Explanation, if it was requested.
    pub explanation: Option<Explanation>,
    /// Input statistics of the row.
    pub statistics: InputStatistics,
}

/// The answers to a request's rows, answer `i` to row `i`, and their statistics.
#[derive(Debug)]
pub struct Answers<'m> {
    answered: Vec<Answered<'m>>,
    /// Statistics.
    pub scored: Scored,
}

impl<'m> Deref for Answers<'m> {
    type Target = [Answered<'m>];

    fn deref(&self) -> &[Answered<'m>] {
        &self.answered
    }
}

/// Options of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The most probable labels only, this many.
    pub top: Option<usize>,
    /// The features that weighed most, this many.
    pub explain: Option<usize>,
    /// Warnings.
    pub warnings: bool,
}

impl Asked {
    /// Options of the query, `top=K` and `explain=K`; other parameters are ignored.
    ///
    /// # Errors
    /// When a number is none, or is given twice.
    pub fn of_query(query: Option<&str>) -> Result<Asked, Problem> {
        Ok(Asked {
            top: count(query, "top", Code::InvalidTop)?,
            explain: count(query, "explain", Code::InvalidExplain)?,
            warnings: false,
        })
    }

    /// The same, and warnings.
    pub fn with_warnings(self) -> Asked {
        Asked {
            warnings: true,
            ..self
        }
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
        return refuse("is not a whole number");
    }
    match value.parse() {
        Ok(0) => refuse("is 0"),
        Ok(count) => Ok(Some(count)),
        // More digits than a number holds: more labels than any model has.
        Err(_) => Ok(Some(usize::MAX)),
    }
}

/// Steps of an explanation, as a multiple of those of its score.
const EXPLAINED_STEPS: usize = 8;

/// Warnings without the names of the model's fields. A value that is strange came with the name of
/// its column, unless the row `is_unnamed`; of all others each code stands once.
fn hidden(all: Vec<Warning>, is_unnamed: bool) -> Vec<Warning> {
    let mut told: Vec<Warning> = Vec::new();
    for Warning { code, field, .. } in all {
        let was_named = matches!(code, "out_of_range" | "unknown_category") && !is_unnamed;
        let warning = Warning {
            code,
            field: field.filter(|_| was_named),
            detail: String::new(),
        };
        if was_named || !told.contains(&warning) {
            told.push(warning);
        }
    }
    told
}

/// One row in this many is timed in parts: reading the clock costs a fiftieth of a row.
const TIMED: usize = 16;

/// Some of the rows of a request, answered.
struct Part<'m> {
    answered: Vec<Answered<'m>>,
    findings: Findings,
    /// Times of the timed rows: for features, and for scores.
    times: (Duration, Duration),
}

/// Answers rows, on all cores where there are many.
///
/// # Errors
/// When the model is damaged, its answers cannot be explained, or the rows take more than a request
/// may.
pub fn answer<'m>(
    context: &Context<'m>,
    rows: &[Row<'_>],
    asked: Asked,
) -> Result<Answers<'m>, Problem> {
    let start = Instant::now();
    let (served, hides_schema) = (context.served, context.rules.hides_schema);
    context.work.take(rows.len() * answer_bytes(served))?;
    let explainer = asked
        .explain
        .map(|count| Explainer::new(served, count, hides_schema))
        .transpose()?;
    let some = |rows: &[Row<'_>]| some(context, rows, explainer.as_ref(), asked.warnings);
    let mut parts = spread(rows, some).into_iter();
    let mut whole = parts.next().unwrap_or_else(|| some(&[]))?;
    for part in parts {
        let mut part = part?;
        whole.answered.append(&mut part.answered);
        whole.findings += part.findings;
    }
    let Part {
        answered,
        findings,
        times: (features, scores),
    } = whole;
    let wanted = served
        .worker
        .as_ref()
        .and_then(|worker| worker.wants(rows.len()));
    let kept = wanted.and_then(|wanted| {
        // A copy is not worth refusing the request that it is of.
        let bytes = rows.iter().map(bytes_of).sum::<usize>() + rows.len() * answer_bytes(served);
        if context.work.take(bytes).is_ok() {
            return Some(Kept::of(wanted, rows, &answered));
        }
        if let Some(worker) = &served.worker {
            worker.drop_rows(wanted, rows.len());
        }
        None
    });
    let phases = Phases {
        start,
        end: Instant::now(),
        features: features.as_secs_f64() / (features + scores).as_secs_f64().max(1e-9),
    };
    let scored = Scored {
        kept,
        ..Scored::of(&served.model, &answered, findings, phases)
    };
    Ok(Answers { answered, scored })
}

/// Bytes that a row's answer takes: itself, and each label's probability and place.
fn answer_bytes(served: &Served) -> usize {
    let of_label = size_of::<f64>() + size_of::<u32>();
    size_of::<Answered<'_>>() + served.model.head.labels().len() * of_label + 2 * ALLOCATION
}

/// Answers rows on this thread.
fn some<'m>(
    context: &Context<'m>,
    rows: &[Row<'_>],
    explainer: Option<&Explainer<'_>>,
    warns: bool,
) -> Result<Part<'m>, Problem> {
    let (served, work) = (context.served, &context.work);
    let hides_schema = context.rules.hides_schema;
    let mut scratch = explain::Scratch::default();
    // One a request: several requests may be under way, and one of 6 MB would leave its memory
    // behind for good.
    let mut scorer = Scorer::default();
    let watch = served.watch();
    let mut own = watch.and_then(|watch| watch.counts(rows.len()));
    let mut cells = Vec::new();
    let mut part = Part {
        answered: Vec::with_capacity(rows.len()),
        findings: Findings::default(),
        times: (Duration::ZERO, Duration::ZERO),
    };
    for (index, row) in rows.iter().enumerate() {
        let now = || index.is_multiple_of(TIMED).then(Instant::now);
        let before = now();
        scorer.fill(&served.model, row);
        let between = now();
        let answer = scorer
            .answer_filled(&served.model)
            .map_err(|error| Problem::new(Code::ModelNotFinite, error.to_string()))?;
        if let (Some(before), Some(between)) = (before, between) {
            part.times.0 += between - before;
            part.times.1 += between.elapsed();
        }
        work.step(scorer.steps())?;
        let statistics = scorer.statistics();
        cells.clear();
        let mut found = |_, finding| {
            part.findings.count(finding);
            cells.push(finding);
        };
        let warnings = match warns {
            true => {
                let all = check(&served.model, row, &statistics, &mut found);
                // A sentence, its field and what the heap adds to both.
                let bytes = all.len() * (size_of::<Warning>() + 2 * ALLOCATION);
                let texts = all.iter().map(|one| one.detail.len() * 3 / 2);
                if !all.is_empty() {
                    work.take(bytes + texts.sum::<usize>())?;
                }
                match hides_schema {
                    true => hidden(all, context.is_unnamed.load(Ordering::Relaxed)),
                    false => all,
                }
            }
            false => {
                find(&served.model, row, &mut found);
                Vec::new()
            }
        };
        if let Some(watch) = watch {
            let seen = Seen {
                row,
                texts: scorer.by_column(),
                findings: &cells,
                answer: &answer,
            };
            watch.count(own.as_mut(), &seen);
        }
        part.answered.push(Answered {
            warnings,
            explanation: match explainer {
                Some(explainer) => {
                    work.step(EXPLAINED_STEPS * scorer.steps())?;
                    let explanation = explainer.explain(row, &answer, &mut scratch)?;
                    let entries = explanation.features.len();
                    work.explain(entries)?;
                    work.take(entries * (size_of::<Contribution>() + 4 * ALLOCATION))?;
                    Some(explanation)
                }
                None => None,
            },
            answer,
            statistics,
        });
    }
    if let Some(watch) = watch {
        watch.add(own);
    }
    Ok(part)
}

/// True if a client prefers CSV to JSON.
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
