//! Where the model comes from: data, parameters, columns, tools.

use super::Report;
use super::escape::{isolated, plain};
use super::frame::table;
use model::card::DataFile;
use serde::Serialize;
use serde_json::Value;

/// The section.
pub fn section(report: &Report<'_>) -> String {
    let card = report.card;
    let files = [
        ("training", card.data.train.as_ref()),
        ("test", card.data.test.as_ref()),
        ("sample", card.data.sample.as_ref()),
    ];
    let files: String = files
        .into_iter()
        .filter_map(|(role, file)| file.map(|file| (role, file)))
        .map(|(role, DataFile { name, sha256, rows })| {
            format!(
                "<tr><th scope=\"row\">{role}</th><td>{}</td><td>{rows}</td><td class=\"hash\">{}</td></tr>",
                isolated(name),
                plain(sha256)
            )
        })
        .collect();
    let columns: String = card
        .columns
        .iter()
        .map(|column| {
            let (name, kind) = (isolated(&column.name), plain(&column.kind));
            format!(
                "<tr><th scope=\"row\">{name}</th><td>{kind}</td><td>{}</td></tr>",
                column.features
            )
        })
        .collect();
    let target = isolated(&card.target);
    let made_by = pairs(&card.provenance);
    let params = pairs(&card.params);
    format!(
        "<h3>Data</h3>{}\
         <h3>Columns</h3><p>The target is <strong>{target}</strong>.</p>{}\
         <h3>Made by</h3>{}\
         <h3>Parameters</h3><details><summary>All of them, defaults included</summary>{}</details>",
        table("Data", "", &["Role", "File", "Rows", "SHA-256"], &files),
        table("Columns", "", &["Column", "Kind", "Features"], &columns),
        table("Made by", "", &["What", "Version"], &made_by),
        table("Parameters", "", &["Parameter", "Value"], &params),
    )
}

/// Each leaf of a value as a row of a table: `text.min_df`, 1.
fn pairs(value: &impl Serialize) -> String {
    let mut rows = String::new();
    let value = serde_json::to_value(value).unwrap_or_default();
    flatten("", &value, &mut |name, value| {
        rows.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td class=\"hash\">{}</td></tr>",
            isolated(name),
            isolated(&value)
        ));
    });
    rows
}

fn flatten(prefix: &str, value: &Value, take: &mut dyn FnMut(&str, String)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match prefix {
                    "" => flatten(key, value, take),
                    _ => flatten(&format!("{prefix}.{key}"), value, take),
                }
            }
        }
        Value::String(text) => take(prefix, text.clone()),
        leaf => take(prefix, leaf.to_string()),
    }
}
