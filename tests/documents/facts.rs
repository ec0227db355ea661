//! What the documents state: codes, results, scenario files.

use std::collections::BTreeMap;

use regionfront::scenario::{Problem, Scenario};
use regionfront::{cli, front, import, instance::Instance, scenario, service, verify};

use crate::{read, root};

/// The cells of the rows of all tables in a text.
fn table_rows(text: &str) -> Vec<Vec<&str>> {
    text.lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

#[test]
fn the_codes_are_the_ones_in_the_code() {
    const PAGE: &str = "docs/src/reference/codes.md";
    let page = read(PAGE);
    let listed: BTreeMap<&str, &str> = table_rows(&page)
        .into_iter()
        .filter(|row| row.len() == 2)
        .map(|row| (row[0], row[1]))
        .collect();
    let imports = [import::CODES, import::EXCHANGE_CODES];
    let others = [scenario::CODES, front::CODES, verify::CODES, cli::CODES, service::CODES];
    let python = read("src/python/regionfront/errors.py");
    let codes = [imports.concat(), others.concat(), python_codes(&python)].concat();
    let missing: Vec<String> = codes
        .iter()
        .filter(|(code, meaning)| listed.get(code) != Some(meaning))
        .map(|(code, meaning)| format!("| {code} | {meaning} |"))
        .collect();
    assert!(missing.is_empty(), "{PAGE} lacks these rows:\n{}", missing.join("\n"));
    let is_code = |word: &str| {
        word.len() > 2
            && word.starts_with(['E', 'V'])
            && word[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    for code in listed.keys().filter(|word| is_code(word)) {
        assert!(codes.iter().any(|(known, _)| known == code), "{PAGE} lists {code}, unknown");
    }
}

/// The codes of the package for Python, with their meaning: `    "E701": "…",`.
fn python_codes(errors: &str) -> Vec<(&str, &str)> {
    let entries = errors.lines().filter_map(|line| line.strip_prefix("    \"E7"));
    let found: Vec<(&str, &str)> = entries
        .map(|entry| {
            let (_, meaning) = entry.split_once("\": \"").expect("a code and its meaning");
            let start = errors.find(entry).expect("it stands there") - "E7".len();
            (&errors[start..start + "E701".len()], meaning.trim_end_matches("\","))
        })
        .collect();
    assert!(found.len() > 10, "the codes of errors.py were not found");
    found
}

#[test]
fn the_table_of_results_is_the_record() {
    let readme = read("README.md");
    let rows = table_rows(&readme);
    let grouped = |text: &str| text.replace(',', "");
    let mut records =
        csv::Reader::from_path(root().join("instances/viken-2020/best/best_known.csv"))
            .expect("the record opens");
    for record in records.records().map(|row| row.expect("a row")) {
        if &record[0] != "default" {
            continue;
        }
        let row = rows.iter().find(|row| row[0] == &record[1]).expect("a row for every k");
        let shown = [grouped(row[1]), grouped(row[3]), grouped(row[4])];
        assert_eq!(shown, [&record[2], &record[4], &record[5]], "k = {}", &record[1]);
    }
}

#[test]
fn the_example_of_a_scenario_is_sound() {
    let page = read("docs/src/guides/scenarios.md");
    let (_, rest) = page.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let scenario = Scenario::parse(example, "scenarios.md").expect("it is read");
    let instance = Instance::load(&root().join("instances/viken-2020")).expect("it loads");
    Problem::resolve(instance, &scenario).expect("its names are known and its rules agree");
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 250, "README.md has {lines} lines; guides belong into docs/src");
}
