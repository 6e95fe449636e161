//! The picture of a column: the share of each bin, at training and live.

use crate::report::escape::{plain, shortened};
use traffic::drift::Judged;

const WIDTH: f64 = 480.0;
/// Where the bars begin, behind the bins' names.
const LEFT: f64 = 150.0;
/// Room for the shares behind the bars.
const RIGHT: f64 = 96.0;
const BIN: f64 = 30.0;
const BAR: f64 = 10.0;
const TOP: f64 = 4.0;

/// Bins that are drawn at most: those with the greatest shares.
const MOST: usize = 24;

/// Two bars a bin; colours come from the style sheet. `id` is its own on the page.
pub fn picture(id: &str, of: &Judged) -> String {
    let greater = |bin: usize| of.bins[bin].training.max(of.bins[bin].live);
    // What neither has any of says nothing.
    let mut shown: Vec<usize> = (0..of.bins.len())
        .filter(|bin| greater(*bin) > 0.0)
        .collect();
    shown.sort_by(|a, b| greater(*b).total_cmp(&greater(*a)));
    let rest = shown.split_off(shown.len().min(MOST));
    shown.sort_unstable();
    let greatest = shown.iter().map(|bin| greater(*bin)).fold(1e-9, f64::max);
    let mut bars = String::new();
    for (place, bin) in shown.iter().enumerate() {
        let bin = &of.bins[*bin];
        let top = TOP + place as f64 * BIN;
        let width = |share: f64| share / greatest * (WIDTH - LEFT - RIGHT);
        let name = plain(&shortened(&bin.name, 22));
        bars.push_str(&format!(
            "<text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>",
            LEFT - 8.0,
            top + BAR + 5.0
        ));
        let whole = plain(&bin.name);
        for (class, word, share, y) in [
            ("training", "training", bin.training, top),
            ("live", "live", bin.live, top + BAR + 1.0),
        ] {
            let (width, percent) = (width(share), share * 100.0);
            bars.push_str(&format!(
                "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{BAR}\">\
                 <title>{whole}: {percent:.2} % ({word})</title></rect>",
            ));
        }
        bars.push_str(&format!(
            "<text x=\"{:.1}\" y=\"{:.0}\">{:.1} → {:.1} %</text>",
            LEFT + width(bin.training.max(bin.live)) + 6.0,
            top + BAR + 5.0,
            bin.training * 100.0,
            bin.live * 100.0
        ));
    }
    let height = 2.0 * TOP + shown.len() as f64 * BIN;
    let said = match rest.len() {
        0 => String::new(),
        count => format!("; {count} bins with smaller shares are left out"),
    };
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title\">\
         <title id=\"{id}-title\">{}: shares of its bins at training and live{said}</title>{bars}</svg>",
        plain(&of.name)
    )
}
