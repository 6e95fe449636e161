//! Answers of the library beside those of the imported model.

use super::table::{self, ReadTable};
use crate::tables::TableAt;
use anyhow::{Result, bail};
use import::forest::Forest;
use import::path;
use model::Model;
use model::features::Features;
use model::format::Task;
use std::fmt::Write;
use training::assessment;
use training::evaluation::Predictions;
use training::source::Source;

/// Rows that become golden cases.
const KEPT: usize = 100;

/// Trees whose paths are shown of a row that differs.
const TREES: usize = 3;

/// Rows on which the model and the library agree.
pub(super) struct Compared {
    /// Number of rows that were compared.
    pub count: usize,
    /// The greatest difference of two numbers.
    pub difference: f64,
    /// The first rows, as JSON objects.
    pub rows: Vec<String>,
}

/// Answers of the library, one entry per row.
enum LibraryAnswers {
    Labels(Vec<String>),
    /// Numbers, row-major, of so many columns.
    Numbers(usize, Vec<f64>),
}

/// Compares the answers to the rows of one table with the answers in another.
///
/// # Errors
/// When a table cannot be read, or at the first row that differs, with its path through the first trees.
pub(super) fn check(
    (model, forest): (&Model<'_>, &Forest),
    rows_at: &TableAt,
    answers_at: &TableAt,
) -> Result<Compared> {
    let ReadTable { table, .. } = table::read(model, rows_at, None)?;
    let answers = read(model, answers_at)?;
    let rows: Vec<usize> = (0..table.rows()).collect();
    let given = match &answers {
        LibraryAnswers::Labels(labels) => labels.len(),
        LibraryAnswers::Numbers(width, numbers) => numbers.len() / width,
    };
    if given != rows.len() {
        bail!(
            "{answers_at} has {given} answers; {} were expected, one for each row of {rows_at}",
            rows.len()
        );
    }
    let predictions = assessment::ask(model, &table, &rows)?;
    let labels = model.head.labels();
    // Library and CSV may round to f32.
    let most = if forest.arithmetic.f32_sums {
        2e-6
    } else {
        1e-9
    };
    let mut greatest: f64 = 0.0;
    for row in rows {
        let differs = |got: String, expected: String| {
            let path = paths(model, forest, &table, row);
            bail!(
                "{rows_at}: row {} is answered with {got}; {answers_at} has {expected}\nthe row: {}\n{path}",
                row + 1,
                table.row_json(row)
            )
        };
        match (&answers, &predictions) {
            (LibraryAnswers::Labels(expected), Predictions::Classes(of)) => {
                let got = labels[of.answer[row] as usize];
                if got != expected[row] {
                    return differs(format!("{got:?}"), format!("{:?}", expected[row]));
                }
            }
            (LibraryAnswers::Numbers(width, numbers), predictions) => {
                let got = match predictions {
                    Predictions::Values(of) => &of.answer[row..=row],
                    Predictions::Classes(of) => {
                        let of_row = &of.probabilities[row * labels.len()..][..labels.len()];
                        // One column: the probability of the second label.
                        &of_row[labels.len() - width..]
                    }
                };
                for (got, expected) in got.iter().zip(&numbers[row * width..]) {
                    let difference = (got - expected).abs();
                    let allowed = most * expected.abs().max(1.0);
                    // A number that is none differs, too.
                    if difference.is_nan() || difference > allowed {
                        return differs(got.to_string(), expected.to_string());
                    }
                    greatest = greatest.max(difference);
                }
            }
            (LibraryAnswers::Labels(_), Predictions::Values(_)) => {
                bail!("{answers_at}: numbers were expected, which the model answers")
            }
        }
    }
    let kept = 0..table.rows().min(KEPT);
    Ok(Compared {
        count: table.rows(),
        difference: greatest,
        rows: kept.map(|row| table.row_json(row)).collect(),
    })
}

fn read(model: &Model<'_>, at: &TableAt) -> Result<LibraryAnswers> {
    let mut reader = at.rows()?;
    let labels = model.head.labels();
    let columns = reader.columns().to_vec();
    let has_all = labels
        .iter()
        .all(|label| columns.iter().any(|of| of == label));
    // pandas names the columns of an array by their places.
    let are_codes = columns.len() == labels.len()
        && columns
            .iter()
            .enumerate()
            .all(|(at, of)| *of == at.to_string());
    let places: Vec<usize> = match has_all && !labels.is_empty() {
        true => labels
            .iter()
            .map(|label| reader.column(label))
            .collect::<Result<_, _>>()?,
        false if columns.len() == 1 => vec![0],
        false if are_codes => (0..labels.len()).collect(),
        false => bail!(
            "{at} has the columns {}; {} was expected",
            columns.join(", "),
            match model.head.task() {
                Task::Regression => "one column of numbers".to_string(),
                Task::Classification => format!(
                    "one column, or one for each label ({}) with its probabilities",
                    labels.join(", ")
                ),
            }
        ),
    };
    let mut texts = Vec::new();
    while let Some(mut record) = reader.next_record()? {
        for place in &places {
            let value = record.values.get_mut(*place).and_then(Option::take);
            texts.push(value.map(table::text).unwrap_or_default());
        }
    }
    let are_labels = places.len() == 1 && texts.iter().all(|text| labels.contains(&text.as_str()));
    if are_labels {
        return Ok(LibraryAnswers::Labels(texts));
    }
    if places.len() == 1 && labels.len() > 2 {
        bail!(
            "{at}: its column has a value that is none of the labels {}",
            labels.join(", ")
        );
    }
    let mut numbers = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        match text.parse::<f64>() {
            Ok(number) => numbers.push(number),
            Err(_) => bail!(
                "{at}: answer {} is {text:?}; a number was expected",
                index / places.len() + 1
            ),
        }
    }
    Ok(LibraryAnswers::Numbers(places.len(), numbers))
}

/// The path of a row through the first trees.
fn paths(model: &Model<'_>, forest: &Forest, rows: &training::table::Table, row: usize) -> String {
    let (mut features, mut dense) = (Features::default(), Vec::new());
    features.fill(&model.encoders, &rows.row(row));
    features.fill_dense(model.features, &mut dense);
    let mut text = String::new();
    for tree in 0..forest.trees.len().min(TREES) {
        let path = path::describe(forest, tree, &dense).unwrap_or_default();
        let _ = write!(text, "tree {tree}:\n  {}\n", path.replace('\n', "\n  "));
    }
    if let more @ 1.. = forest.trees.len().saturating_sub(TREES) {
        let _ = write!(text, "and {more} more trees");
    }
    text
}
