//! Contents of the files `tests/files/tables-1-*`, `baseline-1`, `means-1-*`, `nodes64-1` and
//! `sparse-1-forest`; between
//! them all that such a file can.

use super::{
    Mixed, SCALING, STANDARD, category, classes, inner, inner_missing_left, leaf, leaf_row, number,
    raw, raw_time, sparse, time, trees,
};
use crate::common::{WORDS, column, strings};
use model::assemble::{
    BaselineParts, BinParts, ColumnPart, DistributionPart, KernelParts, LeafParts, NodeParts,
    NumberColumn,
};
use model::calibration::Calibration;
use model::features::{NumberSettings, Scaling};
use model::format::{
    ALL_OUTPUTS, CategoryEncoding, Estimator, LEAF, Link, MISSING_LEFT, Node64, NodeMean,
    Statistic, ValueLink,
};
use model::head::{Classes, DecisionRule, Head};

impl Mixed {
    /// Weights, two labels; all kinds of columns, those of numbers standard, an isotonic calibration
    /// and a threshold.
    pub fn linear() -> Mixed {
        let missing_counts = NumberSettings {
            marks_missing: true,
            ..STANDARD
        };
        let start = Scaling {
            mean: 20_000.0,
            scale: 365.25,
            fill: 20_100.5,
            ..SCALING
        };
        let colours = [("red", 1.0), ("", 1.0), ("1043", 1.0), ("déjà vu", 1.0)];
        let columns = vec![
            column("note", WORDS, &[("urgent", 1.5), ("thanks", 2.0)]).into(),
            ColumnPart::Number(number("income", missing_counts)),
            ColumnPart::Category(category("colour", CategoryEncoding::OneHot, &colours)),
            ColumnPart::Boolean(NumberColumn {
                optional: true,
                ..number("member", STANDARD)
            }),
            ColumnPart::Timestamp(time("start", start, true)),
        ];
        let weight = |i: u32| (i * 7 % 11) as f32 / 8.0 - 0.5;
        Mixed {
            version: "1",
            estimator: Estimator::LinearSvc,
            columns,
            kernel: KernelParts::Weights((0..2 + 2 + 4 + 1 + 44).map(weight).collect()),
            intercepts: vec![-0.25],
            head: Head::Classes(Classes {
                calibration: Calibration::Isotonic {
                    scores: vec![-2.0, -0.5, 0.0, 0.0, 2.5],
                    probabilities: vec![0.0625, 0.125, 0.25, 0.4, 0.9],
                },
                rule: DecisionRule::Threshold(0.3),
                ..classes(Link::Sigmoid, &["no", "yes"])
            }),
            baseline: None,
            golden: strings(&[
                r#"{"note": "urgent", "income": -1.5, "colour": "red", "member": true, "start": "2/1/2025 8:30"}"#,
                r#"{"note": "", "income": null, "colour": null, "start": ""}"#,
                r#"{"note": "Thanks!", "income": " 3e2 ", "colour": 1043.0, "member": "No", "start": "2024-02-29T23:59:60.5+05:30"}"#,
                r#"{"note": "x", "income": "NA", "colour": " déjà vu ", "member": 0, "start": "1969-12-31 12:00 Z"}"#,
                r#"{"note": "urgent, urgent", "income": 250000, "colour": "blue", "member": null, "start": null}"#,
            ]),
        }
    }

