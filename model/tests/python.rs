//! Tokens are those of scikit-learn, that is of Python's `re` and `str.lower`.
//!
//! Python's and Rust's Unicode versions differ, so only characters count that the Python at hand
//! knows as assigned.
#![allow(clippy::unwrap_used)] // helpers of tests may unwrap as tests do

use model::tokens::{Tokens, is_word};
use std::io::Write;
use std::process::{Command, Stdio};

/// Output of `python3` for this script and input; `None` where there is no `python3`.
fn python(script: &str, input: &str) -> Option<String> {
    let child = Command::new("python3")
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: there is no python3 to compare with");
        return None;
    };
    // The scripts read all before they print, so neither waits for the other.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "python3 failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    let text = tokens.find(text, true);
    let found = (0..tokens.len()).map(|index| tokens.get(&text, index).to_string());
    found.collect()
}

/// First and last characters of what texts are made of.
const SCRIPTS: [(char, char); 24] = [
    (' ', '~'),
    ('0', '9'),
    ('A', 'Z'),
    ('\u{a0}', '\u{17f}'),  // Latin with accents, ß, İ, ª, ²
    ('\u{180}', '\u{2af}'), // more Latin, titlecase letters
    ('\u{300}', '\u{36f}'), // combining marks
    ('\u{370}', '\u{3ff}'), // Greek
    ('Α', 'Ω'),
    ('\u{1f00}', '\u{1fff}'),   // Greek with accents
    ('\u{400}', '\u{52f}'),     // Cyrillic
    ('\u{531}', '\u{5f4}'),     // Armenian, Hebrew
    ('\u{600}', '\u{6ff}'),     // Arabic
    ('\u{900}', '\u{97f}'),     // Devanagari
    ('\u{e00}', '\u{e5b}'),     // Thai
    ('\u{10a0}', '\u{10ff}'),   // Georgian
    ('\u{13a0}', '\u{13ff}'),   // Cherokee
    ('\u{2000}', '\u{218f}'),   // punctuation, superscripts, letter-like symbols, Roman numbers
    ('\u{2460}', '\u{24ff}'),   // enclosed numbers and letters
    ('\u{3000}', '\u{33ff}'),   // CJK signs, kana, squared words
    ('\u{4e00}', '\u{4fff}'),   // CJK
    ('\u{ac00}', '\u{acff}'),   // Hangul
    ('\u{ff00}', '\u{ffdc}'),   // full width
    ('\u{10400}', '\u{1044f}'), // Deseret
    ('\u{1f300}', '\u{1f64f}'), // emoji
];

/// Texts of mixed scripts, the same on every run: a linear congruential generator (Knuth's MMIX).
fn texts(count: usize) -> Vec<String> {
    let mut state = 1u64;
    let mut below = move |bound: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % u64::from(bound)) as u32
    };
    let text = |_| {
        let mut text = String::new();
        for _ in 0..below(12) {
            let (first, last) = SCRIPTS[below(SCRIPTS.len() as u32) as usize];
            for _ in 0..below(9) {
                let code = first as u32 + below(last as u32 - first as u32 + 1);
                text.extend(char::from_u32(code));
            }
            text.push_str(
                ["", " ", "\n", "_", "Σ", "Σ ", "İ", "ẞ", "\u{301}", "'"][below(10) as usize],
            );
        }
        text
    };
    (0..count).map(text).collect()
}

#[test]
fn tokens_of_mixed_scripts_are_those_of_python() {
    let script = r#"
import json, re, sys, unicodedata
texts = json.load(sys.stdin)
known = ["".join(c for c in text if unicodedata.category(c) != "Cn") for text in texts]
json.dump([[text, re.findall(r"(?u)\b\w\w+\b", text.lower())] for text in known], sys.stdout)
"#;
    let texts = serde_json::to_string(&texts(5000)).unwrap();
    let Some(output) = python(script, &texts) else {
        return;
    };
    let expected: Vec<(String, Vec<String>)> = serde_json::from_str(&output).unwrap();
    assert_eq!(expected.len(), 5000);
    let count: usize = expected.iter().map(|(_, tokens)| tokens.len()).sum();
    assert!(count > 15_000, "only {count} tokens were compared");
    for (text, expected) in expected {
        assert_eq!(tokens(&text), expected, "{text:?}");
    }
}

#[test]
fn every_character_is_the_word_character_that_it_is_in_python() {
    let script = r#"
import re, sys, unicodedata
for code in range(0x110000):
    c = chr(code)
    if unicodedata.category(c) not in ("Cn", "Cs"):
        lower = "-".join(f"{ord(l):x}" for l in c.lower())
        print(f"{code:x}", "W" if re.match(r"\w", c) else "-", lower)
"#;
    let Some(output) = python(script, "") else {
        return;
    };
    let mut wrong = Vec::new();
    for line in output.lines() {
        let [code, word, lower] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line:?}");
        };
        let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
        let ours: Vec<String> = c
            .to_lowercase()
            .map(|l| format!("{:x}", l as u32))
            .collect();
        if is_word(c) != (word == "W") || ours.join("-") != lower {
            wrong.push(line);
        }
    }
    assert!(output.lines().count() > 250_000);
    assert_eq!(wrong, [""; 0]);
}
