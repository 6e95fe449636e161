//! Registration as an extension, because Lambda sends SIGTERM only to environments with one. The
//! process subscribes to no event, which costs a round trip on loopback at the start; so it
//! registers only if something may wait to be written.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The name that it registers; each extension of a function has another.
const NAME: &str = "hearth";

/// Timeout of a request to Lambda's local API.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most bytes of an answer to a registration.
const ANSWER: usize = 16 * 1024;

/// The connection to Lambda, open as long as the process is an extension.
#[derive(Debug)]
pub struct Extension(
    #[allow(dead_code)] // kept, not read: closing it would end the registration
    TcpStream,
);

/// Registers this process; `api` is what `AWS_LAMBDA_RUNTIME_API` says. It has to be done before the
/// first event is asked for.
///
/// # Errors
/// When Lambda cannot be reached, or refuses.
pub fn register(api: &str) -> Result<Extension> {
    let mut stream = TcpStream::connect(api)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = r#"{"events":[]}"#;
    let length = body.len();
    let request = format!(
        "POST /2020-01-01/extension/register HTTP/1.1\r\nHost: {api}\r\n\
         Lambda-Extension-Name: {NAME}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let head = read_answer(&mut stream)?;
    let refused = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        return Err(refused("Lambda refuses the registration"));
    }
    let id = header(&head, "lambda-extension-identifier")
        .ok_or_else(|| refused("Lambda gives no extension identifier"))?;
    // Lambda's start is over when all its extensions have asked for an event. None ever comes.
    let request = format!(
        "GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: {api}\r\n\
         Lambda-Extension-Identifier: {id}\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    Ok(Extension(stream))
}

/// The head of an answer, whose body is read and dropped.
fn read_answer(stream: &mut TcpStream) -> Result<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = header(&head, "content-length").and_then(|length| length.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0usize) {
                return Ok(head);
            }
        }
        let count = stream.read(&mut buffer)?;
        if count == 0 || bytes.len() > ANSWER {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let found = lines.find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::register;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Registers at a server that answers so; what it was asked.
    fn ask(answer: &'static [u8]) -> (std::io::Result<()>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut buffer = [0; 4096];
            while !asked.ends_with(b"]}") {
                let count = stream.read(&mut buffer).unwrap();
                asked.extend_from_slice(&buffer[..count]);
            }
            // Byte by byte: an answer need not come in one piece.
            for byte in answer {
                stream.write_all(&[*byte]).unwrap();
            }
            let count = stream.read(&mut buffer).unwrap_or(0);
            asked.extend_from_slice(&buffer[..count]);
            String::from_utf8(asked).unwrap()
        });
        let registered = register(&address);
        let result = registered
            .as_ref()
            .map(|_| ())
            .map_err(|error| error.kind().into());
        drop(registered);
        (result, server.join().unwrap())
    }

    #[test]
    fn it_registers_for_no_event_and_asks_for_one() {
        let (result, asked) = ask(b"HTTP/1.1 200 OK\r\nlambda-extension-IDENTIFIER: 0-1-2\r\n\
              Content-Length: 2\r\n\r\n{}");
        assert!(result.is_ok());
        assert!(asked.starts_with("POST /2020-01-01/extension/register HTTP/1.1\r\n"));
        let next = asked.split_once("{\"events\":[]}").unwrap().1;
        assert!(next.starts_with("GET /2020-01-01/extension/event/next HTTP/1.1\r\n"));
        assert!(next.contains("Lambda-Extension-Identifier: 0-1-2\r\n"));
    }

    #[test]
    fn a_refusal_is_an_error() {
        for answer in [
            &b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n",
            b"",
        ] {
            assert!(ask(answer).0.is_err());
        }
    }
}
