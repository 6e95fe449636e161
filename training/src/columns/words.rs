//! Words that stand for a missing value: the usual ones, with those that are given and without
//! those that are data.

use model::notation::MISSING;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The words, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingWords {
    words: BTreeSet<String>,
    /// Length of the longest word, in bytes.
    longest: usize,
}

impl MissingWords {
    /// The usual words with `more` and without `not`.
    pub fn new(more: &[String], not: &[String]) -> MissingWords {
        let lower = |words: &[String]| -> Vec<String> {
            let words = words.iter().map(|word| word.trim().to_ascii_lowercase());
            words.filter(|word| !word.is_empty()).collect()
        };
        let mut words: BTreeSet<String> = MISSING.into_iter().map(String::from).collect();
        words.extend(lower(more));
        lower(not).iter().for_each(|word| {
            words.remove(word);
        });
        let longest = words.iter().map(String::len).max().unwrap_or(0);
        MissingWords { words, longest }
    }

    /// True if a trimmed text is one of them.
    pub fn has(&self, text: &str) -> bool {
        // Most values are longer than any word, and need no copy.
        text.len() <= self.longest && self.words.contains(&text.to_ascii_lowercase())
    }

    /// True if they are the usual ones.
    pub fn is_usual(&self) -> bool {
        self.words.len() == MISSING.len()
            && MISSING.into_iter().all(|word| self.words.contains(word))
    }

    /// As a notation stores them.
    pub fn stored(&self) -> Cow<'static, str> {
        let lines = self.words.iter().flat_map(|word| [word.as_str(), "\n"]);
        lines.collect::<String>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_added_and_taken_away() {
        let usual = MissingWords::new(&[], &[]);
        assert!(usual.is_usual() && usual.has("N/A") && usual.has("none") && !usual.has("x"));
        let own = MissingWords::new(&["-999".into(), " Unknown ".into()], &["na".into()]);
        assert!(own.has("-999") && own.has("UNKNOWN") && !own.has("NA") && own.has("?"));
        assert!(!own.is_usual() && own.stored().lines().any(|word| word == "unknown"));
    }
}
