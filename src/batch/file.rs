//! The batch file: reading, defaults, inheritance, matrices.
//!
//! A run is what its layers say, the later ones over the earlier: `[defaults]`, the run it
//! `extends` (with what that one extends), its own keys. A key replaces a key, also an axis of a
//! matrix; an axis replaces an axis or a key. A matrix stands for one run per combination of its
//! values, the last axis turning fastest. Values keep their places in the file, so that whatever is
//! wrong with one is reported with its line.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::name;
use super::spec::Spec;
use crate::defect::{Defect, Defects};
use crate::scenario::{Entry, Scenario, at_line, bad_value, nearest};

/// Keys of a run that are neither the spec's nor the scenario's.
const OF_RUN: [&str; 4] = ["name", "extends", "template", "matrix"];

/// Keys of a scenario that a run does not take: its own serve.
const NOT_OF_RULES: [&str; 3] = ["name", "description", "k"];

/// No night is longer than this many runs; more is a slip of the pen.
const MOST_RUNS: usize = 100_000;

/// A batch: what it is called and its runs, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What reports call it; the file's name where it is left out.
    pub title: String,
    /// Folder that paths are relative to.
    pub folder: PathBuf,
    /// The runs.
    pub runs: Vec<Run>,
    /// SHA-256 over all that the runs say, in hexadecimal: comments, order of keys and the place
    /// of the file are not in it.
    pub sha256: String,
}

/// One run, fully spelt out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its name, unique in the batch, and the name of its folder.
    pub name: String,
    /// The value of every axis of its matrix, by axis.
    pub values: BTreeMap<String, String>,
    /// What it says beside its rules.
    pub spec: Spec,
    /// Its rules: they come on top of those of its scenario.
    pub rules: Scenario,
    /// Where keys stand in the file, by key.
    #[serde(skip)]
    pub places: BTreeMap<String, String>,
}

impl Run {
    /// Where a key was given, or the run.
    pub fn place(&self, key: &str) -> String {
        self.places.get(key).cloned().unwrap_or_else(|| format!("run {}, {key}", self.name))
    }
}

impl Batch {
    /// Reads a batch file.
    ///
    /// # Errors
    /// Every defect of the file, each with its line.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Defect::new(
                "E530",
                path.display().to_string(),
                format!("the batch file cannot be read: {error}"),
                "check the path and that the file is UTF-8 text",
            )
        })?;
        let file = path.file_name().map_or_else(|| "batch".into(), |name| name.to_string_lossy());
        let mut batch = Self::parse(&text, &file)?;
        path.parent().unwrap_or(Path::new("")).clone_into(&mut batch.folder);
        if batch.title.is_empty() {
            batch.title = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        Ok(batch)
    }

    /// Reads the text of a batch; `file` is how messages call it.
    ///
    /// # Errors
    /// As [`Batch::read`].
    pub fn parse(text: &str, file: &str) -> Result<Self, Defects> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader { file, text, defects: Defects::default() };
        for error in errors {
            let what = error.message().trim().replace('\n', "; ");
            reader.wrong(
                "E530",
                error.span(),
                "",
                format!("this is not TOML: {what}"),
                "correct the line",
            );
        }
        std::mem::take(&mut reader.defects).into_result()?;
        let (title, defaults, templates) = reader.top(table.into_inner());
        let mut runs = Vec::new();
        for (at, template) in templates.iter().enumerate() {
            if !template.is_template
                && let Some(layers) = reader.layers(&templates, at)
            {
                runs.extend(reader.expand(template, &defaults, &layers));
            }
        }
        if reader.defects.0.is_empty() && runs.is_empty() {
            let cure = "add a [[run]] with a name, an instance and k";
            reader.wrong("E532", None, "run", "the batch has no run".to_owned(), cure);
        }
        reader.tell_apart(&runs);
        reader.defects.into_result()?;
        let said = serde_json::to_vec(&runs).expect("runs are plain data");
        let sha256 = Sha256::digest(said).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { title, folder: PathBuf::new(), runs, sha256 })
    }
}

