//! Tables to training rows: what is read, and which rows train and which test.

use crate::params::Params;
use crate::random::Random;
use anyhow::{Result, bail};
use model::card::DataFile;
use model::digest::Hasher;
use model::row::Value;
use model::rows::{Format, ReadError, Reader};
use std::collections::BTreeMap;
use std::io::Read;
use storage::{Location, Store};

/// Rows with their targets.
#[derive(Default)]
pub struct Rows {
    /// Texts by column, then by row.
    pub texts: Vec<Vec<String>>,
    /// The target of each row, as it is written.
    pub targets: Vec<String>,
    /// Rows that `skip_empty` left out.
    pub skipped: usize,
}

/// Opens a table, a file or an object in S3; its name tells the format.
///
/// # Errors
/// When it cannot be read, has no known format, or has no legal header.
pub fn open(at: &Location) -> Result<Reader> {
    if let Location::File(path) = at {
        return Ok(Reader::open(path)?);
    }
    let name = at.to_string();
    let format = Format::of_name(&at.name()).ok_or_else(|| {
        let what = "its name tells no format; .csv, .tsv or .jsonl, or one of these with .gz, was expected";
        ReadError::at(&name, None, what)
    })?;
    let input = Store::from_env().read(at)?;
    Ok(Reader::new(&name, input, Some(format))?)
}

/// Reads the texts of `columns` and the target of each row.
///
/// # Errors
/// When the table cannot be read, or a row lacks its target or all its texts and `skip_empty`
/// does not say to leave it out.
pub fn read(at: &Location, columns: &[String], params: &Params) -> Result<Rows> {
    let mut reader = open(at)?;
    let target = params.target.as_deref().unwrap_or_default();
    let target_index = reader.column(target)?;
    let indices = columns
        .iter()
        .map(|column| reader.column(column))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows = Rows {
        texts: vec![Vec::new(); columns.len()],
        ..Rows::default()
    };
    while let Some(mut record) = reader.next_record()? {
        let refuse = |what: String| ReadError::at(reader.name(), Some(record.line), what);
        let label = match record.values[target_index].take() {
            Some(Value::Text(text)) => text.into_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Boolean(boolean)) => boolean.to_string(),
            Some(Value::Missing) | None => String::new(),
            Some(other) => {
                let got = other.kind();
                bail!(refuse(format!(
                    "the target {target:?} is {got}; a label was expected"
                )));
            }
        };
        let mut texts = Vec::with_capacity(indices.len());
        for (index, column) in indices.iter().zip(columns) {
            texts.push(match record.values[*index].take() {
                Some(Value::Text(text)) => text.into_owned(),
                Some(Value::Missing) | None => String::new(),
                Some(other) => {
                    let got = other.kind();
                    bail!(refuse(format!(
                        "the column {column:?} is {got}; text was expected"
                    )));
                }
            });
        }
        let no_label = label.trim().is_empty();
        if no_label || texts.iter().all(|text| text.trim().is_empty()) {
            if params.skip_empty {
                rows.skipped += 1;
                continue;
            }
            let what = match columns {
                _ if no_label => format!("the target {target:?} is empty"),
                [column] => format!("the text {column:?} is empty"),
                _ => format!("all texts ({}) are empty", columns.join(", ")),
            };
            bail!(refuse(format!(
                "{what}; fill it in, or leave such rows out with --skip-empty"
            )));
        }
        rows.targets.push(label);
        for (column, text) in rows.texts.iter_mut().zip(texts) {
            column.push(text);
        }
    }
    if rows.targets.is_empty() {
        bail!("{at}: it has no rows to learn from");
    }
    Ok(rows)
}

/// Hashes the table's bytes as they lie.
///
/// # Errors
/// When it cannot be read.
pub fn describe(at: &Location, rows: usize) -> Result<DataFile> {
    let mut file = Store::from_env().read(at)?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => hasher.write(&buffer[..count]),
        }
    }
    Ok(DataFile {
        name: at.name(),
        sha256: hasher.finish_hex(),
        rows,
    })
}

/// The labels in their order, and the code of each target.
///
/// # Errors
/// When there is one label only.
pub fn encode(at: &Location, targets: &[String]) -> Result<(Vec<String>, Vec<u32>)> {
    let mut codes: BTreeMap<&str, u32> = targets.iter().map(|label| (label.as_str(), 0)).collect();
    if let [only] = codes.keys().collect::<Vec<_>>()[..] {
        bail!(
            "{}: every row has the target {only:?}; at least two labels are needed to tell apart",
            at
        );
    }
    for (code, slot) in (0u32..).zip(codes.values_mut()) {
        *slot = code;
    }
    let encoded = targets.iter().map(|label| codes[label.as_str()]).collect();
    Ok((
        codes.keys().map(|label| label.to_string()).collect(),
        encoded,
    ))
}

/// Cuts rows into those to train on and those held out: of each class the same share, drawn by
/// `seed`, each in their order. A class's last row always trains.
pub fn split(codes: &[u32], classes: usize, holdout: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    let mut of_class = vec![Vec::new(); classes];
    for (row, code) in codes.iter().enumerate() {
        of_class[*code as usize].push(row);
    }
    let mut random = Random::new(seed);
    let mut is_test = vec![false; codes.len()];
    for rows in &mut of_class {
        let count = (rows.len() as f64 * holdout).round() as usize;
        random.shuffle(rows);
        for row in rows.iter().take(count.min(rows.len().saturating_sub(1))) {
            is_test[*row] = true;
        }
    }
    (0..codes.len()).partition(|row| !is_test[*row])
}
