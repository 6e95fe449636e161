//! Content types of tensors, by which MLServer's clients say how elements are to be read:
//! <https://mlserver.readthedocs.io/en/latest/user-guide/content-type.html>.

use super::datatype::Datatype;
use crate::budgets::Work;
use crate::json::{ALLOCATION, Json};
use crate::problem::Problem;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::row::Value;
use std::borrow::Cow;

/// The content types that are read.
const KNOWN: &str = "base64, datetime, np, pd and str";

/// The way to read the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// As they are.
    Plain,
    /// Text in base64.
    Base64,
}

impl ContentType {
    /// The content type that the parameters of a tensor state, else those of its request.
    ///
    /// # Errors
    /// When it is not one that is read, or not of this datatype; the end of a sentence.
    pub fn of(
        tensor: Option<&Json<'_>>,
        request: Option<&Json<'_>>,
        datatype: Datatype,
    ) -> Result<ContentType, String> {
        let stated = |parameters: Option<&Json<'_>>| match parameters?.member("content_type")? {
            Json::Null => None,
            Json::Text(name) => Some(Some(name.to_string())),
            _ => Some(None),
        };
        let Some(name) = stated(tensor).or_else(|| stated(request)) else {
            return Ok(ContentType::Plain);
        };
        match name.as_deref() {
            Some("np" | "pd") => Ok(ContentType::Plain),
            Some(name @ ("str" | "datetime" | "base64")) if datatype != Datatype::Bytes => {
                Err(format!("its content_type {name} is for the datatype BYTES"))
            }
            Some("str" | "datetime") => Ok(ContentType::Plain),
            Some("base64") => Ok(ContentType::Base64),
            _ => Err(format!("its content_type is none of {KNOWN}")),
        }
    }

    /// Reads elements in place.
    ///
    /// # Errors
    /// When they are not what the content type says, or take more memory than the request may.
    pub fn decode(
        self,
        work: &Work<'_>,
        elements: &mut [Value<'_>],
        wrong: impl Fn(&str) -> Problem,
    ) -> Result<(), Problem> {
        if self == ContentType::Plain {
            return Ok(());
        }
        for element in elements {
            if let Value::Text(text) = element {
                work.take(text.len() / 4 * 3 + ALLOCATION)?;
                let bytes = STANDARD.decode(text.as_bytes()).ok();
                let decoded = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                let decoded = decoded.ok_or_else(|| {
                    wrong("its content_type is base64, but its data is not UTF-8 text in base64")
                })?;
                *text = Cow::Owned(decoded);
            }
        }
        Ok(())
    }
}
