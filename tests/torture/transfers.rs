//! A bad S3 under `hearth pull` and `hearth push`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Finished, hearth_with};

use crate::options::Options;
use crate::project::Project;
use crate::s3::{BadS3, Mood};
use crate::table::Row;

pub const SLOW_DOWN: Mood = Mood::Status(503, "SlowDown");
pub const FAILED: Mood = Mood::Status(500, "InternalError");

/// Temporary behaviour of S3, its number of requests, and whether a run survives it.
fn moods(options: &Options) -> Vec<(&'static str, Mood, usize, bool)> {
    let all = vec![
        ("500 twice", FAILED, 2, true),
        ("503 SlowDown twice", SLOW_DOWN, 2, true),
        ("half a body", Mood::Half, 1, true),
        ("no word", Mood::Closed, 2, true),
        (
            "an answer after 30 seconds",
            Mood::Late(Duration::from_secs(options.of(30, 3))),
            1,
            true,
        ),
        ("500 for ever", FAILED, usize::MAX, false),
        ("503 for ever", SLOW_DOWN, usize::MAX, false),
        ("403", Mood::Status(403, "AccessDenied"), usize::MAX, false),
        ("no HTTP", Mood::Noise, usize::MAX, false),
        ("half a body for ever", Mood::Half, usize::MAX, false),
        ("other bytes", Mood::Wrong, usize::MAX, false),
    ];
    all
}

/// One sentence, no panic, and not after minutes.
pub fn judge(what: &str, finished: &Finished, start: Instant) -> Result<(), String> {
    let said: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with("hearth: "))
        .collect();
    if finished.status.code() != Some(1) || said.len() != 1 || finished.stderr.contains("panicked")
    {
        return Err(format!(
            "{what}: {}: {}",
            finished.status,
            finished.stderr.trim()
        ));
    }
    match start.elapsed() {
        took if took > Duration::from_secs(120) => Err(format!("{what}: told after {took:?}")),
        _ => Ok(()),
    }
}

/// `hearth` in a folder, with a server.
fn run(folder: &Path, server: &BadS3, command: &str) -> Finished {
    let environment = server.environment();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    hearth_with(folder, &[command], &environment, b"")
}

/// Pulling: the old file or the new one, and the next run succeeds.
pub fn pull(folder: &Path, options: &Options) -> Row {
    let mut row = Row::new("S3 that fails, ends early, is late or wrong, under `hearth pull`");
    let folder = folder.join("pull");
    let server = BadS3::start();
    let project = Project::new(&folder, "s3://models/dvc");
    let (old, new) = (project.content(1), project.content(2));
    let file = folder.join("data.bin");
    let cached = project.object(&folder.join(".dvc/cache"), &new);
    project.track(&new);
    server.set(&format!("dvc/{}", project.key(&new)), Some(&new));
    let mut longest = Duration::ZERO;
    for (what, mood, count, outlived) in moods(options) {
        let _ = fs::remove_dir_all(folder.join(".dvc/cache"));
        project.cache(&old);
        fs::write(&file, &old).unwrap();
        server.be(mood, count);
        let start = Instant::now();
        let finished = run(&folder, &server, "pull");
        longest = longest.max(start.elapsed());
        let found = fs::read(&file).unwrap_or_default();
        let result = match (finished.status.success(), outlived) {
            (true, _) if found != new => Err(format!("{what}: pulled, and the file is another")),
            (false, true) => Err(format!("{what}: {}", finished.stderr.trim())),
            (true, false) => Err(format!("{what}: pulled all the same")),
            (false, false) if found != old => Err(format!("{what}: the old file is gone")),
            (true, true) => Ok(()),
            (false, false) => judge(what, &finished, start),
        };
        server.be(Mood::Good, 0);
        let again = run(&folder, &server, "pull");
        let is_whole = again.status.success()
            && fs::read(&file).ok().as_ref() == Some(&new)
            && fs::read(&cached).ok().as_ref() == Some(&new);
        let next = if is_whole {
            Ok(())
        } else {
            Err(format!("{what}: the next pull: {}", again.stderr.trim()))
        };
        row.tried(result.and(next));
    }
    row.told = format!(
        "{} requests; the longest run took {} s",
        server.requests(),
        longest.as_secs()
    );
    row
}

/// Pushing: the object is there whole, or not at all.
pub fn push(folder: &Path, options: &Options) -> Row {
    let mut row = Row::new("the same under `hearth push`");
    let folder = folder.join("push");
    let server = BadS3::start();
    let project = Project::new(&folder, "s3://models/dvc");
    let new = project.content(2);
    let object = format!("dvc/{}", project.key(&new));
    project.cache(&new);
    project.track(&new);
    for (what, mood, count, outlived) in moods(options) {
        // Other bytes of an answer are nothing to it.
        if mood == Mood::Wrong || (mood == Mood::Half && outlived) {
            continue;
        }
        server.set(&object, None);
        server.be(mood, count);
        let start = Instant::now();
        let finished = run(&folder, &server, "push");
        let found = server.get(&object);
        let result = match finished.status.success() {
            _ if found.as_ref().is_some_and(|found| *found != new) => {
                Err(format!("{what}: another object was pushed"))
            }
            true if found.is_none() => Err(format!("{what}: pushed, and nothing is there")),
            true => Ok(()),
            false if outlived => Err(format!("{what}: {}", finished.stderr.trim())),
            false => judge(what, &finished, start),
        };
        server.be(Mood::Good, 0);
        let again = run(&folder, &server, "push");
        let is_whole = again.status.success() && server.get(&object).as_ref() == Some(&new);
        let next = if is_whole {
            Ok(())
        } else {
            Err(format!("{what}: the next push: {}", again.stderr.trim()))
        };
        row.tried(result.and(next));
    }
    row
}
