//! Clients that are generated from the OpenAPI documents of served models: by openapi-python-client,
//! and, for TypeScript, by openapi-typescript, hey-api and openapi-generator. Each asks for one row
//! and for many, and the compiler checks its types.
//!
//! `make client-tools` installs the generators, from PyPI and npm; without them the tests say so and
//! pass. openapi-generator needs Java as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::binary::finish;
use support::http::request;
use support::{Function, client_tool, doors_model, example, hearth};
use tempfile::TempDir;

/// A served model with rows for it.
struct Served {
    name: &'static str,
    function: Function,
    rows: Vec<Value>,
    /// Member of an answer that holds the prediction.
    prediction: &'static str,
}

impl Served {
    fn new(name: &'static str, model: &Path, rows: &[Value], variables: &[(&str, &str)]) -> Served {
        let is_regression = name == "regression";
        Served {
            name,
            function: Function::over_http(model, variables),
            rows: rows.to_vec(),
            prediction: if is_regression { "value" } else { "label" },
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.function.address())
    }

    /// Writes the OpenAPI document into a folder of its own.
    fn folder(&self, folder: &Path) -> PathBuf {
        let own = folder.join(self.name);
        fs::create_dir(&own).unwrap();
        let key = [("x-api-key", "sesame")];
        let answer = request(self.function.address(), "GET", "/openapi.json", &key, b"");
        assert_eq!(answer.status, 200, "{}", answer.text());
        fs::write(own.join("openapi.json"), &answer.body).unwrap();
        own
    }

    /// The answers to the first row and to all rows, without a generated client.
    fn answers(&self) -> Vec<Value> {
        let body = json!({"instances": self.rows}).to_string();
        let headers = [
            ("content-type", "application/json"),
            ("x-api-key", "sesame"),
        ];
        let address = self.function.address();
        let answer = request(address, "POST", "/predict", &headers, body.as_bytes()).json();
        let all = answer["predictions"].as_array().unwrap();
        all[..1].iter().chain(all).cloned().collect()
    }
}

/// One model of text; one of four kinds of columns, whose text goes by two names; one of columns with
/// a blank and an umlaut in their names, with a threshold, whose labels look the same in a program;
/// one regression.
fn served(folder: &TempDir) -> Vec<Served> {
    let four = doors_model::write(folder);
    let folder = folder.path();
    let mut late = String::from("how long,größe,label\n");
    let mut size = String::from("rooms,district,rent\n");
    for row in 0..120 {
        let answer = if row % 3 == 0 { "in time" } else { "in_time" };
        late += &format!("{},{},{answer}\n", row % 3 + row % 7, ["s", "m"][row % 2]);
        size += &format!(
            "{},{},{}.5\n",
            row % 5,
            ["old", "new"][row % 2],
            row % 5 * 200
        );
    }
    let train = |name: &str, table: &str, arguments: &str| {
        fs::write(folder.join(format!("{name}.csv")), table).unwrap();
        let command = format!("train --quiet --data {name}.csv --out {name}.hearth {arguments}");
        hearth(folder, &command.split(' ').collect::<Vec<_>>()).success();
        folder.join(format!("{name}.hearth"))
    };
    let threshold = "--target label --estimator logistic_regression --set threshold.value=0.3";
    let late = train("late", &late, threshold);
    let size = train("rent", &size, "--target rent --estimator ridge");
    let text = |text: &str| json!({"text": text});
    let note =
        |note: &str, urgent| json!({"note": note, "size": 2, "urgent": urgent, "color": "red"});
    let time = |time: u32| json!({"how long": time, "größe": "s"});
    let rent = |rooms, district| json!({"rooms": rooms, "district": district});
    let strict = [("HEARTH_UNKNOWN_FIELDS", "refuse")];
    let key = [("HEARTH_API_KEY", "sesame")];
    let texts = [text("where is my parcel"), text("my money back")];
    vec![
        Served::new("text", example::model(), &texts, &[]),
        Served::new(
            "columns",
            &four,
            &[note("late", json!(true)), note("money", json!("no"))],
            &strict,
        ),
        Served::new("threshold", &late, &[time(1), time(8)], &[]),
        Served::new(
            "regression",
            &size,
            &[rent(json!(2), "old"), rent(json!(null), "new")],
            &key,
        ),
    ]
}

