//! Calibrations with known answers.

use super::*;
use model::calibration::{Calibration, probabilities, softmax};
use model::format::Link;
use model::random::Random;

fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / f64::from(1 << 30)
}

/// Scores from -4 to 4, and classes drawn by the sigmoid of them.
fn logistic(rows: usize, factor: f64, shift: f64) -> (Vec<f64>, Vec<u32>) {
    let mut random = Random::new(5);
    let row = |_| {
        let z = 8.0 * uniform(&mut random) - 4.0;
        let truth = uniform(&mut random) < 1.0 / (1.0 + libm::exp(-z));
        ((z - shift) / factor, u32::from(truth))
    };
    (0..rows).map(row).unzip()
}

#[test]
fn platt_finds_the_scale_and_shift_that_scores_were_made_with() {
    let (scores, codes) = logistic(20_000, 3.0, -1.0);
    let rows: Vec<(f64, bool)> = scores
        .iter()
        .zip(&codes)
        .map(|(s, c)| (*s, *c == 1))
        .collect();
    let Some(Calibration::Affine { scale, shifts }) = platt::fit(&rows) else {
        panic!("platt gives scale and shift");
    };
    assert!(
        (scale - 3.0).abs() < 0.1 && (shifts[0] + 1.0).abs() < 0.1,
        "{scale} {shifts:?}"
    );
}

#[test]
fn platt_stays_finite_for_classes_apart_and_refuses_scores_that_say_the_opposite() {
    let apart: Vec<(f64, bool)> = (0..10).map(|at| (f64::from(at), at >= 5)).collect();
    assert!(matches!(platt::fit(&apart), Some(Calibration::Affine { scale, .. }) if scale < 20.0));
    let opposite: Vec<(f64, bool)> = apart.iter().map(|(s, t)| (-s, *t)).collect();
    assert_eq!(platt::fit(&opposite), None);
}

#[test]
fn violators_are_pooled_as_worked_out_by_hand() {
    // 0 | 1 0 | 1 at 1, 2, 3, 4: the middle two share 1/2; the ends are 1/6 off 0 and 1.
    let rows = vec![(3.0, false), (1.0, false), (2.0, true), (4.0, true)];
    let Some(Calibration::Isotonic {
        scores,
        probabilities,
    }) = isotonic::fit(rows)
    else {
        panic!("isotonic gives knots");
    };
    assert_eq!(scores, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(probabilities, [1.0 / 6.0, 0.5, 0.5, 5.0 / 6.0]);
}

#[test]
fn isotonic_knots_are_few_and_ascend() {
    let mut random = Random::new(1);
    // Every pair ascends in its mean, so that nothing is pooled.
    let rows = (0..600_000).map(|at| {
        let score = f64::from(at / 1000);
        (score, uniform(&mut random) < score / 600.0)
    });
    let Some(Calibration::Isotonic {
        scores,
        probabilities,
    }) = isotonic::fit(rows.collect())
    else {
        panic!("isotonic gives knots");
    };
    assert!(scores.len() <= 200 && scores[0] == 0.0 && scores[scores.len() - 1] == 599.0);
    assert!(scores.is_sorted_by(|a, b| a < b) && probabilities.is_sorted());
    assert!(probabilities.iter().all(|p| *p > 0.0 && *p < 1.0));
}

/// Three scores a row, and classes drawn by the softmax of `scale` times them.
fn softmax_rows(rows: usize, scale: f64) -> (Vec<f64>, Vec<u32>) {
    let mut random = Random::new(9);
    let (mut scores, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let row: Vec<f64> = (0..3).map(|_| 20.0 * uniform(&mut random)).collect();
        let mut probabilities: Vec<f64> = row.iter().map(|score| score * scale).collect();
        softmax(&mut probabilities);
        let drawn = uniform(&mut random);
        let ends = probabilities.iter().scan(0.0, |sum, p| {
            *sum += p;
            Some(*sum)
        });
        codes.push(ends.take(2).filter(|end| drawn > *end).count() as u32);
        scores.extend(row);
    }
    (scores, codes)
}

#[test]
fn temperature_cools_scores_that_are_too_sure() {
    let (scores, codes) = softmax_rows(10_000, 0.2);
    let chosen = choose(&scores, &codes, 3, false, 0);
    let Calibration::Affine { scale, shifts } = &chosen.calibration else {
        panic!("temperature is chosen");
    };
    assert!((scale - 0.2).abs() < 0.01 && *shifts == [0.0; 3], "{scale}");
    assert_eq!(chosen.method, "temperature");
    assert!(chosen.log_loss_after < 0.5 * chosen.log_loss_before);
    assert!(chosen.ece_before > 0.2 && chosen.ece_after < 0.02);
}

#[test]
fn scores_that_need_nothing_get_nothing() {
    let (scores, codes) = logistic(5000, 1.0, 0.0);
    assert_eq!(
        choose(&scores, &codes, 2, false, 0).calibration,
        Calibration::None
    );
    let (scores, codes) = softmax_rows(5000, 1.0);
    assert_eq!(choose(&scores, &codes, 3, false, 0).method, "none");
}

#[test]
fn a_bent_score_gets_isotonic_and_a_straight_one_platt() {
    let (scores, codes) = logistic(20_000, 3.0, -1.0);
    assert_eq!(choose(&scores, &codes, 2, false, 0).method, "platt");
    // No sigmoid of the score fits: its probability has two steps.
    let mut random = Random::new(2);
    let row = |_| {
        let score = 2.0 * uniform(&mut random) - 1.0;
        let p = if score < -0.8 {
            0.02
        } else if score < 0.8 {
            0.5
        } else {
            0.98
        };
        (score, u32::from(uniform(&mut random) < p))
    };
    let (scores, codes): (Vec<f64>, Vec<u32>) = (0..5000).map(row).unzip();
    assert_eq!(choose(&scores, &codes, 2, false, 0).method, "isotonic");
    assert_ne!(
        choose(&scores[..900], &codes[..900], 2, false, 0).method,
        "isotonic"
    );
}

#[test]
fn the_winner_never_changes_under_temperature() {
    let (scores, codes) = softmax_rows(200, 0.05);
    let calibration = temperature::fit(&scores, &codes, 3).unwrap();
    for row in scores.chunks(3) {
        let before = probabilities(Link::Softmax, &Calibration::None, row.to_vec());
        let after = probabilities(Link::Softmax, &calibration, row.to_vec());
        assert_eq!(winner(&before).0, winner(&after).0);
    }
}

#[test]
fn too_little_to_go_by_is_left_alone() {
    assert_eq!(choose(&[], &[], 2, false, 0).method, "none");
    assert_eq!(choose(&[0.3], &[1], 2, false, 0).method, "none");
    assert_eq!(
        choose(&[0.0; 12], &[0, 1, 2, 0], 3, false, 0).method,
        "none"
    );
    assert_eq!(choose(&[1.0; 4], &[0, 1, 0, 1], 2, false, 0).method, "none");
}

#[test]
fn ece_is_the_mean_gap_of_bins() {
    // One bin of 0.75 with half right, one of 1.0 all right: 2/3 of 0.25.
    let ece = ece(&[0.75, 0.75, 1.0], &[true, false, true], 10);
    assert!((ece - 0.5 / 3.0).abs() < 1e-15);
    assert_eq!(super::ece(&[], &[], 10), 0.0);
}
