//! Rows to answers: the core behind every door.
//!
//! Scoring returns data and keeps nothing: for each row the answer, its warnings and its
//! explanation; for each cell the finding beside the training rows; for each text its statistics.
//! An [`endpoint`](crate::endpoint) makes metrics and copies of them.

use crate::context::Context;
use crate::explain::{self, explainer};
use crate::json::ALLOCATION;
use crate::options::{ScoreOptions, WarningForm};
use crate::problem::{Code, Problem};
use crate::served::ServedModel;
use crate::spread::spread;
use crate::warnings::WarningCounts;
use model::Model;
use model::answer::Answer;
use model::explain::{Contribution, Explainer, Explanation};
use model::features::{EncoderKind, InputStatistics};
use model::row::Row;
use model::score::Scorer;
use model::validate::{Finding, Warning, check, check_each, find, step};
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The answer to a row.
#[derive(Debug)]
pub struct ScoredRow<'m> {
    /// The model's answer.
    pub answer: Answer<'m>,
    /// Reasons to doubt the answer; empty where the request wants none.
    pub warnings: Vec<Warning>,
    /// Contributions to the score, if the request wants them.
    pub explanation: Option<Explanation>,
}

/// The answers to the rows of a request, answer `i` to row `i`.
#[derive(Debug)]
pub struct ScoredRows<'m> {
    rows: Vec<ScoredRow<'m>>,
    /// Row-major: one per row and column.
    findings: Vec<Finding>,
    /// Row-major: one per row and text column.
    texts: Vec<InputStatistics>,
    warnings: WarningCounts,
    start: Instant,
    features_share: f64,
}

impl<'m> ScoredRows<'m> {
    /// Findings of all cells, row by row.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Findings of a row, one per column.
    pub fn findings_of(&self, row: usize) -> &[Finding] {
        part(&self.findings, row, self.rows.len())
    }

    /// Statistics of a row's texts, one per text column.
    pub fn texts_of(&self, row: usize) -> &[InputStatistics] {
        part(&self.texts, row, self.rows.len())
    }

    /// The warnings of all rows, if they are wanted as counts.
    pub fn warning_counts(&self) -> &WarningCounts {
        &self.warnings
    }

    /// Time at which the rows had been read and scoring began.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Share of the time of scoring that features took, 0 to 1.
    pub fn features_share(&self) -> f64 {
        self.features_share
    }
}

impl<'m> Deref for ScoredRows<'m> {
    type Target = [ScoredRow<'m>];

    fn deref(&self) -> &[ScoredRow<'m>] {
        &self.rows
    }
}

/// The items of a row, of a row-major list for this many rows.
fn part<T>(items: &[T], row: usize, rows: usize) -> &[T] {
    let width = items.len() / rows.max(1);
    items.get(row * width..(row + 1) * width).unwrap_or(&[])
}

/// Steps of an explanation, as a multiple of those of its score.
const EXPLAINED_STEPS: usize = 8;

/// One row in this many is timed in parts: reading the clock costs a fiftieth of a row.
const TIMED: usize = 16;

/// Some of the rows of a request, scored by one thread.
struct ScoredPart<'m> {
    rows: Vec<ScoredRow<'m>>,
    findings: Vec<Finding>,
    texts: Vec<InputStatistics>,
    warnings: WarningCounts,
    /// Times of the timed rows: for features, and for scores.
    times: (Duration, Duration),
}

/// Scores rows, on all cores where there are many.
///
/// # Errors
/// When the model is damaged, its answers cannot be explained, or the rows take more than a request
/// may.
pub fn score<'m>(
    context: &Context<'m>,
    rows: &[Row<'_>],
    options: ScoreOptions,
) -> Result<ScoredRows<'m>, Problem> {
    let start = Instant::now();
    let served = context.served;
    context.work.take(rows.len() * row_bytes(served))?;
    let explainer = options
        .explain
        .map(|count| explainer(served.model(), count, context.rules.hides_schema))
        .transpose()?;
    let score_some =
        |rows: &[Row<'_>]| score_part(context, rows, explainer.as_ref(), options.warnings);
    let mut parts = spread(rows, |_, rows| score_some(rows)).into_iter();
    let mut whole = parts.next().unwrap_or_else(|| score_some(&[]))?;
    for part in parts {
        let mut part = part?;
        whole.rows.append(&mut part.rows);
        whole.findings.append(&mut part.findings);
        whole.texts.append(&mut part.texts);
        whole.warnings.merge(part.warnings);
    }
    if options.warnings == WarningForm::Rows && !context.rules.hides_schema {
        let (model, hints) = (served.model(), &context.hints);
        let warnings = whole.rows.iter_mut().map(|row| &mut row.warnings);
        hints.explain_values(model, rows, &whole.findings, warnings);
    }
    let (features, scores) = whole.times;
    Ok(ScoredRows {
        rows: whole.rows,
        findings: whole.findings,
        texts: whole.texts,
        warnings: whole.warnings,
        start,
        features_share: features.as_secs_f64() / (features + scores).as_secs_f64().max(1e-9),
    })
}

