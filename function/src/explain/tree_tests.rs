use super::explainer;
use crate::testing::{RAW, raw};
use model::Model;
use model::answer::Answer;
use model::assemble::{
    CategoryColumn, ColumnPart, KernelParts, LeafParts, NodeParts, Parts, TextColumn,
    TimestampColumn, TreeParts, assemble,
};
use model::explain::Explanation;
use model::features::TextSettings;
use model::format::{
    ALL_OUTPUTS, CategoryEncoding, Estimator, LEAF, Link, MISSING_LEFT, Node, Node64, NodeMean,
    NodeRecord, TreeRecord, ValueLink,
};
use model::head::{Classes, DecisionRule, Head};
use model::row::Row;
use model::score::Scorer;

/// Number, category, timestamp and text: features 0, 1, 2 to 8, and 9.
fn columns() -> Vec<ColumnPart> {
    vec![
        ColumnPart::Number(raw("size", true)),
        ColumnPart::Category(CategoryColumn {
            name: "color".into(),
            optional: true,
            notation: Default::default(),
            encoding: CategoryEncoding::Ordered,
            categories: vec![("red".into(), 0.25), ("blue".into(), 2.5)],
        }),
        ColumnPart::Timestamp(TimestampColumn {
            name: "seen".into(),
            optional: true,
            notation: Default::default(),
            scaling: RAW,
        }),
        ColumnPart::Text(TextColumn {
            name: "note".into(),
            settings: TextSettings::default(),
            terms: vec![("late".into(), 1.0)],
        }),
    ]
}

/// Two trees of four questions each; `answer` gives a leaf and `mean` a question's mean by number.
fn trees(
    outputs: &[u32],
    answer: impl Fn(u32) -> Node,
    mean: impl Fn(u32) -> NodeMean,
) -> TreeParts {
    let mut parts = TreeParts::default();
    let (mut nodes, mut means) = (Vec::new(), Vec::new());
    for (tree, output) in (0..).zip(outputs) {
        let inner = |feature: u32, threshold: f32, right: u32| Node {
            threshold: threshold.into(),
            feature: feature.into(),
            right: right.into(),
        };
        parts.trees.push(TreeRecord {
            output: (*output).into(),
            first: (9 * tree).into(),
            count: 9.into(),
        });
        nodes.extend([
            inner(0, 5.0, 4),
            inner(1 + MISSING_LEFT, 1.0, 3),
            answer(5 * tree),
            answer(5 * tree + 1),
            inner(6, 12.0, 6), // the hour
            answer(5 * tree + 2),
            inner(9, 0.5, 8),
            answer(5 * tree + 3),
            answer(5 * tree + 4),
        ]);
        means.extend((0..4).map(|at| mean(4 * tree + at)));
    }
    parts.nodes = NodeParts::F32(nodes);
    parts.means = Some(means);
    parts
}

/// A classification with this link and rule.
fn classes(link: Link, labels: usize, rule: DecisionRule) -> Head<'static> {
    let labels = ["small", "medium", "large"][..labels].to_vec();
    Head::Classes(Classes {
        rule,
        ..Classes::new(labels, link)
    })
}

