//! `hearth pull`, `push` and `status` beside the real DVC: what one writes the other reads, on a
//! folder and on an S3 server; and what goes wrong says what to do.

use std::fs;
use std::path::{Path, PathBuf};

use support::dvc::Project;
use support::{Finished, S3};
use tempfile::TempDir;

/// Pushed outputs: a model by the pipeline and a folder by `dvc add`.
const OUTPUTS: [&str; 4] = [
    "model.hearth",
    "raw/1.txt",
    "raw/deep/ä x.json",
    "raw/empty",
];

/// A project that ran once, its outputs not pushed.
fn project(folder: &Path, environment: &[(&str, String)]) -> Option<Project> {
    let project = Project::new(folder, environment)?;
    project.dvc(&["repro", "--quiet"]);
    project.write("raw/1.txt", "one\n");
    project.write("raw/deep/ä x.json", "{\"ä\": 1}\r\n");
    project.write("raw/empty", "");
    project.dvc(&["add", "--quiet", "raw"]);
    project.commit("a model and data");
    Some(project)
}

fn same(a: &Project, b: &Project) {
    for path in OUTPUTS {
        assert!(a.read(path) == b.read(path), "{path} differs");
    }
}

/// The object of the model, by its path below a remote or cache.
fn model_object(project: &Project) -> String {
    let lock = String::from_utf8(project.read("dvc.lock")).expect("dvc.lock is UTF-8");
    let md5 = lock
        .split("path: model.hearth")
        .nth(1)
        .and_then(|rest| rest.split("md5: ").nth(1));
    let md5 = &md5.expect("the model is locked")[..32];
    format!("files/md5/{}/{}", &md5[..2], &md5[2..])
}

/// Nothing but one sentence, with all of `parts` in it.
#[track_caller]
fn refused(finished: &Finished, parts: &[&str]) {
    assert!(
        !finished.status.success(),
        "it was not refused: {}",
        finished.stdout
    );
    let said = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with("hearth: "))
        .collect::<Vec<_>>();
    let [sentence] = said[..] else {
        panic!("one sentence was expected: {}", finished.stderr)
    };
    for part in parts {
        assert!(sentence.contains(part), "{part:?} is not in: {sentence}");
    }
}

/// DVC pushes and hearth pulls, then the other way round.
fn both_ways(project: &Project, folder: &Path) {
    project.dvc(&["push", "--quiet"]);
    let by_hearth = project.clone_to(&folder.join("by-hearth"));
    let pulled = by_hearth.hearth(&["pull"]).success();
    assert!(
        pulled.stdout.contains("model.hearth is now"),
        "{}",
        pulled.stdout
    );
    same(project, &by_hearth);
    assert_eq!(
        by_hearth.hearth(&["status"]).success().stdout,
        "everything is as dvc.lock and *.dvc say\n"
    );
    assert!(by_hearth.dvc(&["status"]).contains("up to date"));
    assert_eq!(
        by_hearth.git(&["status", "--porcelain"]),
        "",
        "git sees nothing of it"
    );

    by_hearth.write("raw/2.txt", "two\n");
    by_hearth.dvc(&["add", "--quiet", "raw"]);
    by_hearth.commit("more data");
    let status = by_hearth.hearth(&["status", "--cloud"]).success().stdout;
    assert!(
        status.contains("lacks  raw/2.txt") && status.contains("lacks  raw ("),
        "{status}"
    );
    let pushed = by_hearth.hearth(&["push", "--json"]).success().json();
    assert_eq!(pushed["objects"], 2, "{pushed}");
    assert_eq!(pushed["not_pushed"], serde_json::json!([]));
    let pulled = by_hearth.hearth(&["pull", "--json"]).success().json();
    let outputs = pulled["outputs"].as_array().unwrap();
    assert!(
        outputs.iter().all(|output| output["changed"] == false),
        "{pulled}"
    );
    assert!(by_hearth.dvc(&["status", "--cloud"]).contains("in sync"));
    let by_dvc = by_hearth.clone_to(&folder.join("by-dvc"));
    by_dvc.dvc(&["pull", "--quiet"]);
    same(&by_hearth, &by_dvc);
    assert_eq!(by_dvc.read("raw/2.txt"), b"two\n");
    assert_eq!(
        by_dvc.hearth(&["push"]).success().stdout,
        "the remote has everything\n"
    );

    // The version before, whole: what it did not have goes.
    by_dvc.hearth(&["pull", "--rev", "HEAD~1"]).success();
    same(project, &by_dvc);
    assert!(!by_dvc.folder().join("raw/2.txt").exists());
}

