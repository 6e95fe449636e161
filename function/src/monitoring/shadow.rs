//! Shadows: models that score a sample of the requests after the response, to be compared with the
//! model that answered.

use crate::figures::now;
use crate::monitoring::retained::{OwnedAnswer, RetainedRequest};
use crate::output;
use crate::served::ServedModel;
use emf::{Line, Settings, metrics};
use model::Model;
use model::format::ColumnKind;
use model::row::{Cell, Row};
use model::score::Scorer;
use monitor::shift::total_variation;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A line is written after this many rows, or this long after the first.
const ROWS: u64 = 500;
const TIME: Duration = Duration::from_secs(60);

/// Values of a regression that differ by no more than this share of the greater are the same.
const SAME: f64 = 0.01;

/// Every shadow.
pub struct Shadows {
    /// Share of the requests that they score, 0 to 1.
    pub share: f64,
    settings: Settings,
    shadows: Vec<Shadow>,
}

/// A model, with the counts of its answers since the last line.
struct Shadow {
    name: String,
    served: Arc<ServedModel>,
    scorer: Scorer,
    rows: u64,
    agreed: u64,
    distance: f64,
    since: Option<Instant>,
    /// Mapping from the rows of the model that answered last to its own.
    bridge: Option<(Arc<ServedModel>, Bridge)>,
}

impl Shadows {
    /// These models; lines have these settings.
    pub fn new(share: f64, settings: Settings, models: Vec<(String, Arc<ServedModel>)>) -> Shadows {
        let shadows = models.into_iter().map(|(name, served)| Shadow {
            name,
            served,
            scorer: Scorer::default(),
            rows: 0,
            agreed: 0,
            distance: 0.0,
            since: None,
            bridge: None,
        });
        Shadows {
            share,
            settings,
            shadows: shadows.collect(),
        }
    }

    /// Scores the rows with each of them, and compares the answers.
    pub fn score(&mut self, request: &RetainedRequest, is_over: &dyn Fn() -> bool) {
        for shadow in &mut self.shadows {
            if !is_over() {
                shadow.score(request);
            }
        }
    }

    /// Writes the lines whose time has come.
    pub fn write_due_lines(&mut self, is_over: &dyn Fn() -> bool) {
        for shadow in &mut self.shadows {
            let is_old = shadow.since.is_some_and(|since| since.elapsed() >= TIME);
            if shadow.rows >= ROWS || is_old {
                shadow.write_line(&self.settings, is_over);
            }
        }
    }

    /// Writes all lines.
    pub fn write_lines(&mut self, is_over: &dyn Fn() -> bool) {
        for shadow in &mut self.shadows {
            shadow.write_line(&self.settings, is_over);
        }
    }
}

impl Shadow {
    fn score(&mut self, request: &RetainedRequest) {
        let known = self.bridge.take();
        let known = known.filter(|(served, _)| Arc::ptr_eq(served, &request.served));
        let bridge = match known {
            Some(known) => known,
            None => match Bridge::between(request.served.model(), self.served.model()) {
                Ok(bridge) => (Arc::clone(&request.served), bridge),
                // The log of the start names it.
                Err(_) => return,
            },
        };
        self.since.get_or_insert_with(Instant::now);
        let rows = &request.retained;
        for (row, given) in rows.rows.iter().zip(&rows.answers) {
            let row = bridge.1.row(row);
            let Ok(answer) = self.scorer.answer(self.served.model(), &row) else {
                continue;
            };
            let (agrees, distance) = bridge.1.compare(given, &OwnedAnswer::of(&answer));
            self.rows += 1;
            self.agreed += u64::from(agrees);
            self.distance += distance;
        }
        self.bridge = Some(bridge);
    }

    fn write_line(&mut self, settings: &Settings, is_over: &dyn Fn() -> bool) {
        self.since = None;
        if self.rows == 0 {
            return;
        }
        let mut line = Line::new(settings, now());
        let rows = self.rows as f64;
        line.by("variant", &self.name);
        let share = |sum: f64| (sum / rows * 1e4).round() / 1e4;
        line.metric(&metrics::SHADOW_AGREEMENT, share(self.agreed as f64));
        line.metric(&metrics::SHADOW_DISTANCE, share(self.distance));
        line.metric(&metrics::SHADOW_ROWS, rows);
        line.property("modelVersion", &self.served.identity().version);
        output::STDOUT.write_patiently(&line.finish(), is_over);
        (self.rows, self.agreed, self.distance) = (0, 0, 0.0);
    }
}

