//! A model file taken apart into its sections, and put together again after some were changed.

use model::digest::of_file;
use model::format::{ALIGNMENT, FORMAT, Header, Kind, MAGIC, SectionEntry};
use zerocopy::{FromBytes, IntoBytes};

/// The sections of a file, to be changed and laid out anew.
pub struct Sections(Vec<(u32, u32, Vec<u8>)>);

impl Sections {
    /// Takes a file apart.
    pub fn of(file: &[u8]) -> Sections {
        let (header, rest) = Header::ref_from_prefix(file).unwrap();
        let count = header.section_count.get() as usize;
        let (table, _) = <[SectionEntry]>::ref_from_prefix_with_elems(rest, count).unwrap();
        let sections = table.iter().map(|entry| {
            let start = entry.offset.get() as usize;
            let bytes = file[start..start + entry.length.get() as usize].to_vec();
            (entry.kind.get(), entry.column.get(), bytes)
        });
        Sections(sections.collect())
    }

    /// The bytes of the first section of a kind.
    pub fn get(&mut self, kind: Kind) -> &mut Vec<u8> {
        let found = self.0.iter_mut().find(|(of, _, _)| *of == kind as u32);
        &mut found.unwrap().2
    }

    /// The file; sections of the kind `shared` all lie where the first of them does.
    pub fn file(&self, shared: Option<Kind>) -> Vec<u8> {
        let table_end = size_of::<Header>() + self.0.len() * size_of::<SectionEntry>();
        let mut body = vec![0; table_end];
        let (mut table, mut first) = (Vec::new(), None);
        for (kind, column, bytes) in &self.0 {
            body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
            let is_shared = shared.is_some_and(|shared| shared as u32 == *kind);
            let offset = match first {
                Some(offset) if is_shared => offset,
                _ => {
                    let offset = body.len() as u64;
                    body.extend_from_slice(bytes);
                    offset
                }
            };
            first = first.or(is_shared.then_some(offset));
            table.push(SectionEntry {
                kind: (*kind).into(),
                column: (*column).into(),
                offset: offset.into(),
                length: (bytes.len() as u64).into(),
            });
        }
        let length = body.len() as u64;
        let mut header = Header {
            magic: MAGIC,
            format: FORMAT.into(),
            section_count: (table.len() as u32).into(),
            length: length.into(),
            reserved: [0; 8],
            digest: [0; 32],
        };
        body[..size_of::<Header>()].copy_from_slice(header.as_bytes());
        let end = size_of::<Header>() + table.as_bytes().len();
        body[size_of::<Header>()..end].copy_from_slice(table.as_bytes());
        header.digest = of_file(&body);
        body[..size_of::<Header>()].copy_from_slice(header.as_bytes());
        body
    }
}
