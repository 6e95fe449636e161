//! Requests that clients of other protocols send beside the letter of their protocol, and the answers
//! that they expect.

use crate::App;
use crate::request::{Request, Response};
use crate::testing::{app, app_in, headers, json, mixed_app, predict};
use serde_json::{Value, json};

const INFER: &str = "/v2/models/mail-sorter/infer";

fn send(app: &App, path: &str, content_type: &str, body: &str) -> Response {
    super::tests::send(app, path, content_type, body).response
}

fn infer(body: &Value) -> (u16, Value) {
    let response = send(&app(), INFER, "application/json", &body.to_string());
    (response.status().as_u16(), json(response.body()))
}

/// A request of one tensor.
fn texts(datatype: &str, shape: Value, data: Value, parameters: Value) -> Value {
    json!({"inputs": [{
        "name": "text", "datatype": datatype, "shape": shape, "data": data, "parameters": parameters
    }]})
}

#[test]
fn numbers_that_only_python_writes_are_missing_values_of_other_protocols() {
    let split = |number: &str| {
        format!(
            r#"{{"dataframe_split": {{"columns": ["note", "size", "color"],
                "data": [["NaN \" late", {number}, "red"]]}}}}"#
        )
    };
    let app = mixed_app();
    let path = "/invocations";
    let expected = send(&app, path, "application/json", &split("null"));
    assert_eq!(expected.status(), 200);
    for number in ["NaN", "Infinity", "-Infinity"] {
        let response = send(&app, path, "application/json", &split(number));
        assert_eq!(response.status(), 200, "{number}");
        assert_eq!(response.body(), expected.body(), "{number}");
    }
    let line = r#"{"features": ["late", NaN, false, "red"]}"#;
    let lines = send(&app, path, "application/jsonlines", line);
    assert_eq!(lines.status(), 200);
    let tensors = r#"{"inputs": [
        {"name": "note", "datatype": "BYTES", "shape": [1], "data": ["late"]},
        {"name": "size", "datatype": "FP64", "shape": [1], "data": [NaN]},
        {"name": "color", "datatype": "BYTES", "shape": [1], "data": ["red"]}]}"#;
    let response = send(
        &app,
        "/v2/models/mixed%20one/infer",
        "application/json",
        tensors,
    );
    assert_eq!(response.status(), 200);

    let row = r#"{"note": "late", "size": NaN, "color": "red"}"#;
    let problem = send(&app, "/predict", "application/json", row);
    assert_eq!(problem.status(), 400);
    let detail = json(problem.body())["detail"].to_string();
    assert!(detail.contains("null for a missing value"), "{detail}");
}