/// What a batch file holds, for its schema; it is read key by key.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the file and is never made")]
pub struct BatchSchema {
    /// What reports call the batch; the file's name where it is left out.
    title: Option<String>,
    /// What all runs say, unless they say otherwise.
    defaults: Option<RunSchema>,
    /// The runs.
    run: Vec<RunSchema>,
}

/// A run in the schema.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the file and is never made")]
struct RunSchema {
    /// Its name, and that of its folder: letters, digits, `-`, `_`, `.` and `+`.
    name: Option<String>,
    /// The name of a run that says what this one does not.
    extends: Option<String>,
    /// Only there to be extended.
    template: Option<bool>,
    /// Lists of values by key: a run for every combination.
    matrix: Option<BTreeMap<String, Vec<serde_json::Value>>>,
    #[serde(flatten)]
    spec: Spec,
    #[serde(flatten)]
    rules: Scenario,
}

/// A `[[run]]` as written.
struct Template<'i> {
    name: String,
    extends: Option<(String, Range<usize>)>,
    is_template: bool,
    layer: Layer<'i>,
    span: Range<usize>,
}

/// Keys and axes of one table of the file, in their order.
#[derive(Clone, Default)]
struct Layer<'i> {
    keys: Vec<Entry<'i>>,
    axes: Vec<Entry<'i>>,
}

