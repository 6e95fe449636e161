//! Many requests on one line.
//!
//! Of the line of one request nine bytes in ten are names: definitions, dimensions, properties. An
//! array of values says them once. What it costs: a request can no longer be found by its id, and
//! an environment that is killed takes along what it has not written, at most one window.

use crate::line::Record;
use crate::{Line, Metric, Settings, limits};
use std::fmt;
use std::str::FromStr;

/// When a window is full: after so many requests, or when its first request is so long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Most requests of a window: 1 to 100, since an array has at most 100 values.
    pub requests: usize,
    /// Longest time from its first request to its end, in milliseconds.
    pub milliseconds: u64,
}

impl Default for Size {
    /// 100 requests or a minute, which is the finest that a metric is kept.
    fn default() -> Size {
        Size {
            requests: limits::VALUES,
            milliseconds: 60_000,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.milliseconds as f64 / 1000.0;
        write!(formatter, "{} requests or {seconds} s", self.requests)
    }
}

impl FromStr for Size {
    type Err = String;

    /// Reads `100 requests or 60 s`, or one of the two; the other one is then the default's.
    fn from_str(text: &str) -> Result<Size, String> {
        let mut size = Size::default();
        let wrong = || {
            let example = Size::default();
            format!("{text:?} is no window, expected for example {example}")
        };
        for part in text.split(" or ") {
            let (number, unit) = part.trim().split_once(' ').ok_or_else(wrong)?;
            match unit.trim() {
                "request" | "requests" => {
                    let requests = number.parse().ok();
                    let legal = requests.filter(|count| (1..=limits::VALUES).contains(count));
                    size.requests = legal.ok_or_else(|| {
                        format!("{text:?}: a window has 1 to {} requests", limits::VALUES)
                    })?;
                }
                "s" => {
                    let seconds = number.parse::<f64>().ok();
                    let legal = seconds.filter(|seconds| (0.001..=3600.0).contains(seconds));
                    let seconds =
                        legal.ok_or_else(|| format!("{text:?}: a window lasts 0.001 to 3600 s"))?;
                    size.milliseconds = (seconds * 1000.0) as u64;
                }
                _ => return Err(wrong()),
            }
        }
        Ok(size)
    }
}

/// The values of many requests, until they are one line. Its memory is kept from window to window,
/// so a request costs no allocation once every metric has been seen.
#[derive(Clone, Debug)]
pub struct Window {
    size: Size,
    requests: usize,
    start_ms: u64,
    series: Vec<(&'static Metric, Vec<f64>)>,
    dropped: usize,
}

impl Window {
    /// An empty window.
    pub fn new(size: Size) -> Window {
        Window {
            size,
            requests: 0,
            start_ms: 0,
            series: Vec::new(),
            dropped: 0,
        }
    }

    /// Begins a request, at a time in milliseconds since 1970: the values that follow are its.
    pub fn begin(&mut self, timestamp_ms: u64) {
        if self.requests == 0 {
            self.start_ms = timestamp_ms;
        }
        self.requests += 1;
    }

    /// Number of requests in it.
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// True if it is time to write it. A metric may have several values a request: the window is
    /// full when the first of them fills its array. A clock that was set back further than a window
    /// lasts ends it, too: it would wait until the clock is there again.
    pub fn is_due(&self, now_ms: u64) -> bool {
        let is_full = |(_, values): &(_, Vec<f64>)| values.len() >= limits::VALUES;
        self.requests > 0
            && (self.requests >= self.size.requests
                || now_ms.abs_diff(self.start_ms) >= self.size.milliseconds
                || self.series.iter().any(is_full))
    }

