//! The house in order: each crate depends on what it may, modules import each other without circles,
//! and what is to be absent from a crate is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The crates under `src/` from the bottom up, and those of ours that each may depend on. Cargo keeps
/// to it; the table keeps Cargo to it.
///
/// `verify` depends on the model alone, so that nothing it judges by is shared with what it judges, and
/// `checker` on none at all: it is given to those who trust none of the others.
const CRATES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("verify", &["model"]),
    ("checker", &[]),
    ("certify", &["check"]),
    ("solver", &["model", "verify"]),
    ("analysis", &["model", "solver", "verify"]),
    ("exchange", &["model"]),
    ("report", &["analysis", "exchange", "model", "solver", "verify"]),
    ("batch", &["analysis", "model", "report", "solver", "verify"]),
    // It knows neither engines nor the command line: whoever starts it hands in the doors to them.
    ("service", &["model"]),
    (
        "cli",
        &[
            "analysis", "batch", "certify", "check", "exchange", "model", "report", "service",
            "solver", "verify",
        ],
    ),
    // It stands above the facade, which hands on all of them.
    ("python", &[]),
];

/// Words that stand in the sources of the named crates or files only, and what they would bring
/// elsewhere.
const CONFINED: &[(&str, &[&str], &str)] = &[
    ("highs::", &["solver", "certify/master.rs"], "the solver behind the engines"),
    ("good_lp::", &["solver"], "the solver behind the engines"),
    ("rand_chacha::", &["solver", "exchange/synthetic"], "chance"),
    // The compact engine reads the plans that its solver writes while it runs.
    (
        "std::fs",
        &[
            "model/atomic.rs",
            "model/staged.rs",
            "model/instance",
            "model/scenario",
            "exchange",
            "report",
            "batch",
            "cli",
            "solver/compact/solver.rs",
            // A certificate speaks of files by their hash.
            "checker",
            "certify/produce.rs",
            "certify/tests",
            "service/instances",
            "service/worker",
        ],
        "files",
    ),
    ("ureq::", &["exchange", "cli/service/client.rs"], "the network"),
    ("std::env", &["cli", "checker/main.rs"], "the environment"),
    // A lock names its holder.
    (
        "std::process",
        &[
            "cli",
            "checker/main.rs",
            "checker/tests",
            "certify/tests",
            "report/run/lock.rs",
            // A job is done in a process of its own; drafts of folders are a process's own, too.
            "service/worker/child.rs",
            "service/instances/folder.rs",
        ],
        "the process",
    ),
    ("stdout()", &["cli", "checker/main.rs"], "printing"),
    ("stderr()", &["cli", "checker/main.rs"], "printing"),
    ("SystemTime", &["report"], "the calendar"),
    ("HashMap", &[], "the order of hashes, which differs from run to run"),
    // For membership only.
    (
        "HashSet",
        &["solver/exact/master/pool.rs"],
        "the order of hashes, which differs from run to run",
    ),
    ("cfg!(test)", &[], "parameters that trials do not pass in"),
];

/// A module: the names from the crate's root down to it.
type Module = Vec<String>;

/// The modules of one crate with their code, without comments and unit tests.
type Sources = BTreeMap<Module, String>;

#[test]
fn crates_depend_on_what_they_may() {
    for (name, wanted) in CRATES {
        let manifest = fs::read_to_string(source_folder().join(name).join("Cargo.toml"));
        let manifest: toml::Table = manifest.expect("a manifest").parse().expect("TOML");
        let listed = manifest["dependencies"].as_table().expect("a table").keys();
        let ours: Vec<&str> =
            listed.filter_map(|listed| listed.strip_prefix("regionfront-")).collect();
        assert_eq!(&ours, wanted, "dependencies of `{name}`");
    }
}

#[test]
fn every_crate_is_listed_and_the_front_page_names_it() {
    let front = fs::read_to_string(source_folder().join("lib.rs")).expect("lib.rs");
    for entry in fs::read_dir(source_folder()).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.join("Cargo.toml").is_file() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(CRATES.iter().any(|(listed, _)| *listed == name), "`{name}` is not in CRATES");
            assert!(
                front.contains(&format!("`{name}`")),
                "the table in lib.rs leaves `{name}` out"
            );
        }
    }
}

#[test]
fn no_folder_holds_an_import_circle() {
    let mut found = Vec::new();
    for (name, _) in CRATES {
        let sources = sources_of(name);
        for (folder, edges) in imports_between_neighbours(&sources) {
            for circle in circles(&edges) {
                let place: PathBuf =
                    [*name].into_iter().chain(folder.iter().map(String::as_str)).collect();
                found.push(format!("{}: {}", place.display(), circle.join(", ")));
            }
        }
    }
    assert!(found.is_empty(), "modules that import each other in a circle:\n{}", found.join("\n"));
}

