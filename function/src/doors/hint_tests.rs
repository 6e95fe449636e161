//! Likely mistakes in requests, and what their responses say about them.

use super::tests::{post, send};
use crate::App;
use crate::request::Request;
use crate::testing::{app, json, mixed_app, mixed_app_in, predict};
use serde_json::{Value, json};

/// The sentence of a refusal.
#[track_caller]
fn refused(app: &App, path: &str, content_type: &str, body: &str, status: u16) -> String {
    let outcome = send(app, path, content_type, body);
    let text = String::from_utf8_lossy(outcome.response.body()).into_owned();
    assert_eq!(outcome.response.status(), status, "{text}");
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    let sentence = |name: &str| problem[name].as_str().map(str::to_owned);
    sentence("detail")
        .or_else(|| sentence("message"))
        .or_else(|| sentence("error"))
        .unwrap_or(text)
}

#[test]
fn a_missing_field_is_told_the_name_that_is_near() {
    let app = mixed_app();
    let row = json!({"note": "late", "Size": 1, "other": 2, "colour": "red"});
    let many = json!({"instances": [row]});
    let frame = json!({"dataframe_split": {
        "columns": ["note", "Size", "other", "colour"], "data": [["late", 1, 2, "red"]]}});
    for (path, body, status) in [
        ("/predict", row.to_string(), 422),
        ("/predict", many.to_string(), 422),
        ("/predict", json!([row]).to_string(), 422),
        ("/invocations", many.to_string(), 400),
        ("/invocations", frame.to_string(), 400),
    ] {
        let outcome = send(&app, path, "application/json", &body);
        let problem = json(outcome.response.body());
        assert_eq!(outcome.response.status(), status, "{problem}");
        let details = problem["errors"].to_string();
        for (missing, near) in [("size", "Size"), ("color", "colour")] {
            let hint = format!("did you mean it by \\\"{near}\\\"?");
            let fault = problem["errors"].as_array().unwrap().iter().find(|fault| {
                let detail = fault["detail"].to_string();
                detail.contains(&format!("\\\"{missing}\\\"")) && detail.contains(&hint)
            });
            assert!(fault.is_some(), "{missing} {details}");
        }
        assert!(!details.contains("other"), "{details}");
    }
    let table = "note,Size,other,colour\nlate,1,2,red\n";
    let detail = refused(&app, "/predict", "text/csv", table, 422);
    assert!(detail.contains("did you mean it by \"Size\"?"), "{detail}");
}

#[test]
fn an_unknown_field_is_told_the_field_that_is_near() {
    let app = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    let row = json!({"note": "late", "size": 1, "color": "red", "Urgent": true});
    for body in [row.clone(), json!({"instances": [row]})] {
        let detail = refused(&app, "/predict", "application/json", &body.to_string(), 422);
        let expected = "the model has no field \"Urgent\"; did you mean \"urgent\"?";
        assert_eq!(detail, expected);
    }
    let table = "note,size,color,Urgent\nlate,1,red,true\n";
    let detail = refused(&app, "/predict", "text/csv", table, 422);
    assert!(detail.ends_with("did you mean \"urgent\"?"), "{detail}");
}

#[test]
fn an_unknown_category_is_told_the_one_that_is_near() {
    let row = |color: &str| json!({"note": "late", "size": 1, "urgent": true, "color": color});
    let rows: Vec<Value> = ["Red", "blu", "pink", "red"].map(row).to_vec();
    let details = |app: &App| {
        let (status, answer) = post(app, "/predict", &json!({"instances": rows}));
        assert_eq!(status, 200, "{answer}");
        let detail = |index: usize| answer["predictions"][index]["warnings"][0]["detail"].clone();
        [0, 1, 2, 3].map(detail)
    };
    let unknown = "\"color\" has a value that no training row had";
    let [red, blue, pink, none] = details(&mixed_app());
    assert_eq!(red, format!("{unknown}; did you mean \"red\"?"));
    assert_eq!(blue, format!("{unknown}; did you mean \"blue\"?"));
    assert_eq!((pink, none), (json!(unknown), Value::Null));
    // Where the schema is hidden, no category is named.
    let hidden = mixed_app_in(&[("HEARTH_HIDE_SCHEMA", "true")]);
    assert_eq!(details(&hidden), [(); 4].map(|()| Value::Null));
}

