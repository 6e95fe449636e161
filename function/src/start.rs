//! Start of the process: a C `main` instead of Rust's, and the allocator of the static binaries.
//!
//! The standard library's work before a Rust `main` takes 0.05 ms of a start of 0.4 ms: it finds
//! the stack's bounds and sets up a signal stack, to report a stack overflow. Nothing here recurses
//! on the content of a request (serde_json stops at 128 levels), so that report is not needed.
//!
//! The other levers, each as a ratio of an empty function's start on x86-64: musl instead of glibc
//! with its dynamic loader 0.42; dlmalloc instead of musl's own allocator 0.95, and 0.89 of a warm
//! request; one thread instead of tokio's pool 0.84, and 0.57 of a warm request; a fixed address
//! 0.94 (`.cargo/config.toml`).

use crate::output::STDERR;
use std::ffi::{CStr, c_char, c_int};

/// Pure Rust, so that the target needs no C compiler. Under glibc the system's own is as fast.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: crate::allocator::Allocator = crate::allocator::Allocator::new();

/// Gives what the heap has free to the system.
#[cfg(target_env = "musl")]
pub fn trim() {
    ALLOCATOR.trim();
}

/// Failure that ends the process.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Body of a C `main`: runs `body` with the first argument, if there is one, says on stderr why it
/// failed, and returns the exit code.
///
/// It does only those parts of the standard library's work before `main` that this program needs: a
/// write to a closed pipe or socket is an error and does not end the process, and where standard
/// output is closed no connection gets its number, and with it the metrics. And it reads the
/// arguments, which `std::env::args` does not know under musl without a Rust `main`.
///
/// # Safety
/// `count` and `arguments` must be what C's `main` was given.
pub unsafe fn from_c(
    count: c_int,
    arguments: *const *const c_char,
    body: impl FnOnce(Option<&str>) -> Result<(), Error>,
) -> c_int {
    // SAFETY: it changes how a signal is taken before there is a second thread or another handler.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        // A log that has reached the limit of `ulimit -f` is as a full disk.
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
    fill_standard_streams();
    let first = (count > 1).then(|| {
        // SAFETY: the caller promises `count` pointers to strings that end with a zero byte.
        unsafe { CStr::from_ptr(*arguments.add(1)) }.to_string_lossy()
    });
    match body(first.as_deref()) {
        Ok(()) => 0,
        Err(error) => {
            // If stderr is closed too, nobody can see an error.
            STDERR.write(format!("function: {error}\n").as_bytes());
            1
        }
    }
}

/// Opens `/dev/null` for each of the standard streams that is closed.
fn fill_standard_streams() {
    let stream = |fd| libc::pollfd {
        fd,
        events: 0,
        revents: 0,
    };
    let mut streams = [0, 1, 2].map(stream);
    // SAFETY: it is given three records, which live until it returns; it does not wait.
    unsafe { libc::poll(streams.as_mut_ptr(), 3, 0) };
    for stream in streams {
        if stream.revents & libc::POLLNVAL != 0 {
            // SAFETY: the path ends with a zero byte. The lowest number that is free is taken.
            unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR) };
        }
    }
}
