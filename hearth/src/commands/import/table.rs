//! Rows of a table, read as the columns of a model, and what they add to it.

use crate::tables::TableAt;
use anyhow::{Context, Result, bail};
use import::file::Imported;
use import::given::Sample;
use model::Model;
use model::assemble::ColumnPart;
use model::card::{Metrics, NumberCard};
use model::format::{ColumnKind, NumberEncoding};
use model::labels::code;
use model::row::{Cell, Value, cell};
use model::timestamp::Timestamp;
use serde_json::Map;
use std::collections::HashMap;
use training::assessment;
use training::columns::Input;
use training::evaluation::{Predictions, classification, quantiles, regression};
use training::source::Source;
use training::table::{Column, Data, Table, Targets, describe};
use training::{baseline, description};

/// Rows with the values of one more column, as text.
pub(super) struct ReadTable {
    pub table: Table,
    /// One per row; empty without such a column.
    pub extra: Vec<String>,
}

/// Reads the columns of `model`, and `extra`, if it is wanted. Optional columns may be absent.
///
/// # Errors
/// When the table cannot be read, lacks a column, or has a value that the model refuses: file, line and
/// column.
pub(super) fn read(model: &Model<'_>, at: &TableAt, extra: Option<&str>) -> Result<ReadTable> {
    let mut reader = at.rows()?;
    let names = model.columns.iter().map(|column| column.name);
    reader.expect_columns(names.chain(extra));
    let extra_place = extra.map(|name| reader.column(name)).transpose()?;
    let mut places = Vec::new();
    for column in &model.columns {
        let place = match reader.column(column.name) {
            Ok(place) => Some(place),
            Err(_) if column.optional => None,
            Err(error) => return Err(error.into()),
        };
        places.push(place);
    }
    let mut columns: Vec<Column> = model.columns.iter().map(empty).collect();
    let mut codes: Vec<HashMap<String, u32>> = vec![HashMap::new(); columns.len()];
    let mut values = Vec::new();
    let mut rows = 0;
    while let Some(mut record) = reader.next_record()? {
        let line = record.line;
        for (index, column) in model.columns.iter().enumerate() {
            let place = places[index];
            // The target may be one of the columns: it stays for the other reading.
            let value = place.and_then(|place| record.values.get(place).cloned().flatten());
            let cell = cell(column, value.or(Some(Value::Missing)));
            let cell = cell.with_context(|| format!("{at}: line {line}"))?;
            push(&mut columns[index].data, &mut codes[index], cell);
        }
        if let Some(place) = extra_place {
            let value = record.values.get_mut(place).and_then(Option::take);
            values.push(value.map(text).unwrap_or_default());
        }
        rows += 1;
    }
    if rows == 0 {
        bail!("{at}: there are no rows under the header");
    }
    Ok(ReadTable {
        table: Table {
            columns,
            targets: Targets::Labels(vec![String::new(); rows]),
            skipped: 0,
            gaps: Vec::new(),
            notes: Vec::new(),
        },
        extra: values,
    })
}

fn empty(column: &model::column::Column<'_>) -> Column {
    Column {
        name: column.name.to_string(),
        input: Input {
            kind: column.kind,
            notation: Default::default(),
            given: true,
        },
        data: match column.kind {
            ColumnKind::Text => Data::Text(Vec::new()),
            ColumnKind::Number | ColumnKind::Boolean => Data::Number(Vec::new()),
            ColumnKind::Category => Data::Category {
                names: Vec::new(),
                codes: Vec::new(),
            },
            ColumnKind::Timestamp => Data::Time(Vec::<Option<Timestamp>>::new()),
        },
    }
}

fn push(data: &mut Data, known: &mut HashMap<String, u32>, cell: Cell<'_>) {
    match (data, cell) {
        (Data::Text(texts), Cell::Text(text)) => texts.push(text.into_owned()),
        (Data::Number(numbers), Cell::Number(number)) => numbers.push(number),
        (Data::Time(times), Cell::Time(time)) => times.push(time),
        (Data::Category { names, codes }, Cell::Category(name)) => {
            let next = names.len() as u32;
            let code = *known.entry(name.to_string()).or_insert(next);
            if code == next {
                names.push(name.into_owned());
            }
            codes.push(code);
        }
        // A cell is of its column's kind.
        _ => {}
    }
}

/// A value as text, without surrounding blanks.
pub(super) fn text(value: Value<'_>) -> String {
    match value {
        Value::Missing => String::new(),
        Value::Text(text) => text.trim().to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Integer(number) => number.to_string(),
        other => other.kind().to_string(),
    }
}

