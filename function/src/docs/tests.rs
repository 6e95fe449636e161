use crate::App;
use crate::request::{Request, Response};
use crate::testing::{app, app_in, ask, headers, json, mixed_app, mixed_app_in, predict, tree_app};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

fn get(app: &App, path: &str) -> Response {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    let none = HeaderMap::new();
    let request = Request {
        query,
        headers: Some(&none),
        ..ask(&Method::GET, path)
    };
    app.answer(&request).response
}

#[track_caller]
fn document(app: &App, path: &str) -> Value {
    let response = get(app, path);
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "private, max-age=60");
    json(response.body())
}

#[test]
fn the_card_has_what_a_form_is_made_of() {
    let card = document(&mixed_app(), "/model");
    assert_eq!(card["name"], "mixed one");
    assert_eq!(card["task"], "classification");
    assert_eq!(card["estimator"], "logistic_regression");
    assert_eq!(card["labels"], json!(["small", "medium", "large"]));
    let columns = json!([
        {"name": "note", "kind": "text", "optional": false, "example": "late parcel"},
        {"name": "size", "kind": "number", "optional": false, "range": [0.0, 10.0], "example": 2},
        {"name": "urgent", "kind": "boolean", "optional": true},
        {"name": "color", "kind": "category", "optional": false, "categories": ["red", "blue"],
         "example": "red"},
    ]);
    assert_eq!(card["columns"], columns);
    assert_eq!(card["explain"], true);
    assert_eq!(
        card["limits"],
        json!({"rows": 10_000, "body_bytes": 6 << 20})
    );
    assert_eq!(card["card"], json!({}));
    let answer = mixed_app().answer(&predict(card["example"].to_string().as_bytes()));
    assert_eq!(answer.response.status(), 200);
}

#[test]
fn every_example_is_answered() {
    for app in [app(), mixed_app(), tree_app()] {
        let all = document(&app, "/example");
        let all = all["examples"].as_array().unwrap();
        assert_eq!(all.len(), 4);
        for example in all {
            let door = example["door"].as_str().unwrap();
            assert_eq!(&document(&app, &format!("/example?door={door}")), example);
            let request = Request {
                path: example["path"].as_str().unwrap(),
                content_type: example["headers"]["content-type"].as_str(),
                ..predict(example["body"].as_str().unwrap().as_bytes())
            };
            let response = app.answer(&request).response;
            let body = String::from_utf8_lossy(response.body());
            assert_eq!(response.status(), 200, "{example} {body}");
        }
    }
    for query in ["door=V2", "door", "door=v2&door=v2"] {
        let response = get(&app(), &format!("/example?{query}"));
        assert_eq!(response.status(), 400);
        assert_eq!(json(response.body())["code"], "invalid_door");
    }
}

#[test]
fn the_document_has_every_route_and_the_models_own_fields() {
    let document = document(&mixed_app(), "/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    for route in crate::routes::ROUTES {
        let operation = &document["paths"][route.path][route.method.to_ascii_lowercase()];
        assert_eq!(operation["summary"], route.answer, "{}", route.path);
        assert!(operation["responses"]["200"].is_object());
    }
    let schemas = &document["components"]["schemas"];
    // Its one text goes by two names, one of which must be there.
    let either = &schemas["RowByEitherName"]["allOf"][1]["anyOf"];
    let row = &schemas["RowByEitherName"]["allOf"][0];
    assert_eq!(either[0]["required"], json!(["note"]));
    assert_eq!(either[1]["required"], json!(["text"]));
    assert_eq!(either[1]["properties"]["text"], row["properties"]["note"]);
    assert_eq!(row["required"], json!(["size", "color"]));
    assert_eq!(schemas["Row"]["properties"], row["properties"]);
    assert_eq!(schemas["Row"]["required"], json!(["note", "size", "color"]));
    let size = row["properties"]["size"]["description"].as_str().unwrap();
    assert!(size.contains("0 to 10"), "{size}");
    let color = row["properties"]["color"]["description"].as_str().unwrap();
    assert!(color.contains("\"red\", \"blue\""), "{color}");
    let labels = &schemas["Label"]["enum"];
    assert_eq!(labels, &json!(["small", "medium", "large"]));
    let name = &document["paths"]["/v2/models/{name}/infer"]["post"]["parameters"][0];
    assert_eq!(name["schema"]["enum"], json!(["mixed one"]));
    assert!(document.get("security").is_none());
    // Every reference leads somewhere.
    let text = document.to_string();
    for part in text.split(r##""$ref":"#/components/schemas/"##).skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas[name].is_object(), "{name}");
    }
}

#[test]
fn refusals_are_documented_as_their_door_words_them() {
    let document = document(&mixed_app(), "/openapi.json");
    let responses = |path: &str| document["paths"][path]["post"]["responses"].clone();
    let ours = responses("/predict");
    assert!(ours["422"]["content"]["application/problem+json"].is_object());
    assert!(
        ours["422"]["description"]
            .as_str()
            .unwrap()
            .contains("missing_field")
    );
    let mlflow = responses("/invocations");
    assert!(mlflow.get("422").is_none());
    assert!(mlflow["415"]["content"]["text/plain"].is_object());
    assert!(mlflow["400"]["content"]["application/json"].is_object());
    assert!(responses("/v2/models/{name}/infer").get("422").is_none());
}

