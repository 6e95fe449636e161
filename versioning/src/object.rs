//! Content by name: MD5 as DVC computes it, and the manifests of folders.

use anyhow::{Context, Result, bail};
use md5::{Digest, Md5};
use model::digest::hex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 18;

/// The name of a content: its MD5, with `.dir` for the manifest of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Object {
    /// 32 hexadecimal digits.
    md5: String,
    /// It is the manifest of a folder.
    pub is_folder: bool,
    /// Named by DVC 2, which laid it elsewhere and hashed texts with their line ends as LF.
    pub is_legacy: bool,
}

impl Object {
    /// The object of this name, as `md5:` has it.
    ///
    /// # Errors
    /// When it is no MD5: the name becomes a path, so nothing else may pass.
    pub fn parse(name: &str, is_legacy: bool) -> Result<Object> {
        let md5 = name.strip_suffix(".dir").unwrap_or(name);
        if md5.len() != 32
            || !md5
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            bail!("{name:?} is not an MD5; 32 hexadecimal digits were expected");
        }
        Ok(Object {
            md5: md5.to_string(),
            is_folder: md5.len() < name.len(),
            is_legacy,
        })
    }

    /// Its MD5, in hexadecimal.
    pub fn md5(&self) -> &str {
        &self.md5
    }

    /// Where it lies below a cache or a remote: `files/md5/<2>/<30>`.
    pub fn path(&self) -> String {
        let (first, rest) = self.md5.split_at(2);
        let folder = if self.is_legacy { "" } else { "files/md5/" };
        let ending = if self.is_folder { ".dir" } else { "" };
        format!("{folder}{first}/{rest}{ending}")
    }

    /// Compares the file at `path` with this content; `Err` has the MD5 of the file.
    pub fn check(&self, path: &Path) -> Result<std::result::Result<(), String>> {
        let checked = open(path).and_then(|file| self.check_file(&file));
        checked.with_context(|| path.display().to_string())
    }

    /// The same of an open file, from its start.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn check_file(&self, file: &File) -> io::Result<std::result::Result<(), String>> {
        let found = md5_of_file(file)?;
        // DVC 2's hash of a text: line ends as on Unix, whatever lies on disk.
        if found == self.md5 || (self.is_legacy && md5_of_text(file)? == self.md5) {
            return Ok(Ok(()));
        }
        Ok(Err(found))
    }

    /// Copies `from` into `to` and gives whether the content is this.
    pub fn copy(&self, from: &Path, mut to: &File) -> Result<bool> {
        let file = open(from).with_context(|| from.display().to_string())?;
        let mut hasher = Md5::new();
        let copied = read(&file, |block| {
            hasher.update(block);
            to.write_all(block)
        });
        copied.with_context(|| from.display().to_string())?;
        Ok(hex(&hasher.finalize()) == self.md5
            || (self.is_legacy && md5_of_text(&file)? == self.md5))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = if self.is_folder { ".dir" } else { "" };
        write!(f, "{}{ending}", self.md5)
    }
}

/// The MD5 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn md5_of(path: &Path) -> Result<String> {
    let found = open(path).and_then(|file| md5_of_file(&file));
    found.with_context(|| path.display().to_string())
}

fn md5_of_file(file: &File) -> io::Result<String> {
    let mut hasher = Md5::new();
    read(file, |block| {
        hasher.update(block);
        Ok(())
    })?;
    Ok(hex(&hasher.finalize()))
}

/// The same with CR LF taken as LF.
fn md5_of_text(file: &File) -> io::Result<String> {
    let mut hasher = Md5::new();
    let mut held = false;
    read(file, |block| {
        let mut text = Vec::with_capacity(block.len() + 1);
        for byte in block {
            if held && *byte != b'\n' {
                text.push(b'\r');
            }
            held = *byte == b'\r';
            if !held {
                text.push(*byte);
            }
        }
        hasher.update(&text);
        Ok(())
    })?;
    if held {
        hasher.update(b"\r");
    }
    Ok(hex(&hasher.finalize()))
}

/// Opens a plain file: a pipe would be waited for, a device read for ever.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("a file was expected"));
    }
    File::open(path)
}

