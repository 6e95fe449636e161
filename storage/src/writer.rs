//! Writers of files and objects.

use crate::file::Pending;
use crate::objects::Upload;
use crate::{Error, Location};
use std::io::{self, Write};

/// Takes bytes; nobody sees any of them before [`Writer::finish`], and nothing stays of them when
/// it is dropped before.
#[must_use = "without finish() nothing is written"]
pub struct Writer(Target);

enum Target {
    File { pending: Pending, is_new: bool },
    Object(Box<dyn Upload>),
}

impl Writer {
    pub(crate) fn of_file(pending: Pending, is_new: bool) -> Writer {
        Writer(Target::File { pending, is_new })
    }

    pub(crate) fn of_upload(upload: Box<dyn Upload>) -> Writer {
        Writer(Target::Object(upload))
    }

    /// Puts everything into its place, at once.
    ///
    /// # Errors
    /// When it cannot be written, or is there already and was to be new; then nothing is written.
    pub fn finish(self) -> Result<(), Error> {
        match self.0 {
            Target::File { pending, is_new } => pending.finish(is_new),
            Target::Object(upload) => upload.finish(),
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Target::File { pending, .. } => pending.file().write_all(bytes).map_err(|error| {
                let at = Location::from(pending.target());
                Error::of_io(&at, &error).without_location()
            })?,
            Target::Object(upload) => upload.write(bytes).map_err(Error::without_location)?,
        }
        Ok(bytes.len())
    }

    /// Does nothing: only `finish` makes bytes visible.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
