//! A forest to the bytes of a model file.

use crate::cases;
use crate::columns::{columns, labels};
use crate::forest::{Answers, Forest};
use crate::given::{Given, Sample};
use crate::golden::{self, Questions};
use crate::layout::lay_out;
use crate::pipeline::Case;
use anyhow::{Context, Result};
use model::Model;
use model::assemble::{ColumnPart, KernelParts, Parts, assemble};
use model::card::{
    Card, ColumnBaseline, ColumnCard, Data, ImportedFrom, Metrics, NoteCard, Provenance, Unmeasured,
};
use model::head::{Classes, Head};
use model::verify;

/// Draws the values of golden rows.
const SEED: u64 = 23;

/// The file that a model was read from.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name, without the folder.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A model that is ready to be written, with what its parts are made of.
pub struct Imported {
    forest: Forest,
    given: Given,
    source: SourceFile,
    columns: Vec<ColumnPart>,
    labels: Vec<String>,
    kernel: KernelParts,
    questions: Questions,
    cases: Vec<Case>,
}

impl Imported {
    /// The columns and nodes of a forest.
    ///
    /// # Errors
    /// When names do not fit the model, or a file cannot hold it.
    pub fn new(mut forest: Forest, given: Given, source: SourceFile) -> Result<Imported> {
        let mut pipeline = forest.pipeline.take().unwrap_or_default();
        let columns = match pipeline.columns.is_empty() {
            true => columns(&forest, &given)?,
            false => std::mem::take(&mut pipeline.columns),
        };
        let labels = match (forest.answers, &given.labels) {
            (Answers::Classes(..), None) if !pipeline.labels.is_empty() => pipeline.labels,
            (Answers::Classes(count, _), given) => labels(count, given.as_deref())?,
            (Answers::Value(_), None) => Vec::new(),
            (Answers::Value(_), Some(_)) => anyhow::bail!(
                "--labels: the model answers numbers (objective {})",
                forest.objective
            ),
        };
        Ok(Imported {
            kernel: match pipeline.weights {
                Some(weights) => KernelParts::Weights64(weights),
                None => KernelParts::Trees(lay_out(&forest)?),
            },
            cases: pipeline.cases,
            questions: Questions::of(&forest),
            forest,
            given,
            source,
            columns,
            labels,
        })
    }

    /// The model as the library's file has it.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// The columns.
    pub fn columns(&self) -> &[ColumnPart] {
        &self.columns
    }

    /// The columns, for what a sample adds to them.
    pub fn columns_mut(&mut self) -> &mut [ColumnPart] {
        &mut self.columns
    }

    /// The bytes of the model file, verified. `checked` are rows whose answers a user compared with
    /// the library's; they become golden cases, too.
    ///
    /// # Errors
    /// When the file does not give the answers that it holds.
    pub fn bytes(&self, sample: Option<&Sample>, checked: &[String]) -> Result<Vec<u8>> {
        let card = self.card(sample);
        let card = serde_json::to_string(&card)?;
        let made_up = match self.cases.iter().find(|case| !case.row.contains("null")) {
            Some(case) => case.row.clone(),
            None => golden::example(&self.columns, &self.questions),
        };
        let sampled = sample.and_then(|sample| sample.example.clone());
        let example = sampled.unwrap_or(made_up);
        let draft = self.assemble(&example, sample, "", &card)?;
        let draft = Model::open(&draft)?;
        self.check_cases(&draft)?;
        let mut rows = match self.cases.is_empty() {
            true => golden::rows(&self.columns, &self.questions, SEED),
            false => self.cases.iter().map(|case| case.row.clone()).collect(),
        };
        rows.extend_from_slice(checked);
        let golden = verify::golden_cases(&draft, &rows)?;
        let bytes = self.assemble(&example, sample, &golden, &card)?;
        verify::verify(&Model::open(&bytes)?).context("the model file does not verify")?;
        Ok(bytes)
    }

    /// Compares the answers of a model made of this with those that the document has. Returns their number
    /// and the greatest difference of two numbers; `None` without a document.
    ///
    /// # Errors
    /// The first row that is answered otherwise.
    pub fn check_cases(&self, model: &Model<'_>) -> Result<Option<(usize, f64)>> {
        let is_narrow = self.forest.arithmetic.f32_sums;
        let greatest = cases::check(model, &self.cases, is_narrow)?;
        let count = self.cases.len();
        Ok((count > 0).then_some((count, greatest)))
    }

    fn assemble(
        &self,
        example: &str,
        sample: Option<&Sample>,
        golden: &str,
        card: &str,
    ) -> Result<Vec<u8>> {
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        let parts = Parts {
            name: &self.given.name,
            version: &self.given.version,
            git_revision: &self.given.git_revision,
            example,
            estimator: self.forest.estimator,
            columns: &self.columns,
            kernel: self.kernel.clone(),
            intercepts: &self.forest.intercepts,
            head: match self.forest.answers {
                Answers::Classes(_, link) => Head::Classes(Classes::new(labels, link)),
                Answers::Value(link) => Head::Value(link),
            },
            baseline: sample.map(|sample| &sample.baseline),
            golden,
            card,
        };
        assemble(&parts).map_err(|collision| {
            anyhow::anyhow!(
                "two categories of a column have the same hash {:016x}; rename one",
                collision.0
            )
        })
    }

    fn card(&self, sample: Option<&Sample>) -> Card {
        let (forest, given) = (&self.forest, &self.given);
        let columns = match sample {
            Some(sample) => sample.columns.clone(),
            None => self.columns.iter().map(column_card).collect(),
        };
        let task = match forest.answers {
            Answers::Classes(..) => model::format::Task::Classification,
            Answers::Value(_) => model::format::Task::Regression,
        };
        Card {
            name: given.name.clone(),
            task: task.name().into(),
            estimator: forest.estimator.name().into(),
            target: given.target.clone(),
            columns,
            params: serde_json::json!({}),
            data: Data {
                train: None,
                test: None,
                sample: sample.map(|sample| sample.data.clone()),
            },
            metrics: sample
                .and_then(|sample| sample.metrics.clone())
                .unwrap_or(Metrics::Unmeasured(Unmeasured {})),
            provenance: Provenance {
                hearth: env!("CARGO_PKG_VERSION").into(),
                smartcore: String::new(),
                git_revision: given.git_revision.clone(),
                imported: Some(ImportedFrom {
                    library: forest.library.into(),
                    version: forest.version.clone(),
                    objective: forest.objective.clone(),
                    trees: forest.trees.len(),
                    file: self.source.name.clone(),
                    sha256: self.source.sha256.clone(),
                }),
            },
            notes: forest
                .notes
                .iter()
                .map(|text| NoteCard {
                    column: None,
                    line: None,
                    kind: "import".into(),
                    doubt: false,
                    text: text.clone(),
                })
                .collect(),
        }
    }
}

/// A column of which no rows are known.
fn column_card(column: &ColumnPart) -> ColumnCard {
    ColumnCard {
        name: column.name().into(),
        kind: column.kind().name().into(),
        settings: None,
        number: None,
        category: match column {
            ColumnPart::Category(of) => Some(of.encoding),
            _ => None,
        },
        optional: column.is_optional(),
        features: column.feature_count() as usize,
        baseline: ColumnBaseline::default(),
    }
}
