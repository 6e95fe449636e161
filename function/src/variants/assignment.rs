//! Which variant answers a request: by a stable hash of a header or field, else at random.

use crate::body::{self, Media, media};
use crate::environment::Reader;
use crate::random::Random;
use crate::request::Request;
use crate::rules::Rules;
use model::random::{mix, unit};
use model::row::MemberName;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Key that assigns requests to variants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AssignmentKey {
    /// By nothing: each is drawn.
    #[default]
    Chance,
    /// By the value of this header.
    Header(String),
    /// By the value of this member of the row; of the first row where there are many.
    Field(String),
}

impl AssignmentKey {
    /// Key of `HEARTH_VARIANT_BY`. A wrong value is logged, and requests are assigned at random.
    pub fn read(reader: &Reader<'_>) -> AssignmentKey {
        let Some(text) = reader.optional("HEARTH_VARIANT_BY") else {
            return AssignmentKey::Chance;
        };
        match text.split_once(':') {
            Some(("header", name)) if http::HeaderName::try_from(name).is_ok() => {
                AssignmentKey::Header(name.to_ascii_lowercase())
            }
            Some(("field", name)) if !name.is_empty() => AssignmentKey::Field(name.to_owned()),
            _ => {
                reader.warn(
                    "HEARTH_VARIANT_BY is neither header:NAME nor field:NAME: variants are drawn",
                );
                AssignmentKey::Chance
            }
        }
    }

    /// Where a request stands between 0 and 1: always the same for the same key, anywhere without
    /// one.
    pub fn place(&self, request: &Request<'_>, rules: &Rules, random: &Random) -> f64 {
        let key = match self {
            AssignmentKey::Chance => None,
            AssignmentKey::Header(name) => request.header(name).map(hash),
            AssignmentKey::Field(name) => field(name, request, rules),
        };
        unit(key.unwrap_or_else(|| random.next()))
    }
}

/// FNV-1a (Fowler, Noll, Vo; RFC 9923), mixed, since its upper bits hardly know the last bytes. It
/// must never change: who has a variant keeps it.
fn hash(key: &str) -> u64 {
    mix(key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    }))
}

/// The hash of a member of the first row; `None` where there is none, or no JSON.
fn field(name: &str, request: &Request<'_>, rules: &Rules) -> Option<u64> {
    let work = rules.budgets.work();
    let bytes = match media(request.content_type) {
        Media::Json | Media::JsonLines => body::bytes(request, rules, &work).ok()?,
        Media::Table(_) | Media::Unknown => return None,
    };
    let mut found = None;
    let mut parser = serde_json::Deserializer::from_slice(&bytes);
    // Its door reports faults of the body.
    let _ = parser.deserialize_any(First {
        name,
        depth: 0,
        found: &mut found,
    });
    found
}

/// The members that hold lists of rows, as the doors know them.
const LISTS: [&str; 3] = ["instances", "dataframe_records", "inputs"];

/// Only objects and lists have members.
macro_rules! nothing_in {
    ($($method:ident($type:ty))+) => {
        $(fn $method<E>(self, _: $type) -> Result<(), E> {
            Ok(())
        })+
    };
}

/// Looks for a member of an object, or of the first one in a list of rows.
struct First<'a> {
    name: &'a str,
    depth: usize,
    found: &'a mut Option<u64>,
}

