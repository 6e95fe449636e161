//! A child process whose standard output and error are collected line by line while it runs.

mod lines;

use std::os::fd::AsRawFd;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lines::Lines;

/// Bytes that standard output may be ahead of who reads it.
const ROOM: libc::c_int = 1 << 20;

/// Time for a process to print or to end before a test gives up.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running process; it is killed and reaped when dropped, and when that is because a test panics,
/// its standard error is shown. When it is not, every line of embedded metrics that the process has
/// printed is judged by [`emf::lint()`]: no test of any kind can leave one that CloudWatch refuses.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

impl Process {
    /// Starts `command`; `name` is what the panics call it.
    ///
    /// # Panics
    ///
    /// If it doesn't start.
    pub fn start(name: &str, command: &mut Command) -> Process {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error} ({command:?})"));
        // A line that finds no room for a tenth of a second is dropped by the function, and the thread
        // that reads may wait that long on a busy machine. Where the system gives no more room, it
        // stays at 64 KB.
        if let Some(stdout) = &child.stdout {
            // SAFETY: the call takes a number and touches no memory of ours.
            unsafe { libc::fcntl(stdout.as_raw_fd(), libc::F_SETPIPE_SZ, ROOM) };
        }
        let stdout = Lines::collect(child.stdout.take().expect("standard output is piped"));
        let stderr = Lines::collect(child.stderr.take().expect("standard error is piped"));
        Process {
            name: name.into(),
            child,
            stdout,
            stderr,
        }
    }

    /// The process ID.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines of standard output so far; once the process has ended, all of them. What it
    /// printed before it answered may still be in the pipe: [`wait_for_stdout`] waits for it.
    ///
    /// [`wait_for_stdout`]: Process::wait_for_stdout
    pub fn stdout_lines(&self) -> Vec<String> {
        self.stdout.so_far()
    }

    /// The lines of standard error so far; once the process has ended, all of them.
    pub fn stderr_lines(&self) -> Vec<String> {
        self.stderr.so_far()
    }

    /// Blocks until standard output has at least `count` lines and returns all there are.
    ///
    /// # Panics
    ///
    /// If they don't come within 15 seconds, or standard output ends before.
    #[track_caller]
    pub fn wait_for_stdout(&self, count: usize) -> Vec<String> {
        let lines = self.stdout.wait_for(count, PATIENCE);
        let got = lines.len();
        assert!(
            got >= count,
            "{} printed {got} lines, not {count}: {lines:#?}",
            self.name
        );
        lines
    }

    /// Exit status of the process, if it has ended.
    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        let status = self
            .child
            .try_wait()
            .unwrap_or_else(|error| panic!("{} can't be waited for: {error}", self.name));
        if status.is_some() {
            // The pipes may hold what the threads have not read yet.
            self.stdout.wait_for_end(PATIENCE);
            self.stderr.wait_for_end(PATIENCE);
        }
        status
    }

    /// Blocks until the process ends by itself.
    ///
    /// # Panics
    ///
    /// If that takes more than 15 seconds.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.has_ended() {
                return status;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{} still runs after {PATIENCE:?}", self.name)
    }

    /// Sends SIGTERM, as Lambda and every container runtime do before they kill, and blocks until
    /// the process ends.
    ///
    /// # Panics
    ///
    /// If that takes more than 15 seconds.
    #[track_caller]
    pub fn terminate(&mut self) -> ExitStatus {
        // A process that has ended by itself has nothing to be told; its ID may already be
        // another's once reaped.
        if let Some(status) = self.has_ended() {
            return status;
        }
        send_sigterm(self.id());
        self.wait()
    }
}

/// Asks a process to end.
///
/// # Panics
///
/// If it cannot be asked.
#[track_caller]
pub fn send_sigterm(id: u32) {
    // The command, because the standard library can only kill.
    let sent = Command::new("kill")
        .args(["-TERM", &id.to_string()])
        .status();
    assert!(
        sent.as_ref().is_ok_and(ExitStatus::success),
        "kill -TERM {id} fails: {sent:?}"
    );
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A test that fails over a process wants to read what that had to say.
        if thread::panicking() {
            let said = self.stderr.wait_for_end(PATIENCE);
            eprintln!("standard error of {}:\n{}", self.name, said.join("\n"));
            return;
        }
        // A child of the process may hold the pipe; what there is by then is judged.
        for line in self.stdout.whole(Duration::from_secs(2)) {
            if line.starts_with('{') && line.contains("\"_aws\"") {
                let name = &self.name;
                let violations = emf::lint(&line).err().unwrap_or_default();
                assert!(
                    violations.is_empty(),
                    "{name} printed {line}: {violations:#?}"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        Process::start("the shell", Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn lines_are_there_while_the_process_runs() {
        let process = shell("echo one; echo two; echo '{' >&2; exec sleep 60");
        assert_eq!(process.wait_for_stdout(2), ["one", "two"]);
    }

    #[test]
    fn all_lines_are_there_once_it_has_ended() {
        let mut process = shell("echo one; printf 'no end of line'; echo trouble >&2; exit 3");
        assert_eq!(process.wait().code(), Some(3));
        assert_eq!(process.stdout_lines(), ["one", "no end of line"]);
        assert_eq!(process.stderr_lines(), ["trouble"]);
    }

    #[test]
    fn terminate_lets_the_process_say_how_it_ends() {
        let mut process =
            shell("trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.01; done");
        process.wait_for_stdout(1);
        assert_eq!(process.terminate().code(), Some(7));
        assert_eq!(process.stdout_lines(), ["up", "bye"]);
        assert_eq!(
            process.terminate().code(),
            Some(7),
            "a second time is no error"
        );
    }

    #[test]
    #[should_panic(expected = "_aws.Timestamp is not a whole number")]
    fn metrics_that_cloudwatch_would_refuse_fail_the_test() {
        let script = r#"echo '{"_aws":{"CloudWatchMetrics":[]}}'; exec sleep 60"#;
        shell(script).wait_for_stdout(1);
    }

    #[test]
    fn a_line_that_was_cut_off_with_the_process_is_nobodys_fault() {
        shell(r#"echo up; printf '{"_aws":{"Times'; exec sleep 60"#).wait_for_stdout(1);
    }

    #[test]
    #[should_panic(expected = "the shell printed 1 lines, not 2")]
    fn lines_that_can_no_longer_come_are_not_waited_for() {
        shell("echo one; echo trouble >&2").wait_for_stdout(2);
    }
}
