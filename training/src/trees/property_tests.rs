//! Whole fits: what no table may do to them.

use proptest::prelude::*;

use super::tests::{columns, scores};
use super::*;

/// A table that nobody would want: NaN, infinities, constant columns, few rows.
#[derive(Debug, Clone)]
struct Table {
    columns: Vec<Vec<f64>>,
    codes: Vec<u32>,
    weights: Option<Vec<f64>>,
}

fn table() -> impl Strategy<Value = Table> {
    let value = prop_oneof![
        4 => (0..6).prop_map(f64::from),
        2 => -1e3..1e3,
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(1e300), Just(-0.0)],
    ];
    (1..60usize, 1..5usize).prop_flat_map(move |(rows, columns)| {
        let column = prop_oneof![
            5 => prop::collection::vec(value.clone(), rows),
            1 => Just(vec![7.0; rows]),
            1 => Just(vec![f64::NAN; rows]),
        ];
        let weight = prop_oneof![Just(0.0), Just(1.0), 0.0..1e6];
        (
            prop::collection::vec(column, columns),
            prop::collection::vec(0..4u32, rows),
            prop::option::of(prop::collection::vec(weight, rows)),
        )
            .prop_map(|(columns, codes, weights)| Table {
                columns,
                codes,
                weights,
            })
    })
}

/// All fits of a table, every estimator on two classes, four classes and values; and how far a target
/// may be from the mean of all.
fn fits(table: &Table, leaf: usize, seed: u64) -> Vec<(Trees, f32)> {
    let bins = Bins::fit(&table.columns, seed);
    let rows: Vec<u32> = (0..bins.rows as u32).filter(|row| row % 7 != 3).collect();
    let weights = table.weights.as_deref();
    let two: Vec<u32> = table.codes.iter().map(|code| code / 2).collect();
    let values: Vec<f64> = table
        .codes
        .iter()
        .map(|&code| f64::from(code) * 1e5 - 3.3)
        .collect();
    let mut fits = Vec::new();
    for target in [
        TreeTarget::Classes {
            codes: &two,
            count: 2,
        },
        TreeTarget::Classes {
            codes: &table.codes,
            count: 4,
        },
        TreeTarget::Values(&values),
    ] {
        let reach = match target {
            TreeTarget::Classes { .. } => 1.0,
            TreeTarget::Values(_) => 3e5,
        };
        let boosted = GradientBoosting {
            max_iter: 5,
            min_samples_leaf: leaf,
            subsample: 0.9,
            max_features: 0.7,
            early_stopping: seed % 2 == 1,
            ..GradientBoosting::default()
        };
        let none = &|_, _, _| ();
        let boosting = BoostingRows {
            training: &rows,
            validation: None,
            weights,
        };
        let trees = boost(&bins, target, boosting, &boosted, seed, none);
        fits.push((trees, reach));
        let few = Forest {
            n_estimators: 3,
            min_samples_leaf: leaf,
            max_depth: seed.is_multiple_of(3).then_some(2),
            ..Forest::default()
        };
        for settings in [
            ForestSettings::random_forest(few, seed),
            ForestSettings::extra_trees(few, seed),
        ] {
            let trees = forest(&bins, target, weights, &rows, &settings, &|_, _| ());
            fits.push((trees, reach));
        }
    }
    fits
}

/// A mean of rows that go two ways is between the means of both. A forest of weighted values adds up
/// integers of 24 bits, in which its mean is as exact as they are; its leaves are exact.
fn means_lie_between_children(trees: &Trees, tree: &Tree, reach: f32) -> Result<(), TestCaseError> {
    let mut means = tree.means.iter();
    let rows = trees.leaves.to_dense(trees.outputs);
    let mut answers: Vec<&[f32]> = Vec::new();
    let values: Vec<[f32; 1]> = tree
        .nodes
        .iter()
        .map(|node| match node.is_leaf() {
            true => [node.threshold as f32],
            false => [means.next().map_or(0.0, |mean| mean.value())],
        })
        .collect();
    prop_assert_eq!(tree.means.len(), tree.nodes.len() / 2);
    let mut means = tree.means.iter();
    for (node, value) in tree.nodes.iter().zip(&values) {
        let row = match node.is_leaf() {
            true => node.right,
            false => means.next().map_or(0, |mean| mean.row()),
        };
        answers.push(match tree.output {
            Some(_) => value,
            None => &rows[row as usize * trees.outputs..][..trees.outputs],
        });
    }
    let sizes = answers.iter().flat_map(|answer| answer.iter());
    let greatest = sizes.fold(1e-30f32, |most, size| most.max(size.abs()));
    for (at, node) in tree.nodes.iter().enumerate() {
        if !node.is_leaf() {
            let children = answers[at + 1].iter().zip(answers[node.right as usize]);
            for (mean, (a, b)) in answers[at].iter().zip(children) {
                let slack = 1e-5 * greatest + reach / (1 << 24) as f32;
                prop_assert!(a.min(*b) - slack <= *mean && *mean <= a.max(*b) + slack);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_table_breaks_a_fit(table in table(), leaf in 1..4usize, seed in 0..100u64) {
        for (trees, reach) in fits(&table, leaf, seed) {
            for score in scores(&trees, &table.columns) {
                prop_assert!(score.is_finite());
            }
            prop_assert!(trees.importances.iter().all(|share| (0.0..=1.0).contains(share)));
            for tree in &trees.trees {
                prop_assert!(tree.nodes.last().is_some_and(Node::is_leaf));
                for (at, node) in tree.nodes.iter().enumerate() {
                    if !node.is_leaf() {
                        prop_assert!(node.column() < table.columns.len());
                        prop_assert!(!node.threshold.is_nan());
                        prop_assert!(node.right as usize > at + 1);
                        prop_assert!((node.right as usize) < tree.nodes.len());
                    } else if tree.output.is_none() {
                        prop_assert!((node.right as usize) < trees.leaves.len());
                    } else {
                        prop_assert_eq!(f64::from(node.threshold as f32), node.threshold);
                    }
                }
                means_lie_between_children(&trees, tree, reach)?;
            }
        }
    }
}

#[test]
fn threads_do_not_matter() {
    let table = Table {
        columns: columns(6, 9000, 8),
        codes: columns(1, 9000, 9)[0]
            .iter()
            .map(|value| (value * 4.0) as u32)
            .collect(),
        weights: Some(columns(1, 9000, 10).remove(0)),
    };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| fits(&table, 2, 1))
    };
    assert!(on(1) == on(2));
}
