//! A server whose answers a test makes up.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers to requests: status and body by the number of the request, from 0.
pub type Answerer = Box<dyn Fn(usize) -> (u16, String) + Send + Sync>;

/// An HTTP server with given answers, on any number of connections.
pub struct CannedServer {
    address: SocketAddr,
    /// The heads of the requests so far.
    pub heads: Arc<Mutex<Vec<String>>>,
    is_over: Arc<AtomicBool>,
}

impl CannedServer {
    /// Starts it on a free port of 127.0.0.1.
    pub fn start(answer: Answerer) -> CannedServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = CannedServer {
            address: listener.local_addr().unwrap(),
            heads: Arc::default(),
            is_over: Arc::default(),
        };
        let (heads, is_over) = (server.heads.clone(), server.is_over.clone());
        let (answer, count) = (Arc::new(answer), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let (heads, answer, count) = (heads.clone(), answer.clone(), count.clone());
                thread::spawn(move || serve(stream, &heads, &answer, &count));
            }
        });
        server
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for CannedServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, heads: &Mutex<Vec<String>>, answer: &Answerer, count: &AtomicUsize) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
            head += &line;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        heads.lock().unwrap().push(head);
        let (status, body) = answer(count.fetch_add(1, Ordering::SeqCst));
        let length = body.len();
        let text = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{body}");
        if writer.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}
