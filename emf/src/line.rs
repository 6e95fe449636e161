//! The writer: the values and properties of one request as one EMF line.
//!
//! It runs on every request, so it builds no tree: members are rendered as they come, a finished
//! line is four buffers copied one behind the other. Rules that CloudWatch would punish by dropping
//! the whole line are kept here by dropping the one thing at fault, and counting it: a request must
//! not fail because of its log line.

use crate::further::Further;
use crate::metrics::EMF_DROPPED_VALUES;
use crate::series::Series;
use crate::sheet::Sheet;
use crate::{LambdaProperties, Metric, Settings, json, legal, limits};
use std::borrow::Cow;

/// Most bytes that the properties of a line may have together: half a line. The other half always
/// has room for the largest legal settings (about 100 KB) and at least one metric (about 15 KB), so
/// that no value is ever lost to size.
pub const PROPERTIES_BYTES: usize = limits::LINE_BYTES / 2;

/// Receiver of a request's values: the [`Line`] of this one, or the [`Window`](crate::Window) of
/// many.
pub trait Record {
    /// Adds a value to a metric, see [`Line::metric`].
    fn metric(&mut self, metric: &'static Metric, value: f64);
}

/// Collects the values of one request, and renders them.
///
/// The line borrows names, because they are constants in practice; values are copied.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    settings: &'a Settings,
    further: Further,
    timestamp_ms: u64,
    series: Vec<Series<'a>>,
    properties: Vec<Property<'a>>,
    /// All properties as `,"name":value`, one behind the other.
    rendered: Vec<u8>,
    dropped: usize,
    refused: usize,
}

/// A property, and where its bytes end in `rendered`; they begin where the one before it ends.
#[derive(Clone, Debug)]
struct Property<'a> {
    name: &'a str,
    end: usize,
}

impl<'a> Line<'a> {
    /// An empty line. `timestamp_ms` is the time of the request in milliseconds since 1970 UTC;
    /// CloudWatch takes metrics from 14 days in the past to 2 hours in the future.
    pub fn new(settings: &'a Settings, timestamp_ms: u64) -> Line<'a> {
        Line {
            settings,
            further: Further::default(),
            timestamp_ms,
            series: Vec::with_capacity(16),
            properties: Vec::with_capacity(16),
            rendered: Vec::with_capacity(512),
            dropped: 0,
            refused: 0,
        }
    }

    /// Adds a dimension to the whole line, behind those of the settings: `by("column", "income")`.
    /// Name and value are made legal, see [`legal`].
    ///
    /// Refused, and counted in [`Line::refused`], is a name that is `_aws`, another dimension's or a
    /// metric's, and a dimension above the 30 that CloudWatch takes. A property of the name gives way.
    pub fn by(&mut self, name: &str, value: &str) {
        // Metrics of the table are refused by `add`; one of this line may be none of them.
        let is_metric = self.has_metric(&legal::dimension_name(name));
        if is_metric || self.further.add(self.settings, name, value).is_none() {
            self.refused += 1;
        }
    }

    /// Adds a value to a metric. Several values of one metric become an array, and CloudWatch counts
    /// each; metrics stand in the order in which they came first. Names are made legal, see
    /// [`legal`].
    ///
    /// Dropped, and counted in [`Line::dropped`], is a value that CloudWatch refuses
    /// ([`limits::is_value`]), and one of a metric whose name is `_aws` or the name of a dimension. A name stands for one
    /// metric: if it comes with two units, the first one holds.
    pub fn metric(&mut self, metric: &'a Metric, value: f64) {
        self.metrics(metric, &[value]);
    }

    /// Adds several values to a metric, as [`Line::metric`] does with each.
    pub fn metrics(&mut self, metric: &'a Metric, values: &[f64]) {
        let mut taken = values
            .iter()
            .copied()
            .filter(|&value| limits::is_value(value));
        let count = taken.clone().count();
        self.dropped += values.len() - count;
        let given = metric.name;
        // A plain name is the one given already.
        let is_known = |series: &&mut Series<'_>| {
            series.metric.name == given || (!series.metric.is_plain && series.name == given)
        };
        if let Some(series) = self.series.iter_mut().find(is_known) {
            series.rest.extend(taken);
            return;
        }
        let name = match metric.is_plain {
            true => Cow::Borrowed(given),
            false => legal::metric_name(given),
        };
        // Only a name that had to be repaired may be another's.
        let mut same = self.series.iter_mut().filter(|_| name != given);
        if let Some(series) = same.find(|series| series.name == name) {
            series.rest.extend(taken);
        } else if self.is_taken(&name) {
            self.dropped += count;
        } else if let Some(first) = taken.next() {
            let rest = taken.collect();
            self.series.push(Series {
                metric,
                name,
                first,
                rest,
            });
        }
    }

