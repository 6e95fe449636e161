//! Model files of other libraries, detected from their content.

use crate::forest::Forest;
use crate::given::Given;
use crate::{interchange, lightgbm, xgboost};
use anyhow::{Context, Result, bail};
use model::format::{ColumnKind, MAGIC};

/// Reads the model file of a library.
///
/// # Errors
/// One sentence: what the file is, what is wrong or not supported, and what would work.
pub fn read(bytes: &[u8], given: &Given) -> Result<Forest> {
    let mut forest = if given.iterations.is_some() && lightgbm::is_one(bytes) {
        bail!("--iterations: a file of LightGBM has those that answer; choose them in save_model");
    } else if lightgbm::is_one(bytes) {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            anyhow::anyhow!(
                "byte {} is not UTF-8, as the text of a LightGBM model is",
                error.valid_up_to()
            )
        })?;
        let categories = given.of_kind(ColumnKind::Category);
        let numbers = given.of_kind(ColumnKind::Number);
        lightgbm::read(text, given.objective.as_deref(), (&categories, &numbers))
            .context("LightGBM's text format")?
    } else if xgboost::is_json(bytes) || xgboost::is_ubjson(bytes) {
        xgboost::read(bytes, given.objective.as_deref(), given.iterations)
            .context("XGBoost's format")?
    } else if interchange::is_one(bytes) {
        let is_given = given.names.is_some()
            || given.labels.is_some()
            || !given.kinds.is_empty()
            || !given.categories.is_empty();
        if is_given || given.objective.is_some() || given.iterations.is_some() {
            bail!(
                "--names, --labels, --column, --categories, --objective and --iterations are for models without a \
                 pipeline; the document of a pipeline says all of it"
            );
        }
        interchange::read(bytes).context("the interchange document")?
    } else {
        return unknown(bytes);
    };
    if let Some(names) = &given.names {
        if names.len() != forest.features.len() {
            bail!(
                "--names has {} names; the model has {} features",
                names.len(),
                forest.features.len()
            );
        }
        for (feature, name) in forest.features.iter_mut().zip(names) {
            feature.name.clone_from(name);
        }
    }
    Ok(forest)
}

/// Refuses a file by what it looks like.
fn unknown(bytes: &[u8]) -> Result<Forest> {
    if bytes.is_empty() {
        bail!("the file is empty");
    }
    if bytes.starts_with(&MAGIC) {
        bail!("it is a model file of Hearth already; hearth inspect shows it");
    }
    if bytes.starts_with(b"\x80") && matches!(bytes.get(1), Some(2..=5)) {
        bail!(
            "it is a pickle or joblib file, which can only be read by running it; save the model in the \
             library's own format: clf.booster_.save_model(\"model.txt\") of LightGBM, \
             clf.save_model(\"model.json\") of XGBoost, or a \
             pipeline of scikit-learn with python/hearth_export.py"
        );
    }
    if bytes.starts_with(b"{\"tree_info\"") || bytes.starts_with(b"{\"name\":\"tree\"") {
        bail!(
            "it is a dump of LightGBM in JSON, which rounds numbers; save the model as text with \
             save_model(\"model.txt\")"
        );
    }
    if bytes.starts_with(b"CBM1") {
        bail!("it is a binary model of CatBoost, which is not supported");
    }
    if bytes.starts_with(b"binf") || bytes.starts_with(b"bs64") {
        bail!(
            "it is a binary model of an old XGBoost, which is not supported; load it with that version and \
             save it as model.json"
        );
    }
    bail!(
        "it is no model that can be imported; LightGBM's text (model.txt), XGBoost's JSON or UBJSON (model.json, \
         model.ubj) or a document of hearth_export.py was expected"
    )
}
