//! The function under limits that `Function::over_http` does not set, and what it takes.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::binary::binary;
use support::function::free_address;

/// A limit of the kernel, for the function alone.
pub type Limit = (libc::__rlimit_resource_t, u64);

/// A running function; it is killed when dropped.
pub struct Attacked {
    pub child: Child,
    pub address: SocketAddr,
}

impl Attacked {
    /// Starts it and waits until it listens. Nobody reads `stdout` and `stderr` but who is given here.
    pub fn start(
        model: &Path,
        variables: &[(&str, OsString)],
        limits: &[Limit],
        stdout: Stdio,
        stderr: Stdio,
    ) -> Attacked {
        let address = free_address();
        let limits = limits.to_vec();
        let mut command = Command::new(binary("function"));
        command
            .env_clear()
            .env("MODEL_PATH", model)
            .env("PORT", address.port().to_string())
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        // SAFETY: between fork and exec it only calls setrlimit, which is async-signal-safe.
        unsafe {
            command.pre_exec(move || {
                for (resource, value) in &limits {
                    let limit = libc::rlimit {
                        rlim_cur: *value,
                        rlim_max: *value,
                    };
                    if libc::setrlimit(*resource, &limit) != 0 {
                        return Err(std::io::Error::last_os_error());
                    }
                }
                Ok(())
            });
        }
        let mut child = command.spawn().unwrap();
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert_eq!(
                child.try_wait().unwrap(),
                None,
                "it ended before it listened"
            );
            assert!(start.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(5));
        }
        Attacked { child, address }
    }

    /// A number of `/proc/PID/status` in KiB: `VmRSS` now, `VmHWM` at its peak.
    pub fn memory(&self, name: &str) -> usize {
        let mut text = String::new();
        let path = format!("/proc/{}/status", self.child.id());
        File::open(path).unwrap().read_to_string(&mut text).unwrap();
        let line = text.lines().find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("no {name}: it has ended\n{text}"));
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Asks it to end, and waits; how long that took.
    pub fn terminate(&mut self) -> Duration {
        let start = Instant::now();
        // SAFETY: the process is ours and not yet waited for, so the number is still its own.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGTERM) };
        self.child.wait().unwrap();
        start.elapsed()
    }
}

impl Drop for Attacked {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
