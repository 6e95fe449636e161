//! The built image, running: what `make image-test` built, under the limits Lambda sets.
//!
//! The image is named by `HEARTH_IMAGE` and run by the program that `HEARTH_ENGINE` names, podman or
//! docker.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::function::emf_line;
use crate::message::json;
use crate::process::Process;

/// Time for a container to accept connections.
const START: Duration = Duration::from_secs(30);

/// A running container; it is killed and removed when dropped. What it prints and how it ends is on
/// [`Process`], which this dereferences to.
#[derive(Debug)]
pub struct Container {
    process: Process,
    name: String,
}

impl Container {
    /// Runs `image` as Lambda would: an unprivileged user that the image does not know, nothing to
    /// write to, no capabilities, 128 MB of memory, and the network of the caller. `options` go
    /// before the image, `arguments` after it.
    ///
    /// # Panics
    ///
    /// If the engine does not start.
    pub fn run(image: &str, options: &[String], arguments: &[String]) -> Container {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hearth-test-{}-{number}", std::process::id());
        let mut command = Command::new(engine());
        command
            .args(["run", "--rm", "--name", &name, "--network", "host"])
            .args(["--read-only", "--user", "993:990", "--cap-drop", "all"])
            .args(["--security-opt", "no-new-privileges", "--memory", "128m"])
            .args(options)
            .arg(image)
            .args(arguments);
        Container {
            process: Process::start(&name, &mut command),
            name,
        }
    }

    /// Blocks until something listens on `port` of this machine.
    ///
    /// # Panics
    ///
    /// If that takes more than 30 seconds, or the container ends before.
    #[track_caller]
    pub fn wait_for_port(&mut self, port: u16) -> SocketAddr {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.process.has_ended() {
                panic!("the container ended before it listened on {address}: {status}");
            }
            let waited = start.elapsed();
            assert!(waited < START, "nothing on {address} after {waited:?}");
            thread::sleep(Duration::from_millis(5));
        }
        address
    }

    /// JSON lines of its standard output, once `count` lines of it are EMF lines by
    /// [`emf::lint()`]; the emulator's own report stands between them.
    ///
    /// # Panics
    ///
    /// If they do not come, or there are more.
    #[track_caller]
    pub fn emf_lines(&self, count: usize) -> Vec<Value> {
        let start = Instant::now();
        loop {
            let lines = self.process.stdout_lines();
            let emf: Vec<_> = lines.iter().filter(|line| line.starts_with('{')).collect();
            assert!(emf.len() <= count, "{lines:#?}");
            if emf.len() == count {
                return emf.iter().map(|line| emf_line(line)).collect();
            }
            assert!(
                start.elapsed() < START,
                "{} EMF lines: {lines:#?}",
                emf.len()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Deref for Container {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Container {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Killing the engine's command would leave the container running.
        let _ = Command::new(engine())
            .args(["rm", "--force", &self.name])
            .output();
    }
}

/// The image under test, or `None`, after saying so, where none was built.
pub fn image(variable: &str) -> Option<String> {
    let image = env::var(variable).ok().filter(|image| !image.is_empty());
    if image.is_none() {
        eprintln!("skipped: {variable} is not set; make image-test sets it");
    }
    image
}

/// The engine's description of an image.
///
/// # Panics
///
/// If it knows none of that name.
pub fn inspect(image: &str) -> Value {
    let text = engine_says(&["image", "inspect", image]);
    json(text.as_bytes(), "what the engine says of the image")[0].clone()
}

/// The files in an image, each with its size in bytes.
///
/// # Panics
///
/// If the image cannot be unpacked.
pub fn files(image: &str) -> Vec<(String, u64)> {
    // With a command, because docker creates no container without any.
    let container = engine_says(&["create", image, "none"]);
    let container = container.trim();
    let listing = Command::new("sh")
        .args(["-c", "\"$0\" export \"$1\" | tar -tvf -"])
        .args([&engine(), container])
        .output()
        .expect("sh runs");
    engine_says(&["rm", container]);
    assert!(listing.status.success(), "{listing:?}");
    String::from_utf8_lossy(&listing.stdout)
        .lines()
        .filter_map(|line| {
            // -rwxr-xr-x 0/0         2779560 1970-01-01 00:00 function
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_file = words[0].starts_with('-');
            is_file.then(|| (words[5].into(), words[2].parse().expect("tar gives a size")))
        })
        .collect()
}

fn engine() -> String {
    env::var("HEARTH_ENGINE").unwrap_or_else(|_| "podman".into())
}

fn engine_says(arguments: &[&str]) -> String {
    let output = Command::new(engine())
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", engine()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
