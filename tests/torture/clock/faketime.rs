//! The clock of another process, by libfaketime.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The clock of a process that has libfaketime: the real one, and an offset that a file tells.
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// `None` where libfaketime is not installed; `LIBFAKETIME` names one that lies elsewhere.
    pub fn new(folder: &Path) -> Option<Clock> {
        let named = env::var_os("LIBFAKETIME").map(PathBuf::from);
        let libraries = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
        // The one for programs with threads.
        let installed = libraries.map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"));
        let library = named.into_iter().chain(installed).find(|at| at.exists())?;
        let clock = Clock {
            library,
            file: folder.join("clock"),
        };
        clock.set(0);
        Some(clock)
    }

    /// Sets it so many seconds before or behind the real one.
    pub fn set(&self, offset: i64) {
        let beside = self.file.with_extension("next");
        fs::write(&beside, format!("{offset:+}")).unwrap();
        fs::rename(beside, &self.file).unwrap();
    }

    /// Environment that loads it into a process; the monotonic clock stays the kernel's.
    pub fn environment(&self) -> Vec<(&str, &str)> {
        vec![
            ("LD_PRELOAD", self.library.to_str().unwrap()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ]
    }

    /// Removes what libfaketime shares between processes, and leaves behind when one is killed.
    pub fn clean(process: u32) {
        for name in ["faketime_shm_", "sem.faketime_sem_"] {
            let _ = fs::remove_file(format!("/dev/shm/{name}{process}"));
        }
    }
}
