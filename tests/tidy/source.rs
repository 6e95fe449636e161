//! Rust files as text, without what is not code: comments, the content of strings, and tests.

use crate::{files, read, root};
use std::path::{Path, PathBuf};

/// A Rust file of a package's `src`, outside its tests.
pub struct SourceFile {
    /// The path below the repository's root.
    pub path: PathBuf,
    /// The path of its module below the crate's root: `["trees", "split"]`, empty for `lib.rs`.
    pub module: Vec<String>,
    /// Its code, without comments, the content of strings, and tests.
    pub code: String,
}

/// The files of `package` that are compiled into its library, or into its program if it has none.
pub fn sources(package: &str) -> Vec<SourceFile> {
    let folder = root().join(package).join("src");
    let file = |path: PathBuf| {
        let below = path.strip_prefix(&folder).ok()?.with_extension("");
        let parts = below.iter().map(|part| part.to_string_lossy().into_owned());
        let mut module: Vec<String> = parts.collect();
        let last = module.last()?.clone();
        if last.ends_with("tests") || module[0] == "bin" || (module.len() == 1 && last == "main") {
            return None;
        }
        if last == "mod" || (module.len() == 1 && last == "lib") {
            module.pop();
        }
        Some(SourceFile {
            code: without_tests(&without_comments(&read(&path))),
            path: path.strip_prefix(root()).unwrap_or(&path).to_path_buf(),
            module,
        })
    };
    files(".rs").into_iter().filter_map(file).collect()
}

/// `text` without its comments and the content of its strings and characters.
pub fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => string(rest),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => raw_string(rest),
            '\'' => character(rest),
            _ => 0,
        };
        match length {
            0 => {
                code.push(first);
                rest = &rest[first.len_utf8()..];
            }
            _ => {
                if first != '/' {
                    code.push_str("\"\"");
                }
                rest = &rest[length..];
            }
        }
    }
    code
}

/// Length of the string literal that `text` begins with.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// Length of the raw string literal that `text` begins with; 0 for a raw name such as `r#type`.
fn raw_string(text: &str) -> usize {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    if !text[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let start = hashes + 2;
    text[start..]
        .find(&end)
        .map_or(text.len(), |at| start + at + end.len())
}

/// Length of the character literal that `text` begins with; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((second, _))) => text[second + 1..]
            .find('\'')
            .map_or(0, |end| second + end + 2),
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 0,
    }
}

/// `code` without the items that are compiled for tests only.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        kept.push_str(&rest[..start]);
        let item = &rest[start + MARK.len()..];
        rest = &item[end_of_item(item)..];
    }
    kept.push_str(rest);
    kept
}

/// Length of the item that `code` begins with: up to its `;` or closing brace.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The packages of the workspace that have a `src`, by their folders.
pub fn packages() -> Vec<String> {
    let manifests = files("Cargo.toml");
    let with_source = manifests
        .iter()
        .filter_map(|manifest| manifest.parent())
        .filter(|folder| folder.join("src").is_dir());
    let name = |folder: &Path| Some(folder.file_name()?.to_string_lossy().into_owned());
    with_source.filter_map(name).collect()
}

#[test]
fn only_code_is_left_of_a_file() {
    let text = r##"
        // use crate::a;
        fn f<'a>(x: &'a str) { let c = ('"', '\'', "use \" crate::b", r#"crate::"c"#); }
        #[cfg(test)]
        mod tests { fn g() { crate::d() } }
        use crate::e;
    "##;
    let code = without_tests(&without_comments(text));
    for gone in ["crate::a", "crate::b", "crate::", "crate::d"] {
        assert!(!code.replace("crate::e", "").contains(gone), "{code}");
    }
    assert!(
        code.contains("&'a str") && code.contains("use crate::e;"),
        "{code}"
    );
}
