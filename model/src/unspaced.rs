//! Scripts that are written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer and
//! Burmese. A run of their letters is a sentence, not a word, and hardly ever returns as a whole.
//!
//! If a text column asks for it, each letter of these scripts is a token of its own, so that
//! n-grams of tokens are n-grams of characters. Marks (vowels and tones of Thai, say) belong to the
//! letter before them. All other text is cut as always.

use crate::words::is_word;
use std::ops::Range;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// True if a character is a letter or a mark of a script that is written without spaces.
pub fn is_unspaced(c: char) -> bool {
    let is_in_block = matches!(c,
        '\u{e00}'..='\u{eff}'           // Thai, Lao
        | '\u{1000}'..='\u{109f}'       // Burmese
        | '\u{1780}'..='\u{17ff}'       // Khmer
        | '\u{3005}'..='\u{3007}'       // signs among Chinese characters
        | '\u{3040}'..='\u{30ff}'       // hiragana, katakana
        | '\u{31f0}'..='\u{31ff}'       // more katakana
        | '\u{3400}'..='\u{4dbf}'       // Chinese characters
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a9e0}'..='\u{a9ff}'       // more Burmese
        | '\u{aa60}'..='\u{aa7f}'
        | '\u{f900}'..='\u{faff}'       // more Chinese characters
        | '\u{ff66}'..='\u{ff9f}'       // katakana of half width
        | '\u{20000}'..='\u{3ffff}'     // more Chinese characters
    );
    let is_letter_or_mark = || {
        matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark
        ) || c.general_category() == GeneralCategory::LetterNumber
    };
    is_in_block && is_letter_or_mark()
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Replaces `spans` by those of the tokens of `text`: each letter of these scripts with the marks
/// behind it, and each longest run of two or more other word characters.
pub(crate) fn find(text: &str, spans: &mut Vec<Range<u32>>) {
    // A text of 4 GB cannot get here: doors and readers refuse far smaller ones.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    spans.clear();
    // The run of other word characters that is being read: its first byte, and its characters.
    let mut word: Option<(usize, usize)> = None;
    // Where the token of such a letter ends, which a mark may prolong.
    let mut letter_end = None;
    let end_of_text = std::iter::once((text.len(), '\0'));
    for (at, c) in text.char_indices().chain(end_of_text) {
        let is_unspaced = is_unspaced(c);
        if !is_unspaced && is_word(c) {
            let (start, count) = word.unwrap_or((at, 0));
            word = Some((start, count + 1));
            continue;
        }
        if let Some((start, 2..)) = word.take() {
            spans.push(place(start)..place(at));
        }
        if is_unspaced {
            let end = at + c.len_utf8();
            match spans.last_mut() {
                Some(last) if letter_end == Some(at) && is_mark(c) => last.end = place(end),
                _ => spans.push(place(at)..place(end)),
            }
            letter_end = Some(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::Tokens;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        let folded = tokens.find(text, true);
        tokens.split_unspaced(&folded);
        let found = (0..tokens.len()).map(|index| tokens.get(&folded, index).to_string());
        found.collect()
    }

    #[test]
    fn each_character_of_these_scripts_is_a_token() {
        assert_eq!(tokens("包裹还没到。"), ["包", "裹", "还", "没", "到"]);
        assert_eq!(tokens("ギフト券"), ["ギ", "フ", "ト", "券"]);
        // Vowels and tones above and below are marks, which go with their consonant.
        assert_eq!(tokens("ที่นี่"), ["ที่", "นี่"]);
        assert_eq!(tokens("ເຄື່ອງ"), ["ເ", "ຄື່", "ອ", "ງ"]);
        assert_eq!(tokens("ខ្មែរ"), ["ខ្", "មែ", "រ"]);
        assert_eq!(tokens("မြန်မာ"), ["မြ", "န်", "မာ"]);
        // A mark without a letter before it, and a mark behind another script's letter.
        assert_eq!(tokens("\u{e48}a\u{e48}"), ["\u{e48}", "\u{e48}"]);
    }

    #[test]
    fn other_text_between_them_is_cut_as_always() {
        assert_eq!(
            tokens("iPhone手机壳 x 42元"),
            ["iphone", "手", "机", "壳", "42", "元"]
        );
        assert_eq!(tokens("한국어 텍스트 ๒๕๖๙"), ["한국어", "텍스트", "๒๕๖๙"]);
        assert_eq!(tokens(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn text_of_other_scripts_has_the_tokens_that_it_has_without(
            text in "([ -~\\n]|[à-öÀ-Öß²×’€Σ😀\u{93f}가-힣а-я]){0,80}",
            lowercase in any::<bool>(),
        ) {
            let (mut with, mut without) = (Tokens::default(), Tokens::default());
            let folded = with.find(&text, lowercase);
            with.split_unspaced(&folded);
            without.find(&text, lowercase);
            let cut = |tokens: &Tokens| -> Vec<String> {
                (0..tokens.len()).map(|at| tokens.get(&folded, at).to_string()).collect()
            };
            prop_assert_eq!(cut(&with), cut(&without));
        }

        #[test]
        fn no_letter_of_these_scripts_is_lost(text in "([ -~]|[ぁ-ん一-龥ก-๛ກ-ໝက-႟ក-៹]){0,80}") {
            let found = tokens(&text).concat();
            let expected = text.chars().filter(|c| is_unspaced(*c));
            let kept = found.chars().filter(|c| is_unspaced(*c));
            prop_assert!(kept.eq(expected));
        }
    }
}
