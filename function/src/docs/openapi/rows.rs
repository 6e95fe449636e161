//! Rows as JSON Schema: what the model's columns take, as exactly as a schema can say it.

use super::build::{
    Any, all_of, any, any_of, array, having, list as list_of, object, one_of, own, put, reference,
    text, tuple, word,
};
use crate::docs::card::{Field, fields};
use crate::rules::Rules;
use crate::served::Served;
use model::column::Column;
use model::format::ColumnKind;
use utoipa::openapi::Required;
use utoipa::openapi::schema::{AdditionalProperties, Object, Schema, SchemaType, Type};

/// What `str::trim` takes for blanks.
const BLANKS: &str = r"[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*";

/// What stands for no value in tables, beside nothing.
const MISSING: &str = "NA|NaN|nan|null|NULL";

/// Numbers as text. More digits of the exponent are taken, too, but not all of them.
const NUMBER: &str = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?";

/// Booleans as text.
const BOOLEAN: &str = "[tT]([rR][uU][eE])?|[yY]([eE][sS])?|1|[fF]([aA][lL][sS][eE])?|[nN][oO]?|0";

/// Timestamps by ISO 8601; days from the 29th on depend on the month, which no pattern says.
const ISO: &str = r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?";

/// The rest of a date with slashes.
const SLASHES: &str = r"/[12][0-9]{3}( ([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?";

/// A whole text that is one of these, or stands for no value.
fn pattern(of: &str) -> String {
    format!("^{BLANKS}({of}|{MISSING})?{BLANKS}$")
}

/// What a column takes.
fn cell(column: &Column<'_>, field: &Field<'_>, rules: &Rules) -> Object {
    let mut cell = any(&describe(column, field));
    cell.examples = field.example().cloned().into_iter().collect();
    let most = (rules.field_chars < usize::MAX).then_some(rules.field_chars);
    let types = match column.kind {
        ColumnKind::Text => {
            cell.max_length = most;
            vec![Type::String]
        }
        ColumnKind::Category => {
            cell.max_length = most;
            vec![Type::String, Type::Number, Type::Boolean, Type::Null]
        }
        ColumnKind::Number => {
            cell.pattern = Some(pattern(NUMBER));
            vec![Type::Number, Type::String, Type::Null]
        }
        ColumnKind::Boolean => {
            cell.minimum = Some(0.into());
            cell.maximum = Some(1.into());
            cell.pattern = Some(pattern(BOOLEAN));
            vec![Type::Boolean, Type::Integer, Type::String, Type::Null]
        }
        ColumnKind::Timestamp => {
            let (month, day) = ("(0?[1-9]|1[0-2])", "(0?[1-9]|1[0-9]|2[0-8])");
            let slashes = match column.day_first {
                true => format!("{day}/{month}{SLASHES}"),
                false => format!("{month}/{day}{SLASHES}"),
            };
            cell.pattern = Some(pattern(&format!("{ISO}|{slashes}")));
            vec![Type::String, Type::Null]
        }
    };
    cell.schema_type = SchemaType::from_iter(types);
    cell
}

fn describe(column: &Column<'_>, field: &Field<'_>) -> String {
    let what = match column.kind {
        ColumnKind::Text => "Text.".to_owned(),
        ColumnKind::Number => match field.range() {
            Some([least, greatest]) => {
                format!("A number; {least} to {greatest} in the training rows.")
            }
            None => "A number.".to_owned(),
        },
        ColumnKind::Boolean => "True or false.".to_owned(),
        ColumnKind::Timestamp => format!("{}.", model::timestamp::EXPECTED.replacen('a', "A", 1)),
        ColumnKind::Category => {
            let known: Vec<String> = field
                .categories()
                .iter()
                .map(|name| format!("{name:?}"))
                .collect();
            let all = match known.len() < column.term_count() {
                true => ", and others",
                false => "",
            };
            format!("A category. The model knows {}{all}.", known.join(", "))
        }
    };
    match column.kind {
        ColumnKind::Number | ColumnKind::Boolean => {
            format!("{what} Also as text, as tables have it; null or \"\" is no value.")
        }
        ColumnKind::Timestamp => format!("{what} null or \"\" is no value."),
        ColumnKind::Text | ColumnKind::Category => what,
    }
}

