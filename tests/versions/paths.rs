//! Attacks by a repository, a bucket or a table of somebody else on the files of who runs `hearth`:
//! nothing outside of the project, and nothing to git's and DVC's own folders.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{Finished, binary, hearth, names};
use tempfile::TempDir;
use versioning::object::md5_of;

/// A project with a remote in a folder, and a victim beside both.
struct World {
    folder: TempDir,
}

impl World {
    fn new() -> World {
        let folder = TempDir::new().unwrap();
        for name in ["project/.dvc", "project/.git", "remote", "victim/.ssh"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let world = World { folder };
        world.write(
            "project/.dvc/config",
            "[core]\n    remote = r\n['remote \"r\"']\n    url = ../../remote\n",
        );
        world.write("victim/.ssh/authorized_keys", "mine");
        world
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts content into the remote; returns its MD5.
    fn remote(&self, text: &str, ending: &str) -> String {
        self.write("hashed", text);
        let md5 = md5_of(&self.at("hashed")).unwrap();
        let key = format!("remote/files/md5/{}/{}{ending}", &md5[..2], &md5[2..]);
        self.write(&key, text);
        md5 + ending
    }

    /// A `.dvc` file beside `name` that names content at `path`.
    fn track(&self, name: &str, path: &str, md5: &str) {
        let text = format!("outs:\n- md5: {md5}\n  hash: md5\n  path: {path:?}\n");
        self.write(&format!("project/{name}.dvc"), &text);
    }

    fn hearth(&self, arguments: &[&str]) -> Finished {
        hearth(self.at("project"), arguments)
    }

    /// Pulls, with and without `--force`; returns the one sentence that refuses.
    #[track_caller]
    fn refused(&self) -> String {
        let plain = self.hearth(&["pull"]);
        let forced = self.hearth(&["pull", "--force"]);
        for finished in [&plain, &forced] {
            assert_eq!(finished.status.code(), Some(1), "{}", finished.stdout);
        }
        let lines: Vec<&str> = forced.stderr.lines().collect();
        let sentence = lines.iter().filter(|line| line.starts_with("hearth: "));
        assert_eq!(sentence.count(), 1, "{}", forced.stderr);
        self.spares_the_victim();
        assert!(names(self.at("project/.git")).is_empty());
        forced.stderr
    }

    /// Checks that nothing of the victim has changed.
    #[track_caller]
    fn spares_the_victim(&self) {
        assert_eq!(names(self.at("victim")), [".ssh"]);
        assert_eq!(names(self.at("victim/.ssh")), ["authorized_keys"]);
        let kept = fs::read_to_string(self.at("victim/.ssh/authorized_keys"));
        assert_eq!(kept.unwrap(), "mine");
    }

    /// Tracks a folder `raw` with one member.
    fn track_folder(&self, relpath: &str, text: &str) {
        let md5 = self.remote(text, "");
        let manifest = format!(r#"[{{"md5": "{md5}", "relpath": "{relpath}"}}]"#);
        self.track("raw", "raw", &self.remote(&manifest, ".dir"));
    }
}

#[test]
fn no_output_is_written_through_a_link() {
    for (link, target, path) in [
        ("keys", "../victim/.ssh", "keys/authorized_keys"),
        ("g", ".git", "g/info/attributes"),
        ("d", ".dvc", "d/config.local"),
        ("deep", "../victim", "deep/new/folder/x"),
        ("inside", ".", "inside/x"),
    ] {
        let world = World::new();
        symlink(target, world.at("project").join(link)).unwrap();
        world.track("x", path, &world.remote("evil", ""));
        let said = world.refused();
        assert!(
            said.contains(link) && said.contains("symbolic link"),
            "{said}"
        );
        assert!(said.contains("put a real folder in its place"), "{said}");
    }
}

#[test]
fn folders_of_git_and_dvc_are_no_output() {
    for path in [
        ".dvc/config.local",
        ".DVC/tmp/x",
        ".git/hooks/post-checkout",
        "sub/.Git/config",
        "../victim/x",
        "/tmp/hearth-test-x",
    ] {
        let world = World::new();
        world.track("x", path, &world.remote("evil", ""));
        world.refused();
        assert_eq!(names(world.at("project/.dvc")), ["config"], "{path}");
    }
}

#[test]
fn the_members_of_a_folder_stay_in_it() {
    for relpath in [
        "../x",
        "a/../../x",
        ".git/config",
        "s/.dvc/x",
        "/tmp/x",
        "link/x",
    ] {
        let world = World::new();
        world.track_folder(relpath, "evil");
        fs::create_dir(world.at("project/raw")).unwrap();
        symlink("../../victim", world.at("project/raw/link")).unwrap();
        world.refused();
        assert_eq!(names(world.at("project/raw")), ["link"], "{relpath}");
    }
}

/// With `--force` everything that the folder should not have is deleted: never of another folder.
#[test]
fn a_folder_behind_a_link_keeps_its_files() {
    let world = World::new();
    world.track_folder("authorized_keys", "a member");
    symlink("../victim/.ssh", world.at("project/raw")).unwrap();
    let said = world.refused();
    assert!(said.contains("symbolic link"), "{said}");
}

#[test]
fn parts_in_the_cache_are_not_opened_through_links() {
    let world = World::new();
    let md5 = world.remote("content", "");
    world.track("x", "x", &md5);
    fs::create_dir_all(world.at("project/.dvc/cache/files")).unwrap();
    for name in [
        format!(".hearth-{md5}.part"),
        format!(".hearth-{md5}.part-0"),
    ] {
        let link = world.at("project/.dvc/cache/files").join(name);
        symlink(world.at("victim/.ssh/authorized_keys"), link).unwrap();
    }
    world.hearth(&["pull"]).success();
    assert_eq!(fs::read(world.at("project/x")).unwrap(), b"content");
    world.spares_the_victim();

    // Nor is the cache itself one that came by git.
    let world = World::new();
    world.track("x", "x", &world.remote("content", ""));
    symlink("../../victim", world.at("project/.dvc/cache")).unwrap();
    let said = world.refused();
    assert!(said.contains("cache.dir in .dvc/config.local"), "{said}");
}

/// A link in the place of a file goes; what it leads to stays.
#[test]
fn a_link_in_the_place_of_an_output_is_replaced() {
    let world = World::new();
    world.track("x", "x", &world.remote("content", ""));
    symlink("../victim/.ssh/authorized_keys", world.at("project/x")).unwrap();
    world.hearth(&["pull", "--force"]).success();
    assert_eq!(fs::read(world.at("project/x")).unwrap(), b"content");
    assert!(!world.at("project/x").is_symlink());
    world.spares_the_victim();
}

#[test]
fn files_keep_their_permissions() {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let world = World::new();
    let path = world.at("project/tool.sh");
    for (before, after) in [(0o755, 0o755), (0o600, 0o600), (0o444, 0o644)] {
        world.track(
            "tool.sh",
            "tool.sh",
            &world.remote(&format!("{before}"), ""),
        );
        let _ = fs::remove_file(&path);
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
        world.hearth(&["pull", "--force"]).success();
        assert_eq!(mode(&path), after, "of {before:o}");
    }
    let md5 = world.remote("#!/bin/sh\n", "");
    let text = format!("outs:\n- md5: {md5}\n  hash: md5\n  isexec: true\n  path: run.sh\n");
    world.write("project/run.sh.dvc", &text);
    world.hearth(&["pull", "run.sh"]).success();
    assert_eq!(mode(&world.at("project/run.sh")), 0o755);

    let table = support::example::table();
    let out = world.at("project/model.hearth");
    fs::write(&out, "").unwrap();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o600)).unwrap();
    let train = [
        "train",
        "--data",
        table.to_str().unwrap(),
        "--target",
        "label",
        "--out",
        "model.hearth",
        "--quiet",
    ];
    world.hearth(&train).success();
    assert_eq!(mode(&out), 0o600);
}

/// A large object that an earlier run had fetched, to its last piece, is not fetched again.
#[test]
fn a_large_object_goes_on_where_it_was_interrupted() {
    const PIECES: usize = 5;
    let world = World::new();
    let text = "0123456789abcde\n".repeat(PIECES << 19);
    let md5 = world.remote(&text, "");
    let dvc = format!(
        "outs:\n- md5: {md5}\n  size: {}\n  hash: md5\n  path: x\n",
        text.len()
    );
    world.write("project/x.dvc", &dvc);
    let files = "project/.dvc/cache/files";
    let log: String = (0..PIECES).map(|piece| format!("{piece}\n")).collect();
    world.write(&format!("{files}/.hearth-{md5}.part-0"), &text);
    world.write(&format!("{files}/.hearth-{md5}.pieces-0"), &log);
    let object = world.at("remote/files/md5").join(&md5[..2]).join(&md5[2..]);
    fs::write(&object, "gone").unwrap();
    world.hearth(&["pull"]).success();
    assert_eq!(fs::read_to_string(world.at("project/x")).unwrap(), text);
    assert_eq!(names(world.at(files)), ["md5"]);

    // What an earlier run left, and is another content, is fetched anew.
    fs::write(&object, &text).unwrap();
    fs::remove_file(world.at("project/x")).unwrap();
    fs::remove_dir_all(world.at(files)).unwrap();
    world.write(&format!("{files}/.hearth-{md5}.part-0"), "other");
    world.write(&format!("{files}/.hearth-{md5}.pieces-0"), &log);
    world.hearth(&["pull"]).success();
    assert_eq!(fs::read_to_string(world.at("project/x")).unwrap(), text);
    assert_eq!(names(world.at(files)), ["md5"]);
}

/// A pipe in the place of a file is not waited for, and a device not read for ever.
#[test]
fn what_is_no_file_is_not_read() {
    for (name, is_pipe) in [("x", true), ("x.dvc", false), ("raw/member", true)] {
        let world = World::new();
        match name {
            "raw/member" => world.track_folder("member", "content"),
            _ => world.track("x", "x", &world.remote("content", "")),
        }
        let path = world.at("project").join(name);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match is_pipe {
            true => assert!(
                Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .unwrap()
                    .success()
            ),
            false => {
                let git = ["init", "--quiet"];
                let made = Command::new("git")
                    .args(git)
                    .current_dir(world.at("project"))
                    .status();
                assert!(made.unwrap().success());
                symlink("/dev/zero", &path).unwrap();
            }
        }
        let start = Instant::now();
        let finished = world.hearth(&["pull"]);
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{name} is waited for"
        );
        assert_eq!(
            finished.status.code(),
            Some(1),
            "{name}: {}",
            finished.stdout
        );
    }
}

