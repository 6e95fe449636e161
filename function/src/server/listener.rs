//! The listening socket and the files that a connection may take.

use std::io;
use std::os::fd::AsRawFd;

/// Connections that may wait to be accepted.
const WAITING: libc::c_int = 1024;

/// Files that the process has open beside its connections.
const OWN_FILES: usize = 24;

/// Makes the listener one for this server: the standard library lets 128 connections wait to be
/// accepted, and those after them ask again after a second.
pub fn prepare(listener: &std::net::TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    // SAFETY: the descriptor is that of the listener, which lives through the call; to listen again
    // only changes the number.
    unsafe { libc::listen(listener.as_raw_fd(), WAITING) };
    Ok(())
}

/// Most connections that the limit of open files allows.
pub fn most_files() -> usize {
    let mut limit = libc::rlimit {
        rlim_cur: 1024,
        rlim_max: 1024,
    };
    // SAFETY: the structure is ours and lives through the call.
    unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    let files = usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX);
    files.saturating_sub(OWN_FILES).max(4)
}
