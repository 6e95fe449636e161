//! Features that a table writes as true and false: a library's file calls them numbers.

use super::table::text;
use crate::tables::TableAt;
use anyhow::Result;
use import::forest::{FeatureKind, Forest};
use import::given::Given;
use model::format::ColumnKind;
use training::source::Source;

/// Gives the type boolean to the numbers of `forest` whose values in a table are all true or false, and
/// notes it. Types that the user named stay.
///
/// # Errors
/// When the table cannot be read.
pub(super) fn find(forest: &mut Forest, given: &mut Given, at: &TableAt) -> Result<()> {
    let is_open = |name: &str| {
        let of_name = |(given, _): &(String, ColumnKind)| given == name;
        let listed = |(given, _): &(String, Vec<String>)| given == name;
        !given.kinds.iter().any(of_name) && !given.categories.iter().any(listed)
    };
    let mut reader = at.rows()?;
    let numbers = forest.features.iter();
    let numbers = numbers.filter(|feature| feature.kind == FeatureKind::Number);
    let open = numbers.filter(|feature| is_open(&feature.name));
    // Place, name, and true once a row has a value.
    let mut found: Vec<(usize, String, bool)> = Vec::new();
    for feature in open {
        if let Ok(place) = reader.column(&feature.name) {
            found.push((place, feature.name.clone(), false));
        }
    }
    while let Some(mut record) = reader.next_record()?
        && !found.is_empty()
    {
        found.retain_mut(|(place, _, is_there)| {
            let value = record.values.get_mut(*place).and_then(Option::take);
            let value = value.map(text).unwrap_or_default();
            let is_flag = ["true", "false"]
                .iter()
                .any(|flag| value.eq_ignore_ascii_case(flag));
            *is_there |= is_flag;
            is_flag || value.is_empty()
        });
    }
    for (_, name, _) in found.into_iter().filter(|(_, _, is_there)| *is_there) {
        forest.notes.push(format!(
            "{name:?} is a boolean, since its values in {at} are true and false; --column {name}=number \
             makes it a number"
        ));
        given.kinds.push((name, ColumnKind::Boolean));
    }
    Ok(())
}