#[test]
fn a_hidden_schema_stays_hidden() {
    let app = mixed_app_in(&[("HEARTH_HIDE_SCHEMA", "true")]);
    assert_eq!(get(&app, "/example").status(), StatusCode::FORBIDDEN);
    for path in ["/openapi.json", "/model", "/docs"] {
        let response = get(&app, path);
        assert_eq!(response.status(), 200);
        let text = std::str::from_utf8(response.body()).unwrap();
        for name in ["urgent", "color", "late parcel"] {
            assert!(!text.contains(&format!("\"{name}\"")), "{path}: {name}");
        }
    }
    let card = document(&app, "/model");
    assert_eq!((card.get("columns"), card.get("card")), (None, None));
    assert_eq!(card["explain"], false);
}

#[test]
fn the_page_needs_no_key_and_all_else_does() {
    let app = app_in(&[("HEARTH_API_KEY", "secret")]);
    for path in ["/docs", "/docs/"] {
        let page = get(&app, path);
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers()["x-content-type-options"], "nosniff");
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
    for path in ["/model", "/example", "/openapi.json", "/nothing"] {
        assert_eq!(get(&app, path).status(), 401, "{path}");
    }
    let key = headers(&[("x-api-key", "secret")]);
    let request = Request {
        headers: Some(&key),
        ..ask(&Method::GET, "/openapi.json")
    };
    let document = json(app.answer(&request).response.body());
    assert_eq!(document["security"], json!([{"key": []}, {"bearer": []}]));
    assert_eq!(document["paths"]["/health"]["get"]["security"], json!([{}]));
    assert_eq!(document["paths"]["/docs"]["get"]["security"], json!([{}]));
    assert!(
        document["paths"]["/predict"]["post"]
            .get("security")
            .is_none()
    );
}

#[test]
fn without_documentation_there_is_nothing() {
    for variables in [
        &[("HEARTH_DOCS", "off")][..],
        &[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")],
    ] {
        let app = app_in(Box::leak(variables.to_vec().into_boxed_slice()));
        for path in ["/docs", "/model", "/example", "/openapi.json"] {
            let response = get(&app, path);
            assert_eq!(response.status(), 404);
            let text = String::from_utf8_lossy(response.body()).into_owned();
            assert!(!text.contains("openapi"), "{text}");
        }
        let index = json(get(&app, "/").body());
        assert_eq!(index["routes"].as_array().unwrap().len(), 17);
    }
}

#[test]
fn trees_and_refused_fields_show_in_the_document() {
    let parameters = |app: &App| {
        let document = document(app, "/openapi.json");
        let list = document["paths"]["/predict"]["post"]["parameters"].clone();
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(parameters(&app()), ["top", "explain", "x-request-id"]);
    let card = document(&tree_app(), "/model");
    let has = parameters(&tree_app()).contains(&"explain".to_owned());
    assert_eq!(card["explain"], has);
    let strict = mixed_app_in(&[("HEARTH_UNKNOWN_FIELDS", "refuse")]);
    let document = document(&strict, "/openapi.json");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Row"]["additionalProperties"], false);
    let row = &schemas["RowByEitherName"]["allOf"][0];
    assert_eq!(row["additionalProperties"], false);
}

/// True if `value` matches the component of this name: each member is known, none is missing that
/// is always there, and so on inwards.
fn check(schemas: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return check(schemas, &schemas[name], value, &format!("{at} {name}"));
    }
    let is = match schema["type"].as_str() {
        None => return,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some(_) => value.is_boolean(),
    };
    assert!(is, "{at}: {value}");
    for item in value.as_array().into_iter().flatten() {
        check(schemas, &schema["items"], item, at);
    }
    let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for (name, value) in members {
        assert!(properties.contains_key(name), "{at}: {name} is not told");
        check(schemas, &properties[name], value, &format!("{at} {name}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(members.contains_key(name.as_str().unwrap()), "{at}: {name}");
    }
}

#[test]
fn the_types_are_those_of_what_is_served() {
    let app = mixed_app();
    let document = document(&app, "/openapi.json");
    let schemas = &document["components"]["schemas"];
    let of = |name: &str| schemas[name].clone();
    for (path, name) in [
        ("/", "RouteList"),
        ("/health", "Health"),
        ("/model", "ModelCard"),
        ("/example", "Samples"),
        ("/example?door=v2", "Sample"),
        ("/nothing", "Problem"),
    ] {
        let value = json(get(&app, path).body());
        check(schemas, &of(name), &value, path);
    }
    let strange = r#"{"note": "zzz late", "size": 99, "urgent": null, "color": "pink"}"#;
    let tensors = r#"{"id": "1", "inputs": [
        {"name": "note", "shape": [1], "datatype": "BYTES", "data": ["late"]},
        {"name": "size", "shape": [1], "datatype": "FP64", "data": [1]},
        {"name": "color", "shape": [1], "datatype": "BYTES", "data": ["red"]}]}"#;
    let features = r#"{"instances": [{"features": ["late", 2, true, "red"]}]}"#;
    let infer = "/v2/models/mixed%20one/infer";
    for (path, body, name) in [
        ("/predict", strange, "Answer"),
        (
            "/predict",
            r#"{"instances": [["late", 2, true, "red"]]}"#,
            "Answers",
        ),
        (
            "/predict-many",
            r#"{"instances": [{"note": "late", "size": 2, "color": "red"}]}"#,
            "Answers",
        ),
        ("/predict", r#"{"size": "x"}"#, "Problem"),
        ("/predict-many", r#"{"size": "x"}"#, "Problem"),
        ("/invocations", features, "SageMakerPredictions"),
        ("/invocations", r#"{"instances": [[1]]}"#, "MlflowRefusal"),
        (infer, tensors, "Inferred"),
        (infer, "{}", "InferenceRefusal"),
    ] {
        let response = app
            .answer(&Request {
                path,
                query: (name == "Answer").then_some("explain=9"),
                ..predict(body.as_bytes())
            })
            .response;
        let value = json(response.body());
        check(schemas, &of(name), &value, path);
    }
}
