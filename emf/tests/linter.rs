//! Each rule of the specification, broken once.

use emf::{lint, lint_received};

/// A legal line with everything that a line may have.
const LEGAL: &str = r#"{"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":[{"Namespace":"Hearth","Dimensions":[["service"],[]],"Metrics":[{"Name":"latency","Unit":"Milliseconds","StorageResolution":1},{"Name":"rows"}]}]},"service":"mail","latency":[1.5,2e3],"rows":-3,"extra":{"any":[null,true]}}"#;

/// Replaces `from` by `to` in the legal line and expects exactly one violation, `sentence`.
#[track_caller]
fn broken(from: &str, to: &str, sentence: &str) {
    assert_eq!(LEGAL.matches(from).count(), 1, "{from} must stand once");
    assert_eq!(
        lint(&LEGAL.replace(from, to)),
        Err(vec![sentence.to_owned()])
    );
}

#[test]
fn a_legal_line_passes_with_and_without_its_newline() {
    assert_eq!(lint(LEGAL), Ok(()));
    assert_eq!(lint(&format!("{LEGAL}\n")), Ok(()));
}

#[test]
fn the_line_is_one_json_object_and_nothing_else() {
    for line in ["", "plain text", &format!("{LEGAL}{LEGAL}"), "{\"a\":NaN}"] {
        let found = lint(line).unwrap_err();
        assert!(found[0].starts_with("the line is not one JSON object: "));
        assert_eq!(found.len(), 1);
    }
    let found = lint("[]").unwrap_err();
    assert!(found[0].starts_with("the line is JSON but no object"));
    let found = lint(&format!("INFO {LEGAL}")).unwrap_err();
    assert!(found[0].starts_with("the line is not one JSON object"));
}

#[test]
fn the_line_is_one_log_event() {
    let sentence = "the line is broken by a line break, which makes it several log events";
    broken(",\"service\":\"mail\"", ",\n\"service\":\"mail\"", sentence);
    let text = format!("\"extra\":\"{}\",\"more\":{{", "x".repeat(1_048_576));
    let found = lint(&LEGAL.replace("\"extra\":{", &text)).unwrap_err();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with("bytes, expected at most 1048576"),
        "{found:?}"
    );
}

