//! AWS Lambda's Runtime API, version 2018-06-01, on a port of its own: the test queues an event,
//! the function takes it with `GET …/invocation/next` and posts its answer, and the test gets that
//! as an [`Outcome`].
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>; the refusals are those of AWS's
//! emulator (aws-lambda-runtime-interface-emulator). Threads and blocking sockets are enough: one
//! function, few calls.

mod connection;
mod outcome;
mod queue;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::events::Event;
pub use outcome::{Outcome, Report};
use queue::Queue;

/// The name of the function under test.
pub const FUNCTION_NAME: &str = "hearth-test";
/// The region it believes to be in.
pub const REGION: &str = "us-east-1";
/// The ARN an invocation states unless it says otherwise; 111122223333 is the account of AWS's own
/// examples.
pub const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:111122223333:function:hearth-test";
/// Lambda's limit for a buffered response, in bytes: 6 MiB and 100 bytes for an envelope.
pub const MAX_RESPONSE: usize = 6 * 1024 * 1024 + 100;

/// A running Runtime API; it stops when dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    queue: Arc<Queue>,
}

impl RuntimeApi {
    /// Starts to listen on a free port of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// If the machine has no port to give.
    pub fn start() -> RuntimeApi {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .unwrap_or_else(|error| panic!("the Runtime API finds no port on 127.0.0.1: {error}"));
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let queue = Arc::new(Queue::default());
        let accepted = Arc::clone(&queue);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let queue = Arc::clone(&accepted);
                if !queue.admit(&stream) {
                    return;
                }
                // A connection that breaks is the function's affair: the invocation it held times
                // out.
                thread::spawn(move || connection::serve(stream, &queue));
            }
        });
        RuntimeApi { address, queue }
    }

    /// Host and port: the value of `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Queues an event and blocks until the function has answered it or its time is over. Several
    /// threads may invoke: the events are handed out in the order they came.
    pub fn invoke(&self, invocation: impl Into<Invocation>) -> Outcome {
        self.queue.invoke(invocation.into())
    }

    /// Number of registered extensions: Lambda sends SIGTERM only if there is one.
    pub fn extensions(&self) -> usize {
        self.queue.extensions()
    }

    /// Blocks until the function has asked for an event `count` times since the start: once means
    /// that its cold start is over, once more than it was invoked that it is idle again.
    ///
    /// # Panics
    ///
    /// If that takes more than 30 seconds.
    pub fn wait_for_polls(&self, count: usize) {
        self.queue.wait_for_polls(count, DEADLINE);
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.queue.close();
        // The thread that accepts looks up only when somebody calls.
        let _ = TcpStream::connect(self.address);
    }
}

/// Default timeout of an invocation.
const DEADLINE: Duration = Duration::from_secs(30);

/// An event and what Lambda says about it in the headers of `next`.
#[derive(Clone, Debug)]
pub struct Invocation {
    payload: Vec<u8>,
    within: Duration,
    headers: Vec<(String, String)>,
}

impl Invocation {
    /// An event with a trace ID of its own and 30 seconds to be answered in.
    pub fn new(payload: impl Into<Vec<u8>>) -> Invocation {
        Invocation {
            payload: payload.into(),
            within: DEADLINE,
            headers: Vec::new(),
        }
    }

    /// Its time, from the call of [`RuntimeApi::invoke`]: what `Lambda-Runtime-Deadline-Ms` says
    /// and what the call waits.
    pub fn within(mut self, within: Duration) -> Invocation {
        self.within = within;
        self
    }

    /// Its `Lambda-Runtime-Trace-Id`, such as `Root=1-…;Parent=…;Sampled=1`.
    pub fn with_trace_id(self, trace_id: &str) -> Invocation {
        self.with_header("Lambda-Runtime-Trace-Id", trace_id)
    }

    /// A header of `next`, instead of the usual one of that name: another ARN, a
    /// `Lambda-Runtime-Client-Context`.
    pub fn with_header(mut self, name: &str, value: &str) -> Invocation {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl From<&Event> for Invocation {
    fn from(event: &Event) -> Invocation {
        Invocation::new(event.payload())
    }
}

impl From<&str> for Invocation {
    fn from(payload: &str) -> Invocation {
        Invocation::new(payload)
    }
}
