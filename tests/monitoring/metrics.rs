//! Standard output of the function in Lambda: one EMF line for each answer and each refusal,
//! nothing else.

use serde_json::{Value, json};
use support::example::{answers, model, row};
use support::function::{FUNCTION_VERSION, LOG_STREAM, MEMORY_SIZE};
use support::runtime_api::FUNCTION_NAME;
use support::{Event, Function, Invocation, Kind, Report, RuntimeApi};

const TEXT: &str = "where is my parcel";

/// Invokes with a row of this text, as an HTTP API does.
fn predict(api: &RuntimeApi, text: &str) -> Report {
    let event = Event::load(Kind::HttpApi).with_body(&row(text));
    api.invoke(&event).response()
}

fn refused(api: &RuntimeApi) -> Report {
    api.invoke(&Event::load(Kind::HttpApi).with_body("[]"))
        .response()
}

/// The names of the metrics of a line, in their order.
fn metrics(line: &Value) -> Vec<&str> {
    let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
    let metrics = metrics.expect("the linter has passed it").iter();
    metrics
        .filter_map(|metric| metric["Name"].as_str())
        .collect()
}

#[test]
fn an_answer_and_a_refusal_are_a_line_each_that_finds_its_invocation() {
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model(), &[]);
    let reports = [predict(&api, TEXT), refused(&api), predict(&api, TEXT)];
    let lines = function.emf_lines(3);
    for (line, report) in lines.iter().zip(&reports) {
        assert_eq!(line["requestId"].as_str(), report.request_id.as_deref());
        assert_eq!(line["functionVersion"], FUNCTION_VERSION);
        assert_eq!(line["memorySize"], MEMORY_SIZE);
        assert_eq!(line["logStreamId"], LOG_STREAM);
        assert_eq!(line["service"], FUNCTION_NAME);
        assert!(line["latency.handler"].as_f64().unwrap() >= 0.0);
    }
    let cold: Vec<&Value> = lines.iter().map(|line| &line["cold_start"]).collect();
    assert_eq!(cold, [1, 0, 0]);
    let answered = [
        "input.num_chars",
        "input.num_tokens",
        "input.oov_ratio",
        "prediction.confidence",
        "prediction.entropy",
        "prediction.margin",
        "latency.handler",
        "latency.parse",
        "latency.features",
        "latency.score",
        "latency.write",
        "cold_start",
        "model.open_time",
    ];
    assert_eq!(metrics(&lines[0]), answered);
    assert_eq!(metrics(&lines[2]), answered[..answered.len() - 1]);
    assert_eq!(
        metrics(&lines[1]),
        ["latency.handler", "cold_start", "error"]
    );
    let refusal = ["error", "status", "code"];
    assert_eq!(
        refusal.map(|member| &lines[1][member]),
        [&json!(1), &json!(422), &json!("not_an_object")]
    );
    assert_eq!(refusal.map(|member| &lines[2][member]), [&Value::Null; 3]);
}

#[test]
fn the_metrics_say_what_the_text_was_and_how_sure_the_answer_is() {
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model(), &[]);
    let texts = [TEXT, "", "naïve 🙂 日本語", "qqxz vvkq", "a b c"];
    for text in texts {
        predict(&api, text);
    }
    let lines = function.emf_lines(texts.len());
    // Tokens are words of two characters or more; what is no word is not counted.
    let tokens = [4, 0, 2, 2, 0];
    // None is unknown where there is none.
    let unknown = [json!(0), json!(0), json!(1), json!(1), json!(0)];
    let version = |answer: &Value| answer["model"]["version"].clone();
    for (index, answer) in answers(&texts).iter().enumerate() {
        let (line, text) = (&lines[index], texts[index]);
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(line["input.num_chars"], text.chars().count(), "{text:?}");
        assert_eq!(line["input.num_tokens"], tokens[index], "{text:?}");
        assert_eq!(line["input.oov_ratio"], unknown[index], "{text:?}");
        let label = answer["label"].as_str().unwrap();
        let probability = answer["probabilities"][label].as_f64().unwrap();
        let confidence = line["prediction.confidence"].as_f64().unwrap();
        assert!((confidence - probability).abs() < 1e-4, "{line} {answer}");
        assert_eq!(line["modelVersion"], version(&answer));
    }
}

