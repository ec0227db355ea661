//! What is written around a standalone map: titles, legend, sources.

use std::fmt::Write as _;

use crate::maps::ground::text_width;
use crate::words::Lang;

/// A line of the legend of a standalone map.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) fill: String,
    pub(crate) name: String,
    pub(crate) note: String,
}

/// The texts of a standalone map.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) description: String,
    pub(crate) legend: Vec<Key>,
    pub(crate) sources: String,
}

/// Title of a map: the place and the number of regions.
pub(crate) fn map_title(lang: Lang, title: &str, k: usize) -> String {
    let key = if k == 1 { "map_title_one" } else { "map_title" };
    lang.say(key, &[("title", title.to_owned()), ("k", k.to_string())])
}

/// Line below the title: share, standing, scenario.
pub(crate) fn map_subtitle(
    lang: Lang,
    share: Option<f64>,
    standing: &str,
    scenario: &str,
) -> String {
    let share = lang.percent(share.unwrap_or(0.0));
    let line = lang.say("map_subtitle", &[("share", share), ("standing", standing.to_owned())]);
    if scenario.is_empty() { line } else { format!("{line} · {scenario}") }
}

/// What the legend says of a region.
pub(crate) fn key_note(lang: Lang, population: u64, num_areas: usize) -> String {
    lang.say(
        "key_note",
        &[("people", lang.whole(population.into())), ("count", num_areas.to_string())],
    )
}

/// What the legend says of some areas that are no region.
pub(crate) fn count_note(lang: Lang, num_areas: usize) -> String {
    lang.say("count_note", &[("count", num_areas.to_string())])
}

/// Version, sources and licences in one line.
pub(crate) fn source_line(
    lang: Lang,
    version: &str,
    sources: &[String],
    licences: &[String],
) -> String {
    let mut line = format!("regionfront {version}.");
    if !sources.is_empty() {
        let _ = write!(line, " {}", lang.say("sources_line", &[("sources", sources.join("; "))]));
    }
    if !licences.is_empty() {
        let licences = licences.join("; ");
        let _ = write!(line, " {}", lang.say("licences_line", &[("licences", licences)]));
    }
    line
}

/// A text broken into lines of about this width.
pub(crate) fn wrapped(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            // As wide as in the widest of the typefaces.
            Some(line) if text_width(&format!("{line} {word}"), size) * 1.08 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        let lines = wrapped("one two three", 45.0, 10.0);
        assert_eq!(lines.join(" "), "one two three");
        assert!(lines.len() > 1);
    }
}
