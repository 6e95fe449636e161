//! Damage to a file.

use super::{put_u32, put_u64};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// One thing that happens to it.
#[derive(Clone, Debug)]
pub enum Damage {
    Flip(Index, u8),
    Truncate(Index),
    Extend(Vec<u8>),
    PutU32(Index, u32),
    PutU64(Index, u64),
    /// The header is made to tell the file's length, so that opening goes on behind that check.
    TellLength,
}

fn huge() -> impl Strategy<Value = u64> {
    prop_oneof![
        0u64..300,
        (u64::from(u32::MAX) - 64)..=u64::from(u32::MAX),
        (u64::MAX - 64)..=u64::MAX,
        (0u64..64).prop_map(|shift| 1 << shift),
        any::<u64>(),
    ]
}

pub fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => (any::<Index>(), 1u8..).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        1 => any::<Index>().prop_map(Damage::Truncate),
        1 => vec(any::<u8>(), 1..300).prop_map(Damage::Extend),
        3 => (any::<Index>(), huge()).prop_map(|(at, value)| Damage::PutU32(at, value as u32)),
        3 => (any::<Index>(), huge()).prop_map(|(at, value)| Damage::PutU64(at, value)),
    ]
}

/// Damages `bytes` in the first `reach` of them; `reach` keeps some damage among the few bytes
/// that opening reads.
pub fn apply(bytes: &mut Vec<u8>, damage: &Damage, reach: usize) {
    let reach = reach.min(bytes.len());
    match damage {
        Damage::Flip(at, bits) if reach > 0 => bytes[at.index(reach)] ^= bits,
        Damage::Truncate(at) if reach > 0 => bytes.truncate(at.index(bytes.len())),
        Damage::Extend(more) => bytes.extend_from_slice(more),
        Damage::PutU32(at, value) if reach >= 4 => {
            put_u32(bytes, at.index(reach / 4) * 4, *value);
        }
        Damage::PutU64(at, value) if reach >= 8 => {
            put_u64(bytes, at.index(reach / 8) * 8, *value);
        }
        Damage::TellLength if reach >= 24 => {
            let length = bytes.len() as u64;
            put_u64(bytes, 16, length);
        }
        _ => {}
    }
}
