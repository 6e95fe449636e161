use super::*;
use crate::dataset;
use crate::params::EstimatorChoice;
use crate::source::{TableFile, Tables};
use progress::{Silent, Step};
use std::sync::Mutex;

/// Keeps the notes of a training.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Progress for Notes {
    fn step(&self, name: &'static str, length: u64) -> Box<dyn Step> {
        Silent.step(name, length)
    }

    fn note(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_string());
    }
}

/// A table of two numbers and sixty labels, and the candidates for it.
fn training(params: &mut Params) -> (Dataset, Vec<Candidate>) {
    params.target = Some("label".into());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let row = |row: usize| format!("{}.5,{}.25,l{}\n", row * 7 % 613, row * 11 % 523, row % 60);
    let rows: String = (0..1_200).map(row).collect();
    std::fs::write(&path, format!("a,b,label\n{rows}")).unwrap();
    let file = TableFile(path);
    let tables = Tables {
        train: &file,
        test: None,
    };
    let read = dataset::read(params, tables, &Silent).unwrap();
    let kinds = Kinds::of(&read.table);
    let candidates = candidates::candidates(params, read.answers.task(), kinds).unwrap();
    (read, candidates)
}

#[test]
fn the_greatest_candidates_are_left_out_until_the_others_fit() {
    let mut params = Params::default();
    let (read, all) = training(&mut params);
    let count = all.len();
    let is_linear = |of: &&Candidate| !of.estimator.is_of_trees();
    let linear: Vec<Candidate> = all.iter().filter(is_linear).cloned().collect();
    let mut training = Training::new(&read, params.search.folds);
    training.set_search(true);
    let (enough, whole) = (training.more(&linear), training.more(&all));
    assert!(2 * enough < whole, "{enough} {whole}");
    for (free, expected) in [
        (None, count),
        (Some(whole), count),
        (Some(enough), linear.len()),
    ] {
        let notes = Notes::default();
        let kept = within(free, &params, &read, all.clone(), &notes).unwrap();
        assert_eq!(kept.len(), expected);
        let notes = notes.0.into_inner().unwrap();
        assert_eq!(notes.len(), count - expected, "{notes:?}");
        assert!(
            notes
                .iter()
                .all(|note| note.contains("is left out: the search takes more"))
        );
        let trees = kept.iter().filter(|of| of.estimator.is_of_trees());
        assert_eq!(trees.count(), expected - linear.len());
    }
}

#[test]
fn a_named_estimator_that_does_not_fit_is_refused_with_what_would_help() {
    let mut params = Params {
        estimator: EstimatorChoice::One(Estimator::RandomForest),
        ..Params::default()
    };
    let (read, candidates) = training(&mut params);
    let refused = within(Some(1 << 20), &params, &read, candidates, &Silent);
    let sentence = refused.unwrap_err().to_string();
    for part in [
        "random_forest takes up to ",
        "for these 960 rows, and 0.0 GB are free",
        "--set random_forest.min_samples_leaf=20",
        "merge some of the 60 labels",
        "choose a linear estimator",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn an_estimate_beyond_every_number_is_the_greatest() {
    let mut params = Params {
        estimator: EstimatorChoice::One(Estimator::RandomForest),
        ..Params::default()
    };
    let trees = u64::MAX.into();
    params.set("random_forest", "n_estimators", &trees).unwrap();
    let (read, candidates) = training(&mut params);
    let bytes = Training::new(&read, params.search.folds).peak(&candidates);
    assert_eq!(bytes, u64::MAX);
    let refused = within(Some(1 << 40), &params, &read, candidates, &Silent);
    assert!(refused.is_err());
}

#[test]
fn bins_that_take_more_than_there_is_are_refused() {
    check(1 << 20, 10, 10).unwrap();
    let refused = check(u64::MAX, 3000, 200_000);
    if free().is_some() {
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("--max-features"), "{told}");
    }
}

#[test]
fn a_block_is_at_least_a_feature_and_at_most_a_gigabyte() {
    assert_eq!((block(0), block(usize::MAX)), (BLOCK, 1));
    assert_eq!(of_bins(1 << 20, 1 << 10), (1 << 30) + (1 << 30));
}
