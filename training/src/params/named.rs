//! Values that are chosen by a name.

use crate::parameters::listed;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A type whose values have names, in `params.yaml` and on the command line.
pub trait Named: Copy + Send + Sync + 'static {
    /// All values, in the order of a list.
    fn all() -> Vec<Self>;

    /// The name of a value.
    fn name(self) -> &'static str;

    /// One sentence about a value.
    fn about(self) -> &'static str;
}

/// Declares an enum whose values have names.
macro_rules! named {
    (
        $(#[$meta:meta])*
        pub enum $type:ident {
            $($(#[doc = $about:literal])+ $variant:ident = $name:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $type {
            $($(#[doc = $about])+ #[serde(rename = $name)] $variant,)+
        }

        impl $crate::params::Named for $type {
            fn all() -> Vec<$type> {
                vec![$($type::$variant,)+]
            }

            fn name(self) -> &'static str {
                match self {
                    $($type::$variant => $name,)+
                }
            }

            fn about(self) -> &'static str {
                match self {
                    $($type::$variant => concat!($($about,)+).trim(),)+
                }
            }
        }
    };
}
pub(crate) use named;

/// Reads a value by its name.
///
/// # Errors
/// When no value has the name, with all names.
pub(super) fn deserialize<'de, T: Named, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Name(PhantomData))
}

struct Name<T>(PhantomData<T>);

fn names<T: Named>() -> String {
    listed(T::all().into_iter().map(T::name), "or")
}

impl<T: Named> Visitor<'_> for Name<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&names::<T>())
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        let found = T::all().into_iter().find(|value| value.name() == name);
        found.ok_or_else(|| {
            let names = names::<T>();
            E::custom(format!("{name:?} is not known; {names} was expected"))
        })
    }
}
