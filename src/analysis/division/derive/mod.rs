//! Divisions from divisions, with a log of every decision.
//!
//! Each step takes a division and gives another one; what it decided, and why, stands in the
//! [`Decision`]s it adds to the log. *Flow* of an area to a region means the area's residents who
//! work in other areas of that region; where two regions tie, people who commute the other way
//! decide, then the smaller number of the region. *Touching* is under the links of the question.
//!
//! The order in which areas are listed never matters: either all decide by the division as it was,
//! or the one with the strongest reason goes first.

use regionfront_model::instance::{Division, Instance, LinkKind};
use regionfront_model::quantity::{Commuters, grouped};

mod attach;
mod crosswalk;
mod missing;
mod moving;
mod overlaps;
pub mod pipeline;
mod procedure;
mod split;

pub use attach::{AttachBy, attach_singletons};
pub use crosswalk::carry_division;
pub use missing::assign_missing;
pub use moving::Moving;
pub use overlaps::resolve_overlaps;
pub use pipeline::{Derived, Improve, Refused, Solver, Steps};
pub use procedure::{Taken, procedure};
pub use split::{Split, SplitRefused, split};

/// One thing a step decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The step, by its option: `attach-singletons`.
    pub step: &'static str,
    /// The area it is about, where it is about one.
    pub area: Option<usize>,
    /// Names of the regions it was in before.
    pub from: Vec<String>,
    /// Name of the region it is in now; `None` where nothing was changed.
    pub to: Option<String>,
    /// Why, in words.
    pub why: String,
}

/// What joining a region would mean for an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Tie {
    /// Residents of the area who work in the region.
    out: Commuters,
    /// People who live in the region and work in the area.
    back: Commuters,
}

/// The flows between an area and a region, the area itself left out of the region.
fn tie(instance: &Instance, area: usize, region: &[usize]) -> Tie {
    let sum = |flow: &dyn Fn(usize) -> Commuters| {
        region.iter().filter(|&&other| other != area).map(|&other| flow(other)).sum()
    };
    Tie {
        out: sum(&|other| instance.flows.get(area, other)),
        back: sum(&|other| instance.flows.get(other, area)),
    }
}

/// The strongest of several regions by flow; the first of equal ones.
fn strongest(
    instance: &Instance,
    division: &Division,
    area: usize,
    candidates: &[usize],
) -> Option<(usize, Tie)> {
    candidates
        .iter()
        .map(|&region| (region, tie(instance, area, &division.regions[region].areas)))
        .max_by_key(|&(region, tie)| (tie, std::cmp::Reverse(region)))
}

/// Regions that hold a neighbour of an area, ascending.
fn touched(
    instance: &Instance,
    links: &[LinkKind],
    division: &Division,
    area: usize,
) -> Vec<usize> {
    let neighbours = instance.neighbours(area, links);
    (0..division.regions.len())
        .filter(|&region| {
            neighbours.iter().any(|neighbour| division.regions[region].areas.contains(neighbour))
        })
        .collect()
}

/// `388 of its residents work in Drammen, 198 come from there; Ringerike 72 and 59`.
fn by_flow(
    instance: &Instance,
    division: &Division,
    area: usize,
    chosen: (usize, Tie),
    candidates: &[usize],
) -> String {
    let name = |region: usize| division.regions[region].name.as_str();
    let others: Vec<String> = candidates
        .iter()
        .filter(|&&region| region != chosen.0)
        .map(|&region| {
            let tie = tie(instance, area, &division.regions[region].areas);
            format!("{} {} and {}", name(region), grouped(tie.out), grouped(tie.back))
        })
        .collect();
    let mut why = format!(
        "{} of its residents work in {}, {} come from there",
        grouped(chosen.1.out),
        name(chosen.0),
        grouped(chosen.1.back)
    );
    if !others.is_empty() {
        why.push_str("; ");
        why.push_str(&others.join(", "));
    }
    why
}
