//! Partial dependence: the mean answer of a model over held-out rows in which one column has the same value
//! (Friedman, "Greedy function approximation: a gradient boosting machine", 2001, section 8.2).

use crate::evaluation::figures::brief;
use crate::evaluation::thinned;
use crate::slices::MISSING;
use crate::table::{Column, Data, Table};
use anyhow::Result;
use model::Model;
use model::answer::Answer;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use model::score::Scorer;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Columns that are looked at: the most important ones that are no texts.
const COLUMNS: usize = 6;

/// Least share of the importances of a column that is looked at.
const LEAST: f64 = 0.01;

/// Values of a column that are tried.
const VALUES: usize = 12;

/// Rows over which an answer is averaged.
const ROWS: usize = 200;

/// Labels whose probabilities are shown of a model of more than two.
const LABELS: usize = 4;

/// The mean answers of a model by the values of its most important columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependences {
    /// Labels whose mean probabilities the points have; empty for numbers, whose points have the mean value.
    pub labels: Vec<String>,
    /// The columns, the most important first.
    pub columns: Vec<Dependence>,
}

/// The mean answers by the values of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// Its name.
    pub column: String,
    /// Its values: of numbers and times in their order, of names by falling number of rows.
    pub points: Vec<DependencePoint>,
}

/// The mean answers where a column has one value.
#[derive(Clone, Debug, PartialEq)]
pub struct DependencePoint {
    /// The value.
    pub name: String,
    /// Its place on an axis: the number, or the days since 1970; `None` of names.
    pub at: Option<f64>,
    /// The mean probability of each label, or the mean value.
    pub means: Vec<f64>,
}

/// Asks the model for each value of its most important columns. `positive` is the code of the positive
/// label, if there is one.
///
/// # Errors
/// When it gives no finite score.
pub fn dependences(
    model: &Model<'_>,
    table: &Table,
    rows: &[usize],
    importances: &[(String, f64)],
    positive: Option<usize>,
) -> Result<Dependences> {
    let rows = thinned(rows, ROWS);
    let labels = model.head.labels();
    let shown: Vec<usize> = match (labels.len(), positive) {
        (0, _) => Vec::new(),
        (_, Some(positive)) => vec![positive],
        (2, None) => vec![1],
        _ => most_answered(model, table, &rows)?,
    };
    let mut columns = Vec::new();
    for (name, _) in importances.iter().filter(|(_, share)| *share >= LEAST) {
        let index = table.columns.iter().position(|column| column.name == *name);
        let Some(index) = index.filter(|_| columns.len() < COLUMNS) else {
            continue;
        };
        let values = values(&table.columns[index], &rows);
        if values.len() < 2 {
            continue;
        }
        let points =
            values
                .into_par_iter()
                .map_init(Scorer::default, |scorer, (name, at, cell)| {
                    let means = means(scorer, model, (table, &rows), (index, &cell), &shown)?;
                    Ok(DependencePoint { name, at, means })
                });
        columns.push(Dependence {
            column: name.clone(),
            points: points.collect::<Result<_>>()?,
        });
    }
    let labels = shown.iter().map(|code| labels[*code].to_string()).collect();
    Ok(Dependences { labels, columns })
}

