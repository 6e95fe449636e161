//! An object as a stream that goes on where a connection broke.

use super::client::S3;
use super::failure::{chain, of_sdk};
use crate::entry::Head;
use crate::{Error, Kind, Location};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use bytes::{Buf, Bytes};
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver, Sender};

/// Maximum number of consecutive broken connections without a byte in between.
const BREAKS: u32 = 6;
/// Chunks read ahead: hyper's are 400 KB at most, so some megabytes.
const AHEAD: usize = 8;

/// An object.
#[derive(Clone)]
pub(crate) struct Object {
    pub s3: Arc<S3>,
    pub at: Location,
    bucket: String,
    key: String,
}

/// An answer that has begun, and what of the object it is.
pub(crate) struct ObjectPart {
    pub body: aws_sdk_s3::primitives::ByteStream,
    pub etag: Option<String>,
    /// Up to, not with, this byte of the object.
    pub end: u64,
    /// The whole object's length.
    pub size: u64,
}

impl Object {
    pub fn new(s3: Arc<S3>, at: &Location) -> Object {
        let (bucket, key) = match at {
            Location::S3 { bucket, key } => (bucket.clone(), key.clone()),
            Location::File(_) => Default::default(),
        };
        Object {
            s3,
            at: at.clone(),
            bucket,
            key,
        }
    }

    pub fn head(&self) -> Result<Head, Error> {
        let request = self
            .s3
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(&self.key);
        let head = self.s3.block_on(request.send());
        let head = head.map_err(|error| of_sdk(&self.at, &error))?;
        Ok(Head {
            size: length(head.content_length),
            etag: head.e_tag,
        })
    }

    /// Asks for bytes from `start` on, up to `end` or the object's; of the version with this tag.
    pub async fn get(
        &self,
        start: u64,
        end: Option<u64>,
        etag: Option<&str>,
    ) -> Result<ObjectPart, Error> {
        let range = match end {
            Some(end) => Some(format!("bytes={start}-{}", end.saturating_sub(1))),
            None => (start > 0).then(|| format!("bytes={start}-")),
        };
        let request = self
            .s3
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(&self.key);
        let output = request
            .set_range(range)
            .set_if_match(etag.map(str::to_string))
            .send()
            .await
            .map_err(|error| match of_sdk(&self.at, &error) {
                // Of a reader, "there already" means that the tag does not match.
                refused if refused.kind() == Kind::Exists => self.changed(),
                refused => refused,
            })?;
        Ok(part(output, start))
    }

    pub fn changed(&self) -> Error {
        let what = "it was replaced while it was read; do the same again";
        Error::new(Kind::Changed, &self.at, what)
    }

    /// After a break: waits, or gives up with the sentence for it. `breaks` counts those in a row.
    pub async fn pause(&self, breaks: &mut u32, why: &str) -> Result<(), Error> {
        *breaks += 1;
        if *breaks > BREAKS {
            let what = format!(
                "the connection broke {breaks} times in a row ({why}); check the network, then try again"
            );
            return Err(Error::new(Kind::Network, &self.at, what));
        }
        tokio::time::sleep(Duration::from_millis(50 << *breaks)).await;
        Ok(())
    }
}

fn length(length: Option<i64>) -> u64 {
    length
        .and_then(|length| length.try_into().ok())
        .unwrap_or_default()
}

fn part(output: GetObjectOutput, start: u64) -> ObjectPart {
    let end = start + length(output.content_length);
    // "bytes 0-99/1234"
    let total = output
        .content_range
        .as_deref()
        .and_then(|range| range.rsplit('/').next()?.parse().ok());
    ObjectPart {
        etag: output.e_tag,
        body: output.body,
        end,
        size: total.unwrap_or(end),
    }
}

/// The reader's side of the stream.
pub(crate) struct Stream {
    chunks: Receiver<Result<Bytes, Error>>,
    current: Bytes,
    // Keeps the runtime alive that feeds `chunks`.
    _s3: Arc<S3>,
}

impl Stream {
    /// Waits for the response to begin, so that a missing object is an error here.
    pub fn open(object: Object, range: Option<Range<u64>>) -> Result<Stream, Error> {
        let (start, end) = match range {
            Some(range) => (range.start, Some(range.end)),
            None => (0, None),
        };
        let s3 = Arc::clone(&object.s3);
        let (sender, chunks) = mpsc::channel(AHEAD);
        if end.is_none_or(|end| end > start) {
            let first = s3.block_on(object.get(start, end, None))?;
            s3.handle().spawn(async move {
                if let Err(error) = feed(&object, first, start, &sender).await {
                    // Nobody reads any more when this fails.
                    let _ = sender.send(Err(error)).await;
                }
            });
        }
        Ok(Stream {
            chunks,
            current: Bytes::new(),
            _s3: s3,
        })
    }
}

async fn feed(
    object: &Object,
    first: ObjectPart,
    start: u64,
    sender: &Sender<Result<Bytes, Error>>,
) -> Result<(), Error> {
    let ObjectPart { end, etag, .. } = first;
    let (mut body, mut at, mut breaks) = (first.body, start, 0);
    loop {
        let why = match body.next().await {
            Some(Ok(bytes)) => {
                at += bytes.len() as u64;
                breaks = 0;
                if sender.send(Ok(bytes)).await.is_err() {
                    return Ok(());
                }
                continue;
            }
            None if at >= end => return Ok(()),
            None => "it ended early".to_string(),
            Some(Err(error)) if at >= end => {
                // All bytes came, and their checksum is not that of the object.
                return Err(Error::new(Kind::Other, &object.at, chain(&error)));
            }
            Some(Err(error)) => chain(&error),
        };
        object.pause(&mut breaks, &why).await?;
        body = loop {
            match object.get(at, Some(end), etag.as_deref()).await {
                Ok(part) => break part.body,
                Err(error) if error.kind() == Kind::Network => {
                    object.pause(&mut breaks, &why).await?;
                }
                Err(error) => return Err(error),
            }
        };
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.chunks.blocking_recv() {
                None => return Ok(0),
                Some(chunk) => self.current = chunk.map_err(Error::without_location)?,
            }
        }
        let count = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
