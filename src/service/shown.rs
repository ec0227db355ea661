//! Instances as the page shows them: what the page asks of the program, and those laid out lately.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use regionfront_model::defect::Defects;

use crate::Doors;

/// An instance as the page shows it. Rules come as the command line that would ask about them; answers
/// are JSON documents.
pub trait Shown: Send + Sync + 'static {
    /// Areas, links, flows, divisions and the map without a plan.
    ///
    /// # Errors
    /// What is wrong with the rules: they may add areas, or leave some out.
    fn atlas(&self, arguments: &[String], language: &str) -> Result<String, Defects>;

    /// A plan drawn and described.
    ///
    /// # Errors
    /// What is wrong with the rules, or with the plan.
    fn plan(
        &self,
        arguments: &[String],
        plan: &PlanAsked,
        language: &str,
    ) -> Result<String, Defects>;

    /// Rules as a scenario file, as inputs, by area, and where they contradict each other.
    ///
    /// # Errors
    /// What is wrong with them beyond contradictions.
    fn rules(&self, said: &RulesSaid) -> Result<String, Defects>;

    /// The chart of a run from its events, a JSON object each.
    ///
    /// # Errors
    /// What is wrong with the rules.
    fn chart(
        &self,
        arguments: &[String],
        events: &[String],
        is_over: bool,
        language: &str,
    ) -> Result<String, Defects>;
}

/// A plan to draw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanAsked {
    /// Region of every area in the order of their codes; 0 where it stands in none.
    pub labels: Vec<u32>,
    /// The labels that were shown before, and their fills; empty where there were none.
    pub before: (Vec<u32>, Vec<usize>),
}

/// Rules as a client says them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RulesSaid {
    /// The command line that asks about them.
    Arguments(Vec<String>),
    /// The text of a scenario file.
    Text(String),
}

/// How many instances are held ready.
const HELD: usize = 8;

/// Instances laid out lately, by id.
#[derive(Default)]
pub struct Gallery(Mutex<Vec<(String, Arc<dyn Shown>)>>);

impl Gallery {
    /// The instance of an id, whose files are in a folder.
    pub fn show(&self, doors: &dyn Doors, id: &str, folder: &Path) -> Arc<dyn Shown> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.iter().position(|(known, _)| known == id).map(|at| held.remove(at));
        let entry = known.unwrap_or_else(|| (id.to_owned(), doors.show(folder)));
        if held.len() >= HELD {
            held.remove(0);
        }
        held.push(entry.clone());
        entry.1
    }
}
