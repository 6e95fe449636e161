//! Text to n-grams, by the conventions of scikit-learn's `TfidfVectorizer`.
//!
//! A token is a longest run of two or more word characters, Python's `(?u)\b\w\w+\b`. An n-gram
//! is n tokens that follow each other, joined by one space; only its hash is ever made, byte by
//! byte, so that an n-gram costs no memory.

use crate::unspaced;
pub use crate::words::is_word;
use crate::words::{beyond_ascii, is_caseless, word_bits};
use std::borrow::Cow;
use std::ops::Range;

/// Longest n-gram that a model may use, in words: bounds the work a token can cause.
pub const MAX_NGRAM: u32 = 8;

/// A text's tokens. Keep one and fill it again: it reuses its memory.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    spans: Vec<Range<u32>>,
    /// One bit per byte of the text: 1 if it belongs to a word character.
    words: Vec<u64>,
    /// Where runs of word characters begin and end, in turn.
    bounds: Vec<u32>,
}

impl Tokens {
    /// Finds the tokens of `text`, and returns the text that [`Tokens::get`] cuts them from:
    /// `text` itself, or its lowercase.
    pub fn find<'a>(&mut self, text: &'a str, lowercase: bool) -> Cow<'a, str> {
        let is_ascii = text.is_ascii();
        let folded = match lowercase {
            true if !is_ascii && !beyond_ascii(text).all(|(_, c)| is_caseless(c)) => {
                Cow::Owned(text.to_lowercase())
            }
            true if text.bytes().any(|b| b.is_ascii_uppercase()) => {
                Cow::Owned(text.to_ascii_lowercase())
            }
            _ => Cow::Borrowed(text),
        };
        self.find_words(&folded, is_ascii);
        self.find_bounds(folded.len());
        self.keep(&folded, is_ascii);
        folded
    }

    /// Replaces the tokens of `text`, which [`Tokens::find`] returned, by those that also split
    /// scripts without spaces, one token per character (see [`crate::unspaced`]).
    pub fn split_unspaced(&mut self, text: &str) {
        if !text.is_ascii() {
            unspaced::find(text, &mut self.spans);
        }
    }

    fn find_words(&mut self, text: &str, is_ascii: bool) {
        self.words.clear();
        self.words.extend(text.as_bytes().chunks(64).map(word_bits));
        if is_ascii {
            return;
        }
        for (at, c) in beyond_ascii(text).filter(|(_, c)| is_word(*c)) {
            for byte in at..at + c.len_utf8() {
                self.words[byte / 64] |= 1 << (byte % 64);
            }
        }
    }

    fn find_bounds(&mut self, length: usize) {
        self.bounds.clear();
        let mut was_word = 0;
        for (index, words) in self.words.iter().enumerate() {
            // A bit where a byte is of a word and the one before is not, or the reverse.
            let mut changes = words ^ (words << 1 | was_word);
            was_word = words >> 63;
            while changes != 0 {
                let at = 64 * index + changes.trailing_zeros() as usize;
                // A text of 4 GB cannot get here: doors and readers refuse far smaller ones.
                self.bounds.push(u32::try_from(at).unwrap_or(u32::MAX));
                changes &= changes - 1;
            }
        }
        // A run that only the text's end ends.
        if self.bounds.len() % 2 == 1 {
            self.bounds.push(u32::try_from(length).unwrap_or(u32::MAX));
        }
    }

    /// Keeps the runs of two characters or more.
    fn keep(&mut self, text: &str, is_ascii: bool) {
        let (runs, _) = self.bounds.as_chunks::<2>();
        self.spans.clear();
        self.spans.resize(runs.len(), 0..0);
        let mut count = 0;
        for [start, end] in runs {
            let is_long = match end - start {
                // One character has four bytes at most.
                2..=4 if !is_ascii => {
                    let run = text.get(*start as usize..*end as usize);
                    run.is_some_and(|run| run.chars().nth(1).is_some())
                }
                length => length >= 2,
            };
            // Written in any case, and then over: no branch that a processor would guess wrong.
            self.spans[count] = *start..*end;
            count += usize::from(is_long);
        }
        self.spans.truncate(count);
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// True if there is no token.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The token at `index`, cut from what [`Tokens::find`] returned.
    pub fn get<'t>(&self, text: &'t str, index: usize) -> &'t str {
        let span = &self.spans[index];
        &text[span.start as usize..span.end as usize]
    }

    /// The text of the n-gram of `n` tokens that begins at `index`: what training keeps of a term.
    pub fn ngram(&self, text: &str, index: usize, n: usize) -> String {
        let words: Vec<&str> = (index..index + n).map(|i| self.get(text, i)).collect();
        words.join(" ")
    }

    /// Calls `visit(hash, index, n)` for each n-gram of `min` to `max` tokens, 8 at most, in the
    /// order of their last tokens.
    pub fn ngrams(
        &self,
        text: &str,
        min: usize,
        max: usize,
        mut visit: impl FnMut(u64, usize, usize),
    ) {
        debug_assert!(max <= MAX_NGRAM as usize);
        match max {
            0 | 1 => self.ngrams_to::<1>(text, min, visit),
            2 => self.ngrams_to::<2>(text, min, visit),
            3 => self.ngrams_to::<3>(text, min, visit),
            _ => self.ngrams_to::<{ MAX_NGRAM as usize }>(text, min, move |hash, index, n| {
                if n <= max {
                    visit(hash, index, n);
                }
            }),
        }
    }

    /// All n-grams that end at a token are hashed side by side: a multiplication waits for the one
    /// before it in the same n-gram only.
    fn ngrams_to<const MAX: usize>(
        &self,
        text: &str,
        min: usize,
        mut visit: impl FnMut(u64, usize, usize),
    ) {
        // hashes[n - 1] is that of the n tokens up to here.
        let mut hashes = [TermHash::new(); MAX];
        for last in 0..self.len() {
            for n in (1..MAX).rev() {
                hashes[n] = hashes[n - 1];
                hashes[n].write_byte(b' ');
            }
            hashes[0] = TermHash::new();
            for byte in self.get(text, last).bytes() {
                for hash in &mut hashes {
                    hash.write_byte(byte);
                }
            }
            for n in min..=MAX.min(last + 1) {
                visit(hashes[n - 1].finish(), last + 1 - n, n);
            }
        }
    }
}

