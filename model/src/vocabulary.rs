//! The vocabulary: which feature a term is, looked up where it lies in the file.
//!
//! A hash table whose slots are in the order of their hashes ("ordered linear probing", Amble and
//! Knuth, 1974): a term's own place is its hash scaled to the table, and a term that finds it
//! taken moves to the next. The order makes the bytes independent of the order of insertion, and
//! ends the search for an unknown term at the first greater hash: most n-grams of a request are
//! unknown, and each costs one cache line.
//!
//! Terms are compared by their 64-bit hash alone. Two terms of one vocabulary never share a hash
//! ([`Vocabulary::build`] refuses that), and an unknown term of a request is taken for a known one
//! once in 2^64 / terms look-ups. So the terms themselves need not be read, or even downloaded.

use crate::format::{EMPTY, Slot};

/// Slots for each 100 terms: at 80% full an unknown term costs about 3 probes of 16 bytes.
const SLOTS_FOR_100: usize = 125;

/// Slots that are looked at together. Most terms lie within so many of their own places; to stop at
/// the very slot saves less than a processor loses by guessing where that will be.
const WINDOW: usize = 8;

/// Windows that are looked at one by one. Behind them, where few terms of a sound file lie, a search
/// by halves ends every look-up within a dozen steps: a made-up file may have a run of greatest
/// length before every place.
const WINDOWS: usize = 2;

/// Farthest displacement that a file may have: bounds a look-up. At 80% full the chance that a
/// term moves `d` places falls as exp(-0.023 d), so that even 100 million terms stay below 1,000.
pub const MAX_DISPLACEMENT: u32 = 4096;

/// A term's feature and its inverse document frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Feature within the column.
    pub feature: u32,
    /// Inverse document frequency.
    pub idf: f32,
}

/// The slots of a text column, borrowed from the file.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    slots: &'a [Slot],
    /// Number of slots that hashes are scaled to; the rest takes what moved past the end.
    capacity: u64,
    /// Maximum number of slots of a search, which bounds it in damaged files.
    probes: usize,
}

/// Two terms with the same hash, which cannot be distinguished.
#[derive(Debug, PartialEq)]
pub struct Collision(pub u64);

