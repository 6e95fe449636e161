//! The sections and strings of a model file, each found within its bounds.

use crate::error::OpenError;
use crate::format::{ALIGNMENT, FORMAT, Header, Kind, MAGIC, NO_COLUMN, SectionEntry, Span};
use std::fmt;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// Most entries of the section table. A file with more columns than these are enough for has their
/// entries in [`Kind::ColumnSections`].
pub(crate) const MAX_SECTIONS: usize = 4096;

/// Entries up to which sections are looked for one by one; of more, an index is made first. Each
/// column looks for a few, which without an index would take the square of their number.
const FEW: usize = 64;

/// Most bytes of the name of a model, a column or a label.
pub const MAX_NAME: usize = 1024;

/// Rejects a file that is not as it was written.
pub(crate) fn damaged<T>(what: impl fmt::Display) -> Result<T, OpenError> {
    Err(OpenError::Damaged {
        what: what.to_string(),
    })
}

/// Rejects a file with a number that a newer program may know.
pub(crate) fn unknown<T>(what: impl fmt::Display) -> Result<T, OpenError> {
    Err(OpenError::NewerContent {
        what: what.to_string(),
    })
}

/// The file's sections.
pub(crate) struct Sections<'a> {
    bytes: &'a [u8],
    pub header: &'a Header,
    table: &'a [SectionEntry],
    /// Entries beside the table, of sections of columns.
    of_columns: &'a [SectionEntry],
    /// All entries by kind and column, if there are more than a few.
    index: Vec<&'a SectionEntry>,
}

impl<'a> Sections<'a> {
    /// Checks the header and the bounds of every section.
    pub fn read(bytes: &'a [u8]) -> Result<Sections<'a>, OpenError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(OpenError::NotAModel);
        }
        let Ok((header, rest)) = Header::ref_from_prefix(bytes) else {
            return damaged("it ends within its header");
        };
        match header.format.get() {
            FORMAT => {}
            0 => return damaged("it has format 0, which never was"),
            format => return Err(OpenError::NewerFormat { format }),
        }
        if header.length.get() != bytes.len() as u64 {
            return damaged(format!(
                "it has {} bytes, and says that it has {}",
                bytes.len(),
                header.length.get()
            ));
        }
        let count = header.section_count.get() as usize;
        if count > MAX_SECTIONS {
            return damaged(format!("it has more than {MAX_SECTIONS} sections"));
        }
        let Ok((table, _)) = <[SectionEntry]>::ref_from_prefix_with_elems(rest, count) else {
            return damaged(format!(
                "its table of {count} sections does not fit into it"
            ));
        };
        let mut bounds = Bounds {
            bytes: bytes.len() as u64,
            total: 0,
        };
        bounds.check(table)?;
        let mut sections = Sections {
            bytes,
            header,
            table,
            of_columns: &[],
            index: Vec::new(),
        };
        if sections.has(Kind::ColumnSections) {
            sections.of_columns = sections.records(Kind::ColumnSections, NO_COLUMN)?;
            bounds.check(sections.of_columns)?;
        }
        // Sections that shared bytes could make a small file cost what a large one does.
        if bounds.total > bounds.bytes {
            return damaged("its sections overlap: together they are longer than it");
        }
        if sections.len() > FEW {
            let all = sections.table.iter().chain(sections.of_columns);
            sections.index = all.collect();
            sections.index.sort_unstable_by_key(|entry| entry.key());
        }
        Ok(sections)
    }

    /// Number of sections.
    pub fn len(&self) -> usize {
        self.table.len() + self.of_columns.len()
    }

    /// True if the file has a section of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        let kind = kind as u32;
        if self.index.is_empty() {
            return self.table.iter().any(|entry| entry.kind.get() == kind);
        }
        let from = self.index.partition_point(|entry| entry.kind.get() < kind);
        let first = self.index.get(from);
        first.is_some_and(|entry| entry.kind.get() == kind)
    }

    /// The bytes of a section that belongs to no column and need not be there.
    pub fn optional(&self, kind: Kind) -> Result<Option<&'a [u8]>, OpenError> {
        self.has(kind)
            .then(|| self.get(kind, NO_COLUMN))
            .transpose()
    }

    /// The bytes of a section of a column that need not have it.
    pub fn optional_of(&self, kind: Kind, column: u32) -> Result<Option<&'a [u8]>, OpenError> {
        match self.find(kind, column) {
            // Its bounds were checked in `read`, so the two numbers fit.
            (Some(entry), None) => {
                let start = entry.offset.get() as usize;
                Ok(Some(
                    &self.bytes[start..start + entry.length.get() as usize],
                ))
            }
            (None, _) => Ok(None),
            (Some(_), Some(_)) => wrong_count("more than one section", kind, column),
        }
    }

    /// The first entry of this kind and column, and the next one.
    fn find(
        &self,
        kind: Kind,
        column: u32,
    ) -> (Option<&'a SectionEntry>, Option<&'a SectionEntry>) {
        let key = (kind as u32, column);
        let is_it = |entry: &&'a SectionEntry| entry.key() == key;
        if self.index.is_empty() {
            let mut found = self.table.iter().filter(is_it);
            return (found.next(), found.next());
        }
        let from = self.index.partition_point(|entry| entry.key() < key);
        let mut found = self.index[from..].iter().copied().take_while(is_it);
        (found.next(), found.next())
    }

    /// The bytes of a section that must be there once.
    pub fn get(&self, kind: Kind, column: u32) -> Result<&'a [u8], OpenError> {
        match self.optional_of(kind, column)? {
            Some(bytes) => Ok(bytes),
            None => wrong_count("no section", kind, column),
        }
    }

    /// A section as records.
    pub fn records<T: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        kind: Kind,
        column: u32,
    ) -> Result<&'a [T], OpenError> {
        <[T]>::ref_from_bytes(self.get(kind, column)?)
            .or_else(|_| damaged(format!("its section {kind:?} ends within a record")))
    }
}

