//! Memory that the process may use: the smallest limit among those of Lambda, the control group
//! and the kernel.

use crate::environment::Variables;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// One mebibyte.
pub const MIB: usize = 1 << 20;

/// Mount point of the control groups: <https://docs.kernel.org/admin-guide/cgroup-v2.html>.
const CGROUPS: &str = "/sys/fs/cgroup";

/// Bytes of memory that this process may use.
///
/// In Lambda, `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` has the answer, and no file is read: a start has no
/// time for it. Elsewhere the limits of the control group (version 2 or 1) and of all its parents,
/// `RLIMIT_AS`, and the memory of the machine are compared.
pub fn limit(get: Variables<'_>) -> usize {
    let of_lambda = get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        .and_then(|text| text.parse::<usize>().ok())
        .and_then(|mebibytes| mebibytes.checked_mul(MIB));
    let of_machine = || {
        let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let group = of_cgroups(Path::new(CGROUPS), &groups);
        [group, physical()].into_iter().flatten().min()
    };
    let known = [of_lambda.or_else(of_machine), address_space()];
    known.into_iter().flatten().min().unwrap_or(128 * MIB)
}

/// The smallest memory limit of the groups that `/proc/self/cgroup` names, and of their parents.
fn of_cgroups(root: &Path, groups: &str) -> Option<usize> {
    let limits = groups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, group) = (parts.next()?, parts.next()?);
        let (base, file) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            _ if controllers.split(',').any(|one| one == "memory") => {
                (root.join("memory"), "memory.limit_in_bytes")
            }
            _ => return None,
        };
        // A container may see the path that its group has outside: then only the root is there.
        let group = base.join(group.trim_start_matches('/'));
        let groups = group.ancestors().take_while(|path| path.starts_with(&base));
        groups.filter_map(|path| bytes_in(path.join(file))).min()
    });
    limits.min()
}

/// The number in a file; `max` is none.
fn bytes_in(path: PathBuf) -> Option<usize> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The limit of the address space (`ulimit -v`), if there is one.
fn address_space() -> Option<usize> {
    let mut limit = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: the structure is ours and lives through the call.
    unsafe { libc::getrlimit(libc::RLIMIT_AS, &mut limit) };
    (limit.rlim_cur != libc::RLIM_INFINITY)
        .then(|| usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX))
}

/// The memory of the machine.
fn physical() -> Option<usize> {
    // SAFETY: the calls take a number and touch no memory of ours.
    let (pages, size) = unsafe {
        (
            libc::sysconf(libc::_SC_PHYS_PAGES),
            libc::sysconf(libc::_SC_PAGESIZE),
        )
    };
    usize::try_from(pages)
        .ok()?
        .checked_mul(usize::try_from(size).ok()?)
}

/// Keeps glibc from raising its thresholds with each large allocation that is freed: an arena of a
/// thread would keep up to 64 MiB, which `malloc_trim` does not reach. For the begin of the process.
pub fn prepare() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call sets a number of the C library's own heap, under its lock.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, MUCH as libc::c_int);
    }
}

/// True if much was freed that has not been given back.
static IS_MUCH_FREE: AtomicBool = AtomicBool::new(false);

/// Fewer bytes than this are not worth a call of the kernel.
const MUCH: usize = MIB / 4;

/// Notes that so many bytes, of a body or a response, are about to be freed.
pub fn note_freed(bytes: usize) {
    if bytes >= MUCH {
        IS_MUCH_FREE.store(true, Ordering::Relaxed);
    }
}

/// Gives back what was noted by [`note_freed`]; for a moment at which little happens.
pub fn give_back_noted() {
    if IS_MUCH_FREE.swap(false, Ordering::Relaxed) {
        trim();
    }
}

/// Gives memory that is free to the system: what a large request took is not kept for the next.
pub fn give_back() {
    // What the request still holds, its body say, is freed later.
    IS_MUCH_FREE.store(true, Ordering::Relaxed);
    trim();
}

fn trim() {
    #[cfg(target_env = "musl")]
    crate::start::trim();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call looks through the C library's own heap, under its locks.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use super::{MIB, limit, of_cgroups};
    use std::fs;

    fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
        let root = std::env::temp_dir().join(format!("hearth-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn the_smallest_limit_of_a_group_and_its_parents_counts() {
        let root = folder(
            "cgroup-2",
            &[
                ("memory.max", "max\n"),
                ("a/memory.max", "536870912\n"),
                ("a/b/memory.max", "max\n"),
            ],
        );
        assert_eq!(of_cgroups(&root, "0::/a/b\n"), Some(512 * MIB));
        assert_eq!(of_cgroups(&root, "0::/\n"), None);
        // The group's path as it is outside of the container.
        assert_eq!(of_cgroups(&root.join("a"), "0::/x/y\n"), Some(512 * MIB));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn version_1_has_another_file() {
        let root = folder(
            "cgroup-1",
            &[("memory/docker/memory.limit_in_bytes", "134217728\n")],
        );
        let groups = "4:cpu,cpuacct:/docker\n3:memory:/docker\n";
        assert_eq!(of_cgroups(&root, groups), Some(128 * MIB));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn lambda_says_how_much_there_is() {
        let get =
            |name: &str| (name == "AWS_LAMBDA_FUNCTION_MEMORY_SIZE").then(|| "256".to_owned());
        assert_eq!(limit(&get), 256 * MIB);
        assert!(limit(&|_| None) > MIB);
    }
}
