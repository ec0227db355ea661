//! What the report of a study begins with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::plan::Plan;

use super::PlainTable;
use crate::words::Lang;

/// A study: what it asks, and what it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StudyView {
    /// Title.
    pub title: String,
    /// What it asks.
    pub question: String,
    /// What it answers, a sentence each.
    pub answer: Vec<String>,
    /// Internal commuting by scenario and number of regions; `null` where nothing was solved.
    pub table: Option<PlainTable>,
    /// Maps: of every scenario, or of every number of regions.
    pub maps: Vec<StudyMapView>,
    /// What the maps are called together.
    pub maps_title: String,
}

/// A map of a study.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StudyMapView {
    /// Identifier: `wish-1` for the first.
    pub id: String,
    /// Number of regions.
    pub k: usize,
    /// What it is called.
    pub title: String,
}

/// What a scenario is called in its files, in English and in Norwegian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioLabel {
    /// The word in tables: the name of its file.
    pub word: String,
    /// English.
    pub en: String,
    /// Norwegian.
    pub nb: String,
}

impl ScenarioLabel {
    pub(crate) fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Nb => &self.nb,
        }
    }
}

/// A study as its report begins with it, in every language, and the plans of its maps.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyRecord {
    /// In English.
    pub en: StudyView,
    /// In Norwegian.
    pub nb: StudyView,
    /// What its scenarios are called.
    pub labels: Vec<ScenarioLabel>,
    /// The plans of its maps, in their order.
    pub plans: Vec<Plan>,
}

impl StudyRecord {
    /// In this language.
    pub(crate) fn view(&self, lang: Lang) -> &StudyView {
        match lang {
            Lang::En => &self.en,
            Lang::Nb => &self.nb,
        }
    }
}
