//! The `function` binary, running: in Lambda's environment or as a plain HTTP server.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::binary::binary;
use crate::http::request;
use crate::message::{Answer, json};
use crate::process::Process;
use crate::runtime_api::{FUNCTION_NAME, REGION, RuntimeApi};

/// The version Lambda states in these tests.
pub const FUNCTION_VERSION: &str = "7";
/// The memory it states, in MiB: the least Lambda gives.
pub const MEMORY_SIZE: &str = "128";
/// The log group it states.
pub const LOG_GROUP: &str = "/aws/lambda/hearth-test";
/// The log stream it states, of the form `date/[version]id`.
pub const LOG_STREAM: &str = "2026/01/02/[7]0123456789abcdef0123456789abcdef";

/// Time for the HTTP server to accept connections: a model is loaded first, on a machine that may
/// be busy.
const START: Duration = Duration::from_secs(30);

/// A running function; it is killed and reaped when dropped. What it prints and how it ends is on
/// [`Process`], which this dereferences to.
#[derive(Debug)]
pub struct Function {
    process: Process,
    address: Option<SocketAddr>,
}

impl Function {
    /// Starts the function as Lambda does, with `model` as its `MODEL_PATH`. It gets Lambda's
    /// variables, then `extra`, and of the test's own environment only `PATH`. Returns at once:
    /// [`RuntimeApi::wait_for_polls`] waits for its cold start, and so does the first
    /// [`RuntimeApi::invoke`].
    ///
    /// # Panics
    ///
    /// If it can't be built or started.
    pub fn in_lambda(
        api: &RuntimeApi,
        model: impl AsRef<Path>,
        extra: &[(&str, &str)],
    ) -> Function {
        Function::polling(command(model.as_ref()), api, extra)
    }

    /// As [`Function::in_lambda`], with another build of the function: `program` is its path, behind
    /// the emulator that runs it where the machine cannot.
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub fn of_build_in_lambda(
        program: &[impl AsRef<Path>],
        api: &RuntimeApi,
        model: impl AsRef<Path>,
    ) -> Function {
        Function::polling(command_of(program, model.as_ref()), api, &[])
    }

    fn polling(mut command: Command, api: &RuntimeApi, extra: &[(&str, &str)]) -> Function {
        lambda_environment(&mut command, api.address());
        command.envs(extra.iter().copied());
        Function {
            process: Process::start("the function in Lambda", &mut command),
            address: None,
        }
    }

    /// Starts the function as an HTTP server on a free port, with `model` as its `MODEL_PATH`, then
    /// `extra`, and of the test's own environment only `PATH`; returns once it accepts connections.
    ///
    /// # Panics
    ///
    /// If it can't be built or started, ends, or accepts no connection within 30 seconds.
    pub fn over_http(model: impl AsRef<Path>, extra: &[(&str, &str)]) -> Function {
        Function::listening(command(model.as_ref()), extra)
    }

    /// As [`Function::over_http`], with another build of the function, as
    /// [`Function::of_build_in_lambda`] names it.
    ///
    /// # Panics
    ///
    /// As [`Function::over_http`].
    pub fn of_build(
        program: &[impl AsRef<Path>],
        model: impl AsRef<Path>,
        extra: &[(&str, &str)],
    ) -> Function {
        Function::listening(command_of(program, model.as_ref()), extra)
    }

