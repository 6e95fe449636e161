use crate::App;
use crate::request::Request;
use crate::testing::{app, app_without_model, ask, headers, json, mixed_app, predict};
use http::Method;
use serde_json::{Value, json};

fn infer(app: &App, path: &str, body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let response = app
        .answer(&Request {
            path,
            ..predict(body.as_bytes())
        })
        .response;
    (response.status().as_u16(), json(response.body()))
}

fn get(app: &App, path: &str) -> (u16, Value) {
    let response = app.answer(&ask(&Method::GET, path)).response;
    (response.status().as_u16(), json(response.body()))
}

fn tensor(name: &str, datatype: &str, shape: Value, data: Value) -> Value {
    json!({"name": name, "datatype": datatype, "shape": shape, "data": data})
}

const MIXED: &str = "/v2/models/mixed%20one/infer";

fn mixed() -> Vec<Value> {
    vec![
        tensor("note", "BYTES", json!([2]), json!(["late", "parcel"])),
        tensor("size", "FP32", json!([2, 1]), json!([[9.5], [1]])),
        tensor("urgent", "BOOL", json!([2]), json!([true, null])),
        tensor("color", "BYTES", json!([2]), json!(["blue", "red"])),
    ]
}

#[test]
fn a_tensor_a_column_is_answered_as_the_rows_are() {
    let body = json!({"id": "42", "inputs": mixed()});
    let (status, answer) = infer(&mixed_app(), MIXED, &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["model_name"], "mixed one");
    assert_eq!(
        (&answer["model_version"], &answer["id"]),
        (&json!("1"), &json!("42"))
    );
    let rows = json!({"instances": [
        {"note": "late", "size": 9.5, "urgent": true, "color": "blue"},
        {"note": "parcel", "size": 1, "urgent": null, "color": "red"},
    ]});
    let (_, expected) = infer(&mixed_app(), "/predict", &rows);
    let outputs = answer["outputs"].as_array().unwrap();
    assert_eq!(outputs[0]["name"], "label");
    assert_eq!(outputs[2]["shape"], json!([2, 3]));
    for row in 0..2 {
        let one = &expected["predictions"][row];
        assert_eq!(outputs[0]["data"][row], one["label"]);
        let label = one["label"].as_str().unwrap();
        assert_eq!(outputs[1]["data"][row], one["probabilities"][label]);
        assert_eq!(
            outputs[2]["data"][row * 3 + 2],
            one["probabilities"]["large"]
        );
    }
    let labels = outputs[2]["parameters"]["labels"].as_str().unwrap();
    assert_eq!(json(labels.as_bytes()), json!(["small", "medium", "large"]));
}

#[test]
fn outputs_can_be_chosen_and_one_column_has_any_name() {
    let body = json!({
        "inputs": [tensor("input-0", "BYTES", json!([1, 1]), json!([["my parcel"]]))],
        "outputs": [{"name": "label"}],
    });
    let path = "/v2/models/mail-sorter/versions/v7/infer";
    let (status, answer) = infer(&app(), path, &body);
    assert_eq!(status, 200, "{answer}");
    let expected =
        json!([{"name": "label", "datatype": "BYTES", "shape": [1], "data": ["delivery"]}]);
    assert_eq!(answer["outputs"], expected);
}

#[test]
fn tensors_in_binary_stand_behind_the_json() {
    let input = |name, datatype, size: usize| {
        json!({"name": name, "datatype": datatype, "shape": [2],
               "parameters": {"binary_data_size": size}})
    };
    let text = json!({"inputs": [
        input("note", "BYTES", 18), input("size", "FP32", 8),
        input("urgent", "BOOL", 2), input("color", "BYTES", 15),
    ]})
    .to_string();
    let bytes = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
    let body = [
        text.as_bytes().to_vec(),
        [bytes("late"), bytes("parcel")].concat(),
        [9.5f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat(),
        vec![1, 0],
        [bytes("blue"), bytes("red")].concat(),
    ]
    .concat();
    let length: &'static str = text.len().to_string().leak();
    let of_length = headers(&[("inference-header-content-length", length)]);
    let send = |body: &[u8]| {
        let response = mixed_app()
            .answer(&Request {
                path: MIXED,
                headers: Some(&of_length),
                ..predict(body)
            })
            .response;
        (response.status().as_u16(), json(response.body()))
    };
    let (status, answer) = send(&body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["outputs"][0]["data"][0], "large");
    for end in [text.len() - 1, text.len(), body.len() - 1] {
        assert_eq!(send(&body[..end]).0, 400);
    }
    assert_eq!(send(&[body, vec![0]].concat()).0, 400);
}

#[test]
fn what_is_wrong_with_a_tensor_is_told_in_the_protocols_form() {
    let bytes = |shape, data| tensor("text", "BYTES", shape, data);
    for (input, word) in [
        (
            bytes(json!([2]), json!(["a"])),
            "2 were expected by its shape",
        ),
        (
            bytes(json!([1, 2]), json!(["a", "b"])),
            "more than one element",
        ),
        (bytes(json!([-1]), json!(["a"])), "whole numbers"),
        (bytes(json!([]), json!(["a"])), "shape is empty"),
        (bytes(json!([1e300, 1e300]), json!(["a"])), "whole numbers"),
        (
            bytes(json!([1]), json!([7])),
            "a number where its datatype says a string",
        ),
        (
            tensor("text", "FP64", json!([1]), json!([7])),
            "/inputs/0/data/0",
        ),
        (tensor("text", "FP16", json!([1]), json!([7])), "datatype"),
        (
            json!({"shape": [1], "datatype": "BYTES", "data": ["a"]}),
            "no name",
        ),
        (
            json!({"name": "text", "shape": [1], "datatype": "BYTES"}),
            "no data",
        ),
    ] {
        let body = json!({"inputs": [input]});
        let (status, answer) = infer(&app(), "/v2/models/mail-sorter/infer", &body);
        let error = answer["error"].as_str().unwrap();
        assert_eq!(status, 400, "{error}");
        assert!(error.contains(word), "{error}");
    }
    let mut short = mixed();
    short.pop();
    let (_, answer) = infer(&mixed_app(), MIXED, &json!({"inputs": short}));
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("there is no column \"color\""),
        "{answer}"
    );
    for path in [
        "/v2/models/other/infer",
        "/v2/models/mail-sorter/versions/8/infer",
        "/v2/x",
    ] {
        let (status, answer) = infer(&app(), path, &json!({}));
        assert!(
            status == 404 && answer["error"].is_string(),
            "{path}: {answer}"
        );
    }
}

#[test]
fn a_kubelet_and_a_client_find_their_way() {
    assert_eq!(get(&app(), "/v2").1["name"], "hearth");
    assert_eq!(get(&app(), "/v2/health/live").0, 200);
    assert_eq!(get(&app(), "/v2/health/ready").1, json!({"ready": true}));
    assert_eq!(get(&app_without_model(), "/v2/health/live").0, 200);
    assert_eq!(get(&app_without_model(), "/v2/health/ready").0, 503);
    let (status, model) = get(&mixed_app(), "/v2/models/mixed%20one/versions/1");
    assert_eq!(status, 200);
    let types = model["inputs"].as_array().unwrap().iter();
    let types: Vec<_> = types.map(|input| input["datatype"].clone()).collect();
    assert_eq!(types, ["BYTES", "FP64", "BOOL", "BYTES"]);
    assert_eq!(model["outputs"][2]["shape"], json!([-1, 3]));
    assert_eq!(get(&app(), "/v2/models/mail-sorter/ready").0, 200);
}
