//! Partial dependence: how answers follow the value of one column, all others being as they are.

use super::Report;
use super::escape::{isolated, plain, shortened};
use super::svg::{Axis, Chart};
use super::verdict::percent;
use model::card::Metrics;
use training::dependence::Dependence;
use training::evaluation::figures::text;

/// The section: a chart a column, all with one scale.
pub fn section(report: &Report<'_>) -> String {
    let of = report.dependences;
    if of.columns.is_empty() {
        return String::new();
    }
    let (is_value, labels) = (of.labels.is_empty(), &of.labels);
    let means = || {
        let points = of.columns.iter().flat_map(|column| &column.points);
        points.flat_map(|point| point.means.iter().copied())
    };
    let title = match (is_value, &labels[..]) {
        (true, _) => format!("mean {}", shortened(&report.card.target, 24)),
        (false, [label]) => format!("mean probability of {}", shortened(label, 20)),
        _ => "mean probability".into(),
    };
    let axis = || match report.card.metrics {
        Metrics::Classification(_) => Axis::around(&title, means()).up_to(1.0),
        Metrics::Regression(_) | Metrics::Unmeasured(_) => Axis::around(&title, means()),
    };
    let charts: String = of
        .columns
        .iter()
        .enumerate()
        .map(
            |(at, column)| match column.points.iter().all(|point| point.at.is_some()) {
                true => numbers(at, report, column, axis()),
                false => names(column, &axis(), is_value),
            },
        )
        .collect();
    let legend: String = match labels.len() {
        0 | 1 => String::new(),
        _ => {
            let key = |(at, label): (usize, &String)| {
                let label = isolated(&shortened(label, 30));
                format!("<span class=\"key s{at}\"></span>{label} ")
            };
            let keys = labels.iter().enumerate().map(key);
            format!("<p>{}</p>", keys.collect::<String>())
        }
    };
    format!(
        "<p>The mean answer to held-out rows if one column had the same value in all of them. All charts have \
         the same scale, so that a flat one says that the column matters little on its own.</p>{legend}\
         <div class=\"charts\">{charts}</div>"
    )
}

/// True of a column of times, whose dependence is drawn by dates.
fn is_of_days(report: &Report<'_>, name: &str) -> bool {
    let mut columns = report.card.columns.iter();
    columns.any(|column| column.name == name && column.kind == "timestamp")
}

fn numbers(at: usize, report: &Report<'_>, column: &Dependence, y: Axis) -> String {
    let places = || column.points.iter().filter_map(|point| point.at);
    let name = shortened(&column.column, 30);
    let x = Axis::around(&name, places());
    let x = match is_of_days(report, &column.column) {
        true => x.of_days(),
        false => x,
    };
    let mut chart = Chart::new(&format!("dependence-{at}"), x, y);
    let outputs = column.points.first().map_or(0, |point| point.means.len());
    let mut description = String::new();
    for output in 0..outputs {
        let points = column.points.iter();
        let line = points.filter_map(|point| Some((point.at?, point.means[output])));
        chart.line(&format!("series s{output}"), line);
        for point in &column.points {
            let (mean, Some(at)) = (point.means[output], point.at) else {
                continue;
            };
            let title = format!("{}: {}", point.name, text(mean));
            chart.dot(&format!("dot s{output}"), at, mean, 3.0, &title);
            if output == 0 {
                description.push_str(&title);
                description.push_str(". ");
            }
        }
    }
    format!(
        "<figure><h3>{}</h3>{}</figure>",
        isolated(&name),
        chart.finish(&name, &description)
    )
}

fn names(column: &Dependence, axis: &Axis, is_value: bool) -> String {
    let shown = |mean: f64| match is_value {
        true => text(mean),
        false => percent(mean),
    };
    let items: String = column
        .points
        .iter()
        .map(|point| {
            let marks: String = point
                .means
                .iter()
                .enumerate()
                .map(|(output, mean)| {
                    let place = axis.place(*mean) * 100.0;
                    match point.means.len() {
                        1 => format!("<i style=\"width:{place:.1}%\"></i>"),
                        _ => format!("<b class=\"s{output}\" style=\"left:{place:.1}%\"></b>"),
                    }
                })
                .collect();
            let means: Vec<String> = point.means.iter().map(|mean| shown(*mean)).collect();
            format!(
                "<li><span class=\"named\">{}<b>{}</b></span><span class=\"track\" aria-hidden=\"true\">{marks}</span></li>",
                isolated(&shortened(&point.name, 40)),
                plain(&means.join(" · "))
            )
        })
        .collect();
    let (low, high) = axis.ends();
    format!(
        "<figure><h3>{}</h3><ul class=\"bars\">{items}</ul><figcaption>Bars go from {} to {}.</figcaption></figure>",
        isolated(&shortened(&column.column, 60)),
        axis.tick_text(low),
        axis.tick_text(high)
    )
}
