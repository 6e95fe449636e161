//! Named parameters with a default and a range each: those of an estimator, and of text.
//!
//! The macro [`parameters!`](crate::parameters!) declares them once. From that one list come the
//! fields, their defaults and checks, what `params.yaml` may hold, `--set` and `hearth train --help`.

mod range;
mod section;

pub use range::{Quantity, Range};
pub use section::{AnySection, Section};

use model::hint::nearest;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};

/// A parameter, for people.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in `params.yaml` and after `--set`; scikit-learn's, where that has it.
    pub name: &'static str,
    /// One or two sentences.
    pub about: &'static str,
    /// Values that it may have.
    pub range: Range,
    /// Expected type of a value, for errors.
    pub expected: &'static str,
}

impl Parameter {
    /// Its values, for people: the range, or the type where that is all.
    pub fn values(&self) -> String {
        match self.range {
            Range::Any => self.expected.to_string(),
            range => range.to_string().trim_end_matches(',').to_string(),
        }
    }
}

/// The values of a section of `params.yaml`.
pub trait Parameters:
    Copy + Default + PartialEq + serde::Serialize + Send + Sync + 'static
{
    /// The same parameters, those that a person gave.
    type Given: DeserializeOwned;

    /// One sentence about what has the parameters.
    const ABOUT: &'static str;

    /// All parameters, in the order of their declaration.
    const TABLE: &'static [Parameter];

    /// Takes over what is given; returns the names of it.
    fn give(&mut self, given: Self::Given) -> Vec<&'static str>;

    /// Checks each value against its range.
    ///
    /// # Errors
    /// The first value that is out of range, with its name and the range.
    fn check(&self) -> Result<(), String>;
}

/// Reads a value that is given, also one that is `null`.
///
/// # Errors
/// Those of the value's type.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Declares a type of parameters, and the type of those that a person gives:
///
/// ```
/// use training::parameters::{Parameters, Range};
///
/// training::parameters! {
///     /// Least squares with an L2 penalty.
///     pub struct Penalised, given GivenPenalised {
///         /// Strength of the penalty.
///         alpha: f64 = 1.0, Range::Above0;
///         /// Inverse of something else.
///         c as "C": f64 = 10.0, Range::Above0;
///     }
/// }
///
/// assert_eq!(Penalised::default(), Penalised { alpha: 1.0, c: 10.0 });
/// let error = Penalised { alpha: 0.0, c: 1.0 }.check().unwrap_err();
/// assert_eq!(error, "alpha is 0; a number above 0 was expected");
/// ```
///
/// A type of the same parameters as another one is declared by `pub struct Name(Other), given
/// GivenOther;`.
#[macro_export]
macro_rules! parameters {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident, given $given:ident {
            $(
                $(#[doc = $field_about:literal])+
                $field:ident $(as $rename:literal)? : $type:ty = $default:expr, $range:expr;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
        pub struct $name {
            $(
                $(#[doc = $field_about])+
                $(#[serde(rename = $rename)])?
                pub $field: $type,
            )+
        }

        #[doc = concat!("The parameters of [`", stringify!($name), "`] that a person gives.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $given {
            $(
                $(#[doc = $field_about])+
                $(#[serde(rename = $rename)])?
                #[serde(deserialize_with = "training::parameters::given")]
                pub $field: Option<$type>,
            )+
        }

        impl Default for $name {
            fn default() -> $name {
                $name { $($field: $default,)+ }
            }
        }

        impl $crate::parameters::Parameters for $name {
            type Given = $given;

            const ABOUT: &'static str = concat!($($about,)+);

            const TABLE: &'static [$crate::parameters::Parameter] = &[
                $($crate::parameters::Parameter {
                    name: $crate::parameters!(@name $field $($rename)?),
                    about: concat!($($field_about,)+),
                    range: $range,
                    expected: <$type as $crate::parameters::Quantity>::EXPECTED,
                },)+
            ];

            fn give(&mut self, given: $given) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if let Some(value) = given.$field {
                    self.$field = value;
                    names.push($crate::parameters!(@name $field $($rename)?));
                })+
                names
            }

            fn check(&self) -> Result<(), String> {
                $($range.check($crate::parameters!(@name $field $($rename)?), self.$field)?;)+
                Ok(())
            }
        }
    };
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident($values:ident), given $given:ident;
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
        pub struct $name(pub $values);

        impl std::ops::Deref for $name {
            type Target = $values;

            fn deref(&self) -> &$values {
                &self.0
            }
        }

        impl std::ops::DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $values {
                &mut self.0
            }
        }

        impl $crate::parameters::Parameters for $name {
            type Given = $given;

            const ABOUT: &'static str = concat!($($about,)+);

            const TABLE: &'static [$crate::parameters::Parameter] =
                <$values as $crate::parameters::Parameters>::TABLE;

            fn give(&mut self, given: $given) -> Vec<&'static str> {
                $crate::parameters::Parameters::give(&mut self.0, given)
            }

            fn check(&self) -> Result<(), String> {
                $crate::parameters::Parameters::check(&self.0)
            }
        }
    };
    (@name $field:ident) => {
        stringify!($field)
    };
    (@name $field:ident $rename:literal) => {
        $rename
    };
}

/// The sentence that refuses a wrong name: `what` it is not, all names, and the one that is meant.
pub(crate) fn unknown<'n>(
    wrong: &str,
    what: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> String {
    let meant = nearest(wrong, names.clone());
    let meant = meant.map_or(String::new(), |name| format!("; did you mean {name}?"));
    format!("{wrong:?} is not {what} {}{meant}", listed(names, "and"))
}

/// `a, b or c`, with that word before the last name.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>, word: &str) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [others @ .., last] if !others.is_empty() => {
            format!("{} {word} {last}", others.join(", "))
        }
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        let names = ["n_estimators", "max_features", "min_samples_leaf"];
        assert_eq!(
            listed(names, "and"),
            "n_estimators, max_features and min_samples_leaf"
        );
    }
}
