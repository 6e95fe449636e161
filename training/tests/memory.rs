//! The estimate of memory, compared with what a process of its own takes at its peak.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a failed expectation is its way to fail

use model::random::Random;
use progress::Silent;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use training::params::Params;
use training::source::{TableFile, Tables};
use training::{dataset, memory, run};

/// The greatest factor between estimate and peak, either way.
const FACTOR: f64 = 1.5;

/// Names the shape to a child process, and the folder of its table.
const SHAPE: &str = "HEARTH_TEST_SHAPE";
const FOLDER: &str = "HEARTH_TEST_FOLDER";

/// A table and the parameters of its training.
struct Shape {
    name: &'static str,
    params: &'static str,
    table: fn(&mut Random) -> String,
}

const SHAPES: [Shape; 10] = [
    Shape {
        name: "numbers, wide",
        params: r#"{"estimator": "logistic_regression", "logistic_regression": {"max_iter": 30}}"#,
        table: |random| numbers(random, 600, 3_000, &|random, _| random.below(2).to_string()),
    },
    Shape {
        name: "numbers, tall",
        params: r#"{"estimator": "logistic_regression", "logistic_regression": {"max_iter": 30}}"#,
        table: |random| numbers(random, 150_000, 6, &|random, _| random.below(2).to_string()),
    },
    Shape {
        name: "categories",
        params: r#"{"estimator": "elastic_net"}"#,
        table: |random| {
            let row = |random: &mut Random| {
                let value =
                    |at: usize, random: &mut Random| format!("v{at}x{}", random.below(3_000));
                let values: Vec<String> = (0..4).map(|at| value(at, random)).collect();
                format!("{},{}", values.join(","), noise(random))
            };
            table(random, "a,b,c,d,target", 60_000, &row)
        },
    },
    Shape {
        name: "text",
        params: r#"{"estimator": "linear_svc", "calibration": "never", "linear_svc": {"max_iter": 20}}"#,
        table: |random| texts(random, 15_000, 3),
    },
    Shape {
        name: "text of many labels",
        params: r#"{"estimator": "logistic_regression", "logistic_regression": {"max_iter": 15}}"#,
        table: |random| texts(random, 4_000, 150),
    },
    Shape {
        name: "forest of many labels",
        params: r#"{"estimator": "random_forest", "random_forest": {"n_estimators": 40}}"#,
        table: |random| {
            let label = |random: &mut Random, row| format!("l{}", (row + random.below(40)) % 400);
            numbers(random, 12_000, 2, &label)
        },
    },
    Shape {
        name: "boosting, tall",
        params: r#"{"estimator": "gradient_boosting", "gradient_boosting": {"max_iter": 5}}"#,
        table: |random| numbers(random, 150_000, 8, &|random, _| noise(random)),
    },
    Shape {
        name: "naive Bayes",
        params: r#"{"estimator": "multinomial_nb"}"#,
        table: |random| texts(random, 10_000, 40),
    },
    Shape {
        name: "ridge",
        params: r#"{"estimator": "ridge"}"#,
        table: |random| numbers(random, 40_000, 40, &|random, _| noise(random)),
    },
    Shape {
        name: "mixed, auto",
        params: r#"{"search": {"folds": 2},
            "gradient_boosting": {"max_iter": 20, "max_leaf_nodes": 31, "min_samples_leaf": 20},
            "logistic_regression": {"max_iter": 20}}"#,
        table: |random| {
            let row = |random: &mut Random| {
                let words: Vec<String> = (0..25).map(|_| word(random)).collect();
                let plan = ["free", "team", "firm"][random.below(3)];
                let amount = random.below(900);
                // Neither more nor less: trees find it, and no weight does.
                let label = u32::from((300..600).contains(&amount));
                format!("{},{amount},{plan},{label}", words.join(" "))
            };
            table(random, "note,amount,plan,target", 6_000, &row)
        },
    },
];