#[test]
fn a_member_stands_once() {
    let sentence = r#"the root has the member "rows" twice"#;
    broken(r#""rows":-3"#, r#""rows":-3,"rows":4"#, sentence);
    let sentence = r#"an object in "_aws" has the member "Timestamp" twice"#;
    broken(r#""Timestamp""#, r#""Timestamp":1,"Timestamp""#, sentence);
}

#[test]
fn the_aws_member_is_an_object() {
    let sentence = "_aws is not an object, expected Timestamp and CloudWatchMetrics in it";
    broken("\"_aws\"", "\"aws\"", sentence);
    assert_eq!(lint(r#"{"_aws":[]}"#), Err(vec![sentence.to_owned()]));
}

#[test]
fn the_timestamp_is_whole_milliseconds() {
    let sentence = "_aws.Timestamp is not a whole number of milliseconds since 1970";
    for bad in ["-1", "1.5", "\"1700000000000\"", "null"] {
        broken("1700000000000", bad, sentence);
    }
    broken("\"Timestamp\"", "\"timestamp\"", sentence);
}

#[test]
fn there_is_at_least_one_directive() {
    let line = r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}"#;
    let sentence = "_aws.CloudWatchMetrics is empty, expected at least one directive";
    assert_eq!(lint(line), Err(vec![sentence.to_owned()]));
    let sentence = "_aws.CloudWatchMetrics is not an array";
    broken("CloudWatchMetrics", "Metrics_", sentence);
}

#[test]
fn the_namespace_is_short_and_plain() {
    let sentence = "_aws.CloudWatchMetrics[0].Namespace is not a string of 1 to 255 characters";
    let long = format!("\"{}\"", "n".repeat(256));
    for bad in ["\"\"", "7", &long] {
        broken("\"Hearth\"", bad, sentence);
    }
    let sentence = "_aws.CloudWatchMetrics[0].Namespace has characters other than letters, digits, spaces and . - _ / # :";
    broken("Hearth", "Hêarth", sentence);
}

#[test]
fn dimensions_are_sets_of_at_most_thirty_names() {
    const PLACE: &str = "_aws.CloudWatchMetrics[0].Dimensions";
    let sentence = format!("{PLACE} is empty, expected at least one set, for example [[]]");
    broken("[[\"service\"],[]]", "[]", &sentence);
    broken(
        "Dimensions",
        "dimensions",
        &format!("{PLACE} is not an array"),
    );
    let sentence = format!("{PLACE}[1] is not an array of dimension names");
    broken(",[]]", ",\"service\"]", &sentence);
    let sentence = format!("{PLACE}[0] has 31 dimensions, expected at most 30");
    let many = vec!["\"service\""; 31].join(",");
    broken("[[\"service\"]", &format!("[[{many}]"), &sentence);
    let sentence = format!("{PLACE}[1][0] is not a string of 1 to 250 characters");
    let long = format!("\"{}\"", "n".repeat(251));
    for bad in ["\"\"", "7", &long] {
        broken(",[]]", &format!(",[{bad}]]"), &sentence);
    }
}

#[test]
fn the_target_of_a_dimension_is_a_text_on_the_root() {
    let sentence = r#"the dimension target "service" is not a string of 1 to 1024 characters"#;
    let long = format!(":\"{}\"", "v".repeat(1025));
    for bad in [":\"\"", ":7", ":{}", &long] {
        broken(":\"mail\"", bad, sentence);
    }
    broken("\"service\":", "\"other\":", sentence);
}

#[test]
fn a_dimension_is_printable_ascii_and_not_blank() {
    let renamed = |name: &str| {
        let line = LEGAL.replace("[\"service\"]", &format!("[\"{name}\"]"));
        line.replace("\"service\":", &format!("\"{name}\":"))
    };
    const PLACE: &str = "_aws.CloudWatchMetrics[0].Dimensions[0][0]";
    for (name, problem) in [
        ("größe", "has characters that are not printable ASCII"),
        ("a\\tb", "has characters that are not printable ASCII"),
        ("  ", "is blank"),
        (":service", "starts with a colon"),
    ] {
        let sentence = format!("{PLACE} {problem}");
        assert_eq!(lint(&renamed(name)), Err(vec![sentence]), "{name}");
    }
    const TARGET: &str = r#"the dimension target "service""#;
    let sentence = format!("{TARGET} has characters that are not printable ASCII");
    broken("\"mail\"", "\"é\"", &sentence);
    broken("\"mail\"", "\"a\\nb\"", &sentence);
    broken("\"mail\"", "\" \"", &format!("{TARGET} is blank"));
}

#[test]
fn a_metric_has_a_name_that_can_be_read() {
    for (name, problem) in [("a\\u0000b", "has control characters"), (" ", "is blank")] {
        let line = LEGAL.replace("\"rows\"", &format!("\"{name}\""));
        let sentence = format!("_aws.CloudWatchMetrics[0].Metrics[1].Name {problem}");
        assert_eq!(lint(&line), Err(vec![sentence]), "{name}");
    }
}

#[test]
fn a_metric_has_a_name_of_its_own() {
    let sentence =
        "_aws.CloudWatchMetrics[0].Metrics[1].Name is not a string of 1 to 1024 characters";
    let long = format!("{{\"Name\":\"{}\"}}", "n".repeat(1025));
    for bad in ["{\"Name\":\"\"}", "{}", "7", &long] {
        broken("{\"Name\":\"rows\"}", bad, sentence);
    }
    let sentence = r#"_aws.CloudWatchMetrics[0].Metrics[1] repeats the metric "latency" of the same directive"#;
    broken("{\"Name\":\"rows\"}", "{\"Name\":\"latency\"}", sentence);
    let sentence = "_aws.CloudWatchMetrics[0].Metrics is not an array";
    broken("\"Metrics\":", "\"metrics\":", sentence);
}

#[test]
fn a_directive_has_at_most_a_hundred_metrics() {
    let mut definitions = String::new();
    let mut targets = String::new();
    for n in 0..99 {
        definitions += &format!("{{\"Name\":\"m{n}\"}},");
        targets += &format!("\"m{n}\":{n},");
    }
    let line = LEGAL.replace(
        "{\"Name\":\"rows\"}",
        &format!("{definitions}{{\"Name\":\"rows\"}}"),
    );
    let line = line.replace("\"rows\":", &format!("{targets}\"rows\":"));
    let sentence = "_aws.CloudWatchMetrics[0].Metrics has 101 metrics, expected at most 100";
    assert_eq!(lint(&line), Err(vec![sentence.to_owned()]));
}

#[test]
fn unit_and_resolution_are_known_to_cloudwatch() {
    let sentence = "_aws.CloudWatchMetrics[0].Metrics[0].Unit is not a unit of CloudWatch, expected for example Count or Milliseconds";
    for bad in ["\"milliseconds\"", "\"\"", "null", "7"] {
        broken("\"Milliseconds\"", bad, sentence);
    }
    let sentence =
        "_aws.CloudWatchMetrics[0].Metrics[0].StorageResolution is neither 1 nor 60 seconds";
    for bad in ["30", "\"1\"", "1.0"] {
        broken(
            "\"StorageResolution\":1",
            &format!("\"StorageResolution\":{bad}"),
            sentence,
        );
    }
}

#[test]
fn the_target_of_a_metric_is_numbers_on_the_root() {
    let sentence =
        r#"the metric target "latency" is neither a number nor an array of 1 to 100 numbers"#;
    let many = format!("[{}]", vec!["1"; 101].join(","));
    let histogram = r#"{"Values":[1.5],"Counts":[2]}"#;
    for bad in ["[]", "[1,\"2\"]", "\"1\"", "null", &many, histogram] {
        broken("[1.5,2e3]", bad, sentence);
    }
    broken("\"latency\":", "\"other\":", sentence);
}

#[test]
fn every_violation_is_told_not_only_the_first() {
    let line = LEGAL
        .replace("1700000000000", "-1")
        .replace("\"mail\"", "0");
    assert_eq!(lint(&line).unwrap_err().len(), 2);
}

#[test]
fn a_value_is_within_cloudwatch_s_range() {
    let sentence = r#"the metric target "latency" has a value beyond 2^360 (2.3e108), which CloudWatch refuses"#;
    for bad in ["1e200", "-1e200", "[1,2.4e108]", "2.35e108"] {
        broken("[1.5,2e3]", bad, sentence);
    }
    for good in ["2.348542582773833e108", "-2.3e108", "[1e100,-1e-200]"] {
        assert_eq!(lint(&LEGAL.replace("[1.5,2e3]", good)), Ok(()), "{good}");
    }
}

#[test]
fn a_line_comes_within_two_weeks_and_not_two_hours_early() {
    const TIME: u64 = 1_700_000_000_000;
    const HOUR: u64 = 3_600_000;
    for received in [TIME, TIME + 14 * 24 * HOUR, TIME - 2 * HOUR] {
        assert_eq!(lint_received(LEGAL, received), Ok(()), "{received}");
    }
    for (received, sentence) in [
        (TIME + 15 * 24 * HOUR, "is 15 days old, expected at most 14"),
        (
            TIME - 3 * HOUR,
            "lies 3 hours in the future, expected at most 2",
        ),
    ] {
        let found = lint_received(LEGAL, received);
        assert_eq!(found, Err(vec![format!("_aws.Timestamp {sentence}")]));
    }
    let seconds = LEGAL.replace("1700000000000", "1700000000");
    let found = lint_received(&seconds, TIME).unwrap_err();
    assert!(found[0].contains("it seems to be in seconds"), "{found:?}");
}

#[test]
fn metrics_inside_of_another_line_are_named_by_their_member() {
    let text = serde_json::Value::from(LEGAL).to_string();
    for (member, line) in [
        (
            "message",
            format!("{{\"level\":\"INFO\",\"message\":{text}}}"),
        ),
        ("log", format!("{{\"log\":{LEGAL}}}")),
    ] {
        let sentence = "holds the embedded metrics; CloudWatch reads them only as the whole line";
        let expected = format!("the member {member:?} {sentence}");
        assert_eq!(lint(&line), Err(vec![expected]));
    }
}