#[test]
fn a_list_of_objects_is_many_rows() {
    let app = mixed_app();
    let row = json!({"note": "late", "size": 1, "urgent": true, "color": "red"});
    let (status, one) = post(&app, "/predict", &row);
    assert_eq!(status, 200);
    let many = post(&app, "/predict", &json!([row, row]));
    assert_eq!(many, (200, json!({"predictions": [one, one]})));
    let (status, problem) = post(&app, "/predict", &json!([row, {"note": 1}, 7]));
    assert_eq!(status, 422);
    let pointers = problem["errors"].as_array().unwrap().iter();
    let pointers: Vec<&str> = pointers
        .map(|one| one["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/1/note", "/1/size", "/1/color", "/2"]);
}

#[test]
fn any_other_list_is_told_how_many_rows_are_sent() {
    let app = mixed_app();
    for body in ["[]", "[1, 2]", "[\"late\", 1, true, \"red\"]", "[[1]]", "3"] {
        let detail = refused(&app, "/predict", "application/json", body, 422);
        assert!(
            detail.contains("{\"instances\": [{...}, {...}]}"),
            "{detail}"
        );
    }
    let detail = refused(&app, "/invocations", "application/json", "[{}]", 400);
    assert!(detail.contains("{\"instances\": [...]}"), "{detail}");
}

#[test]
fn a_table_whose_line_ends_curl_removed_is_told_to_send_them() {
    let app = mixed_app();
    let rows = "note,size,urgent,colorlate,1,true,redlate,2,true,blue";
    let form = "application/x-www-form-urlencoded";
    for (path, content_type, status) in [
        ("/predict", form, 415),
        ("/predict", "text/csv", 422),
        ("/predict", "text/csv; header=absent", 422),
        ("/invocations", form, 415),
        ("/invocations", "text/csv", 400),
    ] {
        let detail = refused(&app, path, content_type, rows, status);
        assert!(
            detail.contains("--data-binary"),
            "{path} {content_type}: {detail}"
        );
        let is_form = content_type == form;
        assert_eq!(
            detail.contains("content-type: text/csv"),
            is_form,
            "{detail}"
        );
    }
    // A body of JSON lacks nothing but its content type.
    let detail = refused(&app, "/predict", form, " {\"note\": \"late\"}", 415);
    assert!(
        detail.contains("content-type: application/json"),
        "{detail}"
    );
    assert!(!detail.contains("--data-binary"), "{detail}");
    // With its line ends a table is told of its own faults alone.
    let detail = refused(&app, "/predict", "text/csv", "note,size\nlate,1\n", 422);
    assert!(!detail.contains("--data-binary"), "{detail}");
}

#[test]
fn parameters_that_a_path_does_not_take_are_refused_where_rows_are_answered() {
    let app = app();
    let row = r#"{"text": "my parcel"}"#;
    let frame = r#"{"dataframe_records": [{"text": "my parcel"}]}"#;
    let tensors =
        r#"{"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["a"]}]}"#;
    let infer = "/v2/models/mail-sorter/infer";
    for (path, body, query, status) in [
        ("/predict", row, "topp=1", 400),
        ("/predict", row, "top=1&explain=1", 200),
        ("/predict", row, "X-Amz-Signature=0&utm_source=mail", 200),
        ("/", row, "pretty", 400),
        ("/invocations", row, "top=1", 200),
        ("/invocations", frame, "top=1", 400),
        (infer, tensors, "top=1", 400),
        (infer, tensors, "", 200),
    ] {
        let request = Request {
            path,
            query: Some(query),
            ..predict(body.as_bytes())
        };
        let outcome = app.answer(&request);
        let text = String::from_utf8_lossy(outcome.response.body()).into_owned();
        assert_eq!(outcome.response.status(), status, "{path}?{query}: {text}");
    }
    // Health checkers and browsers add parameters of their own.
    for path in [
        "/health",
        "/ping",
        "/docs",
        "/openapi.json",
        "/v2/health/ready",
        "/",
    ] {
        let get = http::Method::GET;
        let request = Request {
            query: Some("utm_source=a&_=1"),
            ..crate::testing::ask(&get, path)
        };
        assert_eq!(app.answer(&request).response.status(), 200, "{path}");
    }
}