    /// Renders what was collected, with the time of the first request, and empties the window;
    /// `add` gives the line its properties, or a dimension. One line, unless a metric has more than
    /// 100 values; nothing where there is nothing.
    pub fn finish<'a>(
        &mut self,
        settings: &'a Settings,
        add: impl FnOnce(&mut Line<'a>),
    ) -> Vec<u8> {
        let mut line = Line::new(settings, self.start_ms);
        add(&mut line);
        for (metric, values) in &mut self.series {
            line.metrics(metric, values);
            values.clear();
        }
        line.drop_values(self.dropped);
        (self.requests, self.dropped) = (0, 0);
        line.finish()
    }
}

impl Record for Window {
    fn metric(&mut self, metric: &'static Metric, value: f64) {
        if !limits::is_value(value) {
            self.dropped += 1;
            return;
        }
        let mut known = self.series.iter_mut();
        match known.find(|(other, _)| other.name == metric.name) {
            Some((_, values)) => values.push(value),
            None => {
                // The usual window never needs more.
                let mut values = Vec::with_capacity(limits::VALUES);
                values.push(value);
                self.series.push((metric, values));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Record, Size, Window};
    use crate::Settings;
    use crate::metrics::{COLD_START, ERROR, LATENCY_HANDLER};

    fn text(window: &mut Window) -> String {
        let settings = Settings::new("Hearth", vec![]).unwrap();
        let line = window.finish(&settings, |line| line.property("modelVersion", "v7"));
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn many_requests_are_one_line_with_the_time_of_the_first() {
        let mut window = Window::new(Size::default());
        for (n, latency) in [0.5, 0.25, f64::NAN].into_iter().enumerate() {
            window.begin(1_000 + n as u64);
            window.metric(&LATENCY_HANDLER, latency);
            window.metric(&COLD_START, f64::from(u8::from(n == 0)));
        }
        window.metric(&ERROR, 1.0);
        let expected = concat!(
            r#"{"_aws":{"Timestamp":1000,"CloudWatchMetrics":[{"Namespace":"Hearth","#,
            r#""Dimensions":[[]],"Metrics":[{"Name":"latency.handler","Unit":"Milliseconds"},"#,
            r#"{"Name":"cold_start","Unit":"Count"},{"Name":"error","Unit":"Count"},"#,
            r#"{"Name":"emf.dropped_values","Unit":"Count"}]}]},"modelVersion":"v7","#,
            r#""latency.handler":[0.5,0.25],"cold_start":[1,0,0],"error":1,"#,
            r#""emf.dropped_values":1}"#,
            "\n",
        );
        assert_eq!(window.requests(), 3);
        assert_eq!(text(&mut window), expected);
        assert_eq!((window.requests(), text(&mut window)), (0, String::new()));
    }

    #[test]
    fn it_is_due_after_its_requests_its_time_or_a_hundred_values() {
        let size = "3 requests or 2 s".parse().unwrap();
        let mut window = Window::new(size);
        assert!(!window.is_due(u64::MAX));
        window.begin(5_000);
        assert!(!window.is_due(6_999) && window.is_due(7_000));
        for _ in 0..100 {
            assert!(!window.is_due(5_000));
            window.metric(&LATENCY_HANDLER, 1.0);
        }
        assert!(window.is_due(5_000));
        assert_eq!(text(&mut window).lines().count(), 1);
        (0..3).for_each(|_| window.begin(5_000));
        assert!(window.is_due(5_000));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_no_window_open() {
        let mut window = Window::new("100 requests or 2 s".parse().unwrap());
        window.begin(1_767_323_045_000);
        assert!(!window.is_due(1_767_323_044_000), "by a second");
        assert!(window.is_due(1_767_323_043_000), "by two");
        assert!(window.is_due(0), "to 1970");
    }

    #[test]
    fn a_size_is_said_in_words() {
        let default = Size::default();
        assert_eq!(default.to_string().parse(), Ok(default));
        assert_eq!("0.5 s".parse::<Size>().unwrap().milliseconds, 500);
        assert_eq!("1 request".parse::<Size>().unwrap().requests, 1);
        for bad in [
            "",
            "5",
            "0 requests",
            "101 requests",
            "-1 s",
            "1 h",
            "1 s or",
            "NaN s",
        ] {
            let error = bad.parse::<Size>().unwrap_err();
            assert!(error.contains("window"), "{error}");
        }
    }
}
