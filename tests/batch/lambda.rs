//! The Lambda function `batch`: each kind of event, from a real Runtime API, against a real S3.

use serde_json::Value;
use support::Outcome;
use support::batch::{World, ids};

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