fn table(
    random: &mut Random,
    header: &str,
    rows: usize,
    row: &dyn Fn(&mut Random) -> String,
) -> String {
    let mut table = format!("{header}\n");
    for _ in 0..rows {
        writeln!(table, "{}", row(random)).unwrap();
    }
    table
}

fn noise(random: &mut Random) -> String {
    format!("{}.{}", random.below(900), random.below(100))
}

/// Columns of numbers that tell nothing of the target.
fn numbers(
    random: &mut Random,
    rows: usize,
    columns: usize,
    target: &dyn Fn(&mut Random, usize) -> String,
) -> String {
    let names: Vec<String> = (0..columns).map(|at| format!("n{at}")).collect();
    let mut table = format!("{},target\n", names.join(","));
    for row in 0..rows {
        for _ in 0..columns {
            write!(table, "{},", noise(random)).unwrap();
        }
        writeln!(table, "{}", target(random, row)).unwrap();
    }
    table
}

/// A word; few of them are frequent, as in any language.
fn word(random: &mut Random) -> String {
    let most = 1 << random.below(14);
    format!("w{}", random.below(most))
}

fn texts(random: &mut Random, rows: usize, labels: usize) -> String {
    let row = |random: &mut Random| {
        let words: Vec<String> = (0..30).map(|_| word(random)).collect();
        format!("{},l{}", words.join(" "), random.below(labels))
    };
    table(random, "text,target", rows, &row)
}

#[test]
fn the_estimate_is_within_a_factor_of_the_peak_of_a_process() {
    let mut wrong = Vec::new();
    for shape in SHAPES {
        let folder = tempfile::tempdir().unwrap();
        let table = (shape.table)(&mut Random::new(7));
        std::fs::write(folder.path().join("table.csv"), table).unwrap();
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "a_child_process", "--nocapture"])
            .env(SHAPE, shape.name)
            .env(FOLDER, folder.path())
            // As many fits at the same time on every machine.
            .env("RAYON_NUM_THREADS", "2")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stdout);
        let figures = said.lines().find_map(|line| line.split_once("bytes: "));
        let Some((_, figures)) = figures else {
            panic!(
                "{}: {said}{}",
                shape.name,
                String::from_utf8_lossy(&run.stderr)
            );
        };
        let figures = figures.split(' ').map(|figure| figure.parse().unwrap());
        let figures: Vec<f64> = figures.collect();
        let [estimate, peak, seconds] = figures[..] else {
            panic!("{}: {said}", shape.name);
        };
        let ratio = estimate / peak;
        println!(
            "{:22} estimate {:6.1} MB, peak {:6.1} MB, ratio {ratio:.2}, {seconds:.1} s",
            shape.name,
            estimate / 1e6,
            peak / 1e6
        );
        if !(1.0 / FACTOR..=FACTOR).contains(&ratio) {
            wrong.push(format!("{}: {ratio:.2}", shape.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join(", "));
}

/// Trains on the table of a shape, and prints the estimate and the peak of this process.
#[test]
#[ignore = "is run by the other test, in a process of its own"]
fn a_child_process() {
    let (Ok(name), Ok(folder)) = (std::env::var(SHAPE), std::env::var(FOLDER)) else {
        return;
    };
    let shape = SHAPES.into_iter().find(|shape| shape.name == name).unwrap();
    let mut params: Params = serde_json::from_str(shape.params).unwrap();
    params.target = Some("target".into());
    params.check().unwrap();
    let file = TableFile(PathBuf::from(folder).join("table.csv"));
    let tables = Tables {
        train: &file,
        test: None,
    };
    let began = std::time::Instant::now();
    let read = dataset::read(&params, tables, &Silent).unwrap();
    let of_reading = peak();
    let estimate = memory::estimate(&params, &read).unwrap();
    let _trained = run::train(&params, tables, read, None, "", &Silent).unwrap();
    println!(
        "bytes: {estimate} {} {}",
        peak(),
        began.elapsed().as_secs_f64()
    );
    println!("after reading {of_reading}");
}

/// The greatest number of bytes that this process has had in memory.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes * 1024
}
