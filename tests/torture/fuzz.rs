//! Inputs made worse, by the hundred thousand: cases run in a process of their own, which is watched,
//! so that one that hangs, takes all memory or overflows its stack is a finding and not the end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use model::random::STEP;
use support::tables::Draw;

use crate::kept::{Kept, keep};
use crate::measure::processor_time;
use crate::memory;
use crate::table::Row;
use crate::targets::{Input, Named, TARGETS, Target};

/// Processor time that a case may take in a build without optimisation; it is there on a busy
/// machine, too.
const CASE: Duration = Duration::from_secs(5);

/// So many of a target are enough.
const FINDINGS: usize = 20;

/// Time without progress after which the process of a case is killed.
const STILL: Duration = Duration::from_secs(60);

/// As much as a thread of the HTTP server has.
const STACK: usize = 2 << 20;

/// Message and location of the first panic of a case, in any thread.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// Runs every target on two threads.
pub fn run(folder: &Path, seed: u64, is_short: bool) -> Vec<Row> {
    let waiting: Mutex<Vec<(usize, &Named)>> =
        Mutex::new(TARGETS.iter().enumerate().rev().collect());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some((index, target)) = next else { return };
                    let row = watch(target, folder, seed, target.seconds[usize::from(is_short)]);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((index, row));
                }
            });
        }
    });
    let mut rows = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Starts the process that runs cases; for 0 seconds it runs one, and writes its input down.
fn start(target: &Named, folder: &Path, seed: u64, from: u64, seconds: u64) -> Child {
    let program = std::env::current_exe().expect("this program is a file");
    let numbers = [seed, from, seconds].map(|number| number.to_string());
    Command::new(program)
        .args(["cases", target.name])
        .args(numbers)
        .arg(folder)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this program starts again")
}

/// Runs the cases of a target for so long, in as many processes as it takes.
fn watch(target: &Named, folder: &Path, seed: u64, seconds: u64) -> Row {
    let mut row = Row::new(target.what);
    let end = Instant::now() + Duration::from_secs(seconds);
    let progress = folder.join(format!("{}.progress", target.name));
    let (mut from, mut peak, mut slowest, mut taken) = (0, 0, 0, 0);
    let mut found: Vec<(u64, String)> = Vec::new();
    while Instant::now() < end && found.len() < FINDINGS {
        fs::write(&progress, from.to_string().as_bytes()).expect("the folder can be written");
        let left = end
            .saturating_duration_since(Instant::now())
            .as_secs()
            .max(1);
        let mut child = start(target, folder, seed, from, left);
        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().expect("it is piped");
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let hung = wait(&mut child, &progress);
        let mut is_done = false;
        for line in lines {
            match line.split_once(' ') {
                Some(("finding", what)) => {
                    let (case, what) = what.split_once(' ').unwrap_or_default();
                    found.push((case.parse().unwrap_or(0), what.to_owned()));
                }
                Some(("done", figures)) => {
                    let mut figures = figures.split(' ').map(|n| n.parse::<u64>().unwrap_or(0));
                    from = figures.next().unwrap_or(from);
                    peak = figures.next().unwrap_or(0).max(peak);
                    slowest = figures.next().unwrap_or(0).max(slowest);
                    taken += figures.next().unwrap_or(0);
                    is_done = true;
                }
                _ => {}
            }
        }
        if !is_done {
            let case = case_of(&progress);
            let mut said = String::new();
            let _ = child
                .stderr
                .take()
                .map(|mut stderr| stderr.read_to_string(&mut said));
            let first = said
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or("no word");
            let how = if hung { "hung" } else { first };
            found.push((case, how.to_owned()));
            from = case + 1;
        }
    }
    found.truncate(FINDINGS);
    for (case, what) in found {
        // It is found once more, and its input is written down.
        let mut child = start(target, folder, seed, case, 0);
        wait(&mut child, &progress);
        let input = folder.join(format!("{}.input", target.name));
        let place = keep(target, seed, case, &input);
        row.findings
            .push(format!("{} case {case}: {what}{place}", target.name));
    }
    row.tries = from;
    row.told = format!(
        "{} % were valid; most memory {} MB, slowest {slowest} ms",
        taken * 100 / from.max(1),
        peak.div_ceil(1 << 20)
    );
    row
}

