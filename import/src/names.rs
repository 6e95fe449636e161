//! Names of categories, as requests write them.

use anyhow::{Result, bail};
use serde_json::Value;

/// The name of a category that a file has as JSON: text without surrounding blanks, or a number as
/// requests name it.
///
/// # Errors
/// When it is neither text, nor a number or boolean.
pub fn category_name(json: &str) -> Result<String> {
    Ok(match serde_json::from_str(json)? {
        Value::String(text) => text.trim().to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), _, _) => whole.to_string(),
            (_, Some(whole), _) => whole.to_string(),
            // Rust writes the shortest digits that read as the same number, without an exponent.
            (_, _, Some(number)) => number.to_string(),
            _ => bail!("the category {json} is no number"),
        },
        _ => bail!("the category {json} is neither text nor a number"),
    })
}
