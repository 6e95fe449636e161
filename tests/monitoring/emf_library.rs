//! The writer and the lint beside others' judgement: AWS's own library for Python, and a JSON schema
//! of the specification's rules.
//!
//! `make client-tools` installs both; without them the tests say so and pass.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use emf::window::Size;
use emf::{LambdaProperties, Line, Metric, Record, Resolution, Settings, Unit, Window, metrics};
use model::random::Random;
use serde_json::{Value, json};
use support::binary::finish;
use support::client_tool;

/// Variables that Lambda sets, and both writers write.
const LAMBDA: [(&str, &str); 5] = [
    ("AWS_LAMBDA_FUNCTION_NAME", "mail-sorter"),
    ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "7"),
    (
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "2026/01/02/[7]0123456789abcdef0123456789abcdef",
    ),
];

/// Output of a script of tests/clients; `None` where its Python is not installed.
fn script(name: &str, input: &[u8]) -> Option<String> {
    let python = client_tool("python")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python);
    command.arg(root.join("clients").join(name)).envs(LAMBDA);
    Some(finish(&mut command, input).success().stdout)
}

/// A number of any size.
fn value(random: &mut Random) -> f64 {
    let size = [1.0, 1e-7, 1e3, 1e18][random.below(4)];
    (random.below(2001) as f64 - 1000.0) / [1.0, 7.0][random.below(2)] * size
}

