//! Tables as Parquet: every column optional, pages in gzip, which every reader of Parquet knows.

use super::{CellType, Layout, Sink};
use anyhow::{Context, Result};
use model::timestamp::Timestamp;
use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;
use serde_json::Value;
use std::io::Write;
use std::sync::Arc;

/// Rows of a row group, which is what waits in memory.
const GROUP_ROWS: usize = 50_000;

/// Bytes of text that end a row group earlier.
const GROUP_BYTES: usize = 64 << 20;

/// Writes Parquet.
pub struct ParquetSink<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    rows: usize,
    bytes: usize,
}

/// Values of a column that are not yet written, and for each row a 1 where it has a value.
struct Buffer {
    values: Values,
    definitions: Vec<i16>,
}

/// Values in the types of Parquet.
enum Values {
    Text(Vec<ByteArray>),
    Number(Vec<f64>),
    Boolean(Vec<bool>),
    /// Microseconds since 1970.
    Time(Vec<i64>),
}

impl<W: Write + Send> ParquetSink<W> {
    /// A file without rows.
    ///
    /// # Errors
    /// When the output takes nothing.
    pub fn new(out: W, layout: &Layout) -> Result<ParquetSink<W>> {
        let fields = layout
            .columns()
            .iter()
            .map(|of| field(&of.header, of.cell_type));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("captures")
            .with_fields(fields)
            .build()?;
        let properties = WriterProperties::builder()
            .set_created_by("hearth".into())
            .set_compression(Compression::GZIP(GzipLevel::try_new(6)?));
        let properties = Arc::new(properties.build());
        let columns = layout.columns().iter().map(|of| Buffer {
            values: match of.cell_type {
                CellType::Text => Values::Text(Vec::new()),
                CellType::Number => Values::Number(Vec::new()),
                CellType::Boolean => Values::Boolean(Vec::new()),
                CellType::Time => Values::Time(Vec::new()),
            },
            definitions: Vec::new(),
        });
        Ok(ParquetSink {
            writer: SerializedFileWriter::new(out, Arc::new(schema), properties)?,
            columns: columns.collect(),
            rows: 0,
            bytes: 0,
        })
    }

    fn write_group(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let writer = group.next_column()?;
            column.write_to(writer.context("a column without a writer")?)?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn field(name: &str, cell_type: CellType) -> Result<Arc<Type>, parquet::errors::ParquetError> {
    let (physical, logical) = match cell_type {
        CellType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        CellType::Number => (Physical::DOUBLE, None),
        CellType::Boolean => (Physical::BOOLEAN, None),
        CellType::Time => (
            Physical::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        ),
    };
    let field = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    field.build().map(Arc::new)
}

impl Buffer {
    /// Adds a value; gives the bytes of its text.
    fn push(&mut self, value: &Value) -> usize {
        let mut bytes = 0;
        let is_defined = match &mut self.values {
            Values::Text(texts) => value.as_str().map(|text| {
                bytes = text.len();
                texts.push(ByteArray::from(text));
            }),
            Values::Number(numbers) => value.as_f64().map(|number| numbers.push(number)),
            Values::Boolean(booleans) => value.as_bool().map(|boolean| booleans.push(boolean)),
            Values::Time(times) => value
                .as_str()
                .and_then(microseconds)
                .map(|at| times.push(at)),
        };
        self.definitions.push(i16::from(is_defined.is_some()));
        bytes
    }

    /// Writes what waits, and forgets it.
    fn write_to(&mut self, mut writer: SerializedColumnWriter<'_>) -> Result<()> {
        let defined = Some(&self.definitions[..]);
        match &mut self.values {
            Values::Text(of) => writer
                .typed::<ByteArrayType>()
                .write_batch(of, defined, None)?,
            Values::Number(of) => writer
                .typed::<DoubleType>()
                .write_batch(of, defined, None)?,
            Values::Boolean(of) => writer.typed::<BoolType>().write_batch(of, defined, None)?,
            Values::Time(of) => writer.typed::<Int64Type>().write_batch(of, defined, None)?,
        };
        writer.close()?;
        self.definitions.clear();
        match &mut self.values {
            Values::Text(of) => of.clear(),
            Values::Number(of) => of.clear(),
            Values::Boolean(of) => of.clear(),
            Values::Time(of) => of.clear(),
        }
        Ok(())
    }
}

/// Microseconds since 1970 of a time in UTC, as captures have it.
fn microseconds(text: &str) -> Option<i64> {
    let time = Timestamp::parse(text, false)?;
    let day = time.days().floor() as i64;
    Some(day * 86_400_000_000 + (time.seconds * 1e6).round() as i64)
}

impl<W: Write + Send> Sink for ParquetSink<W> {
    fn row(&mut self, cells: &[Value]) -> Result<()> {
        for (column, value) in self.columns.iter_mut().zip(cells) {
            self.bytes += column.push(value);
        }
        self.rows += 1;
        match self.rows == GROUP_ROWS || self.bytes > GROUP_BYTES {
            true => self.write_group(),
            false => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.finish()?;
        Ok(self.writer.inner_mut().flush()?)
    }
}
