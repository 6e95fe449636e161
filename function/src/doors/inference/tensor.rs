//! Tensors to rows.

use super::content_type::ContentType;
use super::datatype::Datatype;
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
    shape: Vec<usize>,
    rows: usize,
    /// Elements a row.
    width: usize,
    elements: Vec<Value<'a>>,
}

/// Takes in the rows that `inputs` hold; `binary` is what stands behind the JSON, `parameters` are
/// those of the request.
///
/// # Errors
/// When a tensor does not follow the protocol, or there is more of it than a request may have.
pub fn add<'a>(
    intake: &mut Intake<'_, 'a>,
    inputs: Vec<Json<'a>>,
    parameters: Option<&Json<'_>>,
    binary: &'a [u8],
) -> Result<(), Problem> {
    let mut rest = binary;
    let mut tensors = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.into_iter().enumerate() {
        tensors.push(read(
            &intake.context().work,
            index,
            input,
            parameters,
            &mut rest,
        )?);
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
    if let [tensor] = &tensors[..]
        && served.column(&tensor.name).is_none()
    {
        let (name, shape) = (shown(&tensor.name), &tensor.shape);
        let expected = match intake.context().rules.hides_schema {
            true => "fields".to_owned(),
            false => count.to_string(),
        };
        return Err(wrong(&format!(
            "the tensor {name:?} has the name of no field, and its shape {shape:?} is not [rows, {expected}], \
             all fields of each row"
        )));
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
    parameters: Option<&Json<'_>>,
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
    let Some((&rows, inner)) = sizes.split_first() else {
        return Err(at("its shape is empty; the first dimension is the rows"));
    };
    if inner.len() > 1 {
        let detail = format!(
            "its shape {sizes:?} has more dimensions than [rows, fields] or [rows], which were expected"
        );
        return Err(at(&detail));
    }
    let width = inner
        .iter()
        .try_fold(1usize, |product, size| product.checked_mul(*size));
    let count = width.and_then(|width| width.checked_mul(rows));
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
    let own = input.member("parameters");
    let content_type = ContentType::of(own, parameters, datatype).map_err(|what| at(&what))?;
    let mut elements = match size {
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
    content_type.decode(work, &mut elements, at)?;
    if elements.len() != count {
        return Err(at(&format!(
            "it has {} elements; {count} were expected by its shape",
            elements.len()
        )));
    }
    Ok(Tensor {
        name,
        rows,
        shape: sizes,
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
