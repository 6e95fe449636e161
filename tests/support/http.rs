//! A blocking HTTP/1.1 client over one `TcpStream`, for requests as they should be and as they
//! should not.

mod connection;

use std::io::{self, Error, ErrorKind};
use std::net::SocketAddr;

use crate::message::Answer;
pub use connection::Connection;

/// Sends one request on a connection of its own and reads the answer.
///
/// `Host` and, where there is a body, `Content-Length` are set here unless `headers` has them;
/// `path` goes out as it is, query included.
///
/// # Panics
///
/// If there is no whole answer: nothing listens, the server closes without a word or stands still
/// for 15 seconds.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let exchange = || {
        let mut connection = Connection::open(address)?;
        // A server may refuse before it has read everything (413), so the answer matters more than
        // this error.
        let sent = connection.send(&render(address, method, path, headers, body));
        match connection.receive(method) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(sent
                .err()
                .unwrap_or_else(|| Error::new(ErrorKind::UnexpectedEof, "closed without a word"))),
            Err(error) => Err(sent.err().unwrap_or(error)),
        }
    };
    exchange().unwrap_or_else(|error: Error| panic!("{method} {path} at {address}: {error}"))
}

/// Sends `bytes` as they are on a connection of their own and reads what the server answers; `None`
/// if it closes without a word. The connection stays open for writing meanwhile: many servers drop
/// a client that closes its half.
///
/// # Errors
///
/// If the server resets the connection, stands still for 15 seconds or answers what is not HTTP. A
/// hostile request may well deserve the first.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> io::Result<Option<Answer>> {
    let mut connection = Connection::open(address)?;
    let sent = connection.send(bytes);
    match connection.receive("") {
        Ok(answer) => Ok(answer),
        Err(error) => Err(sent.err().unwrap_or(error)),
    }
}

/// The bytes of one request, as [`request`] sends it.
pub fn render(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let has = |name: &str| {
        headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !has("host") {
        head += &format!("Host: {address}\r\n");
    }
    if !has("content-length") && !has("transfer-encoding") && (!body.is_empty() || method == "POST")
    {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += "\r\n";
    [head.as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A server for one connection: reads at least `until` bytes, answers `answer`, closes.
    fn serve(until: usize, answer: &'static str) -> (SocketAddr, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut got, mut piece) = (Vec::new(), [0; 1024]);
            while got.len() < until {
                let count = stream.read(&mut piece).unwrap();
                got.extend_from_slice(&piece[..count]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(got).unwrap()
        });
        (address, server)
    }

    #[test]
    fn a_request_states_host_and_length_and_passes_over_interim_answers() {
        let (address, server) = serve(
            50,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        );
        let answer = request(address, "POST", "/predict?a=1", &[("X-One", "1")], b"body");
        assert_eq!((answer.status, answer.text()), (200, "{}"));
        let expected = format!(
            "POST /predict?a=1 HTTP/1.1\r\nHost: {address}\r\nContent-Length: 4\r\nX-One: 1\r\n\r\nbody"
        );
        assert_eq!(server.join().unwrap(), expected);
    }

    #[test]
    fn the_answer_to_head_has_no_body() {
        let (address, server) = serve(20, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
        assert_eq!(request(address, "HEAD", "/health", &[], b"").body, b"");
        assert!(!server.join().unwrap().contains("Content-Length"));
    }

    #[test]
    fn raw_bytes_go_out_as_they_are_and_silence_is_an_answer() {
        let (address, server) = serve(3, "");
        assert_eq!(raw(address, b"\r\n!").unwrap(), None);
        assert_eq!(server.join().unwrap(), "\r\n!");
    }

    #[test]
    #[should_panic(expected = "is no HTTP/1.1 status line")]
    fn what_is_not_http_is_no_answer() {
        let (address, _server) = serve(1, "SSH-2.0-example\r\n\r\n");
        request(address, "GET", "/", &[], b"");
    }
}
