//! Charts, drawn as SVG that takes its colours from the page's style sheet.

use super::escape::plain;
use model::timestamp::date_of_day;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 50.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 42.0;

/// Names that have room below a chart.
const NAMES: usize = 7;

/// An axis.
pub struct Axis {
    title: String,
    low: f64,
    high: f64,
    step: f64,
    /// True if numbers are days since 1970.
    is_of_days: bool,
    /// Names of 1, 2, 3 …, which are shown instead of numbers.
    names: Vec<String>,
}

impl Axis {
    /// From 0 to 1.
    pub fn share(title: &str) -> Axis {
        Axis {
            title: title.into(),
            low: 0.0,
            high: 1.0,
            step: 0.25,
            is_of_days: false,
            names: Vec::new(),
        }
    }

    /// Around all of these, with round ends.
    pub fn around(title: &str, values: impl Iterator<Item = f64>) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low == high {
            let half = (low.abs() / 2.0).max(0.5);
            (low, high) = (low - half, high + half);
        }
        let step = step(high - low);
        Axis {
            title: title.into(),
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            step,
            is_of_days: false,
            names: Vec::new(),
        }
    }

    /// The same, but not beyond `most`.
    pub fn up_to(self, most: f64) -> Axis {
        let high = if self.high > most && self.low < most {
            most
        } else {
            self.high
        };
        Axis { high, ..self }
    }

    /// The same, of days since 1970, which are shown as dates.
    pub fn of_days(self) -> Axis {
        Axis {
            is_of_days: true,
            ..self
        }
    }

    /// Axis of 1, 2, 3 …, which have names.
    pub fn of_names(title: &str, [low, high]: [f64; 2], names: Vec<String>) -> Axis {
        Axis {
            title: title.into(),
            low,
            high,
            step: (names.len() as f64 / NAMES as f64).ceil().max(1.0),
            is_of_days: false,
            names,
        }
    }

    /// Both ends.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The place of a value between both ends, 0 to 1.
    pub fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Values at round steps, both ends among them.
    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step + 1e-6).floor() as usize;
        // The first name is that of 1.
        let first = if self.names.is_empty() { self.low } else { 1.0 };
        (0..=count.min(20))
            .map(move |tick| first + tick as f64 * self.step)
            .filter(|tick| *tick <= self.high + self.step * 1e-6)
    }

    /// Number of texts that have room below a chart.
    fn room(&self) -> usize {
        if !self.names.is_empty() {
            return NAMES + 1;
        }
        let width = match self.is_of_days {
            true => 8,
            false => {
                let (low, high) = (self.tick_text(self.low), self.tick_text(self.high));
                low.chars().count().max(high.chars().count())
            }
        };
        // About 7 units a letter, and a blank on each side.
        ((WIDTH - LEFT - RIGHT) as usize / (7 * (width + 2))).max(2)
    }

    /// A value at a round step, as text.
    pub fn tick_text(&self, value: f64) -> String {
        if !self.names.is_empty() {
            let place = (value as usize).checked_sub(1);
            let name = place.and_then(|place| self.names.get(place));
            return name.cloned().unwrap_or_default();
        }
        if self.is_of_days {
            let (year, month, day) = date_of_day(value.floor() as i64);
            return match self.step {
                step if step < 28.0 => format!("{month:02}-{day:02}"),
                _ => format!("{year}-{month:02}"),
            };
        }
        // 0 may come out as -0 or as 1e-17.
        let value = if value.abs() < self.step / 1e6 {
            0.0
        } else {
            value
        };
        let size = self.low.abs().max(self.high.abs());
        if !(1e-3..1e6).contains(&size) {
            return format!("{value:.1e}");
        }
        let decimals = (-libm::log10(self.step).floor()).clamp(0.0, 6.0) as usize;
        // A quarter has two digits.
        let extra = usize::from(self.step == 0.25);
        format!("{value:.*}", decimals + extra)
    }
}

/// 1, 2 or 5 times a power of ten, such that about five fit into the span.
fn step(span: f64) -> f64 {
    let rough = span / 5.0;
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let of = |factor: f64| factor * power;
    match rough / power {
        part if part < 1.5 => of(1.0),
        part if part < 3.5 => of(2.0),
        part if part < 7.5 => of(5.0),
        _ => of(10.0),
    }
}

/// A chart that is being drawn.
pub struct Chart {
    id: String,
    x: Axis,
    y: Axis,
    body: String,
}

impl Chart {
    /// An empty one; `id` is its own on the page.
    pub fn new(id: &str, x: Axis, y: Axis) -> Chart {
        let (id, body) = (id.to_string(), String::new());
        Chart { id, x, y, body }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let across = LEFT + self.x.place(x) * (WIDTH - LEFT - RIGHT);
        let down = TOP + (1.0 - self.y.place(y)) * (HEIGHT - TOP - BOTTOM);
        (across, down)
    }

