//! The page of `GET /docs` in headless Chromium: the real binary, real models, and what people do.
//!
//! `docs_page/checks.py` types, clicks and looks. It needs Chromium (Debian: `apt install chromium`;
//! `CHROMIUM` names another) and what `make client-tools` installs; without them the tests say so
//! and pass. `DOCS_PAGE_PICTURES=folder` keeps screenshots.

use std::path::Path;
use std::process::Command;

use model::assemble::{
    CategoryColumn, ColumnPart, KernelParts, NumberColumn, Parts, TextColumn, assemble,
};
use model::features::{NumberSettings, Scaling, TextSettings};
use model::format::{CategoryEncoding, Estimator, Link, NumberEncoding};
use model::head::{Classes, Head};
use serde_json::{Value, json};
use support::binary::finish;
use support::tables::{numbers, tickets, write, yes_or_no};
use support::{Function, browser, example, hearth};
use tempfile::TempDir;

/// Serves a model, and has each case of `checks.py` look at its page.
fn check(model: &Path, variables: &[(&str, &str)], cases: &[&str]) {
    let Some((python, chromium)) = browser() else {
        return;
    };
    let function = Function::over_http(model, variables);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs_page/checks.py");
    let mut command = Command::new(python);
    command
        .arg(script)
        .args([
            chromium.into_os_string(),
            function.address().to_string().into(),
        ])
        .args(cases);
    finish(&mut command, b"").success();
}

/// A folder with a model of this table, by these lines of `params.yaml`.
fn trained(table: &str, target: &str, parameters: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "table.csv", table);
    let parameters = format!("data: table.csv\ntarget: {target}\n{parameters}\n");
    write(&folder, "params.yaml", &parameters);
    hearth(&folder, &["train"]).success();
    folder
}

fn with_tickets() -> TempDir {
    let parameters = "estimator: logistic_regression\ndrop: [ticket]";
    trained(&tickets(300), "queue", parameters)
}

#[test]
fn the_answer_follows_the_typing() {
    check(example::model(), &[], &["text", "looks"]);
}

#[test]
fn columns_of_every_kind_have_their_field_and_their_faults() {
    let folder = with_tickets();
    let model = folder.path().join("model.hearth");
    check(&model, &[], &["mixed", "snippets", "keyboard", "stage"]);
}

#[test]
fn it_looks_well_on_a_phone_and_a_desktop_by_day_and_night() {
    let folder = with_tickets();
    check(&folder.path().join("model.hearth"), &[], &["looks"]);
}

#[test]
fn a_key_is_asked_for_and_kept_nowhere() {
    let key = [("HEARTH_API_KEY", "a-secret-of-the-test")];
    check(example::model(), &key, &["key"]);
}

#[test]
fn a_schema_that_is_hidden_is_no_form() {
    check(
        example::model(),
        &[("HEARTH_HIDE_SCHEMA", "true")],
        &["hidden"],
    );
}

#[test]
fn values_and_thresholds_are_said() {
    for estimator in ["ridge", "gradient_boosting"] {
        let folder = trained(&numbers(200), "y", &format!("estimator: {estimator}"));
        check(&folder.path().join("model.hearth"), &[], &["value"]);
    }
    let parameters = "estimator: logistic_regression\nthreshold: {value: 0.3}";
    let folder = trained(&yes_or_no(300, 4), "answer", parameters);
    check(&folder.path().join("model.hearth"), &[], &["threshold"]);
}

/// Names, labels and words that would be code, could text become it.
const CODE: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; $(touch x) `touch x` #",
    "__proto__",
    "\u{202e}gnorw si txet siht",
    "שלום \u{2067}עולם",
    "10",
    "9",
];

#[test]
fn text_of_a_hostile_model_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.hearth");
    std::fs::write(&path, hostile()).unwrap();
    check(&path, &[], &["hostile"]);
}

fn hostile() -> Vec<u8> {
    let long = "x".repeat(1_000); // nearly as long as a name may be
    let labels: Vec<&str> = CODE.into_iter().chain([&*long]).collect();
    let note = TextColumn {
        name: "<b onclick=alert(1)>note</b>".into(),
        settings: TextSettings::default(),
        terms: ["alert", "img", "onerror", "script"]
            .map(|term| (term.into(), 1.0))
            .into(),
    };
    let number = NumberColumn {
        name: "__proto__".into(),
        optional: true,
        notation: Default::default(),
        settings: NumberSettings {
            scaling: Scaling {
                encoding: NumberEncoding::Standard,
                mean: 0.0,
                scale: 1.0,
                fill: 0.0,
                least: -1e300,
                greatest: 1e300,
            },
            marks_missing: true,
        },
    };
    let category = CategoryColumn {
        name: "a/b~c \"q\" </textarea><script>alert(1)</script>".into(),
        optional: true,
        notation: Default::default(),
        encoding: CategoryEncoding::OneHot,
        categories: CODE
            .into_iter()
            .map(|name| (name.to_string(), 1.0))
            .collect(),
    };
    // 4 words, 2 features of the number, 8 categories.
    let weights: Vec<f32> = (0..14 * labels.len())
        .map(|index| (index * 7 % 11) as f32 / 4.0 - 1.0)
        .collect();
    let card = json!({
        "metrics": {CODE[0]: CODE[1], "per_class": [{"label": CODE[0], "__proto__": 1}]},
        "params": {"__proto__": {CODE[1]: [CODE[2], long]}},
        "columns": [{"name": CODE[0], "kind": CODE[1], "baseline": {"categories": [[CODE[0], 0.5]]}}],
        CODE[0]: {"constructor": Value::Null, "toString": CODE[4]},
    });
    let example =
        json!({note.name.clone(): CODE[0], "__proto__": 0.5, category.name.clone(): CODE[0]});
    assemble(&Parts {
        name: CODE[0],
        version: CODE[1],
        git_revision: CODE[2],
        example: &example.to_string(),
        estimator: Estimator::LogisticRegression,
        columns: &[
            ColumnPart::Text(note),
            ColumnPart::Number(number),
            ColumnPart::Category(category),
        ],
        kernel: KernelParts::Weights(weights),
        intercepts: &vec![0.0; labels.len()],
        head: Head::Classes(Classes::new(labels, Link::Softmax)),
        baseline: None,
        golden: "",
        card: &card.to_string(),
    })
    .unwrap()
}
