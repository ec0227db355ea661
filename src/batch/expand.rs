//! From tables to runs: matrices, values, and what does not fit together within a run.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layers::{Layer, Reader, Template, keys_of_rules};
use super::spec::Spec;
use super::{Run, name};
use regionfront_model::defect::Defect;
use regionfront_model::scenario::{Entry, Scenario, bad_value};

/// No night is longer than this many runs; more is a slip of the pen.
const MOST_RUNS: usize = 100_000;

impl<'i> Reader<'i> {
    /// One run per combination of the matrix.
    pub(super) fn expand(&mut self, template: &Template<'i>, merged: &Layer<'i>) -> Vec<Run> {
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
        let rules = Scenario::from_entries(rules, span.clone(), &self.source);
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
                let defect = bad_value(codes, &self.source, &word, key.span(), &error);
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
    pub(super) fn tell_apart(&mut self, runs: &[Run]) {
        let mut seen: BTreeMap<String, &Run> = BTreeMap::new();
        for run in runs {
            if let Err(what) = name::check(&run.name) {
                let at = format!("{} run {}", self.source.file(), run.name);
                let cure = "shorten its name or the values of its matrix";
                self.defects.push(Defect::new("E532", at, what, cure));
            }
            if let Some(other) = seen.insert(run.name.to_lowercase(), run) {
                let at = format!("{} run {}", self.source.file(), run.name);
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