    /// Counts values that were dropped before they came here.
    pub(crate) fn drop_values(&mut self, count: usize) {
        self.dropped += count;
    }

    /// Adds a text that can be searched in CloudWatch Logs but is no metric.
    ///
    /// Refused, and counted in [`Line::refused`], is a name that is empty, `_aws`, or the name of a
    /// dimension, of an earlier property (the first one stays) or of a metric of this line, whether
    /// that came before or comes later: one member of the root can't be two things. Refused too is a
    /// property that would bring all properties together over [`PROPERTIES_BYTES`].
    pub fn property(&mut self, name: &'a str, value: &str) {
        self.add(name, |buffer| {
            json::push_key(buffer, name);
            json::push_string(buffer, value);
        });
    }

    /// Adds a number as a property; the rules are those of [`Line::property`], and a number that is
    /// not finite is refused.
    pub fn property_number(&mut self, name: &'a str, value: f64) {
        if !value.is_finite() {
            self.refused += 1;
            return;
        }
        self.add(name, |buffer| {
            json::push_key(buffer, name);
            json::push_number(buffer, value);
        });
    }

    /// Adds the properties of the Lambda environment, already rendered; the rules are those of
    /// [`Line::property`].
    pub fn lambda_properties(&mut self, properties: &LambdaProperties) {
        for (name, member) in &properties.members {
            self.add(name, |buffer| buffer.extend_from_slice(member));
        }
    }

    /// Number of metric values dropped so far, see [`Line::metric`].
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Number of properties rejected so far, see [`Line::property`].
    pub fn refused(&self) -> usize {
        let overruled = |property: &&Property| self.overrules(property.name);
        self.refused + self.properties.iter().filter(overruled).count()
    }

    /// Renders the line, with a newline at its end; write it to stdout in one piece.
    ///
    /// * A line with more than 100 metrics, more than 100 values of one metric or more than 1 MB is
    ///   split: several lines, each with the same dimensions and properties, each value once.
    /// * Values that were dropped are counted, as the metric `emf.dropped_values`.
    /// * Without any metric there is nothing for CloudWatch to read, and the result is empty.
    pub fn finish(mut self) -> Vec<u8> {
        if self.dropped > 0 {
            self.metric(&EMF_DROPPED_VALUES, self.dropped as f64);
        }
        let properties = self.kept_properties();
        let further = &self.further;
        let mut sheet = Sheet::new(
            self.settings,
            further,
            self.timestamp_ms,
            &properties,
            self.series.len(),
        );
        // A name may stand on a line only once, so the second hundred values of a metric, and the
        // third, need lines of their own.
        let most = self.series.iter().map(|series| series.rest.len() + 1).max();
        for start in (0..most.unwrap_or(0)).step_by(limits::VALUES) {
            for series in &self.series {
                if start <= series.rest.len() {
                    sheet.add(series, start);
                }
            }
            sheet.close();
        }
        sheet.into_bytes()
    }

    fn add(&mut self, name: &'a str, render: impl FnOnce(&mut Vec<u8>)) {
        let before = self.rendered.len();
        let known = self.properties.iter().any(|other| other.name == name);
        if name.is_empty() || known || self.is_taken(name) {
            self.refused += 1;
            return;
        }
        render(&mut self.rendered);
        let end = self.rendered.len();
        if end > PROPERTIES_BYTES {
            self.rendered.truncate(before);
            self.refused += 1;
            return;
        }
        self.properties.push(Property { name, end });
    }

    fn is_taken(&self, name: &str) -> bool {
        name == limits::RESERVED || self.settings.has_dimension(name) || self.further.has(name)
    }

    /// True if a metric, or a later dimension, has taken a property's name.
    fn overrules(&self, name: &str) -> bool {
        self.has_metric(name) || self.further.has(name)
    }

    fn has_metric(&self, name: &str) -> bool {
        self.series.iter().any(|series| series.name == name)
    }