    /// A line through points, of a class of the style sheet.
    pub fn line(&mut self, class: &str, points: impl Iterator<Item = (f64, f64)>) {
        let places: Vec<String> = points
            .map(|(x, y)| self.at(x, y))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let places = places.join(" ");
        self.body.push_str(&format!(
            "<polyline class=\"{class}\" points=\"{places}\"/>"
        ));
    }

    /// A dot.
    pub fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64, title: &str) {
        let (x, y) = self.at(x, y);
        let title = match title {
            "" => String::new(),
            title => format!("<title>{}</title>", plain(title)),
        };
        self.body.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\">{title}</circle>"
        ));
    }

    /// A dot with an id, which a script moves: `data-box` has the left end, the top, the width and the
    /// height of the plane.
    pub fn movable(&mut self, id: &str, x: f64, y: f64) {
        let (x, y) = self.at(x, y);
        let (width, height) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        self.body.push_str(&format!(
            "<circle class=\"here\" id=\"{id}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\" \
             data-box=\"{LEFT} {TOP} {width} {height}\"/>"
        ));
    }

    /// An upright line from one value to another.
    pub fn whisker(&mut self, class: &str, x: f64, from: f64, to: f64) {
        let ((x, bottom), (_, top)) = (self.at(x, from), self.at(x, to));
        self.body.push_str(&format!(
            "<path class=\"{class}\" d=\"M{x:.1} {bottom:.1}V{top:.1}\"/>"
        ));
    }

    /// Text in the middle above a place.
    pub fn note(&mut self, class: &str, x: f64, y: f64, text: &str) {
        let (x, y) = self.at(x, y);
        self.body.push_str(&format!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y - 3.0,
            plain(text)
        ));
    }

    /// A bar from 0 up.
    pub fn bar(&mut self, class: &str, from: f64, to: f64, height: f64, title: &str) {
        let (left, top) = self.at(from, height);
        let (right, bottom) = self.at(to, 0.0);
        let (width, height) = ((right - left - 1.0).max(1.0), bottom - top);
        self.body.push_str(&format!(
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{}</title></rect>",
            plain(title)
        ));
    }

    /// The chart; the title and the description are for who cannot see it.
    pub fn finish(&self, title: &str, description: &str) -> String {
        let id = &self.id;
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        let mut grid = String::new();
        let texts = self.x.ticks().count().div_ceil(self.x.room());
        for (place, tick) in self.x.ticks().enumerate() {
            let (x, _) = self.at(tick, self.y.low);
            // Where not all texts have room, some lines have none.
            let text = match place % texts {
                0 => self.x.tick_text(tick),
                _ => String::new(),
            };
            grid.push_str(&format!(
                "<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/><text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>",
                bottom + 15.0
            ));
        }
        for tick in self.y.ticks() {
            let (_, y) = self.at(self.x.low, tick);
            let text = self.y.tick_text(tick);
            grid.push_str(&format!(
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 6.0,
                y + 4.0
            ));
        }
        let (middle, centre) = ((LEFT + right) / 2.0, (TOP + bottom) / 2.0);
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>{grid}{}\
             <text class=\"axis\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text class=\"axis\" transform=\"translate(12 {centre}) rotate(-90)\" text-anchor=\"middle\">{}</text></svg>",
            plain(title),
            plain(description),
            self.body,
            HEIGHT - 6.0,
            plain(&self.x.title),
            plain(&self.y.title),
        )
    }
}

/// A chart with its heading; `caption` is HTML, `description` is not.
pub fn figure(title: &'static str, chart: Chart, description: &str, caption: &str) -> String {
    format!(
        "<figure><h3>{title}</h3>{}<figcaption>{caption}</figcaption></figure>",
        chart.finish(title, description)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        let axis = Axis::around("x", [-3.2, 17.0].into_iter());
        assert_eq!(axis.ends(), (-5.0, 20.0));
        let texts: Vec<String> = axis.ticks().map(|tick| axis.tick_text(tick)).collect();
        assert_eq!(texts, ["-5", "0", "5", "10", "15", "20"]);
        let share = Axis::share("x");
        assert_eq!(share.tick_text(0.25), "0.25");
    }

    #[test]
    fn odd_samples_have_an_axis() {
        assert_eq!(Axis::around("x", std::iter::empty()).ends(), (0.0, 1.0));
        let (low, high) = Axis::around("x", [5.0, f64::NAN].into_iter()).ends();
        assert!(low < 5.0 && high > 5.0);
    }
}
