//! What is odd about an instance that loads: nothing here keeps it from being used.

use std::collections::BTreeMap;

use super::read::counted;
use super::{Instance, LinkKind, codes};
use crate::defect::Defect;
use crate::quantity::Commuters;

/// Link kinds that count as contiguous unless a scenario names others.
const USUAL: [LinkKind; 2] = [LinkKind::Land, LinkKind::FixedLink];

/// How many areas of a part, or with the same oddity, are named in a message.
const NAMED: usize = 8;

/// Everything odd, by code and then by area.
pub(super) fn find(instance: &Instance) -> Vec<Defect> {
    let mut found = Vec::new();
    let beside = links_beside(instance);
    lonely(instance, &beside, &mut found);
    parts(instance, &beside, &mut found);
    sums(instance, &mut found);
    idle(instance, &mut found);
    names(instance, &mut found);
    provenance(instance, &mut found);
    unconnected_flows(instance, &mut found);
    found.sort_by_key(|defect| defect.code);
    found
}

/// Everything odd about an instance made of another: what was odd about the files it was read from stays.
pub(super) fn again(instance: &Instance) -> Vec<Defect> {
    let of_files = instance.oddities.iter().filter(|odd| odd.code == codes::ASSUMED_ENCODING);
    let mut found: Vec<Defect> = find(instance).into_iter().chain(of_files.cloned()).collect();
    found.sort_by_key(|defect| defect.code);
    found
}

/// The places in the list of links of those at every area.
fn links_beside(instance: &Instance) -> Vec<Vec<usize>> {
    let mut beside = vec![Vec::new(); instance.num_areas()];
    for (at, link) in instance.links.iter().enumerate() {
        beside[link.a].push(at);
        beside[link.b].push(at);
    }
    beside
}

/// Areas without neighbours: at all, or on land only.
fn lonely(instance: &Instance, beside: &[Vec<usize>], found: &mut Vec<Defect>) {
    if instance.num_areas() < 2 {
        return;
    }
    for (at, area) in instance.areas.iter().enumerate() {
        if beside[at].is_empty() {
            found.push(Defect::new(
                codes::NO_NEIGHBOUR,
                "adjacency.csv",
                format!("{} has no neighbour: it can only be a region of its own", area.label()),
                "add its land border, or the fixed_link, ferry or sea_link that ties it",
            ));
        } else if beside[at].iter().all(|&link| instance.links[link].kind != LinkKind::Land) {
            let ties = ties(instance, beside, &[at], &[LinkKind::Land]);
            found.push(Defect::new(
                codes::NEEDS_LINKS,
                "adjacency.csv",
                format!("{} has no neighbour on land", area.label()),
                format!("count as contiguous what ties it: {}", ties.join(", ")),
            ));
        }
    }
}

/// The links that would tie a part, whose areas ascend, to the rest if more than these kinds counted:
/// `fixed_link to Fredrikstad (3004)`.
fn ties(
    instance: &Instance,
    beside: &[Vec<usize>],
    part: &[usize],
    kinds: &[LinkKind],
) -> Vec<String> {
    let mut at_part: Vec<usize> = part.iter().flat_map(|&area| &beside[area]).copied().collect();
    at_part.sort_unstable();
    at_part.dedup();
    let holds = |area: usize| part.binary_search(&area).is_ok();
    let mut ties = Vec::new();
    for kind in LinkKind::ALL.into_iter().filter(|kind| !kinds.contains(kind)) {
        let links = at_part.iter().map(|&at| &instance.links[at]);
        for link in links.filter(|link| link.kind == kind) {
            let outside = match (holds(link.a), holds(link.b)) {
                (true, false) => link.b,
                (false, true) => link.a,
                _ => continue,
            };
            ties.push(format!("{kind} to {}", instance.areas[outside].label()));
        }
    }
    ties
}

/// The graph in several parts: over all links, or over those that usually count.
fn parts(instance: &Instance, beside: &[Vec<usize>], found: &mut Vec<Defect>) {
    let all = instance.components(&LinkKind::ALL);
    if all.len() > 1 {
        let named: Vec<String> = all.iter().map(|part| name_part(instance, part)).collect();
        found.push(Defect::new(
            codes::COMPONENTS,
            "adjacency.csv",
            format!("nothing links these {} parts: {}", all.len(), named.join("; ")),
            format!(
                "add the links between them; as it stands, there is no division into fewer than \
                 {} regions",
                all.len()
            ),
        ));
    }
    let usual = instance.components(&USUAL);
    if usual.len() > all.len() {
        let largest = usual.iter().map(Vec::len).max().unwrap_or(0);
        let named: Vec<String> = usual
            .iter()
            .filter(|part| part.len() < largest || 2 * largest <= instance.num_areas())
            .map(|part| {
                let ties = ties(instance, beside, part, &USUAL);
                let by = if ties.is_empty() {
                    String::new()
                } else {
                    format!(" (tied by {})", ties.join(", "))
                };
                name_part(instance, part) + &by
            })
            .collect();
        found.push(Defect::new(
            codes::NEED_LINKS,
            "adjacency.csv",
            format!(
                "land and fixed links alone leave {} parts; beside the largest: {}",
                usual.len(),
                named.join("; ")
            ),
            "let ferry or sea_link count as contiguous, or leave these areas out",
        ));
    }
}

