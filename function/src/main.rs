//! The binary: chooses the way in.

use function::{App, lambda, log, server, settings};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None => run(),
        Some("--help" | "-h") => say(settings::HELP),
        Some("--version" | "-V") => say(concat!("function ", env!("CARGO_PKG_VERSION"), "\n")),
        Some(other) => Err(format!("{other:?} is no argument of it; see function --help").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When stderr is gone, too, there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "function: {error}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<(), Error> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn run() -> Result<(), Error> {
    let get = |name: &str| std::env::var(name).ok();
    log::start(&get);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if settings::is_lambda(&get) {
        return runtime.block_on(lambda::run(Arc::new(App::from_environment(&get))));
    }
    let (host, port) = settings::address(&get)?;
    let listener = std::net::TcpListener::bind((host.as_str(), port))
        .map_err(|error| format!("cannot listen on {host}:{port}: {error}; set HOST or PORT"))?;
    let app = Arc::new(App::from_environment(&get));
    runtime.block_on(server::serve(app, listener))?;
    Ok(())
}
