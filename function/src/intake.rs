//! Values to rows that fit the model, whatever protocol they came by; what does not fit is gathered.

mod header;

use crate::context::Context;
use crate::faults::{Fault, Faults, Names, step};
use crate::json::{ALLOCATION, Json};
use crate::members::OddNames;
use crate::problem::{Code, Problem};
use crate::served::ServedModel;
use model::format::ColumnKind;
use model::row::{Cell, JsonError, Members, Row, RowError, Value, cell};
use std::sync::atomic::Ordering;

/// Where a value of a row came from: a JSON Pointer, by the column's name and place.
pub type Pointer<'p> = &'p dyn Fn(&str, usize) -> String;

/// Takes rows in.
pub struct Intake<'s, 'a> {
    context: &'s Context<'s>,
    rows: Vec<Row<'a>>,
    /// Rows that came, with those that do not fit.
    count: usize,
    faults: Faults,
}

impl<'s, 'a> Intake<'s, 'a> {
    /// Nothing yet.
    pub fn new(context: &'s Context<'s>) -> Intake<'s, 'a> {
        Intake {
            context,
            rows: Vec::new(),
            count: 0,
            faults: Faults::default(),
        }
    }

    /// The model that it takes rows for.
    pub fn served(&self) -> &'s ServedModel {
        self.context.served
    }

    /// The request that it takes rows of.
    pub fn context(&self) -> &'s Context<'s> {
        self.context
    }

    /// Takes a row of one value a column; `line` is where a table has it.
    ///
    /// # Errors
    /// When it is more than the function takes; that it does not fit is no error yet.
    pub fn add(
        &mut self,
        values: Vec<Option<Value<'a>>>,
        line: Option<u64>,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        self.add_beside(values, &Names::default(), line, pointer)
    }

    /// As [`Intake::add`], of a row that has these names as well.
    fn add_beside(
        &mut self,
        values: Vec<Option<Value<'a>>>,
        unknown: &Names<'_>,
        line: Option<u64>,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        self.count_row()?;
        let hints = &self.context.hints;
        let mut cells = Vec::with_capacity(values.len());
        let columns = self.context.served.model().columns.iter().enumerate();
        let mut owned = 0;
        for ((index, column), value) in columns.zip(values) {
            match cell(column, value) {
                Ok(cell) => {
                    owned += self
                        .context
                        .check_text(&cell, || pointer(column.name, index))
                        .map_err(|problem| problem.in_column(index))?;
                    cells.push(cell);
                }
                Err(error) => self.faults.add(|| {
                    let (code, hint) = match error {
                        RowError::Missing { .. } => {
                            let hint = hints.meant_by(column.name, unknown.shown());
                            (Code::MissingField, hint)
                        }
                        _ => (Code::WrongType, String::new()),
                    };
                    Fault {
                        pointer: pointer(column.name, index),
                        line,
                        detail: error.to_string() + &hint,
                        code,
                        expected: error.expected(),
                        column: Some(index),
                    }
                }),
            }
        }
        if owned > 0 {
            self.context.work.take(owned)?;
        }
        self.rows.push(Row::from_cells(cells));
        Ok(())
    }

    /// Takes a row whose columns [`Intake::places`] found; a required one that has no place was noted
    /// then.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_placed(
        &mut self,
        mut values: Vec<Option<Value<'a>>>,
        line: Option<u64>,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        let columns = &self.context.served.model().columns;
        for (value, column) in values.iter_mut().zip(columns) {
            if value.is_none() && !column.optional {
                // A value that every column of the kind takes.
                *value = Some(match column.kind {
                    ColumnKind::Text => Value::Text("".into()),
                    _ => Value::Missing,
                });
            }
        }
        self.add(values, line, pointer)
    }

    /// Takes the values of an object, among whose names were these faults.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_members(
        &mut self,
        values: Vec<Option<Value<'a>>>,
        names: &OddNames<'_>,
        line: Option<u64>,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        self.faults.add_each(&names.duplicate, |name| Fault {
            pointer: pointer(name, 0),
            line,
            detail: format!("the field {name:?} is given twice"),
            code: Code::DuplicateField,
            expected: "one value",
            column: self.context.served.column(name),
        });
        let (hints, served) = (&self.context.hints, self.context.served);
        if self.context.rules.refuses_unknown_fields {
            self.faults.add_each(&names.unknown, |name| {
                let hint = hints.did_you_mean(name, served.names());
                Fault::unknown_field(name, line, pointer(name, 0), &hint)
            });
        }
        self.add_beside(values, &names.unknown, line, pointer)
    }

    /// Takes a list of rows that stands at `prefix`: objects by name, arrays by the model's order,
    /// and bare values where the model has one column.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_list(&mut self, prefix: &str, list: Vec<Json<'a>>) -> Result<(), Problem> {
        for (index, item) in list.into_iter().enumerate() {
            self.add_item(prefix, index, None, item)?;
        }
        Ok(())
    }

    /// Takes the objects of a list that stands at `prefix`.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_objects(&mut self, prefix: &str, list: Vec<Json<'a>>) -> Result<(), Problem> {
        for (index, item) in list.into_iter().enumerate() {
            match item {
                Json::Object(_) => self.add_item(prefix, index, None, item)?,
                other => self.not_an_object(format!("{prefix}/{index}"), None, other.kind())?,
            }
        }
        Ok(())
    }

    /// Takes one row per line, each as an item of a list; `unwrap` extracts the row from a line.
    /// Lines that are not JSON become faults.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_lines(
        &mut self,
        bytes: &'a [u8],
        unwrap: impl Fn(Json<'a>) -> Json<'a>,
    ) -> Result<(), Problem> {
        let lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
        let filled = lines.filter(|(_, text)| !text.trim_ascii().is_empty());
        for (index, (line, text)) in filled.enumerate() {
            let work = &self.context.work;
            let before = work.bytes();
            match Json::read(text.trim_ascii_end(), work) {
                Ok(item) => {
                    let tree = work.bytes() - before;
                    self.add_item("", index, Some(line), unwrap(item))?;
                    work.give(tree);
                }
                Err(error) => {
                    if let Some(refusal) = work.refusal() {
                        return Err(refusal);
                    }
                    self.count_row()?;
                    self.faults.add(|| Fault {
                        pointer: format!("/{index}"),
                        line: Some(line),
                        detail: RowError::Json(JsonError::from(&error)).to_string(),
                        code: Code::InvalidJson,
                        expected: "a JSON object a line",
                        column: None,
                    });
                }
            }
        }
        Ok(())
    }

    fn add_item(
        &mut self,
        prefix: &str,
        index: usize,
        line: Option<u64>,
        item: Json<'a>,
    ) -> Result<(), Problem> {
        match item {
            Json::Object(object) => {
                let mut members = Members::new(&self.context.served.model().columns);
                let mut names = OddNames::default();
                for (name, value) in object {
                    match members.find(&name) {
                        Some(column) if members.put(column, value.into_value()) => {}
                        Some(_) => names.duplicate.push(name),
                        None => names.unknown.push(name),
                    }
                }
                let values = members.finish(|name| names.unknown.push_shown(name));
                let pointer = |name: &str, _| format!("{prefix}/{index}{}", step(name));
                self.add_members(values, &names, line, &pointer)
            }
            Json::Array(values) => {
                let values = values.into_iter().map(Json::into_value);
                let pointer = |_: &str, at: usize| format!("{prefix}/{index}/{at}");
                self.add_in_order(values, line, &format!("{prefix}/{index}"), &pointer)
            }
            value if self.context.served.model().columns.len() == 1 => {
                let pointer = |_: &str, _| format!("{prefix}/{index}");
                self.context.is_unnamed.store(true, Ordering::Relaxed);
                self.add(vec![Some(value.into_value())], line, &pointer)
            }
            other => self.not_an_object(format!("{prefix}/{index}"), line, other.kind()),
        }
    }

    /// Takes values in the model's order; `whole` is where they stand together.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_in_order(
        &mut self,
        values: impl ExactSizeIterator<Item = Value<'a>>,
        line: Option<u64>,
        whole: &str,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        let (got, expected) = (values.len(), self.context.served.model().columns.len());
        if got == expected {
            self.context.is_unnamed.store(true, Ordering::Relaxed);
            return self.add(values.map(Some).collect(), line, pointer);
        }
        self.count_row()?;
        self.faults.add(|| Fault {
            pointer: whole.to_owned(),
            line,
            detail: format!(
                "this row has {got} values; {expected} were expected, in the model's order"
            ),
            code: Code::WrongType,
            expected: "a value for each field of the model",
            column: None,
        });
        Ok(())
    }

    /// Notes something that is wrong.
    pub fn fault(&mut self, fault: impl FnOnce() -> Fault) {
        self.faults.add(fault);
    }

    /// Notes what should have been a row.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn not_an_object(
        &mut self,
        pointer: String,
        line: Option<u64>,
        got: &str,
    ) -> Result<(), Problem> {
        self.count_row()?;
        self.faults.add(|| Fault::not_an_object(pointer, line, got));
        Ok(())
    }

    /// The rows.
    ///
    /// # Errors
    /// When one does not fit; the problem lists what is wrong with all.
    pub fn finish(self) -> Result<Vec<Row<'a>>, Problem> {
        match Problem::of_faults(&self.faults) {
            Some(problem) => Err(problem.example(self.context.served.example())),
            None => Ok(self.rows),
        }
    }

    fn count_row(&mut self) -> Result<(), Problem> {
        self.count += 1;
        let Context {
            served,
            rules,
            work,
            ..
        } = self.context;
        let most = rules.rows;
        if self.count <= most {
            let columns = served.model().columns.len();
            work.check_cells(self.count, columns, rules.hides_schema)?;
            return work.take(columns * size_of::<Cell<'_>>() + ALLOCATION + size_of::<Row<'_>>());
        }
        let detail = format!("the request has more than {most} rows, which is the limit");
        Err(Problem::new(Code::TooManyRows, detail))
    }
}
