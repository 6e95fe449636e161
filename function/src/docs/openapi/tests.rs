//! Compares the document's schemas of bodies with the responses to them.

use crate::App;
use crate::request::Request;
use crate::testing::{app, ask, json, mixed_app, mixed_app_in, predict};
use http::Method;
use serde_json::{Value, json};

fn schemas(app: &App) -> Value {
    let response = app.answer(&ask(&Method::GET, "/openapi.json")).response;
    json(response.body())["components"]["schemas"].clone()
}

fn status(app: &App, path: &str, body: &Value) -> u16 {
    let body = body.to_string();
    let request = Request {
        path,
        ..predict(body.as_bytes())
    };
    app.answer(&request).response.status().as_u16()
}

/// Members of MLflow's body under this name.
fn mlflow(app: &App, name: &str) -> Value {
    schemas(app)["InvocationsBody"]["allOf"][0]["properties"][name].clone()
}

#[test]
fn a_row_is_a_plain_object_and_each_operation_has_one_type_of_answer() {
    for app in [app(), mixed_app()] {
        let document = app.answer(&ask(&Method::GET, "/openapi.json")).response;
        let document = json(document.body());
        assert!(!document.to_string().contains(r#""items":false"#));
        let row = &document["components"]["schemas"]["Row"];
        assert_eq!(row["type"], "object");
        assert!(row.get("allOf").is_none(), "{row}");
        let name = |name| json!({"$ref": format!("#/components/schemas/{name}")});
        for (path, id, body, answer) in [
            ("/predict", "predict", "Row", "Answer"),
            ("/predict-many", "predictMany", "Rows", "Answers"),
        ] {
            let operation = &document["paths"][path]["post"];
            assert_eq!(operation["operationId"], id);
            let media = |content: &Value| content["content"].as_object().unwrap().clone();
            let request = media(&operation["requestBody"]);
            assert_eq!(request.len(), 1);
            assert_eq!(request["application/json"]["schema"], name(body));
            let response = media(&operation["responses"]["200"]);
            assert_eq!(response.len(), 1);
            assert_eq!(response["application/json"]["schema"], name(answer));
        }
        let operations = document["paths"].as_object().unwrap().values();
        let ids = operations.flat_map(|path| path.as_object().unwrap().values());
        let ids: Vec<&str> = ids
            .map(|one| one["operationId"].as_str().unwrap())
            .collect();
        let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
    }
}

#[test]
fn many_rows_are_objects_in_a_list_as_their_type_says() {
    let app = mixed_app();
    let row = json!({"note": "late", "size": 1, "urgent": true, "color": "red"});
    let in_order = json!(["late", 1, true, "red"]);
    for (body, expected) in [
        (json!({"instances": [row, row]}), 200),
        (json!({"instances": []}), 200),
        (json!({"instances": [row], "other": 1}), 200),
        (json!({"instances": [in_order]}), 422),
        (json!({"instances": [row, 1]}), 422),
        (json!({"instances": row}), 422),
        (json!({"rows": [row]}), 422),
        (json!([row]), 422),
        (row.clone(), 422),
    ] {
        assert_eq!(status(&app, "/predict-many", &body), expected, "{body}");
    }
    let twice = br#"{"instances": [], "instances": []}"#;
    let many = |content_type, body| Request {
        path: "/predict-many",
        content_type: Some(content_type),
        ..predict(body)
    };
    let answer = |content_type, body| app.answer(&many(content_type, body)).response;
    assert_eq!(answer("application/json", twice).status(), 422);
    let table = answer("text/csv", b"note,size,urgent,color\nlate,1,true,red\n");
    assert_eq!(table.status(), 415);
    let problem = json(answer("application/json", b"{}").body());
    assert_eq!(problem["field"], "/instances");
    assert_eq!(problem.get("example"), None);
    // A single text or value is a row for /predict only.
    let texts = json!({"instances": ["late"]});
    assert_eq!(status(&self::app(), "/predict", &texts), 200);
    assert_eq!(status(&self::app(), "/predict-many", &texts), 422);
}

#[test]
fn the_one_text_of_inputs_goes_by_either_of_its_names() {
    let app = mixed_app();
    let columns = &mlflow(&app, "inputs")["anyOf"][0];
    let lists = &columns["allOf"][0];
    assert_eq!(lists["required"], json!(["size", "color"]));
    // Beside the name of the column, the other name is an unknown field of any value.
    assert_eq!(lists["properties"]["text"], Value::Null);
    let by_note = json!({"type": "object", "required": ["note"]});
    let by_text = json!({
        "type": "object",
        "properties": {"text": lists["properties"]["note"]},
        "required": ["text"],
    });
    assert_eq!(columns["allOf"][1]["anyOf"], json!([by_note, by_text]));
    for (text, expected) in [
        (json!({"note": "late"}), 200),
        (json!({"text": "late"}), 200),
        (json!({"note": "late", "text": ["any", "thing"]}), 200),
        (json!({}), 400),
    ] {
        let mut inputs = json!({"size": 1, "color": "red"});
        for (name, value) in text.as_object().unwrap() {
            inputs[name] = value.clone();
        }
        let answered = status(&app, "/invocations", &json!({"inputs": inputs}));
        assert_eq!(answered, expected, "{inputs}");
    }
    // Where unknown fields are refused, both names together are.
    let strict = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    let columns = &mlflow(&strict, "inputs")["anyOf"][0];
    let lists = &columns["allOf"][0];
    assert_eq!(lists["properties"]["text"], lists["properties"]["note"]);
    let by_text = json!({"type": "object", "required": ["text"]});
    assert_eq!(columns["allOf"][1]["oneOf"], json!([by_note, by_text]));
    let both = json!({"note": "late", "text": "late", "size": 1, "color": "red"});
    let answered = status(&strict, "/invocations", &json!({"inputs": both}));
    assert_eq!(answered, 400);
}

#[test]
fn lists_of_inputs_are_as_long_as_each_other_as_their_description_says() {
    let app = mixed_app();
    let lists = &mlflow(&app, "inputs")["anyOf"][0]["allOf"][0];
    let description = lists["description"].as_str().unwrap();
    assert!(description.contains("each as long as the others"));
    assert!(description.contains("a bare value is a list of one"));
    for (note, size, expected) in [
        (json!("late"), json!(1), 200),
        (json!("late"), json!([1]), 200),
        (json!(["late", "money"]), json!([1, 2]), 200),
        (json!("late"), json!([]), 400),
        (json!(["late", "money"]), json!(1), 400),
        (json!(["late", "money"]), json!([1]), 400),
    ] {
        let mut inputs = json!({"note": note, "size": size, "color": size});
        inputs["other"] = json!(["is", "passed", "over"]);
        let answered = status(&app, "/invocations", &json!({"inputs": inputs}));
        assert_eq!(answered, expected, "{inputs}");
    }
}

#[test]
fn a_data_frame_names_no_column_twice() {
    let app = mixed_app();
    let names = &mlflow(&app, "dataframe_split")["properties"]["columns"]["anyOf"][0];
    assert_eq!(names["uniqueItems"], true);
    let text = json!({"type": "string", "enum": ["note", "text"]});
    assert_eq!(names["prefixItems"][0], text);
    // In place of `urgent`, which rows may leave out, any name.
    assert_eq!(names["prefixItems"][2], json!({"type": "string"}));
    for (first, third, expected) in [
        ("note", "urgent", 200),
        ("text", "urgent", 200),
        ("note", "any", 200),
        ("note", "text", 200),
        ("note", "note", 400),
        ("text", "text", 400),
    ] {
        let columns = [first, "size", third, "color"];
        let frame = json!({"columns": columns, "data": [["late", 1, true, "red"]]});
        let answered = status(&app, "/invocations", &json!({"dataframe_split": frame}));
        assert_eq!(answered, expected, "{columns:?}");
    }
    let strict = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    let names = &mlflow(&strict, "dataframe_split")["properties"]["columns"]["anyOf"][0];
    assert_eq!(names["prefixItems"][2]["enum"], json!(["urgent"]));
}

#[test]
fn the_outputs_to_ask_for_are_those_that_there_are() {
    let app = app();
    let outputs = &schemas(&app)["InferBody"]["properties"]["outputs"];
    let names = &outputs["anyOf"][0]["items"]["properties"]["name"]["enum"];
    let response = app.answer(&ask(&Method::GET, "/")).response;
    let name = json(response.body())["model"]["name"].clone();
    let model = format!("/v2/models/{}", name.as_str().unwrap());
    let response = app.answer(&ask(&Method::GET, &model)).response;
    let told = json(response.body())["outputs"].clone();
    let told: Vec<&Value> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, &json!(told));
    for (output, expected) in [("label", 200), ("value", 400)] {
        let tensor = json!({"name": "text", "shape": [1], "datatype": "BYTES", "data": ["late"]});
        let body = json!({"inputs": [tensor], "outputs": [{"name": output}]});
        assert_eq!(status(&app, &format!("{model}/infer"), &body), expected);
    }
}
