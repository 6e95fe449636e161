//! Programs that are killed at random moments: the old file or the new one is there afterwards,
//! whole, and the next run succeeds.

mod batch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use support::tables::{Draw, texts, write};
use support::{binary, hearth, names};

use crate::options::Options;
use crate::project::Project;
use crate::table::Row;

/// A program that is to be killed.
struct Victim<'a> {
    folder: &'a Path,
    arguments: Vec<&'a str>,
    /// Puts everything back to where it was before the first run.
    reset: &'a dyn Fn(),
    /// True if the file is the new one; an error if it is neither the old nor the new one.
    is_new: &'a dyn Fn() -> Result<bool, String>,
}

impl Victim<'_> {
    fn start(&self) -> Child {
        let mut command = Command::new(binary("hearth"));
        command.args(&self.arguments).current_dir(self.folder);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().unwrap()
    }

    /// Kills it so many times.
    fn torture(&self, what: &str, times: usize, draw: &mut Draw) -> Row {
        let mut row = Row::new(what);
        let (mut old, mut new, mut left) = (0, 0, 0);
        (self.reset)();
        let whole = Instant::now();
        hearth(self.folder, &self.arguments).success();
        let whole = whole.elapsed();
        for number in 0..times {
            (self.reset)();
            let before = names(self.folder).len();
            let mut child = self.start();
            // Over the whole run and a little more.
            thread::sleep(whole.mul_f64(1.1 * draw.share()));
            let _ = child.kill();
            child.wait().unwrap();
            let found = (self.is_new)().map(|is_new| match is_new {
                true => new += 1,
                false => old += 1,
            });
            left += usize::from(names(self.folder).len() > before);
            let next = || {
                let again = hearth(self.folder, &self.arguments);
                match (again.status.success(), (self.is_new)()) {
                    (true, Ok(true)) => Ok(()),
                    (_, is_new) => Err(format!(
                        "kill {number}: the next run {}: {is_new:?} {}",
                        again.status,
                        again.stderr.trim()
                    )),
                }
            };
            row.tried(
                found
                    .map_err(|error| format!("kill {number}: {error}"))
                    .and_then(|()| next()),
            );
        }
        row.told = format!(
            "the old file {old} times, the new one {new} times; a part lay beside it {left} times"
        );
        row
    }
}

/// Which of two contents a file has.
fn which(path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<bool, String> {
    let found = fs::read(path).ok();
    match found.as_deref() {
        found if found == Some(new) => Ok(true),
        found if found == old => Ok(false),
        found => Err(format!(
            "{} has {:?} bytes, which is neither",
            path.display(),
            found.map(<[u8]>::len)
        )),
    }
}

/// A path as an argument.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs all of them.
pub fn run(folder: &Path, options: &Options) -> Vec<Row> {
    let times = options.of(25, 4);
    let mut draw = Draw::new(options.seed);
    let folder = folder.join("kills");
    fs::create_dir_all(&folder).unwrap();
    vec![
        train(&folder.join("train"), times, &mut draw),
        predict(&folder.join("predict"), times, &mut draw),
        push(&folder.join("push"), times, &mut draw),
        pull(&folder.join("pull"), times, &mut draw),
        batch::killed(&folder.join("batch"), times, &mut draw),
    ]
}

fn train(folder: &Path, times: usize, draw: &mut Draw) -> Row {
    fs::create_dir_all(folder).unwrap();
    write(folder, "t.csv", &texts(600, 3));
    let out = folder.join("model.hearth");
    let arguments = [
        "train",
        "--quiet",
        "--data",
        "t.csv",
        "--target",
        "label",
        "--out",
        "model.hearth",
    ];
    let arguments = [&arguments[..], &["--estimator", "logistic_regression"]].concat();
    hearth(folder, &[&arguments[..], &["--seed", "7"]].concat()).success();
    let old = fs::read(&out).unwrap();
    hearth(folder, &arguments).success();
    let new = fs::read(&out).unwrap();
    assert!(old != new, "another seed gives another file");
    let victim = Victim {
        folder,
        arguments,
        reset: &|| fs::write(&out, &old).unwrap(),
        is_new: &|| which(&out, Some(&old), &new),
    };
    victim.torture("SIGKILL during `hearth train`", times, draw)
}

fn predict(folder: &Path, times: usize, draw: &mut Draw) -> Row {
    fs::create_dir_all(folder).unwrap();
    let rows: String = (0..40_000)
        .map(|row| format!("{row},where is my parcel {}\n", row % 97))
        .collect();
    write(folder, "t.csv", &format!("id,text\n{rows}"));
    let out = folder.join("a.jsonl");
    let model = support::example::model();
    let arguments = vec![
        "predict",
        text(model),
        "-i",
        "t.csv",
        "-o",
        "a.jsonl",
        "--id",
        "id",
    ];
    hearth(folder, &arguments).success();
    let new = fs::read(&out).unwrap();
    let victim = Victim {
        folder,
        arguments,
        reset: &|| fs::write(&out, "the answers of the day before\n").unwrap(),
        is_new: &|| which(&out, Some(b"the answers of the day before\n"), &new),
    };
    victim.torture("SIGKILL during `hearth predict`", times, draw)
}

fn push(folder: &Path, times: usize, draw: &mut Draw) -> Row {
    let project = Project::new(folder, &folder.join("store").display().to_string());
    let new = project.content(2);
    project.track(&new);
    project.cache(&new);
    let object = project.object(&folder.join("store"), &new);
    let victim = Victim {
        folder,
        arguments: vec!["push"],
        reset: &|| {
            let _ = fs::remove_dir_all(folder.join("store"));
            fs::create_dir_all(folder.join("store")).unwrap();
        },
        is_new: &|| which(&object, None, &new),
    };
    victim.torture("SIGKILL during `hearth push`", times, draw)
}

fn pull(folder: &Path, times: usize, draw: &mut Draw) -> Row {
    let project = Project::new(folder, &folder.join("store").display().to_string());
    let (old, new) = (project.content(1), project.content(2));
    let store: PathBuf = project.object(&folder.join("store"), &new);
    fs::create_dir_all(store.parent().unwrap()).unwrap();
    fs::write(&store, &new).unwrap();
    project.track(&new);
    let (file, cached) = (
        folder.join("data.bin"),
        project.object(&folder.join(".dvc/cache"), &new),
    );
    let victim = Victim {
        folder,
        arguments: vec!["pull"],
        reset: &|| {
            let _ = fs::remove_dir_all(folder.join(".dvc/cache"));
            project.cache(&old);
            fs::write(&file, &old).unwrap();
        },
        is_new: &|| {
            // What the cache has by a name is what the name says.
            which(&cached, None, &new)?;
            which(&file, Some(&old), &new)
        },
    };
    victim.torture("SIGKILL during `hearth pull`", times, draw)
}