/// Mapping of rows and labels of one model to those of another.
#[derive(Debug)]
pub struct Bridge {
    /// For each column of the target model, its index in the source model.
    columns: Vec<Option<usize>>,
    /// Kinds of the target model's columns.
    kinds: Vec<ColumnKind>,
    /// For each label of the source model, its code in the target model.
    codes: Vec<Option<usize>>,
    /// Codes of the target model's labels that the source model does not have.
    new_labels: Vec<usize>,
}

impl Bridge {
    /// The way from the rows of `from` to those of `to`.
    ///
    /// # Errors
    /// When `to` needs what rows of `from` do not have; one sentence says what.
    pub fn between(from: &Model<'_>, to: &Model<'_>) -> Result<Bridge, String> {
        if from.head.task() != to.head.task() {
            return Err("one classifies and the other does not".to_owned());
        }
        let same = |name: &str| from.columns.iter().position(|one| one.name == name);
        let columns = to.columns.iter().map(|column| match same(column.name) {
            Some(index) if from.columns[index].kind == column.kind => Ok(Some(index)),
            Some(_) => Err(format!("the field {:?} is of another kind", column.name)),
            None if column.optional => Ok(None),
            None => Err(format!("it needs the field {:?}", column.name)),
        });
        let (labels, others) = (from.head.labels(), to.head.labels());
        let code = |label: &&str| others.iter().position(|other| other == label);
        let is_new = |code: &usize| !labels.contains(&others[*code]);
        Ok(Bridge {
            columns: columns.collect::<Result<_, _>>()?,
            kinds: to.columns.iter().map(|column| column.kind).collect(),
            codes: labels.iter().map(code).collect(),
            new_labels: (0..others.len()).filter(is_new).collect(),
        })
    }

    fn row<'r>(&self, row: &'r Row<'static>) -> Row<'r> {
        let cells = self.columns.iter().zip(&self.kinds);
        let cell = |index: &Option<usize>| row.cells().get((*index)?).map(borrowed);
        Row::from_cells(
            cells
                .map(|(index, kind)| cell(index).unwrap_or_else(|| Cell::missing(*kind)))
                .collect(),
        )
    }

    /// Agreement of two answers, and their distance, 0 to 1: for labels the total variation
    /// distance, half the sum of the absolute differences of their probabilities; for values the
    /// difference as a share of the sum of their absolute values.
    pub fn compare(&self, one: &OwnedAnswer, other: &OwnedAnswer) -> (bool, f64) {
        match (one, other) {
            (
                OwnedAnswer::Label {
                    code,
                    probabilities,
                },
                OwnedAnswer::Label {
                    code: other_code,
                    probabilities: others,
                },
            ) => {
                let other = |code: Option<usize>| code.and_then(|code| others.get(code));
                let known = self.codes.iter().zip(probabilities);
                let known = known.map(|(at, p)| (*p, *other(*at).unwrap_or(&0.0)));
                let new = self.new_labels.iter().filter_map(|code| others.get(*code));
                let agrees = self.codes.get(*code).copied().flatten() == Some(*other_code);
                let distance = total_variation(known.chain(new.map(|q| (0.0, *q))));
                (agrees, distance)
            }
            (OwnedAnswer::Value(one), OwnedAnswer::Value(other)) => {
                let (difference, sizes) = ((one - other).abs(), one.abs() + other.abs());
                let agrees = difference <= SAME * one.abs().max(other.abs());
                (agrees, if sizes > 0.0 { difference / sizes } else { 0.0 })
            }
            _ => (false, 1.0),
        }
    }
}

fn borrowed<'r>(cell: &'r Cell<'static>) -> Cell<'r> {
    match cell {
        Cell::Text(text) => Cell::Text((&**text).into()),
        Cell::Category(text) => Cell::Category((&**text).into()),
        Cell::Number(number) => Cell::Number(*number),
        Cell::Time(time) => Cell::Time(*time),
    }
}
