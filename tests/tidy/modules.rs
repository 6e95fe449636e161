//! No circle between the modules of a crate: whoever reads one needs to know only those below it.
//!
//! A module is a file. It depends on the modules that define what its `use` lines and paths name.
//! `mod child;` and `pub use` are no dependencies: names are followed through re-exports to the file
//! that defines them, so that a folder's `mod.rs` may present what its files contain.

use crate::imports::{imports, paths};
use crate::source::{SourceFile, packages, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Modules that still import each other, by package: circles among these are known. Nothing is added
/// here.
const KNOWN: [(&str, &[&str]); 0] = [];

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
        let mut names: Vec<String> = both.map(name).collect();
        names.sort_unstable();
        names
    };
    let all = graph.keys().map(circle);
    all.filter(|circle| !circle.is_empty()).collect()
}

#[test]
fn modules_import_in_no_circle() {
    let (mut new, mut known) = (Vec::new(), BTreeSet::new());
    for package in packages() {
        let listed = KNOWN.iter().find(|(listed, _)| *listed == package);
        let listed = listed.map_or(&[][..], |(_, modules)| modules);
        for circle in circles(&sources(&package)) {
            if circle
                .iter()
                .all(|module| listed.contains(&module.as_str()))
            {
                known.insert(package.clone());
            } else {
                new.push((package.clone(), circle));
            }
        }
    }
    assert!(
        new.is_empty(),
        "modules that import each other; move what they share below them: {new:#?}"
    );
    for (package, _) in KNOWN {
        assert!(
            known.contains(package),
            "{package} has no circle any more: take it off the list"
        );
    }
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
