//! The commands of the documents, run word by word: those in blocks that follow `<!-- tested -->`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{chapters, read, root};

const MARK: &str = "<!-- tested -->\n```";

/// A command, and what it must print where the block says so.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    command: String,
    printed: Option<String>,
}

/// The commands of a page that are marked as tested.
fn examples(text: &str) -> Vec<Example> {
    let blocks = text.split(MARK).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.flat_map(examples_of_block).collect()
}

fn examples_of_block(block: &str) -> Vec<Example> {
    let (language, body) = block.split_once('\n').expect("a block has lines");
    match language {
        "sh" => {
            let joined = body.replace("\\\n", " ");
            let lines = joined.lines().filter(|line| !line.trim().is_empty());
            lines.map(|line| Example { command: line.to_owned(), printed: None }).collect()
        }
        "console" => {
            let (command, printed) = body.split_once('\n').expect("a command and its output");
            let command = command.strip_prefix("$ ").expect("a prompt").to_owned();
            vec![Example { command, printed: Some(format!("{printed}\n")) }]
        }
        other => panic!("a tested block is `sh` or `console`, not `{other}`"),
    }
}

/// The words of a command as a shell splits them; quotation marks are the only quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for sign in command.chars() {
        match sign {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("never empty").push(sign),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Runs all examples of a page, in a folder where the instances stand as in the repository.
fn run_examples(page: &str, folder: &Path) -> usize {
    let examples = examples(&read(page));
    for Example { command, printed } in &examples {
        let words = words(command);
        assert_eq!(words[0], "regionfront", "{page}: {command}");
        let output = Command::new(env!("CARGO_BIN_EXE_regionfront"))
            .args(&words[1..])
            .current_dir(folder)
            .env_remove("COLUMNS")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{page}: {command}\n{stderr}");
        if let Some(printed) = printed {
            assert_eq!(&String::from_utf8_lossy(&output.stdout), printed, "{page}: {command}");
        }
    }
    examples.len()
}

#[test]
fn tested_commands_run() {
    let folder = tempfile::tempdir().expect("a folder");
    for instance in ["tiny", "viken-2020"] {
        let path = Path::new("instances").join(instance);
        copy(&root().join(&path), &folder.path().join(&path));
    }
    let pages = ["README.md".to_owned()].into_iter().chain(chapters());
    let run: usize = pages.map(|page| run_examples(&page, folder.path())).sum();
    assert!(run >= 15, "{run} commands only");
}

#[test]
fn examples_are_read_as_written() {
    let page = "text\n\n<!-- tested -->\n```sh\na b \\\n    \"c d=e\"\nf\n```\n\n```sh\nnot this\n```\n\
                <!-- tested -->\n```console\n$ g\nout\n  more\n```\n";
    let example = |command: &str, printed: Option<&str>| Example {
        command: command.into(),
        printed: printed.map(str::to_owned),
    };
    let found = examples(page);
    assert_eq!(
        found,
        [
            example("a b      \"c d=e\"", None),
            example("f", None),
            example("g", Some("out\n  more\n")),
        ]
    );
    assert_eq!(words(&found[0].command), ["a", "b", "c d=e"]);
}
