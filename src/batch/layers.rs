//! The tables of a batch file: which keys they have, and which lie over which.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::name;
use super::spec::Spec;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::scenario::{Entry, Scenario, SourceText, bad_value, nearest};

/// Keys of a run that are neither the spec's nor the scenario's.
const OF_RUN: [&str; 4] = ["name", "extends", "template", "matrix"];

/// Keys of the spec that stand in it only where they are said, so that what says nothing keeps its hash.
const OF_SPEC: [&str; 1] = ["encoding"];

/// Keys of a scenario that a run does not take: its own serve.
const NOT_OF_RULES: [&str; 3] = ["name", "description", "k"];

/// A `[[run]]` as written.
pub(super) struct Template<'i> {
    pub(super) name: String,
    extends: Option<(String, Range<usize>)>,
    pub(super) only_extended: bool,
    layer: Layer<'i>,
    pub(super) span: Range<usize>,
}

/// Keys and axes of one table of the file, in their order.
#[derive(Clone, Default)]
pub(super) struct Layer<'i> {
    pub(super) keys: Vec<Entry<'i>>,
    pub(super) axes: Vec<Entry<'i>>,
}

impl<'i> Layer<'i> {
    /// Puts another layer on top.
    pub(super) fn put(&mut self, over: &Layer<'i>) {
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

/// Reads a file and collects what is wrong with it.
pub(super) struct Reader<'a> {
    /// The file, for places.
    pub(super) source: SourceText<'a>,
    /// What is wrong with it so far.
    pub(super) defects: Defects,
}

impl<'i> Reader<'i> {
    pub(super) fn at(&self, span: Option<Range<usize>>, key: &str) -> String {
        self.source.at(span, key)
    }

    pub(super) fn wrong(
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
                let defect = bad_value(codes, &self.source, &word, span, &error);
                self.defects.push(defect);
                None
            }
        }
    }

    /// The keys of the file: title, defaults, runs as written.
    pub(super) fn top(&mut self, table: DeTable<'i>) -> (String, Layer<'i>, Vec<Template<'i>>) {
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
            Template { name: String::new(), extends: None, only_extended: false, layer, span };
        for (key, value) in of_run {
            let place = value.span();
            match &**key.get_ref() {
                "name" => {
                    template.name = self.value((key, value)).unwrap_or_default();
                    template.span = place;
                }
                "extends" => template.extends = self.value((key, value)).zip(Some(place)),
                _ => template.only_extended = self.value((key, value)).unwrap_or_default(),
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

    /// What a run says with all that it extends, from what it extends last to itself, laid over the
    /// defaults. `laid` holds what earlier calls found, so that chains of thousands of runs are laid
    /// once, and `index` the place of every name.
    pub(super) fn merged(
        &mut self,
        templates: &[Template<'i>],
        index: &BTreeMap<&str, usize>,
        defaults: &Layer<'i>,
        laid: &mut BTreeMap<usize, Layer<'i>>,
        at: usize,
    ) -> Option<Layer<'i>> {
        let mut chain = vec![at];
        let mut is_in_chain = BTreeSet::from([at]);
        while let Some((base, span)) = &templates[chain[chain.len() - 1]].extends {
            if laid.contains_key(&chain[chain.len() - 1]) {
                break;
            }
            let Some(&found) = index.get(base.as_str()) else {
                let cure = match nearest(base, templates.iter().map(|other| other.name.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "give the name of a [[run]] of this file".to_owned(),
                };
                let what = format!("there is no run `{base}`");
                self.wrong("E532", Some(span.clone()), "extends", what, cure);
                return None;
            };
            if !is_in_chain.insert(found) {
                let what = format!("`{base}` extends itself, by way of others or not");
                self.wrong("E532", Some(span.clone()), "extends", what, "break the circle");
                return None;
            }
            chain.push(found);
        }
        let mut merged = defaults.clone();
        for at in chain.into_iter().rev() {
            if let Some(known) = laid.get(&at) {
                merged.clone_from(known);
            } else {
                merged.put(&templates[at].layer);
                laid.insert(at, merged.clone());
            }
        }
        Some(merged)
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

/// The keys of a run that are rules of a scenario.
pub(super) fn keys_of_rules() -> BTreeSet<String> {
    let mut keys = keys_of(&Scenario::default());
    keys.retain(|key| !NOT_OF_RULES.contains(&key.as_str()));
    keys
}

fn known_keys() -> BTreeSet<String> {
    let mut keys = keys_of_rules();
    keys.extend(keys_of(&Spec::default()));
    keys.extend(OF_SPEC.map(str::to_owned));
    keys
}