/// The areas of a part by name and code, the first few of a large one.
fn name_part(instance: &Instance, part: &[usize]) -> String {
    let mut labels: Vec<String> =
        part.iter().take(NAMED).map(|&area| instance.areas[area].label()).collect();
    if part.len() > NAMED {
        labels.push(format!("and {} more", part.len() - NAMED));
    }
    labels.join(", ")
}

/// Jobs and employed residents that are not the sums of the flows.
fn sums(instance: &Instance, found: &mut Vec<Defect>) {
    let mut inwards: Vec<Commuters> = vec![0; instance.num_areas()];
    let mut outwards = inwards.clone();
    for (from, to, commuters) in instance.flows.triples() {
        outwards[from] += commuters;
        inwards[to] += commuters;
    }
    for place in &instance.external {
        for at in 0..instance.num_areas() {
            inwards[at] += place.from[at];
            outwards[at] += place.to[at];
        }
    }
    let jobs: Vec<_> = instance.areas.iter().map(|area| area.jobs).zip(inwards).collect();
    let employed: Vec<_> =
        instance.areas.iter().map(|area| area.employed_residents).zip(outwards).collect();
    for (code, noun, way, figures) in [
        (codes::JOBS, "jobs", "to", jobs),
        (codes::EMPLOYED, "employed residents", "from", employed),
    ] {
        let mut off: Vec<usize> =
            (0..figures.len()).filter(|&at| figures[at].0 != figures[at].1).collect();
        if off.is_empty() {
            continue;
        }
        off.sort_by_key(|&at| (std::cmp::Reverse(figures[at].0.abs_diff(figures[at].1)), at));
        let named: Vec<String> = off
            .iter()
            .take(NAMED)
            .map(|&at| {
                let (stated, summed) = figures[at];
                format!("{} {stated} against {summed}", instance.areas[at].label())
            })
            .collect();
        found.push(Defect::new(
            code,
            format!("areas.csv, column {}", noun.replace(' ', "_")),
            format!(
                "the {noun} of {} are not the sum of the flows {way} them; furthest off: {}",
                counted(off.len(), "area"),
                named.join(", ")
            ),
            "expected where flows to or from elsewhere are missing or counts are rounded",
        ));
    }
}

fn idle(instance: &Instance, found: &mut Vec<Defect>) {
    let empty: Vec<String> =
        instance.areas.iter().filter(|area| area.population == 0).map(super::Area::label).collect();
    if !empty.is_empty() {
        let mut named: Vec<String> = empty.iter().take(NAMED).cloned().collect();
        if empty.len() > NAMED {
            named.push(format!("and {} more", empty.len() - NAMED));
        }
        found.push(Defect::new(
            codes::EMPTY_AREA,
            "areas.csv, column population",
            format!("nobody lives in {}", named.join(", ")),
            "check that the figure is not missing",
        ));
    }
    for area in &instance.areas {
        for (noun, figure) in [("jobs", area.jobs), ("employed residents", area.employed_residents)]
        {
            if figure == 0 {
                found.push(Defect::new(
                    codes::NOBODY_WORKS,
                    "areas.csv",
                    format!("{} has no {noun}", area.label()),
                    "check the figure",
                ));
            }
        }
    }
}

fn names(instance: &Instance, found: &mut Vec<Defect>) {
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for area in &instance.areas {
        by_name.entry(area.name.to_lowercase()).or_default().push(area.label());
    }
    for labels in by_name.values().filter(|labels| labels.len() > 1) {
        found.push(Defect::new(
            codes::SHARED_NAME,
            "areas.csv",
            format!("{} share a name", labels.join(" and ")),
            "name them by code in scenarios and on the command line",
        ));
    }
}

fn provenance(instance: &Instance, found: &mut Vec<Defect>) {
    for (noun, is_missing) in
        [("sources", instance.sources.is_empty()), ("licence", instance.licences.is_empty())]
    {
        if is_missing {
            found.push(Defect::new(
                codes::NO_SOURCES,
                "datapackage.json",
                format!("the instance names no {noun}"),
                "write a descriptor, so that reports can cite where the figures come from",
            ));
        }
    }
}

fn unconnected_flows(instance: &Instance, found: &mut Vec<Defect>) {
    let mut commutes = vec![false; instance.num_areas()];
    for (from, to, _) in instance.flows.triples().filter(|(from, to, _)| from != to) {
        commutes[from] = true;
        commutes[to] = true;
    }
    for (area, _) in instance.areas.iter().zip(commutes).filter(|(_, commutes)| !commutes) {
        found.push(Defect::new(
            codes::NO_COMMUTERS,
            "flows.csv",
            format!("nobody commutes between {} and the other areas", area.label()),
            "check that its flows are there",
        ));
    }
}