    /// The properties without those whose name is taken.
    fn kept_properties(&self) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.rendered.len());
        let mut start = 0;
        for property in &self.properties {
            if !self.overrules(property.name) {
                kept.extend_from_slice(&self.rendered[start..property.end]);
            }
            start = property.end;
        }
        kept
    }
}

impl Record for Line<'_> {
    fn metric(&mut self, metric: &'static Metric, value: f64) {
        self.metrics(metric, &[value]);
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use crate::metrics::{
        COLD_START, DRIFT_PSI, INPUT_NUM_CHARS, LATENCY_HANDLER, PREDICTION_CONFIDENCE,
    };
    use crate::{LambdaProperties, Settings};

    fn settings() -> Settings {
        let dimensions = vec![("service".into(), "mail-sorter".into())];
        Settings::new("Hearth", dimensions).unwrap()
    }

    fn text(line: Line) -> String {
        String::from_utf8(line.finish()).unwrap()
    }

    #[test]
    fn a_person_can_read_the_line_of_a_request() {
        let settings = settings();
        let lambda = LambdaProperties::from_env(|name| {
            (name == "AWS_LAMBDA_FUNCTION_MEMORY_SIZE").then(|| "512".into())
        });
        let mut line = Line::new(&settings, 1_700_000_000_000);
        line.metric(&INPUT_NUM_CHARS, 42.0);
        line.metric(&PREDICTION_CONFIDENCE, 0.93);
        line.metric(&LATENCY_HANDLER, 1.5);
        line.metric(&LATENCY_HANDLER, 2.0);
        line.property("requestId", "8476a536");
        line.property("label", "says \"hi\"");
        line.property_number("rows", 3.0);
        line.lambda_properties(&lambda);
        let expected = concat!(
            r#"{"_aws":{"Timestamp":1700000000000,"CloudWatchMetrics":[{"Namespace":"Hearth","#,
            r#""Dimensions":[["service"]],"Metrics":["#,
            r#"{"Name":"input.num_chars","Unit":"Count"},"#,
            r#"{"Name":"prediction.confidence"},"#,
            r#"{"Name":"latency.handler","Unit":"Milliseconds"}]}]},"#,
            r#""service":"mail-sorter","#,
            r#""requestId":"8476a536","label":"says \"hi\"","rows":3,"memorySize":"512","#,
            r#""input.num_chars":42,"prediction.confidence":0.93,"latency.handler":[1.5,2]}"#,
            "\n",
        );
        assert_eq!(text(line), expected);
    }

    #[test]
    fn without_dimensions_the_set_is_empty() {
        let settings = Settings::new("Hearth", vec![]).unwrap();
        let mut line = Line::new(&settings, 0);
        line.metric(&COLD_START, 1.0);
        assert!(text(line).contains(r#""Dimensions":[[]],"#));
    }

    #[test]
    fn without_metrics_nothing_is_written() {
        let settings = settings();
        let mut line = Line::new(&settings, 0);
        line.property("requestId", "8476a536");
        assert_eq!(text(line), "");
    }

    #[test]
    fn what_was_dropped_is_a_metric_too() {
        let settings = settings();
        let mut line = Line::new(&settings, 0);
        line.metric(&PREDICTION_CONFIDENCE, f64::NAN);
        line.metric(&LATENCY_HANDLER, f64::INFINITY);
        assert_eq!(line.dropped(), 2);
        assert!(text(line).ends_with("\"mail-sorter\",\"emf.dropped_values\":2}\n"));
    }

    #[test]
    fn a_line_may_have_a_dimension_of_its_own() {
        let settings = settings();
        let mut line = Line::new(&settings, 0);
        line.property("column", "gives way");
        line.by("column", "größe");
        line.metric(&DRIFT_PSI, 0.25);
        assert_eq!(line.refused(), 1);
        for taken in ["column", "service", "_aws", "cold_start"] {
            line.by(taken, "refused");
        }
        assert_eq!(line.refused(), 5);
        let text = text(line);
        assert!(text.contains(r#""Dimensions":[["service","column"]],"#));
        let end = r#","service":"mail-sorter","column":"gr%C3%B6%C3%9Fe","drift.psi":0.25}"#;
        assert!(text.trim_end().ends_with(end), "{text}");
    }
}
