//! Further tables of a report, such as a study has them, in the language of the report.

use crate::run::{PlainTable, RecordedRun};
use crate::words::{Lang, title_of};

use super::references;

/// Tables whose cells are English sentences, or that have a column per plan, too many for any page: they
/// stand in the study's folder.
const IN_FILES: [&str; 2] = ["decisions", "plans"];

/// Columns with the names of divisions.
const DIVISIONS: [&str; 2] = ["division", "derivation"];

/// Columns with lists of municipalities, of which only so many are named.
const LISTS: [&str; 2] = ["outside", "double_members"];
const MOST_LISTED: usize = 6;

/// Columns whose figures are names.
const CODES: [&str; 2] = ["code", "year"];

/// The tables of a run, with headings, names and figures as people read them.
pub(super) fn views(run: &RecordedRun, lang: Lang) -> Vec<PlainTable> {
    let shown = run.tables.iter().filter(|table| !IN_FILES.contains(&table.name.as_str()));
    let labels = run.study.as_ref().map_or(&[][..], |study| &study.labels);
    shown
        .map(|table| {
            let cell = |(column, text): (&String, &String)| -> String {
                let column = column.as_str();
                if DIVISIONS.contains(&column) {
                    return references::name(text, lang);
                }
                if LISTS.contains(&column) {
                    return listed(text, lang);
                }
                if CODES.contains(&column) {
                    return text.clone();
                }
                if let Some(label) = labels.iter().find(|label| label.word == *text) {
                    return label.get(lang).to_owned();
                }
                if let Some(word) = lang.text(&format!("cell_{}", text.replace([' ', '-'], "_"))) {
                    return word.to_owned();
                }
                translated(text, lang)
            };
            PlainTable {
                name: words(&format!("table_of_{}", table.name), &table.name, lang),
                headings: table
                    .headings
                    .iter()
                    .map(|heading| words(&format!("head_{heading}"), heading, lang))
                    .collect(),
                rows: table
                    .rows
                    .iter()
                    .map(|row| table.headings.iter().zip(row).map(cell).collect())
                    .collect(),
            }
        })
        .collect()
}

/// Municipalities by name, or their number where they are many.
fn listed(text: &str, lang: Lang) -> String {
    let names: Vec<&str> = text.split("; ").filter(|name| !name.is_empty()).collect();
    if names.len() > MOST_LISTED {
        return lang.say("left_out_count", &[("count", names.len().to_string())]);
    }
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

fn words(key: &str, word: &str, lang: Lang) -> String {
    lang.text(key).map_or_else(|| title_of(word), str::to_owned)
}

/// A figure with the marks of the language; company with its words for nobody and for other regions.
fn translated(text: &str, lang: Lang) -> String {
    if let Ok(whole) = text.parse::<i64>() {
        return lang.whole(whole.into());
    }
    if let Ok(number) = text.parse::<f64>()
        && number.is_finite()
    {
        return lang.decimal(number, 3);
    }
    let nobody = lang.word("cell_nobody");
    let parts: Vec<&str> =
        text.split(" | ").map(|part| if part == "nobody" { nobody } else { part }).collect();
    parts.join(" | ")
}
