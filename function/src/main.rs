//! The binary: chooses the way in.
#![no_main]

use function::start::{self, Error};
use function::{App, environment, lambda, log, memory, server, settings};
use std::ffi::{OsString, c_char, c_int};
use std::io::Write;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// Why this and no Rust `main`: see [`start`].
#[unsafe(no_mangle)]
extern "C" fn main(count: c_int, arguments: *const *const c_char) -> c_int {
    // SAFETY: these are the arguments of C's `main`, as they came.
    unsafe { start::from_c(count, arguments, body) }
}

fn body(argument: Option<&str>) -> Result<(), Error> {
    match argument {
        // SageMaker starts a container as `docker run IMAGE serve`.
        None | Some("serve") => run(),
        Some("--help" | "-h") => say(settings::HELP),
        Some("--version" | "-V") => say(concat!("function ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(other) => Err(format!("{other:?} is not an argument; see function --help").into()),
    }
}

fn say(text: &str) -> Result<(), Error> {
    let mut stdout = std::io::stdout();
    stdout.write_all(text.as_bytes())?;
    // Nothing else would, at the end of a C `main`.
    Ok(stdout.flush()?)
}

/// Name and value of an environment variable.
type Variable = (OsString, OsString);

fn is_ours(name: &[u8]) -> bool {
    name.starts_with(b"HEARTH_")
}

fn run() -> Result<(), Error> {
    // Read once: C's `getenv` looks through all of them each time, which was a quarter of a start.
    // Apart from Lambda's own, because most of our thirty variables are not set: with few of ours
    // to compare, each costs nothing.
    let (ours, others): (Vec<Variable>, Vec<Variable>) =
        std::env::vars_os().partition(|(name, _)| is_ours(name.as_encoded_bytes()));
    let get = |name: &str| {
        let among = if is_ours(name.as_bytes()) {
            &ours
        } else {
            &others
        };
        let (_, value) = among.iter().find(|(known, _)| known == name)?;
        // The reader of a variable reports that it is not UTF-8: it must not count as unset.
        Some(value.to_string_lossy().into_owned())
    };
    memory::prepare();
    log::start(&get);
    for (name, _) in &ours {
        environment::warn_unknown(&name.to_string_lossy());
    }
    if environment::is_lambda(&get) {
        lambda::check(&get)?;
        let concurrency = lambda::concurrency(&get);
        let app = Arc::new(App::from_environment(&get));
        // While it lives, Lambda announces the end of the process.
        let _extension = lambda::extension(&app, &get);
        let ended = runtime(concurrency)?.block_on(lambda::run(Arc::clone(&app), concurrency));
        app.end();
        return ended;
    }
    let (host, port) = environment::address(&get)?;
    let listener = std::net::TcpListener::bind((host.as_str(), port))
        .map_err(|error| format!("cannot listen on {host}:{port}: {error}; set HOST or PORT"))?;
    let app = Arc::new(App::from_environment(&get));
    runtime(1)?.block_on(server::serve(Arc::clone(&app), listener))?;
    app.end();
    Ok(())
}

/// One thread where there is one request at a time: a pool costs a fifth of a start. Where Lambda
/// gives several at once, as many threads as cores answer them.
fn runtime(requests: usize) -> std::io::Result<Runtime> {
    let mut builder = match requests {
        1 => Builder::new_current_thread(),
        _ => {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(cores.min(requests));
            builder
        }
    };
    builder.enable_all().build()
}