#[test]
fn what_one_writes_the_other_reads_in_a_folder() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &[]) else {
        return;
    };
    fs::create_dir(folder.path().join("store")).unwrap();
    project.set_remote(folder.path().join("store").to_str().unwrap(), "");
    both_ways(&project, folder.path());
}

#[test]
fn what_one_writes_the_other_reads_in_s3() {
    let Some(s3) = S3::start() else { return };
    s3.make_bucket("models");
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &s3.environment()) else {
        return;
    };
    project.set_remote(
        "s3://models/dvc",
        &format!("    endpointurl = {}", s3.endpoint()),
    );
    both_ways(&project, folder.path());
}

#[test]
fn any_version_of_git_s_history_comes_back() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &[]) else {
        return;
    };
    fs::create_dir(folder.path().join("store")).unwrap();
    project.set_remote("../../store", "");
    project.hearth(&["push"]).success();
    project.git(&["tag", "v1.2"]);
    let old = project.read("model.hearth");
    project.dvc(&["exp", "run", "--quiet", "-S", "logistic_regression.C=1"]);
    project.commit("C = 1");
    project.hearth(&["push"]).success();
    assert!(project.read("model.hearth") != old);

    let clone = project.clone_to(&folder.path().join("clone"));
    clone
        .hearth(&[
            "pull",
            "--rev",
            "v1.2",
            "model.hearth",
            "-o",
            "build-old.hearth",
        ])
        .success();
    assert!(clone.read("build-old.hearth") == old);
    assert!(!clone.folder().join("model.hearth").exists());
    clone.hearth(&["pull", "model.hearth"]).success();
    assert!(clone.read("model.hearth") == project.read("model.hearth"));
    clone
        .hearth(&["pull", "--rev", "v1.2", "model.hearth"])
        .success();
    assert!(clone.read("model.hearth") == old);
    let status = clone.hearth(&["status", "model.hearth"]).success().stdout;
    assert!(status.starts_with("changed   model.hearth"), "{status}");
    refused(
        &clone.hearth(&["pull", "--rev", "v9", "model.hearth"]),
        &["no revision \"v9\"", "git fetch --tags"],
    );
    refused(
        &clone.hearth(&["pull", "mode.hearth"]),
        &["mode.hearth", "model.hearth", "was expected"],
    );
}

#[test]
fn what_only_the_working_tree_has_is_not_lost() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &[]) else {
        return;
    };
    project.write("raw/1.txt", "my own words");
    refused(
        &project.hearth(&["pull"]),
        &["raw/1.txt", "would be lost", "--force"],
    );
    assert_eq!(project.read("raw/1.txt"), b"my own words");
    project.hearth(&["pull", "--force"]).success();
    assert_eq!(project.read("raw/1.txt"), b"one\n");
}

