//! The model that is compiled into the binary: one file to deploy, as a zip or by itself.
//!
//! ```text
//! HEARTH_EMBED=$PWD/model.hearth cargo build --release -p function
//! ```
//!
//! It is read in place, as a mapped file is, and its pages are loaded when they are touched: a
//! start takes the same time either way. Mapped is the default all the same: an image whose model
//! is a file of its own keeps the binary's layer when the model is trained again.

/// The model file's bytes, if there is one in the binary.
#[cfg(not(embedded))]
pub const MODEL: Option<&[u8]> = None;

/// The model file's bytes, if there is one in the binary.
#[cfg(embedded)]
pub const MODEL: Option<&[u8]> = Some(&BYTES.0);

/// Sections begin at multiples of 64 bytes of the file; so that records lie within cache lines, the
/// file has to begin at one, too.
#[cfg(embedded)]
#[repr(C, align(64))]
struct Aligned<T>(T);

#[cfg(embedded)]
static BYTES: Aligned<[u8; include_bytes!(env!("HEARTH_EMBEDDED")).len()]> =
    Aligned(*include_bytes!(env!("HEARTH_EMBEDDED")));

#[cfg(embedded)]
const _: () = {
    assert!(align_of::<Aligned<[u8; 0]>>() == model::format::ALIGNMENT);
    let (mut at, magic) = (0, model::format::MAGIC);
    while at < magic.len() {
        assert!(BYTES.0[at] == magic[at], "build.rs knows another magic");
        at += 1;
    }
};
