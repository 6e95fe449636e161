//! Tensors to rows.

use crate::budgets::Work;
use crate::faults::shown;
use crate::intake::Intake;
use crate::json::Json;
use crate::problem::{Code, Problem};
use model::row::Value;

/// Body of a request.
pub const EXPECTED: &str =
    "a JSON object with inputs, a list of {\"name\", \"shape\", \"datatype\", \"data\"}";

/// The problem of a request that does not follow the protocol.
pub fn wrong(detail: &str) -> Problem {
    Problem::new(Code::InvalidProtocol, detail).expected(EXPECTED)
}

/// A tensor's elements, in the order of its rows.
struct Tensor<'a> {
    name: String,
    rows: usize,
    /// Elements a row.
    width: usize,
    elements: Vec<Value<'a>>,
}

/// Takes in the rows that `inputs` hold; `binary` is what stands behind the JSON.
pub fn add<'a>(
    intake: &mut Intake<'_, 'a>,
    inputs: Vec<Json<'a>>,
    binary: &'a [u8],
) -> Result<(), Problem> {
    let mut rest = binary;
    let mut tensors = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        tensors.push(read(&intake.context().work, index, input, &mut rest)?);
    }
    if !rest.is_empty() {
        return Err(wrong("there are bytes behind the last tensor"));
    }
    let served = intake.served();
    let count = served.model().columns.len();
    let Some(rows) = tensors.first().map(|tensor| tensor.rows) else {
        return Err(wrong("inputs is empty; one tensor per column was expected"));
    };
    if tensors.iter().any(|tensor| tensor.rows != rows) {
        return Err(wrong("the tensors do not have the same first dimension"));
    }
    // One tensor can be a matrix of all columns, or of the one column that there is, by any name.
    if let [tensor] = &tensors[..]
        && tensor.width == count
        && (count > 1 || served.column(&tensor.name).is_none())
    {
        let mut elements = tensors.remove(0).elements.into_iter();
        for row in 0..rows {
            let values = elements.by_ref().take(count);
            let pointer =
                |_: &str, column: usize| format!("/inputs/0/data/{}", row * count + column);
            intake.add_in_order(values, None, "/inputs/0", &pointer)?;
        }
        return Ok(());
    }
    let names = tensors.iter().map(|tensor| tensor.name.as_str());
    let places = intake.places(names, None, &|_| "/inputs".to_owned());
    for place in places.iter().flatten() {
        let Tensor { name, width, .. } = &tensors[*place];
        if *width != 1 {
            let name = shown(name);
            return Err(wrong(&format!(
                "the tensor {name:?} has more than one element a row; the shape [rows] was expected"
            )));
        }
    }
    let elements = tensors
        .into_iter()
        .map(|tensor| tensor.elements.into_iter());
    let mut elements: Vec<_> = elements.collect();
    for row in 0..rows {
        let mut value = |place: usize| elements[place].next();
        let values = places.iter().map(|place| place.and_then(&mut value));
        let pointer = |_: &str, column: usize| match places[column] {
            Some(index) => format!("/inputs/{index}/data/{row}"),
            None => "/inputs".to_owned(),
        };
        intake.add_placed(values.collect(), None, &pointer)?;
    }
    Ok(())
}

fn read<'a>(
    work: &Work<'_>,
    index: usize,
    mut input: Json<'a>,
    rest: &mut &'a [u8],
) -> Result<Tensor<'a>, Problem> {
    let at = |what: &str| wrong(&format!("inputs[{index}]: {what}"));
    let name = match input.member("name").and_then(Json::text) {
        Some(name) => name.to_owned(),
        None => return Err(at("it has no name")),
    };
    let Some(Json::Array(shape)) = input.take("shape") else {
        return Err(at("it has no shape; a list of whole numbers was expected"));
    };
    let mut sizes = Vec::with_capacity(shape.len());
    for size in &shape {
        match size {
            Json::Number(size) if *size >= 0.0 && size.fract() == 0.0 && *size < 1e9 => {
                sizes.push(*size as usize);
            }
            _ => return Err(at("its shape is not a list of whole numbers")),
        }
    }
    let Some((rows, inner)) = sizes.split_first() else {
        return Err(at("its shape is empty; the first dimension is the rows"));
    };
    let width = inner
        .iter()
        .try_fold(1usize, |product, size| product.checked_mul(*size));
    let count = width.and_then(|width| width.checked_mul(*rows));
    let (Some(width), Some(count)) = (width, count) else {
        return Err(at("its shape is larger than any body"));
    };
    // It would be rows without a value, as many as somebody likes to say.
    if width == 0 {
        return Err(at("its shape has a dimension of 0 behind the first"));
    }
    let datatype = input.member("datatype").and_then(Json::text);
    let Some(datatype) = datatype.and_then(Datatype::of) else {
        return Err(at(
            "its datatype is none of BOOL, UINT8 to UINT64, INT8 to INT64, FP32, FP64 and BYTES",
        ));
    };
    let size = input
        .member("parameters")
        .and_then(|parameters| parameters.member("binary_data_size"));
    let elements = match size {
        Some(Json::Number(size)) if *size >= 0.0 && *size <= rest.len() as f64 => {
            let (bytes, behind) = rest.split_at(*size as usize);
            *rest = behind;
            datatype
                .elements(work, bytes)?
                .ok_or_else(|| at("its bytes are not elements of its datatype"))?
        }
        Some(_) => return Err(at("its binary_data_size is not a length within the body")),
        None => {
            let Some(data) = input.take("data") else {
                return Err(at("it has no data"));
            };
            let mut elements = Vec::new();
            flatten(work, data, &mut elements)?;
            if let Some(wrong) = elements.iter().find(|value| !datatype.takes(value)) {
                return Err(at(&format!(
                    "its data has {} where its datatype says {}",
                    wrong.kind(),
                    datatype.expects()
                )));
            }
            elements
        }
    };
    if elements.len() != count {
        return Err(at(&format!(
            "it has {} elements; {count} were expected by its shape",
            elements.len()
        )));
    }
    Ok(Tensor {
        name,
        rows: *rows,
        width,
        elements,
    })
}

/// Elements may come nested as the shape says, or in one list.
fn flatten<'a>(
    work: &Work<'_>,
    data: Json<'a>,
    elements: &mut Vec<Value<'a>>,
) -> Result<(), Problem> {
    match data {
        Json::Array(items) => {
            for item in items {
                flatten(work, item, elements)?;
            }
        }
        value => {
            work.reserve(elements, 1)?;
            elements.push(value.into_value());
        }
    }
    Ok(())
}

/// Type of an element.
#[derive(Clone, Copy, PartialEq)]
enum Datatype {
    Bool,
    Unsigned(usize),
    Signed(usize),
    Float(usize),
    Bytes,
}

impl Datatype {
    fn of(name: &str) -> Option<Datatype> {
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

    fn expects(self) -> &'static str {
        match self {
            Datatype::Bool => "true or false",
            Datatype::Bytes => "a string",
            _ => "a number",
        }
    }

    fn takes(self, value: &Value<'_>) -> bool {
        match value {
            Value::Missing => true,
            Value::Boolean(_) => self == Datatype::Bool,
            Value::Text(_) => self == Datatype::Bytes,
            Value::Number(_) | Value::Integer(_) => self != Datatype::Bytes,
            Value::Array | Value::Object => false,
        }
    }

    /// The elements that little-endian `bytes` hold; `None` when they are none.
    fn elements<'a>(
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
