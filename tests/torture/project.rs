//! A project in DVC's layout with one file in it, made without DVC.

use std::fs;
use std::path::{Path, PathBuf};

use support::tables::Draw;
use versioning::object::md5_of;

/// A folder that `hearth push` and `hearth pull` take for a project.
pub struct Project {
    folder: PathBuf,
}

/// Bytes of the file: some steps of reading and writing, and one part of an upload.
const SIZE: usize = 6 << 20;

impl Project {
    /// A project whose remote is at `url`.
    pub fn new(folder: &Path, url: &str) -> Project {
        fs::create_dir_all(folder.join(".dvc")).unwrap();
        let config =
            format!("[core]\n    remote = storage\n['remote \"storage\"']\n    url = {url}\n");
        fs::write(folder.join(".dvc/config"), config).unwrap();
        Project {
            folder: folder.to_path_buf(),
        }
    }

    /// Bytes, others for each seed.
    pub fn content(&self, seed: u64) -> Vec<u8> {
        self.content_of(seed, SIZE)
    }

    /// The same, of so many bytes.
    pub fn content_of(&self, seed: u64, size: usize) -> Vec<u8> {
        let mut draw = Draw::new(seed);
        (0..size / 8)
            .flat_map(|_| draw.share().to_le_bytes())
            .collect()
    }

    fn md5(&self, bytes: &[u8]) -> String {
        let path = self.folder.join(".dvc/hashed");
        fs::write(&path, bytes).unwrap();
        let md5 = md5_of(&path).unwrap();
        fs::remove_file(path).unwrap();
        md5
    }

    /// Where content lies below a remote or a cache.
    pub fn object(&self, base: &Path, bytes: &[u8]) -> PathBuf {
        base.join(self.key(bytes))
    }

    /// The same as text.
    pub fn key(&self, bytes: &[u8]) -> String {
        let md5 = self.md5(bytes);
        format!("files/md5/{}/{}", &md5[..2], &md5[2..])
    }

    /// Makes these bytes the content that the project says it has.
    pub fn track(&self, bytes: &[u8]) {
        let (md5, size) = (self.md5(bytes), bytes.len());
        let text = format!("outs:\n- md5: {md5}\n  size: {size}\n  hash: md5\n  path: data.bin\n");
        fs::write(self.folder.join("data.bin.dvc"), text).unwrap();
    }

    /// Puts content into the cache.
    pub fn cache(&self, bytes: &[u8]) {
        let path = self.object(&self.folder.join(".dvc/cache"), bytes);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
