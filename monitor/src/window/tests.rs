use super::*;
use model::Model;
use proptest::prelude::*;
use std::path::Path;

/// A small model with a baseline: three of a text, `income`, `colour`, `member`, `start`, and two
/// of the answers.
fn model() -> Model<'static> {
    let kept = "../model/tests/files/baseline-1.hearth";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
    model::source::open_path(&path).unwrap()
}

const INCOME: usize = 3;
const COLOUR: usize = 4;

#[test]
fn values_are_counted_in_their_bins() {
    let model = model();
    let mut window = Window::new(&model.baseline().unwrap());
    assert_eq!((window.rows(), window.mean(INCOME)), (0, None));
    assert_eq!(window.missing_ratio(INCOME), None);
    for value in [1.0, 3.0, f64::NAN, f64::INFINITY] {
        window.add_number(INCOME, value);
    }
    window.add_cell(INCOME, &Cell::Number(5.0));
    assert_eq!(window.counts(INCOME), [0, 1, 1, 2, 1]);
    assert_eq!(window.mean(INCOME), Some(3.0));
    assert_eq!(window.missing_ratio(INCOME), Some(0.2));
    assert_eq!(window.other_ratio(INCOME), None);
    for name in ["red", "green", ""] {
        window.add_name(COLOUR, name);
    }
    window.add_cell(COLOUR, &Cell::Category("blue".into()));
    assert_eq!(window.other_ratio(COLOUR), Some(0.5));
    assert_eq!((window.rows(), window.rows_of(COLOUR)), (5, 4));
    window.add_number(99, 1.0);
    window.add_name(99, "red");
    assert_eq!((window.psi(99), window.counts(99).len()), (0.0, 0));
    window.reset();
    assert_eq!((window.rows(), window.mean(INCOME)), (0, None));
}

#[test]
fn what_has_moved_is_told_from_what_has_not() {
    let model = model();
    let mut window = Window::new(&model.baseline().unwrap());
    for row in 0..600 {
        window.add_number(INCOME, [-1.0, 0.0, 3.0, 2.9, 4.0, f64::NAN][row % 6]);
        window.add_name(COLOUR, "1043");
    }
    assert_eq!(window.psi(INCOME), 0.0);
    assert!(window.psi(COLOUR) > shift::MAJOR);
}

proptest! {
    #[test]
    fn windows_merge_in_any_order(
        parts in prop::collection::vec(prop::collection::vec((0usize..9, -9i32..9), 0..30), 3),
    ) {
        let model = model();
        let baseline = model.baseline().unwrap();
        let windows: Vec<Window<'_>> = parts.iter().map(|part| {
            let mut window = Window::new(&baseline);
            for (index, value) in part {
                match window.distributions()[*index].statistic.is_of_names() {
                    true => window.add_name(*index, ["", "red", "x"][*value as usize % 3]),
                    false => window.add_number(*index, f64::from(*value)),
                }
            }
            window
        }).collect();
        let merged = |order: [usize; 3]| {
            let mut all = windows[order[0]].clone();
            all.merge(&windows[order[1]]);
            all.merge(&windows[order[2]]);
            all
        };
        let left = merged([0, 1, 2]);
        let mut rest = windows[1].clone();
        rest.merge(&windows[2]);
        let mut right = windows[0].clone();
        right.merge(&rest);
        for other in [right, merged([2, 0, 1])] {
            for index in 0..left.distributions().len() {
                prop_assert_eq!(left.counts(index), other.counts(index));
                // Sums of whole numbers are exact.
                prop_assert_eq!(left.mean(index), other.mean(index));
            }
        }
        let rows: u64 = windows.iter().map(|window| window.rows_of(INCOME)).sum();
        prop_assert_eq!(left.rows_of(INCOME), rows);
    }
}
