//! Further tables of a report, such as a study has them, in the language of the report.

use crate::run::{PlainTable, RecordedRun};
use crate::words::{Lang, title_of};

use super::references;

/// Tables whose cells are English sentences, or that have a column per plan, too many for any page: they
/// stand in the study's folder.
const IN_FILES: [&str; 2] = ["decisions", "plans"];

/// Columns with the names of divisions.
const DIVISIONS: [&str; 2] = ["division", "derivation"];

/// The tables of a run. In English they are as in the files; in another language headings, words and
/// decimal marks are translated.
pub(super) fn views(run: &RecordedRun, lang: Lang) -> Vec<PlainTable> {
    let shown = run.tables.iter().filter(|table| !IN_FILES.contains(&table.name.as_str()));
    if lang == Lang::En {
        let named = |table: &PlainTable| PlainTable {
            name: format!("{}.csv", table.name),
            headings: table.headings.iter().map(|heading| heading.replace('_', " ")).collect(),
            rows: table.rows.clone(),
        };
        return shown.map(named).collect();
    }
    let labels = run.study.as_ref().map_or(&[][..], |study| &study.labels);
    shown
        .map(|table| {
            let cell = |(column, text): (&String, &String)| -> String {
                if DIVISIONS.contains(&column.as_str()) {
                    return references::name(text, lang);
                }
                if let Some((_, nb)) = labels.iter().find(|(word, _)| word == text) {
                    return nb.clone();
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
