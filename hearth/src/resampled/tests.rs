use super::*;
use model::card::Metrics;
use training::evaluation::{Classes, Values, classification, regression};

/// Labels with probabilities of which `wrong` in ten rows are on the wrong side.
fn classes(labels: usize, rows: usize, wrong: usize) -> (Predictions, Metrics) {
    let mut random = Random::new(7);
    let (mut truth, mut answer, mut probabilities) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let own = random.below(labels);
        let is_wrong = row % 10 < wrong;
        let answered = (own + usize::from(is_wrong)) % labels;
        // Shares in tenths, so that many are equal.
        let most = 0.5 + random.below(5) as f64 / 10.0;
        truth.push(Some(own as u32));
        answer.push(answered as u32);
        let share = |label| match label == answered {
            true => most,
            false => (1.0 - most) / (labels - 1) as f64,
        };
        probabilities.extend((0..labels).map(share));
    }
    let names: Vec<String> = (0..labels).map(|label| label.to_string()).collect();
    let classes = Classes {
        truth,
        answer,
        probabilities,
        uncalibrated: None,
    };
    let metrics = classification(&names, Some(1), &[0, 1], &classes);
    (
        Predictions::Classes(classes),
        Metrics::Classification(metrics),
    )
}

fn values(off: f64) -> (Predictions, Metrics) {
    let truth: Vec<f64> = (0..200).map(f64::from).collect();
    let answer = truth.iter().map(|truth| truth + off * (truth * 0.7).sin());
    let values = Values {
        answer: answer.collect(),
        truth,
    };
    let metrics = regression(&[0.0, 100.0], &values, 0);
    (Predictions::Values(values), Metrics::Regression(metrics))
}

#[test]
fn weights_of_one_give_the_figures_of_training() {
    for (predictions, metrics) in [classes(2, 150, 3), classes(4, 150, 2), values(3.0)] {
        let weighted = Weighted::new((&predictions, &metrics)).unwrap();
        let figures = weighted.figures(&vec![1; weighted.rows()]);
        for (name, value) in weighted.names().iter().zip(figures) {
            let expected = Figure::named(name).unwrap().of(&metrics).unwrap();
            assert!((value.unwrap() - expected).abs() < 1e-12, "{name}");
        }
    }
}

#[test]
fn a_row_of_weight_two_counts_as_two_rows() {
    let (Predictions::Classes(mut of), metrics) = classes(3, 60, 3) else {
        unreachable!();
    };
    let twice = Predictions::Classes(of.clone());
    let mut weights = vec![1; 60];
    weights[7] = 2;
    let weighted = Weighted::new((&twice, &metrics)).unwrap().figures(&weights);
    of.truth.push(of.truth[7]);
    of.answer.push(of.answer[7]);
    of.probabilities.extend_from_within(21..24);
    let longer = Predictions::Classes(of);
    let longer = Weighted::new((&longer, &metrics)).unwrap();
    let all = longer.figures(&[1; 61]);
    for (one, other) in weighted.iter().zip(&all) {
        assert!((one.unwrap() - other.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn a_change_is_sure_where_its_interval_leaves_zero_out() {
    let (bad, good) = (classes(2, 400, 4), classes(2, 400, 1));
    let changes = |a: &(Predictions, Metrics), b: &(Predictions, Metrics)| {
        changes((&a.0, &a.1), (&b.0, &b.1))
    };
    let better = changes(&bad, &good);
    assert_eq!(better.len(), 9);
    for change in &better {
        assert_eq!(change.better, Some(true), "{change:?}");
        let [low, high] = change.interval;
        let difference = change.second - change.first;
        assert!(low < difference && difference < high, "{change:?}");
    }
    assert!(
        changes(&good, &bad)
            .iter()
            .all(|one| one.better == Some(false))
    );
    for same in changes(&good, &good) {
        assert_eq!((same.better, same.interval), (None, [0.0, 0.0]));
    }
    assert_eq!(changes(&bad, &good), better, "the seed is fixed");
    // Errors are better the smaller they are.
    let errors = changes(&values(5.0), &values(1.0));
    assert_eq!(errors.len(), 4);
    assert!(errors.iter().all(|one| one.better == Some(true)));
    // The same size in other rows is chance.
    let shown = table(&errors).lines(80);
    assert!(
        shown[1].render(true).contains("\u{1b}[32mbetter"),
        "{shown:?}"
    );
}

#[test]
fn few_rows_and_two_tasks_have_no_interval() {
    let (few, many) = (classes(2, 29, 4), classes(2, 40, 4));
    assert!(changes((&few.0, &few.1), (&few.0, &few.1)).is_empty());
    let numbers = values(1.0);
    assert!(changes((&many.0, &many.1), (&numbers.0, &numbers.1)).is_empty());
}

#[test]
fn figures_that_may_be_chance_have_no_verdict() {
    let of = |p: f64| {
        let classes = Classes {
            truth: (0..60).map(|row| Some(row % 2)).collect(),
            answer: (0..60).map(|row| row % 2).collect(),
            probabilities: (0..60)
                .flat_map(|row| match row % 2 {
                    0 => [p, 1.0 - p],
                    _ => [1.0 - p, p],
                })
                .collect(),
            uncalibrated: None,
        };
        let names = ["a".to_string(), "b".to_string()];
        let metrics = classification(&names, None, &[0, 1], &classes);
        (
            Predictions::Classes(classes),
            Metrics::Classification(metrics),
        )
    };
    let sure = |first: f64, second: f64| -> Vec<(&str, bool)> {
        let (first, second) = (of(first), of(second));
        let (first, second) = ((&first.0, &first.1), (&second.0, &second.1));
        let verdicts = verdicts(&changes(first, second), first, second);
        assert_eq!(verdicts["accuracy"], None);
        let sure = verdicts.into_iter();
        sure.filter_map(|(name, better)| Some((name, better?)))
            .collect()
    };
    assert_eq!(sure(0.6, 0.9), [("brier", true), ("log_loss", true)]);
    assert_eq!(sure(0.9, 0.6), [("brier", false), ("log_loss", false)]);
    assert!(sure(0.9, 0.9).is_empty());
}
