//! A small S3 server that can be told to be bad: GET, HEAD, PUT and a listing, over plain sockets.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What it does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    /// What S3 does.
    Good,
    /// This status, with S3's words for it.
    Status(u16, &'static str),
    /// Half of the body, then it closes.
    Half,
    /// The right length, other bytes.
    Wrong,
    /// It closes without a word.
    Closed,
    /// It waits, and then answers.
    Late(Duration),
    /// What is no HTTP.
    Noise,
}

/// A running server; `moods` are those of the next requests, then it is good again.
#[derive(Clone)]
pub struct BadS3 {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    mood: Option<Mood>,
    /// Requests that still meet the mood.
    left: usize,
    requests: u64,
}

impl BadS3 {
    pub fn start() -> BadS3 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = BadS3 {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let accepting = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let server = accepting.clone();
                // A connection that ends is what a bad server is for.
                thread::spawn(move || server.serve(stream));
            }
        });
        server
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The next `count` requests meet `mood`.
    pub fn be(&self, mood: Mood, count: usize) {
        self.with(|state| (state.mood, state.left) = (Some(mood), count));
    }

    /// Puts an object there, or takes it away.
    pub fn set(&self, key: &str, bytes: Option<&[u8]>) {
        self.with(|state| match bytes {
            Some(bytes) => drop(state.objects.insert(key.to_owned(), bytes.to_vec())),
            None => drop(state.objects.remove(key)),
        });
    }

    /// An object.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.with(|state| state.objects.get(key).cloned())
    }

    /// How many requests came.
    pub fn requests(&self) -> u64 {
        self.with(|state| state.requests)
    }

    /// The variables that lead a program here, and to nothing else of this machine's.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL_S3", format!("http://{}", self.address)),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE".into()),
            ("AWS_SECRET_ACCESS_KEY", "an-example-secret".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_CONFIG_FILE", "/nonexistent".into()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent".into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ]
    }

    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let (mut head, mut length, mut range) = (String::new(), 0, None);
            reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
                let line = line.trim_end().to_ascii_lowercase();
                if line.is_empty() {
                    break;
                }
                if let Some(text) = line.strip_prefix("content-length:") {
                    length = text.trim().parse().ok()?;
                } else if let Some(text) = line.strip_prefix("range: bytes=") {
                    let (from, to) = text.split_once('-')?;
                    range = Some((from.parse().ok()?, to.parse().unwrap_or(usize::MAX)));
                } else if line.starts_with("expect:") {
                    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).ok()?;
            let mut words = head.split(' ');
            let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
            let mood = self.with(|state| {
                state.requests += 1;
                let is_bad = state.left > 0;
                state.left -= usize::from(is_bad);
                state.mood.filter(|_| is_bad).unwrap_or(Mood::Good)
            });
            self.answer(&mut stream, (&method, &target), range, body, mood)?;
        }
    }

    /// Answers a request; `None` ends the connection.
    fn answer(
        &self,
        stream: &mut TcpStream,
        (method, target): (&str, &str),
        range: Option<(usize, usize)>,
        body: Vec<u8>,
        mood: Mood,
    ) -> Option<()> {
        match mood {
            Mood::Status(status, code) => {
                let text = format!(
                    "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>"
                );
                return send(stream, method, status, "", text.as_bytes(), text.len());
            }
            Mood::Closed => return None,
            Mood::Noise => return stream.write_all(b"\x00\xffSSH-2.0\r\n\r\n").ok().and(None),
            Mood::Late(time) => thread::sleep(time),
            Mood::Good | Mood::Half | Mood::Wrong => {}
        }
        let path = target.split('?').next()?.trim_start_matches('/');
        let (_, key) = path.split_once('/').unwrap_or((path, ""));
        if method == "PUT" {
            if mood != Mood::Half {
                self.set(key, Some(&body));
            }
            return match mood {
                Mood::Half => None,
                _ => send(stream, method, 200, "ETag: \"0\"\r\n", b"", 0),
            };
        }
        if key.is_empty() {
            let text = "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>";
            return send(stream, method, 200, "", text.as_bytes(), text.len());
        }
        let Some(mut bytes) = self.get(key) else {
            let text = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>";
            return send(stream, method, 404, "", text.as_bytes(), text.len());
        };
        let whole = bytes.len();
        if mood == Mood::Wrong {
            bytes.iter_mut().for_each(|byte| *byte ^= 0x55);
        }
        let (from, to) = range.map_or((0, whole), |(from, to)| {
            (from.min(whole), to.saturating_add(1).min(whole))
        });
        let part = &bytes[from..to.max(from)];
        let status = if range.is_some() { 206 } else { 200 };
        let headers = format!(
            "ETag: \"{whole}\"\r\nLast-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\nContent-Range: bytes {from}-{}/{whole}\r\n",
            to.saturating_sub(1)
        );
        let sent = if mood == Mood::Half {
            &part[..part.len() / 2]
        } else {
            part
        };
        send(stream, method, status, &headers, sent, part.len())?;
        (mood != Mood::Half).then_some(())
    }
}

/// Sends an answer whose head states `length`.
fn send(
    stream: &mut TcpStream,
    method: &str,
    status: u16,
    headers: &str,
    body: &[u8],
    length: usize,
) -> Option<()> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    if method != "HEAD" {
        stream.write_all(body).ok()?;
    }
    Some(())
}