/// What each column takes, in the model's order.
fn cells(served: &Served, rules: &Rules) -> Vec<Object> {
    let columns = served.model.columns.iter().zip(fields(&served.model));
    columns
        .map(|(column, field)| cell(column, &field, rules))
        .collect()
}

/// A row as an object: the component `Row`.
pub fn row(served: &Served, rules: &Rules) -> Any {
    let mut row = object("A row: a value for each field of the model.");
    if rules.hides_schema {
        return own(row);
    }
    row.examples = serde_json::from_str(served.model.example)
        .into_iter()
        .collect();
    // A body with this member is many rows.
    if served.column("instances", 0).is_none() {
        let mut names = text("");
        names.pattern = Some("^(?!instances$)".to_owned());
        row.property_names = Some(Box::new(Schema::Object(names)));
    }
    if rules.refuses_unknown_fields {
        let none = AdditionalProperties::FreeForm(false);
        row.additional_properties = Some(Box::new(none));
    }
    let known_as_text = served
        .column("text", 0)
        .filter(|index| served.model.columns[*index].name != "text");
    let columns = served.model.columns.iter().zip(cells(served, rules));
    for (index, (column, cell)) in columns.enumerate() {
        let mut required = required(column);
        if Some(index) == known_as_text {
            put(&mut row, "text", Required::False, own(cell.clone()));
            required = Required::False;
        }
        put(&mut row, column.name, required, own(cell));
    }
    match known_as_text {
        None => own(row),
        // The one text of a model goes by either name.
        Some(index) => {
            let name = served.model.columns[index].name;
            all_of(vec![own(row), one_of(vec![having(name), having("text")])])
        }
    }
}

fn required(column: &Column<'_>) -> Required {
    match column.optional {
        true => Required::False,
        false => Required::True,
    }
}

/// A row as its values in the model's order: the component `RowInOrder`.
pub fn in_order(served: &Served, rules: &Rules) -> Any {
    let what = "A row: its values in the model's order.";
    if rules.hides_schema {
        return array(list_of(own(any("")), what));
    }
    let cells = cells(served, rules).into_iter();
    tuple(cells.map(Schema::Object).collect(), what)
}

/// The names of the model's columns, in their order.
pub fn names(served: &Served, rules: &Rules) -> Any {
    if rules.hides_schema {
        return array(list_of(own(text("")), ""));
    }
    let names = served.model.columns.iter().map(|column| {
        // In place of one that rows may leave out, any other name is passed over.
        let is_any = column.optional && !rules.refuses_unknown_fields;
        Schema::Object(match is_any {
            true => text(""),
            false => word(&[column.name], ""),
        })
    });
    tuple(names.collect(), "")
}

/// A list of rows, each in any form.
pub fn list(served: &Served, rules: &Rules) -> Any {
    let mut one = vec![reference("Row"), reference("RowInOrder")];
    if let ([_], [only]) = (&served.model.columns[..], &cells(served, rules)[..]) {
        one.push(own(match rules.hides_schema {
            true => any(""),
            false => only.clone(),
        }));
    }
    let mut rows = list_of(any_of(one, ""), "");
    rows.max_items = Some(rules.rows);
    array(rows)
}

/// Columns as lists of values, an item a row; a bare value is a list of one.
pub fn columns(served: &Served, rules: &Rules) -> Any {
    let mut lists = object("Columns as lists of values, each as long as the others.");
    if rules.hides_schema {
        return own(lists);
    }
    if rules.refuses_unknown_fields {
        let none = AdditionalProperties::FreeForm(false);
        lists.additional_properties = Some(Box::new(none));
    }
    let columns = served.model.columns.iter().zip(cells(served, rules));
    for (column, cell) in columns {
        // A tensor of one value a row may say so in its shape.
        let one = tuple(vec![Schema::Object(cell.clone())], "");
        let mut values = list_of(any_of(vec![own(cell.clone()), one], ""), "");
        values.max_items = Some(rules.rows);
        let values = any_of(vec![array(values), own(cell)], "");
        put(&mut lists, column.name, required(column), values);
    }
    own(lists)
}
