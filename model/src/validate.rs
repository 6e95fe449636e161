//! Warnings: parts of a row that the model does not know.
//!
//! A time beyond those of the training rows is no warning: every time of a live system is.

use crate::Model;
use crate::answer::push_member;
use crate::features::{EncoderKind, InputStatistics, NumberSettings, TimestampSettings};
use crate::format::NumberEncoding;
use crate::row::{Cell, Row};
use serde::Serialize;

/// A warning that goes with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Its stable name: `unknown_category`, `out_of_range`, `missing_value` or `no_known_words`.
    pub code: &'static str,
    /// The field, as a JSON Pointer into the row; none where several texts are meant together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// One sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Finding about a cell, compared with the training rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// They had the like of it, or it is text, which is no one's to say.
    Usual,
    /// It has no value; that is no warning where training rows had none either.
    Missing,
    /// It is less or greater than theirs.
    OutOfRange,
    /// It is a category that none of them had.
    Unknown,
}

/// The warnings of a row, whose texts look like `statistics`.
pub fn warnings(model: &Model<'_>, row: &Row<'_>, statistics: &InputStatistics) -> Vec<Warning> {
    check(model, row, statistics, &mut |_, _| {})
}

/// As [`warnings`]; `found` hears of each cell, by its column's place, in the same pass.
pub fn check(
    model: &Model<'_>,
    row: &Row<'_>,
    statistics: &InputStatistics,
    found: &mut impl FnMut(usize, Finding),
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    judge(model, row, statistics, found, &mut |code, name, detail| {
        warnings.push(Warning {
            code,
            field: name.map(step),
            detail: detail(),
        });
    });
    warnings
}

/// As [`check`]; `warned` hears of each warning, by its code and the name of its column, if it concerns
/// a single one. No sentence is written.
pub fn check_each(
    model: &Model<'_>,
    row: &Row<'_>,
    statistics: &InputStatistics,
    found: &mut impl FnMut(usize, Finding),
    warned: &mut impl FnMut(&'static str, Option<&str>),
) {
    judge(model, row, statistics, found, &mut |code, name, _| {
        warned(code, name)
    });
}

/// As [`check`], for who has no use for warnings: what they would say is not written.
pub fn find(model: &Model<'_>, row: &Row<'_>, found: &mut impl FnMut(usize, Finding)) {
    let statistics = InputStatistics::default();
    judge(model, row, &statistics, found, &mut |_, _, _| {});
}

/// Tells `found` of each cell, and `warned` of each warning: its code, its column, and its sentence.
fn judge(
    model: &Model<'_>,
    row: &Row<'_>,
    statistics: &InputStatistics,
    found: &mut impl FnMut(usize, Finding),
    warned: &mut impl FnMut(&'static str, Option<&str>, &dyn Fn() -> String),
) {
    let mut text = None;
    let mut texts = 0;
    let columns = model.columns.iter().zip(&model.encoders).zip(row.cells());
    for (index, ((column, encoder), cell)) in columns.enumerate() {
        let name = column.name;
        let is_missing = cell.is_missing();
        let mut finding = match is_missing {
            true => Finding::Missing,
            false => Finding::Usual,
        };
        let mut warn = |code, detail: &dyn Fn() -> String| warned(code, Some(name), detail);
        match (&encoder.kind, cell) {
            (EncoderKind::Text(_), _) => {
                text = Some(name);
                texts += 1;
            }
            (EncoderKind::Category(category), Cell::Category(value)) => {
                let is_known = category.knows(value);
                if is_missing {
                    // An imported model may take missing values without a category for them.
                    if !is_known && !column.optional {
                        warn("missing_value", &|| {
                            format!("{name:?} has no value, which no training row lacked")
                        });
                    }
                } else if !is_known {
                    finding = Finding::Unknown;
                    warn("unknown_category", &|| {
                        format!("{name:?} has a value that no training row had")
                    });
                }
            }
            (
                EncoderKind::Number(NumberSettings { scaling, .. })
                | EncoderKind::Timestamp(TimestampSettings { scaling, .. }),
                _,
            ) if is_missing => {
                let is_imputed = scaling.encoding != NumberEncoding::Raw;
                if is_imputed || !column.optional {
                    warn("missing_value", &|| match is_imputed {
                        true => {
                            format!("{name:?} has no value; the training rows' median stands in")
                        }
                        false => format!("{name:?} has no value, which no training row lacked"),
                    });
                }
            }
            (EncoderKind::Number(NumberSettings { scaling, .. }), Cell::Number(value))
                if *value < scaling.least || *value > scaling.greatest =>
            {
                finding = Finding::OutOfRange;
                warn("out_of_range", &|| {
                    let (least, greatest) = (scaling.least, scaling.greatest);
                    format!("{name:?} was between {least} and {greatest} in the training rows")
                });
            }
            _ => {}
        }
        found(index, finding);
    }
    if texts > 0 && statistics.unknown == statistics.shortest_ngrams {
        warned("no_known_words", text.filter(|_| texts == 1), &|| {
            "the text has no word that the model knows".to_owned()
        });
    }
}

/// A name as a JSON Pointer (RFC 6901, section 3): the tilde first, or it would escape its own
/// escapes.
pub fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Adds the warnings, if there are any, to an answer's JSON object at the end of `json`.
pub fn push_warnings(json: &mut Vec<u8>, warnings: &[Warning]) {
    if warnings.is_empty() || json.last() != Some(&b'}') {
        return;
    }
    push_member(json, "warnings", warnings);
}
