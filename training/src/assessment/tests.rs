use super::{Truth, against};
use crate::testing::{ROWS, classes, model_file, table};
use model::Model;
use model::row::Row;

/// A previous model gets the rows as requests give them, with what is empty or missing.
#[test]
fn rows_with_empty_texts_are_compared() {
    let table = table();
    let rows: Vec<usize> = (0..ROWS).collect();
    let (answers, target) = classes(&table, 3);
    let bytes = model_file(&table, &rows, &answers, &target);
    let model = Model::open(&bytes).unwrap();
    let truth = Truth {
        answers: &answers,
        positive: None,
        training: &target,
        seed: 0,
    };
    against(&model, &truth, &table, &rows).unwrap();
    for row in rows {
        let json = table.row_json(row);
        assert_eq!(json.contains(r#""note":"""#), row % 11 == 0, "{json}");
        assert_eq!(json.contains(r#""income":null"#), row % 13 == 0, "{json}");
        let read = Row::from_json(&model.columns, json.as_bytes()).unwrap();
        // Numbers that are missing are NaN, which equals nothing.
        assert_eq!(format!("{read:?}"), format!("{:?}", table.row(row)));
    }
}
