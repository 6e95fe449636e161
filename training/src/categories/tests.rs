use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

fn ranks(of: &[&str], codes: &[u32], target: &Target) -> Vec<(String, f32)> {
    by_target(&names(of), codes, target, &folds(codes.len(), 0)).categories
}

/// The correlation of two lists of numbers.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (a, b) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let product = |x: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(x).sum::<f64>();
    product(&|pair| (pair.0 - a) * (pair.1 - b))
        / (product(&|pair| (pair.0 - a).powi(2)) * product(&|pair| (pair.1 - b).powi(2))).sqrt()
}

/// `rows` rows of `categories` random categories.
fn random(rows: usize, categories: usize) -> (Vec<String>, Vec<u32>, Random) {
    let names = (0..categories).map(|code| format!("c{code}")).collect();
    let mut random = Random::new(3);
    let codes = (0..rows).map(|_| random.below(categories) as u32);
    (names, codes.collect(), random)
}

#[test]
fn categories_come_by_frequency_and_are_ranked_by_their_targets() {
    let codes: Vec<u32> = (0..60).map(|row| [0, 1, 1, 2, 2, 2][row % 6]).collect();
    let values = codes.iter().map(|code| [5.0, 1.0, 3.0][*code as usize]);
    let target = Target::Values(values.collect());
    let expected = [("c", 1.0), ("b", 0.0), ("a", 2.0)].map(|(n, r)| (n.to_string(), r));
    assert_eq!(ranks(&["a", "b", "c", "never"], &codes, &target), expected);
}

#[test]
fn codes_that_are_numbers_keep_their_order() {
    let codes: Vec<u32> = (0..30).map(|row| row % 3).collect();
    let target = Target::Values((0..30).map(|row| f64::from(row * 7 % 3)).collect());
    let ranked = by_target(&names(&["10", "9", "-1"]), &codes, &target, &folds(30, 0));
    let rank = |name: &str| ranked.categories.iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!([rank("-1"), rank("9"), rank("10")], [0.0, 1.0, 2.0]);
    assert!(ranked.cross_fitted.is_none());
}

#[test]
fn of_many_labels_categories_with_like_shares_lie_together() {
    // b and d are of label 0, a and c of labels 1 and 2.
    let codes: Vec<u32> = (0..400).map(|row| row % 4).collect();
    let labels = (0..400u32).map(|row| match row % 4 {
        1 | 3 => u32::from(row % 40 == 1),
        _ => 1 + row / 4 % 2,
    });
    let target = Target::Classes {
        codes: labels.collect(),
        count: 3,
    };
    let ranked = ranks(&["a", "b", "c", "d"], &codes, &target);
    let rank = |name: &str| ranked.iter().find(|(n, _)| n == name).unwrap().1;
    assert!((rank("a") - rank("c")).abs() <= 1.0);
    assert!((rank("b") - rank("d")).abs() <= 1.0);
    assert!((rank("a") - rank("b")).abs() >= 1.0);
}

/// The fault that cross-fitting is for: the mean of a rare category holds its own rows' targets.
#[test]
fn a_training_row_does_not_know_its_own_target() {
    let (names, codes, mut random) = random(3000, 600);
    let draw = |random: &mut Random, below| (0..3000).map(|_| random.below(below)).collect();
    let labels: Vec<usize> = draw(&mut random, 2);
    let three: Vec<usize> = draw(&mut random, 3);
    let classes = |labels: &[usize], count| Target::Classes {
        codes: labels.iter().map(|label| *label as u32).collect(),
        count,
    };
    let values: Vec<f64> = labels.iter().map(|label| 1e9 + *label as f64).collect();
    for (target, truth) in [
        (classes(&labels, 2), &labels),
        (Target::Values(values), &labels),
        (classes(&three, 3), &three),
    ] {
        let folds = folds(3000, 7);
        let ranks = by_target(&names, &codes, &target, &folds);
        let cross_fitted = ranks.cross_fitted.unwrap();
        let (mut of_file, mut of_fold) = (Vec::new(), Vec::new());
        let place: Vec<f64> = names
            .iter()
            .map(|name| ranks.categories.iter().find(|(n, _)| n == name))
            .map(|found| f64::from(found.map_or(f32::NAN, |(_, rank)| *rank)))
            .collect();
        // Of three labels, the one that is farthest along the order of the file.
        for (row, code) in codes.iter().enumerate() {
            let truth = f64::from(u8::from(truth[row] == 1));
            of_file.push((place[*code as usize], truth));
            let rank = cross_fitted.rank(folds[row], *code);
            if !rank.is_nan() {
                of_fold.push((f64::from(rank), truth));
            }
        }
        assert!(
            correlation(&of_file).abs() > 0.2,
            "{}",
            correlation(&of_file)
        );
        assert!(
            correlation(&of_fold).abs() < 0.06,
            "{}",
            correlation(&of_fold)
        );
        assert!(of_fold.len() > 2900);
    }
}

