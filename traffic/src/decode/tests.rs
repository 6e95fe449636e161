use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use monitor::capture::DataForm;
use serde_json::{Value, json};
use std::path::Path;

/// A model of two labels with the columns note, income, colour, member and start.
fn model() -> Model<'static> {
    let kept = "../model/tests/files/baseline-1.hearth";
    model::source::open_path(&Path::new(env!("CARGO_MANIFEST_DIR")).join(kept)).unwrap()
}

fn form(encoding: &'static str, content_type: &'static str) -> DataForm<'static> {
    DataForm {
        encoding: Some(encoding.into()),
        content_type: content_type.into(),
    }
}

/// The ids, rows and answers of a request, each as its data and form.
fn decoded(
    model: Option<&Model<'_>>,
    (input, input_form): (&str, DataForm<'_>),
    (output, output_form): (&str, DataForm<'_>),
) -> Result<Vec<(String, Value, Value)>, String> {
    let captured = Captured {
        record: Record {
            input: input.into(),
            output: output.into(),
            event_id: "e".into(),
            ..Record::default()
        },
        input: input_form,
        output: output_form,
    };
    let mut found = Vec::new();
    let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
    each(model, &captured, &mut |record| {
        let (row, answer) = (json(&record.input), json(&record.output));
        found.push((record.event_id.to_string(), row, answer));
    })?;
    Ok(found)
}

const ROW: &str = "\"a, b\",3.5,red,yes,2025-05-05";

fn row() -> Value {
    json!({"note": "a, b", "income": "3.5", "colour": "red", "member": "yes", "start": "2025-05-05"})
}

fn csv() -> DataForm<'static> {
    form("CSV", "text/csv; charset=utf-8")
}

#[test]
fn a_row_in_csv_is_in_the_models_order_or_below_a_header() {
    let model = model();
    let label = model.head.labels()[0];
    let other = model.head.labels()[1];
    let answer = format!("{label},0.75\n");
    let expected = json!({"label": label, "probabilities": {label: 0.75, other: 0.25}});
    let under_header =
        "colour,note,start,extra,income,member\nred,\"a, b\",2025-05-05,x,3.5,yes".to_string();
    for input in [ROW, &format!("{ROW}\r\n"), &under_header] {
        let found = decoded(Some(&model), (input, csv()), (&answer, csv())).unwrap();
        assert_eq!(
            found,
            [("e".to_string(), row(), expected.clone())],
            "{input}"
        );
    }
}

#[test]
fn a_request_of_several_rows_is_as_many_records() {
    let model = model();
    let label = model.head.labels()[1];
    let two = format!("{ROW}\n{ROW}\n");
    let answers = format!("{label}\n{label}");
    let found = decoded(Some(&model), (&two, csv()), (&answers, csv())).unwrap();
    let ids: Vec<&str> = found.iter().map(|(id, ..)| id.as_str()).collect();
    assert_eq!(ids, ["e/0", "e/1"]);
    assert!(found.iter().all(|(_, input, _)| *input == row()));
    let error = decoded(Some(&model), (&two, csv()), (label, csv())).unwrap_err();
    assert_eq!(
        error,
        "a request of 2 rows has 1 answers; one a row was expected"
    );
}

#[test]
fn base64_holds_csv_or_json_by_its_media_type_or_its_first_character() {
    let model = model();
    let label = model.head.labels()[0];
    let answer = json!({"label": label, "probabilities": {label: 0.75}}).to_string();
    let object = row().to_string();
    for (text, media_type) in [
        (ROW, "text/csv"),
        (ROW, "application/octet-stream"),
        (&object, "application/json"),
        (&object, ""),
    ] {
        let encoded = STANDARD.encode(text);
        let input = (encoded.as_str(), form("BASE64", media_type));
        let output = (answer.as_str(), form("JSON", "application/json"));
        let found = decoded(Some(&model), input, output).unwrap();
        assert_eq!(found[0].1, row(), "{media_type}");
        assert_eq!(found[0].2["probabilities"][label], 0.75);
    }
}

#[test]
fn the_words_of_sagemakers_algorithms_and_of_mlflow_are_read() {
    let model = model();
    let label = model.head.labels()[0];
    let values = json!(["a, b", 3.5, "red", true, "2025-05-05"]);
    let json_form = || form("JSON", "application/json");
    for (input, output) in [
        (
            json!({"instances": [{"features": values}]}),
            json!({"predictions": [{"predicted_label": label, "score": 0.75}]}),
        ),
        (
            json!({"instances": [values]}),
            json!({"predictions": [label]}),
        ),
        (
            json!({"instances": [{"features": {"values": values}}]}),
            json!([{"label": label}]),
        ),
    ] {
        let (input, output) = (input.to_string(), output.to_string());
        let found = decoded(Some(&model), (&input, json_form()), (&output, json_form())).unwrap();
        assert_eq!(
            (found.len(), &found[0].1["colour"]),
            (1, &json!("red")),
            "{input}"
        );
        assert_eq!(found[0].2["label"], label, "{output}");
    }
    let lines = format!(
        "{}\n{}\n",
        json!({"features": values}),
        json!({"features": values})
    );
    let answers = format!(
        "{0}\n{0}\n",
        json!({"predicted_label": label, "score": 0.75})
    );
    let line_form = || form("JSON", "application/jsonlines");
    let found = decoded(Some(&model), (&lines, line_form()), (&answers, line_form())).unwrap();
    assert_eq!(found.len(), 2);
    // Two rows with the answer of one.
    let two = json!({"instances": [values, values]}).to_string();
    let one = json!({"label": label}).to_string();
    let error = decoded(Some(&model), (&two, json_form()), (&one, json_form())).unwrap_err();
    assert!(
        error.starts_with("a request of 2 rows has 1 answers"),
        "{error}"
    );
}

#[test]
fn what_is_not_read_says_why_and_shows_no_value() {
    let model = model();
    let label = model.head.labels()[0];
    let json_form = || form("JSON", "");
    for (input, output, expected) in [
        (
            ("secret,1", csv()),
            (label, csv()),
            "a row has 2 values; 5 were expected, in the model's order",
        ),
        (
            ("secret!", form("BASE64", "")),
            (label, csv()),
            "its row is not valid base64",
        ),
        (
            ("/w==", form("BASE64", "")),
            (label, csv()),
            "its row in base64 is binary data, not CSV or JSON",
        ),
        (
            ("x", form("PARQUET", "")),
            (label, csv()),
            "its row is in an encoding other than JSON, CSV and BASE64",
        ),
        (
            (ROW, csv()),
            ("secret", csv()),
            "an answer is none of the model's labels",
        ),
        (
            (ROW, csv()),
            ("0.25,0.5,0.25", csv()),
            "an answer in CSV has 3 values; a label and its probability, a label, or a number were expected",
        ),
        (
            (ROW, csv()),
            ("{\"secret\": 1}", form("JSON", "application/json")),
            "x",
        ),
        (
            ("[secret", json_form()),
            (label, csv()),
            "its row is not valid JSON",
        ),
        (
            ("\"secret", csv()),
            (label, csv()),
            "the row that begins here has a quote that is never closed",
        ),
    ] {
        match decoded(Some(&model), input, output) {
            Err(error) => assert_eq!(error, expected),
            // Not an answer: whoever counts it says so, as of any other record.
            Ok(found) => assert_eq!((found.len(), expected), (1, "x")),
        }
    }
}

#[test]
fn without_a_model_answers_are_read_by_themselves() {
    for (answer, expected) in [
        (
            "stays,0.8",
            json!({"label": "stays", "probabilities": {"stays": 0.8}}),
        ),
        ("stays", json!({"label": "stays", "probabilities": {}})),
        ("12.5", json!({"value": 12.5})),
    ] {
        let found = decoded(None, ("anything", csv()), (answer, csv())).unwrap();
        assert_eq!(found[0].2, expected);
    }
}
