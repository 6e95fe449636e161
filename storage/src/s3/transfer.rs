//! Whole files to and from S3, by several connections at once: one gives 50 to 90 MB/s.

use super::client::S3;
use super::download::{Object, ObjectPart};
use super::failure::chain;
use super::upload::{PART, UploadTarget};
use crate::{Error, Kind, Location};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// Connections of one download or upload.
const CONNECTIONS: usize = 8;
/// Parallel parts of an upload, which holds each in memory.
const UPLOADS: usize = 4;
/// Most parts of an upload.
const PARTS: u64 = 10_000;

/// Fetches an object into `file`.
pub(crate) fn get(object: &Object, file: &File, progress: &dyn Fn(u64)) -> Result<u64, Error> {
    let piece = PART as u64;
    object.s3.block_on(async {
        // The first piece has the size, which saves a request for it.
        let first = match object.get(0, Some(piece), None).await {
            Ok(first) => first,
            // A range of nothing is refused (416); what is empty is fetched without one.
            Err(error) if error.kind() == Kind::Other => object.get(0, None, None).await?,
            Err(error) => return Err(error),
        };
        let (size, etag) = (first.size, first.etag.clone());
        let fill = |start: u64, part: Option<ObjectPart>| {
            let etag = etag.as_deref();
            async move {
                fetch(
                    object,
                    (start, size.min(start + piece)),
                    etag,
                    part,
                    file,
                    progress,
                )
                .await
            }
        };
        let others = (1..size.div_ceil(piece)).map(|index| (index * piece, None));
        let pieces = std::iter::once((0, Some(first))).chain(others);
        let filled = stream::iter(pieces).map(|(start, part)| fill(start, part));
        filled
            .buffer_unordered(CONNECTIONS)
            .try_collect::<()>()
            .await?;
        Ok(size)
    })
}

/// Fetches the bytes from `start` to `end`, beginning with `part` where it is there already.
async fn fetch(
    object: &Object,
    (start, end): (u64, u64),
    etag: Option<&str>,
    mut part: Option<ObjectPart>,
    file: &File,
    progress: &dyn Fn(u64),
) -> Result<(), Error> {
    let (mut at, mut breaks) = (start, 0);
    while at < end {
        let got = match part.take() {
            Some(part) => Ok(part),
            None => object.get(at, Some(end), etag).await,
        };
        let mut body = match got {
            Ok(part) => part.body,
            Err(error) if error.kind() == Kind::Network => {
                object
                    .pause(&mut breaks, &error.without_location().to_string())
                    .await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let why = loop {
            match body.next().await {
                Some(Ok(bytes)) => {
                    let written = file.write_all_at(&bytes, at);
                    written.map_err(|error| Error::of_io(&object.at, &error).without_location())?;
                    at += bytes.len() as u64;
                    breaks = 0;
                    progress(bytes.len() as u64);
                }
                Some(Err(error)) => break chain(&error),
                None => break "it ended early".to_string(),
            }
        };
        if at < end {
            object.pause(&mut breaks, &why).await?;
        }
    }
    Ok(())
}

/// Sends the file `path` to `at`, where nothing is yet.
pub(crate) fn put(
    s3: Arc<S3>,
    path: &Path,
    at: &Location,
    progress: &dyn Fn(u64),
) -> Result<(), Error> {
    let on_disk = |error| Error::of_io(&path.into(), &error);
    let file = File::open(path).map_err(on_disk)?;
    let size = file.metadata().map_err(on_disk)?.len();
    let target = UploadTarget::new(Arc::clone(&s3), at, true);
    let read = |start: u64, length: u64| {
        let mut bytes = vec![0; length as usize];
        let read = file.read_exact_at(&mut bytes, start);
        read.map(|()| Bytes::from(bytes)).map_err(on_disk)
    };
    let piece = (PART as u64).max(size.div_ceil(PARTS));
    if size <= piece {
        s3.block_on(target.put(read(0, size)?))?;
        progress(size);
        return Ok(());
    }
    s3.block_on(async {
        let id = target.create().await?;
        let send = |number: u64| {
            let (target, id, read) = (&target, &id, &read);
            async move {
                let start = (number - 1) * piece;
                let length = piece.min(size - start);
                let part = target.part(id, number as i32, read(start, length)?).await?;
                progress(length);
                Ok::<_, Error>(part)
            }
        };
        let parts = stream::iter(1..=size.div_ceil(piece)).map(send);
        // In their order, as completing wants them.
        let parts = parts.buffered(UPLOADS).try_collect::<Vec<_>>().await;
        let completed = match parts {
            Ok(parts) => target.complete(&id, parts).await,
            Err(error) => Err(error),
        };
        if completed.is_err() {
            target.abort(&id).await;
        }
        completed
    })
}