/// Names of answers come from names of tables, which a bucket's owner chose.
#[test]
fn answers_stay_below_their_folder() {
    let world = World::new();
    let model = support::example::model().to_str().unwrap();
    world.write("in/a/b.csv", "text\nwhere is my parcel\n");
    world.write("in/c/d.csv", "text\nwhere is my parcel\n");
    world.write("in/.git/e.csv", "text\nwhere is my parcel\n");
    fs::create_dir(world.at("out")).unwrap();
    symlink("../victim", world.at("out/a")).unwrap();
    let ask = || {
        let arguments = ["predict", model, "--input", "in/", "--output", "out/"];
        hearth(world.folder.path(), &arguments)
    };
    let said = ask().stderr;
    assert!(said.contains(".git belongs to git or DVC itself"), "{said}");
    fs::remove_dir_all(world.at("in/.git")).unwrap();
    let said = ask().stderr;
    assert!(said.contains("out/a: this is a symbolic link"), "{said}");
    assert_eq!(names(world.at("victim")), [".ssh"]);
    fs::remove_file(world.at("out/a")).unwrap();
    assert!(ask().status.success());
    assert_eq!(names(world.at("out/a")), ["b.csv.jsonl"]);
}

/// Ctrl-C and SIGTERM end the program as they do others, and leave nothing behind.
#[test]
fn a_signal_leaves_no_part() {
    for signal in [libc::SIGINT, libc::SIGTERM] {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(binary("hearth"))
            .args(["predict", support::example::model().to_str().unwrap()])
            .args(["--format", "csv", "--output", "answers.jsonl"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut rows = child.stdin.take().unwrap();
        rows.write_all(b"text\nmy parcel\n").unwrap();
        let start = Instant::now();
        while names(folder.path()).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(30), "no part is made");
            std::thread::sleep(Duration::from_millis(5));
        }
        // SAFETY: the call takes two numbers and touches no memory of ours.
        unsafe { libc::kill(child.id() as libc::pid_t, signal) };
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal));
        assert!(
            names(folder.path()).is_empty(),
            "{:?}",
            names(folder.path())
        );
        drop(rows);
    }
}
