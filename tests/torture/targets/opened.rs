//! Model files, opened and asked all that can be asked.

use std::path::Path;
use std::time::Duration;

use function::request_id::RequestId;
use function::served::ServedModel;
use function::{App, Body, Request};
use http::Method;
use model::Model;
use model::answer::Answer;
use model::format::{ColumnKind, Link, Task};
use model::row::Row;
use model::score::Scorer;
use model::verify::verify;
use serde_json::{Map, Value, json};
use support::tables::Draw;

use super::{Input, Target};
use crate::models;

/// Files of every kind, and rows for whatever opens.
pub struct Models {
    files: Vec<Vec<u8>>,
}

impl Models {
    pub fn new(folder: &Path) -> Models {
        Models {
            files: models::read(folder),
        }
    }
}

impl Target for Models {
    fn input(&mut self, draw: &mut Draw) -> Input {
        let whole = &self.files[draw.below(self.files.len())];
        let other = &self.files[draw.below(self.files.len())];
        Input {
            which: draw.below(1000),
            bytes: models::damaged(draw, whole, other),
        }
    }

    fn seeds(&self) -> Vec<Input> {
        let seed = |bytes: &Vec<u8>| Input {
            which: 0,
            bytes: bytes.clone(),
        };
        self.files.iter().map(seed).collect()
    }

    /// With a length and a digest that fit, in seven of eight inputs: a search does not find digests.
    fn searched(&self, which: u16, mut bytes: Vec<u8>) -> Input {
        if which >> 8 & 7 != 7 {
            models::repair(&mut bytes);
        }
        Input {
            which: usize::from(which & 255),
            bytes,
        }
    }

    fn mutated(&self, draw: &mut Draw, bytes: &[u8]) -> Vec<u8> {
        let other = &self.files[draw.below(self.files.len())];
        models::damaged(draw, bytes, other)
    }

    fn run(&mut self, input: &Input) -> Result<bool, String> {
        let Ok(model) = Model::open(&input.bytes) else {
            return Ok(false);
        };
        let rows: Vec<String> = (0..4).map(|at| row(&model, input.which + at)).collect();
        score(&model, &rows)?;
        look_around(&model);
        ask(&input.bytes, &rows);
        Ok(true)
    }
}

/// A row with a value for each column of the model, as JSON.
fn row(model: &Model<'_>, seed: usize) -> String {
    let mut row = Map::new();
    for (index, column) in model.columns.iter().enumerate() {
        let at = seed * 7 + index * 3;
        let value = match column.kind {
            ColumnKind::Text => {
                json!(["", "where is my parcel now", "topic1 é 日本語 😀 please"][at % 3])
            }
            ColumnKind::Number => {
                [json!(null), json!(0), json!(-1e308), json!(41.7)][at % 4].clone()
            }
            ColumnKind::Boolean => [json!(null), json!(true), json!(false)][at % 3].clone(),
            ColumnKind::Category => json!(["", "gold", "x", "unknown"][at % 4]),
            ColumnKind::Timestamp => {
                json!(["", "0001-01-01", "9999-12-31T23:59:60Z", "2025-02-01 11:45"][at % 4])
            }
        };
        row.insert(column.name.to_owned(), value);
    }
    Value::Object(row).to_string()
}

/// An answer is a label of the model's with shares that sum to 1, or a number.
fn score(model: &Model<'_>, rows: &[String]) -> Result<(), String> {
    let mut scorer = Scorer::default();
    for row in rows {
        let Ok(row) = Row::from_json(&model.columns, row.as_bytes()) else {
            continue;
        };
        match scorer.answer(model, &row) {
            Err(_) => {}
            Ok(Answer::Value(value))
                if model.head.task() == Task::Regression && value.is_finite() => {}
            Ok(Answer::Value(value)) => return Err(format!("the value {value}")),
            Ok(Answer::Label(labelled)) => {
                let sum: f64 = labelled.probabilities.iter().sum();
                let are_shares = labelled
                    .probabilities
                    .iter()
                    .all(|p| (0.0..=1.0).contains(p));
                // Probabilities of each label against the rest have no sum.
                let link = model.head.classes().map(|classes| classes.link);
                let sums = link != Some(Link::OneVsRest);
                if !are_shares || sums && (sum - 1.0).abs() > 1e-9 {
                    return Err(format!("probabilities that sum to {sum}"));
                }
                if !model.head.labels().contains(&labelled.label()) {
                    return Err(format!("the label {:?}", labelled.label()));
                }
            }
        }
    }
    Ok(())
}

/// Parts that inspecting, explaining and monitoring read.
fn look_around(model: &Model<'_>) {
    for column in &model.columns {
        for index in 0..(column.feature_count + 2).min(200) {
            let _ = (column.term(index), column.feature_name(index));
        }
    }
    if let Some(baseline) = model.baseline() {
        for distribution in baseline.distributions.iter().take(50) {
            let bins = distribution.bins();
            for number in [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 2.5, f64::INFINITY] {
                assert!(
                    distribution.bin_of_number(number) < bins,
                    "a bin out of range"
                );
            }
            for name in ["", "gold", "yes", "unknown"] {
                assert!(distribution.bin_of_name(name) < bins, "a bin out of range");
            }
            let _ = (distribution.shares().sum::<f64>(), distribution.rows());
            let _ = (0..bins + 2)
                .map(|bin| distribution.bin_name(bin).len())
                .sum::<usize>();
            let _ = distribution.name(&model.columns);
        }
    }
    let _ = (
        model.version(),
        verify(model).map_err(|fault| fault.to_string()),
    );
}

/// Asks an app with this model, through the doors that say something of the model.
pub fn ask(bytes: &[u8], rows: &[String]) {
    let asked = models::with_model(bytes, |model| {
        let served = ServedModel::new(model.clone(), None, Duration::ZERO);
        let app = App::new(Ok(served), &|_| None);
        for row in rows {
            request(&app, &Method::POST, "/predict", Some("explain=5"), row);
            request(&app, &Method::POST, "/", Some("top=2"), row);
        }
        for path in ["/", "/health", "/v2", &format!("/v2/models/{}", model.name)] {
            request(&app, &Method::GET, path, None, "");
        }
        Ok(())
    });
    // A file that is refused has nothing to answer.
    drop(asked);
}

fn request(app: &App, method: &Method, path: &str, query: Option<&str>, body: &str) {
    app.answer(&Request {
        method,
        path,
        query,
        headers: None,
        content_type: None,
        body: Body::Whole(body.as_bytes()),
        request_id: RequestId::new(Some("fuzz"), None),
        trace_id: None,
        takes_binary: false,
    });
}
