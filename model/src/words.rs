//! Classification of word characters: one at a time by Unicode, and many at a time if they are
//! ASCII.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// True if Python's `\w` matches: a letter, a number or the underscore.
///
/// `char::is_alphanumeric` will not do: it also takes the combining marks that Unicode calls
/// alphabetic, which Python's `str.isalnum` does not.
pub fn is_word(c: char) -> bool {
    match c {
        ..'\u{80}' => c.is_ascii_alphanumeric() || c == '_',
        // Latin letters, the most frequent ones beyond ASCII, need no search.
        ..'\u{c0}' => matches!(c, 'ª' | '²' | '³' | 'µ' | '¹' | 'º' | '¼'..='¾'),
        ..'\u{250}' => !matches!(c, '×' | '÷'),
        _ => matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        ),
    }
}

/// Each character that is not ASCII, and where.
pub(crate) fn beyond_ascii(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while let Some(eight) = bytes[at..].first_chunk() {
            match u64::from_le_bytes(*eight) & HIGH {
                0 => at += 8,
                high => {
                    at += high.trailing_zeros() as usize / 8;
                    break;
                }
            }
        }
        let (ahead, c) = text[at..].char_indices().find(|(_, c)| !c.is_ascii())?;
        let found = at + ahead;
        at = found + c.len_utf8();
        Some((found, c))
    })
}

/// True if a character is known to be its own lowercase, without a search: small Latin letters,
/// punctuation, signs of currencies, emoji.
pub(crate) fn is_caseless(c: char) -> bool {
    matches!(c, '\u{80}'..'À' | 'ß'..='ÿ' | '\u{2000}'..'\u{2100}' | '\u{1f300}'..'\u{1fb00}')
}

/// One in each byte of eight.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The high bit of each.
const HIGH: u64 = 0x80 * ONES;

/// Which of up to 64 bytes are ASCII that [`is_word`] takes, the first in the lowest bit.
pub(crate) fn word_bits(text: &[u8]) -> u64 {
    let (eights, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mut bits = 0;
    for (index, eight) in eights.iter().chain([&last]).take(8).enumerate() {
        bits |= word_bits_of_eight(u64::from_le_bytes(*eight)) << (8 * index);
    }
    bits
}

/// The same of eight, by sums that never reach the byte above (Lamport, "Multiple byte processing
/// with full-word instructions", 1975).
fn word_bits_of_eight(bytes: u64) -> u64 {
    let text = bytes & !HIGH;
    let within = |text: u64, first: u8, last: u8| {
        let (from, behind) = (0x80 - u64::from(first), 0x7f - u64::from(last));
        (text + from * ONES) & !(text + behind * ONES)
    };
    let letters = within(text | (0x20 * ONES), b'a', b'z');
    let words = letters | within(text, b'0', b'9') | within(text, b'_', b'_');
    // The product gathers the high bits in its highest byte.
    ((words & HIGH & !bytes) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_told_as_their_category_tells() {
        for c in ('\u{80}'..'\u{300}').chain(['Ω', 'я', '٣', '日', '’', '€', '😀']) {
            let group = c.general_category_group();
            let expected = matches!(
                group,
                GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
            );
            assert_eq!(is_word(c), expected, "{c:?}");
        }
    }

    #[test]
    fn what_is_called_caseless_is_its_own_lowercase() {
        for c in (char::MIN..=char::MAX).filter(|c| is_caseless(*c)) {
            assert!(c.to_lowercase().eq([c]), "{c:?}");
        }
    }
}
