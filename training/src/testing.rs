//! A table for tests, of every kind of column.

use crate::columns::Input;
use crate::params::Params;
use crate::pipeline::{Answering, Identity, Pipeline};
use crate::table::{Column, Data, Table, Targets};
use crate::target::{Answers, Target};
use model::format::{ColumnKind, Estimator};
use model::notation::Notation;
use model::random::Random;
use model::timestamp::Timestamp;

/// Rows of [`table`].
pub const ROWS: usize = 300;

/// Three labels that depend on all columns; in each of them something is missing somewhere.
pub fn table() -> Table {
    let mut random = Random::new(5);
    let column = |name: &str, kind, data| Column {
        name: name.into(),
        input: Input {
            kind,
            notation: Notation::default(),
            given: true,
        },
        data,
    };
    let words = ["late", "fee", "thanks", "urgent", "parcel"];
    let notes: Vec<String> = (0..ROWS)
        .map(|row| match row % 11 {
            0 => String::new(),
            _ => [0; 3].map(|_| words[random.below(5)]).join(" "),
        })
        .collect();
    let mut number = |row: usize| match row % 13 {
        0 => f64::NAN,
        _ => random.below(1000) as f64 / 8.0,
    };
    let incomes: Vec<f64> = (0..ROWS).map(&mut number).collect();
    let members = (0..ROWS).map(|row| (row % 2) as f64).collect();
    let colors: Vec<u32> = (0..ROWS).map(|_| random.below(4) as u32).collect();
    let names = ["red", "blue", "", "green"].map(String::from).to_vec();
    let times = (0..ROWS).map(|row| match row % 7 {
        0 => None,
        _ => Timestamp::parse(&format!("2025-{:02}-03 11:45", row % 12 + 1), false),
    });
    let times = times.collect();
    let label = |row: usize| {
        let late = f64::from(u8::from(notes[row].contains("late")));
        let sum = 2.0 * late + incomes[row].max(0.0) / 60.0 + f64::from(colors[row]);
        ["gold", "silver", "tin"][(sum / 2.0) as usize % 3].to_string()
    };
    let labels = (0..ROWS).map(label).collect();
    Table {
        columns: vec![
            column("note", ColumnKind::Text, Data::Text(notes.clone())),
            column("income", ColumnKind::Number, Data::Number(incomes.clone())),
            column("member", ColumnKind::Boolean, Data::Number(members)),
            column(
                "color",
                ColumnKind::Category,
                Data::Category {
                    names,
                    codes: colors.clone(),
                },
            ),
            column("seen", ColumnKind::Timestamp, Data::Time(times)),
        ],
        targets: Targets::Labels(labels),
        skipped: 0,
        gaps: Vec::new(),
        notes: Vec::new(),
    }
}

/// The labels of the table with their codes, of as many classes as wanted: two or three.
pub fn classes(table: &Table, count: usize) -> (Answers, Target) {
    let names = ["gold", "silver", "tin"].map(String::from)[..count].to_vec();
    let Targets::Labels(labels) = &table.targets else {
        panic!("the table has labels");
    };
    let code = |label: &String| names.iter().position(|name| name == label).unwrap_or(0) as u32;
    let codes = labels.iter().map(code).collect();
    (Answers::Labels(names), Target::Classes { codes, count })
}

/// The model file of a logistic regression of these rows.
pub fn model_file(table: &Table, rows: &[usize], answers: &Answers, target: &Target) -> Vec<u8> {
    let (params, estimator) = (Params::default(), Estimator::LogisticRegression);
    let pipeline = Pipeline::fit(estimator, &params, table, rows, target).unwrap();
    let file = pipeline.file(answers, &Answering::default(), Identity::default());
    file.unwrap()
}
