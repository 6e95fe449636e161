//! Sorts the hits of a text by feature, faster than comparisons do: these are as good as random,
//! and a processor guesses half of them wrong.

/// Bits of a digit.
const DIGIT: u32 = 7;
/// Below this the counts of digits cost more than comparisons.
const FEW: usize = 24;

/// Sorts `hits` by their high halves, which are below `features`; what lies in the low half is the
/// same for the same high half. By digits, the lowest first (Knuth, TAOCP 3, 5.2.5, algorithm R).
pub(crate) fn sort_by_feature(hits: &mut Vec<u64>, features: u32) {
    let count = hits.len();
    let bits = u32::BITS - features.leading_zeros();
    if !(FEW..=u32::MAX as usize).contains(&count) {
        return hits.sort_unstable();
    }
    // Behind the hits there is room for them once more.
    hits.resize(2 * count, 0);
    let (mut from, mut to) = hits.split_at_mut(count);
    for lowest in (0..bits).step_by(DIGIT as usize) {
        let digit = |hit: u64| (hit >> (32 + lowest)) as usize % (1 << DIGIT);
        let mut places = [0u32; 1 << DIGIT];
        for hit in &*from {
            places[digit(*hit)] += 1;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for hit in &*from {
            let place = &mut places[digit(*hit)];
            to[*place as usize] = *hit;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    if bits.div_ceil(DIGIT) % 2 == 1 {
        to.copy_from_slice(from);
    }
    hits.truncate(count);
}

#[cfg(test)]
mod tests {
    use super::sort_by_feature;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_sort_as_comparisons_do(
            features in 1u32..=u32::MAX,
            raw in prop::collection::vec(any::<u32>(), 0..200),
            fold in prop_oneof![Just(u32::MAX), 1u32..300],
        ) {
            let limit = features.min(fold);
            let hit = |raw: &u32| (u64::from(raw % limit) << 32) | u64::from((raw % limit) ^ 0x3f80_0000);
            let mut hits: Vec<u64> = raw.iter().map(hit).collect();
            let mut expected = hits.clone();
            expected.sort_unstable();
            sort_by_feature(&mut hits, features);
            prop_assert_eq!(hits, expected);
        }
    }
}
