//! A table whose bytes are all in memory.

use super::cutter::{Content, Cut, Cutter, Position, Shape};
use super::start::{Format, Start};
use std::sync::Arc;

/// A table in memory, read record by record.
pub struct Table<'t> {
    bytes: &'t [u8],
    position: Position,
    shape: Arc<Shape>,
    cutter: Cutter,
    most: usize,
}

impl<'t> Table<'t> {
    /// A table of which nothing is read yet. Of each record up to `most` values are kept.
    pub fn new(bytes: &'t [u8], format: Format, has_header: bool, most: usize) -> Table<'t> {
        let start = Start::of(bytes, Some(format), has_header);
        Table::at(bytes, start.position, start.shape, most)
    }

    pub(super) fn at(bytes: &'t [u8], position: Position, shape: Shape, most: usize) -> Table<'t> {
        let shape = Arc::new(shape);
        Table {
            bytes,
            position,
            cutter: Cutter::with_limit(&shape, most),
            shape,
            most,
        }
    }

    /// Reads the next record as the header: its line, and the number of its values or why it is none,
    /// one sentence without the line. `None` at the end of the table.
    pub fn header(&mut self) -> Option<(u64, Result<usize, String>)> {
        let Cut { line, content, .. } = self.cutter.next(self.bytes, &mut self.position)?;
        let Content::Fields(fields) = content else {
            return None;
        };
        let count = fields.count();
        let named = fields.names().map(|columns| {
            self.shape = Arc::new(Shape {
                delimiter: self.shape.delimiter,
                columns,
            });
        });
        if named.is_ok() {
            self.cutter = Cutter::with_limit(&self.shape, self.most);
        }
        Some((line, named.map(|()| count)))
    }

    /// The names in the header.
    pub fn columns(&self) -> &[String] {
        &self.shape.columns
    }

    /// The shape of the table, and where its rows go on.
    pub(super) fn into_parts(self) -> (Arc<Shape>, Position) {
        (self.shape, self.position)
    }

    /// The next record, `None` at the end.
    #[allow(clippy::should_implement_trait)] // a record borrows the table, which no iterator's item may
    pub fn next(&mut self) -> Option<Cut<'_, 't>> {
        self.cutter.next(self.bytes, &mut self.position)
    }
}
