//! `hearth train --set`: any parameter of an estimator on the command line, as in `params.yaml`.

use std::collections::BTreeMap;
use std::fs;

use support::example::root;
use support::hearth;
use support::tables::{numbers, refused, texts, write, yes_or_no};
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write(&folder, "table.csv", &yes_or_no(200, 2));
    write(&folder, "numbers.csv", &numbers(120));
    write(&folder, "texts.csv", &texts(60, 3));
    folder
}

const TRAIN: [&str; 6] = [
    "train",
    "--data",
    "table.csv",
    "--target",
    "answer",
    "--quiet",
];

/// The bytes of the model that these arguments train.
fn model(folder: &TempDir, arguments: &[&str]) -> Vec<u8> {
    hearth(folder, &[&TRAIN[..], arguments].concat()).success();
    fs::read(folder.path().join("model.hearth")).unwrap()
}

#[test]
fn what_is_set_gives_the_model_of_a_file_that_says_the_same() {
    let folder = folder();
    let yaml = "random_forest: {n_estimators: 7, max_features: 0.5, max_depth: 4}\n";
    write(&folder, "forest.yaml", yaml);
    let forest = ["--estimator", "random_forest"];
    let by_file = model(
        &folder,
        &[&forest[..], &["--params", "forest.yaml"]].concat(),
    );
    let by_set = [
        "--set",
        "random_forest.n_estimators=7",
        "--set",
        "random_forest.max_features=0.5",
        "--set",
        "random_forest.max_depth=4",
    ];
    assert_eq!(by_file, model(&folder, &[&forest[..], &by_set].concat()));
    assert_ne!(by_file, model(&folder, &forest));
    // What is typed goes before the file; none takes a value away.
    let none = [
        "--params",
        "forest.yaml",
        "--set",
        "random_forest.max_depth=none",
    ];
    let deep = model(&folder, &[&forest[..], &none].concat());
    let without = [&forest[..], &by_set[..4]].concat();
    assert_eq!(deep, model(&folder, &without));
}

#[test]
fn an_option_of_its_own_and_set_are_the_same() {
    let folder = folder();
    let estimator = ["--estimator", "logistic_regression"];
    let option = model(&folder, &[&estimator[..], &["--C", "0.5"]].concat());
    let set = ["--set", "logistic_regression.C=0.5"];
    assert_eq!(option, model(&folder, &[&estimator[..], &set].concat()));
    let folds = ["--calibration", "always", "--folds", "3"];
    let option = model(&folder, &[&estimator[..], &folds].concat());
    let folds = ["--calibration", "always", "--set", "search.folds=3"];
    assert_eq!(option, model(&folder, &[&estimator[..], &folds].concat()));
}

/// A parameter that is given holds in a search, also where its value is the default one.
#[test]
fn a_default_value_that_is_set_binds_the_search() {
    let folder = folder();
    let tried = |set: &[&str]| {
        let arguments = [
            "train",
            "--data",
            "texts.csv",
            "--target",
            "label",
            "--folds",
            "2",
        ];
        let finished = hearth(&folder, &[&arguments[..], set].concat()).success();
        let (_, block) = finished.stdout.split_once("\nSearch  ").unwrap();
        let (block, _) = block.split_once("\n\nResult  ").unwrap();
        let tried = block.lines().filter(|line| line.contains("linear_svc"));
        tried.count()
    };
    assert_eq!(tried(&[]), 4);
    assert_eq!(tried(&["--set", "linear_svc.C=1"]), 2);
    assert_eq!(tried(&["--ngram-range", "1,2"]), 2);
    assert_eq!(
        tried(&["--set", "text.ngram_range=[1,2]", "--set", "linear_svc.C=1"]),
        1
    );
}

