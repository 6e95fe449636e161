//! Finds members that stand twice in one JSON object.
//!
//! Parsers keep one of them without a word, and not all keep the same one (RFC 8259, section 4), so
//! what CloudWatch would read is a guess. A parsed value no longer knows; the text does.

use std::collections::HashSet;

/// One sentence for each repeated member, at any depth. `json` must be one valid JSON text: then an
/// opening quote always begins a string, and a string before a colon is always a member's name.
pub(crate) fn members_given_twice(json: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    // The names seen in each object that is open; an array has none and needs only its place.
    let mut open: Vec<HashSet<String>> = Vec::new();
    let mut member_of_root = String::new();
    let bytes = json.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => open.push(HashSet::new()),
            b'}' | b']' => {
                open.pop();
            }
            b'"' => {
                let end = string_end(bytes, at);
                if is_name(&bytes[end..]) {
                    // Two spellings of one name, "a" and "\u0061", are the same name.
                    let name: String = serde_json::from_str(&json[at..end]).unwrap_or_default();
                    if open.len() == 1 {
                        member_of_root.clone_from(&name);
                    }
                    if open.last().is_some_and(|names| names.contains(&name)) {
                        let place = match open.len() {
                            1 => "the root".to_owned(),
                            _ => format!("an object in {member_of_root:?}"),
                        };
                        sentences.push(format!("{place} has the member {name:?} twice"));
                    } else if let Some(names) = open.last_mut() {
                        names.insert(name);
                    }
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    sentences
}

/// The index behind the closing quote of the string that opens at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn is_name(behind: &[u8]) -> bool {
    behind.trim_ascii_start().first() == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::members_given_twice;

    #[test]
    fn the_same_name_in_two_objects_is_no_repetition() {
        let json = r#"{"a":{"a":1,"b":[{"a":1},{"a":2}]},"b":"a","c":["a","a"],"d":"\"a\":"}"#;
        assert!(members_given_twice(json).is_empty());
    }

    #[test]
    fn a_repeated_member_is_found_at_any_depth_and_in_any_spelling() {
        let json = r#"{"a":1,"b":{"c":[{"d":1, "d" : 2}]},"\u0061":"}"}"#;
        let expected = [
            r#"an object in "b" has the member "d" twice"#,
            r#"the root has the member "a" twice"#,
        ];
        assert_eq!(members_given_twice(json), expected);
    }
}
