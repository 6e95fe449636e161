//! Disks that are full or read-only, and files with a limit.

use std::fs;
use std::path::Path;
use std::process::Command;

use support::tables::{texts, write};
use support::{binary, hearth};

use crate::options::Options;
use crate::project::Project;
use crate::table::Row;

/// Files that a program left on a disk of its own.
struct Left {
    code: i32,
    told: String,
    /// Names on the disk afterwards, one per line, and the file's first line.
    names: String,
    file: String,
}

/// Commands that write `small/out`, with what must be in their way.
const COMMANDS: [(&str, &str); 3] = [
    (
        "train",
        "train --quiet --data t.csv --target label --estimator logistic_regression --out small/out",
    ),
    ("predict", "predict model.hearth -i t.csv -o small/out"),
    ("pull", "pull"),
];

/// Runs a line of shell, with the program as `$1`, on a file system that only it sees: `setup` makes
/// it at `small`. `None` where the kernel gives nobody one.
fn on_a_disk(folder: &Path, setup: &str, arguments: &str) -> Option<Left> {
    let script = format!(
        "mkdir -p small && {setup} || exit 99
        \"$1\" {arguments} 2>told >/dev/null; status=$?
        ls -A small >names; head -n 1 small/out >file 2>&1; exit $status"
    );
    let inside = format!("sh -c '{script}' sh \"$1\"");
    for namespaces in ["--mount", "--user --map-root-user --mount"] {
        let line = format!("unshare {namespaces} {inside}");
        let mut command = Command::new("sh");
        command.args(["-c", &line, "sh"]).arg(binary("hearth"));
        let finished = command.current_dir(folder).output().ok()?;
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        if let Some(code) = finished.status.code().filter(|code| *code != 99)
            && folder.join("names").exists()
        {
            let left = Left {
                code,
                told: read("told"),
                names: read("names"),
                file: read("file"),
            };
            for name in ["told", "names", "file"] {
                let _ = fs::remove_file(folder.join(name));
            }
            return Some(left);
        }
    }
    None
}

/// One sentence, a failure, and the old file whole with nothing beside it.
fn judge(what: &str, left: &Left, words: &str) -> Result<(), String> {
    let Left {
        code,
        told,
        names,
        file,
    } = left;
    let said: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("hearth: "))
        .collect();
    let is_sentence = said.len() == 1 && said[0].contains(words) && said[0].contains("small/out");
    if *code != 1 || !is_sentence {
        return Err(format!("{what}: status {code}: {told:?}"));
    }
    if names.trim() != "out" || file != "old\n" {
        return Err(format!(
            "{what}: left {names:?}, and {file:?} in the old file"
        ));
    }
    Ok(())
}

/// All of it.
pub fn run(folder: &Path, _options: &Options) -> Vec<Row> {
    let folder = folder.join("disks");
    fs::create_dir_all(&folder).unwrap();
    write(&folder, "t.csv", &texts(30_000, 3));
    write(&folder, "few.csv", &texts(600, 3));
    let of = [
        "train",
        "--quiet",
        "--data",
        "few.csv",
        "--target",
        "label",
        "--out",
        "model.hearth",
    ];
    hearth(
        &folder,
        &[&of[..], &["--estimator", "logistic_regression"]].concat(),
    )
    .success();
    pulled(&folder);
    vec![full(&folder), read_only(&folder), limited(&folder)]
}

/// Makes the folder a project that pulls `small/out`.
fn pulled(folder: &Path) {
    let store = folder.join("store");
    let project = Project::new(folder, &store.display().to_string());
    let new = project.content(2);
    let object = project.object(&store, &new);
    fs::create_dir_all(object.parent().unwrap()).unwrap();
    fs::write(object, &new).unwrap();
    project.track(&new);
    let moved = fs::read_to_string(folder.join("data.bin.dvc")).unwrap();
    fs::write(
        folder.join("out.dvc"),
        moved.replace("data.bin", "small/out"),
    )
    .unwrap();
    fs::remove_file(folder.join("data.bin.dvc")).unwrap();
    project.cache(b"old\n");
}

fn full(folder: &Path) -> Row {
    let mut row = Row::new("a full disk under `train`, `predict` and `pull`");
    // 20 KB are less than any of the files; the old file takes a page.
    let setup = "mount -t tmpfs -o size=20k none small && echo old >small/out";
    for (name, arguments) in COMMANDS {
        match on_a_disk(folder, setup, arguments) {
            Some(left) => row.tried(judge(name, &left, "the disk is full")),
            None => row.told = "not tried: no small disk can be made here".into(),
        }
    }
    row
}

fn read_only(folder: &Path) -> Row {
    let mut row = Row::new("a read-only folder under `train`, `predict` and `pull`");
    let setup =
        "mount -t tmpfs -o size=1m none small && echo old >small/out && mount -o remount,ro small";
    for (name, arguments) in COMMANDS {
        match on_a_disk(folder, setup, arguments) {
            Some(left) => row.tried(judge(name, &left, "ead-only")),
            None => row.told = "not tried: no read-only disk can be made here".into(),
        }
    }
    row
}

/// A limit on the size of files (`ulimit -f`), whose signal is ignored.
fn limited(folder: &Path) -> Row {
    let mut row = Row::new("files over the limit of `ulimit -f` under `train` and `predict`");
    for (name, arguments) in &COMMANDS[..2] {
        let out = folder.join("small");
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("out"), "old\n").unwrap();
        let line = format!("trap '' XFSZ; ulimit -f 1; \"$1\" {arguments}");
        let mut command = Command::new("sh");
        command
            .args(["-c", &line, "sh"])
            .arg(binary("hearth"))
            .current_dir(folder);
        let finished = command.output().unwrap();
        let left = Left {
            code: finished.status.code().unwrap_or(-1),
            told: String::from_utf8_lossy(&finished.stderr).into_owned(),
            names: support::names(&out).join("\n"),
            file: fs::read_to_string(out.join("out")).unwrap_or_default(),
        };
        row.tried(judge(name, &left, "arge"));
        let _ = fs::remove_dir_all(out);
    }
    row
}
