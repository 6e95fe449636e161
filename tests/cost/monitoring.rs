//! Cost of monitoring in a warm request: instructions counted with it and without it, since a count
//! is the same on a busy machine.

use crate::programs;
use std::path::Path;

use support::instructions::{can_build, can_count, instructions};
use support::traffic::{Shift, train, week};
use support::{Event, Kind};

/// All of it may take this share of a warm request.
const MOST: f64 = 0.10;

/// Requests that are counted, behind those that warm the process.
const REQUESTS: usize = 1_000;
const WARM: usize = 50;

fn of_requests(program: &Path, settings: &[(&str, String)], requests: usize) -> f64 {
    instructions(program, settings, |api| {
        let event = Event::load(Kind::HttpApi);
        for sent in week(1, Shift::None, requests) {
            let event = event.clone().with_body(&sent.row.to_string());
            api.invoke(&event).response();
        }
        api.wait_for_polls(requests + 1);
    })
}

#[test]
fn what_is_watched_costs_less_than_a_tenth_of_a_request() {
    let target = programs::musl_target();
    if !can_build(&target) || !can_count() {
        return;
    }
    let function = programs::function("bin", "function", Some(&target)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Five columns, of text, numbers and categories, with nine distributions.
    let model = train(folder.path(), 4_000).display().to_string();
    let request = |settings: &[(&str, &str)]| {
        let settings = settings
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let mut settings: Vec<(&str, String)> = settings.collect();
        settings.push(("MODEL_PATH", model.clone()));
        let all = of_requests(&function, &settings, WARM + REQUESTS);
        (all - of_requests(&function, &settings, WARM)) / REQUESTS as f64
    };
    let off = request(&[("HEARTH_EMF", "off"), ("HEARTH_DRIFT_ROWS", "0")]);
    println!("instructions of a request: {off:.0} with nothing watched");
    let shadow = format!("a={model}:1,b={model}:0");
    for (name, settings) in [
        (
            "a line a request",
            &[("HEARTH_EMF", "request"), ("HEARTH_DRIFT_ROWS", "0")][..],
        ),
        ("a line a request, drift", &[]),
        ("windows, drift", &[("HEARTH_EMF", "window")]),
        (
            "windows, drift, a tenth captured",
            &[("HEARTH_EMF", "window"), ("HEARTH_CAPTURE", "0.1")],
        ),
        (
            "windows, drift, a tenth captured, a shadow for a tenth",
            &[
                ("HEARTH_EMF", "window"),
                ("HEARTH_CAPTURE", "0.1"),
                ("HEARTH_VARIANTS", shadow.as_str()),
                ("HEARTH_SHADOW_SAMPLE", "0.1"),
            ],
        ),
    ] {
        let on = request(settings);
        let share = on / off - 1.0;
        println!("{name}: {on:.0}, {:.1} % more", 100.0 * share);
        assert!(share < MOST, "{name}: {on:.0} to {off:.0}");
    }
}
