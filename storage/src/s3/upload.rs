//! An object that is written as it comes: in parts, of which nobody sees one before the last.

use super::client::S3;
use super::failure::of_sdk;
use crate::objects::Upload;
use crate::{Error, Kind, Location};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Size of the first parts; S3 requires at least 5 MiB for all but the last.
pub(crate) const PART: usize = 8 << 20;
/// Parts on their way at once.
const IN_FLIGHT: usize = 2;

/// The size of part number `number`, from 1: S3 takes 10 000 parts, so they grow. It takes 8 MiB
/// parts to 16 GB, and the last ones are 128 MiB: 497 GB in all.
fn part_size(number: i32) -> usize {
    PART << ((number - 1) / 2000).clamp(0, 4)
}

/// Where an upload goes, and its requests.
#[derive(Clone)]
pub(crate) struct UploadTarget {
    pub s3: Arc<S3>,
    pub at: Location,
    bucket: String,
    key: String,
    /// Refused when there is something by then.
    is_new: bool,
}

impl UploadTarget {
    pub fn new(s3: Arc<S3>, at: &Location, is_new: bool) -> UploadTarget {
        let (bucket, key) = match at {
            Location::S3 { bucket, key } => (bucket.clone(), key.clone()),
            Location::File(_) => Default::default(),
        };
        UploadTarget {
            s3,
            at: at.clone(),
            bucket,
            key,
            is_new,
        }
    }

    fn if_none_match(&self) -> Option<String> {
        self.is_new.then(|| "*".to_string())
    }

    pub async fn put(&self, bytes: Bytes) -> Result<(), Error> {
        let request = self
            .s3
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(&self.key);
        let request = request
            .body(ByteStream::from(bytes))
            .set_if_none_match(self.if_none_match());
        let sent = request.send().await;
        sent.map(drop).map_err(|error| of_sdk(&self.at, &error))
    }

    /// Gives the upload's ID.
    pub async fn create(&self) -> Result<String, Error> {
        let request = self.s3.client.create_multipart_upload();
        let created = request.bucket(&self.bucket).key(&self.key).send().await;
        let created = created.map_err(|error| of_sdk(&self.at, &error))?;
        Ok(created.upload_id.unwrap_or_default())
    }

    pub async fn part(&self, id: &str, number: i32, bytes: Bytes) -> Result<CompletedPart, Error> {
        let request = self
            .s3
            .client
            .upload_part()
            .bucket(&self.bucket)
            .key(&self.key);
        let sent = request
            .upload_id(id)
            .part_number(number)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| of_sdk(&self.at, &error))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32)
            .build())
    }

    /// `parts` by number.
    pub async fn complete(&self, id: &str, parts: Vec<CompletedPart>) -> Result<(), Error> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        let request = self.s3.client.complete_multipart_upload();
        let completed = request
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(id)
            .multipart_upload(parts)
            .set_if_none_match(self.if_none_match())
            .send()
            .await;
        completed
            .map(drop)
            .map_err(|error| of_sdk(&self.at, &error))
    }

    /// Best effort: the bucket's lifecycle rule is there for what a killed process leaves.
    pub async fn abort(&self, id: &str) {
        let request = self.s3.client.abort_multipart_upload();
        let _ = request
            .bucket(&self.bucket)
            .key(&self.key)
            .upload_id(id)
            .send()
            .await;
    }
}

/// An object on its way.
pub(crate) struct MultipartUpload {
    target: UploadTarget,
    buffer: BytesMut,
    /// Once there is more than one part.
    id: Option<String>,
    in_flight: VecDeque<JoinHandle<Result<CompletedPart, Error>>>,
    parts: Vec<CompletedPart>,
    next: i32,
}

impl MultipartUpload {
    pub fn new(s3: Arc<S3>, at: &Location, is_new: bool) -> MultipartUpload {
        MultipartUpload {
            target: UploadTarget::new(s3, at, is_new),
            buffer: BytesMut::new(),
            id: None,
            in_flight: VecDeque::new(),
            parts: Vec::new(),
            next: 1,
        }
    }

    /// Sends the buffer as the next part.
    fn send(&mut self) -> Result<(), Error> {
        let s3 = Arc::clone(&self.target.s3);
        let id = match &self.id {
            Some(id) => id.clone(),
            None => self.id.insert(s3.block_on(self.target.create())?).clone(),
        };
        while self.in_flight.len() >= IN_FLIGHT {
            self.wait()?;
        }
        let (target, number, bytes) =
            (self.target.clone(), self.next, self.buffer.split().freeze());
        let part = async move { target.part(&id, number, bytes).await };
        self.in_flight.push_back(s3.handle().spawn(part));
        self.next += 1;
        Ok(())
    }

    /// Waits for the oldest part.
    fn wait(&mut self) -> Result<(), Error> {
        if let Some(part) = self.in_flight.pop_front() {
            let part = self.target.s3.block_on(part);
            let lost = |error| {
                Error::new(
                    Kind::Other,
                    &self.target.at,
                    format!("a part was lost: {error}"),
                )
            };
            self.parts.push(part.map_err(lost)??);
        }
        Ok(())
    }
}

impl Upload for MultipartUpload {
    fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.buffer.is_empty() && self.id.is_some() {
                // At once: growing would copy it, and hold it twice meanwhile.
                self.buffer.reserve(part_size(self.next));
            }
            let room = part_size(self.next) - self.buffer.len();
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = rest;
            if self.buffer.len() == part_size(self.next) {
                self.send()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        let s3 = Arc::clone(&self.target.s3);
        let Some(id) = self.id.clone() else {
            let bytes = self.buffer.split().freeze();
            return s3.block_on(self.target.put(bytes));
        };
        if !self.buffer.is_empty() {
            self.send()?;
        }
        while !self.in_flight.is_empty() {
            self.wait()?;
        }
        let parts = std::mem::take(&mut self.parts);
        s3.block_on(self.target.complete(&id, parts))?;
        self.id = None;
        Ok(())
    }
}

impl Drop for MultipartUpload {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        for part in &self.in_flight {
            part.abort();
        }
        self.target.s3.block_on(async {
            // A part that lands after the abort would be kept, and paid for.
            for part in self.in_flight.drain(..) {
                let _ = part.await;
            }
            self.target.abort(&id).await;
        });
    }
}