impl<'de> DeserializeSeed<'de> for First<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for First<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(MemberName(name)) = map.next_key()? {
            if name == self.name {
                *self.found = hash_of(map.next_value::<&'de RawValue>()?);
                // Nothing behind it matters.
                return Err(A::Error::custom("found"));
            }
            if self.depth == 0 && LISTS.contains(&&*name) {
                map.next_value_seed(First {
                    depth: 1,
                    name: self.name,
                    found: &mut *self.found,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        items.next_element_seed(First {
            depth: self.depth + 1,
            name: self.name,
            found: &mut *self.found,
        })?;
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    nothing_in!(visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64) visit_str(&str));

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The hash of a value: text, or a number as it is written. `7` and `"7"` are one customer.
fn hash_of(value: &RawValue) -> Option<u64> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(text)
            .ok()
            .map(|text| hash(&text)),
        b'{' | b'[' | b'n' => None,
        _ => Some(hash(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{AssignmentKey, hash};
    use crate::environment::Reader;
    use crate::random::Random;
    use crate::request::Request;
    use crate::rules::Rules;
    use crate::testing::{gzipped, headers, predict};
    use model::random::unit;

    fn place(key: &AssignmentKey, request: &Request<'_>) -> f64 {
        key.place(
            request,
            &Rules::read(&Reader::new(&|_| None)),
            &Random::new(),
        )
    }

    #[test]
    fn the_hash_is_the_one_that_it_has_always_been() {
        assert_eq!(hash(""), 0xf52a_15e9_a9b5_e89b);
        assert_eq!(hash("customer-7"), 0x9749_585e_a136_30d6);
    }

    #[test]
    fn keys_spread_evenly() {
        let below = (0..10_000).filter(|n| unit(hash(&format!("user{n}"))) < 0.1);
        // Six standard deviations.
        assert!((820..1_180).contains(&below.count()));
    }

    #[test]
    fn the_same_key_has_the_same_place_however_it_comes() {
        let by = AssignmentKey::Field("user".into());
        let expected = unit(hash("7"));
        for body in [
            r#"{"text": "a", "user": "7"}"#,
            r#"{"user": 7, "text": [1, {"user": 8}]}"#,
            r#"{"instances": [{"user": 7}, {"user": 8}]}"#,
            r#"{"dataframe_records": [{"text": "", "user": "7"}]}"#,
        ] {
            assert_eq!(place(&by, &predict(body.as_bytes())), expected, "{body}");
        }
        let lines = Request {
            content_type: Some("application/jsonl"),
            ..predict(b"{\"user\": 7}\n{\"user\": 8}\n")
        };
        assert_eq!(place(&by, &lines), expected);
        let gzip = headers(&[("content-encoding", "gzip"), ("x-user", "7")]);
        let body = gzipped(br#"{"user": 7}"#);
        let request = Request {
            headers: Some(&gzip),
            ..predict(&body)
        };
        assert_eq!(place(&by, &request), expected);
        assert_eq!(
            place(&AssignmentKey::Header("x-user".into()), &request),
            expected
        );
    }

    #[test]
    fn without_a_key_it_is_drawn() {
        let random = Random::new();
        let rules = Rules::read(&Reader::new(&|_| None));
        for key in [
            AssignmentKey::Chance,
            AssignmentKey::Header("x".into()),
            AssignmentKey::Field("user".into()),
        ] {
            for body in ["{}", "[", r#"{"user": null}"#, r#"{"user": {"user": 7}}"#] {
                let request = predict(body.as_bytes());
                let places: Vec<f64> = (0..8)
                    .map(|_| key.place(&request, &rules, &random))
                    .collect();
                assert!(
                    places.iter().any(|place| *place != places[0]),
                    "{key:?} {body}"
                );
            }
        }
    }

    #[test]
    fn what_the_environment_says_wrongly_is_chance() {
        let by = |text: &'static str| {
            let get = |name: &str| (name == "HEARTH_VARIANT_BY").then(|| text.to_owned());
            AssignmentKey::read(&Reader::new(&get))
        };
        assert_eq!(by("header:X-User"), AssignmentKey::Header("x-user".into()));
        assert_eq!(by("field:user id"), AssignmentKey::Field("user id".into()));
        for wrong in ["", "x-user", "header:", "header:a b", "field:", "cookie:a"] {
            assert_eq!(by(wrong), AssignmentKey::Chance, "{wrong}");
        }
    }
}
