//! What becomes of a division that is taken as it stands in its source: everybody placed once, then regions
//! of one area joined to others. So divisions that leave areas out, or hold single ones, are held against
//! others like with like.

use regionfront_model::instance::{Division, Instance, LinkKind};
use regionfront_model::quantity::Persons;

use super::super::Membership;
use super::super::membership::in_order;
use super::{AttachBy, assign_missing, attach_singletons, resolve_overlaps};

/// How far a division was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Every area is in one region, by the strongest flow.
    Placed,
    /// Besides, regions of one area have joined the region of the nearest centre.
    NearestCentre,
    /// Besides, regions of one area have joined the region most of their commuters work in.
    StrongestFlow,
}

impl Taken {
    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::NearestCentre => "nearest_centre",
            Self::StrongestFlow => "strongest_flow",
        }
    }
}

/// The divisions that come of a division step by step; none of one that has nothing to place or join, or
/// that holds less than half of the people, so that most of it would be made up, or where an area touches no
/// region.
pub fn procedure(
    instance: &Instance,
    links: &[LinkKind],
    division: &Division,
) -> Vec<(Taken, Division)> {
    let given = in_order(division.clone());
    let membership = Membership::new(instance.num_areas(), &given);
    let outside = membership.outside();
    let people: Persons = outside.iter().map(|&area| instance.areas[area].population).sum();
    if given.regions.is_empty() || people * 2 > instance.population() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (placed, _) = resolve_overlaps(instance, links, &given);
    let (placed, _) = assign_missing(instance, links, &placed);
    if !Membership::new(instance.num_areas(), &placed).outside().is_empty() {
        return Vec::new();
    }
    if placed != given {
        found.push((Taken::Placed, placed.clone()));
    }
    for (taken, by) in [
        (Taken::NearestCentre, AttachBy::NearestCentre),
        (Taken::StrongestFlow, AttachBy::StrongestFlow),
    ] {
        let (joined, _) = attach_singletons(instance, links, by, &placed);
        if joined.regions.len() < placed.regions.len() {
            found.push((taken, joined));
        }
    }
    found
}
