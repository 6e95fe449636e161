//! A Runtime API that measures: one function, one thread, `poll`, so that no hand-over between
//! threads lies between a read and its time stamp.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::function::lambda_environment;

/// Longest wait for a request of the function's: a cold scikit-learn on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Requests of an extension, and the answer to the first.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
const REGISTER: &str = "POST /2020-01-01/extension/register ";
const EXTENSION_NEXT: &str = "GET /2020-01-01/extension/event/next ";
const REGISTERED: &[u8] =
    b"HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: bench\r\nContent-Length: 0\r\n\r\n";

/// Command that starts a function.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Variables besides Lambda's own.
    pub variables: Vec<(String, String)>,
    /// Where its standard output goes; one start overwrites the one before.
    pub stdout: PathBuf,
}

/// A function that waits for an event.
pub struct Live {
    listener: TcpListener,
    connections: Vec<(TcpStream, Vec<u8>)>,
    child: Child,
    waiting: usize,
}

/// Duration of an invocation.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// From writing the event to having read the response.
    pub latency: Duration,
    /// From writing the event to the next request for one.
    pub cycle: Duration,
}

impl Live {
    /// Starts a function, and returns it with the time from just before the spawn to its first
    /// `next`.
    ///
    /// # Errors
    /// When it ends or is silent for a minute.
    pub fn start(program: &Program) -> Result<(Live, Duration), String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(said)?;
        listener.set_nonblocking(true).map_err(said)?;
        let address = listener.local_addr().map_err(said)?;
        let log = File::create(&program.stdout).map_err(said)?;
        let mut command = Command::new(&program.command[0]);
        command.args(&program.command[1..]).env_clear();
        lambda_environment(&mut command, address);
        command.envs(program.variables.iter().map(|(name, value)| (name, value)));
        // The log of the function, such as that a made-up model has no baseline, would cover the table.
        let errors = program.stdout.with_extension("stderr");
        let stderr = File::create(&errors).map_err(said)?;
        command.stdin(Stdio::null()).stdout(log).stderr(stderr);
        let spawned = Instant::now();
        let child = command
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", program.command[0]))?;
        let mut live = Live {
            listener,
            connections: Vec::new(),
            child,
            waiting: 0,
        };
        let at = live.until_next();
        let at = at.map_err(|error| format!("{error}; its log is in {}", errors.display()))?;
        Ok((live, at - spawned))
    }

    /// Hands out an event, and checks that the response says 200.
    ///
    /// # Errors
    /// When the function reports an error, answers otherwise, ends or is silent.
    pub fn invoke(&mut self, event: &[u8]) -> Result<Times, String> {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
             Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
             Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
             Lambda-Runtime-Invoked-Function-Arn: {}\r\n\
             Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0\r\n\
             Content-Length: {}\r\n\r\n",
            support::runtime_api::FUNCTION_ARN,
            event.len()
        );
        let begin = Instant::now();
        self.write(self.waiting, &[head.as_bytes(), event].concat())?;
        let (connection, request, answered) = self.request()?;
        let (head, body) = request;
        let is_ok = head.starts_with("POST ")
            && head
                .lines()
                .next()
                .is_some_and(|line| line.contains("/response "))
            && (body.contains("\"statusCode\":200") || body.contains("\"statusCode\": 200"));
        if !is_ok {
            return Err(format!("this is no answer with status 200: {head}{body}"));
        }
        self.write(
            connection,
            b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"OK\"}",
        )?;
        Ok(Times {
            latency: answered - begin,
            cycle: self.until_next()? - begin,
        })
    }

    /// The most memory that it had, in MB of 1,000,000 bytes: `VmHWM` of proc_pid_status(5).
    pub fn peak_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let kilobytes = status.ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().strip_suffix(" kB")?.parse::<f64>().ok()
        });
        kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0 / 1e6)
    }

    fn until_next(&mut self) -> Result<Instant, String> {
        let (connection, (head, body), at) = self.request()?;
        if !head.starts_with("GET ") {
            return Err(format!("it asked for no event: {head}{body}"));
        }
        self.waiting = connection;
        Ok(at)
    }

    /// The next request of the runtime: where it came from, its head and body, and when it was read.
    ///
    /// A function whose metrics wait in a window registers as an extension. It is answered, and its
    /// request for an event is not: Lambda has none for it either.
    fn request(&mut self) -> Result<(usize, (String, String), Instant), String> {
        loop {
            let (connection, request, at) = self.next_request()?;
            if request.0.starts_with(REGISTER) {
                self.write(connection, REGISTERED)?;
            } else if !request.0.starts_with(EXTENSION_NEXT) {
                return Ok((connection, request, at));
            }
        }
    }

    /// The next whole request, also of an extension.
    fn next_request(&mut self) -> Result<(usize, (String, String), Instant), String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.poll();
            while let Ok((stream, _)) = self.listener.accept() {
                stream.set_nonblocking(true).map_err(said)?;
                stream.set_nodelay(true).map_err(said)?;
                self.connections.push((stream, Vec::new()));
            }
            for (index, (stream, buffer)) in self.connections.iter_mut().enumerate() {
                let mut bytes = [0; 64 * 1024];
                match stream.read(&mut bytes) {
                    Ok(count) => buffer.extend_from_slice(&bytes[..count]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Err(format!("its connection broke: {error}")),
                }
                if let Some(request) = whole(buffer) {
                    return Ok((index, request, Instant::now()));
                }
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended: {status}"));
            }
            if Instant::now() > deadline {
                return Err(format!("it is silent for {PATIENCE:?}"));
            }
        }
    }

    /// Waits until there is something to read, or half a second.
    fn poll(&self) {
        let streams = self
            .connections
            .iter()
            .map(|(stream, _)| stream.as_raw_fd());
        let mut waits: Vec<libc::pollfd> = streams
            .chain([self.listener.as_raw_fd()])
            .map(|fd| libc::pollfd {
                fd,
                events: libc::POLLIN,
                revents: 0,
            })
            .collect();
        // SAFETY: the pointer and the count are those of a slice that outlives the call.
        unsafe { libc::poll(waits.as_mut_ptr(), waits.len() as libc::nfds_t, 500) };
    }

    fn write(&mut self, connection: usize, bytes: &[u8]) -> Result<(), String> {
        // Events are a few kilobytes: the socket's buffer takes them whole.
        self.connections[connection]
            .0
            .write_all(bytes)
            .map_err(said)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes a whole request with its `Content-Length` out of `buffer`, if it holds one.
fn whole(buffer: &mut Vec<u8>) -> Option<(String, String)> {
    let end = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    let total = end + length.unwrap_or(0);
    let body = String::from_utf8_lossy(buffer.get(end..total)?).into_owned();
    buffer.drain(..total);
    Some((head, body))
}

fn said(error: std::io::Error) -> String {
    error.to_string()
}
