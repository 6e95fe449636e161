//! No circle between the modules of a crate: whoever reads one needs to know only those below it.
//!
//! A module is a file. It depends on the modules that define what its `use` lines and paths name.
//! `mod child;` and `pub use` are no dependencies: names are followed through re-exports to the file
//! that defines them, so that a folder's `mod.rs` may present what its files contain.

use crate::source::{SourceFile, packages, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Circles that are known and are to go: the modules of each, and why it is still there.
const KNOWN: [(&str, &[&str], &str); 17] = [
    ("batch", &["answers", "csv"], "to be broken next"),
    ("emf", &["line", "sheet"], "to be broken next"),
    (
        "function",
        &["faults", "problem"],
        "the endpoint is to own the model, the watch and the worker; work in progress",
    ),
    (
        "function",
        &[
            "explain",
            "metrics",
            "monitoring::capture",
            "monitoring::kept",
            "monitoring::scored",
            "monitoring::shadow",
            "monitoring::watch",
            "monitoring::watch::lines",
            "monitoring::worker",
            "scoring",
            "served",
        ],
        "the endpoint is to own the model, the watch and the worker; work in progress",
    ),
    (
        "function",
        &["doors::inference", "doors::inference::tensor"],
        "the endpoint is to own the model, the watch and the worker; work in progress",
    ),
    (
        "function",
        &["doors", "doors::ours"],
        "the endpoint is to own the model, the watch and the worker; work in progress",
    ),
    (
        "function",
        &["app", "compression"],
        "the endpoint is to own the model, the watch and the worker; work in progress",
    ),
    (
        "hearth",
        &[
            "commands",
            "commands::diff",
            "commands::drift",
            "commands::example",
            "commands::inspect",
            "commands::predict",
            "commands::replay",
            "commands::train",
            "commands::verify",
        ],
        "to be broken next",
    ),
    (
        "model",
        &["timestamp", "timestamp::forms", "timestamp::forms::clock"],
        "to be broken next",
    ),
    (
        "model",
        &[
            "features",
            "open",
            "open::columns",
            "row",
            "row::cell",
            "row::value",
            "sections",
        ],
        "to be broken next",
    ),
    (
        "model",
        &["rows", "rows::delimited", "rows::input", "rows::json_lines"],
        "to be broken next",
    ),
    (
        "storage",
        &["file", "list", "objects", "s3::client", "store", "writer"],
        "to be broken next",
    ),
    (
        "training",
        &[
            "columns",
            "columns::judge",
            "columns::numbers",
            "columns::profile",
            "columns::times",
            "table",
        ],
        "to be broken next",
    ),
    (
        "training",
        &["categories", "categories::targets", "preprocess"],
        "to be broken next",
    ),
    (
        "training",
        &["candidates", "candidates::usual"],
        "to be broken next",
    ),
    (
        "versioning",
        &["cache", "lib", "lock", "object", "remote"],
        "to be broken next",
    ),
    ("versioning", &["pieces", "transfer"], "to be broken next"),
];

type Module = Vec<String>;

/// The modules of a crate with the names that they use.
struct Crate {
    /// All modules.
    modules: BTreeSet<Module>,
    /// Absolute paths that each module uses.
    uses: BTreeMap<Module, Vec<Module>>,
    /// Names that each module re-exports, with the absolute paths behind them.
    exports: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Crate {
    fn of(files: &[SourceFile]) -> Crate {
        let modules: BTreeSet<Module> = files.iter().map(|file| file.module.clone()).collect();
        let (mut uses, mut exports) = (BTreeMap::new(), BTreeMap::new());
        for SourceFile { module, code, .. } in files {
            let absolute = |path: Module| absolute(&modules, module, path);
            let (imports, body) = imports(code);
            let (public, private): (Vec<_>, Vec<_>) =
                imports.into_iter().partition(|import| import.is_public);
            let exported: BTreeMap<String, Module> = public
                .into_iter()
                .filter_map(|import| Some((import.name, absolute(import.path)?)))
                .collect();
            let named = private.into_iter().map(|import| import.path);
            let used: Vec<Module> = named.chain(paths(&body)).filter_map(absolute).collect();
            uses.insert(module.clone(), used);
            exports.insert(module.clone(), exported);
        }
        Crate {
            modules,
            uses,
            exports,
        }
    }

    /// The file that defines `path`.
    fn defining(&self, path: &[String], depth: usize) -> Module {
        let known = (0..=path.len())
            .rev()
            .map(|length| path.split_at(length))
            .find(|(module, _)| self.modules.contains(*module));
        let Some((module, rest)) = known else {
            return Module::new();
        };
        let exported = rest.first().and_then(|name| self.exports[module].get(name));
        match exported {
            // A name that is re-exported from a module of the same name leads nowhere else.
            Some(behind) if depth < 8 && behind != path => {
                let behind: Module = behind.iter().chain(&rest[1..]).cloned().collect();
                self.defining(&behind, depth + 1)
            }
            _ => module.to_vec(),
        }
    }

    /// The modules that each module depends on.
    fn dependencies(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of = |(module, used): (&Module, &Vec<Module>)| {
            let mut others: BTreeSet<Module> =
                used.iter().map(|path| self.defining(path, 0)).collect();
            others.remove(module);
            (module.clone(), others)
        };
        self.uses.iter().map(of).collect()
    }
}

/// A name that a module takes in.
struct Import {
    path: Module,
    name: String,
    is_public: bool,
}

/// The `use` lines of `code`, and the rest of it.
fn imports(code: &str) -> (Vec<Import>, String) {
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
fn branches(tree: &str) -> Vec<(Module, String)> {
    let tree = tree.trim();
    let parts = |text: &str| -> Module {
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
fn paths(body: &str) -> Vec<Module> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let words = body
        .split(|c| !is_path(c))
        .filter(|word| word.contains("::"));
    let parts = |word: &str| -> Module { word.split("::").map(String::from).collect() };
    words.map(parts).collect()
}

/// `path`, as written in `module`, from the crate's root; `None` of other crates and local names.
fn absolute(modules: &BTreeSet<Module>, module: &Module, path: Module) -> Option<Module> {
    let child = |name: &String| -> Module { module.iter().chain([name]).cloned().collect() };
    let up = path.iter().take_while(|part| *part == "super").count();
    let (base, rest) = match path.first()?.as_str() {
        "crate" => (&[][..], &path[1..]),
        "self" => (&module[..], &path[1..]),
        "super" => (&module[..module.len().checked_sub(up)?], &path[up..]),
        _ if modules.contains(&child(&path[0])) => (&module[..], &path[..]),
        _ => return None,
    };
    Some(base.iter().chain(rest).cloned().collect())
}

/// The modules that `from` reaches.
fn reached(graph: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> BTreeSet<Module> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&Module> = graph[from].iter().collect();
    while let Some(module) = next.pop() {
        if seen.insert(module.clone()) {
            next.extend(graph.get(module).into_iter().flatten());
        }
    }
    seen
}

/// The circles of a package, each as the sorted names of its modules.
fn circles(files: &[SourceFile]) -> BTreeSet<Vec<String>> {
    let graph = Crate::of(files).dependencies();
    let reached: BTreeMap<&Module, BTreeSet<Module>> = graph
        .keys()
        .map(|from| (from, reached(&graph, from)))
        .collect();
    let name = |module: &Module| match module[..] {
        [] => "lib".to_string(),
        _ => module.join("::"),
    };
    let circle = |from: &Module| -> Vec<String> {
        let both = graph
            .keys()
            .filter(|to| reached[from].contains(*to) && reached[to].contains(from));
        both.map(name).collect()
    };
    let all = graph.keys().map(circle);
    all.filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn modules_import_in_no_circle() {
    let mut known: Vec<(&str, &[&str], &str)> = KNOWN.to_vec();
    for package in packages() {
        for circle in circles(&sources(&package)) {
            let at = known
                .iter()
                .position(|(of, modules, _)| *of == package && circle == *modules);
            assert!(
                at.map(|at| known.remove(at)).is_some(),
                "{package}: these modules import each other: {circle:?}; move what they share below them"
            );
        }
    }
    assert!(known.is_empty(), "these are no circles any more: {known:?}");
}

#[test]
fn circles_are_found_through_re_exports_and_paths() {
    let file = |module: &str, code: &str| SourceFile {
        path: module.into(),
        module: module.split_terminator("::").map(String::from).collect(),
        code: code.into(),
    };
    let lib = file("", "pub mod a;\npub mod b;\npub use a::Shown;");
    let circle = [
        lib,
        file("a", "use crate::b::{self, Inner};"),
        file("b", "fn f(shown: crate::Shown) {}"),
    ];
    assert_eq!(
        circles(&circle),
        BTreeSet::from([vec!["a".into(), "b".into()]])
    );
    let [lib, a, _] = circle;
    let none = [
        lib,
        a,
        file("b", "mod deep;"),
        file("b::deep", "use std::fmt;"),
    ];
    assert!(circles(&none).is_empty());
}
