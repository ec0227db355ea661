//! A division like with like: what it holds once everybody is in one region, and single areas have joined others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::Membership;
use regionfront_analysis::division::derive::procedure;
use regionfront_analysis::indicators::internal_share;
use regionfront_model::instance::{Division, Instance, LinkKind};
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::DEFAULT_LINKS;

use super::rounding::millionths;
use crate::words::{Lang, division_name};

/// A division that is derived from another one, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProcedureDocument {
    /// Name of the division it comes from.
    pub division: String,
    /// How far that was taken: `placed`, everybody in one region by the strongest flow; `nearest_centre` and
    /// `strongest_flow`, besides, regions of one area joined to others.
    pub taken: String,
    /// How many regions there are then.
    pub regions: usize,
    /// Commuters between different areas that share a region then.
    pub internal_commuting: Commuters,
    /// `internal_commuting` ÷ commuters between areas.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Persons,
    /// Inhabitants of the largest region.
    pub max_population: Persons,
}

impl ProcedureDocument {
    /// What comes of a division; nothing where it holds everybody once and no region of one area.
    pub fn all(instance: &Instance, links: &[LinkKind], division: &Division) -> Vec<Self> {
        // Where divisions are compared there are no rules to name any.
        let links = if links.is_empty() { &DEFAULT_LINKS } else { links };
        procedure(instance, links, division)
            .into_iter()
            .map(|(taken, derived)| {
                let membership = Membership::new(instance.num_areas(), &derived);
                let inside = membership.internal_commuting(instance);
                let people = derived.regions.iter().map(|region| -> Persons {
                    region.areas.iter().map(|&area| instance.areas[area].population).sum()
                });
                Self {
                    division: division.name.clone(),
                    taken: taken.word().to_owned(),
                    regions: derived.regions.len(),
                    internal_commuting: inside,
                    share: internal_share(instance, inside).value().map(millionths),
                    min_population: people.clone().min().unwrap_or_default(),
                    max_population: people.max().unwrap_or_default(),
                }
            })
            .collect()
    }

    /// What it holds, as a sentence.
    pub(crate) fn sentence(&self, lang: Lang) -> String {
        let name = division_name(&self.division, lang);
        let name = lang.say(&format!("procedure_{}", self.taken), &[("name", name)]);
        let values = [
            ("name", name),
            ("k", self.regions.to_string()),
            ("commuters", lang.whole(self.internal_commuting.into())),
            ("share", self.share.map_or_else(|| "–".to_owned(), |share| lang.percent(share))),
        ];
        lang.say("procedure_text", &values)
    }
}