#[test]
fn what_goes_wrong_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &[]) else {
        return;
    };
    let placeholder = project.clone_to(&folder.path().join("placeholder"));
    refused(
        &placeholder.hearth(&["pull"]),
        &["placeholder", "put your bucket there"],
    );

    let store = folder.path().join("store");
    project.set_remote(store.to_str().unwrap(), "");
    let clone = |name: &str| project.clone_to(&folder.path().join(name));
    refused(
        &clone("no-folder").hearth(&["pull"]),
        &["is not there", "mount or make that folder"],
    );
    fs::create_dir(&store).unwrap();
    project.hearth(&["push"]).success();
    let object = store.join(model_object(&project));
    let bytes = fs::read(&object).unwrap();

    fs::remove_file(&object).unwrap();
    refused(
        &clone("missing").hearth(&["pull"]),
        &["model.hearth", "no such object", "hearth push"],
    );

    let mut tampered = bytes.clone();
    tampered[1000] ^= 1;
    fs::write(&object, &tampered).unwrap();
    let victim = clone("tampered");
    refused(
        &victim.hearth(&["pull"]),
        &[
            "damaged or changed",
            "nothing was put in its place",
            "hearth push",
        ],
    );
    assert!(!victim.folder().join("model.hearth").exists());
    assert!(
        !victim
            .folder()
            .join(".dvc/cache")
            .join(model_object(&project))
            .exists()
    );

    // The owner's cache, too, is looked at before it is sent.
    fs::remove_file(&object).unwrap();
    let cached = project
        .folder()
        .join(".dvc/cache")
        .join(model_object(&project));
    fs::remove_file(&cached).unwrap();
    fs::write(&cached, &tampered).unwrap();
    refused(&project.hearth(&["push"]), &["model.hearth", "was damaged"]);
    assert!(!object.exists());

    fs::write(&object, &bytes).unwrap();
    project.set_remote(store.to_str().unwrap(), "    version_aware = true");
    refused(
        &clone("versioned").hearth(&["pull"]),
        &["version_aware", "use DVC"],
    );
    project.set_remote("gdrive://x/y", "");
    refused(
        &clone("drive").hearth(&["pull"]),
        &["gdrive://", "a folder or s3:// was expected"],
    );
}

#[test]
fn what_s3_refuses_says_what_to_do() {
    let Some(s3) = S3::start() else { return };
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &s3.environment()) else {
        return;
    };
    let endpoint = format!("    endpointurl = {}", s3.endpoint());
    project.set_remote("s3://modles/dvc", &endpoint);
    refused(
        &project.hearth(&["push"]),
        &["no bucket \"modles\"", "check its name"],
    );
    let clone = |name: &str| project.clone_to(&folder.path().join(name));
    refused(
        &clone("no-bucket").hearth(&["pull"]),
        &["no bucket \"modles\"", "check its name"],
    );

    s3.make_bucket("models");
    project.set_remote("s3://models/dvc", &endpoint);
    refused(
        &clone("missing").hearth(&["pull"]),
        &["no such object", "hearth push"],
    );

    // Nobody listens there: told after some tries, not after minutes.
    project.set_remote("s3://models/dvc", "    endpointurl = http://127.0.0.1:9");
    refused(
        &clone("nobody").hearth(&["pull"]),
        &["cannot be reached", "check the network"],
    );

    project.set_remote(
        "s3://models/dvc",
        &format!("{endpoint}\n    profile = nobody"),
    );
    refused(
        &clone("profile").hearth(&["pull"]),
        &["credentials", "AWS_PROFILE"],
    );
}

/// A file system of 1 MB, where the tests may mount one.
fn small_disk(at: &Path) -> Option<impl Drop> {
    struct Mounted(PathBuf);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(&self.0).status();
        }
    }
    let mut mount = std::process::Command::new("mount");
    let mounted = mount
        .args(["-t", "tmpfs", "-o", "size=700k", "tmpfs"])
        .arg(at)
        .output();
    if mounted.is_ok_and(|output| output.status.success()) {
        return Some(Mounted(at.to_path_buf()));
    }
    eprintln!("skipped: a full disk needs a small file system, and this user may not mount one");
    None
}

#[test]
fn a_full_disk_says_so_and_leaves_nothing_half() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(&folder.path().join("made"), &[]) else {
        return;
    };
    fs::create_dir(folder.path().join("store")).unwrap();
    project.set_remote(folder.path().join("store").to_str().unwrap(), "");
    project.hearth(&["push"]).success();
    let clone = project.clone_to(&folder.path().join("clone"));
    let cache = clone.folder().join(".dvc/cache");
    fs::create_dir_all(&cache).unwrap();
    let Some(_disk) = small_disk(&cache) else {
        return;
    };
    fs::write(cache.join("ballast"), vec![0; 300_000]).unwrap();
    refused(&clone.hearth(&["pull"]), &["full", "make room"]);
    assert!(!clone.folder().join("model.hearth").exists());
    fs::remove_file(cache.join("ballast")).unwrap();
    clone.hearth(&["pull"]).success();
    assert!(clone.read("model.hearth") == project.read("model.hearth"));
}
