//! `hearth init`.

use crate::tables::TableAt;
use crate::terminal::text::{Text, Tone};
use crate::terminal::{self, page::Mark};
use anyhow::{Context, Result};
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use storage::Location;
use training::columns;
use training::params::Params;
use versioning::git::Git;

/// Makes a project of this folder: parameters, pipeline, stages
///
/// It reads the table to check the target, and writes params.yaml (what hearth
/// train reads), dvc.yaml (the pipeline that DVC runs, and the model's name for
/// hearth tag), .gto (the stages for hearth promote), .dvc (DVC's folder,
/// without a remote) and .gitignore. A file that is there stays as it is.
/// Examples:
///
///   hearth init orders.csv --target late
///   hearth init s3://bucket/orders.csv --target late --name delays
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Init {
    /// Training table: .csv, .tsv or .jsonl, also with .gz; a file or s3://bucket/key
    #[arg(value_name = "TABLE")]
    table: Location,
    /// Column to predict
    #[arg(long, value_name = "COLUMN")]
    target: String,
    /// The model's name in dvc.yaml
    #[arg(long, default_value = "model")]
    name: String,
}

/// Paths and contents, in the order in which a person reads them.
type Files = Vec<(&'static str, String)>;

impl Init {
    pub(super) fn run(self) -> Result<()> {
        let params = Params {
            target: Some(self.target.clone()),
            ..Params::default()
        };
        let table = TableAt(self.table.clone());
        let task = columns::choose(&table, &params)?.task;
        let page = &mut terminal::page();
        page.head(
            "Project",
            format!(
                "{} for the target {:?} of {}",
                task.name(),
                self.target,
                self.table
            ),
        )?;
        let mut checks = Vec::new();
        for (path, content) in self.files() {
            checks.push(match write_new(Path::new(path), &content)? {
                true => (Mark::Holds, format!("{path} is written")),
                false => (
                    Mark::Fact,
                    format!("{path} is there already and stays as it is"),
                ),
            });
        }
        if !Git::at(Path::new(".")).is_repository() {
            let text = "this folder is in no git repository: git init makes it one, for hearth log and tag";
            checks.push((Mark::Doubt, text.to_string()));
        }
        page.checks(checks)?;
        page.head("Next", "")?;
        let commands = [
            ("look for problems", "hearth check"),
            ("train", "hearth train"),
            ("keep versions", "dvc repro, then git add and commit"),
        ];
        page.facts(commands.map(|(what, command)| (what, Text::toned(Tone::Name, command))))?;
        Ok(())
    }

    fn files(&self) -> Files {
        let (data, target, name) = (
            yaml(&self.table.to_string()),
            yaml(&self.target),
            &self.name,
        );
        let params = format!(
            "# Parameters of hearth train; hearth train --help lists all of them.\n\
             data: {data}\n\
             target: {target}\n\
             # drop: [minutes]              # columns that are known only after the prediction\n\
             seed: 0\n\
             holdout: 0.2                   # share of the rows to test on\n\
             # split: {{time: ordered_at}}    # test on the newest rows\n\
             estimator: auto\n\
             # gate: {{min: {{accuracy: 0.8}}}} # a model that is worse is not written\n\
             out: model.hearth\n\
             metrics: metrics.json\n"
        );
        let deps = match self.table.as_path() {
            Some(_) => format!("    deps:\n      - {data}\n"),
            None => String::new(),
        };
        let pipeline = format!(
            "# The pipeline, in DVC's conventions: dvc repro runs what changed and writes dvc.lock.\n\
             stages:\n  train:\n    cmd: hearth train\n{deps}    params:\n      - params.yaml:\n    \
             outs:\n      - model.hearth\n    metrics:\n      - metrics.json:\n          cache: false\n\n\
             # Names for hearth tag and hearth promote.\n\
             artifacts:\n  {name}:\n    path: model.hearth\n    type: model\n",
            name = yaml(name),
        );
        let stages = "# Stages for hearth promote.\nstages: [dev, staging, prod]\n";
        vec![
            ("params.yaml", params),
            ("dvc.yaml", pipeline),
            (".gto", stages.to_string()),
            (".dvc/config", String::new()),
            (
                ".dvc/.gitignore",
                "/config.local\n/tmp\n/cache\n".to_string(),
            ),
            (".gitignore", "/model.hearth\n".to_string()),
        ]
    }
}

/// Text as YAML has it: quoted where a plain word would be read as something else.
fn yaml(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let is_word = words.contains(&text.to_lowercase().as_str());
    match begins && !is_word && text.chars().all(is_plain) {
        true => text.to_string(),
        // JSON is YAML.
        false => serde_json::Value::from(text).to_string(),
    }
}

/// Writes a file that is not there yet; false where there is one.
fn write_new(path: &Path, content: &str) -> Result<bool> {
    let what = || path.display().to_string();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(what)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(content.as_bytes()).with_context(what)?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(what),
    }
}

#[cfg(test)]
mod tests {
    use super::yaml;

    #[test]
    fn text_stays_text_in_yaml() {
        for text in [
            "late",
            "data/orders.csv",
            "no",
            "1.5",
            "a: b",
            "# x",
            "größe",
            "a\"b",
            "",
            "~",
        ] {
            let back: String = serde_saphyr::from_str(&yaml(text)).unwrap();
            assert_eq!(back, text);
        }
    }
}
