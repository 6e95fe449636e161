//! Data that other programs would obey: control characters in a terminal, formulas in a
//! spreadsheet, options of git.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use support::{Finished, hearth, hearth_with};
use tempfile::TempDir;

/// Escape sequences that clear the screen, of seven and of eight bits, a bell, and a character that
/// turns the direction of what follows.
const EVIL: &str = "x\u{1b}[2J\u{7}\u{9b}2J\u{202e}y";

#[track_caller]
fn is_harmless(finished: &Finished) {
    for text in [&finished.stdout, &finished.stderr] {
        let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t' || c == '\u{202e}';
        assert!(!text.contains(obeyed), "{text:?}");
    }
}

/// A table whose column, labels and values are all of it.
fn table(folder: &Path) {
    let rows: String = (0..80)
        .map(|row| match row % 2 {
            0 => format!("red {row} {EVIL},a{EVIL}\n"),
            _ => format!("blue {row} {EVIL},b{EVIL}\n"),
        })
        .collect();
    fs::write(
        folder.join("table.csv"),
        format!("text{EVIL},label{EVIL}\n{rows}"),
    )
    .unwrap();
}

#[test]
fn control_characters_of_data_are_shown_and_not_obeyed() {
    let folder = TempDir::new().unwrap();
    table(folder.path());
    let target = format!("label{EVIL}");
    let name = format!("m{EVIL}");
    let train = [
        "train",
        "--data",
        "table.csv",
        "--target",
        &target,
        "--name",
        &name,
        "--out",
        "m.hearth",
    ];
    let trained = hearth(folder.path(), &train).success();
    is_harmless(&trained);
    let said = trained.stdout + &trained.stderr;
    assert!(
        said.contains("\\u001b[2J\\u0007\\u009b2J\\u202ey"),
        "{said}"
    );
    for arguments in [
        &["inspect", "m.hearth"][..],
        &["inspect", "m.hearth", "--json"],
        &["check", "table.csv", "--target", &target],
        &["diff", "m.hearth", "m.hearth"],
        &["predict", "m.hearth", "--input", &name],
        &["train", "--data", "table.csv", "--target", &name],
        &["verify", "m.hearth"],
    ] {
        is_harmless(&hearth(folder.path(), arguments));
    }
    let json = hearth(folder.path(), &["inspect", "m.hearth", "--json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(json.to_string().contains("202e") || json.to_string().contains('\u{202e}'));
}

#[test]
fn formulas_of_data_are_text_in_a_csv() {
    let folder = TempDir::new().unwrap();
    let rows: String = (0..80)
        .map(|row| match row % 2 {
            0 => format!("{row},red apple,=1+1\n"),
            _ => format!("{row},blue car,@b\n"),
        })
        .collect();
    fs::write(folder.path().join("t.csv"), format!("n,text,label\n{rows}")).unwrap();
    let train = [
        "train", "--data", "t.csv", "--target", "label", "--drop", "n", "--out", "m.hearth",
        "--quiet",
    ];
    hearth(folder.path(), &train).success();
    let asked = "id,text\n=cmd|' /C calc'!A0,red apple\n-5,red apple\n+49 1,blue car\n";
    let ask = |more: &[&str]| {
        let arguments = [
            "predict",
            "m.hearth",
            "--id",
            "id",
            "--answers",
            "csv",
            "--format",
            "csv",
        ];
        let arguments = [&arguments[..], more].concat();
        let answers = hearth_with(folder.path(), &arguments, &[], asked.as_bytes()).success();
        let cells = |line: &str| {
            line.split(',')
                .take(2)
                .map(String::from)
                .collect::<Vec<_>>()
        };
        answers
            .stdout
            .lines()
            .skip(1)
            .map(cells)
            .collect::<Vec<_>>()
    };
    let quoted = [
        ["'=cmd|' /C calc'!A0", "'=1+1"],
        ["-5", "'=1+1"],
        ["'+49 1", "'@b"],
    ];
    assert_eq!(ask(&[]), quoted);
    let kept = [
        ["=cmd|' /C calc'!A0", "=1+1"],
        ["-5", "=1+1"],
        ["+49 1", "@b"],
    ];
    assert_eq!(ask(&["--keep-formulas"]), kept);
}

/// A git that writes down its arguments and the keys that it sees, in front of the real one.
fn watched(folder: &Path) -> String {
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    let log = folder.join("log");
    let real = Command::new("sh")
        .args(["-c", "command -v git"])
        .output()
        .unwrap()
        .stdout;
    let real = String::from_utf8(real).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$@\" >>{log}\nenv | grep ^AWS_ >>{log}\nexec {real}",
        log = log.display()
    );
    fs::write(bin.join("git"), script).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

#[test]
fn git_gets_operands_for_operands_and_no_keys() {
    let folder = TempDir::new().unwrap();
    let path = watched(folder.path());
    let project = folder.path().join("project");
    fs::create_dir_all(project.join(".dvc")).unwrap();
    fs::write(project.join(".dvc/config"), "").unwrap();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let done = Command::new("git")
            .args(identity)
            .args(arguments)
            .current_dir(&project)
            .output();
        assert!(done.unwrap().status.success());
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "first"]);
    let run = |arguments: &[&str]| {
        let environment = [
            ("PATH", path.as_str()),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "secret"),
        ];
        hearth_with(&project, arguments, &environment, b"")
    };
    for arguments in [
        &["tag", "--", "--sort=x"][..],
        &["tag", "--", "-d=x"],
        &["tag", "--rev=--output=x", "model"],
        &["promote", "--", "--list=x", "prod"],
        &["log", "--rev=--output=x"],
        &["pull", "--rev=--output=x"],
        &["status"],
        &["diff", "--output=x"],
    ] {
        let finished = run(arguments);
        let is_none = arguments[0] == "status" || !finished.status.success();
        assert!(is_none, "{arguments:?}: {}", finished.stdout);
    }
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!log.contains("AWS_"), "{log}");
    assert!(log.contains("rev-parse"), "{log}");
    for line in log.lines() {
        let options = line.split(" --end-of-options").next().unwrap();
        for evil in ["--sort", "--output", "--list", "-d"] {
            assert!(
                !options.split(' ').any(|word| word.starts_with(evil)),
                "{line}"
            );
        }
    }
    assert!(!project.join("x").exists());
}
