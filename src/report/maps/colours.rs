//! Fills for maps: neighbouring regions differ, and a region keeps its fill from map to map.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;

/// Light fills that people with colour-blindness can tell apart: Paul Tol, *Colour Schemes*, SRON
/// technical note 2021, scheme "light" without its grey, which means "no region" on our maps; and
/// four of our own, apart from them in lightness or hue, for plans with more than eight regions.
pub(crate) const FILLS: [&str; 12] = [
    "#77AADD", "#EE8866", "#EEDD88", "#FFAABB", "#99DDFF", "#44BB99", "#BBCC33", "#AAAA00",
    "#C5A3D6", "#B98B68", "#CFE8C0", "#6C86B0",
];

/// A fill (index into [`FILLS`]) for every region of every plan.
///
/// The regions of a plan take the fill of the region they overlap most in the plan before, by
/// population, the largest overlaps first. A region whose fill a neighbour already has takes the
/// one least used in the plan among those its neighbours do not have; on ties the one whose nearest
/// other bearer is most borders away, then the first. Should the neighbours have them all, it takes
/// the one fewest of them have.
pub(crate) fn fills(instance: &Instance, plans: &[&Plan]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<&Plan> = None;
    for plan in plans {
        let inherited = match (before, all.last()) {
            (Some(before), Some(fills)) => inherited(instance, before, fills, plan),
            _ => Vec::new(),
        };
        all.push(fill_plan(instance, plan, &inherited));
        before = Some(plan);
    }
    all
}

/// The fills of a plan that takes them from another, as in a list of the two.
pub(crate) fn fills_after(
    instance: &Instance,
    before: &Plan,
    fills: &[usize],
    plan: &Plan,
) -> Vec<usize> {
    fill_plan(instance, plan, &inherited(instance, before, fills, plan))
}

/// A region's wish for the fill of an earlier one.
struct Wish {
    region: usize,
    earlier: usize,
    fill: usize,
}

/// Which region would like which fill, the strongest claims first.
fn inherited(instance: &Instance, before: &Plan, fills: &[usize], plan: &Plan) -> Vec<Wish> {
    overlaps(instance, before, plan)
        .into_iter()
        .map(|(earlier, region)| Wish { region, earlier, fill: fills[earlier] })
        .collect()
}

fn fill_plan(instance: &Instance, plan: &Plan, wishes: &[Wish]) -> Vec<usize> {
    let neighbours = neighbours(instance, plan);
    let mut fills: Vec<Option<usize>> = vec![None; plan.num_regions()];
    let mut granted = BTreeSet::new();
    for &Wish { region, earlier, fill } in wishes {
        // Each region hands its fill on once: two regions that part do not both keep it.
        let is_free = neighbours[region].iter().all(|&other| fills[other] != Some(fill));
        if fills[region].is_none() && is_free && granted.insert(earlier) {
            fills[region] = Some(fill);
        }
    }
    for region in 0..fills.len() {
        if fills[region].is_none() {
            let beside =
                |fill| neighbours[region].iter().filter(|&&n| fills[n] == Some(fill)).count();
            let used = |fill| fills.iter().filter(|&&other| other == Some(fill)).count();
            let steps = steps(&neighbours, region);
            let nearest = |fill| {
                let bearers = (0..fills.len()).filter(|&other| fills[other] == Some(fill));
                bearers.filter_map(|other| steps[other]).min().unwrap_or(usize::MAX)
            };
            fills[region] = (0..FILLS.len())
                .min_by_key(|&fill| (beside(fill), used(fill), Reverse(nearest(fill)), fill));
        }
    }
    fills.into_iter().map(|fill| fill.expect("every region was given one")).collect()
}

/// Borders to cross from one region to every other; `None` where no way leads.
fn steps(neighbours: &[BTreeSet<usize>], from: usize) -> Vec<Option<usize>> {
    let mut steps = vec![None; neighbours.len()];
    steps[from] = Some(0);
    let mut open = VecDeque::from([(from, 0)]);
    while let Some((region, crossed)) = open.pop_front() {
        for &next in &neighbours[region] {
            if steps[next].is_none() {
                steps[next] = Some(crossed + 1);
                open.push_back((next, crossed + 1));
            }
        }
    }
    steps
}

/// Regions that touch, by a link of any kind.
fn neighbours(instance: &Instance, plan: &Plan) -> Vec<BTreeSet<usize>> {
    let mut neighbours = vec![BTreeSet::new(); plan.num_regions()];
    for link in &instance.links {
        let (a, b) = (region(plan, link.a), region(plan, link.b));
        if a != b {
            neighbours[a].insert(b);
            neighbours[b].insert(a);
        }
    }
    neighbours
}

/// Pairs of an old and a new region that share areas, those with most people first.
fn overlaps(instance: &Instance, old: &Plan, new: &Plan) -> Vec<(usize, usize)> {
    let mut shared: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (index, area) in instance.areas.iter().enumerate() {
        *shared.entry((region(old, index), region(new, index))).or_default() += area.population;
    }
    let mut pairs: Vec<((usize, usize), u64)> = shared.into_iter().collect();
    pairs.sort_by_key(|&(pair, people)| (Reverse(people), pair));
    pairs.into_iter().map(|(pair, _)| pair).collect()
}

fn region(plan: &Plan, area: usize) -> usize {
    plan.region_of(area) as usize - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::instance_of;

    #[test]
    fn neighbours_differ_and_regions_keep_their_fill() {
        let instance = instance_of(6);
        let two = Plan::from_labels(&[1, 1, 1, 2, 2, 2]);
        let three = Plan::from_labels(&[1, 1, 3, 3, 2, 2]);
        let fills = fills(&instance, &[&two, &three]);
        assert_ne!(fills[0][0], fills[0][1]);
        assert_eq!(fills[1][0], fills[0][0], "0 and 1 stay");
        assert_eq!(fills[1][2], fills[0][1], "4 and 5 stay");
        assert!(!fills[0].contains(&fills[1][1]), "the new region is new");
    }
}
