//! The report of a drift: [`html()`] makes a page that needs nothing but itself, [`markdown()`] a
//! comment; `picture` draws the distributions, `timeline` the traffic over time.

mod html;
mod markdown;
mod picture;
mod timeline;

pub use html::html;
pub use markdown::markdown;

use traffic::estimate::{Figure, Quality};
use training::evaluation::figures;

/// A figure of quality as text: accuracy in percent, an error as it is, with its interval.
pub fn quality_text(quality: &Quality, figure: &Figure) -> String {
    let text = |value: f64| match quality.name {
        "accuracy" => format!("{:.1} %", value * 100.0),
        _ => figures::text(value),
    };
    let interval = figure.interval.map_or(String::new(), |[low, high]| {
        format!(" ({} to {})", text(low), text(high))
    });
    format!("{}{interval}", text(figure.value))
}

#[cfg(test)]
mod tests;