#[test]
fn the_trace_is_named_only_where_x_ray_keeps_it() {
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, model(), &[]);
    let root = "Root=1-69577ab5-1f0a3c5e7b9d2f4a6c8e0b1d;Parent=53995c3f42cd8ad8";
    for (sampled, kind) in [(1, Kind::HttpApi), (0, Kind::HttpApi), (1, Kind::Bare)] {
        let invocation = Invocation::new(Event::load(kind).payload())
            .with_trace_id(&format!("{root};Sampled={sampled}"));
        api.invoke(invocation).response();
    }
    let lines = function.emf_lines(3);
    let traces: Vec<&Value> = lines.iter().map(|line| &line["traceId"]).collect();
    let kept = json!(format!("{root};Sampled=1"));
    assert_eq!(traces, [&kept, &Value::Null, &kept]);
}

#[test]
fn the_environment_says_namespace_and_dimensions() {
    let api = RuntimeApi::start();
    let settings = [
        ("HEARTH_EMF_NAMESPACE", "Shop/Mail"),
        (
            "HEARTH_EMF_DIMENSIONS",
            "service, stage=prod, model_version",
        ),
        ("AWS_EMF_SERVICE_NAME", "mail-sorter"),
    ];
    let function = Function::in_lambda(&api, model(), &settings);
    predict(&api, TEXT);
    let line = &function.emf_lines(1)[0];
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "Shop/Mail");
    assert_eq!(
        directive["Dimensions"],
        json!([["service", "stage", "model_version"]])
    );
    assert_eq!(line["service"], "mail-sorter");
    assert_eq!(line["stage"], "prod");
    assert_eq!(line["model_version"], line["modelVersion"]);
}

#[test]
fn settings_that_cloudwatch_would_refuse_are_told_and_not_used() {
    let api = RuntimeApi::start();
    let settings = [("HEARTH_EMF_DIMENSIONS", "stage")];
    let mut function = Function::in_lambda(&api, model(), &settings);
    predict(&api, TEXT);
    let line = &function.emf_lines(1)[0];
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "Hearth");
    assert_eq!(directive["Dimensions"], json!([["service"]]));
    function.terminate();
    let log = function.stderr_lines().join("\n");
    assert!(log.contains("HEARTH_EMF_DIMENSIONS"), "{log}");
}

#[test]
fn without_a_model_every_request_is_an_error() {
    let api = RuntimeApi::start();
    let function = Function::in_lambda(&api, "/nowhere/model.hearth", &[]);
    predict(&api, TEXT);
    api.invoke(&Event::load(Kind::Bare)).response();
    for line in function.emf_lines(2) {
        assert_eq!(line["error"], 1);
        assert_eq!(
            (&line["status"], &line["code"]),
            (&json!(503), &json!("model_unavailable"))
        );
        assert_eq!(line["modelVersion"], Value::Null);
    }
}

#[test]
fn standard_output_has_metrics_only_and_nothing_that_a_customer_wrote() {
    let api = RuntimeApi::start();
    let extra = [("AWS_LAMBDA_LOG_LEVEL", "TRACE")];
    let mut function = Function::in_lambda(&api, model(), &extra);
    let secret = "xyzzyplugh";
    for kind in Kind::ALL {
        let event = Event::load(kind);
        let told = format!("my parcel {secret}");
        api.invoke(&event.clone().with_body(&row(&told))).response();
        let refused = json!({ secret: secret }).to_string();
        api.invoke(&event.with_body(&refused)).response();
    }
    function.terminate();
    assert_eq!(function.emf_lines(2 * Kind::ALL.len()).len(), 12);
    let printed = [function.stdout_lines(), function.stderr_lines()].concat();
    let leak = printed.iter().find(|line| line.contains(secret));
    assert_eq!(leak, None);
    for line in function.stderr_lines() {
        serde_json::from_str::<Value>(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}
