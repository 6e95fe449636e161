//! Training, from a table to a model file: read, search, fit, check, assess.

use crate::assessment::{Against, Mistake};
use crate::candidates::{self, Candidate, Kinds};
use crate::dataset::Dataset;
use crate::dependence::{self, Dependences};
use crate::encoding::encode;
use crate::estimators::Kernel;
use crate::evaluation::Predictions;
use crate::memory;
use crate::notes::{self, Note, NoteKind};
use crate::params::{Metric, Params};
use crate::pipeline::{Identity, Pipeline};
use crate::preprocessing;
use crate::search::{self, Found, Question, Tried};
use crate::slices::{self, Slices};
use crate::source::Tables;
use crate::table;
use crate::{
    assessment, baseline, decision, description, doubts, golden, labels, preconditions, provenance,
    terms, verification,
};
use anyhow::{Context, Result, bail};
use model::card::{Card, Data, Metrics, NoteCard};
use model::format::ColumnKind;
use model::{Model, verify};
use progress::Progress;

/// A checked model file that is not yet written, with everything that reports need.
pub struct Trained {
    /// The bytes of the model file.
    pub bytes: Vec<u8>,
    /// Its card.
    pub card: Card,
    /// The tables that it was trained and measured on.
    pub data: Dataset,
    /// Answers to the held-out rows.
    pub predictions: Predictions,
    /// Columns with their share of what decides.
    pub importances: Vec<(String, f64)>,
    /// Terms with the greatest weights for each label.
    pub top_terms: Vec<(String, Vec<(String, f64)>)>,
    /// The worst answers.
    pub mistakes: Vec<Mistake>,
    /// Candidates of the search.
    pub tried: Vec<Tried>,
    /// The previous model on the same rows.
    pub against: Option<Against>,
    /// Notes.
    pub notes: Vec<Note>,
}

impl Trained {
    /// Its labels; empty for numbers.
    pub fn labels(&self) -> &[String] {
        self.data.answers.labels()
    }

    /// The held-out rows by the values of each column.
    pub fn slices(&self) -> Vec<Slices> {
        let (test, rows) = self.data.testing();
        slices::slices(test, rows)
    }

    /// Dependence of its answers on the most important columns.
    ///
    /// # Errors
    /// When it gives no finite score.
    pub fn dependences(&self) -> Result<Dependences> {
        let (test, rows) = self.data.testing();
        let positive = match &self.card.metrics {
            Metrics::Classification(of) => of.positive_code(),
            Metrics::Regression(_) | Metrics::Unmeasured(_) => None,
        };
        let model = Model::open(&self.bytes)?;
        dependence::dependences(&model, test, rows, &self.importances, positive)
    }
}

/// Terms that a report shows of a label.
const TOP_TERMS: usize = 12;