fn case_of(progress: &Path) -> u64 {
    let text = fs::read_to_string(progress).unwrap_or_default();
    text.trim().parse().unwrap_or(0)
}

/// Waits for the process; whether it had to be killed because a case stood still.
fn wait(child: &mut Child, progress: &Path) -> bool {
    let (mut case, mut since) = (u64::MAX, Instant::now());
    loop {
        if !matches!(child.try_wait(), Ok(None)) {
            return false;
        }
        let now = case_of(progress);
        if now != case {
            (case, since) = (now, Instant::now());
        } else if since.elapsed() > STILL {
            let _ = child.kill();
            let _ = child.wait();
            return true;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// The process that runs cases: `cases TARGET SEED FROM SECONDS FOLDER`; with 0 seconds one case,
/// and its input is kept in the folder.
///
/// # Errors
/// When the arguments are others.
pub fn cases(arguments: &[&str]) -> Result<(), String> {
    let [target, seed, from, seconds, folder] = *arguments else {
        return Err("cases TARGET SEED FROM SECONDS FOLDER was expected".into());
    };
    let number = |text: &str| {
        text.parse::<u64>()
            .map_err(|_| format!("{text:?} is no number"))
    };
    let (seed, from, seconds) = (number(seed)?, number(from)?, number(seconds)?);
    let named = TARGETS.iter().find(|named| named.name == target);
    let named = named.ok_or_else(|| format!("there is no target {target:?}"))?;
    let folder = Path::new(folder).to_path_buf();
    std::panic::set_hook(Box::new(|panic| {
        let mut told = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        // The first: what ends by it, in other threads, is no other panic.
        if told.is_empty() {
            *told = panic.to_string();
        }
    }));
    let work = move || {
        let mut target = (named.make)(&folder);
        let kept = Kept::of(named, &folder);
        let progress = File::create(folder.join(format!("{}.progress", named.name)));
        let progress = progress.expect("the folder can be written");
        let end = Instant::now() + Duration::from_secs(seconds);
        let (mut case, mut peak, mut slowest, mut taken) = (from, 0, Duration::ZERO, 0);
        loop {
            let _ = progress.write_all_at(format!("{case:020}").as_bytes(), 0);
            let mut draw = Draw::new(seed ^ case.wrapping_mul(STEP));
            let input = kept
                .input(&*target, case)
                .or_else(|| kept.changed(&*target, &mut draw))
                .unwrap_or_else(|| target.input(&mut draw));
            if seconds == 0 {
                fs::write(folder.join(format!("{}.input", named.name)), &input.bytes)
                    .expect("the folder can be written");
            }
            let (result, memory, took) = measure(&mut *target, &input);
            (peak, slowest) = (peak.max(memory), slowest.max(took));
            match result {
                Err(what) => println!("finding {case} {}", what.replace('\n', " ")),
                Ok(_) if took > CASE => println!("finding {case} {} ms", took.as_millis()),
                Ok(is_valid) => taken += u64::from(is_valid),
            }
            case += 1;
            if Instant::now() >= end {
                break;
            }
        }
        println!("done {case} {peak} {} {taken}", slowest.as_millis());
    };
    let worker = thread::Builder::new().stack_size(STACK).spawn(work);
    let worker = worker.map_err(|error| error.to_string())?;
    worker.join().map_err(|_| {
        let told = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        format!("the cases could not be run: {told}")
    })
}

/// Runs a case: what it gave, the memory and the processor time that it took.
fn measure(target: &mut dyn Target, input: &Input) -> (Result<bool, String>, usize, Duration) {
    let start = processor_time();
    memory::begin(input.bytes.len());
    let result = catch_unwind(AssertUnwindSafe(|| target.run(input)));
    let memory = memory::end();
    let result = result.unwrap_or_else(|_| {
        let mut told = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        Err(std::mem::take(&mut *told))
    });
    (result, memory, processor_time() - start)
}
