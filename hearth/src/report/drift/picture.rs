//! The picture of a distribution: the share of each bin, before and live, and apart from them what is
//! missing.

use crate::report::escape::{plain, shortened};
use traffic::drift::{Bin, Judged};

const WIDTH: f64 = 480.0;
/// Where the bars begin, behind the bins' names.
const LEFT: f64 = 150.0;
/// Room for the shares behind the bars.
const RIGHT: f64 = 100.0;
const BIN: f64 = 30.0;
const BAR: f64 = 10.0;
const TOP: f64 = 4.0;
/// Room between the bins and what is missing.
const GAP: f64 = 12.0;

/// Bins that are drawn at most: those with the greatest shares.
const MOST: usize = 24;

/// Two bars a bin; colours come from the style sheet. `id` is its own on the page.
pub fn picture(id: &str, of: &Judged) -> String {
    let greater = |bin: &Bin| bin.reference.max(bin.live);
    // What neither has any of says nothing.
    let mut shown: Vec<usize> = (0..of.bins.len())
        .filter(|bin| greater(&of.bins[*bin]) > 0.0)
        .collect();
    shown.sort_by(|a, b| greater(&of.bins[*b]).total_cmp(&greater(&of.bins[*a])));
    let rest = shown.split_off(shown.len().min(MOST));
    shown.sort_unstable();
    let has_missing = greater(&of.missing) > 0.0;
    let bins = shown.iter().map(|bin| &of.bins[*bin]);
    let greatest = bins
        .clone()
        .chain(has_missing.then_some(&of.missing))
        .map(greater)
        .fold(1e-9, f64::max);
    let mut bars = String::new();
    let mut top = TOP;
    for bin in bins {
        bars.push_str(&row(bin, top, greatest));
        top += BIN;
    }
    if has_missing {
        if !shown.is_empty() {
            let line = top + GAP / 2.0 - 4.0;
            bars.push_str(&format!("<path class=\"grid\" d=\"M0 {line}H{WIDTH}\"/>"));
            top += GAP;
        }
        bars.push_str(&row(&of.missing, top, greatest));
        top += BIN;
    }
    let height = top + TOP;
    let said = match rest.len() {
        0 => String::new(),
        count => format!("; {count} bins with smaller shares are left out"),
    };
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title\">\
         <title id=\"{id}-title\">{}: shares of its bins before and live{said}</title>{bars}</svg>",
        plain(&of.name)
    )
}

fn row(bin: &Bin, top: f64, greatest: f64) -> String {
    let width = |share: f64| share / greatest * (WIDTH - LEFT - RIGHT);
    let name = plain(&shortened(&bin.brief_name(), 22));
    let whole = plain(&bin.name);
    let mut bars = format!(
        "<text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>",
        LEFT - 8.0,
        top + BAR + 5.0
    );
    for (class, word, share, y) in [
        ("training", "before", bin.reference, top),
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
        LEFT + width(bin.reference.max(bin.live)) + 6.0,
        top + BAR + 5.0,
        bin.reference * 100.0,
        bin.live * 100.0
    ));
    bars
}
