//! Listings of a prefix or a folder.

use crate::Error;
use crate::entry::Entry;
use crate::objects::Pages;
use std::collections::VecDeque;

/// Entries by name; those of S3 are fetched page by page as the caller asks for them.
pub struct Listing {
    entries: VecDeque<Entry>,
    pages: Option<Box<dyn Pages>>,
}

impl Listing {
    pub(crate) fn of_files(entries: Vec<Entry>) -> Listing {
        Listing {
            entries: entries.into(),
            pages: None,
        }
    }

    pub(crate) fn of_objects(pages: Box<dyn Pages>) -> Listing {
        Listing {
            entries: VecDeque::new(),
            pages: Some(pages),
        }
    }
}

impl Iterator for Listing {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.entries.pop_front() {
                return Some(Ok(entry));
            }
            match self.pages.as_mut()?.next_page() {
                Ok(Some(entries)) => self.entries = entries.into(),
                Ok(None) => self.pages = None,
                Err(error) => {
                    self.pages = None;
                    return Some(Err(error));
                }
            }
        }
    }
}
