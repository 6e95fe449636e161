//! The layout of a line, and where one line ends and the next begins.

use crate::further::Further;
use crate::metric::Resolution;
use crate::series::Series;
use crate::{Metric, Settings, Unit, json, limits};

/// Closes the dimension set and the list of sets, and opens the list of metrics.
const DIMENSIONS_END: &[u8] = b"]],\"Metrics\":[";

/// Closes the list of metrics, the directive, the list of directives and `_aws`.
const DIRECTIVE_END: &[u8] = b"]}]}";
const LINE_END: &[u8] = b"}\n";

/// Room for a metric's definition and one value; about half of it is the value with its name.
const METRIC_BYTES: usize = 96;

/// The output while it is written: whole lines in `out`, behind them the definitions of the line
/// that is open. The values stand behind all definitions, so they wait in `values`.
pub(crate) struct Sheet<'a> {
    settings: &'a Settings,
    further: &'a Further,
    timestamp_ms: u64,
    properties: &'a [u8],
    out: Vec<u8>,
    line_start: usize,
    metrics: usize,
    values: Vec<u8>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(
        settings: &'a Settings,
        further: &'a Further,
        timestamp_ms: u64,
        properties: &'a [u8],
        metrics: usize,
    ) -> Sheet<'a> {
        Sheet {
            settings,
            further,
            timestamp_ms,
            properties,
            out: Vec::with_capacity(512 + properties.len() + metrics * METRIC_BYTES),
            line_start: 0,
            metrics: 0,
            values: Vec::with_capacity(metrics * METRIC_BYTES / 2),
        }
    }

    /// Adds the values of a metric from `start` on, at most 100; on a new line if this one is full.
    pub(crate) fn add(&mut self, series: &Series, start: usize) {
        if self.metrics == limits::METRICS {
            self.close();
        }
        let (out_length, values_length) = (self.out.len(), self.values.len());
        self.write(series, start);
        let rest = DIRECTIVE_END.len() + self.settings.targets.len() + self.further.targets.len();
        let rest = rest + self.properties.len() + self.values.len() + LINE_END.len();
        if self.out.len() - self.line_start + rest > limits::LINE_BYTES && self.metrics > 1 {
            self.out.truncate(out_length);
            self.values.truncate(values_length);
            self.metrics -= 1;
            self.close();
            self.write(series, start);
        }
    }

    fn write(&mut self, series: &Series, start: usize) {
        let Metric {
            unit, resolution, ..
        } = series.metric;
        if self.metrics == 0 {
            self.out.extend_from_slice(b"{\"_aws\":{\"Timestamp\":");
            json::push_integer(&mut self.out, self.timestamp_ms);
            self.out.push(b',');
            self.out.extend_from_slice(&self.settings.directive);
            self.out.extend_from_slice(&self.further.set);
            self.out.extend_from_slice(DIMENSIONS_END);
        } else {
            self.out.push(b',');
        }
        self.metrics += 1;

        self.out.extend_from_slice(b"{\"Name\":");
        // The name stands on the line twice, and is escaped once.
        let key = self.values.len();
        match series.metric.is_plain {
            true => json::push_plain_key(&mut self.values, &series.name),
            false => json::push_key(&mut self.values, &series.name),
        }
        let quoted = &self.values[key + 1..self.values.len() - 1];
        self.out.extend_from_slice(quoted);
        // "None" is what CloudWatch assumes, as is a StorageResolution of 60: not worth their bytes.
        if *unit != Unit::None {
            self.out.extend_from_slice(b",\"Unit\":\"");
            self.out.extend_from_slice(unit.as_str().as_bytes());
            self.out.push(b'"');
        }
        if *resolution == Resolution::High {
            self.out.extend_from_slice(b",\"StorageResolution\":1");
        }
        self.out.push(b'}');

        let all = std::iter::once(&series.first).chain(&series.rest);
        let is_array = series.rest.len() > start;
        for (index, value) in all.skip(start).take(limits::VALUES).enumerate() {
            match (is_array, index) {
                (false, _) => {}
                (true, 0) => self.values.push(b'['),
                (true, _) => self.values.push(b','),
            }
            json::push_number(&mut self.values, *value);
        }
        if is_array {
            self.values.push(b']');
        }
    }

    /// Ends the line that is open.
    pub(crate) fn close(&mut self) {
        self.out.extend_from_slice(DIRECTIVE_END);
        self.out.extend_from_slice(&self.settings.targets);
        self.out.extend_from_slice(&self.further.targets);
        self.out.extend_from_slice(self.properties);
        self.out.append(&mut self.values);
        self.out.extend_from_slice(LINE_END);
        self.line_start = self.out.len();
        self.metrics = 0;
    }

    /// All lines that were closed.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}
