//! One tree of an XGBoost document.

use super::document::TreeLists;
use super::numbers::Number;
use crate::forest::{Node, Test, Tree};
use anyhow::{Result, bail};

/// Categories that a tree may ask for: those below 2^24, whole numbers of `f32`.
const MAX_CATEGORY: i64 = 1 << 24;

/// Reads a tree whose leaves are multiplied by `weight`. `asked` is called with each feature of which a
/// node asks for categories.
pub fn read(
    tree: &TreeLists,
    output: u32,
    weight: f32,
    mut asked: impl FnMut(u32),
) -> Result<Tree> {
    let size = tree.tree_param.size_leaf_vector.parse().unwrap_or(1u32);
    if size > 1 {
        bail!(
            "its leaves have {size} numbers (multi_strategy=multi_output_tree), which is not supported; \
             train with multi_strategy=one_output_per_tree"
        );
    }
    let count = tree.left_children.len();
    let lengths = [
        ("right_children", tree.right_children.len()),
        ("split_indices", tree.split_indices.len()),
        ("split_conditions", tree.split_conditions.len()),
        ("default_left", tree.default_left.len()),
    ];
    for (name, length) in lengths {
        if length != count {
            bail!("{name} has {length} entries; {count} were expected, as left_children has");
        }
    }
    let sets = sets(tree, count)?;
    let mut nodes = Vec::with_capacity(count);
    for (at, set) in sets.iter().enumerate() {
        let Number(number) = tree.split_conditions[at];
        if tree.left_children[at] < 0 {
            nodes.push(Node::Leaf {
                value: f64::from(number * weight),
                weight: tree
                    .sum_hessian
                    .get(at)
                    .map(|sum| f64::from(sum.0.max(0.0))),
            });
            continue;
        }
        let child = |child: i64| match u32::try_from(child) {
            Ok(place) if (place as usize) < count => Ok(place),
            _ => bail!("node {at} has no child {child}"),
        };
        let left = child(tree.left_children[at])?;
        let right = child(tree.right_children[at])?;
        let feature = tree.split_indices[at];
        let default_left = tree.default_left[at].0;
        nodes.push(match tree.split_type.get(at).copied().unwrap_or(0) {
            0 if number == f32::NEG_INFINITY || number.is_nan() => {
                bail!("node {at} has the threshold {number}");
            }
            // The value, rounded to f32, is below the threshold: up to the number before it.
            0 => Node::Split {
                feature,
                test: Test::UpTo(number.next_down().into()),
                missing_left: default_left,
                left,
                right,
            },
            // Categories of the set go right in XGBoost, and left in a model file.
            1 => {
                asked(feature);
                let Some(set) = set else {
                    bail!("node {at} asks for categories and has no set of them");
                };
                Node::Split {
                    feature,
                    test: Test::In(set.clone()),
                    missing_left: !default_left,
                    left: right,
                    right: left,
                }
            }
            other => bail!("node {at} has the split type {other}, which is not known"),
        });
    }
    Ok(Tree { output, nodes })
}

/// The set of each node that has one, as bits.
fn sets(tree: &TreeLists, count: usize) -> Result<Vec<Option<Vec<u32>>>> {
    let mut sets = vec![None; count];
    let (starts, sizes) = (&tree.categories_segments, &tree.categories_sizes);
    if starts.len() != tree.categories_nodes.len() || sizes.len() != starts.len() {
        bail!("categories_segments and categories_sizes are not one entry per categories_nodes");
    }
    for ((node, start), size) in tree.categories_nodes.iter().zip(starts).zip(sizes) {
        let end = start.checked_add(*size);
        let categories = end.and_then(|end| tree.categories.get(*start..end));
        let (Some(categories), Some(set)) = (categories, sets.get_mut(*node)) else {
            bail!("the set of node {node} lies outside of its list of categories");
        };
        let mut words = Vec::new();
        for category in categories {
            if !(0..MAX_CATEGORY).contains(category) {
                bail!("node {node} asks for the category {category}");
            }
            let word = (category / 32) as usize;
            words.resize(words.len().max(word + 1), 0u32);
            words[word] |= 1 << (category % 32);
        }
        *set = Some(words);
    }
    Ok(sets)
}
