//! Two models side by side: what `hearth diff` shows.

use crate::paired::Paired;
use crate::resampled::Change;
use anyhow::{Context, Result};
use model::Model;
use model::answer::Answer;
use model::card::{Card, DataFile, Metrics};
use model::row::Row;
use model::score::Scorer;
use monitor::proportion::{self, Counted};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use training::evaluation::figures::{FIGURES, text};
use training::terms;

/// Terms of a label that count as its top.
const TOP: usize = 10;

/// One of the two.
pub struct Side {
    name: String,
    model: Model<'static>,
    card: Card,
}

impl Side {
    /// A model with its card, under the name that a person gave it.
    ///
    /// # Errors
    /// When the card cannot be read.
    pub fn new(name: &str, model: Model<'static>) -> Result<Side> {
        let card = serde_json::from_slice(model.card)
            .with_context(|| format!("{name}: its card is not readable"))?;
        Ok(Side {
            name: name.to_string(),
            model,
            card,
        })
    }

    /// The model.
    pub fn model(&self) -> &Model<'static> {
        &self.model
    }

    /// Its card.
    pub fn card(&self) -> &Card {
        &self.card
    }
}

/// Differences of two models, and what they have in common.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// Names of the two, as given.
    pub versions: [String; 2],
    /// Facts, one a row: identity, data, parameters, figures, size.
    pub rows: Vec<Fact>,
    /// Each label's top terms.
    pub labels: Vec<LabelTerms>,
    /// Their answers to the same rows.
    pub golden: Golden,
    /// The difference on the rows of a table, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paired: Option<Paired>,
    /// The changes of the figures on these rows, with their intervals; empty where there is no table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// A fact of both.
#[derive(Debug, Serialize)]
pub struct Fact {
    /// Name of the value.
    pub name: String,
    /// Value of the first; `-` if it has none.
    pub a: String,
    /// Value of the second.
    pub b: String,
    /// The second less the first, where that means something.
    pub change: Option<f64>,
    /// For the accuracy: probability of such a difference by chance, as of two samples of test rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
    /// True where the change is for the better.
    #[serde(skip)]
    pub is_better: bool,
}

impl Fact {
    /// A fact that is no figure.
    fn of(name: impl Into<String>, a: String, b: String) -> Fact {
        Fact {
            name: name.into(),
            a,
            b,
            change: None,
            p_value: None,
            is_better: false,
        }
    }
}

/// The top terms of a label that only one of them has.
#[derive(Debug, Serialize)]
pub struct LabelTerms {
    /// The label.
    pub label: String,
    /// Only in the second.
    pub gained: Vec<String>,
    /// Only in the first.
    pub lost: Vec<String>,
}

/// Agreement on the golden rows of both.
#[derive(Debug, Default, Serialize)]
pub struct Golden {
    /// Rows that both can answer.
    pub rows: usize,
    /// Number of these with the same label.
    pub same_label: usize,
    /// Largest difference of the probabilities of labels that both know.
    pub largest_difference: f64,
}

/// Compares two models.
///
/// # Errors
/// When golden rows cannot be read.
pub fn compare(a: &Side, b: &Side) -> Result<Comparison> {
    let mut rows = Vec::new();
    let mut fact = |name: &str, of: &dyn Fn(&Side) -> String| {
        rows.push(Fact::of(name, of(a), of(b)));
    };
    let short = |text: &str| text.chars().take(12).collect::<String>();
    fact("version", &|side| side.model.version().to_string());
    fact("git revision", &|side| {
        short(&side.card.provenance.git_revision)
    });
    fact("made by hearth", &|side| {
        side.card.provenance.hearth.clone()
    });
    let data = |side: &Side, of: &dyn Fn(&DataFile) -> String| {
        let data = &side.card.data;
        let rows = data.train.as_ref().or(data.sample.as_ref());
        rows.map_or("not known".to_string(), of)
    };
    fact("data", &|side| data(side, &|file| file.name.clone()));
    fact("data sha256", &|side| {
        data(side, &|file| short(&file.sha256))
    });
    fact("data rows", &|side| {
        data(side, &|file| file.rows.to_string())
    });
    fact("labels", &|side| side.model.head.labels().len().to_string());
    fact("features", &|side| {
        side.card
            .columns
            .iter()
            .map(|column| column.features)
            .sum::<usize>()
            .to_string()
    });
    fact("size in bytes", &|side| side.model.bytes.len().to_string());
    let mut params: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for (at, side) in [a, b].into_iter().enumerate() {
        flatten("", &side.card.params, &mut |name, value| {
            params.entry(name).or_default()[at] = Some(value)
        });
    }
    for (name, [of_a, of_b]) in params {
        // Those that are alike are many and tell nothing.
        if of_a != of_b {
            let or_none = |value: Option<String>| value.unwrap_or("-".into());
            rows.push(Fact::of(name, or_none(of_a), or_none(of_b)));
        }
    }
    for figure in &FIGURES {
        let (of_a, of_b) = (figure.of(&a.card.metrics), figure.of(&b.card.metrics));
        if of_a.is_none() && of_b.is_none() {
            continue;
        }
        let shown = |value: Option<f64>| value.map_or("-".into(), text);
        rows.push(Fact {
            name: figure.title.into(),
            a: shown(of_a),
            b: shown(of_b),
            change: of_a.zip(of_b).map(|(a, b)| b - a),
            p_value: match figure.name {
                "accuracy" => by_chance(&a.card.metrics, &b.card.metrics),
                _ => None,
            },
            is_better: of_a.zip(of_b).is_some_and(|(a, b)| figure.gain(b, a) > 0.0),
        });
    }
    Ok(Comparison {
        versions: [a.name.clone(), b.name.clone()],
        rows,
        labels: labels(&a.model, &b.model),
        golden: golden(&a.model, &b.model)?,
        paired: None,
        changes: Vec::new(),
    })
}

