//! No English word reaches a page in Norwegian.
//!
//! English words are those of the English column of the table of words that stand nowhere in the
//! Norwegian one; names that a page may hold are listed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regionfront_testkit::report::{succeed, text, viken};

const TABLE: &str = include_str!("../src/report/words/table.rs");

/// Names of programs and licences, and marks that look like words.
const NAMES: [&str; 20] = [
    "regionfront",
    "creative",
    "commons",
    "attribution",
    "international",
    "norwegian",
    "licence",
    "for",
    "open",
    "government",
    "data",
    "front",
    "oslo",
    "buskerud",
    "rand",
    "status",
    "png",
    "sha",
    "good",
    "plan",
];

/// The quoted texts of a line of the table: key, English, Norwegian.
fn texts(line: &str) -> Option<(String, String)> {
    let mut parts = line.trim().strip_prefix("(\"")?.strip_suffix("\"),")?.splitn(3, "\", \"");
    let (_, en, nb) = (parts.next()?, parts.next()?, parts.next()?);
    Some((en.to_owned(), nb.to_owned()))
}

fn words(text: &str) -> BTreeSet<String> {
    let letters = |letter: char| !letter.is_alphabetic();
    text.split(letters).filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

/// Words that a reader of Norwegian should not meet.
fn english() -> BTreeSet<String> {
    let (mut en, mut nb) = (BTreeSet::new(), BTreeSet::new());
    for (english, norwegian) in TABLE.lines().filter_map(texts) {
        en.extend(words(&without_placeholders(&english)));
        nb.extend(words(&without_placeholders(&norwegian)));
    }
    assert!(en.len() > 300 && nb.len() > 300, "the table was read");
    let common = "the of with from and their which municipalities commuters people least most \
                  proven optimal true false nobody scenario none given year years";
    en.extend(words(common));
    let names: BTreeSet<String> = NAMES.map(str::to_owned).into();
    &(&en - &nb) - &names
}

fn without_placeholders(text: &str) -> String {
    let mut kept = String::new();
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// What a page shows: no tags, styles, commands or hashes.
fn visible(page: &str) -> String {
    let mut page = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<code>", "</code>"), ("<head>", "</head>")] {
        while let Some(start) = page.find(open) {
            let end = page[start..].find(close).expect("a closed element") + start + close.len();
            page.replace_range(start..end, " ");
        }
    }
    let mut shown = String::new();
    let mut is_tag = false;
    for letter in page.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => {
                is_tag = false;
                shown.push(' ');
            }
            _ if !is_tag => shown.push(letter),
            _ => {}
        }
    }
    shown
}

fn check(folder: &Path) {
    let english = english();
    let page = fs::read_to_string(folder.join("report.html")).expect("the page");
    let shown = visible(&page);
    let mut found = Vec::new();
    for word in words(&shown).intersection(&english) {
        let at = shown.to_lowercase().find(word.as_str()).unwrap_or(0);
        let around: String = shown.chars().skip(at.saturating_sub(40)).take(100).collect();
        found
            .push(format!("{word}: …{}…", around.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    assert!(found.is_empty(), "English words:\n{}", found.join("\n"));
}

#[test]
fn the_page_of_a_run_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    succeed(&["solve", &viken(), "--k", "8,9", "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

#[test]
fn the_page_of_a_division_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let councils = "regional_councils_2019";
    succeed(&["evaluate", &viken(), councils, "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

#[test]
fn the_page_of_a_front_is_norwegian() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    succeed(&["front", &viken(), "--k", "6", "-o", &out, "--report", "--lang", "nb", "-q"]);
    check(folder.path());
}

#[test]
fn the_page_of_a_study_is_norwegian() {
    for study in ["three_models", "hallingdal_by_threshold", "borders_over_years"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = text(folder.path());
        let file = format!("{}/studies/{study}.toml", viken());
        succeed(&["study", &file, "-o", &out, "--report", "--lang", "nb", "--force", "-q"]);
        check(folder.path());
    }
}
