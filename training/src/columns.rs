//! Which columns of a table are learnt from.

use crate::data;
use crate::params::{Kind, Params};
use anyhow::{Result, bail};
use model::row::Value;
use model::rows::Reader;
use model::tokens::Tokens;
use storage::Location;

/// Rows that are looked at to infer the kinds of columns.
const SAMPLE: usize = 1000;

/// A text column has at least this many words a value on average: a category has one or two.
const WORDS_OF_TEXT: f64 = 2.5;

/// What becomes of a column of the training table.
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// It is the target.
    Target,
    /// It is learnt from.
    Input(Kind),
    /// It is left out, with the reason.
    LeftOut(&'static str),
}

/// What becomes of each column of the table `at`, in its order.
///
/// # Errors
/// When the table cannot be read, a named column is not in it, or no column is left to learn from.
pub fn choose(at: &Location, params: &Params) -> Result<Vec<(String, Use)>> {
    let mut reader = data::open(at)?;
    let Some(target) = &params.target else {
        bail!(
            "--target is missing: the column to be answered, one of {}",
            reader.columns().join(", ")
        );
    };
    let named = [target].into_iter().chain(params.columns.keys());
    for name in named.chain(&params.drop) {
        reader.column(name)?;
    }
    let Some(samples) = sample(&mut reader)? else {
        bail!(
            "{}: there is no row under the header; rows to learn from were expected",
            at
        );
    };
    let free = |name: &String| {
        name != target && !params.drop.contains(name) && !params.columns.contains_key(name)
    };
    let columns = || reader.columns().iter().zip(&samples);
    // A lone column of words is meant, however few words its values have.
    let is_lone = params.columns.is_empty()
        && columns()
            .filter(|(name, sample)| free(name) && sample.words_only > 0)
            .count()
            == 1;
    let uses: Vec<(String, Use)> = columns()
        .map(|(name, sample)| {
            let is_text = sample.is_text() || (is_lone && sample.words_only > 0);
            let what = match params.columns.get(name) {
                _ if name == target => Use::Target,
                _ if params.drop.contains(name) => Use::LeftOut("dropped"),
                Some(kind) => Use::Input(*kind),
                None if is_text => Use::Input(Kind::Text),
                None => Use::LeftOut("not text; this version learns from text only"),
            };
            (name.clone(), what)
        })
        .collect();
    if !uses.iter().any(|(_, what)| matches!(what, Use::Input(_))) {
        bail!(
            "{}: no column looks like text; name one with --kind COLUMN=text (it has {})",
            at,
            reader.columns().join(", ")
        );
    }
    Ok(uses)
}

/// What a column's first values look like.
#[derive(Clone, Default)]
struct Sample {
    /// Values that are not empty.
    values: usize,
    /// Words of all of them.
    words: usize,
    /// Values that are no number.
    words_only: usize,
}

impl Sample {
    fn is_text(&self) -> bool {
        self.values > 0 && self.words as f64 >= WORDS_OF_TEXT * self.values as f64
    }
}

/// A sample of each column; `None` when there is no row.
fn sample(reader: &mut Reader) -> Result<Option<Vec<Sample>>> {
    let mut samples = vec![Sample::default(); reader.columns().len()];
    let mut tokens = Tokens::default();
    for row in 0..SAMPLE {
        let Some(record) = reader.next_record()? else {
            if row == 0 {
                return Ok(None);
            }
            break;
        };
        for (sample, value) in samples.iter_mut().zip(record.values) {
            if let Some(Value::Text(text)) = value
                && !text.is_empty()
            {
                tokens.find(&text, false);
                sample.values += 1;
                sample.words += tokens.len();
                sample.words_only += usize::from(text.trim().parse::<f64>().is_err());
            }
        }
    }
    Ok(Some(samples))
}