#[test]
fn a_category_that_says_much_has_nearly_its_own_rank_in_training() {
    let (names, codes, mut random) = random(4000, 40);
    let values = codes
        .iter()
        .map(|code| f64::from(*code) + random.below(100) as f64 / 100.0);
    let target = Target::Values(values.collect());
    let folds = folds(4000, 7);
    let ranks = by_target(&names, &codes, &target, &folds);
    let cross_fitted = ranks.cross_fitted.unwrap();
    for (code, name) in names.iter().enumerate() {
        let own = ranks.categories.iter().find(|(n, _)| n == name).unwrap().1;
        for fold in 0..5 {
            assert!((cross_fitted.rank(fold, code as u32) - own).abs() <= 1.0);
        }
    }
}

#[test]
fn a_category_that_no_other_fold_has_is_missing() {
    let names = names(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "once"]);
    let codes: Vec<u32> = (0..91)
        .map(|row| if row == 90 { 9 } else { row % 9 })
        .collect();
    let target = Target::Values((0..91).map(f64::from).collect());
    let folds = folds(91, 1);
    let ranks = by_target(&names, &codes, &target, &folds);
    let cross_fitted = ranks.cross_fitted.unwrap();
    assert!(cross_fitted.rank(folds[90], 9).is_nan());
    let other = (folds[90] + 1) % 5;
    assert!(cross_fitted.rank(other, 9) >= 0.0);
    assert!(ranks.categories.contains(&("once".into(), 9.0)));
}

/// Nothing but its rank tells two categories of the same mean apart.
#[test]
fn a_category_of_many_rows_or_of_a_few_keeps_its_own_rank() {
    let target = |rows: u32| Target::Values((0..rows).map(|row| f64::from(row * 7 % 5)).collect());
    let of_few: Vec<u32> = (0..30).map(|row| row % 3).collect();
    // One category of 200 rows amid ten of 20.
    let of_many: Vec<u32> = (0..400)
        .map(|row| if row % 2 == 0 { 0 } else { 1 + row / 2 % 10 })
        .collect();
    for (codes, of, kept) in [
        (of_few, &["a", "b", "c"][..], 3),
        (
            of_many,
            &["z", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
            1,
        ),
    ] {
        let rows = codes.len();
        let ranks = by_target(&names(of), &codes, &target(rows as u32), &folds(rows, 2));
        let cross_fitted = ranks.cross_fitted.unwrap();
        for code in 0..kept {
            let name = of[code as usize];
            let own = ranks.categories.iter().find(|(n, _)| n == name).unwrap().1;
            assert!((0..5).all(|fold| cross_fitted.rank(fold, code) == own));
        }
    }
}

#[test]
fn folds_are_of_one_size_and_drawn_by_the_seed() {
    let drawn = folds(103, 4);
    for fold in 0..5 {
        let rows = drawn.iter().filter(|other| **other == fold).count();
        assert!((20..=21).contains(&rows));
    }
    assert_eq!(drawn, folds(103, 4));
    assert_ne!(drawn, folds(103, 5));
    assert!(folds(0, 1).is_empty());
}
