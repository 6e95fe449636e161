//! S3, by AWS's SDK.
//!
//! `client` finds credentials, region and endpoint and makes the client; `download` streams an
//! object and goes on where a connection broke; `upload` writes one in parts; `transfer` moves
//! whole files by several connections at once; `list` reads the pages of a listing; `failure`
//! turns what the SDK reports into one sentence.
//!
//! Not by object_store 0.14: its multipart upload cannot be told to write a new object only
//! (`If-None-Match` on completion), on which exactly-once output rests; and it finds no credentials of
//! SSO, profiles or `credential_process`, so aws-config would stay beside it.

mod client;
mod download;
mod failure;
mod list;
mod transfer;
mod upload;

pub(crate) use client::S3;

use crate::entry::Head;
use crate::objects::{Objects, Pages, Upload};
use crate::{Error, Location};
use download::{Object, Stream};
use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

impl Objects for S3 {
    fn read(
        self: Arc<Self>,
        at: &Location,
        range: Option<Range<u64>>,
    ) -> Result<Box<dyn Read + Send>, Error> {
        Ok(Box::new(Stream::open(Object::new(self, at), range)?))
    }

    fn head(self: Arc<Self>, at: &Location) -> Result<Head, Error> {
        Object::new(self, at).head()
    }

    fn write(self: Arc<Self>, at: &Location, is_new: bool) -> Box<dyn Upload> {
        Box::new(upload::MultipartUpload::new(self, at, is_new))
    }

    fn list(self: Arc<Self>, at: &Location) -> Box<dyn Pages> {
        Box::new(list::ObjectPages::new(self, at))
    }

    fn folders(self: Arc<Self>, at: &Location) -> Result<Vec<String>, Error> {
        list::folders(&self, at)
    }

    fn get_file(
        self: Arc<Self>,
        at: &Location,
        file: &File,
        progress: &dyn Fn(u64),
    ) -> Result<u64, Error> {
        transfer::get(&Object::new(self, at), file, progress)
    }

    fn put_file(
        self: Arc<Self>,
        path: &Path,
        at: &Location,
        progress: &dyn Fn(u64),
    ) -> Result<(), Error> {
        transfer::put(self, path, at, progress)
    }
}