/// Trains a model on `tables`, which [`crate::dataset::read`] read before, so that a caller can show them;
/// `params` were checked. `previous` is the model to compare with, and `git_revision` goes into the model
/// card, empty outside of a repository.
///
/// # Errors
/// One sentence: what is wrong with the parameters, the data or the fit.
pub fn train(
    params: &Params,
    tables: Tables<'_>,
    read: Dataset,
    previous: Option<&Model<'_>>,
    git_revision: &str,
    progress: &dyn Progress,
) -> Result<Trained> {
    preconditions::check(params, &read)?;
    let positive = labels::positive(params.positive.as_deref(), read.answers.labels())?;
    let kinds = Kinds::of(&read.table);
    let candidates = candidates::candidates(params, read.answers.task(), kinds)?;
    let candidates = memory::affordable(params, &read, candidates, progress)?;
    let mut notes = read.notes.clone();
    notes::check(params.strict, &notes)?;
    let found = cross_validated(params, (&read, positive), &candidates, progress)?;
    let winner = &candidates[found.as_ref().map_or(0, |found| found.best)];
    let pipeline = fit(winner, &read, progress)?;
    if let Kernel::Linear(fit) = &pipeline.kernel
        && !fit.converged
    {
        let note = "the fit did not converge: raise max_iter or tol";
        notes.push(Note::new(NoteKind::Fit, note));
    }

    if winner.estimator.is_of_trees() && !params.is_given("text", "max_features") {
        notes.extend(limited_terms(&pipeline));
    }

    let out_of_fold = found.as_ref().map(|found| &found.out_of_fold[..]);
    let decided = decision::decide(params, &read.target, positive, out_of_fold)?;
    let step = progress.step("check", 0);
    let name = params.model_name(&tables.train.name());
    let example = golden::example(&pipeline.columns, &pipeline.kernel);
    let mut identity = Identity {
        name: &name,
        version: params.version.as_deref().unwrap_or_default(),
        git_revision,
        example: &example,
        ..Identity::default()
    };
    let file = |identity: Identity<'_>| pipeline.file(&read.answers, &decided.answering, identity);
    let bytes = file(identity)?;
    let model = Model::open(&bytes)?;
    let (test, rows) = read.testing();
    verification::check(&pipeline, &model, test, rows)?;
    let predictions = assessment::ask(&model, test, rows)?;
    let golden = verify::golden_cases(&model, &golden::rows(&pipeline.columns, params.seed))?;
    step.done("the file gives the same answers as the fit");

    let truth = assessment::Truth {
        answers: &read.answers,
        positive,
        training: &read.target,
        seed: params.seed,
    };
    let mut metrics = assessment::metrics(&truth, &predictions)?;
    let cross_validation = found.as_ref().map(|found| found.cross_validation.clone());
    match &mut metrics {
        Metrics::Classification(metrics) => {
            metrics.cross_validation = cross_validation;
            metrics.calibration = decided.method.map(String::from);
            metrics.threshold = decided.threshold;
            metrics.label_weights = decided.answering.rule.weights().map(<[f64]>::to_vec);
            let of = (&*metrics, &read.target, &predictions);
            let told = decision::notes(params, of).into_iter();
            notes.extend(told.map(|text| Note::new(NoteKind::Fit, text)));
        }
        Metrics::Regression(metrics) => metrics.cross_validation = cross_validation,
        Metrics::Unmeasured(_) => {}
    }
    if let Some(seen) = &read.seen {
        notes.extend(assessment::of_new_rows(&predictions, seen));
    }
    notes.extend(doubts::of_figures(&metrics, tables.test.is_some()));
    notes::check(params.strict, &notes)?;
    let card = Card {
        name: name.clone(),
        task: read.answers.task().name().into(),
        estimator: pipeline.estimator.name().into(),
        target: params.target.clone().unwrap_or_default(),
        columns: description::columns(&pipeline.columns, &model, &read.table, &read.training),
        params: serde_json::to_value(&winner.params)?,
        data: Data {
            train: Some(table::describe(tables.train, read.rows)?),
            test: read.test_file.clone(),
            sample: None,
        },
        metrics,
        provenance: provenance::provenance(git_revision),
        notes: notes.iter().map(NoteCard::from).collect(),
    };
    let importances = description::importances(&pipeline, &model);
    let labels = read.answers.labels().iter().enumerate();
    let top_terms = labels
        .map(|(code, label)| (label.clone(), terms::top(&model, code, TOP_TERMS)))
        .filter(|(_, terms)| !terms.is_empty())
        .collect();
    let against = previous.and_then(|previous| {
        let file = tables.test.unwrap_or(tables.train);
        assessment::previous::table(previous, &read, file, params)
            .and_then(|own| {
                assessment::against(previous, &truth, own.as_ref().unwrap_or(test), rows)
            })
            .map_err(|error| {
                let text = format!("the previous model was not compared: {error:#}");
                notes.push(Note::new(NoteKind::Fit, text));
            })
            .ok()
    });
    let mistakes = assessment::mistakes(read.answers.labels(), &predictions, test, rows);
    let card_json = serde_json::to_string(&card)?;
    let training = (&read.table, &read.training[..]);
    let baseline = baseline::baseline(&model, training, (test, rows), &predictions);
    (identity.golden, identity.card) = (&golden, &card_json);
    identity.baseline = Some(&baseline);
    let bytes = file(identity)?;
    verify::verify(&Model::open(&bytes)?).context("the model file does not verify")?;
    Ok(Trained {
        bytes,
        card,
        predictions,
        importances,
        top_terms,
        mistakes,
        tried: found.map(|found| found.tried).unwrap_or_default(),
        against,
        notes,
        data: read,
    })
}

