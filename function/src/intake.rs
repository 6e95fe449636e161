//! Values to rows that fit the model, whatever protocol they came by; what does not fit is gathered.

use crate::faults::{Fault, Faults, step};
use crate::json::Json;
use crate::members::Members;
use crate::problem::{Code, Problem};
use crate::rules::Rules;
use crate::served::Served;
use model::row::{Cell, Row, Value, expected};

/// Where a value of a row came from: a JSON Pointer, by the column's name and place.
pub type Pointer<'p> = &'p dyn Fn(&str, usize) -> String;

/// Takes rows in.
pub struct Intake<'s, 'a> {
    served: &'s Served,
    rules: &'s Rules,
    rows: Vec<Row<'a>>,
    /// Rows that came, with those that do not fit.
    count: usize,
    faults: Faults,
}

impl<'s, 'a> Intake<'s, 'a> {
    /// Nothing yet.
    pub fn new(served: &'s Served, rules: &'s Rules) -> Intake<'s, 'a> {
        Intake {
            served,
            rules,
            rows: Vec::new(),
            count: 0,
            faults: Faults::default(),
        }
    }

    /// The model that it takes rows for.
    pub fn served(&self) -> &'s Served {
        self.served
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
        self.count_row()?;
        let mut cells = Vec::with_capacity(values.len());
        let columns = self.served.model.columns.iter().enumerate();
        for ((index, column), value) in columns.zip(values) {
            let (code, got) = match value {
                Some(value) => match Cell::new(column.kind, &column.notation, value) {
                    Ok(cell) => {
                        self.check_length(&cell, || pointer(column.name, index))?;
                        cells.push(cell);
                        continue;
                    }
                    Err(got) => (Code::WrongType, got),
                },
                None if column.optional => {
                    cells.push(Cell::missing(column.kind));
                    continue;
                }
                None => (Code::MissingField, "missing"),
            };
            let expected = expected(column.kind);
            self.faults.add(|| Fault {
                pointer: pointer(column.name, index),
                line,
                detail: format!(
                    "the field {:?} is {got}; {expected} was expected",
                    column.name
                ),
                code,
                expected,
            });
        }
        self.rows.push(Row::from_cells(cells));
        Ok(())
    }

    /// Takes the members of an object.
    ///
    /// # Errors
    /// As [`Intake::add`].
    pub fn add_members(
        &mut self,
        members: Members<'a>,
        line: Option<u64>,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        for name in &members.twins {
            self.faults.add(|| Fault {
                pointer: pointer(name, 0),
                line,
                detail: format!("the field {name:?} is given twice"),
                code: Code::DuplicateField,
                expected: "one value",
            });
        }
        for name in &members.unknown {
            self.unknown_at(name, line, || pointer(name, 0));
        }
        self.add(members.values, line, pointer)
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

    /// Takes a row a line, each as an item of a list; `unwrap` takes out of a line what is the row.
    /// A line that is no JSON is noted.
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
            match Json::parse(text.trim_ascii_end()) {
                Ok(item) => self.add_item("", index, Some(line), unwrap(item))?,
                Err(problem) => {
                    self.count_row()?;
                    self.faults.add(|| Fault {
                        pointer: format!("/{index}"),
                        line: Some(line),
                        // The parser counts lines of what it was given, which is one.
                        detail: problem
                            .detail()
                            .replace(" at line 1 column ", " at column "),
                        code: Code::InvalidJson,
                        expected: "a JSON object a line",
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
                let keeps = self.rules.refuses_unknown_fields;
                let members = Members::of(self.served, keeps, object);
                let pointer = |name: &str, _| format!("{prefix}/{index}{}", step(name));
                self.add_members(members, line, &pointer)
            }
            Json::Array(values) => {
                let values = values.into_iter().map(Json::into_value).collect();
                let pointer = |_: &str, at: usize| format!("{prefix}/{index}/{at}");
                self.add_in_order(values, line, &format!("{prefix}/{index}"), &pointer)
            }
            value if self.served.model.columns.len() == 1 => {
                let pointer = |_: &str, _| format!("{prefix}/{index}");
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
        values: Vec<Value<'a>>,
        line: Option<u64>,
        whole: &str,
        pointer: Pointer<'_>,
    ) -> Result<(), Problem> {
        let expected = self.served.model.columns.len();
        if values.len() == expected {
            return self.add(values.into_iter().map(Some).collect(), line, pointer);
        }
        self.count_row()?;
        self.faults.add(|| Fault {
            pointer: whole.to_owned(),
            line,
            detail: format!(
                "this row has {} values; {expected} were expected, in the model's order",
                values.len()
            ),
            code: Code::WrongType,
            expected: "a value for each field of the model",
        });
        Ok(())
    }

    /// Notes something that is wrong.
    pub fn fault(&mut self, fault: impl FnOnce() -> Fault) {
        self.faults.add(fault);
    }

    /// Notes a field that the model does not have, if that is to be refused.
    pub fn unknown(&mut self, name: &str, line: Option<u64>) {
        self.unknown_at(name, line, || step(name));
    }

    fn unknown_at(&mut self, name: &str, line: Option<u64>, pointer: impl FnOnce() -> String) {
        if self.rules.refuses_unknown_fields {
            self.faults.add(|| Fault {
                pointer: pointer(),
                line,
                detail: format!("the model has no field {name:?}"),
                code: Code::UnknownField,
                expected: "a field of the model",
            });
        }
    }

    /// Whether the columns that stand at `places` are all that rows must have, each once; what is
    /// not so is noted, and `pointer` is where it is said.
    pub fn has_columns(&mut self, places: &[Option<usize>], pointer: &str) -> bool {
        let before = self.faults.total();
        for (index, column) in self.served.model.columns.iter().enumerate() {
            let (code, what) = match places.iter().filter(|place| **place == Some(index)).count() {
                0 if !column.optional => (Code::MissingField, "missing"),
                0 | 1 => continue,
                _ => (Code::DuplicateField, "given twice"),
            };
            self.faults.add(|| Fault {
                pointer: pointer.to_owned(),
                line: None,
                detail: format!("the column {:?} is {what}", column.name),
                code,
                expected: expected(column.kind),
            });
        }
        self.faults.total() == before
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
        self.faults.add(|| Fault {
            pointer,
            line,
            detail: format!("the row is {got}; a JSON object was expected"),
            code: Code::NotAnObject,
            expected: "a JSON object",
        });
        Ok(())
    }

    /// The rows.
    ///
    /// # Errors
    /// When one does not fit; the problem lists what is wrong with all.
    pub fn finish(self) -> Result<Vec<Row<'a>>, Problem> {
        match Problem::of_faults(&self.faults) {
            Some(problem) => Err(problem.example(self.served.example)),
            None => Ok(self.rows),
        }
    }

    fn count_row(&mut self) -> Result<(), Problem> {
        self.count += 1;
        let most = self.rules.rows;
        if self.count <= most {
            return Ok(());
        }
        let detail = format!("the request has more than {most} rows, which is the limit");
        Err(Problem::new(Code::TooManyRows, detail))
    }

    fn check_length(&self, cell: &Cell<'_>, pointer: impl Fn() -> String) -> Result<(), Problem> {
        let (Cell::Text(text) | Cell::Category(text)) = cell else {
            return Ok(());
        };
        let most = self.rules.field_chars;
        // A character has at least one byte, so most texts need not be counted.
        if text.len() <= most || text.chars().count() <= most {
            return Ok(());
        }
        let detail = format!("a text is longer than {most} characters, which is the limit");
        Err(Problem::new(Code::FieldTooLong, detail).pointer(pointer()))
    }
}
