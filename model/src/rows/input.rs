//! Bytes on their way in: gzip undone, byte order marks dealt with, long records stopped.

use super::{MAX_RECORD, ReadError};
use flate2::bufread::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

/// Text of a table, decompressed.
pub(super) type Input = BufReader<Box<dyn Read>>;

/// Enough to recognise a format, and large enough to keep system calls few.
const BUFFER: usize = 64 << 10;

/// Undoes gzip, told by its first two bytes (RFC 1952), and drops a UTF-8 byte order mark.
pub(super) fn decoded(name: &str, mut input: Box<dyn Read>) -> Result<Input, ReadError> {
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

/// The first bytes, left where they are.
pub(super) fn peek<'a>(name: &str, input: &'a mut Input) -> Result<&'a [u8], ReadError> {
    // A chain gives its first part alone, so what is there is joined until a line is whole.
    let mut start = Vec::new();
    while start.len() < BUFFER && !start.contains(&b'\n') {
        let more = input
            .fill_buf()
            .map_err(|error| failed(name, None, &error))?;
        if more.is_empty() {
            break;
        }
        start.extend_from_slice(more);
        let length = more.len();
        input.consume(length);
    }
    let rest = std::mem::replace(input, BufReader::new(Box::new(io::empty())));
    let joined: Box<dyn Read> = Box::new(Cursor::new(start).chain(rest));
    *input = BufReader::with_capacity(BUFFER, joined);
    input.fill_buf().map_err(|error| failed(name, None, &error))
}

/// A sentence for a read that failed.
pub(super) fn failed(name: &str, line: Option<u64>, error: &io::Error) -> ReadError {
    match error.kind() {
        // What a truncated or damaged gzip file gives.
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

/// A count of the bytes read for one record, shared by [`Limited`] and who starts the next record.
#[derive(Clone, Default)]
pub(super) struct Budget(Rc<Cell<usize>>);

impl Budget {
    /// A new record begins.
    pub fn renew(&self) {
        self.0.set(0);
    }

    /// Whether the record was too long.
    pub fn is_spent(&self) -> bool {
        self.0.get() > MAX_RECORD
    }
}

/// Stops reading when one record has used up its budget: a CSV reader would else read a file
/// that lost a quote into memory as a whole.
pub(super) struct Limited {
    input: Input,
    budget: Budget,
}

impl Limited {
    pub fn new(input: Input, budget: Budget) -> Limited {
        Limited { input, budget }
    }
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.is_spent() {
            return Err(io::Error::other("record too long"));
        }
        let count = self.input.read(buffer)?;
        self.budget.0.set(self.budget.0.get() + count);
        Ok(count)
    }
}