struct Case {
    timestamp: u64,
    dimensions: Vec<(String, String)>,
    properties: Vec<(&'static str, String)>,
    metrics: Vec<(&'static Metric, f64)>,
}

impl Case {
    /// `names` metrics, each with `values` values or with one.
    fn random(random: &mut Random, names: usize, values: usize) -> Case {
        let mut metrics = Vec::new();
        for n in 0..names {
            let name: &str = format!("{}{n}", ["a.b", "größe ", "\"", "日本"][n % 4]).leak();
            let metric = Metric::new(name, Unit::ALL[random.below(Unit::ALL.len())], "");
            let metric = if n % 3 == 0 {
                metric.high_resolution()
            } else {
                metric
            };
            let metric: &Metric = Box::leak(Box::new(metric));
            let count = if random.below(2) == 0 { 1 } else { values };
            metrics.extend((0..count).map(|_| (metric, value(random))));
        }
        let dimensions = ["service", "stage", "a b"]
            .into_iter()
            .take(1 + random.below(3));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Case {
            timestamp: now.as_millis() as u64,
            dimensions: dimensions
                .map(|name| (name.into(), "v\"1".into()))
                .collect(),
            properties: vec![("requestId", "8476a536".into()), ("text", "日本\n".into())],
            metrics,
        }
    }

    fn as_json(&self) -> Value {
        let metrics = self.metrics.iter().map(|(metric, value)| {
            let (unit, resolution) = (metric.unit.as_str(), metric.resolution.seconds());
            json!([metric.name, value, unit, resolution])
        });
        json!({
            "timestamp": self.timestamp,
            "namespace": "Hearth",
            "dimensions": self.dimensions.iter().cloned().collect::<BTreeMap<_, _>>(),
            "properties": self.properties.iter().cloned().collect::<BTreeMap<_, _>>(),
            "metrics": metrics.collect::<Vec<_>>(),
        })
    }

    /// Output of our writer.
    fn lines(&self) -> Vec<String> {
        let settings = Settings::new("Hearth", self.dimensions.clone()).unwrap();
        let mut line = Line::new(&settings, self.timestamp);
        for (name, value) in &self.properties {
            line.property(name, value);
        }
        line.lambda_properties(&lambda());
        for (metric, value) in &self.metrics {
            line.metric(metric, *value);
        }
        let text = String::from_utf8(line.finish()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

fn lambda() -> LambdaProperties {
    LambdaProperties::from_env(|name| {
        let found = LAMBDA.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// The line as both would write it: what may be left out is there, numbers are floating point, and
/// what has no order is sorted.
fn normal(line: &str) -> Value {
    let mut root: Value = serde_json::from_str(line).unwrap();
    let directive = &mut root["_aws"]["CloudWatchMetrics"][0];
    let mut names = Vec::new();
    for metric in directive["Metrics"].as_array_mut().unwrap() {
        let metric = metric.as_object_mut().unwrap();
        metric.entry("Unit").or_insert("None".into());
        metric.entry("StorageResolution").or_insert(60.into());
        names.push(metric["Name"].as_str().unwrap().to_owned());
    }
    let set = directive["Dimensions"][0].as_array_mut().unwrap();
    set.sort_by_key(Value::to_string);
    for name in names {
        let target = &mut root[name.as_str()];
        let one = std::slice::from_ref(target);
        let values = target.as_array().map_or(one, Vec::as_slice);
        *target = values.iter().map(Value::as_f64).collect();
    }
    root
}

/// Every value of every metric, over all lines.
fn values(lines: &[String]) -> BTreeMap<String, Vec<Value>> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in lines {
        let line = normal(line);
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .unwrap()
        {
            let name = metric["Name"].as_str().unwrap();
            let values = line[name].as_array().unwrap().clone();
            all.entry(name.to_owned()).or_default().extend(values);
        }
    }
    all
}

#[test]
fn the_librarys_lines_are_ours_member_by_member() {
    let mut random = Random::new(8);
    let sizes = [
        (1, 1),
        (3, 2),
        (12, 1),
        (40, 100),
        (100, 1),
        (101, 3),
        (250, 7),
        (5, 101),
        (3, 250),
    ];
    let cases: Vec<Case> = sizes
        .iter()
        .map(|&(names, values)| Case::random(&mut random, names, values))
        .collect();
    let input: Vec<Value> = cases.iter().map(Case::as_json).collect();
    let Some(output) = script("emf_library.py", json!(input).to_string().as_bytes()) else {
        return;
    };
    let theirs: Vec<Vec<String>> = output
        .split_terminator("\n\n")
        .map(|lines| lines.lines().map(str::to_owned).collect())
        .collect();
    assert_eq!(theirs.len(), cases.len());
    for ((case, theirs), (_, most)) in cases.iter().zip(&theirs).zip(sizes) {
        for line in theirs {
            assert_eq!(emf::lint(line), Ok(()), "{line}");
        }
        let ours = case.lines();
        assert_eq!(values(&ours), values(theirs));
        // Of an array that is split, the two spread the parts differently.
        if most <= emf::limits::VALUES {
            let normal =
                |lines: &[String]| lines.iter().map(|line| normal(line)).collect::<Vec<_>>();
            assert_eq!(normal(&ours), normal(theirs));
        }
    }
}

#[test]
fn our_lines_pass_the_schema_and_both_judges_refuse_the_same() {
    let mut random = Random::new(9);
    let sizes = [(1, 1), (12, 3), (100, 100), (101, 1), (230, 2), (3, 1000)];
    let cases = sizes.map(|(names, values)| Case::random(&mut random, names, values));
    let mut lines: Vec<String> = cases.iter().flat_map(Case::lines).collect();
    let good = lines.len();
    let settings = Settings::new("Hearth", vec![]).unwrap();
    for text in ["", ":", "日本", "a\nb\"", &"é".repeat(2000)] {
        let mut line = Line::new(&settings, 1);
        line.by(text, text);
        line.metric(&metrics::DRIFT_PSI, f64::NAN);
        line.metric(&metrics::DRIFT_PSI, 0.25);
        lines.push(
            String::from_utf8(line.finish())
                .unwrap()
                .trim_end()
                .to_owned(),
        );
    }
    let legal = lines.len();
    let one = r#"{"_aws":{"Timestamp":17,"CloudWatchMetrics":[{"Namespace":"Hearth","Dimensions":[["service"]],"Metrics":[{"Name":"rows","Unit":"Count","StorageResolution":1}]}]},"service":"mail","rows":[1,2]}"#;
    for (from, to) in [
        ("17", "1.5"),
        ("17", "\"17\""),
        ("\"Timestamp\":17,", ""),
        ("[[\"service\"]]", "[]"),
        ("[[\"service\"]]", "[\"service\"]"),
        ("[\"service\"]", "[\":service\"]"),
        ("\"Hearth\"", "\"\""),
        ("\"Count\"", "\"count\""),
        (":1}", ":30}"),
        ("\"Name\"", "\"name\""),
        ("[1,2]", "[]"),
        ("[1,2]", "\"1\""),
        ("[1,2]", "[1,null]"),
        ("\"mail\"", "7"),
        ("\"service\":\"mail\",", ""),
        ("\"rows\":[", "\"lines\":["),
        ("\"rows\":[", "\"rows\":1,\"rows\":["),
        ("[1,2]}", "[1,2]"),
    ] {
        assert!(one.contains(from), "{from}");
        lines.push(one.replacen(from, to, 1));
    }
    let Some(output) = script("emf_schema.py", (lines.join("\n") + "\n").as_bytes()) else {
        return;
    };
    let told: Vec<&str> = output.lines().collect();
    assert_eq!((told.len(), good > 10), (lines.len(), true));
    for (index, (line, told)) in lines.iter().zip(told).enumerate() {
        assert_eq!(told == "ok", index < legal, "{told}: {line}");
        assert_eq!(emf::lint(line).is_ok(), index < legal, "{line}");
    }
}

/// Metrics of a request with one text and a few numbers.
fn request(n: usize, random: &mut Random, record: &mut impl FnMut(&'static Metric, f64)) {
    let mut share = || random.below(1_000_000) as f64 / 1e6;
    record(&metrics::INPUT_NUM_CHARS, 40.0 + (share() * 300.0).floor());
    record(&metrics::INPUT_NUM_TOKENS, 5.0 + (share() * 60.0).floor());
    record(&metrics::INPUT_OOV_RATIO, share());
    record(&metrics::PREDICTION_CONFIDENCE, share());
    record(&metrics::PREDICTION_ENTROPY, share());
    record(&metrics::PREDICTION_MARGIN, share());
    for metric in [
        &metrics::LATENCY_HANDLER,
        &metrics::LATENCY_PARSE,
        &metrics::LATENCY_FEATURES,
        &metrics::LATENCY_SCORE,
        &metrics::LATENCY_WRITE,
    ] {
        record(metric, (share() * 900.0).round() / 1000.0);
    }
    record(&metrics::COLD_START, f64::from(u8::from(n == 0)));
}

#[test]
fn a_window_writes_at_most_a_tenth_of_the_librarys_bytes() {
    const REQUESTS: usize = 100;
    const ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    let settings = Settings::new("Hearth", vec![("service".into(), "mail-sorter".into())]).unwrap();
    let mut window = Window::new(Size::default());
    let (mut random, mut by_request, mut cases) = (Random::new(10), 0, Vec::new());
    for n in 0..REQUESTS {
        let mut line = Line::new(&settings, now);
        window.begin(now);
        let mut all = Vec::new();
        request(n, &mut random, &mut |metric, value| {
            line.metric(metric, value);
            window.metric(metric, value);
            let resolution = Resolution::Standard.seconds();
            all.push(json!([
                metric.name,
                value,
                metric.unit.as_str(),
                resolution
            ]));
        });
        line.property("modelVersion", "0123456789ab");
        line.property("requestId", ID);
        line.lambda_properties(&lambda());
        by_request += line.finish().len();
        // The library as it comes: its own dimensions, and what one needs to find a request.
        cases.push(json!({
            "timestamp": now, "namespace": "Hearth", "dimensions": null, "metrics": all,
            "properties": {"modelVersion": "0123456789ab", "requestId": ID},
        }));
    }
    let by_window = window.finish(&settings, |line| {
        line.property("modelVersion", "0123456789ab");
        line.lambda_properties(&lambda());
    });
    let Some(output) = script("emf_library.py", json!(cases).to_string().as_bytes()) else {
        return;
    };
    let library: usize = output
        .lines()
        .map(|line| line.len() + usize::from(!line.is_empty()))
        .sum();
    let [library, request, window] =
        [library, by_request, by_window.len()].map(|bytes| bytes as f64 / REQUESTS as f64);
    eprintln!("bytes a request: library {library:.0}, request {request:.0}, window {window:.1}");
    assert!(window * 10.0 <= library, "{window} {library}");
    assert!(request < library, "{request} {library}");
}
