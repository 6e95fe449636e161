//! XGBoost's documents, JSON and UBJSON: `model.json`, `model.ubj`.
//!
//! Semantics are those of `src/predictor/predict_fn.h` and `src/common/categorical.h`: inputs and sums
//! are `f32`, a value below a threshold goes left, and a sum begins with the score of `base_score`.

mod document;
mod numbers;
mod objective;
mod tree;

use crate::forest::{Feature, FeatureKind, Forest, Node, Test, Tree};
use crate::given::Iterations;
use crate::ubjson;
use anyhow::{Context, Result, bail};
use document::{Document, Learner, Names, Trees};
use model::arithmetic::Arithmetic;
use model::format::Estimator;

/// Most features, classes and trees of an iteration: a document of few bytes could say any number.
const MAX_COUNT: usize = 1 << 20;

/// Most words of all sets of categories, for the same reason.
const MAX_WORDS: usize = 1 << 26;

/// True if a document begins like one of XGBoost in JSON.
pub fn is_json(bytes: &[u8]) -> bool {
    let start = bytes.get(..4096).unwrap_or(bytes);
    let start = start.trim_ascii_start();
    let is_object = start.first() == Some(&b'{');
    is_object && start[1..].trim_ascii_start().starts_with(b"\"learner\"")
}

/// True if a document begins like one of XGBoost in UBJSON.
pub fn is_ubjson(bytes: &[u8]) -> bool {
    let start = bytes.get(..32).unwrap_or(bytes);
    let is_object = matches!(start, [b'{', b'i' | b'U' | b'I' | b'l' | b'L', ..]);
    is_object && start.windows(7).any(|window| window == b"learner")
}

/// Reads a model; `objective` replaces that of the document.
///
/// # Errors
/// One sentence: what is wrong or not supported, where, and what would work.
pub fn read(
    bytes: &[u8],
    objective: Option<&str>,
    iterations: Option<Iterations>,
) -> Result<Forest> {
    let document: Document = match is_json(bytes) {
        true => serde_json::from_slice(&numbers::plain(bytes))?,
        false => ubjson::from_slice(bytes)?,
    };
    let version: Vec<String> = document.version.iter().map(u32::to_string).collect();
    let learner = document.learner;
    let param = &learner.learner_model_param;
    let classes = parameter("num_class", &param.num_class)?;
    let targets = parameter("num_target", &param.num_target)?;
    let features = parameter("num_feature", &param.num_feature)?;
    if targets > 1 {
        bail!("it has {targets} targets, which is not supported; train a model for each");
    }
    let outputs = classes.max(1);
    let name = objective.unwrap_or(&learner.objective.name).to_string();
    let (answers, scale) = objective::read(&name, outputs)?;
    let base_scores = base_scores(&param.base_score)?;
    let intercepts = match base_scores[..] {
        [base] => vec![scale.score(base)?; outputs],
        _ if base_scores.len() == outputs => base_scores
            .iter()
            .map(|base| scale.score(*base))
            .collect::<Result<_>>()?,
        _ => bail!(
            "base_score has {} numbers; {outputs} were expected",
            base_scores.len()
        ),
    };
    let mut all = self::features(&learner, features)?;
    let attributes = &learner.attributes;
    let booster = learner.gradient_booster;
    let (trees, weights) = match (booster.name.as_str(), booster.model, booster.gbtree) {
        ("gbtree", Some(trees), _) => (trees, Vec::new()),
        ("dart", _, Some(inner)) => (inner.model, booster.weight_drop),
        ("gblinear", ..) => bail!(
            "its booster is gblinear, a linear model, which is not supported; train a linear model with \
             hearth train, or use the booster gbtree"
        ),
        (other, ..) => bail!("its booster {other:?} has no trees that are known"),
    };
    let parallel = &trees.gbtree_model_param.num_parallel_tree;
    let per_iteration = parameter("num_parallel_tree", parallel)?.max(1) * outputs;
    let count = trees_used(&trees, per_iteration, attributes, iterations)?;
    name_categories(&mut all, &trees.cats.enc)?;
    let mut found = Vec::with_capacity(count);
    let mut words = 0;
    if trees.tree_info.len() != trees.trees.len() {
        bail!("tree_info is not one entry per tree");
    }
    for (index, tree) in trees.trees.iter().enumerate().take(count) {
        if tree.id.is_some_and(|id| id != index) {
            bail!(
                "tree {index} has the id {:?}; trees in order were expected",
                tree.id
            );
        }
        let output = u32::try_from(trees.tree_info[index]).ok();
        let Some(output) = output.filter(|output| (*output as usize) < outputs) else {
            bail!("tree {index} adds to output {}", trees.tree_info[index]);
        };
        let weight = match weights.is_empty() {
            true => 1.0,
            false => match weights.get(index) {
                Some(weight) => weight.0,
                None => bail!("weight_drop is not one number per tree"),
            },
        };
        let mark = |feature: u32| {
            if let Some(of) = all.get_mut(feature as usize)
                && of.kind == FeatureKind::Number
            {
                of.kind = FeatureKind::Codes(Vec::new());
            }
        };
        let tree = tree::read(tree, output, weight, mark);
        let tree = tree.with_context(|| format!("tree {index}"))?;
        words += words_of(&tree);
        if words > MAX_WORDS {
            bail!("tree {index}: the sets of categories up to here take more than 256 MB");
        }
        found.push(tree);
    }
    if found.is_empty() {
        bail!("it has no trees; train for at least one round");
    }
    Ok(Forest {
        library: "XGBoost",
        version: version.join("."),
        objective: name,
        estimator: Estimator::GradientBoosting,
        features: all,
        trees: found,
        intercepts,
        answers,
        arithmetic: Arithmetic {
            f32_inputs: true,
            f32_sums: true,
            intercept_first: true,
            ..Arithmetic::default()
        },
        leaves: Vec::new(),
        pipeline: None,
        unknown_is_not_missing: true,
        notes: Vec::new(),
    })
}

