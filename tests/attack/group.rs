//! A control group with a limit of memory, for one process: the kernel ends what takes more.
//!
//! It lies beneath the group of the tests, so it needs no rights but those to write there, as root has
//! them on a machine with version 1, and whoever was given a group with version 2.
//! <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>,
//! <https://docs.kernel.org/admin-guide/cgroup-v2.html>.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Mount point of the control groups.
const ROOT: &str = "/sys/fs/cgroup";

/// Names of the files of one version.
struct Files {
    limit: &'static str,
    peak: &'static str,
    /// Has a line `oom_kill COUNT`.
    events: &'static str,
}

const VERSION_1: Files = Files {
    limit: "memory.limit_in_bytes",
    peak: "memory.max_usage_in_bytes",
    events: "memory.oom_control",
};

const VERSION_2: Files = Files {
    limit: "memory.max",
    peak: "memory.peak",
    events: "memory.events",
};

/// A control group; it is removed when dropped, after its process has ended.
pub struct Group {
    path: PathBuf,
    files: Files,
}

impl Group {
    /// A group with this limit in bytes; `None` where the machine does not let us have one.
    pub fn new(bytes: usize) -> Option<Group> {
        let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
        let find = |wanted: fn(&str) -> bool| {
            groups.lines().find_map(|line| {
                let mut parts = line.splitn(3, ':').skip(1);
                let (controllers, path) = (parts.next()?, parts.next()?);
                wanted(controllers).then(|| path.trim_start_matches('/'))
            })
        };
        let (parent, files) = match find(|all| all.split(',').any(|one| one == "memory")) {
            Some(own) => (Path::new(ROOT).join("memory").join(own), VERSION_1),
            None => (Path::new(ROOT).join(find(str::is_empty)?), VERSION_2),
        };
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = parent.join(format!("hearth-{}-{next}", std::process::id()));
        fs::create_dir(&path).ok()?;
        // From here on it is removed again.
        let group = Group { path, files };
        fs::write(group.path.join(group.files.limit), bytes.to_string()).ok()?;
        Some(group)
    }

    /// The file that takes the number of a process to move it here.
    pub fn processes(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }

    /// Most bytes that it had, page cache included; 0 where the kernel does not count them.
    pub fn peak(&self) -> usize {
        let text = fs::read_to_string(self.path.join(self.files.peak));
        text.ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    }

    /// Number of processes that the kernel ended for want of memory.
    ///
    /// # Errors
    /// When the kernel does not tell.
    pub fn kills(&self) -> io::Result<u64> {
        let text = fs::read_to_string(self.path.join(self.files.events))?;
        let count = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
        count
            .and_then(|count| count.trim().parse().ok())
            .ok_or_else(|| io::Error::other(text.clone()))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Its process is dead but may not yet have left.
        for _ in 0..100 {
            match fs::remove_dir(&self.path) {
                Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                _ => return,
            }
        }
    }
}
