//! Options whose values are names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use training::params::Named;

/// Reads a value by its name; `--help` lists all names with their meaning.
pub(super) fn named<T: Named>() -> impl TypedValueParser<Value = T> {
    let possible = |value: T| PossibleValue::new(value.name()).help(value.about());
    PossibleValuesParser::new(T::all().into_iter().map(possible)).try_map(|name| {
        let found = T::all().into_iter().find(|value| value.name() == name);
        found.ok_or("another name was expected")
    })
}
