//! The question in documents: the data and the rules, stamped with their hashes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use regionfront_model::instance::{Instance, LinkKind, Year};
use regionfront_model::quantity::{Commuters, Persons, Share};
use regionfront_model::scenario::{
    AreaGroup, Bounds, FixedRegions, Group, Problem, Scenario, Texts,
};

use crate::words::Lang;

/// The data a result rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InstanceDocument {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The year its figures are of, where it says so.
    #[serde(default)]
    pub year: Option<Year>,
    /// The further year that plans are weighed by as well, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_year: Option<Year>,
    /// SHA-256 over the files that were read, in hexadecimal.
    pub sha256: String,
    /// What files that are not UTF-8 were said to be written in, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Names of the areas in question, by code.
    pub areas: BTreeMap<String, String>,
    /// Their inhabitants.
    pub population: Persons,
    /// Commuters between different areas: the denominator of `share`.
    pub commuters_between_areas: Commuters,
    /// Sources to cite.
    pub sources: Vec<SourceDocument>,
    /// Licences of the data.
    pub licences: Vec<String>,
}

/// A source to cite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceDocument {
    /// Title, as it is to be cited.
    pub title: String,
    /// Address; empty where it has none.
    pub path: String,
}

/// The rules of the question, by area code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioDocument {
    /// Name of the scenario; empty where it has none.
    pub name: String,
    /// SHA-256 over the rules and the codes of the areas in question, in hexadecimal.
    pub sha256: String,
    /// What people are told of the rules; not part of the hash.
    #[serde(default)]
    pub texts: Texts,
    /// The rules.
    pub rules: RulesDocument,
}

/// Rules, by area code. Limits are inclusive; `null` leaves a side open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RulesDocument {
    /// Link kinds that count as contiguous.
    pub links: Vec<LinkKind>,
    /// Groups that share one region.
    pub keep_together: Vec<GroupDocument>,
    /// Groups no two areas of which share a region.
    pub keep_apart: Vec<GroupDocument>,
    /// Groups that are exactly a region.
    pub closed: Vec<GroupDocument>,
    /// Regions already decided, exempt from the limits.
    pub fixed: Vec<GroupDocument>,
    /// Areas whose region is exempt from the limits; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits_do_not_apply_to: Vec<String>,
    /// Inhabitants of a region.
    pub population: LimitDocument,
    /// Areas in a region.
    pub areas: LimitDocument,
    /// Jobs in a region.
    pub jobs: LimitDocument,
    /// Employed residents of a region.
    pub employed: LimitDocument,
    /// Least share of its employed residents who work inside a region.
    pub min_self_containment: Option<Share>,
}

/// A group of areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupDocument {
    /// What the scenario calls it; empty where it has no name.
    pub name: String,
    /// Codes of its areas.
    pub areas: Vec<String>,
}

/// Inclusive limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitDocument {
    /// At least this much.
    pub min: Option<u64>,
    /// At most this much.
    pub max: Option<u64>,
}

impl ScenarioDocument {
    /// What the scenario is called in a language; in English where it has no other name.
    pub fn name_in(&self, lang: Lang) -> &str {
        match (lang, &self.texts.nb.name) {
            (Lang::Nb, Some(name)) => name,
            _ => &self.name,
        }
    }
}

impl InstanceDocument {
    /// The stamp of an instance with its title in a language.
    pub fn new_in(instance: &Instance, lang: Lang) -> Self {
        let title = match lang {
            Lang::Nb if !instance.nb.title.is_empty() => instance.nb.title.clone(),
            _ => instance.title.clone(),
        };
        Self { title, ..Self::new(instance) }
    }

    /// The stamp of an instance.
    pub fn new(instance: &Instance) -> Self {
        Self {
            name: instance.name.clone(),
            title: instance.title.clone(),
            year: instance.year,
            other_year: instance.other_year.as_ref().map(|other| other.year),
            sha256: instance.sha256.clone(),
            encoding: instance.encoding.map(|encoding| encoding.to_string()),
            areas: instance
                .areas
                .iter()
                .map(|area| (area.code.clone(), area.name.clone()))
                .collect(),
            population: instance.population(),
            commuters_between_areas: instance.flows.total_between(),
            sources: instance
                .sources
                .iter()
                .map(|source| SourceDocument {
                    title: source.title.clone(),
                    path: source.path.clone(),
                })
                .collect(),
            licences: instance.licences.clone(),
        }
    }
}

