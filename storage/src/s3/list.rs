//! The pages of a listing, a thousand objects each, and the folders directly under a prefix.

use super::client::S3;
use super::failure::of_sdk;
use crate::objects::Pages;
use crate::{Entry, Error, Location};
use std::sync::Arc;

/// The pages of the objects under a prefix.
pub(crate) struct ObjectPages {
    s3: Arc<S3>,
    at: Location,
    /// Continues the listing after the page before.
    token: Option<String>,
    is_done: bool,
}

impl ObjectPages {
    pub fn new(s3: Arc<S3>, at: &Location) -> ObjectPages {
        ObjectPages {
            s3,
            at: at.clone(),
            token: None,
            is_done: false,
        }
    }
}

impl Pages for ObjectPages {
    fn next_page(&mut self) -> Result<Option<Vec<Entry>>, Error> {
        let Location::S3 { bucket, key } = &self.at else {
            return Ok(None);
        };
        // After an error the listing is over.
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(None);
        }
        let request = self.s3.client.list_objects_v2().bucket(bucket).prefix(key);
        let request = request.set_continuation_token(self.token.take());
        let page = self.s3.block_on(request.send());
        let page = page.map_err(|error| of_sdk(&self.at, &error))?;
        let objects = page.contents.unwrap_or_default().into_iter();
        let entries = objects.filter_map(|object| {
            // Consoles create keys that end with a slash to show an empty folder.
            let key = object.key.filter(|key| !key.ends_with('/'))?;
            Some(Entry {
                location: Location::S3 {
                    bucket: bucket.clone(),
                    key,
                },
                size: object
                    .size
                    .and_then(|size| size.try_into().ok())
                    .unwrap_or_default(),
                etag: object.e_tag,
            })
        });
        let entries = entries.collect();
        self.is_done = page.next_continuation_token.is_none();
        self.token = page.next_continuation_token;
        Ok(Some(entries))
    }
}

/// Names of the folders directly under the prefix `at`, without their slashes, in S3's order. The
/// objects in them are not listed.
pub(crate) fn folders(s3: &S3, at: &Location) -> Result<Vec<String>, Error> {
    let Location::S3 { bucket, key } = at else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    let mut token = None;
    loop {
        let request = s3.client.list_objects_v2().bucket(bucket).prefix(key);
        let request = request.delimiter("/").set_continuation_token(token);
        let page = s3.block_on(request.send());
        let page = page.map_err(|error| of_sdk(at, &error))?;
        let prefixes = page.common_prefixes.unwrap_or_default().into_iter();
        names.extend(prefixes.filter_map(|folder| {
            let folder = folder.prefix?;
            let name = folder.strip_prefix(key.as_str())?.strip_suffix('/')?;
            Some(name.to_string())
        }));
        token = page.next_continuation_token;
        if token.is_none() {
            return Ok(names);
        }
    }
}
