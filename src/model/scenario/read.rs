//! Reading scenario files: finding them, and saying where and why one cannot be read.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::file::{FixedRegions, Scenario};
use super::texts;
use crate::defect::{Defect, Defects};
use crate::likeness::likeness;

/// A key of a table with its value, both with their places.
pub type Entry<'i> = (Spanned<DeString<'i>>, Spanned<DeValue<'i>>);

/// The key whose value is a share.
const SHARE: &str = "min_self_containment";

/// The file stem of an instance's default scenario.
const DEFAULT: &str = "default";

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// Every defect of the file: `E201` when it cannot be read, `E202` where it is not TOML, `E203`
    /// for a key that does not exist, `E204` for a value a key cannot have.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        let text = fs::read_to_string(path).map_err(|error| {
            Defect::new(
                "E201",
                path.display().to_string(),
                format!("the scenario file cannot be read: {error}"),
                "check the path and that the file is UTF-8 text",
            )
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let file =
            path.file_name().map_or_else(|| "scenario".into(), |name| name.to_string_lossy());
        let mut scenario = Self::parse(&text, &file)?;
        scenario.name.get_or_insert_with(|| {
            path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
        });
        scenario.set_folder(folder);
        Ok(scenario)
    }

    /// Lets the paths of divisions begin at a folder.
    pub fn set_folder(&mut self, folder: &Path) {
        let fixed = self.fixed.iter_mut().filter_map(|fixed| match fixed {
            FixedRegions::Division(regions) => Some(regions),
            FixedRegions::Areas(_) => None,
        });
        for regions in self.keep_whole.iter_mut().chain(fixed) {
            folder.clone_into(&mut regions.folder);
        }
    }

    /// Reads the text of a scenario; `file` is how messages call it.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn parse(text: &str, file: &str) -> Result<Self, Defects> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = SourceText::new(file, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut defects = Defects::default();
        for error in errors {
            defects.push(Defect::new(
                "E202",
                source.at(error.span(), ""),
                format!("this is not TOML: {}", error.message().trim().replace('\n', "; ")),
                "correct the line; names are written in quotes, lists in square brackets",
            ));
        }
        defects.into_result()?;

        let span = table.span();
        let mut entries: Vec<Entry<'_>> = table.into_inner().into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        Self::from_entries(entries, span, &source)
    }

    /// Reads the keys of a table, one by one, so that one bad value does not hide the next. `span`
    /// is where the table stands in the text.
    ///
    /// # Errors
    /// `E203` for a key that does not exist, `E204` for a value a key cannot have.
    pub fn from_entries(
        entries: Vec<Entry<'_>>,
        span: Range<usize>,
        source: &SourceText<'_>,
    ) -> Result<Self, Defects> {
        let mut defects = Defects::default();
        let mut scenario = Self::default();
        for (key, value) in entries {
            let name = key.get_ref().to_string();
            let key_span = key.span();
            let lines = item_places(source, &name, &value);
            let value = if name == SHARE { as_written(value) } else { value };
            let mut single = DeTable::new();
            single.insert(key, value);
            let single = Spanned::new(span.clone(), single);
            match Self::deserialize(toml::Deserializer::from(single)) {
                Ok(mut read) => {
                    read.places.insert(name.clone(), source.at(Some(key_span), &name));
                    place_items(&mut read, &lines);
                    scenario = scenario.joined_with(read);
                }
                Err(error) => {
                    let codes = ("E203", "E204");
                    defects.push(bad_value(codes, source, &name, key_span, &error));
                }
            }
        }
        for (key, reasons) in [("reasons", &scenario.reasons), ("nb", &scenario.nb.reasons)] {
            let found = texts::check(scenario.place(key), reasons, &|key| scenario.sets(key));
            defects.0.extend(found.0);
        }
        defects.into_result()?;
        Ok(scenario)
    }

    /// The file meant by a path, or by the name of a scenario in the instance's own folder.
    ///
    /// # Errors
    /// `E205` when there is no such file, with the names that come close.
    pub fn locate(instance_folder: &Path, name_or_path: &str) -> Result<PathBuf, Defects> {
        let own = instance_folder.join("scenarios").join(format!("{name_or_path}.toml"));
        let candidates = [own, PathBuf::from(name_or_path)];
        if let Some(path) = candidates.into_iter().find(|path| path.is_file()) {
            return Ok(path);
        }
        let names = Self::names(instance_folder);
        let cure = match nearest(name_or_path, names.iter().map(String::as_str)) {
            Some(name) => format!("did you mean `{name}`?"),
            None if names.is_empty() => "give the path of a TOML file".into(),
            None => format!("use {}, or the path of a TOML file", names.join(", ")),
        };
        let what = format!("there is no scenario and no file `{name_or_path}`");
        Err(Defect::new("E205", "--scenario", what, cure).into())
    }

    /// The instance's default scenario, `scenarios/default.toml`, where it has one.
    pub fn locate_default(instance_folder: &Path) -> Option<PathBuf> {
        let path = instance_folder.join("scenarios").join(format!("{DEFAULT}.toml"));
        path.is_file().then_some(path)
    }

    /// Names of the scenarios in the instance's folder, sorted.
    pub fn names(instance_folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(instance_folder.join("scenarios"))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        names
    }
}

