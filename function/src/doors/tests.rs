//! Requests of every protocol, as its clients send them.

use crate::App;
use crate::app::HandledRequest;
use crate::request::Request;
use crate::testing::{app, app_in, ask, emf_line, headers, json, mixed_app};
use crate::testing::{mixed_app_in, predict};
use http::Method;
use serde_json::{Value, json};

pub(super) fn send(app: &App, path: &str, content_type: &str, body: &str) -> HandledRequest {
    app.answer(&Request {
        path,
        content_type: Some(content_type),
        ..predict(body.as_bytes())
    })
}

pub(super) fn post(app: &App, path: &str, body: &Value) -> (u16, Value) {
    let outcome = send(app, path, "application/json", &body.to_string());
    (
        outcome.response.status().as_u16(),
        json(outcome.response.body()),
    )
}

pub(super) fn text(outcome: &HandledRequest) -> &str {
    std::str::from_utf8(outcome.response.body()).unwrap()
}

#[test]
fn many_rows_get_many_answers_and_one_emf_line() {
    let rows = json!({"instances": [{"text": "my parcel"}, ["invoice"], "money back"]});
    let outcome = send(&app(), "/", "application/json", &rows.to_string());
    let answer = json(outcome.response.body());
    let labels = answer["predictions"].as_array().unwrap().iter();
    let labels: Vec<_> = labels.map(|one| one["label"].clone()).collect();
    assert_eq!(labels, ["delivery", "billing", "refund"]);
    let line = emf_line(&outcome);
    assert_eq!(line["input.rows"], 3);
    assert_eq!(line["input.num_chars"], json!([9, 7, 10]));
}

