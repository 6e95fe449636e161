//! What training infers from a table must be the same in every form and order.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use progress::Silent;
use training::columns::{self, Use};
use training::dataset;
use training::overview::Role;
use training::source::{TableFile, Tables};

use super::sheet::{PLAIN, Sheet, Typing};

/// By column: its role, its kind and its notation.
type Kinds = BTreeMap<String, (Role, Option<&'static str>, String)>;

/// A form of a table, by its name.
struct Form {
    name: &'static str,
    file: &'static str,
    text: String,
}

/// Reads all forms: the table with its columns of text as strings, or `None` if all are refused.
pub fn compared(sheet: &Sheet, folder: &Path) -> Result<Option<Sheet>, String> {
    let (order, mixed) = (sheet.in_order(), sheet.shuffled());
    let plain = Form {
        name: "CSV",
        file: "kinds.csv",
        text: sheet.csv(PLAIN, &order),
    };
    let first = read(sheet, folder, &plain);
    let of_kind = |wanted: &str| -> Vec<String> {
        let columns = first.iter().flatten();
        let columns = columns.filter(|(_, (_, kind, _))| *kind == Some(wanted));
        columns.map(|(name, _)| name.clone()).collect()
    };
    let sheet = sheet
        .clone()
        .with_texts(&of_kind("text"))
        .with_spelled_codes(&of_kind("category"));
    let csv = |name, text| Form {
        name,
        file: match sheet.dialect.delimiter {
            '\t' => "kinds.tsv",
            _ => "kinds.csv",
        },
        text,
    };
    let lines = |name, text| Form {
        name,
        file: "kinds.jsonl",
        text,
    };
    let rows_mixed = (mixed.0.clone(), order.1.clone());
    let columns_mixed = (order.0.clone(), mixed.1.clone());
    let forms = [
        csv("its dialect", sheet.csv(sheet.dialect, &order)),
        csv(
            "rows in another order",
            sheet.csv(sheet.dialect, &rows_mixed),
        ),
        csv(
            "columns in another order",
            sheet.csv(sheet.dialect, &columns_mixed),
        ),
        lines(
            "JSON Lines of strings",
            sheet.lines(Typing::Strings, &order),
        ),
        lines("typed JSON Lines", sheet.lines(Typing::Typed, &order)),
        lines(
            "sparse JSON Lines in another order",
            sheet.lines(Typing::Sparse, &mixed),
        ),
    ];
    for form in forms {
        let other = read(&sheet, folder, &form);
        match (&first, &other) {
            (Ok(one), Ok(other)) if one == other => {}
            (Err(_), Err(_)) => {}
            (one, other) => return Err(format!("{}: {}", form.name, difference(one, other))),
        }
        if let Err(sentence) = &other
            && sentence.trim().contains('\n')
        {
            return Err(format!("{}: more than a sentence: {sentence:?}", form.name));
        }
    }
    Ok(first.is_ok().then_some(sheet))
}

fn read(sheet: &Sheet, folder: &Path, form: &Form) -> Result<Kinds, String> {
    let path = folder.join(form.file);
    fs::write(&path, &form.text).map_err(|error| error.to_string())?;
    let table = TableFile(path);
    let params = sheet.params();
    let chosen = columns::choose(&table, &params).map_err(|error| error.to_string())?;
    let tables = Tables {
        train: &table,
        test: None,
    };
    let read = dataset::read(&params, tables, &Silent).map_err(|error| format!("{error:#}"))?;
    let task = format!("{} {:?}", chosen.task.name(), chosen.target);
    let notation = |name: &str| {
        let column = chosen.columns.iter().find(|column| column.name == name);
        match column.map(|column| &column.verdict.what) {
            Some(Use::Input(input)) => format!("{:?}", input.notation),
            Some(Use::Target) => task.clone(),
            _ => String::new(),
        }
    };
    let columns = read.overview.iter();
    let kinds = columns.map(|column| {
        let notation = match column.role {
            Role::LeftOut => String::new(),
            _ => notation(&column.name),
        };
        (column.name.clone(), (column.role, column.kind, notation))
    });
    Ok(kinds.collect())
}

fn difference(one: &Result<Kinds, String>, other: &Result<Kinds, String>) -> String {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            let differs = |name: &&String| one.get(*name) != other.get(*name);
            let names = one.keys().chain(other.keys()).filter(differs);
            let tell = |name: &String| {
                format!("{name:?} is {:?} and {:?}", one.get(name), other.get(name))
            };
            names.map(tell).next().unwrap_or_default()
        }
        (Err(error), Ok(_)) => format!("CSV is refused ({error}), and this form is read"),
        (Ok(_), Err(error)) => format!("CSV is read, and this form is refused ({error})"),
        (Err(one), Err(other)) => format!("{one}; {other}"),
    }
}
