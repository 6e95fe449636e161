//! Rows as JSON Schema: what the model's columns take, as exactly as a schema can say it.

use super::build::{any, list as list_of, object, reference, text};
use crate::docs::card::{Field, fields};
use crate::rules::Rules;
use crate::served::Served;
use model::column::Column;
use model::format::ColumnKind;
use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, AllOf, AnyOf, Array, ArrayBuilder, ArrayItems, Object, ObjectBuilder,
    OneOf, Schema, SchemaType, Type,
};

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

fn types<const N: usize>(types: [Type; N]) -> SchemaType {
    SchemaType::from_iter(types)
}

/// What a column takes.
fn cell(column: &Column<'_>, field: &Field<'_>, rules: &Rules) -> Object {
    let cell = ObjectBuilder::new().examples(field.example().cloned());
    let most = (rules.field_chars < usize::MAX).then_some(rules.field_chars);
    let cell = match column.kind {
        ColumnKind::Text => cell.schema_type(Type::String).max_length(most),
        ColumnKind::Category => cell
            .schema_type(types([
                Type::String,
                Type::Number,
                Type::Boolean,
                Type::Null,
            ]))
            .max_length(most),
        ColumnKind::Number => cell
            .schema_type(types([Type::Number, Type::String, Type::Null]))
            .pattern(Some(pattern(NUMBER))),
        ColumnKind::Boolean => cell
            .schema_type(types([
                Type::Boolean,
                Type::Integer,
                Type::String,
                Type::Null,
            ]))
            .minimum(Some(0))
            .maximum(Some(1))
            .pattern(Some(pattern(BOOLEAN))),
        ColumnKind::Timestamp => {
            let (month, day) = ("(0?[1-9]|1[0-2])", "(0?[1-9]|1[0-9]|2[0-8])");
            let slashes = match column.day_first {
                true => format!("{day}/{month}{SLASHES}"),
                false => format!("{month}/{day}{SLASHES}"),
            };
            cell.schema_type(types([Type::String, Type::Null]))
                .pattern(Some(pattern(&format!("{ISO}|{slashes}"))))
        }
    };
    cell.description(Some(describe(column, field))).build()
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
pub fn row(served: &Served, rules: &Rules) -> Schema {
    let mut row = object("A row: a value for each field of the model.");
    if rules.hides_schema {
        return row.build().into();
    }
    if let Ok(example) = serde_json::from_str::<Value>(served.model.example) {
        row = row.examples([example]);
    }
    // A body with this member is many rows.
    if served.column("instances", 0).is_none() {
        let names = text("").pattern(Some("^(?!instances$)")).build();
        row = row.property_names(Some(Schema::from(names)));
    }
    if rules.refuses_unknown_fields {
        row = row.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    }
    let known_as_text = served
        .column("text", 0)
        .filter(|index| served.model.columns[*index].name != "text");
    let columns = served.model.columns.iter().zip(cells(served, rules));
    for (index, (column, cell)) in columns.enumerate() {
        if Some(index) == known_as_text {
            row = row.property("text", cell.clone());
        } else if !column.optional {
            row = row.required(column.name);
        }
        row = row.property(column.name, cell);
    }
    let Some(index) = known_as_text else {
        return row.build().into();
    };
    // The one text of a model goes by either name.
    let with = |name: &str| {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .required(name)
            .build()
    };
    let either = OneOf::builder()
        .item(with(served.model.columns[index].name))
        .item(with("text"));
    let both = AllOf::builder()
        .item(row.build())
        .item(Schema::from(either.build()));
    both.build().into()
}

/// A row as its values in the model's order: the component `RowInOrder`.
pub fn in_order(served: &Served, rules: &Rules) -> Schema {
    let what = Some("A row: its values in the model's order.");
    if rules.hides_schema {
        return list_of(any().build()).description(what).build().into();
    }
    let count = served.model.columns.len();
    let cells = cells(served, rules).into_iter();
    ArrayBuilder::new()
        .description(what)
        .prefix_items(cells.map(Schema::from))
        .items(ArrayItems::False)
        .min_items(Some(count))
        .max_items(Some(count))
        .build()
        .into()
}

/// The names of the model's columns, in their order.
pub fn names(served: &Served, rules: &Rules) -> Array {
    if rules.hides_schema {
        return list_of(text("").build()).build();
    }
    let columns = &served.model.columns;
    let names = columns.iter().map(|column| {
        // In place of one that rows may leave out, any other name is passed over.
        let is_any = column.optional && !rules.refuses_unknown_fields;
        let name = text("").enum_values((!is_any).then_some([column.name]));
        Schema::from(name.build())
    });
    ArrayBuilder::new()
        .prefix_items(names)
        .items(ArrayItems::False)
        .min_items(Some(columns.len()))
        .max_items(Some(columns.len()))
        .build()
}

/// A list of rows, each in any form.
pub fn list(served: &Served, rules: &Rules) -> Array {
    let mut one = AnyOf::builder()
        .item(reference("Row"))
        .item(reference("RowInOrder"));
    if let ([_], [only]) = (&served.model.columns[..], &cells(served, rules)[..]) {
        one = one.item(match rules.hides_schema {
            true => any().build(),
            false => only.clone(),
        });
    }
    list_of(Schema::from(one.build()))
        .max_items(Some(rules.rows))
        .build()
}

/// Columns as lists of values, an item a row; a bare value is a list of one.
pub fn columns(served: &Served, rules: &Rules) -> Object {
    let mut lists = object("Columns as lists of values, each as long as the others.");
    if rules.hides_schema {
        return lists.build();
    }
    let columns = served.model.columns.iter().zip(cells(served, rules));
    for (column, cell) in columns {
        // A tensor of one value a row may say so in its shape.
        let one = list_of(cell.clone()).min_items(Some(1)).max_items(Some(1));
        let item = AnyOf::builder().item(cell.clone()).item(one.build());
        let list = list_of(Schema::from(item.build())).max_items(Some(rules.rows));
        lists = lists.property(
            column.name,
            Schema::from(AnyOf::builder().item(list.build()).item(cell).build()),
        );
        if !column.optional {
            lists = lists.required(column.name);
        }
    }
    lists.build()
}
