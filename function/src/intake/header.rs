//! Names of columns that stand apart from the values: a table's header, a data frame's columns, tensors.

use super::Intake;
use crate::faults::{Fault, LISTED, shown, step};
use crate::problem::Code;
use model::columns::HeaderFault;
use model::row::expected;

impl<'s> Intake<'s, '_> {
    /// Notes a field that the model does not have, if that is to be refused.
    pub fn unknown(&mut self, name: &str, line: Option<u64>) {
        if self.context.rules.refuses_unknown_fields {
            let (name, context) = (shown(name), self.context);
            self.faults.add(|| {
                let hint = context.hints.did_you_mean(name, context.served.names());
                Fault::unknown_field(name, line, step(name), &hint)
            });
        }
    }

    /// Finds the model's columns among the names of a header. What does not fit is noted: of a column
    /// at `pointer` of its name.
    pub fn places<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n str>,
        line: Option<u64>,
        pointer: &dyn Fn(&str) -> String,
    ) -> Vec<Option<usize>>
    where
        's: 'n,
    {
        let columns = &self.context.served.model().columns;
        let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
        let places = columns.places(names, |fault| match fault {
            HeaderFault::Missing(index, name) => {
                wrong.push((Code::MissingField, index, name, fault));
            }
            HeaderFault::Duplicate(index, name) => {
                wrong.push((Code::DuplicateField, index, name, fault));
            }
            HeaderFault::Unknown(name) => unknown.push(name),
        });
        let hints = &self.context.hints;
        for (code, index, name, fault) in wrong {
            self.faults.add(|| {
                let near = unknown.iter().take(LISTED).map(|name| shown(name));
                let hint = match code {
                    Code::MissingField => hints.meant_by(name, near),
                    _ => String::new(),
                };
                Fault {
                    pointer: pointer(name),
                    line,
                    detail: fault.to_string() + &hint,
                    code,
                    expected: expected(columns[index].kind),
                    column: Some(index),
                }
            });
        }
        for name in unknown {
            self.unknown(name, line);
        }
        places
    }

    /// Adds to the sentence of the first fault, if there is one.
    pub fn explain_first_fault(&mut self, more: &str) {
        self.faults.explain_first(more);
    }
}