#[test]
fn a_client_by_openapi_python_client_gets_the_same_answers() {
    let Some(python) = client_tool("python") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for served in served(&folder) {
        let own = served.folder(folder.path());
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("clients/generated/openapi_python_client.py");
        let mut command = Command::new(&python);
        command
            .args([script, served.url().into(), own])
            .arg(json!(served.rows).to_string());
        let answers = finish(&mut command, b"").success().json();
        assert_eq!(answers, json!(served.answers()), "{}", served.name);
    }
}

/// A generator of clients in TypeScript: the name of its program of `clients/generated`, and its command.
type Generator = (&'static str, PathBuf, &'static str);

/// Those that are installed.
fn generators(modules: &Path) -> Vec<Generator> {
    let npm = |name: &str| modules.join(".bin").join(name);
    let mut generators: Vec<Generator> = vec![
        (
            "openapi_typescript",
            npm("openapi-typescript"),
            "openapi.json -o schema.d.ts",
        ),
        (
            "hey_api",
            npm("openapi-ts"),
            "-s -i openapi.json -o hey --no-log-file",
        ),
    ];
    if Command::new("java").arg("-version").output().is_err() {
        eprintln!("skipped: openapi-generator needs Java (Debian: default-jre-headless)");
    } else if let Some(program) = client_tool("openapi-generator-cli") {
        let arguments = "generate -i openapi.json -g typescript-fetch -o openapi-generator \
                         --global-property models,apis,supportingFiles,modelDocs=false,apiDocs=false";
        generators.push(("openapi_generator", program, arguments));
    }
    generators
}

#[test]
fn clients_in_typescript_compile_and_get_the_same_labels() {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    let modules = clients.join("node_modules");
    let compiler = modules.join(".bin/tsc");
    if !compiler.exists() {
        let path = compiler.display();
        eprintln!("skipped: {path} is not there; make client-tools installs it");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).unwrap();
    let all = served(&folder);
    let generators = generators(&modules);
    let mut files = Vec::new();
    for served in &all {
        let own = served.folder(folder.path());
        let rows = format!("export const rows = {};\n", json!(served.rows));
        fs::write(own.join("rows.ts"), rows).unwrap();
        for (name, program, arguments) in &generators {
            let mut command = Command::new(program);
            command.args(arguments.split(' ')).current_dir(&own);
            // Java takes half of the time where it compiles less of what runs for seconds.
            command.env(
                "JAVA_TOOL_OPTIONS",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            );
            finish(&mut command, b"").success();
            let program = fs::read_to_string(clients.join(format!("generated/{name}.ts"))).unwrap();
            let program = program.replace(".label", &format!(".{}", served.prediction));
            fs::write(own.join(format!("{name}.ts")), program).unwrap();
            files.push(format!("{}/{name}.ts", served.name));
        }
    }
    let settings = json!({
        "compilerOptions": {
            "strict": true, "target": "es2022", "lib": ["es2022", "dom", "dom.iterable"], "types": [],
            "module": "commonjs", "moduleResolution": "node10", "esModuleInterop": true,
            "rootDir": ".", "outDir": "compiled",
        },
        "files": files,
    });
    fs::write(folder.path().join("tsconfig.json"), settings.to_string()).unwrap();
    let compiled = finish(Command::new(compiler).current_dir(folder.path()), b"");
    assert!(compiled.status.success(), "{}", compiled.stdout);
    for served in &all {
        let answers = served.answers().into_iter();
        let expected: Vec<Value> = answers
            .map(|answer| answer[served.prediction].clone())
            .collect();
        for (name, ..) in &generators {
            let script = format!("compiled/{}/{name}.js", served.name);
            let mut run = Command::new("node");
            run.args([script, served.url()]).current_dir(folder.path());
            let labels = finish(&mut run, b"").success().json();
            assert_eq!(labels, json!(expected), "{} by {name}", served.name);
        }
    }
}