    fn listening(mut command: Command, extra: &[(&str, &str)]) -> Function {
        let address = free_address();
        command
            .env("PORT", address.port().to_string())
            .envs(extra.iter().copied());
        let mut process = Process::start("the function over HTTP", &mut command);
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.has_ended() {
                panic!("the function ended before it listened on {address}: {status}");
            }
            let waited = start.elapsed();
            assert!(
                waited < START,
                "the function does not listen on {address} after {waited:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
        Function {
            process,
            address: Some(address),
        }
    }

    /// Its standard output, once there are `count` lines of requests: EMF lines, each judged by
    /// [`emf::lint()`]. Lines of the watch, which come every few hundred rows, are not among them.
    ///
    /// # Panics
    ///
    /// If there are more, or one is something else.
    #[track_caller]
    pub fn emf_lines(&self, count: usize) -> Vec<Value> {
        let mut others = 0;
        loop {
            let lines = self.wait_for_stdout(count + others);
            let lines: Vec<Value> = lines.iter().map(|line| emf_line(line)).collect();
            let total = lines.len();
            let is_of_a_request = |line: &Value| line.get("latency.handler").is_some();
            let of_requests: Vec<Value> = lines.into_iter().filter(is_of_a_request).collect();
            if of_requests.len() >= count {
                assert_eq!(of_requests.len(), count, "{of_requests:#?}");
                return of_requests;
            }
            others = total - of_requests.len();
        }
    }

    /// The answer of `POST /predict` to a body of JSON, sent with these headers, too.
    ///
    /// # Panics
    ///
    /// If it runs in Lambda, or there is no answer.
    #[track_caller]
    pub fn predict(&self, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        request(
            self.address(),
            "POST",
            "/predict",
            &headers,
            body.as_bytes(),
        )
    }

    /// Where it listens.
    ///
    /// # Panics
    ///
    /// If it runs in Lambda, where it asks and is not asked.
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        self.address
            .expect("a function in Lambda has no address; start it with `over_http`")
    }
}

impl Deref for Function {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Function {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// A line of a log as EMF, judged by [`emf::lint()`].
///
/// # Panics
///
/// If it is none.
#[track_caller]
pub fn emf_line(line: &str) -> Value {
    assert_eq!(emf::lint(line), Ok(()), "{line}");
    json(line.as_bytes(), "an EMF line")
}

/// Sets the variables that Lambda sets, and the task root to the command's directory, if it has one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
pub fn lambda_environment(command: &mut Command, runtime_api: SocketAddr) {
    let task_root = command.get_current_dir().unwrap_or(Path::new("."));
    let task_root = task_root.to_path_buf();
    command
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", FUNCTION_NAME)
        .env("AWS_LAMBDA_FUNCTION_VERSION", FUNCTION_VERSION)
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY_SIZE)
        .env("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", LOG_GROUP)
        .env("AWS_LAMBDA_LOG_STREAM_NAME", LOG_STREAM)
        .env("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023")
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("_HANDLER", "bootstrap")
        .env("LAMBDA_TASK_ROOT", task_root)
        .env("TZ", ":UTC");
}

/// The function with nothing in its environment but `PATH` and `MODEL_PATH`, in the directory of
/// its binary: what Lambda calls the task root. A path relative to the test would mean something
/// else there.
fn command(model: &Path) -> Command {
    command_of(&[binary("function")], model)
}

fn command_of(program: &[impl AsRef<Path>], model: &Path) -> Command {
    let (first, rest) = program.split_first().expect("a program has a path");
    let last = rest.last().unwrap_or(first).as_ref();
    let directory = last.parent().expect("an executable is in a directory");
    let model = std::path::absolute(model)
        .unwrap_or_else(|error| panic!("{} is no path for a model: {error}", model.display()));
    let mut command = Command::new(first.as_ref());
    command
        .args(rest.iter().map(AsRef::as_ref))
        .current_dir(directory)
        .env_clear()
        .envs(env::var_os("PATH").map(|value| ("PATH", value)))
        .env("MODEL_PATH", model);
    command
}

/// An address nothing listens on, and that nothing gets by chance before the function does: the
/// kernel gives ports from 32768 up to outgoing connections and to `bind(0)` (ip_local_port_range),
/// so these are from below. Test processes that run at the same time start at different places.
///
/// # Panics
///
/// If there is none.
pub fn free_address() -> SocketAddr {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = (std::process::id().wrapping_mul(97) % u32::from(COUNT)) as u16;
    (0..COUNT)
        .map(|_| FIRST + (offset + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT)
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .find(|address| TcpListener::bind(address).is_ok())
        .expect("one of 12,000 ports is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_functions_get_one_port() {
        let (first, second) = (free_address(), free_address());
        assert_ne!(first, second);
        assert!((20_000..32_000).contains(&first.port()));
    }
}