/// Bytes that a scored row takes: itself, each label's probability and place, each cell's finding,
/// and each text's statistics.
fn row_bytes(served: &ServedModel) -> usize {
    let columns = served.model().columns.len();
    answer_bytes(served)
        + columns * size_of::<Finding>()
        + text_columns(served.model()) * size_of::<InputStatistics>()
}

/// Bytes that a row's answer takes: itself, and each label's probability and place.
pub fn answer_bytes(served: &ServedModel) -> usize {
    let of_label = size_of::<f64>() + size_of::<u32>();
    size_of::<ScoredRow<'_>>() + served.model().head.labels().len() * of_label + 2 * ALLOCATION
}

fn text_columns(model: &Model<'_>) -> usize {
    let encoders = model.encoders.iter();
    encoders
        .filter(|encoder| matches!(encoder.kind, EncoderKind::Text(_)))
        .count()
}

/// Scores rows on this thread.
fn score_part<'m>(
    context: &Context<'m>,
    rows: &[Row<'_>],
    explainer: Option<&Explainer<'_>>,
    wanted: WarningForm,
) -> Result<ScoredPart<'m>, Problem> {
    let (model, work) = (context.served.model(), &context.work);
    let hides_schema = context.rules.hides_schema;
    let is_unnamed = || context.is_unnamed.load(Ordering::Relaxed);
    // One per request: several requests may be under way, and one of 6 MB would leave its memory
    // behind for good.
    let mut scorer = Scorer::default();
    let mut part = ScoredPart {
        rows: Vec::with_capacity(rows.len()),
        findings: Vec::with_capacity(rows.len() * model.columns.len()),
        texts: Vec::with_capacity(rows.len() * text_columns(model)),
        warnings: WarningCounts::default(),
        times: (Duration::ZERO, Duration::ZERO),
    };
    for (index, row) in rows.iter().enumerate() {
        let now = || index.is_multiple_of(TIMED).then(Instant::now);
        let before = now();
        scorer.fill(model, row);
        let between = now();
        let answer = scorer
            .answer_filled(model)
            .map_err(|error| Problem::new(Code::ModelNotFinite, error.to_string()))?;
        if let (Some(before), Some(between)) = (before, between) {
            part.times.0 += between - before;
            part.times.1 += between.elapsed();
        }
        work.step(scorer.steps())?;
        part.texts.extend_from_slice(scorer.by_column());
        let mut note = |_, finding| part.findings.push(finding);
        let warnings = match wanted {
            WarningForm::Rows => {
                let all = check(model, row, &scorer.statistics(), &mut note);
                // A sentence, its field and what the heap adds to both.
                let bytes = all.len() * (size_of::<Warning>() + 2 * ALLOCATION);
                let texts = all.iter().map(|one| one.detail.len() * 3 / 2);
                if !all.is_empty() {
                    work.take(bytes + texts.sum::<usize>())?;
                }
                match hides_schema {
                    true => without_schema(all, is_unnamed()),
                    false => all,
                }
            }
            WarningForm::Counts => {
                let statistics = scorer.statistics();
                check_each(model, row, &statistics, &mut note, &mut |code, name| {
                    let name = name.filter(|_| !hides_schema || shows_field(code, is_unnamed()));
                    part.warnings.add(code, name.map(step));
                });
                Vec::new()
            }
            WarningForm::None => {
                find(model, row, &mut note);
                Vec::new()
            }
        };
        part.rows.push(ScoredRow {
            warnings,
            explanation: match explainer {
                Some(explainer) => {
                    work.step(EXPLAINED_STEPS * scorer.steps())?;
                    let explanation = explainer.explain(&answer, &mut scorer);
                    let explanation = explanation.map_err(explain::problem)?;
                    let entries = explanation.features.len();
                    work.explain(entries)?;
                    work.take(entries * (size_of::<Contribution>() + 4 * ALLOCATION))?;
                    Some(explanation)
                }
                None => None,
            },
            answer,
        });
    }
    Ok(part)
}

/// True if a warning may name its field although the schema is hidden: a value that is strange came
/// with the name of its column, unless the row `is_unnamed`.
fn shows_field(code: &str, is_unnamed: bool) -> bool {
    matches!(code, "out_of_range" | "unknown_category") && !is_unnamed
}

/// Warnings without the names of the model's fields, unless they may be shown; of all others each code
/// stands once.
fn without_schema(all: Vec<Warning>, is_unnamed: bool) -> Vec<Warning> {
    let mut shown: Vec<Warning> = Vec::new();
    for Warning { code, field, .. } in all {
        let was_named = shows_field(code, is_unnamed);
        let warning = Warning {
            code,
            field: field.filter(|_| was_named),
            detail: String::new(),
        };
        if was_named || !shown.contains(&warning) {
            shown.push(warning);
        }
    }
    shown
}