/// The candidate most like a word, unless none is much like it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE: f64 = 0.75;
    candidates
        .into_iter()
        .map(|candidate| (likeness(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKE)
        // The first of equals, so that the answer does not depend on the order of comparison.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// A text with its name, and where its lines end: a place in it is told without counting the lines
/// before.
#[derive(Clone, Debug)]
pub struct SourceText<'a> {
    file: &'a str,
    ends: Vec<usize>,
}

impl<'a> SourceText<'a> {
    /// A text, and how messages call it.
    pub fn new(file: &'a str, text: &str) -> Self {
        Self { file, ends: text.match_indices('\n').map(|(at, _)| at).collect() }
    }

    /// How messages call the text.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// `default.toml:9 keep_together`; lines count from 1.
    pub fn at(&self, span: Option<Range<usize>>, key: &str) -> String {
        let start = span.map_or(0, |span| span.start);
        let line = self.ends.partition_point(|&end| end < start) + 1;
        format!("{}:{line} {key}", self.file).trim_end().to_owned()
    }
}

/// A decimal number as its text: no floating-point number comes between a share and how it was
/// written.
fn as_written(value: Spanned<DeValue<'_>>) -> Spanned<DeValue<'_>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Float(number) => {
            let digits = number.as_str().replace('_', "");
            Spanned::new(span, DeValue::String(digits.into()))
        }
        other => Spanned::new(span, other),
    }
}

/// The place of every item of a list: `default.toml:9 keep_together[1]`.
fn item_places(source: &SourceText<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<String> {
    let items = value.get_ref().as_array().into_iter().flatten().enumerate();
    items.map(|(at, item)| source.at(Some(item.span()), &format!("{key}[{}]", at + 1))).collect()
}

/// Gives the groups of a scenario with a single key their places.
fn place_items(scenario: &mut Scenario, places: &[String]) {
    let groups = scenario
        .keep_together
        .iter_mut()
        .chain(&mut scenario.keep_apart)
        .chain(&mut scenario.closed)
        .map(|group| &mut group.place);
    let whole = scenario.keep_whole.iter_mut().map(|regions| &mut regions.place);
    let fixed = scenario.fixed.iter_mut().map(|fixed| match fixed {
        FixedRegions::Areas(group) => &mut group.place,
        FixedRegions::Division(regions) => &mut regions.place,
    });
    for (place, text) in groups.chain(whole).chain(fixed).zip(places) {
        place.clone_from(text);
    }
}

/// A key that does not exist, or a value it cannot have, with the codes for the two.
pub fn bad_value(
    (unknown_key, impossible_value): (&'static str, &'static str),
    source: &SourceText<'_>,
    key: &str,
    key_span: Range<usize>,
    error: &toml::de::Error,
) -> Defect {
    let message = error.message().trim();
    let span = error.span().filter(|span| !span.is_empty()).unwrap_or(key_span);
    let at = source.at(Some(span), key);
    // "unknown field `x`, expected `a` or `b`": every second piece is quoted.
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let quoted: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        if let [unknown, known @ ..] = quoted.as_slice() {
            let cure = match nearest(unknown, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("use one of {}", known.join(", ")),
            };
            return Defect::new(unknown_key, at, format!("there is no key `{unknown}`"), cure);
        }
    }
    let cure = if message.contains("invalid type: integer") && message.contains("string") {
        "write names and codes in quotes: \"3001\""
    } else if message.contains("u64") {
        "give a whole number, 0 or more, without quotes: 20000"
    } else {
        "give a value of that kind"
    };
    let what = message.replace("u64", "a whole number").replace('\n', "; ");
    Defect::new(impossible_value, at, what, cure)
}
