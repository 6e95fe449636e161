//! XGBoost's documents, as far as answers depend on them. JSON and UBJSON have the same members.

use super::numbers::Number;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub struct Document {
    pub learner: Learner,
    /// Major, minor and patch of the library.
    #[serde(default)]
    pub version: Vec<u32>,
}

#[derive(Deserialize)]
pub struct Learner {
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    #[serde(default)]
    pub feature_names: Vec<String>,
    #[serde(default)]
    pub feature_types: Vec<String>,
    pub gradient_booster: Booster,
    pub learner_model_param: LearnerParam,
    pub objective: ObjectiveName,
}

/// Numbers as texts.
#[derive(Deserialize)]
pub struct LearnerParam {
    pub base_score: String,
    #[serde(default)]
    pub num_class: String,
    pub num_feature: String,
    #[serde(default)]
    pub num_target: String,
}

#[derive(Deserialize)]
pub struct ObjectiveName {
    pub name: String,
}

#[derive(Deserialize)]
pub struct Booster {
    pub name: String,
    /// The trees of `gbtree`.
    pub model: Option<Trees>,
    /// The trees of `dart`, and a factor for each.
    pub gbtree: Option<Inner>,
    #[serde(default)]
    pub weight_drop: Vec<Number>,
}

#[derive(Deserialize)]
pub struct Inner {
    pub model: Trees,
}

#[derive(Deserialize)]
pub struct Trees {
    #[serde(default)]
    pub gbtree_model_param: TreesParam,
    /// First tree of each iteration, and the end.
    #[serde(default)]
    pub iteration_indptr: Vec<usize>,
    /// The output of each tree.
    pub tree_info: Vec<i64>,
    pub trees: Vec<TreeLists>,
    #[serde(default)]
    pub cats: Cats,
}

#[derive(Default, Deserialize)]
pub struct TreesParam {
    #[serde(default)]
    pub num_parallel_tree: String,
}

/// One entry per node in each list, except for those of categories.
#[derive(Deserialize)]
pub struct TreeLists {
    pub id: Option<usize>,
    pub left_children: Vec<i64>,
    pub right_children: Vec<i64>,
    pub split_indices: Vec<u32>,
    /// Thresholds, and the numbers of leaves.
    pub split_conditions: Vec<Number>,
    pub default_left: Vec<Flag>,
    /// 1: the node asks for categories.
    #[serde(default)]
    pub split_type: Vec<u8>,
    /// Categories of all sets.
    #[serde(default)]
    pub categories: Vec<i64>,
    /// Nodes that have a set.
    #[serde(default)]
    pub categories_nodes: Vec<usize>,
    /// First category of each set.
    #[serde(default)]
    pub categories_segments: Vec<usize>,
    /// Number of categories of each set.
    #[serde(default)]
    pub categories_sizes: Vec<usize>,
    #[serde(default)]
    pub sum_hessian: Vec<Number>,
    #[serde(default)]
    pub tree_param: TreeParam,
}

#[derive(Default, Deserialize)]
pub struct TreeParam {
    #[serde(default)]
    pub size_leaf_vector: String,
}

/// Names of the categories of each feature.
#[derive(Default, Deserialize)]
pub struct Cats {
    #[serde(default)]
    pub enc: Vec<Names>,
}

/// Names as bytes between offsets, or as whole numbers.
#[derive(Deserialize)]
pub struct Names {
    #[serde(default)]
    pub offsets: Vec<i64>,
    #[serde(default)]
    pub values: Vec<i64>,
}

/// `true`, or a number that is not 0.
#[derive(Clone, Copy)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flag, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Bool(bool),
            Number(i64),
        }
        Ok(Flag(match Either::deserialize(deserializer)? {
            Either::Bool(flag) => flag,
            Either::Number(number) => number != 0,
        }))
    }
}
