//! Datatypes of tensors, and elements in binary.

use crate::budgets::Work;
use crate::problem::Problem;
use model::row::Value;

/// Type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datatype {
    /// `BOOL`.
    Bool,
    /// `UINT8` to `UINT64`, by its number of bytes.
    Unsigned(usize),
    /// `INT8` to `INT64`, by its number of bytes.
    Signed(usize),
    /// `FP32` or `FP64`, by its number of bytes.
    Float(usize),
    /// `BYTES`: text.
    Bytes,
}

impl Datatype {
    /// The datatype of this name.
    pub fn of(name: &str) -> Option<Datatype> {
        Some(match name {
            "BOOL" => Datatype::Bool,
            "UINT8" => Datatype::Unsigned(1),
            "UINT16" => Datatype::Unsigned(2),
            "UINT32" => Datatype::Unsigned(4),
            "UINT64" => Datatype::Unsigned(8),
            "INT8" => Datatype::Signed(1),
            "INT16" => Datatype::Signed(2),
            "INT32" => Datatype::Signed(4),
            "INT64" => Datatype::Signed(8),
            "FP32" => Datatype::Float(4),
            "FP64" => Datatype::Float(8),
            "BYTES" => Datatype::Bytes,
            _ => return None,
        })
    }

    /// Elements that it has, for messages.
    pub fn expects(self) -> &'static str {
        match self {
            Datatype::Bool => "true or false",
            Datatype::Bytes => "a string",
            Datatype::Signed(_) => "a whole number",
            Datatype::Unsigned(_) => "a whole number from 0 up",
            Datatype::Float(_) => "a number",
        }
    }

    /// True if an element in JSON is of it, or missing.
    pub fn takes(self, value: &Value<'_>) -> bool {
        match value {
            Value::Missing => true,
            Value::Boolean(_) => self == Datatype::Bool,
            Value::Text(_) => self == Datatype::Bytes,
            Value::Number(number) => match self {
                Datatype::Signed(_) => number.fract() == 0.0,
                Datatype::Unsigned(_) => number.fract() == 0.0 && *number >= 0.0,
                _ => self != Datatype::Bytes,
            },
            Value::Integer(_) => self != Datatype::Bytes,
            Value::Array | Value::Object => false,
        }
    }

    /// The elements that little-endian `bytes` hold; `None` when they are none.
    pub fn elements<'a>(
        self,
        work: &Work<'_>,
        mut bytes: &'a [u8],
    ) -> Result<Option<Vec<Value<'a>>>, Problem> {
        let size = match self {
            Datatype::Bool => 1,
            Datatype::Unsigned(size) | Datatype::Signed(size) | Datatype::Float(size) => size,
            Datatype::Bytes => {
                let mut elements = Vec::new();
                while !bytes.is_empty() {
                    let Some((text, rest)) = first_text(bytes) else {
                        return Ok(None);
                    };
                    work.reserve(&mut elements, 1)?;
                    elements.push(Value::Text(text.into()));
                    bytes = rest;
                }
                return Ok(Some(elements));
            }
        };
        if !bytes.len().is_multiple_of(size) {
            return Ok(None);
        }
        let mut elements = Vec::new();
        work.reserve(&mut elements, bytes.len() / size)?;
        let element = |bytes: &[u8]| {
            let mut wide = [0; 8];
            wide[..size].copy_from_slice(bytes);
            let number = match self {
                Datatype::Bool => return Value::Boolean(bytes[0] != 0),
                Datatype::Float(4) => f64::from(f32::from_bits(u64::from_le_bytes(wide) as u32)),
                Datatype::Float(_) => f64::from_le_bytes(wide),
                Datatype::Signed(_) => {
                    // The sign bit at the top, then shifted back with its copies.
                    let unused = 64 - 8 * size as u32;
                    return ((i64::from_le_bytes(wide) << unused) >> unused).into();
                }
                _ => return u64::from_le_bytes(wide).into(),
            };
            match number.is_nan() {
                true => Value::Missing,
                false => Value::Number(number),
            }
        };
        elements.extend(bytes.chunks_exact(size).map(element));
        Ok(Some(elements))
    }
}

/// The text that `bytes` begin with, behind its length, and what follows it.
fn first_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((std::str::from_utf8(text).ok()?, rest))
}
