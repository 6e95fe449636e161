//! A small S3 server that can be told to be bad, over plain sockets.

mod answers;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Behaviour for a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    /// Behaviour of S3.
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
    /// Responses that are not HTTP.
    Noise,
    /// Status 200 and an error in the body, as S3 answers a completion that fails after its head.
    Within,
    /// It does what it is asked, and closes without a word.
    Unsaid,
}

/// Which requests meet a mood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    All,
    /// The begin of an upload in parts.
    Begin,
    /// A part of it.
    Part,
    /// Request that completes an upload.
    Completion,
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
    /// Uploads that are neither completed nor given up, by their ids.
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    begun: u64,
    mood: Option<(Step, Mood)>,
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
        self.be_at(Step::All, mood, count);
    }

    /// The next `count` requests of a step meet `mood`.
    pub fn be_at(&self, step: Step, mood: Mood, count: usize) {
        self.with(|state| (state.mood, state.left) = (Some((step, mood)), count));
    }

    /// Forgets all uploads; how many there were.
    pub fn forget_uploads(&self) -> usize {
        self.with(|state| std::mem::take(&mut state.uploads).len())
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

    /// Number of requests.
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
            let request = Request::read(&mut reader, &mut stream)?;
            let mood = self.with(|state| {
                state.requests += 1;
                let mood = state.mood.filter(|(step, _)| request.is_at(*step));
                let is_bad = mood.is_some() && state.left > 0;
                state.left -= usize::from(is_bad);
                mood.filter(|_| is_bad).map_or(Mood::Good, |(_, mood)| mood)
            });
            self.answer(&mut stream, request, mood)?;
        }
    }
}

/// A request, as far as it matters here.
struct Request {
    method: String,
    key: String,
    query: BTreeMap<String, String>,
    range: Option<(usize, usize)>,
    /// Refused when the object is there.
    is_new: bool,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut impl BufRead, stream: &mut TcpStream) -> Option<Request> {
        let (mut head, mut length) = (String::new(), 0);
        let (mut range, mut is_new) = (None, false);
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
            } else if line.starts_with("if-none-match:") {
                is_new = true;
            } else if line.starts_with("expect:") {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let mut words = head.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = path.trim_start_matches('/');
        let pairs = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Some(Request {
            method,
            key: path.split_once('/').map_or("", |(_, key)| key).to_owned(),
            query: pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            range,
            is_new,
            body,
        })
    }

    /// The id of the upload in parts that it is of.
    fn upload(&self) -> Option<&str> {
        self.query.get("uploadId").map(String::as_str)
    }

    fn is_at(&self, step: Step) -> bool {
        match (step, self.method.as_str()) {
            (Step::All, _) => true,
            (Step::Begin, "POST") => self.query.contains_key("uploads"),
            (Step::Part, "PUT") | (Step::Completion, "POST") => self.upload().is_some(),
            _ => false,
        }
    }
}
