//! Imports point downwards only, and what is to be absent from a module is absent.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the bottom up. Each may use the ones before it and none after it.
///
/// `verify` stands below `graph` and `engine`, so that nothing it judges by is shared with what it
/// judges.
const LAYERS: &[&str] = &[
    "atomic",
    "quantity",
    "defect",
    "likeness",
    "instance",
    "synthetic",
    "import",
    "export",
    "plan",
    "scenario",
    "verify",
    "graph",
    "engine",
    "indicators",
    "job",
    "explain",
    "division",
    "front",
    "report",
    "batch",
    "cli",
];

/// Words that stand in the sources of the named modules or files only, and what they would bring
/// elsewhere.
const CONFINED: &[(&str, &[&str], &str)] = &[
    ("highs::", &["engine"], "the solver behind the engines"),
    ("good_lp::", &["engine"], "the solver behind the engines"),
    ("rand_chacha::", &["engine", "synthetic"], "chance"),
    // The compact engine reads the plans that its solver writes while it runs.
    (
        "std::fs",
        &[
            "atomic",
            "instance",
            "import",
            "scenario",
            "report",
            "batch",
            "cli",
            "engine/compact/solver.rs",
        ],
        "files",
    ),
    ("ureq::", &["import"], "the network"),
    ("std::env", &["cli"], "the environment"),
    ("std::process", &["cli"], "the process"),
    ("stdout()", &["cli"], "printing"),
    ("stderr()", &["cli"], "printing"),
    ("SystemTime", &["report"], "the calendar"),
    ("HashMap", &[], "the order of hashes, which differs from run to run"),
    // For membership only.
    ("HashSet", &["engine/exact/pool.rs"], "the order of hashes, which differs from run to run"),
];

/// A source file of the crate.
struct Source {
    path: PathBuf,
    /// The module under the crate's root that it belongs to.
    module: String,
    /// The text without comments and without what only tests see at its end.
    code: String,
}

#[test]
fn imports_point_downwards() {
    let height = |module: &str| LAYERS.iter().position(|layer| *layer == module);
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = height(&source.module) else {
            panic!("{}: give `{}` a place in LAYERS", source.path.display(), source.module)
        };
        for used in modules_used(&source.code) {
            if used != source.module && height(&used).is_none_or(|at| at >= own) {
                wrong.push(format!("{}: `{}` uses `{used}`", source.path.display(), source.module));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that point upwards:\n{}", wrong.join("\n"));
}

#[test]
fn every_layer_exists_and_the_crate_page_names_it() {
    let root = source_folder();
    let lib = fs::read_to_string(root.join("lib.rs")).expect("lib.rs");
    for layer in LAYERS {
        let (file, folder) = (root.join(format!("{layer}.rs")), root.join(layer));
        assert!(file.is_file() || folder.is_dir(), "LAYERS names `{layer}`, which is gone");
        if lib.contains(&format!("pub mod {layer};")) {
            let is_named = lib.contains(&format!("[`{layer}`]"))
                || lib.contains(&format!("[`{layer}`](mod@{layer})"));
            assert!(is_named, "the table in lib.rs leaves `{layer}` out");
        }
    }
}

#[test]
fn confined_words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (word, homes, what) in CONFINED {
            let is_home = |home: &&str| source.module == **home || source.path == Path::new(home);
            if source.code.contains(word) && !homes.iter().any(is_home) {
                wrong.push(format!("{}: `{word}`, {what}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "out of place:\n{}", wrong.join("\n"));
}

/// This test on trial: it must see what it looks for.
#[test]
fn imports_are_read_in_every_form() {
    let read = |code: &str| modules_used(code).into_iter().collect::<Vec<_>>();
    assert_eq!(read("use crate::plan::Plan;"), ["plan"]);
    assert_eq!(read("use crate::{graph::AreaSet, plan, verify::{verify, Verified}};").len(), 3);
    assert_eq!(read("let found = crate::report::seconds(1.0);"), ["report"]);
    assert!(read("use super::plan::Plan; use regionfront::plan;").is_empty());
    assert_eq!(
        stripped("a(); // crate::cli\nb();\n#[cfg(test)]\nmod tests { crate::cli }"),
        "a(); \nb();\n"
    );
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file but the crate's root, the binary's and what only unit tests share.
fn sources() -> Vec<Source> {
    let root = source_folder();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(&root).expect("inside src").to_owned();
            let first = relative.components().next().expect("a name").as_os_str();
            let module = first.to_string_lossy().trim_end_matches(".rs").to_owned();
            let is_rust = relative.extension().is_some_and(|extension| extension == "rs");
            if !is_rust || ["lib", "main", "test_support"].contains(&module.as_str()) {
                continue;
            }
            let code = stripped(&fs::read_to_string(&path).expect("a source file"));
            found.push(Source { path: relative, module, code });
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > LAYERS.len(), "the sources were not found");
    found
}

/// Code without comments, up to the unit tests at its end.
fn stripped(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

/// The modules under the crate's root that code names as `crate::module` or `crate::{module, …}`.
fn modules_used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, marker) in code.match_indices("crate::") {
        let rest = &code[at + marker.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            used.extend(leading_word(rest));
            continue;
        };
        let mut depth = 0;
        let mut begins_item = true;
        for (offset, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins_item = true,
                _ if begins_item && !letter.is_whitespace() => {
                    used.extend(leading_word(&list[offset..]));
                    begins_item = false;
                }
                _ => {}
            }
        }
    }
    for of_tests in ["test_support", "common"] {
        used.remove(of_tests);
    }
    used
}

/// The name of a module at the front of a path; an item at the crate's root is none.
fn leading_word(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    let word = &text[..end];
    (!word.is_empty() && word.chars().all(|letter| letter.is_lowercase() || letter == '_'))
        .then(|| word.to_owned())
}
