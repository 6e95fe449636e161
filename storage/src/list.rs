//! What lies under a prefix or in a folder.

use crate::client::S3;
use crate::{Error, Location};
use std::collections::VecDeque;
use std::sync::Arc;

/// A file or an object of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies.
    pub location: Location,
    /// Its length in bytes.
    pub size: u64,
    /// S3's tag of the content, with its quotes.
    pub etag: Option<String>,
}

/// Entries by name; those of S3 are fetched a thousand at a time as they are asked for.
pub struct Listing {
    entries: VecDeque<Entry>,
    rest: Option<Rest>,
}

/// What S3 has not said yet.
struct Rest {
    s3: Arc<S3>,
    at: Location,
    token: Option<String>,
}

impl Listing {
    pub(crate) fn of_files(entries: Vec<Entry>) -> Listing {
        Listing {
            entries: entries.into(),
            rest: None,
        }
    }

    pub(crate) fn of_objects(s3: Arc<S3>, at: &Location) -> Listing {
        let rest = Rest {
            s3,
            at: at.clone(),
            token: None,
        };
        Listing {
            entries: VecDeque::new(),
            rest: Some(rest),
        }
    }

    /// Fetches the next page.
    fn page(&mut self, mut rest: Rest) -> Result<(), Error> {
        let Location::S3 { bucket, key } = &rest.at else {
            return Ok(());
        };
        let request = rest.s3.client.list_objects_v2().bucket(bucket).prefix(key);
        let request = request.set_continuation_token(rest.token.take());
        let page = rest.s3.block_on(request.send());
        let page = page.map_err(|error| Error::of_sdk(&rest.at, &error))?;
        for object in page.contents.unwrap_or_default() {
            let key = object.key.unwrap_or_default();
            // What consoles make to show an empty folder.
            if key.ends_with('/') {
                continue;
            }
            self.entries.push_back(Entry {
                location: Location::S3 {
                    bucket: bucket.clone(),
                    key,
                },
                size: object
                    .size
                    .and_then(|size| size.try_into().ok())
                    .unwrap_or_default(),
                etag: object.e_tag,
            });
        }
        if page.next_continuation_token.is_some() {
            rest.token = page.next_continuation_token;
            self.rest = Some(rest);
        }
        Ok(())
    }
}

impl Iterator for Listing {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.entries.pop_front() {
                return Some(Ok(entry));
            }
            // Taken: after an error the listing is over.
            let rest = self.rest.take()?;
            if let Err(error) = self.page(rest) {
                return Some(Err(error));
            }
        }
    }
}
