//! Bytes on their way in: gzip undone, failures named.

use super::record::{MAX_RECORD, ReadError, ReadErrorKind};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Cursor, Read};

/// Large enough to keep system calls few.
const BUFFER: usize = 64 << 10;

/// Bytes of a table, decompressed.
pub(super) struct Input {
    bytes: Box<dyn Read>,
    /// No more bytes come; the error that ended them, if one did.
    end: Option<Option<io::Error>>,
}

impl Input {
    /// Decompresses gzip, recognised by its first two bytes (RFC 1952).
    pub fn new(name: &str, input: Box<dyn Read>) -> Result<Input, ReadError> {
        let mut input = Source(input);
        let mut start = Vec::new();
        let read = (&mut input).take(2).read_to_end(&mut start);
        read.map_err(|error| failed(name, None, &error))?;
        let is_zipped = start == [0x1f, 0x8b];
        let whole = Cursor::new(start).chain(input);
        Ok(Input {
            bytes: match is_zipped {
                true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))),
                false => Box::new(whole),
            },
            end: None,
        })
    }

    /// Reads until `bytes` are `least` long or no more come; no further than to `most`.
    pub fn fill(&mut self, bytes: &mut Vec<u8>, least: usize, most: usize) {
        if self.end.is_some() || bytes.len() >= least {
            return;
        }
        let mut at = bytes.len();
        // Exactly so many: a vector that doubles would take 32 MB for a record of 16.
        bytes.reserve_exact(most - at);
        bytes.resize(most, 0);
        while at < least && self.end.is_none() {
            match self.bytes.read(&mut bytes[at..]) {
                Ok(0) => self.end = Some(None),
                Ok(count) => at += count,
                Err(error) => self.end = Some(Some(error)),
            }
        }
        bytes.truncate(at);
    }

    /// True if no more bytes come.
    pub fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// The error that ended the bytes.
    pub fn error(&self) -> Option<&io::Error> {
        self.end.as_ref()?.as_ref()
    }
}

/// Where the bytes come from. A read that a signal interrupted is done again, since not every
/// reader above does that. Other errors become [`io::ErrorKind::Other`], so that those of other
/// kinds are the decompressor's.
struct Source(Box<dyn Read>);

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.map_err(io::Error::other),
            }
        }
    }
}

/// A sentence for a read that failed.
pub(super) fn failed(name: &str, line: Option<u64>, error: &io::Error) -> ReadError {
    match error.kind() {
        // What a damaged gzip file gives, and nothing else (see `Source`).
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            ReadError::at(
                ReadErrorKind::Damaged,
                name,
                line,
                format!("the gzip data is damaged or cut short ({error})"),
            )
        }
        _ => ReadError::at(ReadErrorKind::Unreadable, name, line, error),
    }
}

/// The sentence for a record beyond [`MAX_RECORD`].
pub(super) fn too_long(name: &str, line: u64) -> ReadError {
    ReadError::at(
        ReadErrorKind::Malformed,
        name,
        Some(line),
        format!(
            "the row that begins here is longer than {} MB; a closing quote or the line ends may be missing",
            MAX_RECORD >> 20
        ),
    )
}
