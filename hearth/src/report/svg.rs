//! Charts, drawn as SVG that takes its colours from the page's style sheet.

use super::escape::plain;

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 290.0;
const LEFT: f64 = 50.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 42.0;

/// An axis.
pub struct Axis {
    title: &'static str,
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// From 0 to 1.
    pub fn share(title: &'static str) -> Axis {
        Axis {
            title,
            low: 0.0,
            high: 1.0,
            step: 0.25,
        }
    }

    /// Around all of these, with round ends.
    pub fn around(title: &'static str, values: impl Iterator<Item = f64>) -> Axis {
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
            title,
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            step,
        }
    }

    /// Both ends.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count.min(20)).map(|tick| self.low + tick as f64 * self.step)
    }

    fn tick_text(&self, value: f64) -> String {
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
    id: &'static str,
    x: Axis,
    y: Axis,
    body: String,
}

impl Chart {
    /// An empty one; `id` is its own on the page.
    pub fn new(id: &'static str, x: Axis, y: Axis) -> Chart {
        let body = String::new();
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
    pub fn finish(self, title: &str, description: &str) -> String {
        let id = self.id;
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        let mut grid = String::new();
        for tick in self.x.ticks() {
            let (x, _) = self.at(tick, self.y.low);
            let text = self.x.tick_text(tick);
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
            plain(self.x.title),
            plain(self.y.title),
        )
    }
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