/// Additions to a model from the rows of a table: statistics of its columns, distributions, figures.
///
/// # Errors
/// When the table cannot be read, or no row has a target that the model answers.
pub(super) fn sample(
    (model, imported): (&Model<'_>, &mut Imported),
    at: &TableAt,
    target: Option<&str>,
) -> Result<Sample> {
    let ReadTable { mut table, extra } = read(model, at, target)?;
    let all: Vec<usize> = (0..table.rows()).collect();
    table.targets = targets(model, &extra, all.len()).with_context(|| at.to_string())?;
    let predictions = assessment::ask(model, &table, &all)?;
    let metrics = metrics(model, &table, &extra)?;
    let example = example(imported.columns_mut(), &table);
    let mut columns = description::columns(imported.columns(), model, &table, &all);
    for column in &mut columns {
        // Without a value, a column has no range, and JSON has no infinity.
        let is_known = |of: &NumberCard| of.least.is_finite() && of.greatest.is_finite();
        column.number = column.number.filter(is_known);
    }
    Ok(Sample {
        data: describe(at, all.len())?,
        metrics,
        columns,
        baseline: baseline::baseline(model, (&table, &all), (&table, &all), &predictions),
        example: Some(example),
    })
}

/// The true answers, as the model names them; of rows without one an empty label or NaN.
fn targets(model: &Model<'_>, extra: &[String], rows: usize) -> Result<Targets> {
    let labels: Vec<String> = model.head.labels().iter().map(|l| l.to_string()).collect();
    if labels.is_empty() {
        let number = |text: &String| match text.as_str() {
            "" => Ok(f64::NAN),
            text => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(number),
                _ => bail!("the true value {text:?} is no number; one like 12.5 was expected"),
            },
        };
        return match extra.is_empty() {
            true => Ok(Targets::Values(vec![f64::NAN; rows])),
            false => Ok(Targets::Values(
                extra.iter().map(number).collect::<Result<_>>()?,
            )),
        };
    }
    if extra.is_empty() {
        return Ok(Targets::Labels(vec![String::new(); rows]));
    }
    let of_model = |text: &String| match code(&labels, text) {
        Some(code) => labels[code as usize].clone(),
        None => text.clone(),
    };
    let truths: Vec<String> = extra.iter().map(of_model).collect();
    if let Some(strange) = truths.iter().find(|t| !t.is_empty() && !labels.contains(t)) {
        bail!(
            "{strange:?} is no label of the model, which has {}; name its classes with --labels",
            labels.join(", ")
        );
    }
    Ok(Targets::Labels(truths))
}

/// The figures on the rows whose text in `targets` is not empty; `None` if none has one.
fn metrics(model: &Model<'_>, table: &Table, targets: &[String]) -> Result<Option<Metrics>> {
    let rows: Vec<usize> = (0..targets.len())
        .filter(|row| !targets[*row].is_empty())
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let labels: Vec<String> = model.head.labels().iter().map(|l| l.to_string()).collect();
    Ok(Some(match assessment::ask(model, table, &rows)? {
        Predictions::Classes(classes) => {
            let truths: Vec<u32> = classes.truth.iter().copied().flatten().collect();
            let positive = (labels.len() == 2).then_some(1);
            let mut metrics = classification(&labels, positive, &truths, &classes);
            metrics.training_rows = 0;
            Metrics::Classification(metrics)
        }
        Predictions::Values(values) => {
            let mut metrics = regression(&values.truth, &values, 0);
            metrics.training_rows = 0;
            Metrics::Regression(metrics)
        }
    }))
}

/// Adds the statistics of the rows to the columns. Returns a row of medians and most frequent categories,
/// as a JSON object.
fn example(columns: &mut [ColumnPart], table: &Table) -> String {
    let mut members = Map::new();
    for (part, column) in columns.iter_mut().zip(&table.columns) {
        let lacks_some = (0..table.rows()).any(|row| column.cell(row).is_missing());
        let value = match (part, &column.data) {
            (ColumnPart::Number(part), Data::Number(numbers)) => {
                part.optional |= lacks_some;
                match statistics(&mut part.settings.scaling, numbers) {
                    Some(median) if median.fract() == 0.0 && median.abs() < 1e15 => {
                        (median as i64).into()
                    }
                    median => median.into(),
                }
            }
            (ColumnPart::Boolean(part), Data::Number(numbers)) => {
                part.optional |= lacks_some;
                statistics(&mut part.settings.scaling, numbers)
                    .map(|median| median >= 0.5)
                    .into()
            }
            (ColumnPart::Category(part), Data::Category { names, codes }) => {
                part.optional |= lacks_some;
                let mut counts = vec![0usize; names.len()];
                codes.iter().for_each(|code| counts[*code as usize] += 1);
                let named = (0..names.len()).filter(|code| !names[*code].is_empty());
                let most = named.max_by_key(|code| (counts[*code], usize::MAX - code));
                most.map(|code| names[code].as_str()).into()
            }
            _ => serde_json::Value::Null,
        };
        members.insert(column.name.clone(), value);
    }
    serde_json::Value::Object(members).to_string()
}

/// Sets mean, deviation, median, and the range where the model has none. Returns the median.
fn statistics(scaling: &mut model::features::Scaling, numbers: &[f64]) -> Option<f64> {
    let present: Vec<f64> = numbers.iter().copied().filter(|n| !n.is_nan()).collect();
    let count = present.len() as f64;
    let [least, median, greatest] = quantiles(present.clone(), &[0.0, 0.5, 1.0])[..] else {
        return None;
    };
    let mean = present.iter().sum::<f64>() / count;
    let variance = present.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / count;
    if !scaling.least.is_finite() {
        (scaling.least, scaling.greatest) = (least, greatest);
    }
    if scaling.encoding != NumberEncoding::Raw {
        // The answers depend on the other numbers.
        return Some(median);
    }
    if mean.is_finite() && variance.is_finite() {
        scaling.mean = mean;
        scaling.scale = if variance > 0.0 { variance.sqrt() } else { 1.0 };
    }
    scaling.fill = median;
    Some(median)
}