fn read(mut file: &File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    file.rewind()?;
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(()),
            count => take(&block[..count])?,
        }
    }
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its content's MD5.
    pub md5: String,
    /// Its path in the folder.
    pub relpath: String,
}

/// The members that a manifest lists.
///
/// # Errors
/// When it is none, or names a path outside of the folder.
pub fn manifest(bytes: &[u8]) -> Result<Vec<Member>> {
    let members: Vec<Member> =
        serde_json::from_slice(bytes).context("this is not a manifest of a folder")?;
    for member in &members {
        let inside = super::paths::below("", &member.relpath)?;
        if inside != member.relpath {
            bail!("{:?} is not a plain path in a folder", member.relpath);
        }
    }
    Ok(members)
}

/// The manifest of a folder as DVC writes it, byte for byte, and its name.
///
/// # Errors
/// When the folder cannot be read.
pub fn manifest_of(folder: &Path) -> Result<(Object, Vec<u8>)> {
    let mut members = Vec::new();
    gather(folder, "", &mut members)?;
    members.sort_by(|a, b| a.relpath.split('/').cmp(b.relpath.split('/')));
    // Python's json.dumps: a space after each colon and comma, other scripts escaped.
    let quoted = |text: &str| {
        let json = serde_json::Value::from(text).to_string();
        let mut ascii = String::new();
        for c in json.chars() {
            match c {
                ' '..='~' => ascii.push(c),
                c => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        ascii.push_str(&format!("\\u{unit:04x}"));
                    }
                }
            }
        }
        ascii
    };
    let lines = members.iter().map(|member| {
        let (md5, relpath) = (quoted(&member.md5), quoted(&member.relpath));
        format!("{{\"md5\": {md5}, \"relpath\": {relpath}}}")
    });
    let text = format!("[{}]", lines.collect::<Vec<_>>().join(", "));
    let object = Object {
        md5: hex(&Md5::digest(text.as_bytes())),
        is_folder: true,
        is_legacy: false,
    };
    Ok((object, text.into_bytes()))
}

fn gather(folder: &Path, below: &str, members: &mut Vec<Member>) -> Result<()> {
    let at = || folder.display().to_string();
    for entry in std::fs::read_dir(folder).with_context(at)? {
        let entry = entry.with_context(at)?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .with_context(|| format!("{}: its name is not UTF-8", entry.path().display()))?;
        let relpath = if below.is_empty() {
            name.to_string()
        } else {
            format!("{below}/{name}")
        };
        if entry.path().is_dir() {
            gather(&entry.path(), &relpath, members)?;
        } else {
            let md5 = md5_of(&entry.path())?;
            members.push(Member { md5, relpath });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_s_manifest_is_dvc_s_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/ä.json"), "{}").unwrap();
        std::fs::write(folder.path().join("1.txt"), "one\n").unwrap();
        let (object, bytes) = manifest_of(folder.path()).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(
            text,
            r#"[{"md5": "5bbf5a52328e7439ae6e719dfe712200", "relpath": "1.txt"}, {"md5": "99914b932bd37a50b983c5e7c90ae93b", "relpath": "deep/\u00e4.json"}]"#
        );
        assert_eq!(
            object.path(),
            format!(
                "files/md5/{}/{}.dir",
                &object.md5()[..2],
                &object.md5()[2..]
            )
        );
        assert_eq!(manifest(&bytes).unwrap().len(), 2);
    }

    #[test]
    fn names_and_members_that_would_climb_are_refused() {
        assert!(Object::parse("../../etc/passwd", false).is_err());
        assert!(
            Object::parse("d41d8cd98f00b204e9800998ecf8427e.dir", false)
                .unwrap()
                .is_folder
        );
        let hostile = br#"[{"md5": "d41d8cd98f00b204e9800998ecf8427e", "relpath": "../x"}]"#;
        assert!(manifest(hostile).is_err());
    }

    #[test]
    fn dvc_2_hashed_texts_with_unix_line_ends() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\r\nb\rc\r").unwrap();
        let plain = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(plain.path(), "a\nb\rc\r").unwrap();
        assert_eq!(
            md5_of_text(file.as_file()).unwrap(),
            md5_of(plain.path()).unwrap()
        );
    }
}
