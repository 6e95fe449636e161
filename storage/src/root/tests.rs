//! Hostile names, links and folders below a root.

use super::{Root, is_protected};
use crate::{Kind, Location, Store};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use tempfile::TempDir;

/// A folder with a root in it and a victim beside that.
fn world() -> (TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["root/real", "victim"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    fs::write(folder.path().join("victim/kept"), "kept").unwrap();
    let root = Root::open(&folder.path().join("root")).unwrap();
    (folder, root)
}

fn write(root: &Root, name: &str) -> Result<(), crate::Error> {
    let part = root.part(Path::new(name))?;
    part.file().write_all(b"new").unwrap();
    part.finish()
}

#[test]
fn plain_names_are_written_and_leave_nothing_else() {
    let (folder, root) = world();
    for name in [
        "a",
        "./b",
        "real/c",
        "new/deep/d",
        "...",
        "a.dvc",
        ".gitignore",
    ] {
        write(&root, name).unwrap();
        assert_eq!(
            fs::read(folder.path().join("root").join(name)).unwrap(),
            b"new"
        );
    }
    drop(root.part(Path::new("dropped")).unwrap());
    let mut files = root.files(Path::new("")).unwrap();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "...",
            ".gitignore",
            "a",
            "a.dvc",
            "b",
            "new/deep/d",
            "real/c"
        ]
    );
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let (folder, root) = world();
    let absolute = folder.path().join("victim/kept");
    for name in [
        "../victim/kept",
        "real/../../victim/kept",
        absolute.to_str().unwrap(),
        ".git/config",
        "real/.GIT/hooks/post-checkout",
        ".dvc/config.local",
        ".Dvc/x",
        ".g\u{200c}it/config",
        "GIT~1/config",
        ".git. /config",
        ".git",
        "a\0b",
        "",
        ".",
    ] {
        assert!(write(&root, name).is_err(), "{name:?} is written");
        assert!(root.remove(Path::new(name)).is_err(), "{name:?} is deleted");
    }
    assert_eq!(fs::read(absolute).unwrap(), b"kept");
    assert!(!is_protected(OsStr::new("git")) && !is_protected(OsStr::new(".gitattributes")));
}

#[test]
fn links_are_replaced_at_the_end_of_a_name_and_refused_before_it() {
    let (folder, root) = world();
    let at = |name: &str| folder.path().join(name);
    symlink("../victim", at("root/link")).unwrap();
    symlink(at("victim/kept"), at("root/file")).unwrap();
    symlink("real", at("root/inside")).unwrap();
    for name in ["link/kept", "link/new/x", "inside/x"] {
        let error = write(&root, name).unwrap_err().to_string();
        assert!(
            error.contains("this is a symbolic link") && error.contains("real folder"),
            "{error}"
        );
        assert!(root.remove(Path::new(name)).is_err());
        assert!(root.kind(Path::new(name)).is_err());
    }
    assert!(
        root.files(Path::new("link")).is_err(),
        "another folder's files are listed"
    );
    write(&root, "file").unwrap();
    assert!(!at("root/file").is_symlink(), "the link is written through");
    root.remove(Path::new("link")).unwrap();
    assert_eq!(fs::read(at("victim/kept")).unwrap(), b"kept");
    assert_eq!(fs::read_dir(at("victim")).unwrap().count(), 1);
}

#[test]
fn a_file_keeps_its_permissions_and_may_be_asked_to_be_new() {
    let (folder, root) = world();
    let path = folder.path().join("root/tool");
    for mode in [0o600, 0o755, 0o444, 0o640] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        write(&root, "tool").unwrap();
        let found = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode, "{found:o} instead of {mode:o}");
        assert_eq!(root.mode(Path::new("tool")).unwrap(), Some(mode));
        fs::remove_file(&path).unwrap();
    }
    let part = |name: &str| root.part(Path::new(name)).unwrap();
    part("once").finish_new().unwrap();
    assert_eq!(part("once").finish_new().unwrap_err().kind(), Kind::Exists);
    symlink("nowhere", folder.path().join("root/dangling")).unwrap();
    assert_eq!(
        part("dangling").finish_new().unwrap_err().kind(),
        Kind::Exists
    );
    assert!(
        part("real")
            .finish()
            .unwrap_err()
            .to_string()
            .ends_with("this is a folder; a file was expected")
    );
}

#[test]
fn a_part_is_resumed_only_where_it_is_a_plain_file() {
    let (folder, root) = world();
    let at = |name: &str| folder.path().join("root").join(name);
    symlink(folder.path().join("victim/kept"), at(".hearth-x-0")).unwrap();
    fs::hard_link(folder.path().join("victim/kept"), at(".hearth-x-1")).unwrap();
    fs::create_dir(at(".hearth-x-2")).unwrap();
    assert!(root.resume("x-").unwrap().is_none());
    let mut part = root.new_part("x-").unwrap();
    part.file().write_all(b"half").unwrap();
    part.keep();
    let path = part.path();
    drop(part);
    let part = root.resume("x-").unwrap().unwrap();
    assert_eq!(part.path(), path);
    drop(part);
    assert!(!path.exists(), "a part that is not kept stays");
    assert_eq!(
        fs::read(folder.path().join("victim/kept")).unwrap(),
        b"kept"
    );
}

/// Keys of a bucket and names in a manifest become names of files.
#[test]
fn the_store_writes_names_of_data_below_their_folder_only() {
    let (folder, _) = world();
    let store = Store::from_env();
    let above = Location::from(folder.path().join("root"));
    for name in ["../victim/kept", "/tmp/x", ".git/x.jsonl"] {
        let refused = store.write_below(&above, &above.join(name), false);
        assert!(refused.is_err(), "{name} is written");
    }
    let mut writer = store
        .write_below(&above, &above.join("in/a.jsonl"), true)
        .unwrap();
    writer.write_all(b"{}").unwrap();
    writer.finish().unwrap();
    assert!(folder.path().join("root/in/a.jsonl").is_file());
}

proptest::proptest! {
    /// Whatever the name: what is written lies below the root, or is refused.
    #[test]
    fn no_name_leads_out(parts in proptest::collection::vec("\\.{0,3}|[a-z~.]{0,5}|/|real|link|\\.git|\\PC{0,3}", 0..6)) {
        let (folder, root) = world();
        symlink("../victim", folder.path().join("root/link")).unwrap();
        let name = parts.join("/");
        let written = write(&root, &name);
        if written.is_ok() {
            let kind = root.kind(Path::new(&name)).unwrap();
            proptest::prop_assert_eq!(kind, Some(super::FileType::RegularFile));
        }
        proptest::prop_assert_eq!(fs::read_dir(folder.path().join("victim")).unwrap().count(), 1);
        proptest::prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        proptest::prop_assert!(!folder.path().join("root/.git").exists());
    }
}
