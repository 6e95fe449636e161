//! The server over real sockets.

use super::serve_until;
use crate::request::BODY_BYTES;
use crate::testing::app;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// Serves while `client` runs; the answer is the client's.
fn with_server<T: Send + 'static>(
    client: impl FnOnce(SocketAddr, oneshot::Sender<()>) -> T + Send + 'static,
) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let client = thread::spawn(move || client(address, stop));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stopped = async move { drop(stopped.await) };
    runtime
        .block_on(serve_until(Arc::new(app()), listener, stopped))
        .unwrap();
    client.join().unwrap()
}

/// Response on a connection of its own, until the server closes it.
fn exchange(address: SocketAddr, parts: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    for part in parts {
        // A server may end the connection before it has read all.
        let _ = stream.write_all(part);
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8(text).unwrap()
}

fn post(length: usize) -> String {
    format!(
        "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[test]
fn a_row_is_answered() {
    let text = with_server(|address, _stop| {
        let body = br#"{"text": "money back"}"#;
        exchange(address, &[post(body.len()).as_bytes(), body])
    });
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.contains(r#"{"label":"refund","#), "{text}");
}

#[test]
fn head_is_get_without_the_body() {
    let text = with_server(|address, _stop| {
        let head = b"HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        exchange(address, &[head])
    });
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn a_body_at_the_limit_is_read_and_one_above_is_refused() {
    let body = |length: usize| {
        let mut body = br#"{"text": ""#.to_vec();
        body.resize(length - 2, b'x');
        body.extend(b"\"}");
        body
    };
    for (length, status) in [(BODY_BYTES, 200), (BODY_BYTES + 1, 413)] {
        let text = with_server(move |address, _stop| {
            exchange(address, &[post(length).as_bytes(), &body(length)])
        });
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
    }
}

#[test]
fn a_client_that_asks_first_need_not_send_what_is_too_large() {
    let text = with_server(|address, _stop| {
        let head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n";
        exchange(address, &[head.as_bytes()])
    });
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
}

#[test]
fn a_request_under_way_is_answered_after_the_stop() {
    let text = with_server(|address, stop| {
        let mut stream = TcpStream::connect(address).unwrap();
        let body = br#"{"text": "invoice"}"#;
        stream.write_all(post(body.len()).as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(200));
        drop(stop);
        thread::sleep(Duration::from_millis(200));
        assert!(
            TcpStream::connect(address).is_err(),
            "nobody new is let in after the stop"
        );
        stream.write_all(body).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    });
    assert!(text.contains(r#"{"label":"billing","#), "{text}");
}
