//! The traffic over time: requests and rejections, drift, estimated accuracy.

use crate::report::escape::{isolated, shortened};
use crate::report::svg::{Axis, Chart, figure};
use traffic::drift::Moment;
use traffic::report::{Report, Timeline};
use traffic::verdicts::percent;

/// The section; empty where the traffic has fewer than two periods.
pub fn section(report: &Report) -> String {
    let Timeline {
        distributions,
        moments,
    } = &report.timeline;
    if moments.len() < 2 {
        return String::new();
    }
    let mut charts = traffic(moments);
    if !distributions.is_empty() {
        charts.push_str(&drift(distributions, moments));
    }
    if moments.iter().filter(|of| of.estimated.is_some()).count() > 1 {
        charts.push_str(&accuracy(moments));
    }
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return String::new();
    };
    let period = match first.time.len() {
        13 => "hour",
        10 => "day",
        7 => "month",
        _ => "year",
    };
    format!(
        "<p>By {period}, from {} to {}.</p><div class=\"charts\">{charts}</div>",
        isolated(&first.time),
        isolated(&last.time)
    )
}

/// The axis of the periods, by their number.
fn periods(moments: &[Moment]) -> Axis {
    let ends = [0.5, moments.len() as f64 + 0.5];
    let names = moments.iter().map(|of| match of.time.len() {
        13 => format!("{}h", &of.time[8..].replace('T', " ")),
        10 => of.time[5..].to_string(),
        _ => of.time.clone(),
    });
    Axis::of_names("", ends, names.collect())
}

fn place(index: usize) -> f64 {
    index as f64 + 1.0
}

fn traffic(moments: &[Moment]) -> String {
    let has_requests = moments.iter().any(|of| of.requests.total > 0);
    let count = |of: &Moment| match has_requests {
        true => of.requests.total,
        false => of.rows,
    };
    let title = if has_requests { "requests" } else { "records" };
    let counts = moments.iter().map(|of| count(of) as f64);
    let mut chart = Chart::new(
        "requests",
        periods(moments),
        Axis::around(title, counts.chain([0.0])),
    );
    let mut told = String::new();
    for (index, of) in moments.iter().enumerate() {
        let (from, to) = (place(index) - 0.4, place(index) + 0.4);
        let (all, rejected) = (count(of), of.requests.rejected);
        let said = match rejected {
            0 => format!("{}: {all} {title}", of.time),
            _ => format!("{}: {all} {title}, {rejected} rejected", of.time),
        };
        chart.bar("live", from, to, all as f64, &said);
        if rejected > 0 {
            chart.bar("rejected", from, to, rejected as f64, &said);
        }
        told.push_str(&said);
        told.push_str(". ");
    }
    let caption = match moments.iter().map(|of| of.requests.rejected).sum::<u64>() {
        0 if has_requests => "No request was rejected.".to_string(),
        0 => "Requests are counted where the log has the metrics of the function.".into(),
        count => format!("<span class=\"key rejected\"></span>{count} rejected."),
    };
    let heading = if has_requests { "Requests" } else { "Records" };
    figure(heading, chart, &told, &caption)
}

fn drift(names: &[String], moments: &[Moment]) -> String {
    let all = moments
        .iter()
        .flat_map(|of| of.psi.iter().flatten().copied());
    let mut chart = Chart::new(
        "drift",
        periods(moments),
        Axis::around("PSI", all.chain([0.0, 0.3])),
    );
    let ends = [0.5, moments.len() as f64 + 0.5];
    chart.line("chance", ends.map(|end| (end, 0.25)).into_iter());
    let mut keys = String::new();
    for (at, name) in names.iter().enumerate() {
        let points = moments.iter().enumerate();
        let points =
            points.filter_map(|(index, of)| Some((place(index), of.psi.get(at).copied()??)));
        let points: Vec<(f64, f64)> = points.collect();
        chart.line(&format!("series s{at}"), points.iter().copied());
        for (x, psi) in points {
            chart.dot(
                &format!("dot s{at}"),
                x,
                psi,
                3.0,
                &format!("{name}: {psi:.3}"),
            );
        }
        let name = isolated(&shortened(name, 30));
        keys.push_str(&format!("<span class=\"key s{at}\"></span>{name} "));
    }
    let told = format!("The index of {} by period.", names.join(", "));
    let caption = format!("{keys}Above the dashed line, 0.25, drift is major.");
    figure("Drift", chart, &told, &caption)
}

fn accuracy(moments: &[Moment]) -> String {
    let points = moments.iter().enumerate();
    let points: Vec<(f64, f64)> = points
        .filter_map(|(index, of)| Some((place(index), of.estimated?)))
        .collect();
    let axis = Axis::around("estimated accuracy", points.iter().map(|of| of.1)).up_to(1.0);
    let mut chart = Chart::new("estimate", periods(moments), axis);
    chart.line("series", points.iter().copied());
    let mut told = String::new();
    for (x, share) in points {
        let time = moments
            .get(x as usize - 1)
            .map_or("", |of| of.time.as_str());
        let said = format!("{time}: {}", percent(share));
        chart.dot("dot", x, share, 3.0, &said);
        told.push_str(&said);
        told.push_str(". ");
    }
    figure(
        "Estimated accuracy",
        chart,
        &told,
        "The mean confidence of the answers.",
    )
}