#[test]
fn what_cannot_be_set_is_one_sentence_with_the_names_that_can() {
    let folder = folder();
    let target = ["--target", "answer"];
    for (arguments, expected) in [
        (
            ["random_forrest.n_estimators=300"],
            "--set random_forrest.n_estimators=300: \"random_forrest\" is not a section of parameters; \
             there are logistic_regression, linear_svc, multinomial_nb, complement_nb, ridge, \
             elastic_net, random_forest, extra_trees, gradient_boosting, text, search, threshold \
             and gate; did you mean random_forest?",
        ),
        (
            ["random_forest.n_estimator=300"],
            "--set random_forest.n_estimator=300: random_forest: \"n_estimator\" is not a parameter; \
             it has n_estimators, max_features, min_samples_leaf and max_depth; did you mean \
             n_estimators?",
        ),
        (
            ["random_forest.n_estimators=many"],
            "--set random_forest.n_estimators=many: random_forest: n_estimators is many; a whole \
             number from 0 up was expected",
        ),
        (
            ["random_forest.max_features=1.5"],
            "random_forest: max_features is 1.5; sqrt, or a share above 0 and up to 1, was expected",
        ),
        (
            ["linear_svc.C=0"],
            "linear_svc: C is 0; a number above 0 was expected",
        ),
    ] {
        let all = [&target[..], &["--set"], &arguments].concat();
        assert_eq!(refused(&folder, &all), expected);
    }
    for (arguments, expected) in [
        (
            ["--estimator", "ridge", "--set", "elastic_net.alpha=1"],
            "--set elastic_net.alpha=1 has no effect, since the estimator is ridge",
        ),
        (
            ["--C", "1", "--set", "logistic_regression.C=2"],
            "logistic_regression.C is given twice; one value was expected",
        ),
    ] {
        let all = [&target[..], &arguments].concat();
        assert_eq!(refused(&folder, &all), expected);
    }
}

/// `section.name=default` of each parameter that `hearth train --help` lists.
fn listed() -> BTreeMap<String, String> {
    let help = hearth(root(), &["train", "--help"]).success().stdout;
    let lines = help.lines().filter_map(|line| {
        let (path, default) = line.strip_prefix("  ")?.split_once('=')?;
        let default = default.split_once(" (")?.0;
        (!path.starts_with(' ')).then(|| (path.to_string(), default.to_string()))
    });
    lines.collect()
}

#[test]
fn help_lists_the_parameters_and_defaults_that_the_documentation_has() {
    let listed = listed();
    let page = fs::read_to_string(root().join("docs/training.md")).unwrap();
    let mut documented = 0;
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let names = |cell: &str| -> Vec<String> {
            let names = cell.split('`').skip(1).step_by(2);
            names.map(String::from).collect()
        };
        let estimators = names(cells[0]);
        let prefix = format!("{}.", estimators[0]);
        // The table of types of columns has a row `text`, too.
        if prefix == "text." || !listed.keys().any(|path| path.starts_with(&prefix)) {
            continue;
        }
        for estimator in &estimators {
            let own = listed
                .iter()
                .filter(|(path, _)| path.starts_with(&format!("{estimator}.")));
            for (path, default) in own {
                let name = &path[estimator.len() + 1..];
                let (_, said) = cells[2]
                    .split_once(&format!("`{name}` "))
                    .unwrap_or_else(|| panic!("{path} is missing in docs/training.md"));
                let said = said.split([',', ' ']).next().unwrap_or_default();
                let number = |text: &str| text.parse::<f64>().ok();
                // The default of a forest's max_features depends on the task.
                let same = said == default
                    || (number(said).is_some() && number(said) == number(default))
                    || name == "max_features" && default == "none";
                assert!(same, "{path}: {default} and, in docs/training.md, {said}");
                documented += 1;
            }
        }
    }
    let of_text = listed
        .keys()
        .filter(|path| path.starts_with("text."))
        .count();
    assert_eq!((documented, of_text), (28, 8));
    assert_eq!(listed.len(), documented + of_text);
}
