//! Links, headings and file names of the documents. The book is checked here, not by mdBook, which
//! does not look where links lead and takes minutes to compile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::{chapters, read, root};

/// Pages that are read in the repository, outside the book.
const PAGES: [&str; 3] = ["README.md", "CONTRIBUTING.md", "instances/README.md"];

const SUMMARY: &str = "docs/src/SUMMARY.md";

/// A text without its blocks of code.
fn prose(text: &str) -> String {
    let mut inside = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
}

/// Where a text links to, other sites left out.
fn targets(text: &str) -> Vec<String> {
    let prose = prose(text);
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let images = prose.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.chain(images).filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// The anchor of a heading, as mdBook and forges make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text);
    headings.lines().filter_map(|line| line.strip_prefix('#')).map(anchor_of_rest).collect()
}

fn anchor_of_rest(rest: &str) -> String {
    anchor(rest.trim_start_matches('#'))
}

/// A path without `.` and `..`; none if it leaves the repository.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir if normal.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(normal)
}

/// What is wrong with the links of a page: a file or a heading that is not there.
fn broken_links(page: &str) -> Vec<String> {
    let text = read(page);
    let folder = Path::new(page).parent().expect("a folder");
    let is_broken = |target: &String| {
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = if file.is_empty() { Path::new(page).to_owned() } else { folder.join(file) };
        let Some(path) = normal(&path).filter(|path| root().join(path).exists()) else {
            return true;
        };
        !heading.is_empty() && !anchors(&read(path.to_str().expect("UTF-8"))).contains(heading)
    };
    let broken = targets(&text).into_iter().filter(is_broken);
    broken.map(|target| format!("{page} links to {target}")).collect()
}

#[test]
fn links_lead_to_files_and_headings_that_exist() {
    let pages = PAGES.map(str::to_owned).into_iter().chain(chapters());
    let broken: Vec<String> = pages.flat_map(|page| broken_links(&page)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A book is built from its own folder: a link out of it is broken on the site.
#[test]
fn links_of_the_book_stay_in_the_book() {
    for page in chapters() {
        let folder = Path::new(&page).parent().expect("a folder").to_owned();
        for target in targets(&read(&page)) {
            let file = target.split('#').next().unwrap_or_default();
            let path = normal(&folder.join(file)).expect("a path of the repository");
            assert!(path.starts_with("docs/src"), "{page} links out of the book: {target}");
        }
    }
}

#[test]
fn every_chapter_stands_in_the_table_of_contents_once() {
    let mut listed: BTreeMap<String, usize> = BTreeMap::new();
    for target in targets(&read(SUMMARY)) {
        *listed.entry(format!("docs/src/{target}")).or_default() += 1;
    }
    let chapters = chapters().into_iter().filter(|page| page != SUMMARY);
    assert_eq!(listed, chapters.map(|page| (page, 1)).collect());
}

/// `instances/viken-2020` in code is a promise, too.
#[test]
fn files_named_in_code_exist() {
    const FOLDERS: [&str; 7] =
        ["benches/", "docs/", "examples/", "instances/", "src/", "tests/", ".ci/"];
    let pages = PAGES[..2].iter().map(|page| (*page).to_owned()).chain(chapters());
    let mut missing = Vec::new();
    for page in pages {
        let prose = prose(&read(&page));
        for word in prose.split('`').skip(1).step_by(2) {
            let is_name = FOLDERS.iter().any(|folder| word.starts_with(folder))
                && !word.contains(|sign: char| sign.is_whitespace() || "*<>{".contains(sign))
                && !word.contains("NAME");
            if is_name && !root().join(word).exists() {
                missing.push(format!("{page} names {word}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
