//! One connection of the function to the Runtime API: requests in, answers out, until it closes.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{Shutdown, TcpStream};

use super::queue::Queue;
use super::{MAX_RESPONSE, Outcome, Report};
use crate::message::Headers;
use crate::wire::{self, WithoutLength};

const ROOT: &str = "/2018-06-01/runtime/";
/// Paths of the Extensions API,
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>.
const EXTENSION: &str = "/2020-01-01/extension/";
/// Header with the id of a registered extension.
const EXTENSION_ID: &str = "3f8e0b1d-0000-4000-8000-0123456789ab";

/// A request the Runtime API knows.
enum Call<'a> {
    Next,
    Response(&'a str),
    Error(&'a str),
    InitError,
    Register,
    ExtensionNext,
}

/// A request it does not grant: status line, `errorType`, `errorMessage`.
struct Refusal(&'static str, &'static str, String);

/// Serves a connection to its end.
pub(super) fn serve(stream: TcpStream, queue: &Queue) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut connection = Connection {
        reader: BufReader::new(stream),
        queue,
        held: None,
    };
    let mut end = connection.requests();
    if let Err(error) = &end
        && error.kind() == ErrorKind::InvalidData
    {
        end = connection.refuse(Refusal(
            "400 Bad Request",
            "InvalidHTTPRequest",
            error.to_string(),
        ));
    }
    // The queue keeps a handle of this socket, so that dropping ours would not tell the other side.
    connection
        .reader
        .get_ref()
        .shutdown(Shutdown::Both)
        .and(end)
}

struct Connection<'a> {
    reader: BufReader<TcpStream>,
    queue: &'a Queue,
    /// The invocation last handed out here.
    held: Option<String>,
}

