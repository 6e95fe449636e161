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

/// A row as an object by the names of the columns: the component `Row`. It is a plain object, which
/// every generator of clients makes a type of.
pub fn row(served: &ServedModel, rules: &Rules) -> Any {
    let row = row_of(served, rules);
    match rules.hides_schema {
        true => own(row),
        false => own(by_own_names(row, served, rules, own)),
    }
}

/// A row as an object, where a column goes by two names: the component `RowByEitherName`.
pub fn row_by_either_name(served: &ServedModel, rules: &Rules) -> Option<Any> {
    let is_there = aliased(served).is_some() && !rules.hides_schema;
    is_there.then(|| by_any_names(row_of(served, rules), served, rules, own))
}

/// The row of bodies that take it by any of its names.
pub fn any_row(served: &ServedModel, rules: &Rules) -> Any {
    reference(match aliased(served).is_some() && !rules.hides_schema {
        true => "RowByEitherName",
        false => "Row",
    })
}

/// A row without its members.
fn row_of(served: &ServedModel, rules: &Rules) -> Object {
    let mut row = object("A row: a value for each field of the model.");
    if rules.hides_schema {
        return row;
    }
    row.examples = serde_json::from_str(served.model().example)
        .into_iter()
        .collect();
    // A body with this member is many rows.
    if served.column("instances").is_none() {
        row.property_names = Some(Box::new(Schema::Object(other_than("instances"))));
    }
    row
}

/// An object with one member per column by its own name, whose schema is `of` its values.
fn by_own_names(
    mut all: Object,
    served: &ServedModel,
    rules: &Rules,
    of: impl Fn(Object) -> Any,
) -> Object {
    if rules.refuses_unknown_fields {
        let none = AdditionalProperties::FreeForm(false);
        all.additional_properties = Some(Box::new(none));
    }
    for (column, cell) in served.model().columns.iter().zip(cells(served, rules)) {
        let required = match column.optional {
            true => Required::False,
            false => Required::True,
        };
        put(&mut all, column.name, required, of(cell));
    }
    all
}

/// The same, where the one text of a model may go by its other name.
fn by_any_names(
    all: Object,
    served: &ServedModel,
    rules: &Rules,
    of: impl Fn(Object) -> Any,
) -> Any {
    let mut all = by_own_names(all, served, rules, &of);
    let Some(index) = aliased(served) else {
        return own(all);
    };
    let name = served.model().columns[index].name;
    all.required.retain(|required| required != name);
    let values = of(cells(served, rules).swap_remove(index));
    // Beside the column's own name, its other name is an unknown field: refused, or of any value.
    let either = match rules.refuses_unknown_fields {
        true => {
            put(&mut all, ALIAS, Required::False, values);
            one_of(vec![having(name), having(ALIAS)])
        }
        false => {
            let mut alias = object("");
            put(&mut alias, ALIAS, Required::True, values);
            any_of(vec![having(name), own(alias)], "")
        }
    };
    all_of(vec![own(all), either])
}

/// The column that goes by two names, if there is one: the one text of a model.
fn aliased(served: &ServedModel) -> Option<usize> {
    let index = served.column(ALIAS)?;
    (served.model().columns[index].name != ALIAS).then_some(index)
}

/// The names that a column goes by.
fn names_of<'a>(served: &ServedModel, index: usize) -> Vec<&'a str> {
    let name = served.model().columns[index].name;
    match aliased(served) == Some(index) {
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

/// A list of rows, each an object by the names of the columns.
pub fn objects(rules: &Rules) -> Any {
    let mut rows = list_of(reference("Row"), "");
    rows.max_items = Some(rules.rows);
    array(rows)
}

/// A list of rows, each in any form.
pub fn list(served: &ServedModel, rules: &Rules) -> Any {
    let mut one = vec![any_row(served, rules), reference("RowInOrder")];
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
    by_any_names(lists, served, rules, |cell| {
        // A tensor of one value a row may say so in its shape.
        let one = array(tuple(vec![Schema::Object(cell.clone())], ""));
        let mut values = list_of(any_of(vec![own(cell.clone()), one], ""), "");
        values.max_items = Some(rules.rows);
        any_of(vec![array(values), own(cell)], "")
    })
}
