//! `hearth import`.

mod booleans;
mod expected;
mod options;
mod results;
mod table;

use super::inspect;
use crate::outputs;
use crate::tables::TableAt;
use crate::terminal;
use anyhow::{Context, Result, bail};
use clap::Args;
use import::file::{Imported, SourceFile};
use import::given::{Given, Iterations};
use import::source;
use model::Model;
use model::card::Card;
use model::digest::Hasher;
use options::{KindOf, ListOf};
use std::io::Read;
use std::path::Path;
use storage::{Location, Store, output};
use versioning::git::Git;

/// Imports a model of LightGBM, XGBoost or scikit-learn
///
/// The model file gives the answers of the library: the same trees, the same
/// sums, the same side of every threshold. What is not supported is refused.
/// The format is detected from the content of the file:
///
///   booster.save_model("model.txt")     # LightGBM; of a classifier: clf.booster_
///   booster.save_model("model.json")    # XGBoost, also "model.ubj"
///   python hearth_export.py model.joblib --out pipeline.json    # scikit-learn
///
/// --data adds what a library's file does not have, from rows like those of
/// training: ranges, a baseline for drift, figures, an example. --check compares
/// the answers with those of the library, and shows the first row that differs
/// with its path through the trees. Examples:
///
///   hearth import model.txt --labels no,yes
///   hearth import model.txt --data train.csv --target churned --name churn
///   hearth import model.txt --column region=category --categories region=regions.txt
///   hearth import model.json --check rows.csv --expect answers.csv
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Import {
    /// Model file of the library: a file or s3://bucket/key
    file: Location,
    /// Names of the classes in the order of their codes: no,yes or a file with one a line
    #[arg(long, value_name = "LABELS|FILE")]
    labels: Option<String>,
    /// Names of the features in the order of the model, if the file has none or other ones: a,b or
    /// a file with one a line
    #[arg(long, value_name = "NAMES|FILE")]
    names: Option<String>,
    /// Type of a column: number, boolean or category (may be repeated)
    #[arg(long, value_name = "NAME=TYPE")]
    column: Vec<KindOf>,
    /// File with the categories of a column in the order of their codes, from 0, one a line (may be
    /// repeated)
    #[arg(long, value_name = "NAME=FILE")]
    categories: Vec<ListOf>,
    /// Objective in place of the file's, which decides how scores become answers
    #[arg(long, value_name = "NAME")]
    objective: Option<String>,
    /// Iterations that answer, if the training of XGBoost stopped early: best, all or a number
    #[arg(long, value_name = "COUNT", value_parser = options::iterations)]
    iterations: Option<Iterations>,
    /// Table of rows like those of training: .csv, .tsv or .jsonl, also with .gz; a file or
    /// s3://bucket/key
    #[arg(long, value_name = "PLACE")]
    data: Option<Location>,
    /// Column of --data with the true labels or numbers
    #[arg(long, value_name = "COLUMN", requires = "data")]
    target: Option<String>,
    /// Table of rows that the library has answered
    #[arg(long, value_name = "PLACE", requires = "expect")]
    check: Option<Location>,
    /// Table of its answers, a row for each row of --check: a column for each label with its
    /// probability, or one column with labels, numbers, or probabilities of the second label
    #[arg(long, value_name = "PLACE", requires = "check")]
    expect: Option<Location>,
    /// The model's name [default: that of the file]
    #[arg(long)]
    name: Option<String>,
    /// The model's version [default: first digits of its digest]
    #[arg(long, value_name = "VERSION")]
    model_version: Option<String>,
    /// Write the model file here: a file or s3://bucket/key
    #[arg(long, value_name = "PLACE", default_value = "model.hearth")]
    out: Location,
    /// Print the card as JSON, as `hearth inspect --json` does
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self) -> Result<()> {
        outputs::check(&self.out, "the model file", &["hearth"])?;
        output::check_at(&self.out)?;
        let mut bytes = Vec::new();
        let what = || self.file.to_string();
        let mut input = Store::from_env().read(&self.file).with_context(what)?;
        input.read_to_end(&mut bytes).with_context(what)?;
        let mut hasher = Hasher::default();
        hasher.write(&bytes);
        let source = SourceFile {
            name: self.file.name(),
            sha256: hasher.finish_hex(),
        };
        let mut given = self.given(&source.name)?;
        let mut forest = source::read(&bytes, &given).with_context(what)?;
        drop(bytes);
        for table in [&self.data, &self.check].into_iter().flatten() {
            booleans::find(&mut forest, &mut given, &TableAt(table.clone()))?;
        }
        let mut imported = Imported::new(forest, given, source).with_context(what)?;

        let draft = imported.bytes(None, &[]).with_context(what)?;
        let model = Model::open(&draft)?;
        let checked = match (&self.check, &self.expect) {
            (Some(rows), Some(answers)) => {
                let (rows, answers) = (TableAt(rows.clone()), TableAt(answers.clone()));
                Some(expected::check(
                    (&model, imported.forest()),
                    &rows,
                    &answers,
                )?)
            }
            _ => None,
        };
        let sample = match &self.data {
            Some(data) => {
                let table = TableAt(data.clone());
                let target = self.target.as_deref();
                Some(table::sample((&model, &mut imported), &table, target)?)
            }
            None => None,
        };
        let rows = checked.as_ref().map_or(&[][..], |checked| &checked.rows);
        drop(model);
        let bytes = match sample.is_none() && rows.is_empty() {
            true => draft,
            false => imported.bytes(sample.as_ref(), rows).with_context(what)?,
        };
        output::write_at(&self.out, &bytes)?;
        let model = Model::open(&bytes)?;
        let card: Card = serde_json::from_slice(model.card)?;
        if self.json {
            return inspect::write_json(&mut terminal::out(), &model, &card);
        }
        let page = &mut terminal::page();
        results::show(
            page,
            &model,
            &card,
            imported.forest(),
            self.labels.is_some(),
        )?;
        let compared = (imported.check_cases(&model)?, checked.as_ref());
        results::checks(page, &card, compared, self.data.is_some())?;
        results::next(page, &self.out, &model)?;
        Ok(())
    }

    /// The options for the model in the file of this name.
    fn given(&self, file: &str) -> Result<Given> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => {
                let stem = Path::new(file).file_stem().unwrap_or_default();
                stem.to_string_lossy().into_owned()
            }
        };
        let version = self.model_version.clone().unwrap_or_default();
        for (option, text) in [("--name", &name), ("--model-version", &version)] {
            if text.len() > model::MAX_NAME {
                bail!(
                    "{option} has {} bytes; at most {} were expected",
                    text.len(),
                    model::MAX_NAME
                );
            }
        }
        let list = |text: &Option<String>, option| {
            let list = text.as_deref().map(options::list);
            list.transpose().with_context(|| option)
        };
        Ok(Given {
            name,
            version,
            git_revision: Git::at(Path::new(".")).revision(),
            target: self.target.clone().unwrap_or_default(),
            objective: self.objective.clone(),
            iterations: self.iterations,
            names: list(&self.names, "--names")?,
            labels: list(&self.labels, "--labels")?,
            kinds: self.column.iter().map(|of| of.0.clone()).collect(),
            categories: self
                .categories
                .iter()
                .map(ListOf::read)
                .collect::<Result<_>>()?,
        })
    }
}
