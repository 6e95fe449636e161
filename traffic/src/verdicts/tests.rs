use super::*;
use crate::advice::step;
use crate::drift::NewValue;
use crate::report::tests_support::report;

fn judged(name: &str, verdict: Verdict, bins: &[(&str, f64, f64)], missing: (f64, f64)) -> Judged {
    let bin = |(name, reference, live): &(&str, f64, f64)| Bin {
        name: name.to_string(),
        reference: *reference,
        live: *live,
    };
    Judged {
        name: name.into(),
        psi: 0.3,
        jensen_shannon: 0.2,
        p_value: 0.0,
        kolmogorov_p_value: None,
        verdict,
        rows: 1_000,
        reference_rows: 4_000,
        mean: None,
        reference_mean: None,
        bins: bins.iter().map(bin).collect(),
        missing: bin(&("missing", missing.0, missing.1)),
        new_values: Vec::new(),
    }
}

#[test]
fn each_kind_of_change_has_its_sentence() {
    let mut depot = judged(
        "depot",
        Verdict::Major,
        &[("north", 0.5, 0.3), ("other", 0.0, 0.4)],
        (0.0, 0.0),
    );
    assert_eq!(depot.sentence(), "other 40.0 %, 0.0 % before");
    depot.new_values.push(NewValue {
        value: "west".into(),
        rows: 400,
        share: 0.4,
    });
    assert_eq!(depot.sentence(), "40.0 % new value \"west\"");
    let gone = judged(
        "discount",
        Verdict::Major,
        &[("<= 3", 0.5, 0.0)],
        (0.1, 1.0),
    );
    assert_eq!(gone.sentence(), "100.0 % missing, 10.0 % before");
    let weight = Judged {
        mean: Some(22.1),
        reference_mean: Some(10.0),
        ..judged("weight", Verdict::Major, &[("<= 3", 0.5, 0.0)], (0.0, 0.0))
    };
    assert_eq!(weight.sentence(), "mean 22.1, 10 before");
    assert!(step(&weight).unwrap().contains("pounds for kilograms"));
    let edge = judged(
        "weight",
        Verdict::Major,
        &[("> 0.9701970946915982", 0.1, 0.3)],
        (0.0, 0.0),
    );
    assert_eq!(edge.sentence(), "> 0.9702 30.0 %, 10.0 % before");
    let stable = judged("plan", Verdict::Stable, &[("gold", 0.5, 0.52)], (0.0, 0.0));
    assert_eq!(stable.sentence(), "\"gold\" 52.0 %, 50.0 % before");
}

#[test]
fn a_headline_says_what_moved_and_what_did_not() {
    let figure = |value: f64| Figure {
        value,
        interval: Some([value - 0.01, value + 0.01]),
        rows: 1_000,
    };
    let mut report = report();
    report.quality.at_training = Some(figure(0.938));
    report.quality.estimated = Some(figure(0.936));
    assert_eq!(
        report.headline(),
        "No drift found; accuracy is as expected: 93.6 % estimated, 93.8 % at training."
    );
    report.distributions = vec![
        judged("depot", Verdict::Major, &[("north", 0.5, 0.3)], (0.0, 0.0)),
        judged("hour", Verdict::Stable, &[("<= 3", 0.5, 0.5)], (0.0, 0.0)),
        judged(
            "prediction.label",
            Verdict::Stable,
            &[("late", 0.5, 0.5)],
            (0.0, 0.0),
        ),
    ];
    (report.seen.requests.total, report.seen.requests.rejected) = (2_000, 103);
    assert_eq!(
        report.headline(),
        "1 of 2 input distributions moved; accuracy has not: 93.6 % estimated, 93.8 % at training. 5.1 % of requests \
         rejected."
    );
    report.quality.estimated = Some(figure(0.8));
    assert!(
        report
            .headline()
            .contains("moved, and accuracy differs: 80.0 % estimated")
    );
    assert!(report.advice().iter().any(|step| step.contains("--truth")));
    report.quality = Quality {
        name: "mean absolute error",
        at_training: Some(figure(2.0)),
        reference: None,
        estimated: None,
        with_truth: None,
        confusion: None,
        confusion_label: None,
    };
    assert!(
        report
            .headline()
            .starts_with("1 of 2 input distributions moved. 5.1 %")
    );
}

#[test]
fn a_report_says_that_times_are_not_compared() {
    let mut report = report();
    assert!(report.notes().is_empty());
    let all = [("any", 1.0, 1.0)];
    for name in ["ordered", "sent"] {
        let bins = judged(name, Verdict::Stable, &all, (0.0, 0.0));
        report.distributions.push(bins);
    }
    assert!(report.notes()[0].starts_with("ordered, sent: of times only"));
}
