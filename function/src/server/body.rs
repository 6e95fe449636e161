//! Bodies: read within a budget and a deadline, and responses that are counted until they are sent.

use super::connections::{Connection, Phase};
use crate::app::App;
use crate::request::{BODY_BYTES, BODY_SECONDS, Body};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Bytes, Incoming};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a refused body that are read and dropped, and seconds for it. A client that is still
/// sending when the connection ends gets a reset, and never sees the answer that says why.
const DRAIN_BYTES: usize = 16 * BODY_BYTES;
const DRAIN_SECONDS: u64 = 10;

/// A body grows by this at least.
const STEP: usize = 8 * 1024;

/// A response of fewer bytes is not counted: each connection may have one.
const SMALL_REPLY: usize = 16 * 1024;

/// A body as far as it was read.
pub struct ReadBody {
    app: Arc<App>,
    bytes: Vec<u8>,
    /// Bytes taken from the pool of bodies.
    taken: usize,
    outcome: BodyOutcome,
}

#[derive(Clone, Copy)]
enum BodyOutcome {
    Whole,
    TooLarge,
    TooSlow,
    NoRoom,
    Unread,
}

impl ReadBody {
    /// A body of which nothing is read; what comes of it is dropped.
    pub fn unread(app: Arc<App>, body: Incoming, expects_a_word: bool) -> ReadBody {
        drain(body, expects_a_word);
        ReadBody {
            app,
            bytes: Vec::new(),
            taken: 0,
            outcome: BodyOutcome::Unread,
        }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn read(
        app: Arc<App>,
        mut body: Incoming,
        expects_a_word: bool,
    ) -> Result<ReadBody, hyper::Error> {
        let mut read = ReadBody {
            app,
            bytes: Vec::new(),
            taken: 0,
            outcome: BodyOutcome::Whole,
        };
        let length = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if length > BODY_BYTES {
            read.outcome = BodyOutcome::TooLarge;
            drain(body, expects_a_word);
            return Ok(read);
        }
        let limit = Duration::from_secs(BODY_SECONDS);
        read.outcome = match timeout(limit, read.fill(&mut body, length)).await {
            Ok(outcome) => outcome?,
            Err(_) => BodyOutcome::TooSlow,
        };
        if !matches!(read.outcome, BodyOutcome::Whole) {
            read.bytes = Vec::new();
            read.give_back();
            drain(body, false);
        }
        Ok(read)
    }

    async fn fill(
        &mut self,
        body: &mut Incoming,
        length: usize,
    ) -> Result<BodyOutcome, hyper::Error> {
        while let Some(frame) = body.frame().await {
            let frame = frame?;
            let Some(data) = frame.data_ref() else {
                continue;
            };
            let needed = self.bytes.len() + data.len();
            if needed > BODY_BYTES {
                return Ok(BodyOutcome::TooLarge);
            }
            if needed > self.bytes.capacity() && !self.grow(needed, length) {
                return Ok(BodyOutcome::NoRoom);
            }
            self.bytes.extend_from_slice(data);
        }
        Ok(BodyOutcome::Whole)
    }

    /// Makes room for `needed` bytes; a stated `length` is no reason to have that much room before it
    /// has come. False if other bodies have taken what there is.
    fn grow(&mut self, needed: usize, length: usize) -> bool {
        let doubled = (2 * self.bytes.capacity()).max(STEP);
        let most = match length {
            0 => BODY_BYTES,
            _ => length.max(needed),
        };
        let capacity = doubled.max(needed).min(most);
        let more = capacity.saturating_sub(self.taken);
        if !self.app.rules().budgets.bodies.take(more) {
            return false;
        }
        self.taken += more;
        self.bytes.reserve_exact(capacity - self.bytes.len());
        true
    }

    /// As the app wants it.
    pub fn body(&self) -> Body<'_> {
        match self.outcome {
            BodyOutcome::Whole => Body::Whole(&self.bytes),
            BodyOutcome::TooLarge => Body::TooLarge,
            BodyOutcome::TooSlow => Body::TooSlow,
            BodyOutcome::NoRoom => Body::NoRoom(self.app.rules().budgets.bodies.size()),
            BodyOutcome::Unread => Body::Unread,
        }
    }

    /// Number of bytes kept.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    fn give_back(&mut self) {
        let taken = std::mem::take(&mut self.taken);
        crate::memory::note_freed(taken);
        self.app.rules().budgets.bodies.give(taken);
    }
}

impl Drop for ReadBody {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Reads what comes of a body and drops it, while the response is on its way. A client that waits
/// for "100 Continue" has sent nothing yet, and need not.
fn drain(mut body: Incoming, expects_a_word: bool) {
    if expects_a_word || body.is_end_stream() {
        return;
    }
    tokio::spawn(timeout(Duration::from_secs(DRAIN_SECONDS), async move {
        let mut total = 0;
        while let Some(Ok(frame)) = body.frame().await {
            total += frame.data_ref().map_or(0, Bytes::len);
            if total > DRAIN_BYTES {
                break;
            }
        }
    }));
}

/// The body of a response, counted until the kernel has all of it.
pub struct ReplyBody {
    app: Arc<App>,
    connection: Arc<Connection>,
    bytes: Vec<u8>,
    taken: usize,
}

impl ReplyBody {
    /// The bytes of a body, counted; `None` if other responses have taken the budget.
    pub fn bytes(app: Arc<App>, connection: Arc<Connection>, bytes: Vec<u8>) -> Option<Bytes> {
        let taken = match bytes.len() {
            0..SMALL_REPLY => 0,
            length => length,
        };
        if !app.rules().budgets.replies.take(taken) {
            return None;
        }
        connection.set(Phase::Writing);
        Some(Bytes::from_owner(ReplyBody {
            app,
            connection,
            bytes,
            taken,
        }))
    }
}

impl AsRef<[u8]> for ReplyBody {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for ReplyBody {
    fn drop(&mut self) {
        crate::memory::note_freed(self.taken);
        self.app.rules().budgets.replies.give(self.taken);
        self.connection.set(Phase::Waiting);
    }
}
