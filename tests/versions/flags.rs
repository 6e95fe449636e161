//! Flags of single outputs in `dvc.yaml` and `*.dvc` beside the real DVC: what it pushes, and nothing
//! else, is pushed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::dvc::Project;
use tempfile::TempDir;

/// Outputs of a pipeline with every flag that DVC has for one, and two files of `dvc add`.
const PIPELINE: &str = r#"stages:
  make:
    cmd: >-
      mkdir -p out parts && for n in plain kept private elsewhere persistent; do echo $n > out/$n; done &&
      echo a > parts/a.txt && echo b > parts/b.txt
    outs:
      - out/plain
      - out/kept:
          cache: false
      - out/private:
          push: false
          desc: stays on this machine
      - out/elsewhere:
          remote: other
      - out/persistent:
          persist: true
          type: model
          labels: [a]
          meta: {x: 1}
      - parts:
          push: false
  each:
    foreach: [one, two]
    do:
      cmd: echo ${item} > out-${item}
      outs:
        - out-${item}:
            push: false
"#;

/// A project with [`PIPELINE`] run, and with two remotes that are folders.
fn project(folder: &Path) -> Option<Project> {
    let project = Project::new(&folder.join("made"), &[])?;
    for store in ["store", "other"] {
        fs::create_dir(folder.join(store)).expect("a folder can be made");
    }
    let at = |name: &str| folder.join(name).display().to_string();
    project.set_remote(
        &at("store"),
        &format!("['remote \"other\"']\n    url = {}", at("other")),
    );
    project.write("dvc.yaml", PIPELINE);
    project.dvc(&["repro", "--quiet"]);
    for (name, content) in [("added", "added\n"), ("secret", "secret\n")] {
        project.write(name, content);
        project.dvc(&["add", "--quiet", name]);
    }
    let with_flag =
        String::from_utf8(project.read("secret.dvc")).expect("UTF-8") + "  push: false\n";
    project.write("secret.dvc", with_flag);
    project.commit("outputs with flags");
    Some(project)
}

/// The contents of the objects below a remote.
fn contents(remote: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![remote.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)
            .expect("a folder can be read")
            .flatten()
        {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => {
                    found.insert(fs::read_to_string(path).expect("an object can be read"));
                }
            }
        }
    }
    found
}

fn emptied(remote: &Path) {
    fs::remove_dir_all(remote).expect("the remote can be emptied");
    fs::create_dir(remote).expect("a folder can be made");
}

fn words(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|word| format!("{word}\n")).collect()
}

#[test]
fn what_dvc_pushes_hearth_pushes_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(folder.path()) else {
        return;
    };
    let stores = ["store", "other"].map(|name| folder.path().join(name));
    let [store, other] = &stores;
    for (arguments, expected) in [
        (
            &["push"][..],
            [&["added", "persistent", "plain"][..], &["elsewhere"]],
        ),
        // Another remote than the default: what names a third is left out.
        (
            &["push", "--remote", "other"],
            [&[], &["added", "elsewhere", "persistent", "plain"]],
        ),
        (
            &["push", "--remote", "storage"],
            [&["added", "persistent", "plain"], &[]],
        ),
        // Naming an output does not push it.
        (&["push", "secret.dvc", "out/private"], [&[], &[]]),
    ] {
        let by = |push: &dyn Fn()| {
            stores.iter().for_each(|store| emptied(store));
            push();
            [contents(store), contents(other)]
        };
        let by_dvc = by(&|| {
            project.dvc(arguments);
        });
        assert_eq!(by_dvc, expected.map(words), "DVC, {arguments:?}");
        let by_hearth = by(&|| {
            project.hearth(arguments).success();
        });
        assert_eq!(by_hearth, by_dvc, "{arguments:?}");
    }
    let pushed = project.hearth(&["push", "secret.dvc"]).success().stdout;
    assert_eq!(
        pushed,
        "secret is not pushed (secret.dvc: push: false)\nthere is nothing to push\n"
    );
    project.hearth(&["push"]).success();
    let status = project.hearth(&["status", "--cloud"]).success().stdout;
    assert!(status.contains("the remote has everything"), "{status}");
}

#[test]
fn what_is_never_pushed_is_pulled_from_the_cache_or_said_to_be_missing() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(folder.path()) else {
        return;
    };
    project.hearth(&["push"]).success();
    // Here the cache has all.
    fs::remove_file(project.folder().join("secret")).unwrap();
    project.hearth(&["pull"]).success();
    assert_eq!(project.read("secret"), b"secret\n");

    // In a clone it is missing, and everything else is there all the same, as after DVC's pull.
    let clone = project.clone_to(&folder.path().join("clone"));
    let pulled = clone.hearth(&["pull"]);
    assert_eq!(pulled.status.code(), Some(1));
    for part in ["since no push sends it", "push: false"] {
        assert!(pulled.stderr.contains(part), "{}", pulled.stderr);
    }
    let by_dvc = project.clone_to(&folder.path().join("by-dvc"));
    assert!(!by_dvc.tool("dvc", &["pull"]).status.success());
    for path in ["added", "out/plain", "out/persistent", "out/elsewhere"] {
        assert_eq!(clone.read(path), by_dvc.read(path), "{path}");
    }
    assert!(!clone.folder().join("secret").exists());
    // Made again, it needs no remote.
    for path in [
        "secret",
        "out/private",
        "out-one",
        "out-two",
        "parts/a.txt",
        "parts/b.txt",
    ] {
        clone.write(path, project.read(path));
    }
    let pulled = clone.hearth(&["pull"]).success().stdout;
    assert!(!pulled.contains("secret"), "{pulled}");
    clone.hearth(&["pull", "--remote", "other", "added"]);
    let left = clone.hearth(&["pull", "--remote", "storage", "out/elsewhere"]);
    assert!(
        left.stderr.contains("its remote is \"other\" (dvc.lock)"),
        "{}",
        left.stderr
    );
}

#[test]
fn a_flag_that_only_dvc_can_fill_in_is_refused() {
    let folder = TempDir::new().unwrap();
    let Some(project) = project(folder.path()) else {
        return;
    };
    let templated = PIPELINE.replacen("push: false", "push: ${keep}", 1);
    project.write("dvc.yaml", format!("vars: [{{keep: false}}]\n{templated}"));
    let pushed = project.hearth(&["push"]);
    assert_eq!(pushed.status.code(), Some(1));
    for part in [
        "dvc.yaml",
        "stage \"make\"",
        "out/private",
        "only DVC fills in templates",
    ] {
        assert!(pushed.stderr.contains(part), "{}", pushed.stderr);
    }
}