impl ScenarioDocument {
    /// The rules as a scenario, everything by code. `about` says which areas were in question, `instance`
    /// is the data as its folder holds it, `place` where messages say that the rules stand.
    pub fn as_scenario(
        &self,
        about: &InstanceDocument,
        instance: &Instance,
        place: &str,
    ) -> Scenario {
        let RulesDocument {
            links,
            keep_together,
            keep_apart,
            closed,
            fixed,
            limits_do_not_apply_to,
            population,
            areas,
            jobs,
            employed,
            min_self_containment,
        } = &self.rules;
        let groups = |groups: &[GroupDocument]| -> Vec<AreaGroup> {
            groups
                .iter()
                .map(|group| AreaGroup {
                    name: group.name.clone(),
                    areas: group.areas.clone(),
                    place: place.to_owned(),
                })
                .collect()
        };
        let in_question: Vec<String> = about.areas.keys().cloned().collect();
        let outside = |code: &&String| instance.index_of_code(code).is_none();
        Scenario {
            name: Some(self.name.clone()),
            links: Some(links.clone()),
            external_areas: in_question.iter().filter(outside).cloned().collect(),
            // A subset only where it is one: a subset adds an external place.
            areas: instance
                .areas
                .iter()
                .any(|area| !about.areas.contains_key(&area.code))
                .then_some(in_question),
            min_population: population.min,
            max_population: population.max,
            min_areas: areas.min,
            max_areas: areas.max,
            min_jobs: jobs.min,
            max_jobs: jobs.max,
            min_employed: employed.min,
            max_employed: employed.max,
            min_self_containment: *min_self_containment,
            keep_together: groups(keep_together),
            keep_apart: groups(keep_apart),
            closed: groups(closed),
            fixed: groups(fixed).into_iter().map(FixedRegions::Areas).collect(),
            limits_do_not_apply_to: limits_do_not_apply_to.clone(),
            description: Some(self.texts.description.clone()),
            reasons: self.texts.reasons.clone(),
            nb: self.texts.nb.clone(),
            ..Scenario::default()
        }
    }

    /// The rules of a problem, by code, with their hash.
    ///
    /// # Panics
    /// Never: rules are plain data, which JSON can hold.
    pub fn new(problem: &Problem) -> Self {
        let rules = RulesDocument::new(problem);
        let codes: Vec<&str> =
            problem.instance.areas.iter().map(|area| area.code.as_str()).collect();
        let question = serde_json::to_vec(&(&rules, codes)).expect("rules are plain data");
        Self {
            name: problem.scenario.clone(),
            sha256: hexadecimal(&Sha256::digest(question)),
            texts: problem.rules.texts.clone(),
            rules,
        }
    }
}

impl RulesDocument {
    fn new(problem: &Problem) -> Self {
        let rules = &problem.rules;
        let groups = |groups: &[Group]| -> Vec<GroupDocument> {
            groups
                .iter()
                .map(|group| GroupDocument {
                    name: group.name.clone(),
                    areas: codes(&problem.instance, &group.areas),
                })
                .collect()
        };
        Self {
            links: rules.links.clone(),
            keep_together: groups(&rules.together),
            keep_apart: groups(&rules.apart),
            closed: groups(&rules.closed),
            fixed: groups(&rules.fixed),
            limits_do_not_apply_to: codes(&problem.instance, &rules.exempt),
            population: rules.limits.population.into(),
            areas: rules.limits.areas.into(),
            jobs: rules.limits.jobs.into(),
            employed: rules.limits.employed.into(),
            min_self_containment: rules.limits.min_self_containment,
        }
    }
}

impl From<Bounds> for LimitDocument {
    fn from(bounds: Bounds) -> Self {
        Self { min: bounds.min, max: bounds.max }
    }
}

/// Codes of areas.
pub(crate) fn codes(instance: &Instance, areas: &[usize]) -> Vec<String> {
    areas.iter().map(|&area| instance.areas[area].code.clone()).collect()
}

/// Bytes, each as two digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