impl<'i> Layer<'i> {
    /// Puts another layer on top.
    fn put(&mut self, over: &Layer<'i>) {
        for (key, _) in over.keys.iter().chain(&over.axes) {
            self.keys.retain(|(known, _)| known.get_ref() != key.get_ref());
        }
        for (key, _) in &over.keys {
            self.axes.retain(|(known, _)| known.get_ref() != key.get_ref());
        }
        self.keys.extend(over.keys.iter().cloned());
        for (key, value) in &over.axes {
            match self.axes.iter_mut().find(|(known, _)| known.get_ref() == key.get_ref()) {
                Some(known) => *known = (key.clone(), value.clone()),
                None => self.axes.push((key.clone(), value.clone())),
            }
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    defects: Defects,
}

impl<'i> Reader<'i> {
    fn at(&self, span: Option<Range<usize>>, key: &str) -> String {
        at_line(self.file, self.text, span, key)
    }

    fn wrong(
        &mut self,
        code: &'static str,
        span: Option<Range<usize>>,
        key: &str,
        what: String,
        cure: impl Into<String>,
    ) {
        let at = self.at(span, key);
        self.defects.push(Defect::new(code, at, what, cure));
    }

    /// A value of this kind, or a defect.
    fn value<T: for<'de> Deserialize<'de>>(&mut self, (key, value): Entry<'_>) -> Option<T> {
        #[derive(Deserialize)]
        struct Single<T> {
            value: T,
        }
        let (word, span) = (key.get_ref().to_string(), key.span());
        let mut single = DeTable::new();
        single.insert(Spanned::new(span.clone(), "value".into()), value);
        let single = Spanned::new(span.clone(), single);
        match Single::deserialize(toml::Deserializer::from(single)) {
            Ok(Single { value }) => Some(value),
            Err(error) => {
                let codes = ("E531", "E531");
                let defect = bad_value(codes, self.file, self.text, &word, span, &error);
                self.defects.push(defect);
                None
            }
        }
    }

    /// The keys of the file: title, defaults, runs as written.
    fn top(&mut self, table: DeTable<'i>) -> (String, Layer<'i>, Vec<Template<'i>>) {
        let (mut title, mut defaults, mut templates) =
            (String::new(), Layer::default(), Vec::new());
        for (key, value) in in_order(table) {
            let span = key.span();
            match (&**key.get_ref(), value.into_inner()) {
                ("title", value) => {
                    let value = Spanned::new(span, value);
                    title = self.value((key, value)).unwrap_or_default();
                }
                ("defaults", DeValue::Table(table)) => {
                    let (of_run, layer) = self.layer(table);
                    defaults = layer;
                    for (key, _) in of_run {
                        let what = format!("`{}` has no meaning for all runs", key.get_ref());
                        self.wrong("E531", Some(key.span()), "defaults", what, "say it in [[run]]");
                    }
                }
                ("run", DeValue::Array(list)) => {
                    for item in list {
                        let span = item.span();
                        if let DeValue::Table(table) = item.into_inner() {
                            templates.push(self.template(table, span));
                        } else {
                            let what = "a run is a table".to_owned();
                            self.wrong("E531", Some(span), "run", what, "write [[run]]");
                        }
                    }
                }
                (word @ ("defaults" | "run"), _) => {
                    let marks = if word == "run" { "[[run]]" } else { "[defaults]" };
                    let what = format!("`{word}` is a table");
                    self.wrong("E531", Some(span), word, what, format!("write {marks}"));
                }
                (word, _) => {
                    let what = format!("there is no key `{word}` here");
                    let cure = "a batch has `title`, [defaults] and [[run]]";
                    self.wrong("E531", Some(span), word, what, cure);
                }
            }
        }
        (title, defaults, templates)
    }

    fn template(&mut self, table: DeTable<'i>, span: Range<usize>) -> Template<'i> {
        let (of_run, layer) = self.layer(table);
        let mut template =
            Template { name: String::new(), extends: None, is_template: false, layer, span };
        for (key, value) in of_run {
            let place = value.span();
            match &**key.get_ref() {
                "name" => {
                    template.name = self.value((key, value)).unwrap_or_default();
                    template.span = place;
                }
                "extends" => template.extends = self.value((key, value)).zip(Some(place)),
                _ => template.is_template = self.value((key, value)).unwrap_or_default(),
            }
        }
        if let Err(what) = name::check(&template.name) {
            let cure = "give it a name such as \"councils\": its folder is called so";
            self.wrong("E532", Some(template.span.clone()), "name", what, cure);
        }
        template
    }

    /// Sorts the keys of a table: those of the run itself, and the layer.
    fn layer(&mut self, table: DeTable<'i>) -> (Vec<Entry<'i>>, Layer<'i>) {
        let (mut of_run, mut layer) = (Vec::new(), Layer::default());
        for (key, value) in in_order(table) {
            let span = key.span();
            if key.get_ref() == "matrix" {
                if let DeValue::Table(axes) = value.into_inner() {
                    layer.axes = in_order(axes);
                } else {
                    let what = "a matrix is a table of lists".to_owned();
                    self.wrong("E531", Some(span), "matrix", what, "write [run.matrix]");
                }
            } else if OF_RUN.contains(&&**key.get_ref()) {
                of_run.push((key, value));
            } else {
                layer.keys.push((key, value));
            }
        }
        for (key, value) in &layer.axes {
            let is_list = value.get_ref().as_array().is_some_and(|list| !list.is_empty());
            if !is_list {
                let what = "an axis of a matrix is a list of at least one value".to_owned();
                self.wrong("E531", Some(key.span()), key.get_ref(), what, "write k = [6, 7, 8]");
            }
            if layer.keys.iter().any(|(known, _)| known.get_ref() == key.get_ref()) {
                let what = format!("`{}` is a key and an axis", key.get_ref());
                self.wrong("E531", Some(key.span()), "matrix", what, "leave one of them out");
            }
        }
        let known = known_keys();
        for (key, _) in layer.keys.iter().chain(&layer.axes) {
            let word = &**key.get_ref();
            if !known.contains(word) {
                let cure = match nearest(word, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "see `regionfront schema batch`".to_owned(),
                };
                self.wrong(
                    "E531",
                    Some(key.span()),
                    word,
                    format!("there is no key `{word}`"),
                    cure,
                );
            }
        }
        layer.keys.retain(|(key, _)| known.contains(&**key.get_ref()));
        layer.axes.retain(|(key, value)| {
            known.contains(&**key.get_ref())
                && value.get_ref().as_array().is_some_and(|list| !list.is_empty())
        });
        (of_run, layer)
    }

    /// The chain of a run, from what it extends last to itself.
    fn layers<'t>(
        &mut self,
        templates: &'t [Template<'i>],
        at: usize,
    ) -> Option<Vec<&'t Layer<'i>>> {
        let mut chain = vec![at];
        while let Some((base, span)) = &templates[chain[chain.len() - 1]].extends {
            let Some(found) = templates.iter().position(|other| other.name == *base) else {
                let cure = match nearest(base, templates.iter().map(|other| other.name.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "give the name of a [[run]] of this file".to_owned(),
                };
                let what = format!("there is no run `{base}`");
                self.wrong("E532", Some(span.clone()), "extends", what, cure);
                return None;
            };
            if chain.contains(&found) {
                let what = format!("`{base}` extends itself, by way of others or not");
                self.wrong("E532", Some(span.clone()), "extends", what, "break the circle");
                return None;
            }
            chain.push(found);
        }
        Some(chain.into_iter().rev().map(|at| &templates[at].layer).collect())
    }

    /// One run per combination of the matrix.
    fn expand(
        &mut self,
        template: &Template<'i>,
        defaults: &Layer<'i>,
        layers: &[&Layer<'i>],
    ) -> Vec<Run> {
        let mut merged = defaults.clone();
        for layer in layers {
            merged.put(layer);
        }
        let axes: Vec<(&Entry<'i>, &[Spanned<DeValue<'i>>])> = merged
            .axes
            .iter()
            .filter_map(|entry| Some((entry, &**entry.1.get_ref().as_array()?)))
            .collect();
        let sizes = axes.iter().map(|(_, values)| values.len());
        let count = sizes.fold(1, usize::saturating_mul);
        if count > MOST_RUNS {
            let what = format!("the matrix of `{}` has more than {MOST_RUNS} runs", template.name);
            self.wrong("E531", Some(template.span.clone()), "matrix", what, "shorten its lists");
            return Vec::new();
        }
        let mut runs = Vec::new();
        for number in 0..count {
            let before = self.defects.0.len();
            let mut entries = merged.keys.clone();
            let mut values = BTreeMap::new();
            let mut full_name = template.name.clone();
            let mut rest = number;
            let mut chosen = vec![0; axes.len()];
            for (place, (_, values)) in chosen.iter_mut().zip(&axes).rev() {
                *place = rest % values.len();
                rest /= values.len();
            }
            for (&place, ((key, _), list)) in chosen.iter().zip(&axes) {
                let value = list[place].clone();
                let word = key.get_ref().to_string();
                let Some(text) = name::text(value.get_ref()) else {
                    let what = "a value of a matrix is a number, a word or a list of them";
                    let cure = "put tables into runs of their own";
                    self.wrong("E531", Some(value.span()), &word, what.to_owned(), cure);
                    continue;
                };
                full_name.push('-');
                full_name.push_str(&name::part(&word, &text));
                values.insert(word, text);
                entries.push((Spanned::new(value.span(), key.get_ref().clone()), value));
            }
            runs.extend(self.run(template, full_name, values, entries));
            // What is wrong with a value that several runs share is wrong once.
            for defect in self.defects.0.split_off(before) {
                if !self.defects.0.contains(&defect) {
                    self.defects.push(defect);
                }
            }
        }
        runs
    }

    fn run(
        &mut self,
        template: &Template<'i>,
        name: String,
        values: BTreeMap<String, String>,
        mut entries: Vec<Entry<'i>>,
    ) -> Option<Run> {
        let span = template.span.clone();
        let before = self.defects.0.len();
        entries.sort_by_key(|(key, _)| key.span().start);
        let places = entries
            .iter()
            .map(|(key, _)| (key.get_ref().to_string(), self.at(Some(key.span()), key.get_ref())))
            .collect();
        let rules_keys = keys_of_rules();
        let (rules, own): (Vec<Entry<'i>>, Vec<Entry<'i>>) =
            entries.into_iter().partition(|(key, _)| rules_keys.contains(&**key.get_ref()));
        let rules = Scenario::from_entries(rules, span.clone(), self.file, self.text);
        let rules = rules.unwrap_or_else(|defects| {
            self.defects.0.extend(defects.0);
            Scenario::default()
        });
        let mut table = DeTable::new();
        for (key, value) in own {
            let mut single = DeTable::new();
            single.insert(key.clone(), value.clone());
            let single = Spanned::new(span.clone(), single);
            if let Err(error) = Spec::deserialize(toml::Deserializer::from(single)) {
                let codes = ("E531", "E531");
                let word = key.get_ref().to_string();
                let defect = bad_value(codes, self.file, self.text, &word, key.span(), &error);
                self.defects.push(defect);
            }
            table.insert(key, value);
        }
        if self.defects.0.len() > before {
            return None;
        }
        let table = Spanned::new(span.clone(), table);
        let spec = Spec::deserialize(toml::Deserializer::from(table)).ok()?;
        self.check(&spec, template);
        (self.defects.0.len() == before).then_some(Run { name, values, spec, rules, places })
    }

    /// What does not fit together within a run.
    fn check(&mut self, spec: &Spec, template: &Template<'i>) {
        let mut wrong = |key: &str, what: &str, cure: &str| {
            let what = format!("run `{}`: {what}", template.name);
            self.wrong("E531", Some(template.span.clone()), key, what, cure);
        };
        if spec.instance.as_os_str().is_empty() {
            wrong(
                "instance",
                "it names no instance",
                "add instance = \"FOLDER\" here or in [defaults]",
            );
        }
        if spec.no_scenario && spec.scenario.is_some() {
            wrong(
                "no_scenario",
                "a scenario is named, and none is wanted",
                "leave one of them out",
            );
        }
        let of_fronts = [
            ("joint", spec.joint),
            ("reference", spec.reference.is_some()),
            ("within", spec.within.is_some()),
            ("most_near", spec.most_near.is_some()),
            ("alternatives", spec.alternatives > 0),
        ];
        let of_solving = [
            ("gap", spec.gap.is_some()),
            ("abs_gap", spec.abs_gap > 0),
            ("engine", spec.engine.is_some()),
        ];
        let (foreign, without) =
            if spec.is_front() { (&of_solving[..], "without") } else { (&of_fronts[..], "with") };
        for (key, _) in foreign.iter().filter(|(_, is_given)| *is_given) {
            let what = format!("`{key}` has a meaning {without} `against` only");
            wrong(key, &what, "leave one of them out");
        }
    }

    /// Names that cannot be told apart, on file systems that ignore capitals either.
    fn tell_apart(&mut self, runs: &[Run]) {
        let mut seen: BTreeMap<String, &Run> = BTreeMap::new();
        for run in runs {
            if let Err(what) = name::check(&run.name) {
                let at = format!("{} run {}", self.file, run.name);
                let cure = "shorten its name or the values of its matrix";
                self.defects.push(Defect::new("E532", at, what, cure));
            }
            if let Some(other) = seen.insert(run.name.to_lowercase(), run) {
                let at = format!("{} run {}", self.file, run.name);
                let what = format!("another run is called `{}`", other.name);
                self.defects.push(Defect::new(
                    "E532",
                    at,
                    what,
                    "give every run a name of its own",
                ));
            }
        }
    }
}

fn in_order(table: DeTable<'_>) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = table.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The keys of a serialised value, also those that are `null`.
fn keys_of(value: &impl Serialize) -> BTreeSet<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Object(object)) => object.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

fn keys_of_rules() -> BTreeSet<String> {
    let mut keys = keys_of(&Scenario::default());
    keys.retain(|key| !NOT_OF_RULES.contains(&key.as_str()));
    keys
}

fn known_keys() -> BTreeSet<String> {
    let mut keys = keys_of_rules();
    keys.extend(keys_of(&Spec::default()));
    keys
}
