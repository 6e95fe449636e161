//! The digest of a model file, and of the data that it was trained on.

use sha2::{Digest, Sha256};
use std::mem::offset_of;

use crate::format::Header;

/// SHA-256 of a model file without the 32 bytes of its header that hold it.
pub fn of_file(bytes: &[u8]) -> [u8; 32] {
    let at = offset_of!(Header, digest).min(bytes.len());
    let after = size_of::<Header>().min(bytes.len());
    let mut hasher = Sha256::new();
    hasher.update(&bytes[..at]);
    hasher.update(&bytes[after..]);
    hasher.finalize().into()
}

/// SHA-256 that is fed piece by piece.
#[derive(Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Appends bytes to what is hashed.
    pub fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// The hash in hexadecimal, 64 digits.
    pub fn finish_hex(self) -> String {
        hex(&self.finish())
    }
}

/// Bytes in hexadecimal, lower case.
pub fn hex(bytes: &[u8]) -> String {
    // By hand: a start of the function makes one, and `format!` took 12 % of its instructions.
    let digit = |number: u8| char::from(b"0123456789abcdef"[usize::from(number)]);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}