    /// A forest of three labels; all kinds of columns, as they are, categories ordered, an affine
    /// calibration.
    pub fn forest() -> Mixed {
        let cities = [("Ulm", 0.75), ("Bonn", -1.5), ("", 0.25), ("true", 3.0)];
        let mut city = category("city", CategoryEncoding::Ordered, &cities);
        city.optional = true;
        let mut age = raw("age");
        age.optional = true;
        let columns = vec![
            ColumnPart::Category(city),                                   // feature 0
            ColumnPart::Number(age),                                      // 1
            ColumnPart::Boolean(raw("member")),                           // 2
            ColumnPart::Timestamp(raw_time("seen")),                      // 3 to 9
            column("note", WORDS, &[("late", 1.0), ("fee", 0.5)]).into(), // 10, 11
        ];
        let first = vec![
            inner_missing_left(0, 0.5, 4),
            inner(1, 41.5, 3),
            leaf_row(0),
            leaf_row(1),
            inner(10, 0.0, 6),
            leaf_row(2),
            leaf_row(3),
        ];
        let second = vec![
            inner(7, 11.75, 2), // the hour
            leaf_row(4),
            inner_missing_left(2, 0.5, 4),
            leaf_row(1),
            inner(5, 15.0, 6), // the day
            leaf_row(2),
            leaf_row(0),
        ];
        let third = vec![leaf_row(4)];
        #[rustfmt::skip]
        let leaves = [
            1.0, 0.0, 0.0,
            0.25, 0.5, 0.25,
            0.0, 0.0, 1.0,
            0.0, 0.9, 0.1,
            0.2, 0.3, 0.5,
        ];
        Mixed {
            version: "1",
            estimator: Estimator::RandomForest,
            columns,
            kernel: KernelParts::Trees(trees(
                &[
                    (ALL_OUTPUTS, first),
                    (ALL_OUTPUTS, second),
                    (ALL_OUTPUTS, third),
                ],
                &leaves,
            )),
            intercepts: vec![0.0; 3],
            head: Head::Classes(Classes {
                calibration: Calibration::Affine {
                    scale: 1.25,
                    shifts: vec![0.5, -0.25, 0.0],
                },
                ..classes(Link::Share, &["gold", "silver", "none"])
            }),
            baseline: None,
            golden: strings(&[
                r#"{"city": "Bonn", "age": 40, "member": true, "seen": "2025-06-15", "note": "late"}"#,
                r#"{"member": "y", "seen": "6/16/2025 11:45:00.1", "note": ""}"#,
                r#"{"city": true, "age": "41.6", "member": null, "seen": "2025-06-16 18:00", "note": "Late fee"}"#,
                r#"{"city": "Rome", "age": " nan", "member": "F", "seen": "NULL", "note": "fee"}"#,
            ]),
        }
    }

    /// The forest, with what its inner nodes answer on average.
    pub fn explained() -> Mixed {
        let mut draft = Mixed::forest();
        let parts = draft.trees();
        let LeafParts::Dense(leaves) = &mut parts.leaves else {
            panic!("the forest has dense leaves");
        };
        #[rustfmt::skip]
        leaves.extend([
            0.40625, 0.175, 0.41875, // row 5: of the first tree's rows, as many go left as right
            0.8125, 0.125, 0.0625,   // on the left, three in four go left again
            0.0, 0.225, 0.775,       // and on the right
            0.2875, 0.275, 0.4375,   // in the second tree, half of them everywhere
            0.375, 0.25, 0.375,
            0.5, 0.0, 0.5,
        ]);
        parts.means = Some((5..=10).map(NodeMean::of_row).collect());
        draft
    }

    /// The forest with means, its leaves without their zeros.
    pub fn sparse() -> Mixed {
        let mut draft = Mixed::explained();
        *draft.trees() = sparse(draft.trees(), 3);
        draft
    }

    /// Boosting of a number, with what its inner nodes answer on average.
    pub fn explained_boosting() -> Mixed {
        let mut draft = Mixed::boosting();
        let means = [0.025f32, 1.3, 1.65, 7.5];
        draft.trees().means = Some(means.map(NodeMean::of_value).to_vec());
        draft
    }

