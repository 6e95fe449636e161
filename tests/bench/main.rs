//! `make bench`: the first tables of docs/benchmarks.md. Starts and requests of our function beside
//! an empty lambda_http function and Python peers, on one machine, taking turns.
//!
//! - [`lambda`] is the Runtime API that measures; [`measure`] takes the turns, [`many`] with a thousand
//!   rows a request.
//! - [`programs`] builds what is measured, [`synthetic`] makes models of any size, [`sides`] puts
//!   both together.
//! - [`options`] are the arguments, [`table`] prints, with the cost by the prices that they state.

mod lambda;
mod many;
mod measure;
mod options;
mod programs;
mod sides;
mod synthetic;
mod table;

use std::path::Path;
use std::process::ExitCode;

use measure::{Side, median, quantile};
use options::{HELP, Options};
use sides::{machine, measure_undisturbed, peers, side, size, train};
use support::{Event, Kind};

/// A message of 200 characters, of the kind that the example model knows.
const TEXT: &str = "Hello, my order 12695 from last Monday has not arrived, and the tracking page \
    shows no change since Friday. I paid for express shipping. Can you confirm the delivery date? \
    Kind regards, Renée from Planwick.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["model", megabytes, path] => write_model(megabytes, Path::new(path)),
        _ => Options::parse(arguments.into_iter()).and_then(|options| bench(&options)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_model(megabytes: &str, path: &Path) -> Result<(), String> {
    let megabytes = megabytes
        .parse()
        .map_err(|_| format!("{megabytes:?} is no size"))?;
    let bytes = synthetic::model(megabytes, TEXT);
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn bench(options: &Options) -> Result<(), String> {
    let folder = programs::root().join("build/bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let body = serde_json::json!({ "text": TEXT }).to_string();
    let event = Event::load(Kind::HttpApi).with_body(&body).payload();

    let musl = programs::musl_target();
    let function = programs::function("bin", "function", Some(&musl))?;
    let empty = programs::function("example", "empty", Some(&musl))?;
    // Copied, because a build for another target takes the name.
    let empty_glibc = programs::function("example", "empty", None)?;
    let example = train(&folder)?;

    let serve = |name: &str, model: &Path| {
        // As it is deployed: cdk/src/endpoint.ts.
        let variables = [("MODEL_PATH", model), ("HEARTH_EMF", Path::new("window"))];
        side(
            &folder,
            name,
            &[&function],
            &variables,
            size(&[&function, model]),
        )
    };
    let mut sides = vec![serve("**hearth**, example model", &example)];
    let mut models = Vec::new();
    for megabytes in ["1", "10", "100"] {
        let path = folder.join(format!("{megabytes}-mb.hearth"));
        if !path.exists() {
            write_model(megabytes, &path)?;
        }
        sides.push(serve(&format!("**hearth**, {megabytes} MB model"), &path));
        models.push(path);
    }
    sides.push(side(
        &folder,
        "empty lambda_http, our flags",
        &[&empty],
        &[],
        size(&[&empty]),
    ));
    let name = "empty lambda_http, glibc";
    sides.push(side(
        &folder,
        name,
        &[&empty_glibc],
        &[],
        size(&[&empty_glibc]),
    ));
    sides.push(serve("**hearth**, example model again", &example));
    let mut peers = match options.with_peers {
        true => peers(&folder),
        false => Vec::new(),
    };

    let class = measure_undisturbed();
    measure::cold(&mut sides, options.starts, &event, &[])?;
    measure::warm(&mut sides, options.requests, &event)?;
    if !peers.is_empty() {
        measure::cold(&mut peers, options.starts.div_ceil(5), &event, &[])?;
        measure::warm(&mut peers, options.requests / 2, &event)?;
    }
    let large = models.pop().unwrap_or_default();
    let mut unread = vec![serve(
        "100 MB, model and binary not in the page cache",
        &large,
    )];
    measure::cold(
        &mut unread,
        options.starts.div_ceil(3),
        &event,
        &[function.clone(), large],
    )?;

    let count = peers.len();
    sides.append(&mut peers);
    table::print(&sides, options);
    println!();
    let of_models: Vec<&Side> = sides[..1]
        .iter()
        .chain(&sides[sides.len() - count..])
        .collect();
    many::print(&of_models, options.requests / 20)?;
    println!();
    for side in &unread {
        println!(
            "{}: init {} ms, first request {} ms (quartiles {} to {}).",
            side.name,
            table::digits(median(&side.init)),
            table::digits(median(&side.first)),
            table::digits(quantile(&side.first, 0.25)),
            table::digits(quantile(&side.first, 0.75)),
        );
    }
    if options.writes_figures {
        table::write_figures(&sides[0], options);
        println!("docs/figures.json and the pages that state its figures are written.");
    }
    let (starts, requests) = (options.starts, options.requests);
    println!(
        "Medians of {starts} starts and {requests} requests each (Python: {}, {}), {class}; {}.",
        starts.div_ceil(5),
        requests / 2,
        machine()
    );
    Ok(())
}
