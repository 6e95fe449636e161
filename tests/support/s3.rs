//! An S3 server on a port of its own: moto's, from PyPI, which `make dvc-tools` installs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use storage::{Credentials, Options, Store};

use crate::process::Process;

/// Importing moto takes seconds on a busy machine.
const START: Duration = Duration::from_secs(60);

/// A running S3 server, empty at first; killed when dropped.
#[derive(Debug)]
pub struct S3 {
    process: Process,
    address: SocketAddr,
}

impl S3 {
    /// Starts it; `None`, with a line on standard error, where moto is not installed.
    ///
    /// # Panics
    ///
    /// If it is there and does not start.
    pub fn start() -> Option<S3> {
        let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../.venv-dvc/bin/moto_server");
        let program = std::env::var_os("MOTO_SERVER").map_or(installed.into(), PathBuf::from);
        if !program.exists() {
            eprintln!(
                "skipped: {} is not there; `make dvc-tools` installs it",
                program.display()
            );
            return None;
        }
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = free.local_addr().expect("a bound listener has an address");
        drop(free);
        let port = address.port().to_string();
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port]);
        let mut process = Process::start("moto_server", &mut command);
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(process.has_ended().is_none(), "moto_server ended at once");
            assert!(
                start.elapsed() < START,
                "moto_server does not listen after {START:?}"
            );
            thread::sleep(Duration::from_millis(50));
        }
        Some(S3 { process, address })
    }

    /// Value for `AWS_ENDPOINT_URL_S3`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The variables that lead a program to this server, and to nothing else of this machine's.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        [
            ("AWS_ENDPOINT_URL_S3", self.endpoint().as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "an-example-secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_CONFIG_FILE", "/nonexistent"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name, value.to_string()))
        .to_vec()
    }

    /// A store on this server.
    pub fn store(&self) -> Store {
        store_at(self.endpoint())
    }

    /// Makes a bucket: the one request that needs no library, since moto checks no signature.
    ///
    /// # Panics
    ///
    /// If the server refuses.
    pub fn make_bucket(&self, name: &str) {
        use std::io::{Read, Write};
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let request = format!(
            "PUT /{name} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n",
            self.address
        );
        stream
            .write_all(request.as_bytes())
            .expect("the server takes it");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.starts_with("HTTP/1.1 200"), "no bucket: {answer}");
    }

    /// Its process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

/// A store on a server at `endpoint`, which takes the keys of the tests.
pub fn store_at(endpoint: String) -> Store {
    Store::new(Options {
        endpoint_url: Some(endpoint),
        region: Some("us-east-1".into()),
        credentials: Some(Credentials {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "an-example-secret".into(),
            session_token: None,
        }),
        ..Options::default()
    })
}
