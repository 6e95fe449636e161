//! Universal Binary JSON, as XGBoost writes it, for serde.
//!
//! Draft 12 of <https://ubjson.org>: numbers are big-endian; an array may have a type and a count in
//! front. Values are read from the bytes one by one, without a tree of them.

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use std::fmt;

/// Deepest nesting; XGBoost has 7 levels.
const DEPTH: usize = 64;

/// Reason for which bytes are no document, or not one of this type.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(what: T) -> Error {
        Error(what.to_string())
    }
}

/// Reads a document.
///
/// # Errors
/// When it is damaged, or not of this type.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let mut reader = Reader {
        bytes,
        at: 0,
        depth: 0,
    };
    let marker = reader.marker()?;
    let value = T::deserialize(Value {
        reader: &mut reader,
        marker,
    });
    value.map_err(|error| Error(format!("byte {}: {error}", reader.at)))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

/// A value whose marker was read.
struct Value<'r, 'a> {
    reader: &'r mut Reader<'a>,
    marker: u8,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| Error("the document is cut off".into()))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// The next marker that is not a filler.
    fn marker(&mut self) -> Result<u8, Error> {
        loop {
            match self.array::<1>()? {
                [b'N'] => {}
                [marker] => return Ok(marker),
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn integer(&mut self, marker: u8) -> Result<i64, Error> {
        Ok(match marker {
            b'i' => i8::from_be_bytes(self.array()?).into(),
            b'U' => u8::from_be_bytes(self.array()?).into(),
            b'I' => i16::from_be_bytes(self.array()?).into(),
            b'l' => i32::from_be_bytes(self.array()?).into(),
            b'L' => i64::from_be_bytes(self.array()?),
            other => return Err(unknown(other)),
        })
    }

    fn length(&mut self) -> Result<usize, Error> {
        let marker = self.marker()?;
        let length = usize::try_from(self.integer(marker)?);
        length.map_err(|_| Error("a length is below 0".into()))
    }

    fn string(&mut self) -> Result<&'a str, Error> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map_err(|_| Error("a text is not UTF-8".into()))
    }

    /// The type and count of a container, where it has them.
    fn shape(&mut self) -> Result<Shape, Error> {
        let mut shape = Shape {
            element: None,
            left: None,
        };
        if self.peek() == Some(b'$') {
            self.at += 1;
            let [marker] = self.array()?;
            // Elements of at least one byte: the count is bounded by what is there.
            if !b"iUIlLdDCS[{".contains(&marker) {
                return Err(unknown(marker));
            }
            shape.element = Some(marker);
        }
        if self.peek() == Some(b'#') {
            self.at += 1;
            let count = self.length()?;
            if count > self.bytes.len() - self.at {
                return Err(Error("the document is cut off".into()));
            }
            shape.left = Some(count);
        } else if shape.element.is_some() {
            return Err(Error("an array has a type and no count".into()));
        }
        Ok(shape)
    }
}

fn unknown(marker: u8) -> Error {
    Error(format!("the marker {:?} is not known", char::from(marker)))
}

/// Known type and number of the elements of a container.
struct Shape {
    element: Option<u8>,
    left: Option<usize>,
}

/// Elements of an array or members of an object.
struct Elements<'r, 'a> {
    reader: &'r mut Reader<'a>,
    shape: Shape,
    end: u8,
}

impl Elements<'_, '_> {
    /// False at the end, which is passed.
    fn has_next(&mut self) -> Result<bool, Error> {
        if let Some(left) = &mut self.shape.left {
            let has_next = *left > 0;
            *left = left.saturating_sub(1);
            return Ok(has_next);
        }
        while self.reader.peek() == Some(b'N') {
            self.reader.at += 1;
        }
        let is_end = self.reader.peek() == Some(self.end);
        self.reader.at += usize::from(is_end);
        Ok(!is_end)
    }

    fn value<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let marker = match self.shape.element {
            Some(marker) => marker,
            None => self.reader.marker()?,
        };
        seed.deserialize(Value {
            reader: &mut *self.reader,
            marker,
        })
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        match self.has_next()? {
            true => self.value(seed).map(Some),
            false => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.shape.left
    }
}

impl<'de> MapAccess<'de> for Elements<'_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        match self.has_next()? {
            true => {
                let key: &str = self.reader.string()?;
                seed.deserialize(key.into_deserializer()).map(Some)
            }
            false => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        self.value(seed)
    }
}