/// Number of words of a tree's sets.
fn words_of(tree: &Tree) -> usize {
    let words = |node: &Node| match node {
        Node::Split {
            test: Test::In(words),
            ..
        } => words.len(),
        _ => 0,
    };
    tree.nodes.iter().map(words).sum()
}

/// `5E-1`, or since 3.1 `[5E-1]` and `[1E-1,2E-1]`.
fn base_scores(text: &str) -> Result<Vec<f32>> {
    let inside = text.trim().trim_start_matches('[').trim_end_matches(']');
    let numbers = inside.split(',').map(|number| match number.trim().parse() {
        Ok(number) => Ok(number),
        Err(_) => bail!("base_score is {text:?}; a number was expected"),
    });
    numbers.collect()
}

/// A count, 0 where the document has none.
fn parameter(name: &str, text: &str) -> Result<usize> {
    match text.parse() {
        _ if text.is_empty() => Ok(0),
        Ok(count) if count <= MAX_COUNT => Ok(count),
        _ => bail!("{name} is {text:?}; a number up to {MAX_COUNT} was expected"),
    }
}

/// Number of trees that answer: of a model that stopped early, those that the caller says.
fn trees_used(
    trees: &Trees,
    per_iteration: usize,
    attributes: &std::collections::BTreeMap<String, String>,
    wanted: Option<Iterations>,
) -> Result<usize> {
    let total = trees.trees.len();
    let starts = &trees.iteration_indptr;
    let all = match starts.len() {
        0 => total.div_ceil(per_iteration),
        entries => entries - 1,
    };
    let end_of = |iterations: usize| match starts.get(iterations) {
        Some(end) => (*end).min(total),
        None => iterations.saturating_mul(per_iteration).min(total),
    };
    let best = attributes.get("best_iteration");
    let best = best
        .and_then(|text| text.parse::<usize>().ok())
        .map(|best| best + 1);
    let iterations = match (wanted, best) {
        (Some(Iterations::All), _) => all,
        (Some(Iterations::Best), Some(best)) => best,
        (Some(Iterations::Best), None) => {
            bail!("--iterations best: the model has no best_iteration")
        }
        (Some(Iterations::First(count)), _) => count,
        (None, Some(best)) if best < all => bail!(
            "its training stopped early: XGBClassifier and XGBRegressor predict with the first {best} of \
             {all} iterations, Booster.predict with all; say --iterations best or --iterations all"
        ),
        (None, _) => all,
    };
    if iterations == 0 || iterations > all {
        bail!("--iterations {iterations}: the model has {all}; 1 to {all} were expected");
    }
    Ok(end_of(iterations))
}

fn features(learner: &Learner, count: usize) -> Result<Vec<Feature>> {
    let (names, types) = (&learner.feature_names, &learner.feature_types);
    for (what, given) in [
        ("feature_names", names.len()),
        ("feature_types", types.len()),
    ] {
        if given != 0 && given != count {
            bail!("{what} has {given} entries; num_feature is {count}");
        }
    }
    let feature = |index: usize| {
        let kind = match types.get(index).map(String::as_str) {
            Some("i") => FeatureKind::Boolean,
            Some("c") => FeatureKind::Codes(Vec::new()),
            _ => FeatureKind::Number,
        };
        Feature {
            name: match names.get(index) {
                Some(name) => name.clone(),
                None => format!("f{index}"),
            },
            kind,
            range: None,
            // A value that a sparse matrix does not have is missing.
            optional: true,
        }
    };
    Ok((0..count).map(feature).collect())
}

/// Gives features the names of their categories, which documents have since 3.1.
fn name_categories(features: &mut [Feature], lists: &[Names]) -> Result<()> {
    for (feature, names) in features.iter_mut().zip(lists) {
        if names.values.is_empty() && names.offsets.len() < 2 {
            continue;
        }
        let named = match names.offsets.is_empty() {
            true => names.values.iter().map(i64::to_string).collect(),
            false => {
                texts(names).with_context(|| format!("the categories of {:?}", feature.name))?
            }
        };
        feature.kind = FeatureKind::Categories(named);
    }
    Ok(())
}

fn texts(names: &Names) -> Result<Vec<String>> {
    let bytes: Option<Vec<u8>> = names
        .values
        .iter()
        .map(|byte| {
            u8::try_from(*byte)
                .or_else(|_| i8::try_from(*byte).map(|b| b as u8))
                .ok()
        })
        .collect();
    let bytes = bytes.context("a name has a byte that is none")?;
    let text = |ends: &[i64]| {
        let start = usize::try_from(ends[0]).ok()?;
        let end = usize::try_from(ends[1]).ok()?;
        let text = std::str::from_utf8(bytes.get(start..end)?).ok()?;
        Some(text.trim().to_string())
    };
    let texts: Option<Vec<String>> = names.offsets.windows(2).map(text).collect();
    texts.context("a name lies outside of their text, or is not UTF-8")
}
