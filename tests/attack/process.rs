//! The function under limits that `Function::over_http` does not set, and what it takes.

#[path = "group.rs"]
mod group;

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use group::Group;
use support::binary::binary;
use support::function::free_address;
use support::process::send_sigterm;

/// Address space that a program of a test may map besides its memory.
const MAPPED: usize = 512 << 20;

/// A limit of the kernel, for the function alone.
pub type Limit = (libc::__rlimit_resource_t, u64);

/// A running function; it is killed when dropped.
pub struct Attacked {
    pub child: Child,
    pub address: SocketAddr,
    /// The control group that limits its memory, where the machine lets us have one.
    group: Option<Group>,
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
        Attacked::spawn(model, variables, limits, stdout, stderr, None)
    }

    /// Starts it with so many MiB of memory, and nobody to read what it says: in a control group, or,
    /// where there can be none, with `HEARTH_MEMORY_MB` and a limit of the address space.
    ///
    /// A program of a test has mapped most of 128 MiB before its first request: itself, with what a
    /// debugger needs, and 64 MiB that glibc sets aside for each thread's heap. So the limit is larger
    /// than the memory, and only the peak tells that the memory was enough.
    pub fn start_within(
        mebibytes: usize,
        model: &Path,
        variables: &[(&str, OsString)],
    ) -> Attacked {
        let bytes = mebibytes << 20;
        let group = Group::new(bytes);
        let (stdout, stderr) = (Stdio::null(), Stdio::null());
        if group.is_some() {
            return Attacked::spawn(model, variables, &[], stdout, stderr, group);
        }
        let memory = ("HEARTH_MEMORY_MB", mebibytes.to_string().into());
        let variables = [variables, &[memory]].concat();
        let limits = [(libc::RLIMIT_AS, (bytes + MAPPED) as u64)];
        Attacked::spawn(model, &variables, &limits, stdout, stderr, None)
    }

    fn spawn(
        model: &Path,
        variables: &[(&str, OsString)],
        limits: &[Limit],
        stdout: Stdio,
        stderr: Stdio,
        group: Option<Group>,
    ) -> Attacked {
        let address = free_address();
        let limits = limits.to_vec();
        let mut processes = group.as_ref().map(|group| {
            let file = fs::OpenOptions::new().write(true).open(group.processes());
            file.unwrap()
        });
        let mut command = Command::new(binary("function"));
        command
            .env_clear()
            .env("MODEL_PATH", model)
            .env("PORT", address.port().to_string())
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        // SAFETY: between fork and exec it only calls write and setrlimit, which are async-signal-safe.
        unsafe {
            command.pre_exec(move || {
                if let Some(processes) = &mut processes {
                    // 0 is the process that writes.
                    processes.write_all(b"0")?;
                }
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
        Attacked {
            child,
            address,
            group,
        }
    }

    /// The kind of the limit of memory, and the peak where there is a control group.
    ///
    /// # Errors
    /// When the kernel ended it for want of memory.
    pub fn check_group(&self) -> Result<String, String> {
        let Some(group) = &self.group else {
            return Ok("limit of address space".to_owned());
        };
        match group.kills() {
            Ok(0) => Ok(format!("control group, peak {} MiB", group.peak() >> 20)),
            Ok(_) => Err("the kernel ended it for want of memory".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// A number of `/proc/PID/status` in KiB: `VmRSS` now, `VmHWM` at its peak, and
    /// `RssAnon` now without the pages of files.
    pub fn memory(&self, name: &str) -> usize {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = text.lines().find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("no {name}: it has ended\n{text}"));
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Asks it to end, and waits; how long that took.
    pub fn terminate(&mut self) -> Duration {
        let start = Instant::now();
        send_sigterm(self.child.id());
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
