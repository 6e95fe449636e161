//! Training, from a table to a model file: read, vectorise, fit, check, evaluate.

use crate::columns::{self, Use};
use crate::data::{self, Rows};
use crate::encode::encode;
use crate::evaluate::{self, Predictions};
use crate::logistic;
use crate::params::{Kind, Params};
use crate::progress::Progress;
use crate::{check, golden, provenance, vectorise};
use anyhow::{Context, Result, bail};
use model::assemble::{Parts, assemble};
use model::card::{Card, ColumnCard, Data, Metrics};
use model::{Model, verify};

/// A model file that was checked, not yet written, and its figures.
pub struct Trained {
    /// The bytes of the model file.
    pub bytes: Vec<u8>,
    /// How good it is on the rows that it did not see.
    pub metrics: Metrics,
    /// Its labels, in the order of their codes.
    pub labels: Vec<String>,
    /// What it says of those rows.
    pub predictions: Predictions,
}

/// Trains what `params` say.
///
/// # Errors
/// One sentence: what is wrong with the parameters, the data (file and line) or the fit.
pub fn train(params: &Params, progress: Progress) -> Result<Trained> {
    params.check()?;
    let Some(path) = &params.data else {
        bail!("--data is missing: the table to learn from (.csv, .tsv or .jsonl, also .gz)");
    };
    let uses = columns::choose(path, params)?;
    let mut columns = Vec::new();
    for (name, use_) in &uses {
        let what = match use_ {
            Use::Target => "target".to_string(),
            Use::Input(Kind::Text) => {
                columns.push(name.clone());
                "text".to_string()
            }
            Use::LeftOut(why) => format!("left out: {why}"),
        };
        progress.note(&format!("column      {name}: {what}"));
    }
    let step = progress.step("read", 0);
    let rows = data::read(path, &columns, params)?;
    let (labels, codes) = data::encode(path, &rows.targets)?;
    let (read, skipped) = (rows.targets.len(), rows.skipped);
    step.done(&format!(
        "{}: {read} rows, {} labels{}",
        path,
        labels.len(),
        if skipped > 0 {
            format!(", {skipped} rows without target or text left out")
        } else {
            String::new()
        }
    ));
    let (training, testing, test_file) = match &params.test {
        Some(test) => {
            let test_rows = data::read(test, &columns, params)?;
            let file = data::describe(test, test_rows.targets.len())?;
            (rows, test_rows, Some(file))
        }
        None => {
            let (train, test) = data::split(&codes, labels.len(), params.holdout, params.seed);
            if test.is_empty() {
                bail!(
                    "{}: {read} rows are too few to hold any out for measuring; give --test or a greater --holdout",
                    path
                );
            }
            (pick(&rows, &train), pick(&rows, &test), None)
        }
    };
    let code_of = |label: &String| labels.binary_search(label).ok().map(|code| code as u32);
    let codes: Vec<u32> = training.targets.iter().filter_map(code_of).collect();

    let step = progress.step("vocabulary", 0);
    let vocabularies = columns
        .iter()
        .zip(&training.texts)
        .map(|(name, texts)| vectorise::fit(name, texts, &params.text))
        .collect::<Result<Vec<_>>>()
        .with_context(|| path.to_string())?;
    let features: usize = vocabularies.iter().map(|column| column.terms.len()).sum();
    step.done(&format!("{features} terms of {} rows", codes.len()));

    let step = progress.step("features", codes.len() as u64);
    let (matrix, baselines) = encode(&vocabularies, &training, &|| step.advance(1))?;
    step.done(&format!("{} values that are not 0", matrix.entries()));

    let step = progress.step("fit", 0);
    let settings = logistic::Settings {
        c: params.logistic_regression.c,
        max_iter: params.logistic_regression.max_iter,
        tol: params.logistic_regression.tol,
    };
    let report = |count, loss| step.say(format!("point {count}, loss {loss:.5}"));
    let fit = logistic::fit(&matrix, &codes, labels.len(), settings, &report)?;
    let how = if fit.converged {
        "converged"
    } else {
        "stopped"
    };
    step.done(&format!("{how} after {} iterations", fit.iterations));
    if !fit.converged {
        progress.note("fit         did not converge: raise max_iter or tol");
    }

    let step = progress.step("check", 0);
    let link = logistic::link(labels.len());
    let weights: Vec<f32> = fit.weights.iter().map(|weight| *weight as f32).collect();
    let git_revision = provenance::git_revision();
    let name = params.model_name();
    let example = golden::example(&vocabularies, &fit.weights, fit.intercepts.len());
    let mut parts = Parts {
        name: &name,
        version: params.version.as_deref().unwrap_or_default(),
        git_revision: &git_revision,
        example: &example,
        task: params.task,
        estimator: params.estimator,
        link,
        columns: &vocabularies,
        labels: &labels,
        weights: &weights,
        intercepts: &fit.intercepts,
        golden: "",
        card: "",
    };
    let bytes = build(&parts)?;
    let model = Model::open(&bytes)?;
    let predictions = check::ask(&model, &fit, &testing, &code_of)?;
    let golden = verify::golden_cases(&model, &golden::rows(&vocabularies, params.seed))?;
    step.done("the file answers as the fit does");

    let metrics = evaluate::metrics(&labels, &codes, &predictions);
    let card = Card {
        name: name.clone(),
        task: params.task.name().into(),
        estimator: params.estimator.name().into(),
        target: params.target.clone().unwrap_or_default(),
        columns: vocabularies
            .iter()
            .zip(baselines)
            .map(|(column, baseline)| ColumnCard {
                name: column.name.clone(),
                kind: "text".into(),
                settings: column.settings,
                features: column.terms.len(),
                baseline,
            })
            .collect(),
        params: serde_json::to_value(params)?,
        data: Data {
            train: data::describe(path, read)?,
            test: test_file,
        },
        metrics: metrics.clone(),
        provenance: provenance::provenance(&git_revision),
    };
    let card = serde_json::to_string(&card)?;
    (parts.golden, parts.card) = (&golden, &card);
    let bytes = build(&parts)?;
    verify::verify(&Model::open(&bytes)?).context("the model file does not verify")?;
    Ok(Trained {
        bytes,
        metrics,
        labels,
        predictions,
    })
}

fn build(parts: &Parts<'_>) -> Result<Vec<u8>> {
    assemble(parts).map_err(|collision| {
        anyhow::anyhow!(
            "two terms share the hash {:016x} and cannot be told apart; leave one out by min_df or max_df",
            collision.0
        )
    })
}

/// The rows of these numbers.
fn pick(rows: &Rows, numbers: &[usize]) -> Rows {
    let of = |values: &Vec<String>| numbers.iter().map(|row| values[*row].clone()).collect();
    Rows {
        texts: rows.texts.iter().map(of).collect(),
        targets: of(&rows.targets),
        skipped: 0,
    }
}
