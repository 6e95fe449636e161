//! Sections to the bytes of a file: header, section table, and each section at its place.

use crate::digest;
use crate::format::{ALIGNMENT, FORMAT, Header, Kind, MAGIC, NO_COLUMN, SectionEntry};
use crate::sections::MAX_SECTIONS;
use zerocopy::IntoBytes;

/// A section: its kind, the column to which it belongs or [`NO_COLUMN`], and its content.
pub(super) type Section = (Kind, u32, Vec<u8>);

/// The bytes of a file with these sections, in the order of [`Kind::ALL`] and then of the columns.
/// Entries of more columns than the section table takes are in a section of their own.
pub(super) fn lay_out(mut sections: Vec<Section>) -> Vec<u8> {
    let of_columns = sections.iter().filter(|(kind, ..)| kind.is_of_column());
    let is_wide = sections.len() > MAX_SECTIONS;
    if is_wide {
        let length = of_columns.count() * size_of::<SectionEntry>();
        sections.push((Kind::ColumnSections, NO_COLUMN, vec![0; length]));
    }
    sections.sort_by_key(|(kind, column, _)| {
        let order = Kind::ALL.iter().position(|other| other == kind);
        (order, *column)
    });
    let in_table = |kind: Kind| !(is_wide && kind.is_of_column());
    let count = sections.iter().filter(|(kind, ..)| in_table(*kind)).count();
    let mut body = vec![0; size_of::<Header>() + count * size_of::<SectionEntry>()];
    let (mut table, mut of_columns) = (Vec::with_capacity(count), Vec::new());
    let mut place_of_columns = 0;
    for (kind, column, bytes) in &sections {
        body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        if *kind == Kind::ColumnSections {
            place_of_columns = body.len();
        }
        let entries = match in_table(*kind) {
            true => &mut table,
            false => &mut of_columns,
        };
        entries.push(SectionEntry {
            kind: (*kind as u32).into(),
            column: (*column).into(),
            offset: (body.len() as u64).into(),
            length: (bytes.len() as u64).into(),
        });
        body.extend_from_slice(bytes);
    }
    let of_columns = of_columns.as_bytes();
    body[place_of_columns..][..of_columns.len()].copy_from_slice(of_columns);
    let mut header = Header {
        magic: MAGIC,
        format: FORMAT.into(),
        section_count: (table.len() as u32).into(),
        length: (body.len() as u64).into(),
        reserved: [0; 8],
        digest: [0; 32],
    };
    let (head, rest) = body.split_at_mut(size_of::<Header>());
    head.copy_from_slice(header.as_bytes());
    let table = table.as_bytes();
    rest[..table.len()].copy_from_slice(table);
    header.digest = digest::of_file(&body);
    body[..size_of::<Header>()].copy_from_slice(header.as_bytes());
    body
}