impl<'a> Vocabulary<'a> {
    /// A view of `slots`, whose terms lie at most `max_displacement` slots behind their own place.
    /// `None` when the two do not fit together, or a look-up would be long.
    pub fn new(slots: &'a [Slot], max_displacement: u32) -> Option<Vocabulary<'a>> {
        if max_displacement > MAX_DISPLACEMENT {
            return None;
        }
        let displacement = max_displacement as usize;
        let capacity = slots.len().checked_sub(displacement)?;
        // A term is displaced by other terms, which are fewer than there are places.
        if capacity <= displacement && !slots.is_empty() {
            return None;
        }
        Some(Vocabulary {
            slots,
            capacity: capacity as u64,
            probes: (displacement + 1).next_multiple_of(WINDOW),
        })
    }

    /// The term with this hash.
    pub fn get(&self, hash: u64) -> Option<Term> {
        let slots = self.slots.get(place(hash, self.capacity)..)?;
        let slots = &slots[..self.probes.min(slots.len())];
        let near = &slots[..slots.len().min(WINDOWS * WINDOW)];
        let (windows, rest) = near.as_chunks::<WINDOW>();
        for window in windows {
            // One bit per slot, without a branch for each.
            let mut equal = 0u32;
            for (index, slot) in window.iter().enumerate() {
                equal |= u32::from(slot.hash.get() == hash) << index;
            }
            if equal != 0 {
                return window[equal.trailing_zeros() as usize].term();
            }
            let last = &window[WINDOW - 1];
            // Whatever comes behind an empty slot has a greater hash, too.
            if last.feature.get() == EMPTY || last.hash.get() > hash {
                return None;
            }
        }
        if let Some(slot) = rest.iter().find(|slot| slot.hash.get() == hash) {
            return slot.term();
        }
        // Slots up to the first that is empty or has a hash as great: the term is there or nowhere.
        let far = &slots[near.len()..];
        let is_before = |slot: &Slot| slot.feature.get() != EMPTY && slot.hash.get() < hash;
        let slot = far.get(far.partition_point(is_before))?;
        (slot.hash.get() == hash).then(|| slot.term())?
    }

    /// Lays out the slots of terms given as `(hash, idf)` in the order of their features.
    /// Returns them with the farthest displacement.
    ///
    /// # Errors
    /// When two terms share a hash, which no real vocabulary has been seen to do.
    pub fn build(terms: &[(u64, f32)]) -> Result<(Vec<Slot>, u32), Collision> {
        let empty = Slot {
            hash: 0.into(),
            feature: EMPTY.into(),
            idf: 0.0.into(),
        };
        let mut order: Vec<u32> = (0..terms.len() as u32).collect();
        order.sort_unstable_by_key(|feature| terms[*feature as usize].0);
        let capacity = terms.len() * SLOTS_FOR_100 / 100 + 1;
        let mut slots = vec![empty; capacity];
        let (mut next, mut displacement, mut last) = (0, 0, None);
        for feature in order {
            let (hash, idf) = terms[feature as usize];
            if last.replace(hash) == Some(hash) {
                return Err(Collision(hash));
            }
            let home = place(hash, capacity as u64);
            let at = home.max(next);
            if at >= slots.len() {
                slots.push(empty);
            }
            slots[at] = Slot {
                hash: hash.into(),
                feature: feature.into(),
                idf: idf.into(),
            };
            displacement = displacement.max(at - home);
            next = at + 1;
        }
        slots.resize(capacity + displacement, empty);
        Ok((slots, displacement as u32))
    }
}

impl Slot {
    /// The term that it holds, if any.
    fn term(&self) -> Option<Term> {
        let (feature, idf) = (self.feature.get(), self.idf.get());
        (feature != EMPTY).then_some(Term { feature, idf })
    }
}

/// `hash` scaled to `0..capacity`, keeping the order of hashes.
fn place(hash: u64, capacity: u64) -> usize {
    ((u128::from(hash) * u128::from(capacity)) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::hash_set;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_term_is_found_and_no_other(
            known in hash_set(prop_oneof![any::<u64>(), 0u64..50, (u64::MAX - 50)..=u64::MAX], 0..300),
            unknown in hash_set(prop_oneof![any::<u64>(), 0u64..99], 0..100),
        ) {
            let terms: Vec<(u64, f32)> = known.iter().map(|hash| (*hash, 1.5)).collect();
            let (slots, displacement) = Vocabulary::build(&terms).unwrap();
            let vocabulary = Vocabulary::new(&slots, displacement).unwrap();
            for (feature, (hash, idf)) in terms.iter().enumerate() {
                let term = Term { feature: feature as u32, idf: *idf };
                prop_assert_eq!(vocabulary.get(*hash), Some(term));
            }
            for hash in unknown.difference(&known) {
                prop_assert_eq!(vocabulary.get(*hash), None);
            }
        }
    }

    /// Hashes next to each other displace each other farther than the windows reach.
    #[test]
    fn terms_of_long_runs_are_found() {
        let terms: Vec<(u64, f32)> = (0..1000).map(|at| (2 * at, 1.0)).collect();
        let (slots, displacement) = Vocabulary::build(&terms).unwrap();
        assert!(displacement > 900);
        let vocabulary = Vocabulary::new(&slots, displacement).unwrap();
        for (feature, (hash, _)) in terms.iter().enumerate() {
            assert_eq!(vocabulary.get(*hash).unwrap().feature, feature as u32);
            assert_eq!(vocabulary.get(hash + 1), None);
        }
    }

    #[test]
    fn two_terms_of_one_hash_are_refused() {
        let collision = Vocabulary::build(&[(7, 1.0), (9, 1.0), (7, 1.0)]).unwrap_err();
        assert_eq!(collision, Collision(7));
    }

    #[test]
    fn terms_of_a_large_vocabulary_lie_near_their_own_places() {
        let terms: Vec<(u64, f32)> = (0..300_000)
            .map(|i| (crate::tokens::TermHash::of(&format!("word{i}")), 1.0))
            .collect();
        let (_, displacement) = Vocabulary::build(&terms).unwrap();
        assert!(displacement < MAX_DISPLACEMENT / 8, "{displacement}");
    }

    #[test]
    fn a_displacement_that_no_table_has_is_refused() {
        let (slots, displacement) = Vocabulary::build(&[(7, 1.0)]).unwrap();
        assert!(Vocabulary::new(&slots, displacement).is_some());
        assert!(Vocabulary::new(&slots, slots.len() as u32).is_none());
        let many = vec![slots[0]; 2 * MAX_DISPLACEMENT as usize];
        assert!(Vocabulary::new(&many, MAX_DISPLACEMENT - 1).is_some());
        assert!(Vocabulary::new(&many, MAX_DISPLACEMENT + 1).is_none());
        // All terms displaced as far as there are places for them: no table has that.
        assert!(Vocabulary::new(&many, MAX_DISPLACEMENT).is_none());
    }

    #[test]
    fn an_empty_vocabulary_knows_nothing() {
        let (slots, displacement) = Vocabulary::build(&[]).unwrap();
        let vocabulary = Vocabulary::new(&slots, displacement).unwrap();
        assert_eq!(vocabulary.get(0), None);
        assert_eq!(vocabulary.get(u64::MAX), None);
    }
}
