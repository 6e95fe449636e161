//! Events of the state machine for the Lambda function `batch`, besides tables: a look for the input,
//! rows of Parquet, and tables that arrived.

use serde_json::Value;
use support::Outcome;
use support::batch::{ROWS, World, at, ids};

/// The event of the state machine's first step.
fn look(run: &str, now: &str) -> String {
    format!(
        r#"{{"look": {run}, "bucket": "hearth-test", "kinds": ["parquet", "list"], "started": "2026-12-31T17:00:00.5Z", "now": "{now}"}}"#
    )
}

#[test]
fn a_look_resolves_the_paths_and_waits_for_the_input() {
    let Some(world) = World::start() else { return };
    let put = |key: &str, text: &str| {
        let place = at(&format!("s3://hearth-test/{key}"));
        world.s3.store().put(&place, text.as_bytes()).unwrap();
    };
    put("input/day=9/a.csv", ROWS);
    put("input/day=10/a.csv", ROWS);
    put("input/day=10/_SUCCESS", "");
    put("input/2027/01/01.csv", ROWS);
    put("input/rows.parquet", "");
    put("input/list.csv", "Key\ninput/day=9/a.csv\n");
    let now = "2026-12-31T17:00:01Z";
    for (run, prefix, below, output, kind) in [
        (
            r#"{"input": "input/day={latest}/", "id": "id"}"#,
            "input/day=10/",
            "input/day=10/",
            "output/day=10/",
            "tables",
        ),
        // New Year has begun in Auckland.
        (
            r#"{"input": "input/{yyyy}/{MM}/{dd}.csv", "zone": "Pacific/Auckland"}"#,
            "input/2027/01/01.csv",
            "input/2027/01/01.csv",
            "output/2027/01/",
            "tables",
        ),
        (
            r#"{"input": "s3://hearth-test/input/rows.parquet"}"#,
            "input/rows.parquet",
            "input/rows.parquet",
            "output/rows.parquet/",
            "parquet",
        ),
        (
            r#"{"input": "input/list.csv", "kind": "list", "output": "output/{dd-1d}/"}"#,
            "input/list.csv",
            "input/",
            "output/30/",
            "list",
        ),
    ] {
        let found = world.invoke(&look(run, now));
        assert_eq!(
            (&found["found"], &found["prefix"]),
            (&true.into(), &prefix.into()),
            "{run}"
        );
        assert_eq!(found["kind"], kind);
        let batch = &found["batch"];
        assert_eq!(batch["input"], format!("s3://hearth-test/{below}"));
        assert_eq!(batch["output"], format!("s3://hearth-test/{output}"));
    }
    // Late: what is told back is asked again, and then given up.
    let late = r#"{"input": "input/{dd}/", "wait_minutes": 7}"#;
    let late = world.invoke(&look(late, now));
    assert_eq!(
        (&late["found"], &late["wait_seconds"]),
        (&false.into(), &300.into())
    );
    let late = world.invoke(&look(&late.to_string(), "2026-12-31T17:05:01Z"));
    assert_eq!(late["wait_seconds"], 119);
    let report = |event: &str| match world.api.invoke(event) {
        Outcome::Error(report) => serde_json::from_slice::<Value>(&report.body).unwrap(),
        other => panic!("{event} was answered: {other:?}"),
    };
    let missing = report(&look(&late.to_string(), "2026-12-31T17:07:01Z"));
    assert_eq!(missing["errorType"], "MissingInput");
    assert_eq!(
        missing["errorMessage"],
        "s3://hearth-test/input/31/: no table is there, 7 minutes after the run began"
    );
    for line in world.function.wait_for_stdout(3) {
        emf::lint(&line).unwrap();
        assert!(line.contains("\"batch.no_input\":1"), "{line}");
    }
    for (run, expected) in [
        (
            r#"{"input": "in/a/"}"#,
            "the input is \"in/a/\"; a path under input/ of",
        ),
        (
            r#"{"input": "input/{day}/"}"#,
            "input/{day}/: {day} is no placeholder",
        ),
        (
            r#"{"input": "input/day"}"#,
            "input/day: a folder ends with a slash",
        ),
        (
            r#"{"input": "input/m.json", "kind": "inventory"}"#,
            "input/m.json: this batch takes no input of the kind inventory",
        ),
        (
            r#"{"input": "input/day=9/", "output": "input/x/"}"#,
            "the output is \"input/x/\"; a path under output/ of",
        ),
        (
            r#"{"input": "input/day=9/", "zone": "Berlin"}"#,
            "Berlin is no time zone",
        ),
        (
            r#"{"input": "input/day=9/", "time": "tomorrow"}"#,
            "the time \"tomorrow\" is none",
        ),
        (
            r#"{"inptu": "input/day=9/"}"#,
            "the run cannot be started so: unknown field `inptu`",
        ),
    ] {
        let said = report(&look(run, now));
        assert_eq!(said["errorType"], "BatchFailed");
        let said = said["errorMessage"].as_str().unwrap();
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn rows_that_the_state_machine_read_are_a_part_of_the_answers() {
    let Some(world) = World::start() else { return };
    let event = r#"{
        "BatchInput": {"input": "s3://hearth-test/input/rows.parquet", "output": "s3://hearth-test/out/rows.parquet/", "id": "id", "rows": true},
        "Items": [
            {"index": 400, "row": {"id": 7, "text": "where is my parcel"}},
            {"index": 401, "row": {"id": 8}},
            {"index": 402, "row": {"id": 9, "text": "I want my money back"}}
        ]
    }"#;
    let manifest = world.invoke(event);
    assert_eq!(
        (&manifest["rows"], &manifest["bad_rows"]),
        (&2.into(), &1.into())
    );
    let part = "s3://hearth-test/out/rows.parquet/part-000000000400";
    assert_eq!(ids(&world.read(&format!("{part}.jsonl"))), [7, 9]);
    assert!(
        world
            .read(&format!("{part}.bad.jsonl"))
            .contains("\"line\":2")
    );
    assert_eq!(world.invoke(event)["objects"][0]["skipped"], true);
}

#[test]
fn each_content_of_a_table_is_answered_once() {
    let Some(world) = World::start() else { return };
    let table = at("s3://hearth-test/input/a.csv");
    let store = world.s3.store();
    let arrives = |etag: &str| {
        world.invoke(&format!(
            r#"{{"Items": [{{"Key": "input/a.csv", "Etag": "{etag}"}}],
                "BatchInput": {{"input": "s3://hearth-test/input/", "output": "s3://hearth-test/output/", "by_etag": true}}}}"#
        ))
    };
    let put = |text: &str| {
        store.put(&table, text.as_bytes()).unwrap();
        let etag = store.head(&table).unwrap().unwrap().etag.unwrap();
        etag.trim_matches('"').to_string()
    };
    let first = put(ROWS);
    let done = arrives(&first);
    assert_eq!(
        done["objects"][0]["output"],
        format!("s3://hearth-test/output/a.csv.{first}.jsonl")
    );
    assert_eq!(done["rows"], 2);
    let second = put("id,text\nz,where is my parcel\n");
    // The event of the first content comes once more, and late: it is not answered by the second's rows.
    assert_eq!(arrives(&first)["objects"][0]["skipped"], true);
    assert_eq!(
        arrives("0123456789abcdef0123456789abcdef")["objects"][0]["skipped"],
        true
    );
    assert_eq!(arrives(&second)["rows"], 1);
    assert_eq!(
        ids(&world.read(&format!("s3://hearth-test/output/a.csv.{second}.jsonl"))),
        ["z"]
    );
    assert_eq!(
        ids(&world.read(&format!("s3://hearth-test/output/a.csv.{first}.jsonl"))),
        ["a", "c"]
    );
}