/// Notes on text columns of which trees do not look at every term.
fn limited_terms(pipeline: &Pipeline) -> impl Iterator<Item = Note> {
    let columns = pipeline.columns.iter();
    let texts = columns.filter(|column| column.kind() == ColumnKind::Text);
    texts
        .filter(|column| column.terms().len() == candidates::MOST_TERMS_OF_TREES)
        .map(|column| {
            let text = format!(
                "trees learn from its {} most frequent terms, since each is a column to them; keep more with \
                 --max-features COUNT, at the cost of memory and time",
                column.terms().len()
            );
            Note::of_column(column.name(), NoteKind::Fit, None, &text)
        })
}

/// Cross-validation, where something depends on it: the choice of an estimator, calibration, a
/// threshold.
fn cross_validated(
    params: &Params,
    (read, positive): (&Dataset, Option<usize>),
    candidates: &[Candidate],
    progress: &dyn Progress,
) -> Result<Option<Found>> {
    if !candidates::need_search(params, &read.answers, candidates) {
        return Ok(None);
    }
    let metric = params
        .search
        .metric
        .unwrap_or(Metric::default_of(read.answers.task()));
    if metric == Metric::AveragePrecision && positive.is_none() {
        bail!(
            "average_precision is of one label, and none of the {} labels is the positive one; name it \
             with --positive LABEL, or take roc_auc, which is the mean over labels",
            read.answers.labels().len()
        );
    }
    let question = Question {
        table: &read.table,
        rows: &read.training,
        target: &read.target,
        answers: &read.answers,
        positive,
        folds: params.search.folds,
        metric,
        seed: params.seed,
    };
    Ok(Some(search::search(&question, candidates, progress)?))
}

/// Fits the winner to all training rows.
fn fit(winner: &Candidate, read: &Dataset, progress: &dyn Progress) -> Result<Pipeline> {
    let (table, rows, target) = (&read.table, &read.training, &read.target);
    let (params, style) = (&winner.params, winner.style());
    let step = progress.step("columns", 0);
    let preprocessing = preprocessing::fit(table, rows, target, style, &params.text, params.seed)
        .with_context(|| read.data.clone())?;
    let features: usize = preprocessing
        .columns
        .iter()
        .map(|column| column.feature_count() as usize)
        .sum();
    step.done(&format!("{features} features of {} rows", rows.len()));
    let step = progress.step("features", rows.len() as u64);
    let encoded = encode(&preprocessing, table, rows, style, params.seed, &|| {
        step.advance(1)
    })?;
    step.done("made");
    let step = progress.step("fit", 0);
    let report = |_, _, message| step.say(message);
    let columns = preprocessing.columns;
    let pipeline = Pipeline::of(winner.estimator, params, columns, &encoded, target, &report)?;
    let how = match &pipeline.kernel {
        Kernel::Linear(fit) => {
            let how = if fit.converged {
                "converged"
            } else {
                "stopped"
            };
            format!("{how} after {} iterations", fit.iterations)
        }
        Kernel::Trees(trees) => {
            let nodes: usize = trees.trees.iter().map(|tree| tree.nodes.len()).sum();
            format!("{} trees, {nodes} nodes", trees.trees.len())
        }
    };
    step.done(&format!("{}: {how}", winner.estimator.name()));
    Ok(pipeline)
}
