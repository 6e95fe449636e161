//! Names that a Rust file takes in: its `use` lines, and the paths in its code.

/// A name that a module takes in.
pub struct Import {
    /// Its path, as written.
    pub path: Vec<String>,
    /// The name that it gets.
    pub name: String,
    /// It is re-exported.
    pub is_public: bool,
}

/// The `use` lines of `code`, and the rest of it.
pub fn imports(code: &str) -> (Vec<Import>, String) {
    let (mut imports, mut body) = (Vec::new(), String::new());
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        let visible = start.strip_prefix("pub");
        let visible = visible.map(|rest| match rest.strip_prefix('(') {
            Some(scope) => scope.split_once(')').map_or(rest, |(_, rest)| rest),
            None => rest,
        });
        let Some(tree) = visible.unwrap_or(start).trim_start().strip_prefix("use ") else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        let mut tree = tree.to_string();
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap_or(";"));
        }
        let is_public = visible.is_some();
        for (path, name) in branches(tree.split(';').next().unwrap_or_default()) {
            imports.push(Import {
                path,
                name,
                is_public,
            });
        }
    }
    (imports, body)
}

/// The paths of a `use` tree, each with the name that it gets.
fn branches(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split("::").map(|part| part.trim().to_string());
        parts.filter(|part| !part.is_empty()).collect()
    };
    let Some((head, inner)) = tree.split_once('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = parts(path);
        let last = path.last().cloned().unwrap_or_default();
        let name = if alias.is_empty() {
            last
        } else {
            alias.trim().to_string()
        };
        return match tree {
            "" => Vec::new(),
            _ => vec![(path, name)],
        };
    };
    let inner = inner.rsplit_once('}').map_or(inner, |(inner, _)| inner);
    let head = parts(head);
    let mut depth = 0;
    let is_comma = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    };
    let below = inner.split(is_comma).flat_map(branches);
    below
        .map(|(path, name)| (head.iter().cloned().chain(path).collect(), name))
        .collect()
}

/// The paths of two or more names in `body`.
pub fn paths(body: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = body
        .split(|c| !is_path(c))
        .filter(|word| word.contains("::"));
    let parts = |word: &str| -> Vec<String> { word.split("::").map(String::from).collect() };
    words.map(parts).collect()
}
