//! One connection to an HTTP server.

use std::io::{self, BufReader, Error, ErrorKind, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::message::Answer;
use crate::wire::{self, WithoutLength};

/// Timeout of a read or a write. A healthy server answers in milliseconds; a loaded test machine
/// may not.
const PATIENCE: Duration = Duration::from_secs(15);

/// One connection, for what [`request`](super::request) and [`raw`](super::raw) don't do: several
/// requests on it, a pause within a request, silence.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    ///
    /// If nothing listens at `address`.
    pub fn open(address: SocketAddr) -> io::Result<Connection> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection {
            reader: BufReader::new(stream),
        })
    }

    /// Timeout of [`receive`](Connection::receive) for the next byte; 15 seconds unless set.
    ///
    /// # Errors
    ///
    /// If the socket refuses it, as it does a duration of zero.
    pub fn set_patience(&mut self, patience: Duration) -> io::Result<()> {
        self.reader.get_ref().set_read_timeout(Some(patience))
    }

    /// Sends `bytes` as they are.
    ///
    /// # Errors
    ///
    /// If the other side has closed, or takes nothing for 15 seconds.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Says that nothing more will be sent, and can still receive.
    ///
    /// # Errors
    ///
    /// If the connection is gone.
    pub fn finish(&mut self) -> io::Result<()> {
        self.reader.get_ref().shutdown(Shutdown::Write)
    }

    /// The next final answer, past `100 Continue` and its like; `None` where the server closes
    /// instead. `method` is the one it answers: an answer to `HEAD` has no body, whatever length it
    /// states.
    ///
    /// # Errors
    ///
    /// If the connection is reset, nothing comes for as long as patience lasts (`WouldBlock`), or
    /// it is not HTTP.
    pub fn receive(&mut self, method: &str) -> io::Result<Option<Answer>> {
        loop {
            match self.receive_any(method)? {
                Some(interim) if interim.status < 200 => {}
                answer => return Ok(answer),
            }
        }
    }

    /// The next answer, interim (1xx) or final; otherwise as [`receive`](Connection::receive).
    ///
    /// # Errors
    ///
    /// As [`receive`](Connection::receive).
    pub fn receive_any(&mut self, method: &str) -> io::Result<Option<Answer>> {
        let Some(mut head) = wire::read_head(&mut self.reader)? else {
            return Ok(None);
        };
        let status = head
            .start
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok());
        let Some(status) = status else {
            return Err(Error::new(
                ErrorKind::InvalidData,
                format!("{:?} is no HTTP/1.1 status line", head.start),
            ));
        };
        // RFC 9110, section 6.4.1
        let body = if method == "HEAD" || status < 200 || status == 204 || status == 304 {
            Vec::new()
        } else {
            wire::read_body(
                &mut self.reader,
                &mut head.headers,
                WithoutLength::UntilClosed,
            )?
        };
        Ok(Some(Answer {
            status,
            headers: head.headers,
            body,
        }))
    }
}