fn wrong_count<T>(what: &str, kind: Kind, column: u32) -> Result<T, OpenError> {
    damaged(match column {
        NO_COLUMN => format!("it has {what} {kind:?}"),
        _ => format!("it has {what} {kind:?} for column {column}"),
    })
}

impl SectionEntry {
    /// Its kind and its column, in the order of the index.
    fn key(&self) -> (u32, u32) {
        (self.kind.get(), self.column.get())
    }
}

/// Checks entries against the length of the file.
struct Bounds {
    /// Length of the file.
    bytes: u64,
    /// Length of the sections of all entries checked so far.
    total: u64,
}

impl Bounds {
    fn check(&mut self, entries: &[SectionEntry]) -> Result<(), OpenError> {
        for (index, entry) in entries.iter().enumerate() {
            if Kind::from_code(entry.kind.get()).is_none() {
                return unknown(format!("a section of kind {}", entry.kind.get()));
            }
            let end = entry.offset.get().checked_add(entry.length.get());
            if end.is_none_or(|end| end > self.bytes) {
                return damaged(format!("section {index} lies outside of it"));
            }
            if !entry.offset.get().is_multiple_of(ALIGNMENT as u64) {
                return damaged(format!(
                    "section {index} does not begin at a multiple of {ALIGNMENT} bytes"
                ));
            }
            self.total = self.total.saturating_add(entry.length.get());
        }
        Ok(())
    }
}

/// Hands out the pieces of [`Kind::Strings`].
pub(crate) struct Strings<'a> {
    bytes: &'a [u8],
    /// Number of bytes that may still be handed out. Pieces that overlapped could make opening
    /// check the same megabytes a million times.
    left: usize,
}

impl<'a> Strings<'a> {
    pub fn new(bytes: &'a [u8]) -> Strings<'a> {
        Strings {
            bytes,
            left: bytes.len(),
        }
    }

    /// The piece that `span` means, as a name: of the model, a column or a label. Answers repeat names,
    /// so that a long one would make each answer long.
    pub fn name(&mut self, span: Span) -> Result<&'a str, OpenError> {
        if span.length.get() as usize > MAX_NAME {
            return damaged(format!("a name in it has more than {MAX_NAME} bytes"));
        }
        self.get(span)
    }

    /// The piece that `span` means.
    pub fn get(&mut self, span: Span) -> Result<&'a str, OpenError> {
        let (start, length) = (span.offset.get() as usize, span.length.get() as usize);
        let Some(piece) = start
            .checked_add(length)
            .and_then(|end| self.bytes.get(start..end))
        else {
            return damaged("a name lies outside of its section Strings");
        };
        let Some(left) = self.left.checked_sub(length) else {
            return damaged("names in its section Strings overlap");
        };
        self.left = left;
        std::str::from_utf8(piece).or_else(|_| damaged("a name in it is not UTF-8"))
    }
}
