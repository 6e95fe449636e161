//! Starts and requests of several functions, taking turns, so that whatever else the machine does
//! falls on all of them.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::PathBuf;

use crate::lambda::{Live, Program, Times};

/// Invocations of one function before it is the next one's turn.
const BLOCK: usize = 50;

/// Invocations of a process before it is warm: allocators and branch predictors have settled.
const WARM_UP: usize = 100;

/// A function and all that was measured of it.
pub struct Side {
    /// Its name in the table.
    pub name: String,
    /// Command that starts it.
    pub program: Program,
    /// Bytes to deploy.
    pub size: u64,
    /// Spawn to the first `next`, ms, one a start.
    pub init: Vec<f64>,
    /// The first request, ms, one a start.
    pub first: Vec<f64>,
    /// A later request, ms.
    pub warm: Vec<f64>,
    /// From an event to the next request for one, ms.
    pub cycles: Vec<f64>,
    /// Most memory after its requests, MB.
    pub peak_mb: f64,
    /// Bytes on standard output a request.
    pub logged: f64,
}

impl Side {
    /// Nothing measured yet.
    pub fn new(name: impl Into<String>, program: Program, size: u64) -> Side {
        let name = name.into();
        let (init, first, warm, cycles) = (vec![], vec![], vec![], vec![]);
        let (peak_mb, logged) = (f64::NAN, f64::NAN);
        Side {
            name,
            program,
            size,
            init,
            first,
            warm,
            cycles,
            peak_mb,
            logged,
        }
    }
}

/// Starts each function `starts` times and asks it once. The files of `evicted` are dropped from
/// the page cache before each start: a fresh image has none of them in memory.
///
/// # Errors
/// When a function fails.
pub fn cold(
    sides: &mut [Side],
    starts: usize,
    event: &[u8],
    evicted: &[PathBuf],
) -> Result<(), String> {
    for _ in 0..starts {
        for side in &mut *sides {
            for path in evicted {
                evict(path)?;
            }
            let failed = |error| format!("{}: {error}", side.name);
            let (mut live, init) = Live::start(&side.program).map_err(failed)?;
            let first = live.invoke(event).map_err(failed)?;
            side.init.push(init.as_secs_f64() * 1e3);
            side.first.push(first.latency.as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

/// Asks one process of each function `requests` times, in turns of 50.
///
/// # Errors
/// When a function fails.
pub fn warm(sides: &mut [Side], requests: usize, event: &[u8]) -> Result<(), String> {
    let programs: Vec<&Program> = sides.iter().map(|side| &side.program).collect();
    let measured = in_turns(&programs, (WARM_UP, BLOCK, requests), event)?;
    for (side, (live, times)) in sides.iter_mut().zip(measured) {
        for times in times {
            side.warm.push(times.latency.as_secs_f64() * 1e3);
            side.cycles.push(times.cycle.as_secs_f64() * 1e3);
        }
        side.peak_mb = live.peak_mb();
        let bytes = std::fs::metadata(&side.program.stdout).map_or(0, |file| file.len());
        side.logged = bytes as f64 / (WARM_UP + side.warm.len()) as f64;
    }
    Ok(())
}

/// Starts a process of each program, warms it, and asks it `requests` times, `block` of them before it
/// is the next one's turn. The processes are still there afterwards.
///
/// # Errors
/// When a function fails.
pub fn in_turns(
    programs: &[&Program],
    (warm_up, block, requests): (usize, usize, usize),
    event: &[u8],
) -> Result<Vec<(Live, Vec<Times>)>, String> {
    let failed = |program: &Program, error| format!("{}: {error}", program.stdout.display());
    let mut measured = Vec::new();
    for program in programs {
        let (mut live, _) = Live::start(program)?;
        for _ in 0..warm_up {
            live.invoke(event).map_err(|error| failed(program, error))?;
        }
        measured.push((live, Vec::new()));
    }
    for _ in 0..requests.div_ceil(block) {
        for (program, (live, times)) in programs.iter().zip(&mut measured) {
            for _ in 0..block {
                let took = live.invoke(event);
                times.push(took.map_err(|error| failed(program, error))?);
            }
        }
    }
    Ok(measured)
}

/// The value that a share of the sorted values does not exceed.
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let index = ((sorted.len() as f64 - 1.0) * share).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

/// The middle value.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

fn evict(path: &PathBuf) -> Result<(), String> {
    let failed = |error| format!("{} cannot be evicted: {error}", path.display());
    let file = File::open(path).map_err(failed)?;
    // What is not on the disk yet stays in the cache.
    file.sync_all().map_err(failed)?;
    // SAFETY: a hint about an open file; no memory is passed.
    let code = unsafe { libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED) };
    match code {
        0 => Ok(()),
        code => Err(failed(std::io::Error::from_raw_os_error(code))),
    }
}
