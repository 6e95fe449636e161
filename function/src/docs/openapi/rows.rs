//! Rows as JSON Schema: how columns make up rows, in every form that a protocol has.

use super::build::{
    Any, all_of, any, any_of, array, having, list as list_of, object, one_of, own, put, reference,
    text, tuple, word,
};
use super::cells::cells;
use crate::rules::Rules;
use crate::served::ServedModel;
use model::columns::ALIAS;
use utoipa::openapi::Required;
use utoipa::openapi::schema::{AdditionalProperties, Object, Schema};

/// A row as an object: the component `Row`.
pub fn row(served: &ServedModel, rules: &Rules) -> Any {
    let mut row = object("A row: a value for each field of the model.");
    if rules.hides_schema {
        return own(row);
    }
    row.examples = serde_json::from_str(served.model().example)
        .into_iter()
        .collect();
    // A body with this member is many rows.
    if served.column("instances").is_none() {
        row.property_names = Some(Box::new(Schema::Object(other_than("instances"))));
    }
    members(row, served, rules, own)
}

/// An object with one member per column, whose schema is `of` its values.
fn members(
    mut all: Object,
    served: &ServedModel,
    rules: &Rules,
    of: impl Fn(Object) -> Any,
) -> Any {
    if rules.refuses_unknown_fields {
        let none = AdditionalProperties::FreeForm(false);
        all.additional_properties = Some(Box::new(none));
    }
    let mut either = None;
    for (index, cell) in cells(served, rules).into_iter().enumerate() {
        let names = names_of(served, index);
        let is_required = !served.model().columns[index].optional && names.len() == 1;
        let refuses = rules.refuses_unknown_fields;
        let listed = if refuses { &names[..] } else { &names[..1] };
        for name in listed {
            let required = match is_required {
                true => Required::True,
                false => Required::False,
            };
            put(&mut all, name, required, of(cell.clone()));
        }
        if names.len() > 1 {
            // Beside the column's own name, its other name is an unknown field: refused, or of any value.
            either = Some(match refuses {
                true => one_of(names.into_iter().map(having).collect()),
                false => {
                    let mut alias = object("");
                    put(&mut alias, names[1], Required::True, of(cell.clone()));
                    any_of(vec![having(names[0]), own(alias)], "")
                }
            });
        }
    }
    match either {
        None => own(all),
        Some(either) => all_of(vec![own(all), either]),
    }
}

/// The names that a column goes by: the one text of a model has two.
fn names_of<'a>(served: &ServedModel, index: usize) -> Vec<&'a str> {
    let name = served.model().columns[index].name;
    match name != ALIAS && served.column(ALIAS) == Some(index) {
        true => vec![name, ALIAS],
        false => vec![name],
    }
}

/// A row as its values in the model's order: the component `RowInOrder`.
pub fn in_order(served: &ServedModel, rules: &Rules) -> Any {
    let what = "A row: its values in the model's order.";
    if rules.hides_schema {
        return array(list_of(own(any("")), what));
    }
    let cells = cells(served, rules).into_iter();
    array(tuple(cells.map(Schema::Object).collect(), what))
}

/// The names of the model's columns, in their order.
pub fn names(served: &ServedModel, rules: &Rules) -> Any {
    if rules.hides_schema {
        return array(list_of(own(text("")), ""));
    }
    let names = (0..).zip(&served.model().columns).map(|(index, column)| {
        // In place of one that rows may leave out, any name that is not another column's is
        // ignored.
        let is_any = column.optional && !rules.refuses_unknown_fields;
        Schema::Object(match is_any {
            true => text(""),
            false => word(&names_of(served, index), ""),
        })
    });
    let mut names = tuple(names.collect(), "");
    // A column that is named twice is refused.
    names.unique_items = true;
    array(names)
}

/// A text that is not this word.
fn other_than(word: &str) -> Object {
    let mut other = text("");
    other.pattern = Some(format!("^(?!{word}$)"));
    other
}

/// A list of rows, each in any form.
pub fn list(served: &ServedModel, rules: &Rules) -> Any {
    let mut one = vec![reference("Row"), reference("RowInOrder")];
    if let ([_], [only]) = (&served.model().columns[..], &cells(served, rules)[..]) {
        one.push(own(match rules.hides_schema {
            true => any(""),
            false => only.clone(),
        }));
    }
    let mut rows = list_of(any_of(one, ""), "");
    rows.max_items = Some(rules.rows);
    array(rows)
}

/// Columns as lists of values, one item per row. No schema can require that they have the same
/// length, so the description says it.
pub fn columns(served: &ServedModel, rules: &Rules) -> Any {
    let lists = object(
        "Columns as lists of values, each as long as the others; a bare value is a list of one.",
    );
    if rules.hides_schema {
        return own(lists);
    }
    members(lists, served, rules, |cell| {
        // A tensor of one value a row may say so in its shape.
        let one = array(tuple(vec![Schema::Object(cell.clone())], ""));
        let mut values = list_of(any_of(vec![own(cell.clone()), one], ""), "");
        values.max_items = Some(rules.rows);
        any_of(vec![array(values), own(cell)], "")
    })
}
