//! The Lambda function `batch`: each kind of event, from a real Runtime API, against a real S3.

use serde_json::Value;
use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;
use storage::Location;
use support::process::Process;
use support::{Invocation, Outcome, RuntimeApi, S3, binary, example};

const ROWS: &str = "id,text\na,where is my parcel\nb,too,many\nc,I want my money back\n";

fn at(text: &str) -> Location {
    text.parse().unwrap()
}

/// A bucket with two tables, and the function in front of it.
struct World {
    s3: S3,
    api: RuntimeApi,
    function: Process,
}

impl World {
    fn start() -> Option<World> {
        let s3 = S3::start()?;
        s3.make_bucket("hearth-test");
        let store = s3.store();
        store
            .put(&at("s3://hearth-test/in/my mails+.csv"), ROWS.as_bytes())
            .unwrap();
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped
            .write_all(b"{\"id\": 7, \"text\": \"where is my parcel\"}\n")
            .unwrap();
        let zipped = zipped.finish().unwrap();
        store
            .put(&at("s3://hearth-test/in/deep/b.jsonl.gz"), &zipped)
            .unwrap();
        let api = RuntimeApi::start();
        let mut command = Command::new(binary("batch"));
        command
            .env_clear()
            .envs(s3.environment())
            .env("AWS_LAMBDA_RUNTIME_API", api.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "hearth-batch")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "7")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("MODEL_PATH", example::model())
            .env("BATCH_OUTPUT", "s3://hearth-test/events/")
            .env("BATCH_ID", "id");
        let function = Process::start("the batch function", &mut command);
        Some(World { s3, api, function })
    }

    fn invoke(&self, event: &str) -> Value {
        let invocation = Invocation::new(event).within(Duration::from_secs(60));
        let outcome = self.api.invoke(invocation);
        serde_json::from_slice(&outcome.response().body).unwrap()
    }

    fn read(&self, place: &str) -> String {
        let mut text = String::new();
        let mut reader = self.s3.store().read(&at(place)).unwrap();
        reader.read_to_string(&mut text).unwrap();
        text
    }
}

fn ids(answers: &str) -> Vec<Value> {
    let ids = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone());
    ids.collect()
}

#[test]
fn a_prefix_is_answered_once_and_every_row_is_accounted_for() {
    let Some(world) = World::start() else { return };
    let manifest = world.invoke(include_str!("../events/batch/direct.json"));
    assert_eq!(
        (&manifest["rows"], &manifest["bad_rows"]),
        (&3.into(), &1.into())
    );
    let objects = manifest["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 2);
    assert_eq!(
        objects[1]["output"],
        "s3://hearth-test/out/my mails+.csv.jsonl"
    );
    assert_eq!(
        ids(&world.read("s3://hearth-test/out/my mails+.csv.jsonl")),
        ["a", "c"]
    );
    assert_eq!(
        ids(&world.read("s3://hearth-test/out/deep/b.jsonl.gz.jsonl")),
        [7]
    );
    assert_eq!(
        world.read(objects[1]["bad"].as_str().unwrap()),
        "{\"line\":3,\"reason\":\"this row has 3 values; 2 were expected, as in the header\",\"given\":\"b,too,many\"}\n"
    );
    for line in world.function.wait_for_stdout(2) {
        emf::lint(&line).unwrap();
    }
    let again = world.invoke(include_str!("../events/batch/direct.json"));
    let skipped = again["objects"]
        .as_array()
        .unwrap()
        .iter()
        .all(|object| object["skipped"] == true);
    assert!(skipped, "{again}");
}

#[test]
fn every_kind_of_event_reaches_its_table() {
    let Some(world) = World::start() else { return };
    let table = "s3://hearth-test/in/my mails+.csv";
    for (event, output) in [
        (
            include_str!("../events/batch/s3-put.json"),
            "s3://hearth-test/events/in/my mails+.csv.jsonl",
        ),
        (
            include_str!("../events/batch/distributed-map.json"),
            "s3://hearth-test/out/my mails+.csv.jsonl",
        ),
    ] {
        let manifest = world.invoke(event);
        let object = &manifest["objects"][0];
        assert_eq!(
            (&object["input"], &object["output"]),
            (&table.into(), &output.into())
        );
        assert_eq!(
            (&object["rows"], &object["skipped"]),
            (&2.into(), &false.into()),
            "{event}"
        );
        assert_eq!(ids(&world.read(output)), ["a", "c"]);
    }
    // The same object once more, as S3 may deliver an event twice.
    let manifest = world.invoke(include_str!("../events/batch/eventbridge.json"));
    assert_eq!(manifest["objects"][0]["input"], table);
    assert_eq!(manifest["objects"][0]["skipped"], true);
}

#[test]
fn an_event_that_is_none_fails_with_a_sentence() {
    let Some(world) = World::start() else { return };
    for (event, expected) in [
        ("{}", "the event has no input; one of these was expected"),
        (
            r#"{"input": "s3://hearth-test/none.csv", "output": "s3://hearth-test/o.jsonl"}"#,
            "s3://hearth-test/none.csv: there is no such object; check the key",
        ),
        (
            r#"{"input": "s3://nobody-has-this/a.csv", "output": "s3://hearth-test/o.jsonl"}"#,
            "s3://nobody-has-this/a.csv: there is no bucket \"nobody-has-this\"",
        ),
    ] {
        let report = match world.api.invoke(event) {
            Outcome::Error(report) => serde_json::from_slice::<Value>(&report.body).unwrap(),
            other => panic!("{event} was answered: {other:?}"),
        };
        assert_eq!(report["errorType"], "BatchFailed");
        let said = report["errorMessage"].as_str().unwrap();
        assert!(said.starts_with(expected), "{said}");
    }
}
