//! `batch`: a Lambda function that answers tables in S3.

use batch::handler::{HELP, Handler};
use batch::look::Missing;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use tracing_subscriber::filter::LevelFilter;

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let result = match argument.as_deref() {
        None => run(),
        Some("--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some("--version" | "-V") => {
            println!("batch {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Some(other) => Err(format!("{other:?} is not an argument; see batch --help").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("batch: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let get = |name: &str| std::env::var(name).ok();
    if get("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(
            "it runs in Lambda only; elsewhere: hearth predict MODEL --input … --output …".into(),
        );
    }
    log(get("AWS_LAMBDA_LOG_LEVEL").as_deref());
    let handler = Handler::from_environment(&get).map_err(|error| format!("{error:#}"))?;
    let handler = Arc::new(handler);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(lambda_runtime::run(service_fn(
        move |event: LambdaEvent<Value>| {
            let handler = Arc::clone(&handler);
            async move {
                let work = move || handler.answer(&event.payload, &event.context.request_id);
                // On a thread of its own: it blocks until the batch is done.
                let done = tokio::task::spawn_blocking(work).await;
                let done = done.unwrap_or_else(|error| Err(error.into()));
                done.map_err(|error| {
                    let error_message = format!("{error:#}");
                    tracing::error!("{error_message}");
                    // Names that a state machine can tell apart.
                    let is_missing = error.is::<Missing>();
                    let error_type = if is_missing {
                        "MissingInput"
                    } else {
                        "BatchFailed"
                    };
                    let error_type = error_type.to_string();
                    Diagnostic {
                        error_type,
                        error_message,
                    }
                })
            }
        },
    )))
}

/// Sets up the log: JSON lines on stderr, in the form that Lambda filters by level. stdout belongs
/// to the EMF lines.
fn log(level: Option<&str>) {
    let level = level.map(|level| match level {
        // Lambda's word for what ends a process.
        "FATAL" => Ok(LevelFilter::ERROR),
        other => LevelFilter::from_str(other),
    });
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(level.and_then(Result::ok).unwrap_or(LevelFilter::INFO))
        .with_writer(std::io::stderr)
        .init();
}
