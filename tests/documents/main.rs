//! The documents tell the truth: what they state is so, what they link to is there, and the commands
//! they give do what they say.

use std::fs;
use std::path::PathBuf;

mod commands;
mod facts;
mod links;

/// The top folder of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The chapters of the book, as paths from the top folder, sorted.
fn chapters() -> Vec<String> {
    let mut chapters = Vec::new();
    let mut folders = vec!["docs/src".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder of the book") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("UTF-8");
            let path = format!("{folder}/{name}");
            if entry.file_type().expect("a type").is_dir() {
                folders.push(path);
            } else if entry.path().extension().is_some_and(|extension| extension == "md") {
                chapters.push(path);
            }
        }
    }
    chapters.sort();
    chapters
}