/// Found by `make torture`: of two lists of rows the first was answered.
#[test]
fn members_that_hold_rows_are_there_once() {
    let tensor = r#"{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}"#;
    for (path, member, list) in [
        ("/predict", "instances", r#"[["a"]]"#),
        ("/invocations", "instances", r#"[["a"]]"#),
        ("/invocations", "instances", r#"[{"features": ["a"]}]"#),
        ("/invocations", "dataframe_records", r#"[{"text": "a"}]"#),
        (
            "/v2/models/mail-sorter/infer",
            "inputs",
            &format!("[{tensor}]"),
        ),
    ] {
        let once = format!("{{\"{member}\": {list}}}");
        assert_eq!(
            send(&app(), path, "application/json", &once)
                .response
                .status(),
            200,
            "{once}"
        );
        let twice = format!("{{\"{member}\": {list}, \"{member}\": {list}}}");
        let status = send(&app(), path, "application/json", &twice)
            .response
            .status();
        assert!(status.is_client_error(), "{path}: {status} of {twice}");
    }
}

#[test]
fn csv_and_json_lines_are_tables_of_rows() {
    let outcome = send(
        &app(),
        "/predict",
        "text/csv",
        "id,text\r\n1,\"my, parcel\"\r\n",
    );
    let answer = json(outcome.response.body());
    assert_eq!(answer["predictions"][0]["label"], "delivery");
    let lines = "{\"text\": \"my parcel\"}\n\n{\"text\": \"invoice\"}";
    let outcome = send(&app(), "/predict", "application/x-ndjson", lines);
    let answers: Vec<Value> = text(&outcome).lines().map(|l| json(l.as_bytes())).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[1]["label"], "billing");
    let headers = headers(&[("accept", "text/csv")]);
    let outcome = app().answer(&Request {
        content_type: Some("text/csv; header=absent"),
        headers: Some(&headers),
        ..predict(b"invoice\nmy parcel")
    });
    let mut lines = text(&outcome).lines();
    assert!(lines.next().unwrap().starts_with("billing,0."));
    assert!(lines.next().unwrap().starts_with("delivery,0."));
}

#[test]
fn all_that_is_wrong_is_told_at_once_and_where() {
    let rows = json!({"instances": [
        {"note": "late", "size": 1, "color": "red"},
        {"note": 7, "size": "big", "color": "red", "size": []},
        {"size": true},
        8,
    ]});
    let (status, problem) = post(&mixed_app(), "/predict", &rows);
    assert_eq!((status, &problem["code"]), (422, &json!("wrong_type")));
    let errors = problem["errors"].as_array().unwrap();
    let pointers: Vec<_> = errors
        .iter()
        .map(|e| e["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        [
            "/instances/1/note",
            "/instances/1/size",
            "/instances/2/note",
            "/instances/2/size",
            "/instances/2/color",
            "/instances/3",
        ]
    );
    assert_eq!(errors[0]["expected"], "a string");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("6 things are wrong; the first: "),
        "{detail}"
    );

    let table = "note,size\nlate,1\nlate,big\n";
    let outcome = send(&mixed_app(), "/predict", "text/csv", table);
    let problem = json(outcome.response.body());
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(
        (&errors[0]["pointer"], &errors[0]["line"]),
        (&json!("/color"), &json!(1))
    );
    assert_eq!(
        (&errors[1]["pointer"], &errors[1]["line"]),
        (&json!("/1/size"), &json!(3))
    );

    let lines = "{\"text\": \"a\"}\n{\"text\"}\n{\"text\": 1}";
    let outcome = send(&app(), "/predict", "application/jsonl", lines);
    let problem = json(outcome.response.body());
    assert_eq!(problem["errors"][0]["line"], 2);
    assert_eq!(problem["errors"][1]["pointer"], "/2/text");
}

#[test]
fn a_model_of_one_text_knows_it_as_text() {
    let row = json!({"text": "late parcel", "size": 1, "color": "red"});
    assert_eq!(post(&mixed_app(), "/", &row).0, 200);
    // The column's own name goes first; beside it, `text` is a field that the model does not have.
    let own = json!({"note": "late", "size": 1, "color": "red"});
    let both = json!({"text": 7, "note": "late", "size": 1, "color": "red"});
    assert_eq!(
        post(&mixed_app(), "/", &both),
        post(&mixed_app(), "/", &own)
    );
    let strict = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    assert_eq!(post(&strict, "/", &both).1["code"], "unknown_field");
    let twice = r#"{"text": "late", "text": "late", "size": 1, "color": "red"}"#;
    let outcome = send(&mixed_app(), "/", "application/json", twice);
    assert_eq!(json(outcome.response.body())["code"], "duplicate_field");
}

#[test]
fn limits_are_413_and_say_which() {
    let app = app_in(&[("HEARTH_MAX_ROWS", "2"), ("HEARTH_MAX_FIELD_CHARS", "5")]);
    let three = json!({"instances": ["a", "b", "c"]});
    let (status, problem) = post(&app, "/predict", &three);
    assert_eq!((status, &problem["code"]), (413, &json!("too_many_rows")));
    let long = json!({"instances": ["ééééé", "six ch"]});
    let (status, problem) = post(&app, "/predict", &long);
    assert_eq!((status, &problem["code"]), (413, &json!("field_too_long")));
    assert_eq!(problem["field"], "/instances/1");
    let app = app_in(&[("HEARTH_MAX_BODY_BYTES", "10")]);
    assert_eq!(post(&app, "/predict", &three).1["code"], "body_too_large");
}

#[test]
fn a_response_that_lambda_would_not_send_is_refused() {
    let app = app_in(&[("HEARTH_MAX_ROWS", "100000")]);
    let rows = json!({"instances": vec!["my parcel is late"; 60_000]});
    let (status, problem) = post(&app, "/predict", &rows);
    assert_eq!(
        (status, &problem["code"]),
        (413, &json!("response_too_large"))
    );
    let rows = json!({"instances": vec!["my parcel is late"; 20_000]});
    assert_eq!(post(&app, "/predict", &rows).0, 200);
}

#[test]
fn unknown_fields_are_refused_where_that_is_wanted() {
    let app = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    let row = json!({"note": "late", "size": 1, "color": "red", "siez": 2});
    let (status, problem) = post(&app, "/predict", &row);
    assert_eq!((status, &problem["field"]), (422, &json!("/siez")));
    let (_, problem) = post(&app, "/predict", &json!({"instances": [row]}));
    assert_eq!(problem["errors"][0]["pointer"], "/instances/0/siez");
    let frame = json!({"dataframe_split": {"columns": ["x"], "data": []}});
    assert_eq!(post(&app, "/invocations", &frame).0, 400);
}

#[test]
fn a_hidden_schema_is_in_no_refusal() {
    let app = mixed_app_in(&[("HEARTH_HIDE_SCHEMA", "true")]);
    let wrong = json!({"note": 7, "urgent": "perhaps"});
    for (path, body) in [
        ("/predict", wrong.clone()),
        ("/predict", json!({"instances": [wrong]})),
        ("/invocations", json!({"dataframe_records": [wrong]})),
        (
            "/v2/models/mixed%20one/infer",
            json!({"inputs": [
            {"name": "note", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}),
        ),
    ] {
        let (status, problem) = post(&app, path, &body);
        assert!(status == 422 || status == 400, "{problem}");
        for name in ["note", "size", "color", "urgent", "a string"] {
            assert!(!problem.to_string().contains(name), "{problem}");
        }
    }
    let index = app.answer(&ask(&Method::GET, "/")).response;
    assert!(json(index.body()).get("example").is_none());
    let model = app
        .answer(&ask(&Method::GET, "/v2/models/mixed%20one"))
        .response;
    assert_eq!(json(model.body())["inputs"], json!([]));
    let strange = json!({"note": "late", "size": 99, "urgent": 1, "color": "red"});
    let (_, answer) = post(&app, "/predict", &strange);
    assert_eq!(
        answer["warnings"],
        json!([{"code": "out_of_range", "field": "/size"}])
    );
}