fn tree_model(head: &Head<'_>) -> Model<'static> {
    tree_model_with(head, |parts| parts)
}

/// The same trees with nodes of `f64`, whose leaves and thresholds are a little more than an `f32`.
fn widened(mut parts: TreeParts) -> TreeParts {
    if let NodeParts::F32(nodes) = &parts.nodes {
        let wide = nodes.iter().map(|node| Node64 {
            threshold: (node.threshold() + 1e-12).into(),
            feature: node.feature,
            right: node.right,
        });
        parts.nodes = NodeParts::F64(wide.collect());
    }
    parts
}

fn tree_model_with(head: &Head<'_>, change: fn(TreeParts) -> TreeParts) -> Model<'static> {
    let link = head.classes().map(|classes| classes.link);
    let outputs = match link {
        None | Some(Link::Sigmoid) => 1,
        Some(Link::Softmax | Link::Share | Link::OneVsRest) => head.labels().len(),
    };
    let value = |number: u32| (number * 7 % 11) as f32 / 8.0 - 0.6;
    let leaf = |threshold: f32, row: u32| Node {
        threshold: threshold.into(),
        feature: LEAF.into(),
        right: row.into(),
    };
    let parts = match link {
        Some(Link::Share) => {
            let mean = |at| NodeMean::of_row(10 + at);
            let mut parts = trees(&[ALL_OUTPUTS; 2], |at| leaf(0.0, at), mean);
            let mut leaves = Vec::new();
            for row in 0..18 {
                let shares = (0..outputs).map(|output| ((row * 5 + output * 3) % 7 + 1) as f32);
                let sum: f32 = shares.clone().sum();
                leaves.extend(shares.map(|share| share / sum));
            }
            parts.leaves = LeafParts::Dense(leaves);
            parts
        }
        _ => {
            let outputs: Vec<u32> = (0..2 * outputs as u32)
                .map(|at| at % outputs as u32)
                .collect();
            trees(
                &outputs,
                |at| leaf(value(at), 0),
                |at| NodeMean::of_value(value(at + 3)),
            )
        }
    };
    let bytes = assemble(&Parts {
        name: "trees",
        version: "1",
        git_revision: "",
        example: "{}",
        estimator: Estimator::GradientBoosting,
        columns: &columns(),
        kernel: KernelParts::Trees(change(parts)),
        intercepts: match link {
            Some(Link::Share) => &[0.0; 3][..outputs],
            _ => &[0.125, -0.25, 0.5][..outputs],
        },
        head: head.clone(),
        baseline: None,
        golden: "",
        card: "{}",
    });
    Model::open(bytes.unwrap().leak()).unwrap()
}

const ROWS: [&str; 5] = [
    r#"{"size": 4, "color": "red", "seen": "2025-03-04 11:00", "note": "late"}"#,
    r#"{"size": 5, "color": "blue", "seen": "", "note": ""}"#,
    r#"{"color": "green", "note": "late"}"#,
    r#"{"size": 9, "color": null, "seen": "2025-03-04 11:00", "note": "so late"}"#,
    r#"{"size": 9, "seen": "2025-03-04 18:00", "note": "fine"}"#,
];

/// The answer and its explanation by the `count` heaviest.
fn explained(
    model: &Model<'static>,
    row: &str,
    count: usize,
) -> (Vec<f64>, Option<usize>, Explanation) {
    let row = Row::from_json(&model.columns, row.as_bytes()).unwrap();
    let mut scorer = Scorer::default();
    let answer = scorer.answer(model, &row).unwrap();
    let explainer = explainer(model, count, false).unwrap();
    let explanation = explainer.explain(&answer, &mut scorer).unwrap();
    let parts: f64 = explanation.features.iter().map(|of| of.contribution).sum();
    let sum = explanation.intercept + parts + explanation.rest;
    assert!((sum - explanation.score).abs() < 1e-12);
    match &answer {
        Answer::Value(value) => (vec![*value], None, explanation),
        Answer::Label(label) => (label.probabilities.clone(), Some(label.code()), explanation),
    }
}

/// Score of the answer to which the contributions sum, computed from its probabilities.
fn expected(head: &Head<'_>, numbers: &[f64], code: Option<usize>) -> f64 {
    let Some(code) = code else { return numbers[0] };
    let scores: Vec<f64> = match head.classes().map(|classes| classes.link) {
        Some(Link::Share) => numbers.to_vec(),
        // Up to a constant that all labels share.
        _ => numbers.iter().map(|p| p.ln()).collect(),
    };
    let others = scores.iter().sum::<f64>() - scores[code];
    scores[code] - others / (scores.len() - 1) as f64
}

#[test]
fn the_parts_sum_to_the_score_whatever_trees_answer() {
    for head in [
        classes(Link::Share, 3, DecisionRule::MostProbable),
        classes(Link::Share, 2, DecisionRule::MostProbable),
        classes(Link::Share, 2, DecisionRule::Threshold(0.9)),
        classes(Link::Softmax, 3, DecisionRule::MostProbable),
        classes(Link::Sigmoid, 2, DecisionRule::MostProbable),
        classes(Link::Sigmoid, 2, DecisionRule::Threshold(0.05)),
        Head::Value(ValueLink::Identity),
    ] {
        let models = [tree_model(&head), tree_model_with(&head, widened)];
        for (model, row) in models.iter().flat_map(|model| ROWS.map(|row| (model, row))) {
            for count in [1, 99] {
                let (numbers, code, explanation) = explained(model, row, count);
                let expected = expected(&head, &numbers, code);
                let score = explanation.score;
                assert!(
                    (score - expected).abs() < 1e-9,
                    "{head:?} {row}: {score} {expected}"
                );
            }
        }
    }
}

#[test]
fn a_step_is_told_by_the_feature_that_was_asked_for() {
    let model = tree_model(&Head::Value(ValueLink::Identity));
    let names = |row| {
        let (.., explanation) = explained(&model, row, 99);
        let mut names: Vec<(String, String)> = explanation
            .features
            .into_iter()
            .map(|of| (of.feature, of.column))
            .collect();
        names.sort();
        names
    };
    let pairs = |names: &[(&str, &str)]| -> Vec<(String, String)> {
        let pair = |(a, b): &(&str, &str)| (a.to_string(), b.to_string());
        names.iter().map(pair).collect()
    };
    // A category that is a number has the name of its column.
    let left = [("color", "color"), ("size", "size")];
    assert_eq!(names(ROWS[0]), pairs(&left));
    let right = [("seen.hour", "seen"), ("size", "size")];
    assert_eq!(names(ROWS[3]), pairs(&right));
    // A word that is not there speaks as well.
    let deep = [("late", "note"), ("seen.hour", "seen"), ("size", "size")];
    assert_eq!(names(ROWS[4]), pairs(&deep));
}