impl Connection<'_> {
    fn requests(&mut self) -> io::Result<()> {
        while let Some(mut head) = wire::read_head(&mut self.reader)? {
            // A client that expects this sends its body only after it (RFC 9110, section 10.1.1).
            if head
                .headers
                .get("expect")
                .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
            {
                self.reader
                    .get_mut()
                    .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            let body = wire::read_body(&mut self.reader, &mut head.headers, WithoutLength::Empty)?;
            let is_last = head
                .headers
                .get("connection")
                .is_some_and(|value| value.eq_ignore_ascii_case("close"));
            match call(&head.start).and_then(|call| self.answer(call, head.headers, body)) {
                Ok(Reply::Event) => self.hand_out()?,
                Ok(Reply::Registered) => {
                    let id = format!("Lambda-Extension-Identifier: {EXTENSION_ID}\r\n");
                    self.write("200 OK", &id, br#"{"functionName":"hearth-test"}"#)?;
                }
                // An extension that has registered for no event gets none.
                Ok(Reply::Nothing) => self.reader.fill_buf().map(|_| ())?,
                Ok(Reply::Accepted) => self.write("202 Accepted", "", br#"{"status":"OK"}"#)?,
                Err(refusal) => self.refuse(refusal)?,
            }
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }

    fn answer(
        &mut self,
        call: Call<'_>,
        headers: Headers,
        body: Vec<u8>,
    ) -> Result<Reply, Refusal> {
        let extension = match call {
            Call::Register => headers
                .get("lambda-extension-name")
                .map(|_| Reply::Registered),
            Call::ExtensionNext => headers
                .get("lambda-extension-identifier")
                .filter(|id| *id == EXTENSION_ID)
                .map(|_| Reply::Nothing),
            _ => None,
        };
        let report = |request_id: Option<&str>, body| Report {
            request_id: request_id.map(Into::into),
            headers,
            body,
        };
        let (request_id, outcome) = match call {
            Call::Next => {
                // A runtime that answers one event at a time has no business here before it has.
                if self
                    .held
                    .as_deref()
                    .is_some_and(|held| self.queue.is_in_flight(held))
                {
                    let message = "asked for an event before answering the last one".to_string();
                    return Err(Refusal("403 Forbidden", "InvalidStateTransition", message));
                }
                return Ok(Reply::Event);
            }
            Call::Register | Call::ExtensionNext => {
                if let Some(Reply::Registered) = extension {
                    self.queue.register();
                }
                let message = "a header of the extension is missing".to_string();
                return extension.ok_or(Refusal("403 Forbidden", "Extension.Forbidden", message));
            }
            Call::InitError => {
                self.queue.fail_init(report(None, body));
                return Ok(Reply::Accepted);
            }
            Call::Response(request_id) if body.len() > MAX_RESPONSE => {
                (request_id, Outcome::TooLarge(body.len()))
            }
            Call::Response(request_id) => (
                request_id,
                Outcome::Response(report(Some(request_id), body)),
            ),
            Call::Error(request_id) => (request_id, Outcome::Error(report(Some(request_id), body))),
        };
        let is_too_large = matches!(outcome, Outcome::TooLarge(_));
        if !self.queue.settle(request_id, outcome) {
            return Err(Refusal(
                "400 Bad Request",
                "InvalidRequestID",
                "Invalid request ID".into(),
            ));
        }
        if is_too_large {
            let message = format!("Exceeded maximum allowed payload size ({MAX_RESPONSE} bytes).");
            return Err(Refusal(
                "413 Payload Too Large",
                "RequestEntityTooLarge",
                message,
            ));
        }
        Ok(Reply::Accepted)
    }

    /// Waits for an event and sends it; an event that can't be sent goes back to the queue.
    fn hand_out(&mut self) -> io::Result<()> {
        let stream = self.reader.get_ref();
        let Some(queued) = self.queue.next(|| is_open(stream)) else {
            return Err(ErrorKind::ConnectionAborted.into());
        };
        let headers: String = queued
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        self.held = Some(queued.request_id.clone());
        let sent = self.write("200 OK", &headers, &queued.payload);
        if sent.is_err() {
            self.queue.give_back(queued);
        }
        sent
    }

    fn refuse(&mut self, Refusal(status, error_type, message): Refusal) -> io::Result<()> {
        let body = serde_json::json!({"errorType": error_type, "errorMessage": message});
        self.write(status, "", body.to_string().as_bytes())
    }

    fn write(&mut self, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        self.reader
            .get_mut()
            .write_all(&[head.as_bytes(), body].concat())
    }
}

/// Response to an accepted request.
enum Reply {
    /// An event, as soon as there is one.
    Event,
    Accepted,
    /// As an extension.
    Registered,
    /// Until the connection closes.
    Nothing,
}

/// Which call a request line is.
fn call(start: &str) -> Result<Call<'_>, Refusal> {
    let mut words = start.split(' ');
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let rest = path.strip_prefix(ROOT).unwrap_or_default();
    let of_extension = path.strip_prefix(EXTENSION).map(|rest| ["extension", rest]);
    let parts: Vec<&str> = match of_extension {
        Some(parts) => parts.to_vec(),
        None => rest.split('/').collect(),
    };
    let (expected, call) = match parts.as_slice() {
        ["extension", "register"] => ("POST", Call::Register),
        ["extension", "event/next"] => ("GET", Call::ExtensionNext),
        ["invocation", "next"] => ("GET", Call::Next),
        ["invocation", request_id, "response"] => ("POST", Call::Response(request_id)),
        ["invocation", request_id, "error"] => ("POST", Call::Error(request_id)),
        ["init", "error"] => ("POST", Call::InitError),
        _ => {
            return Err(Refusal(
                "404 Not Found",
                "NotFound",
                format!("the Runtime API has no {path}"),
            ));
        }
    };
    if method != expected {
        let message = format!("{path} takes {expected}, not {method}");
        return Err(Refusal(
            "405 Method Not Allowed",
            "MethodNotAllowed",
            message,
        ));
    }
    Ok(call)
}

/// True if the other side has not closed the connection. It sends nothing while it waits for an
/// event, so a byte to read is the end of the stream (0), and nothing to read is as it should be.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    let peeked = stream
        .set_nonblocking(true)
        .and_then(|()| stream.peek(&mut byte));
    let restored = stream.set_nonblocking(false);
    match peeked {
        Ok(count) => count > 0 && restored.is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock && restored.is_ok(),
    }
}