    /// Boosting of a number whose thresholds and leaves are not `f32`: seconds since 1970, and the days
    /// of a timestamp with their fraction.
    pub fn wide() -> Mixed {
        let columns = vec![
            ColumnPart::Number(raw("sold")),          // feature 0
            ColumnPart::Timestamp(raw_time("built")), // 1 to 7
        ];
        let node = |threshold: f64, feature: u32, right: u32| Node64 {
            threshold: threshold.into(),
            feature: feature.into(),
            right: right.into(),
        };
        let mut parts = trees(&[(0, vec![leaf(0.0); 5]), (0, vec![leaf(0.0); 3])], &[]);
        parts.nodes = NodeParts::F64(vec![
            node(1_751_328_000.5, MISSING_LEFT, 4),
            node(1_751_327_990.25, 0, 3),
            node(0.1, LEAF, 0),
            node(-0.7, LEAF, 0),
            node(1e-9, LEAF, 0),
            node(20_270.000_017, 7, 2), // a second and a half of 1 July 2025
            node(3.000_000_01, LEAF, 0),
            node(-2.5, LEAF, 0),
        ]);
        let means = [-0.25, -0.5, 0.5].map(NodeMean::of_value);
        parts.means = Some(means.to_vec());
        Mixed {
            columns,
            kernel: KernelParts::Trees(parts),
            golden: strings(&[
                r#"{"sold": 1751328000.5, "built": "2025-07-01 00:00:01"}"#,
                r#"{"sold": 1751328000.5000002, "built": "2025-07-01T00:00:02"}"#,
                r#"{"sold": 1751327990, "built": "2025-06-30"}"#,
                r#"{"sold": null, "built": null}"#,
            ]),
            ..Mixed::boosting()
        }
    }

    /// Boosting of a number, over a number, categories that have a feature each, and a timestamp.
    pub fn boosting() -> Mixed {
        let kinds = [("flat", 1.0), ("house", 1.0)];
        let columns = vec![
            ColumnPart::Number(raw("rooms")), // feature 0
            ColumnPart::Category(category("kind", CategoryEncoding::OneHot, &kinds)), // 1, 2
            ColumnPart::Timestamp(raw_time("built")), // 3 to 9
        ];
        let first = vec![
            inner(0, 3.0, 2),
            leaf(-1.25),
            inner_missing_left(9, -3650.5, 4), // days
            leaf(0.1),
            leaf(2.5),
        ];
        let second = vec![
            inner(2, 0.5, 2),
            leaf(-0.3),
            inner(6, 4.0, 4),
            leaf(7.0),
            leaf(8.0),
        ];
        Mixed {
            version: "1",
            estimator: Estimator::GradientBoosting,
            columns,
            kernel: KernelParts::Trees(trees(&[(0, first), (0, second)], &[])),
            intercepts: vec![100.1],
            head: Head::Value(ValueLink::Identity),
            baseline: None,
            golden: strings(&[
                r#"{"rooms": 3, "kind": "flat", "built": "1960-01-02T00:00"}"#,
                r#"{"rooms": 3.5, "kind": "house", "built": "1960-01-04"}"#,
                r#"{"rooms": null, "kind": "", "built": null}"#,
                r#"{"rooms": 1e9, "kind": " house", "built": "9999-12-31 23:59:59.999999999"}"#,
            ]),
        }
    }

    /// The model of weights, with what its live traffic is compared with.
    pub fn watched() -> Mixed {
        let of = |statistic, column, bins| DistributionPart {
            statistic,
            column,
            bins,
        };
        let numbers = |numbers: &[f64]| BinParts::of_numbers(numbers.iter().copied());
        let names = |names: &[(&'static str, u32)]| BinParts::of_names(names.iter().copied());
        let distributions = vec![
            of(Statistic::NumChars, Some(0), numbers(&[3.0, 80.0, 12.0])),
            of(Statistic::NumTokens, Some(0), numbers(&[1.0, 9.0, 2.0])),
            of(Statistic::OovRatio, Some(0), numbers(&[0.0, 0.5, 0.0])),
            of(
                Statistic::Value,
                Some(1),
                numbers(&[-0.5, 3.0, 3.0, f64::NAN, 1e300, 2.5]),
            ),
            of(
                Statistic::Category,
                Some(2),
                names(&[("déjà vu", 2), ("", 1), ("red", 7), ("1043", 2)]),
            ),
            of(Statistic::Value, Some(3), numbers(&[0.0, 1.0, 1.0, 0.0])),
            of(Statistic::Value, Some(4), BinParts::of_presence(2, 1)),
            of(Statistic::Confidence, None, numbers(&[0.9375, 0.6, 0.75])),
            of(Statistic::Label, None, names(&[("no", 2), ("yes", 1)])),
        ];
        Mixed {
            baseline: Some(BaselineParts {
                rows: 12,
                distributions,
            }),
            ..Mixed::linear()
        }
    }
}