#[test]
fn confined_words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (name, _) in CRATES {
        for (path, code) in files_of(name) {
            for (word, homes, what) in CONFINED {
                if code.contains(word) && !homes.iter().any(|home| path.starts_with(home)) {
                    wrong.push(format!("{}: `{word}`, {what}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "out of place:\n{}", wrong.join("\n"));
}

/// These tests on trial: they must see what they look for.
#[test]
fn imports_are_read_in_every_form() {
    let read = |code: &str| paths_used(code).into_iter().collect::<Vec<_>>();
    assert_eq!(read("use crate::plan::Plan;"), ["crate::plan::Plan"]);
    let nested = "use crate::{graph::AreaSet, plan, verify::{verify, Verified as Judged}};";
    assert_eq!(
        read(nested),
        [
            "crate::graph::AreaSet",
            "crate::plan",
            "crate::verify::Verified",
            "crate::verify::verify"
        ]
    );
    assert_eq!(
        read("let found = crate::report::seconds(super::one);"),
        ["crate::report::seconds", "super::one"]
    );
    assert_eq!(
        stripped("a(); // crate::cli\nb();\n#[cfg(test)]\nmod tests { crate::cli }"),
        "a(); \nb();\n"
    );
    let source = |name: &str, code: &str| (vec![name.to_owned()], code.to_owned());
    let sources = Sources::from([
        (Vec::new(), "mod a;\nmod b;\nmod c;\npub use b::Thing;".to_owned()),
        source("a", "use crate::Thing;"),
        source("b", "use super::c::other;"),
        source("c", "fn other() { crate::a::first() }"),
    ]);
    let edges = imports_between_neighbours(&sources);
    assert_eq!(circles(&edges[&Vec::new()]), [["a", "b", "c"]]);
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file of a crate, by its path under `src/`, with its code.
fn files_of(name: &str) -> BTreeMap<PathBuf, String> {
    let root = source_folder();
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join(name)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                // Trials are unit tests in files of their own.
                if path.file_name().is_some_and(|name| name != "trials") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let code = stripped(&fs::read_to_string(&path).expect("a source file"));
                found.insert(path.strip_prefix(&root).expect("inside src").to_owned(), code);
            }
        }
    }
    assert!(!found.is_empty(), "the sources of `{name}` were not found");
    found
}

fn sources_of(name: &str) -> Sources {
    files_of(name)
        .into_iter()
        .map(|(path, code)| {
            let path = path.strip_prefix(name).expect("inside the crate").with_extension("");
            let mut module: Module =
                path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                module.pop();
            }
            (module, code)
        })
        .collect()
}

/// Code without comments, up to the unit tests at its end.
fn stripped(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

/// The imports between files and folders that lie in the same folder, folder by folder. What a folder's
/// own `mod.rs` imports from its files is none; what it hands on from one of them counts as that one.
fn imports_between_neighbours(
    sources: &Sources,
) -> BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, code) in sources {
        for target in paths_used(code).iter().filter_map(|path| resolved(sources, module, path)) {
            let common = module.iter().zip(&target).take_while(|(one, other)| one == other).count();
            if let (Some(from), Some(to)) = (module.get(common), target.get(common)) {
                let folder = found.entry(module[..common].to_vec()).or_default();
                folder.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    found
}

/// The module a path leads to, seen from a module; `None` for what lies outside the crate.
fn resolved(sources: &Sources, module: &Module, path: &str) -> Option<Module> {
    let mut rest: Vec<&str> = path.split("::").collect();
    let mut at = match rest[0] {
        "crate" => Vec::new(),
        "self" | "super" => module.clone(),
        child => {
            let inside: Module = [module.as_slice(), &[child.to_owned()]].concat();
            rest.insert(0, "self");
            sources.contains_key(&inside).then(|| module.clone())?
        }
    };
    for name in rest {
        match name {
            "crate" | "self" => {}
            "super" => {
                at.pop();
            }
            name => {
                let inside: Module = [at.as_slice(), &[name.to_owned()]].concat();
                if sources.contains_key(&inside) {
                    at = inside;
                } else {
                    return Some(handed_on(sources, &at, name).unwrap_or(at));
                }
            }
        }
    }
    Some(at)
}

/// The child that a module hands an item on from.
fn handed_on(sources: &Sources, module: &Module, item: &str) -> Option<Module> {
    let paths = paths_used(sources.get(module)?);
    paths.iter().find_map(|path| {
        let path = path.strip_prefix("self::").unwrap_or(path);
        let (child, last) = (path.split("::").next()?, path.rsplit("::").next()?);
        let inside: Module = [module.as_slice(), &[child.to_owned()]].concat();
        (last == item && sources.contains_key(&inside)).then_some(inside)
    })
}

/// Every path in a `use`, spelt out, and every other path from `crate`, `super` or `self`.
fn paths_used(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut others = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let line = rest[..at].rsplit('\n').next().unwrap_or_default().trim();
        let end = at + rest[at..].find(';').unwrap_or(rest.len() - at);
        if line.is_empty() || line == "pub" || line == "pub(crate)" {
            others.push_str(&rest[..at]);
            spell_out("", &rest[at + "use ".len()..end], &mut found);
            rest = &rest[end..];
        } else {
            others.push_str(&rest[..at + "use ".len()]);
            rest = &rest[at + "use ".len()..];
        }
    }
    others.push_str(rest);
    for word in
        others.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':')
    {
        if ["crate::", "super::", "self::"].iter().any(|start| word.starts_with(start)) {
            found.insert(word.trim_end_matches(':').to_owned());
        }
    }
    found
}

fn spell_out(prefix: &str, tree: &str, found: &mut BTreeSet<String>) {
    let tree = tree.trim();
    let Some(brace) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            found.insert(format!("{prefix}{name}"));
        }
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..brace]);
    let inside = &tree[brace + 1..tree.rfind('}').unwrap_or(tree.len())];
    let (mut depth, mut begin) = (0, 0);
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                spell_out(&prefix, &inside[begin..at], found);
                begin = at + 1;
            }
            _ => {}
        }
    }
    spell_out(&prefix, &inside[begin..], found);
}

/// Sets of names each of which reaches all the others.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(name) = open.pop() {
            for next in edges.get(name).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        edges.keys().map(|name| (name, reach(name))).collect();
    let mut found = BTreeSet::new();
    for (name, all) in &reached {
        let circle: Vec<String> = all
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*name)))
            .cloned()
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}
