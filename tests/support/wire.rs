//! Reading HTTP/1.1 messages (RFC 9112), for the client and for the Runtime API.
//!
//! It is strict: a message that breaks the grammar is an error, because the other side is what
//! these tests judge.

use std::io::{self, BufRead, Error, ErrorKind, Read};

use crate::message::Headers;

/// The first line and the headers of a message.
pub(crate) struct Head {
    /// The request line or the status line, without its end.
    pub start: String,
    pub headers: Headers,
}

/// Body of a message without a length: the two directions differ (RFC 9112, section 6.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutLength {
    /// A request, or an answer that never has a body: nothing.
    Empty,
    /// Any other answer: everything until the other side closes.
    UntilClosed,
}

/// A line of a head may be this long before it is an error: no server under test comes near.
const MAX_LINE: u64 = 64 * 1024;

/// The next head, or `None` where the other side closed before its first byte.
pub(crate) fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let Some(start) = read_line(reader)? else {
        return Ok(None);
    };
    let headers = read_headers(reader)?;
    Ok(Some(Head { start, headers }))
}

/// The body that follows a head; the trailers of a chunked one are added to `headers`.
pub(crate) fn read_body(
    reader: &mut impl BufRead,
    headers: &mut Headers,
    without_length: WithoutLength,
) -> io::Result<Vec<u8>> {
    if let Some(coding) = headers.get("transfer-encoding") {
        if !coding.eq_ignore_ascii_case("chunked") {
            return Err(invalid(format!(
                "transfer-encoding {coding:?}; only chunked is known here"
            )));
        }
        return read_chunks(reader, headers);
    }
    let mut body = Vec::new();
    match headers.get("content-length") {
        Some(stated) => {
            let length = stated
                .parse()
                .map_err(|_| invalid(format!("content-length {stated:?} is not a number")))?;
            read_exactly(reader, length, &mut body)?;
        }
        None if without_length == WithoutLength::UntilClosed => {
            reader.read_to_end(&mut body)?;
        }
        None => {}
    }
    Ok(body)
}

fn read_chunks(reader: &mut impl BufRead, headers: &mut Headers) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?.ok_or_else(|| cut("a chunk size"))?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16)
            .map_err(|_| invalid(format!("chunk size {digits:?} is not hex")))?;
        if size == 0 {
            headers.extend(read_headers(reader)?);
            return Ok(body);
        }
        read_exactly(reader, size, &mut body)?;
        match read_line(reader)? {
            Some(end) if end.is_empty() => {}
            Some(more) => {
                return Err(invalid(format!(
                    "a chunk of {size} bytes goes on with {more:?}"
                )));
            }
            None => return Err(cut("the end of a chunk")),
        }
    }
}

fn read_headers(reader: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::default();
    loop {
        let line = read_line(reader)?.ok_or_else(|| cut("a header"))?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| invalid(format!("header {line:?} has no colon")))?;
        headers.add(name, value.trim());
    }
}

/// One line without its CRLF, or `None` at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if reader.take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let Some(line) = line.strip_suffix(b"\r\n") else {
        return Err(invalid(format!(
            "a line does not end in CRLF: {:?}",
            String::from_utf8_lossy(&line)
        )));
    };
    String::from_utf8(line.to_vec())
        .map(Some)
        .map_err(|_| invalid("a line of the head is not UTF-8".into()))
}

/// Appends exactly `length` bytes, without trusting `length` for an allocation.
fn read_exactly(reader: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    let got = reader.take(length).read_to_end(body)? as u64;
    if got < length {
        return Err(cut(&format!("byte {got} of {length} of a body")));
    }
    Ok(())
}

fn invalid(what: String) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

fn cut(at: &str) -> Error {
    Error::new(
        ErrorKind::UnexpectedEof,
        format!("the other side closed the connection at {at}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        mut bytes: &[u8],
        without_length: WithoutLength,
    ) -> io::Result<(Headers, Vec<u8>, usize)> {
        let mut head = read_head(&mut bytes)?.expect("the message has a first line");
        let body = read_body(&mut bytes, &mut head.headers, without_length)?;
        Ok((head.headers, body, bytes.len()))
    }

    #[test]
    fn a_body_ends_where_its_length_says() {
        let message = b"POST / HTTP/1.1\r\nContent-LENGTH: 3\r\n\r\nabcGET";
        let (_, body, left) = read(message, WithoutLength::Empty).unwrap();
        assert_eq!((body.as_slice(), left), (b"abc".as_slice(), 3));
    }

    #[test]
    fn without_a_length_only_an_answer_has_a_body() {
        let message = b"HTTP/1.1 200 OK\r\n\r\nabc";
        assert_eq!(read(message, WithoutLength::UntilClosed).unwrap().1, b"abc");
        assert_eq!(read(message, WithoutLength::Empty).unwrap().1, b"");
    }

    #[test]
    fn chunks_join_and_trailers_become_headers() {
        let message = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nX-Late: yes\r\n\r\nGET";
        let (headers, body, left) = read(message, WithoutLength::Empty).unwrap();
        assert_eq!((body.as_slice(), left), (b"abc0123456789".as_slice(), 3));
        assert_eq!(headers.get("x-late"), Some("yes"));
    }

    #[test]
    fn every_cut_and_every_breach_is_an_error() {
        let whole = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        for end in 1..whole.len() {
            assert!(
                read(&whole[..end], WithoutLength::Empty).is_err(),
                "cut at byte {end}"
            );
        }
        for message in [
            "A B C\r\nno colon\r\n\r\n",
            "A B C\nbare: newline\n\n",
            "A B C\r\nContent-Length: -1\r\n\r\n",
            "A B C\r\nTransfer-Encoding: gzip\r\n\r\n",
            "A B C\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(
                read(message.as_bytes(), WithoutLength::Empty).is_err(),
                "{message:?}"
            );
        }
    }
}
