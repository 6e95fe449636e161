//! Names that are taken, and the largest of everything: what a line must survive.

use emf::line::PROPERTIES_BYTES;
use emf::metrics::COLD_START;
use emf::{Line, Metric, Settings, Unit, limits, lint};

#[test]
fn a_name_that_is_taken_can_not_corrupt_the_line() {
    let dimensions = vec![("service".into(), "mail-sorter".into())];
    let settings = Settings::new("Hearth", dimensions).unwrap();
    let mut line = Line::new(&settings, 0);
    line.property("cold_start", "the metric comes later, and wins");
    line.metric(&COLD_START, 1.0);
    line.property("cold_start", "the metric came before");
    line.property("_aws", "the format's own");
    line.property("service", "a dimension");
    line.property("", "no name");
    line.property("a", "stays");
    line.property("a", "second of its name");
    line.property_number("b", f64::INFINITY);
    assert_eq!(line.refused(), 7);

    for name in ["_aws", "service", ""] {
        let metric = Metric::new(name, Unit::Count, "");
        line.metric(Box::leak(Box::new(metric)), 1.0);
    }
    assert_eq!(line.dropped(), 2);
    let line = String::from_utf8(line.finish()).unwrap();
    let end = r#"]}]},"service":"mail-sorter","a":"stays","cold_start":1,"unnamed":1,"emf.dropped_values":2}"#;
    assert!(line.trim_end().ends_with(end), "{line}");
    assert_eq!(lint(&line), Ok(()));
}

#[test]
fn the_largest_of_everything_still_fits_a_line() {
    let quotes = |count: usize| "\"".repeat(count);
    let dimensions = (10..40).map(|n| (format!("{n}{}", quotes(248)), quotes(1024)));
    let settings = Settings::new("n".repeat(255), dimensions.collect()).unwrap();
    let mut metrics = Vec::new();
    for n in 10..90 {
        let name = format!("{n}{}", "\u{10ffff}".repeat(limits::METRIC_NAME - 2));
        metrics.push(Metric::new(name.leak(), Unit::KilobytesPerSecond, ""));
    }
    let mut line = Line::new(&settings, u64::MAX);
    line.property(
        "large",
        &"x".repeat(PROPERTIES_BYTES - r#","large":"""#.len()),
    );
    assert_eq!(line.refused(), 0);
    line.property("n", "");
    assert_eq!(line.refused(), 1);
    for _ in 0..100 {
        for metric in &metrics {
            line.metric(metric, -f64::MIN_POSITIVE);
        }
    }
    let output = String::from_utf8(line.finish()).unwrap();
    assert!(output.lines().count() > 1);
    for line in output.lines() {
        assert!(line.len() < limits::LINE_BYTES);
        assert_eq!(lint(line), Ok(()));
    }
    assert_eq!(output.matches("-2.2250738585072014e-308").count(), 8000);
}
