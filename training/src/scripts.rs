//! Detection of texts without spaces between words, which are learnt by characters.

use model::unspaced::is_unspaced;

/// So many rows of such text are enough, in a table of any size.
const ROWS: usize = 20;

/// One row in so many is enough as well, if there are two.
const ONE_IN: usize = 100;

/// Rows with text of a script without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unspaced {
    /// Number of such rows.
    pub rows: usize,
    /// Name of the script that most of them are in.
    pub script: &'static str,
}

/// The rows of `texts` with two or more characters of such a script in a row; `None` where they are
/// too few to be learnt from.
pub fn unspaced<'t>(texts: impl Iterator<Item = &'t str>) -> Option<Unspaced> {
    const SCRIPTS: [&str; 6] = ["Chinese", "Japanese", "Thai", "Lao", "Burmese", "Khmer"];
    let (mut rows, mut found) = (0, [0; SCRIPTS.len()]);
    for text in texts {
        rows += 1;
        if let Some(script) = script_of(text) {
            found[script] += 1;
        }
    }
    let count: usize = found.iter().sum();
    let most = (0..SCRIPTS.len())
        .rev()
        .max_by_key(|script| found[*script])?;
    let is_enough = count >= ROWS || count >= 2 && count * ONE_IN >= rows;
    is_enough.then_some(Unspaced {
        rows: count,
        script: SCRIPTS[most],
    })
}

fn script_of(text: &str) -> Option<usize> {
    if text.is_ascii() {
        return None;
    }
    let (mut follows, mut script) = (false, None);
    for c in text.chars() {
        let is_unspaced = is_unspaced(c);
        if is_unspaced && follows {
            let of_character = match c {
                '\u{e00}'..='\u{e7f}' => 2,
                '\u{e80}'..='\u{eff}' => 3,
                '\u{1780}'..='\u{17ff}' => 5,
                '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' => 4,
                '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => 1,
                _ => 0,
            };
            // Japanese has Chinese characters too.
            script = script.max(Some(of_character));
        }
        follows = is_unspaced;
    }
    script
}

/// Words of a text, roughly: of scripts without spaces, two characters are about a word.
pub fn count_words(text: &str, tokens: &mut model::tokens::Tokens) -> usize {
    tokens.find(text, false);
    if text.is_ascii() {
        return tokens.len();
    }
    tokens.split_unspaced(text);
    let is_character = |index: &usize| {
        tokens
            .get(text, *index)
            .chars()
            .next()
            .is_some_and(is_unspaced)
    };
    let characters = (0..tokens.len()).filter(is_character).count();
    tokens.len() - characters + characters.div_ceil(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(texts: &[&str]) -> Option<&'static str> {
        unspaced(texts.iter().copied()).map(|found| found.script)
    }

    #[test]
    fn scripts_without_spaces_are_known() {
        assert_eq!(script(&["包裹还没到", "我要退款"]), Some("Chinese"));
        assert_eq!(
            script(&["荷物が届かない", "返金をお願いします"]),
            Some("Japanese")
        );
        assert_eq!(script(&["พัสดุยังไม่มา", "ขอเงินคืน"]), Some("Thai"));
        assert_eq!(script(&["ພັດສະດຸ", "ຂໍເງິນຄືນ"]), Some("Lao"));
        assert_eq!(script(&["ပါဆယ်မရောက်", "ငွေပြန်အမ်း"]), Some("Burmese"));
        assert_eq!(script(&["កញ្ចប់មិនមក", "សូមប្រាក់វិញ"]), Some("Khmer"));
    }

    #[test]
    fn other_scripts_and_a_few_characters_are_not() {
        assert_eq!(
            script(&["my parcel", "소포가 오지 않았어요", "посылка", "حزمة"]),
            None
        );
        // A shrug, and a name in one row of many.
        assert_eq!(script(&["¯\\_(ツ)_/¯"; 300]), None);
        let mut texts = vec!["where is my parcel"; 299];
        texts.push("東京 office");
        assert_eq!(script(&texts), None);
        texts.extend(["東京 office"; 19]);
        assert_eq!(
            unspaced(texts.into_iter()).map(|found| found.rows),
            Some(20)
        );
    }

    #[test]
    fn words_are_counted_in_any_script() {
        let mut tokens = model::tokens::Tokens::default();
        let mut count = |text| count_words(text, &mut tokens);
        assert_eq!(count("my parcel is late"), 4);
        assert_eq!(count("我的包裹还没到"), 4);
        assert_eq!(count("北京"), 1);
        assert_eq!(count("iPhone 手机壳"), 3);
    }
}