/// Number of runs of word characters in `text`, lowercased or not: at least as many as its tokens,
/// and what [`Tokens::find`] takes memory for.
pub fn runs(text: &str) -> usize {
    let mut was_word = false;
    let mut runs = 0;
    for c in text.chars() {
        let is_word = is_word(c);
        runs += usize::from(is_word && !was_word);
        // The one character whose lowercase is two, of which the second is no word character.
        was_word = is_word && c != 'İ';
    }
    runs
}

/// Most tokens that `text` has: [`runs`], and where `characters` are tokens each of those.
pub fn most_tokens(text: &str, characters: bool) -> usize {
    let cut = match characters {
        true if !text.is_ascii() => text.chars().filter(|c| unspaced::is_unspaced(*c)).count(),
        _ => 0,
    };
    runs(text) + cut
}

/// The hash of a term: FNV-1a of 64 bits (draft-eastlake-fnv), then MurmurHash3's 64-bit
/// finaliser, since the vocabulary orders by the high bits, which FNV-1a alone mixes poorly.
#[derive(Clone, Copy)]
pub struct TermHash(u64);

impl TermHash {
    /// The hash of nothing, to be written to.
    #[allow(clippy::new_without_default)] // `default` would say less than `new`
    pub fn new() -> TermHash {
        TermHash(0xcbf2_9ce4_8422_2325)
    }

    /// Appends bytes to what is hashed.
    pub fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_byte(*byte);
        }
    }

    #[inline(always)]
    fn write_byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// The hash of what was written so far; more may be written after it.
    pub fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }

    /// The hash of a whole term.
    pub fn of(term: &str) -> u64 {
        let mut hash = TermHash::new();
        hash.write(term.as_bytes());
        hash.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        let text = tokens.find(text, true);
        (0..tokens.len())
            .map(|i| tokens.get(&text, i).to_string())
            .collect()
    }

    #[test]
    fn tokens_are_runs_of_two_or_more_word_characters() {
        assert_eq!(
            tokens("I can't LOG_IN: order 7, 42 €5!"),
            ["can", "log_in", "order", "42"]
        );
        assert_eq!(
            tokens("Café MÜLLER ΟΔΟΣ 日本語 x²"),
            ["café", "müller", "οδος", "日本語", "x²"]
        );
        assert_eq!(tokens(""), [""; 0]);
    }

    #[test]
    fn runs_are_counted_as_they_are_found() {
        for text in ["a b c", "İİİ", "ab, cd", "日、本", "", "_", "é·é"] {
            let mut tokens = Tokens::default();
            tokens.find(text, true);
            assert_eq!(runs(text), tokens.bounds.len() / 2, "{text}");
        }
    }

    #[test]
    fn marks_end_a_token_as_in_python() {
        // re.findall(r"(?u)\b\w\w+\b", "किताब"): the vowel signs are no word characters.
        assert_eq!(tokens("किताब"), [""; 0]);
        assert!(!is_word('\u{93f}') && !is_word('Ⓐ') && is_word('Ⅷ') && is_word('½'));
    }

    #[test]
    fn term_hashes_are_fixed_for_ever() {
        for (term, hash) in [
            ("", 0xefd0_1f60_ba99_2926),
            ("a", 0x82a2_a958_a9be_ce5b),
            ("refund", 0xb6b8_2ed9_45ea_3082),
            ("order late", 0xf80e_647e_adbf_7a11),
            ("café", 0xf50b_1f8e_2c06_82e6),
        ] {
            assert_eq!(TermHash::of(term), hash, "{term:?}");
        }
    }

    proptest! {
        #[test]
        fn tokens_are_those_of_a_look_at_each_character(
            text in "([ -~\\n]|[ -~]|[à-öÀ-Öß²×’€Σ日本ก😀\u{e48}\u{93f}]|\\PC){0,150}",
            lowercase in any::<bool>(),
        ) {
            let expected = if lowercase { text.to_lowercase() } else { text.clone() };
            let words = expected.split(|c| !is_word(c)).filter(|word| word.chars().count() >= 2);
            let mut tokens = Tokens::default();
            let folded = tokens.find(&text, lowercase);
            prop_assert_eq!(&folded, &expected);
            let found = (0..tokens.len()).map(|index| tokens.get(&folded, index));
            prop_assert!(found.eq(words));
            prop_assert!(runs(&text) >= tokens.bounds.len() / 2);
            tokens.split_unspaced(&folded);
            prop_assert!(most_tokens(&text, true) >= tokens.len());
        }

        #[test]
        fn an_ngram_hashes_as_its_text(text in "\\PC{0,80}", max in 1usize..=8) {
            let mut tokens = Tokens::default();
            let folded = tokens.find(&text, true);
            let mut seen = 0;
            tokens.ngrams(&folded, 1, max, |hash, index, n| {
                assert_eq!(hash, TermHash::of(&tokens.ngram(&folded, index, n)));
                seen += 1;
            });
            let expected: usize = (1..=max).map(|n| (tokens.len() + 1).saturating_sub(n)).sum();
            prop_assert_eq!(seen, expected);
        }
    }
}