#[test]
fn a_content_type_is_obeyed_or_refused() {
    let label = |(status, answer): (u16, Value)| {
        assert_eq!(status, 200, "{answer}");
        answer["outputs"][0]["data"][0].as_str().unwrap().to_owned()
    };
    let plain = label(infer(&texts(
        "BYTES",
        json!([1]),
        json!(["refund money"]),
        json!({}),
    )));
    assert_eq!(plain, "refund");
    // "refund money" in base64.
    let base64 = texts(
        "BYTES",
        json!([1, 1]),
        json!(["cmVmdW5kIG1vbmV5"]),
        json!({"content_type": "base64"}),
    );
    assert_eq!(label(infer(&base64)), plain);
    let mut of_request = texts(
        "BYTES",
        json!([1]),
        json!(["cmVmdW5kIG1vbmV5"]),
        Value::Null,
    );
    of_request["parameters"] = json!({"content_type": "base64"});
    assert_eq!(label(infer(&of_request)), plain);
    for name in ["str", "np", "pd", "datetime"] {
        let parameters = json!({"content_type": name});
        let body = texts("BYTES", json!([1]), json!(["refund money"]), parameters);
        assert_eq!(label(infer(&body)), plain, "{name}");
    }
    for (datatype, data, content_type, word) in [
        (
            "BYTES",
            json!(["refund money!"]),
            json!("base64"),
            "in base64",
        ),
        ("BYTES", json!(["/w=="]), json!("base64"), "in base64"),
        ("BYTES", json!(["a"]), json!("image"), "none of base64"),
        ("BYTES", json!(["a"]), json!(7), "none of base64"),
        ("FP64", json!([1]), json!("str"), "the datatype BYTES"),
    ] {
        let parameters = json!({"content_type": content_type});
        let (status, answer) = infer(&texts(datatype, json!([1]), data, parameters));
        assert_eq!(status, 400, "{answer}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn null_is_as_absent_in_a_v2_request() {
    let mut body = texts("BYTES", json!([1]), json!(["late parcel"]), Value::Null);
    let (status, expected) = infer(&body);
    assert_eq!(status, 200, "{expected}");
    for name in ["id", "outputs", "parameters"] {
        body[name] = Value::Null;
        assert_eq!(infer(&body), (200, expected.clone()), "{name}");
    }
}

#[test]
fn a_shape_or_datatype_that_does_not_fit_is_one_sentence() {
    let matrix = |name: &str, datatype: &str, shape: Value, data: Value| {
        let body = json!({"inputs": [
            {"name": name, "datatype": datatype, "shape": shape, "data": data}
        ]});
        let path = "/v2/models/mixed%20one/infer";
        let response = send(&mixed_app(), path, "application/json", &body.to_string());
        assert_eq!(response.status(), 400);
        json(response.body())["error"].as_str().unwrap().to_owned()
    };
    for (error, words) in [
        (
            matrix("input", "FP64", json!([4]), json!([1, 2, 3, 4])),
            ["shape [4]", "[rows, 4]"],
        ),
        (
            matrix("input", "FP64", json!([1, 1, 4]), json!([1, 2, 3, 4])),
            ["shape [1, 1, 4]", "[rows, fields]"],
        ),
        (
            matrix("size", "INT64", json!([1]), json!([1.5])),
            ["a number", "a whole number"],
        ),
        (
            matrix("size", "UINT8", json!([1]), json!([-1])),
            ["a number", "from 0 up"],
        ),
    ] {
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(!error.contains("missing"), "{error}");
    }
}

#[test]
fn warnings_reach_every_protocol() {
    let app = mixed_app();
    let header = |response: &Response| {
        let value = response.headers().get("x-hearth-warnings")?;
        Some(value.to_str().unwrap().to_owned())
    };
    let strange = r#"out_of_range;field="/size";count=1, unknown_category;field="/color";count=1"#;
    let rows = json!({"dataframe_records": [
        {"note": "late", "size": 99, "urgent": true, "color": "pink"},
        {"note": "late", "size": 1, "urgent": true, "color": "red"},
    ]});
    let response = send(&app, "/invocations", "application/json", &rows.to_string());
    assert_eq!(header(&response).as_deref(), Some(strange));
    let csv = send(
        &app,
        "/invocations",
        "text/csv; header=absent",
        "late,99,true,pink\n",
    );
    assert_eq!(header(&csv).as_deref(), Some(strange));
    let lines = r#"{"features": ["late", 99, true, "pink"]}"#;
    let lines = send(&app, "/invocations", "application/jsonlines", lines);
    assert_eq!(header(&lines).as_deref(), Some(strange));
    let usual = send(
        &app,
        "/invocations",
        "text/csv; header=absent",
        "late,1,true,red\n",
    );
    assert_eq!(header(&usual), None);

    let tensor = |name: &str, datatype: &str, data: Value| json!({"name": name, "datatype": datatype, "shape": [1], "data": data});
    let body = json!({"inputs": [
        tensor("note", "BYTES", json!(["late"])), tensor("size", "INT64", json!([99])),
        tensor("urgent", "BOOL", json!([true])), tensor("color", "BYTES", json!(["red"])),
    ]});
    let path = "/v2/models/mixed%20one/infer";
    let answer = json(send(&app, path, "application/json", &body.to_string()).body());
    let warnings: Value =
        serde_json::from_str(answer["parameters"]["warnings"].as_str().unwrap()).unwrap();
    let expected = json!([{"code": "out_of_range", "field": "/size", "count": 1}]);
    assert_eq!(warnings, expected);
}

#[test]
fn what_sagemaker_accepts_is_what_it_gets() {
    let ask = |content_type: &str, body: &str, accept: &'static str| {
        let headers = headers(&[("accept", accept)]);
        let response = app()
            .answer(&Request {
                path: "/invocations",
                content_type: Some(content_type),
                headers: Some(&headers),
                ..predict(body.as_bytes())
            })
            .response;
        let content_type = response.headers()["content-type"].to_str().unwrap();
        (response.status().as_u16(), content_type.to_owned())
    };
    let bodies = [
        ("text/csv", "late parcel\n", "text/csv; charset=utf-8"),
        (
            "application/jsonlines",
            "[\"late parcel\"]\n",
            "application/jsonlines",
        ),
        (
            "application/json",
            r#"{"instances": [{"features": ["late parcel"]}]}"#,
            "application/json",
        ),
    ];
    for (content_type, body, usual) in bodies {
        for (accept, expected) in [
            ("*/*", usual),
            ("application/json", "application/json"),
            ("application/x-ndjson", "application/jsonlines"),
            (
                "text/csv, application/json;q=0.5",
                "text/csv; charset=utf-8",
            ),
        ] {
            let answer = ask(content_type, body, accept);
            assert_eq!(
                answer,
                (200, expected.to_owned()),
                "{content_type}, {accept}"
            );
        }
        assert_eq!(ask(content_type, body, "application/xml").0, 406);
    }
}

#[test]
fn a_hidden_schema_stays_hidden_in_warnings_and_shapes() {
    let app = app_in(&[("HEARTH_HIDE_SCHEMA", "true")]);
    let response = send(&app, "/invocations", "text/csv; header=absent", "zzz\n");
    assert_eq!(
        response.headers()["x-hearth-warnings"],
        "no_known_words;count=1"
    );
    let body = json!({"inputs": [
        {"name": "x", "datatype": "BYTES", "shape": [1, 2], "data": ["a", "b"]}
    ]});
    let response = send(&app, INFER, "application/json", &body.to_string());
    let error = json(response.body())["error"].to_string();
    assert!(error.contains("[rows, fields]"), "{error}");
}
