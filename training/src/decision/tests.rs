use super::*;
use model::answer::Answer;
use proptest::prelude::*;

fn target(codes: Vec<u32>, count: usize) -> Target {
    Target::Classes { codes, count }
}

fn balanced(calibration: &str) -> Params {
    let json = format!(r#"{{"class_weight": "balanced", "calibration": "{calibration}"}}"#);
    serde_json::from_str(&json).unwrap()
}

/// The code that a model with these settings answers to decision scores.
fn answered(decided: &Decided, labels: &[&str], scores: &[f64]) -> usize {
    let link = if labels.len() == 2 {
        Link::Sigmoid
    } else {
        Link::Softmax
    };
    let answering = &decided.answering;
    let all = probabilities(link, &answering.calibration, scores.to_vec());
    let answer = Answer::of_labels(labels, all, &answering.rule);
    answer.labelled().unwrap().code()
}

/// Scores of a fit with balanced classes of two labels, of which 5 % of the rows have the second, and
/// the rows' labels. Scores are normally distributed in each label, so that `factor` times the score is
/// the logarithm of how much more likely it is under the second one.
fn rare(rows: usize, factor: f64) -> (Vec<f64>, Vec<u32>) {
    let mut random = model::random::Random::new(3);
    let mut uniform = || (random.below(1 << 20) as f64 + 0.5) / f64::from(1 << 20);
    let row = |_| {
        let is_second = uniform() < 0.05;
        let mean = if is_second { 1.0 } else { -1.0 };
        // Box and Muller, "A note on the generation of random normal deviates", 1958.
        let radius = libm::sqrt(-2.0 * libm::log(uniform()));
        let normal = radius * libm::cos(2.0 * std::f64::consts::PI * uniform());
        let score = mean + std::f64::consts::SQRT_2 * normal;
        (score / factor, u32::from(is_second))
    };
    (0..rows).map(row).unzip()
}

#[test]
fn a_balanced_fit_gets_the_true_shares_and_keeps_its_decisions() {
    // The correction alone fits the first; the second needs a factor, too.
    for (factor, method) in [(1.0, "prior"), (2.0, "platt")] {
        let (scores, codes) = rare(20_000, factor);
        let share = codes.iter().sum::<u32>() as f64 / codes.len() as f64;
        let target = target(codes, 2);
        for positive in [0, 1] {
            let decided =
                decide(&balanced("auto"), &target, Some(positive), Some(&scores)).unwrap();
            assert_eq!(decided.method, Some(method));
            let calibration = &decided.answering.calibration;
            let sum: f64 = scores
                .iter()
                .map(|score| of_two(calibration, *score)[1])
                .sum();
            let mean = sum / scores.len() as f64;
            assert!((mean - share).abs() < 0.01, "{mean} of {share}");
            // Where the balanced fit has even odds.
            let even = of_two(calibration, 0.0)[positive];
            assert!((decided.threshold.unwrap() - even).abs() < 1e-9);
            for score in [-1.9, -0.5, -0.01, 0.01, 0.5, 1.9] {
                let code = answered(&decided, &["stays", "churned"], &[score]);
                assert_eq!(code, usize::from(score > 0.0), "{score}");
            }
        }
    }
}

/// Four labels whose shares are far from equal, by scores that know nothing of that.
#[test]
fn of_more_labels_the_greatest_score_still_wins() {
    let mut random = model::random::Random::new(4);
    let mut uniform = || random.below(1 << 20) as f64 / f64::from(1 << 20);
    let priors = [0.02, 0.08, 0.3, 0.6];
    let (mut scores, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..8_000 {
        let row: Vec<f64> = (0..4).map(|_| 3.0 * uniform()).collect();
        let weighed: Vec<f64> = (row.iter().zip(priors))
            .map(|(score, prior)| prior * libm::exp(2.0 * score))
            .collect();
        let mut drawn = uniform() * weighed.iter().sum::<f64>();
        let code = weighed.iter().position(|part| {
            drawn -= part;
            drawn < 0.0
        });
        codes.push(code.unwrap_or(3) as u32);
        scores.extend(row);
    }
    let rows = codes.len();
    let shares: Vec<f64> = (0..4)
        .map(|code| codes.iter().filter(|of| **of == code).count() as f64 / rows as f64)
        .collect();
    let decided = decide(&balanced("auto"), &target(codes, 4), None, Some(&scores)).unwrap();
    assert_eq!(decided.method, Some("shifts"));
    let Calibration::Affine { scale, .. } = &decided.answering.calibration else {
        panic!("it is affine");
    };
    assert!((scale - 2.0).abs() < 0.1, "{scale}");
    let mut means = [0.0; 4];
    for row in scores.chunks(4) {
        let all = probabilities(Link::Softmax, &decided.answering.calibration, row.to_vec());
        means
            .iter_mut()
            .zip(all)
            .for_each(|(mean, p)| *mean += p / rows as f64);
        let greatest = (0..4).max_by(|a, b| row[*a].total_cmp(&row[*b]));
        assert_eq!(
            Some(answered(&decided, &["a", "b", "c", "d"], row)),
            greatest
        );
    }
    for (mean, share) in means.iter().zip(shares) {
        assert!((mean - share).abs() < 0.002, "{mean} of {share}");
    }
}

proptest! {
    /// Whatever is positive, a threshold is about its probability.
    #[test]
    fn a_threshold_is_about_the_positive_label(
        score in -6.0f64..6.0,
        value in 0.01f64..1.0,
        positive in 0usize..2,
    ) {
        let params = serde_json::from_str(&format!(r#"{{"threshold": {{"value": {value}}}}}"#));
        let codes = vec![0, 1];
        let decided = decide(&params.unwrap(), &target(codes, 2), Some(positive), None).unwrap();
        prop_assert_eq!(decided.threshold, Some(value));
        let probability = of_two(&Calibration::None, score)[positive];
        let is_answered = answered(&decided, &["a", "b"], &[score]) == positive;
        prop_assume!((probability - value).abs() > 1e-15);
        prop_assert_eq!(is_answered, probability >= value);
    }
}

#[test]
fn a_share_that_is_the_threshold_itself_is_enough() {
    let labels = ["a", "b"];
    for tenths in 1..10 {
        let value = f64::from(tenths) / 10.0;
        let answer = |positive: usize| {
            let second = match positive {
                1 => value,
                _ => 1.0 - value,
            };
            let all = vec![1.0 - second, second];
            let rule = DecisionRule::Threshold(of_second(positive, value));
            let answer = Answer::of_labels(&labels, all, &rule);
            answer.labelled().unwrap().code()
        };
        assert_eq!((answer(0), answer(1)), (0, 1), "{value}");
    }
}

#[test]
fn uncorrected_probabilities_keep_their_decisions() {
    let codes: Vec<u32> = (0..100).map(|row| u32::from(row >= 4)).collect();
    let scores: Vec<f64> = (0..100).map(f64::from).collect();
    let decided = decide(
        &balanced("never"),
        &target(codes, 2),
        Some(0),
        Some(&scores),
    )
    .unwrap();
    assert_eq!(decided.method, None);
    assert_eq!(decided.threshold, None);
    assert_eq!(decided.answering.calibration, Calibration::None);
}