/// Probability that the two accuracies differ so much by chance. The rows may be the same, which only
/// answers of both can tell: so it is never too small.
pub fn by_chance(a: &Metrics, b: &Metrics) -> Option<f64> {
    let counted = |of: &Metrics| match of {
        Metrics::Classification(of) => Some(Counted {
            part: (of.accuracy * of.testing_rows as f64).round() as u64,
            whole: of.testing_rows as u64,
        }),
        Metrics::Regression(_) | Metrics::Unmeasured(_) => None,
    };
    proportion::difference(counted(a)?, counted(b)?)
}

/// Every leaf of a JSON value, as `text.min_df`.
fn flatten(prefix: &str, value: &Value, take: &mut dyn FnMut(String, String)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let name = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                flatten(&name, value, take);
            }
        }
        leaf => take(prefix.to_string(), leaf.to_string()),
    }
}

fn labels(a: &Model<'_>, b: &Model<'_>) -> Vec<LabelTerms> {
    let top = |model: &Model<'_>, label: &str| -> Vec<String> {
        let code = model.head.labels().iter().position(|known| *known == label);
        let terms = code
            .map(|code| terms::top(model, code, TOP))
            .unwrap_or_default();
        terms.into_iter().map(|(term, _)| term).collect()
    };
    let (of_a, of_b) = (a.head.labels(), b.head.labels());
    let all: BTreeSet<&str> = of_a.iter().chain(of_b).copied().collect();
    let compared = all.into_iter().map(|label| {
        let (of_a, of_b) = (top(a, label), top(b, label));
        let only = |these: &[String], those: &[String]| {
            these
                .iter()
                .filter(|term| !those.contains(term))
                .cloned()
                .collect()
        };
        LabelTerms {
            label: label.to_string(),
            gained: only(&of_b, &of_a),
            lost: only(&of_a, &of_b),
        }
    });
    compared.collect()
}

fn golden(a: &Model<'_>, b: &Model<'_>) -> Result<Golden> {
    let mut golden = Golden::default();
    let mut seen = BTreeSet::new();
    for line in [a.golden, b.golden]
        .into_iter()
        .flat_map(|lines| lines.split(|b| *b == b'\n'))
    {
        if line.is_empty() {
            continue;
        }
        let case: Value = serde_json::from_slice(line).context("a golden case is not readable")?;
        let row = case["row"].to_string();
        if !seen.insert(row.clone()) {
            continue;
        }
        // A row of one may lack a column of the other.
        let (Some(of_a), Some(of_b)) = (answer(a, &row), answer(b, &row)) else {
            continue;
        };
        golden.rows += 1;
        golden.same_label += usize::from(of_a.0 == of_b.0);
        for (label, p) in &of_a.1 {
            if let Some(q) = of_b.1.get(label) {
                golden.largest_difference = golden.largest_difference.max((p - q).abs());
            }
        }
    }
    Ok(golden)
}

/// The label and the probability of each label; for regression, no label and the value.
fn answer(model: &Model<'_>, row: &str) -> Option<(String, BTreeMap<String, f64>)> {
    let row = Row::from_json(&model.columns, row.as_bytes()).ok()?;
    let answer = Scorer::default().answer(model, &row).ok()?;
    if let Answer::Value(value) = answer {
        return Some((
            String::new(),
            BTreeMap::from([("value".to_string(), value)]),
        ));
    }
    let labels = model.head.labels().iter().map(|label| label.to_string());
    let probabilities = labels.zip(answer.probabilities().iter().copied());
    Some((answer.label()?.to_string(), probabilities.collect()))
}