impl<'de> Deserializer<'de> for Value<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value { reader, marker } = self;
        match marker {
            b'Z' => visitor.visit_unit(),
            b'T' => visitor.visit_bool(true),
            b'F' => visitor.visit_bool(false),
            b'd' => visitor.visit_f32(f32::from_be_bytes(reader.array()?)),
            b'D' => visitor.visit_f64(f64::from_be_bytes(reader.array()?)),
            b'C' => visitor.visit_u8(u8::from_be_bytes(reader.array()?)),
            b'S' => visitor.visit_str(reader.string()?),
            b'[' | b'{' => {
                reader.depth += 1;
                if reader.depth > DEPTH {
                    return Err(Error("it is nested too deeply".into()));
                }
                let shape = reader.shape()?;
                let elements = Elements {
                    shape,
                    end: if marker == b'[' { b']' } else { b'}' },
                    reader: &mut *reader,
                };
                let value = match marker {
                    b'[' => visitor.visit_seq(elements),
                    _ => visitor.visit_map(elements),
                };
                reader.depth -= 1;
                value
            }
            other => visitor.visit_i64(reader.integer(other)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.marker {
            b'Z' => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Numbers {
        name: String,
        numbers: Vec<f32>,
        #[serde(default)]
        codes: Vec<i32>,
        flag: Option<bool>,
    }

    #[test]
    fn typed_and_plain_containers_are_read() {
        let bytes = b"{U\x04nameSU\x02abU\x07numbers[$d#U\x02\x3f\x80\x00\x00\x40\x00\x00\x00\
            U\x05codes[i\x01N l\x00\x00\x00\x02]U\x04flagTU\x05other{#U\x01U\x01x[Z]}";
        // A filler stands between elements, a blank does not.
        let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b' ').collect();
        let sample: Numbers = from_slice(&bytes).unwrap();
        let expected = Numbers {
            name: "ab".into(),
            numbers: vec![1.0, 2.0],
            codes: vec![1, 2],
            flag: Some(true),
        };
        assert_eq!(sample, expected);
    }

    #[test]
    fn damage_is_refused_soon() {
        let refusal = |bytes: &[u8]| {
            let read = from_slice::<BTreeMap<String, Vec<f64>>>(bytes);
            read.unwrap_err().to_string()
        };
        let cut = "the document is cut off";
        assert!(refusal(b"{").contains(cut));
        assert!(refusal(b"{U\x01a[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff").contains(cut));
        assert!(refusal(b"{U\x01a[#L\x7f\xff\xff\xff\xff\xff\xff\xff").contains(cut));
        assert!(refusal(b"{U\x01a[$Z#U\x05").contains("marker 'Z'"));
        assert!(refusal(b"{U\x01a[$d]").contains("no count"));
        assert!(refusal(b"{i\xffa").contains("below 0"));
        let deep = [b"{U\x01a".as_slice(), &[b'['; 1000]].concat();
        let read = from_slice::<BTreeMap<String, de::IgnoredAny>>(&deep);
        assert!(read.unwrap_err().to_string().contains("nested too deeply"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = from_slice::<BTreeMap<String, de::IgnoredAny>>(&bytes);
            let begun = [b"{U\x01a[".as_slice(), &bytes].concat();
            let _ = from_slice::<BTreeMap<String, Vec<f64>>>(&begun);
        }
    }
}