/// The mean answers of all rows with this cell.
fn means(
    scorer: &mut Scorer,
    model: &Model<'_>,
    (table, rows): (&Table, &[usize]),
    (index, cell): (usize, &Cell<'_>),
    shown: &[usize],
) -> Result<Vec<f64>> {
    let mut sums = vec![0.0; shown.len().max(1)];
    for row in rows {
        let columns = table.columns.iter().enumerate();
        let cells = columns.map(|(place, column)| match place == index {
            true => cell.clone(),
            false => column.cell(*row),
        });
        let answer = scorer.answer(model, &Row::from_cells(cells.collect()))?;
        match &answer {
            Answer::Value(value) => sums[0] += value,
            Answer::Label(_) => {
                for (sum, code) in sums.iter_mut().zip(shown) {
                    *sum += answer.probabilities()[*code];
                }
            }
        }
    }
    Ok(sums
        .iter()
        .map(|sum| sum / rows.len().max(1) as f64)
        .collect())
}

/// Codes of the labels with the greatest mean probabilities.
fn most_answered(model: &Model<'_>, table: &Table, rows: &[usize]) -> Result<Vec<usize>> {
    let mut sums = vec![0.0; model.head.labels().len()];
    let mut scorer = Scorer::default();
    for row in rows {
        let answer = scorer.answer(model, &table.row(*row))?;
        for (sum, probability) in sums.iter_mut().zip(answer.probabilities()) {
            *sum += probability;
        }
    }
    let mut codes: Vec<usize> = (0..sums.len()).collect();
    codes.sort_by(|a, b| sums[*b].total_cmp(&sums[*a]));
    codes.truncate(LABELS);
    Ok(codes)
}

/// Values to try: of numbers and times those at even steps of rank, of names the most frequent.
fn values(column: &Column, rows: &[usize]) -> Vec<(String, Option<f64>, Cell<'static>)> {
    match &column.data {
        Data::Text(_) => Vec::new(),
        Data::Number(_) if column.input.kind == ColumnKind::Boolean => {
            let cell = |(name, number): (&str, f64)| (name.to_string(), None, Cell::Number(number));
            [("no", 0.0), ("yes", 1.0)].map(cell).into()
        }
        Data::Number(numbers) => {
            let mut known: Vec<f64> = rows.iter().map(|row| numbers[*row]).collect();
            known.retain(|number| number.is_finite());
            known.sort_by(f64::total_cmp);
            let mut kept = steps(&known);
            kept.dedup();
            let cell = |number: f64| (brief(number), Some(number), Cell::Number(number));
            kept.into_iter().map(cell).collect()
        }
        Data::Time(times) => {
            let mut known: Vec<_> = rows.iter().filter_map(|row| times[*row]).collect();
            known.sort_by(|a, b| a.days().total_cmp(&b.days()));
            let mut kept = steps(&known);
            kept.dedup_by_key(|time| time.days());
            let cell = |time: model::timestamp::Timestamp| {
                (time.to_string(), Some(time.days()), Cell::Time(Some(time)))
            };
            kept.into_iter().map(cell).collect()
        }
        Data::Category { names, codes } => {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            for row in rows {
                *counts.entry(codes[*row]).or_default() += 1;
            }
            let mut order: Vec<(u32, usize)> = counts.into_iter().collect();
            // A stable sort: equal ones stay in the order in which they were met.
            order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let cell = |(code, _): &(u32, usize)| {
                let name = &names[*code as usize];
                let shown = if name.is_empty() { MISSING } else { name };
                let cell = Cell::Category(Cow::Owned(name.clone()));
                (shown.to_string(), None, cell)
            };
            order.iter().take(VALUES).map(cell).collect()
        }
    }
}

/// All different values if they are few, else those at even steps of rank, without the outermost
/// hundredth, where hardly a row is.
fn steps<T: Copy + PartialEq>(sorted: &[T]) -> Vec<T> {
    let mut different = sorted.to_vec();
    different.dedup();
    if different.len() <= VALUES {
        return different;
    }
    let cut = sorted.len() / 100;
    thinned(&sorted[cut..sorted.len() - cut], VALUES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{classes, model_file, table};

    #[test]
    fn an_answer_follows_the_column_it_depends_on() {
        let table = table();
        let rows: Vec<usize> = (0..crate::testing::ROWS).collect();
        let (answers, target) = classes(&table, 3);
        let bytes = model_file(&table, &rows, &answers, &target);
        let model = Model::open(&bytes).unwrap();
        let importances: Vec<(String, f64)> = ["income", "member", "note", "seen", "color"]
            .map(|name| (name.to_string(), 0.2))
            .into();
        let of = dependences(&model, &table, &rows, &importances, Some(2)).unwrap();
        assert_eq!(of.labels, ["tin"]);
        let names: Vec<&str> = of.columns.iter().map(|of| of.column.as_str()).collect();
        assert_eq!(names, ["income", "member", "seen", "color"]);
        let income = &of.columns[0].points;
        assert_eq!(income.len(), VALUES);
        assert!(income.windows(2).all(|pair| pair[0].at < pair[1].at));
        // The label `tin` comes with a high income.
        assert!(
            income[VALUES - 1].means[0] > income[0].means[0] + 0.1,
            "{income:?}"
        );
        let color = &of.columns[3].points;
        assert!(
            color
                .iter()
                .any(|point| point.name == MISSING && point.at.is_none())
        );
        let all = dependences(&model, &table, &rows, &importances, None).unwrap();
        assert_eq!(all.labels.len(), 3);
        let sum: f64 = all.columns[0].points[0].means.iter().sum();
        assert!(
            (sum - 1.0).abs() < 1e-9,
            "the probabilities of all labels: {sum}"
        );
    }
}
