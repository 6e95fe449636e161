use super::baseline;
use crate::assessment;
use crate::params::Params;
use crate::pipeline::{Answering, Identity, Pipeline};
use crate::table::Data;
use crate::testing::{ROWS, classes, table};
use model::Model;
use model::format::Estimator;

/// The name of a distribution, its rows, and the name and share of each bin.
type Read = (String, u64, Vec<(String, f64)>);

fn trained() -> Vec<Read> {
    let mut table = table();
    let (labels, target) = classes(&table, 3);
    let (training, unseen): (Vec<usize>, Vec<usize>) = (0..ROWS).partition(|row| row % 3 > 0);
    // Words that only rows have which are not trained on.
    if let Data::Text(notes) = &mut table.columns[0].data {
        for row in unseen.iter().filter(|row| *row % 2 == 0) {
            notes[*row] = "unheard of".into();
        }
    }
    let params = Params::default();
    let estimator = Estimator::LogisticRegression;
    let target = target.pick(&training);
    let pipeline = Pipeline::fit(estimator, &params, &table, &training, &target).unwrap();
    let file = |identity| {
        pipeline
            .file(&labels, &Answering::default(), identity)
            .unwrap()
    };
    let bytes = file(Identity::default());
    let model = Model::open(&bytes).unwrap();
    let predictions = assessment::ask(&model, &table, &unseen).unwrap();
    let parts = baseline(&model, (&table, &training), (&table, &unseen), &predictions);
    assert_eq!(parts.rows, 200);
    let bytes = file(Identity {
        baseline: Some(&parts),
        ..Identity::default()
    });
    let model = Model::open(&bytes).unwrap();
    let baseline = model.baseline().unwrap();
    let distributions = baseline.distributions.iter().map(|of| {
        let shares = of.shares().enumerate();
        let bins = shares.map(|(bin, share)| (of.bin_name(bin), share));
        (of.name(&model.columns), of.rows(), bins.collect())
    });
    distributions.collect()
}

#[test]
fn each_column_and_answer_has_what_it_is_compared_with() {
    let trained = trained();
    let names: Vec<(&str, u64)> = trained
        .iter()
        .map(|(name, rows, _)| (name.as_str(), *rows))
        .collect();
    let expected = [
        ("note.num_chars", 100),
        ("note.num_tokens", 100),
        ("note.oov_ratio", 100),
        ("income", 200),
        ("member", 200),
        ("color", 200),
        ("seen", 200),
        ("prediction.confidence", 100),
        ("prediction.label", 100),
    ];
    assert_eq!(names, expected);
    let of = |name: &str| &trained.iter().find(|(other, ..)| other == name).unwrap().2;
    // Half of the rows that were not trained on have no word that is known.
    let oov = of("note.oov_ratio");
    assert_eq!((oov[0].0.as_str(), oov[1].0.as_str()), ("<= 0", "> 0"));
    assert_eq!(oov[1].1, 0.5);
    // Deciles of the training rows, of which 16 in 200 lack the number.
    let income = of("income");
    assert_eq!(income.len(), 11);
    let missing = (0..ROWS).filter(|row| row % 3 > 0 && row % 13 == 0).count();
    assert_eq!(income[10], ("missing".into(), missing as f64 / 200.0));
    assert!(
        income[..10]
            .iter()
            .all(|(_, share)| (0.07..0.12).contains(share)),
        "{income:?}"
    );
    let color: Vec<&str> = of("color").iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(color.len(), 5);
    assert_eq!(color[3..], ["other", "missing"]);
    let seen = of("seen");
    let missing = (0..ROWS).filter(|row| row % 3 > 0 && row % 7 == 0).count();
    assert_eq!(seen[1], ("missing".into(), missing as f64 / 200.0));
    assert_eq!(seen.len(), 2);
}
