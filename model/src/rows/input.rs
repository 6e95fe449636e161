//! Bytes on their way in: gzip undone, byte order marks dealt with.

use super::record::{MAX_RECORD, ReadError};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Text of a table, decompressed.
pub(super) type Input = BufReader<Box<dyn Read>>;

/// Enough to recognise a format, and large enough to keep system calls few.
const BUFFER: usize = 64 << 10;

/// Decompresses gzip, recognised by its first two bytes (RFC 1952), and drops a UTF-8 byte order
/// mark.
pub(super) fn decoded(name: &str, input: Box<dyn Read>) -> Result<Input, ReadError> {
    let mut input = Source(input);
    let start = take(name, &mut input, 2)?;
    let zipped = start == [0x1f, 0x8b];
    let whole = Cursor::new(start).chain(input);
    let mut text: Box<dyn Read> = if zipped {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole)))
    } else {
        Box::new(whole)
    };
    let mark = take(name, &mut text, 3)?;
    if mark.starts_with(&[0xff, 0xfe]) || mark.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::at(
            name,
            Some(1),
            "this is UTF-16 text; save it as UTF-8",
        ));
    }
    let kept = if mark == [0xef, 0xbb, 0xbf] {
        Vec::new()
    } else {
        mark
    };
    Ok(BufReader::with_capacity(
        BUFFER,
        Box::new(Cursor::new(kept).chain(text)),
    ))
}

/// Up to `count` first bytes.
fn take(name: &str, input: &mut dyn Read, count: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    match input.take(count).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(failed(name, None, &error)),
    }
}

/// The first line, or as much of it as identifies a format; it stays in `input`.
pub(super) fn peek_line(name: &str, input: &mut Input) -> Result<Vec<u8>, ReadError> {
    let mut line = Vec::new();
    input
        .take(BUFFER as u64)
        .read_until(b'\n', &mut line)
        .map_err(|error| failed(name, None, &error))?;
    let rest = std::mem::replace(input, BufReader::new(Box::new(io::empty())));
    let whole = Cursor::new(line.clone()).chain(rest);
    *input = BufReader::with_capacity(BUFFER, Box::new(whole));
    Ok(line)
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
                name,
                line,
                format!("the gzip data is damaged or cut short ({error})"),
            )
        }
        _ => ReadError::at(name, line, error),
    }
}

/// The sentence for a record beyond [`MAX_RECORD`].
pub(super) fn too_long(name: &str, line: u64) -> ReadError {
    ReadError::at(
        name,
        Some(line),
        format!(
            "the row that begins here is longer than {} MB; a closing quote or the line ends may be missing",
            MAX_RECORD >> 20
        ),
    )
}
