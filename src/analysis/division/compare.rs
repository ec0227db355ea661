//! How two divisions differ: who moves, which borders fall or rise, and what that does to
//! commuting.

use std::collections::BTreeMap;

use regionfront_model::instance::{Division, Instance};
use regionfront_model::quantity::{Commuters, Persons};

use super::membership::in_order;
use super::{Matching, Membership, Similarity, best_matching, similarity};

/// An area that changes its region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The area.
    pub area: usize,
    /// Its regions in the first division, ascending.
    pub from: Vec<usize>,
    /// Its regions in the second division, ascending.
    pub to: Vec<usize>,
}

/// Commuters across one border that stands in only one of the divisions.
///
/// A side of the border is a region, or the regions a double member stands in, or none for areas
/// the division leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Border {
    /// Regions on the one side, ascending; the smaller side.
    pub one: Vec<usize>,
    /// Regions on the other side.
    pub other: Vec<usize>,
    /// Commuters between areas on either side, both directions.
    pub commuters: Commuters,
    /// Pairs of areas with such commuters.
    pub pairs: usize,
}

/// What a region of the first division and one of the second have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intersection {
    /// Region of the first division; `None` for areas it leaves out.
    pub first: Option<usize>,
    /// Region of the second division; `None` for areas it leaves out.
    pub second: Option<usize>,
    /// The areas, ascending.
    pub areas: Vec<usize>,
    /// Their inhabitants.
    pub population: Persons,
}

/// Two divisions compared. Regions are numbered by their place in [`Comparison::first`] and
/// [`Comparison::second`].
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The first division, its regions by smallest code.
    pub first: Division,
    /// The second division, its regions by smallest code.
    pub second: Division,
    /// Which region is which.
    pub matching: Matching,
    /// Areas in regions of both divisions, none of whose regions are matched to each other.
    pub moved: Vec<Move>,
    /// Areas the first division leaves out and the second does not.
    pub joined: Vec<usize>,
    /// Areas the second division leaves out and the first does not.
    pub left: Vec<usize>,
    /// Measures of similarity.
    pub similarity: Similarity,
    /// What regions have in common, by first then second region; areas left out come last.
    pub intersections: Vec<Intersection>,
    /// Internal commuting of the two.
    pub internal: (Commuters, Commuters),
    /// Borders of the first division that fall: commuters who become internal. Most first.
    pub gained: Vec<Border>,
    /// Borders of the second division that rise: commuters who were internal. Most first.
    pub lost: Vec<Border>,
}

impl Comparison {
    /// Inhabitants of the moved areas.
    pub fn people_moved(&self, instance: &Instance) -> Persons {
        self.moved.iter().map(|moved| instance.areas[moved.area].population).sum()
    }
}

/// Compares two divisions of one instance. Time O(areas² + flows), for regions few in number.
///
/// `gained − lost = internal.1 − internal.0`, and the other way round the same borders are lost
/// and gained.
pub fn compare(instance: &Instance, first: &Division, second: &Division) -> Comparison {
    let (first, second) = (in_order(first.clone()), in_order(second.clone()));
    let num_areas = instance.num_areas();
    let (one, other) = (Membership::new(num_areas, &first), Membership::new(num_areas, &second));
    let matching = best_matching(instance, &first, &second);
    let stays = |area: usize| {
        one.of(area).iter().any(|&region| {
            matching.partner[region].is_some_and(|partner| other.of(area).contains(&partner))
        })
    };
    let (mut moved, mut joined, mut left) = (Vec::new(), Vec::new(), Vec::new());
    for area in 0..num_areas {
        match (one.of(area), other.of(area)) {
            ([], []) => {}
            ([], _) => joined.push(area),
            (_, []) => left.push(area),
            (from, to) if !stays(area) => {
                moved.push(Move { area, from: from.to_vec(), to: to.to_vec() });
            }
            _ => {}
        }
    }
    Comparison {
        similarity: similarity(instance, &first, &second),
        intersections: intersections(instance, &one, &other),
        internal: (one.internal_commuting(instance), other.internal_commuting(instance)),
        gained: borders(instance, &one, &other),
        lost: borders(instance, &other, &one),
        matching,
        moved,
        joined,
        left,
        first,
        second,
    }
}

/// Commuters by pair of areas.
type FlowsByPair = BTreeMap<(usize, usize), Commuters>;

/// Commuters across borders of `with` that `without` does not have.
fn borders(instance: &Instance, with: &Membership, without: &Membership) -> Vec<Border> {
    let mut found: BTreeMap<(&[usize], &[usize]), FlowsByPair> = BTreeMap::new();
    for (from, to, commuters) in instance.flows.triples().filter(|(from, to, _)| from != to) {
        if with.share(from, to) || !without.share(from, to) {
            continue;
        }
        let (a, b) = (with.of(from), with.of(to));
        let pairs = found.entry((a.min(b), a.max(b))).or_default();
        *pairs.entry((from.min(to), from.max(to))).or_default() += commuters;
    }
    let mut borders: Vec<Border> = found
        .into_iter()
        .map(|((one, other), pairs)| Border {
            one: one.to_vec(),
            other: other.to_vec(),
            commuters: pairs.values().sum(),
            pairs: pairs.len(),
        })
        .collect();
    borders.sort_by_key(|border| std::cmp::Reverse(border.commuters));
    borders
}

fn intersections(instance: &Instance, one: &Membership, other: &Membership) -> Vec<Intersection> {
    // A region left out sorts behind all regions.
    let regions = |found: &[usize]| -> Vec<usize> {
        if found.is_empty() { vec![usize::MAX] } else { found.to_vec() }
    };
    let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for area in 0..instance.num_areas() {
        if one.of(area).is_empty() && other.of(area).is_empty() {
            continue;
        }
        for &first in &regions(one.of(area)) {
            for &second in &regions(other.of(area)) {
                cells.entry((first, second)).or_default().push(area);
            }
        }
    }
    let known = |region: usize| (region != usize::MAX).then_some(region);
    cells
        .into_iter()
        .map(|((first, second), areas)| Intersection {
            first: known(first),
            second: known(second),
            population: areas.iter().map(|&area| instance.areas[area].population).sum(),
            areas,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::Flows;
    use regionfront_testkit::rows::{division_of, instance_of};

    fn instance() -> Instance {
        let mut instance = instance_of(6);
        instance.flows = Flows::from_triples(
            6,
            [(0, 1, 10), (1, 2, 7), (2, 1, 1), (2, 3, 5), (3, 4, 6), (4, 5, 9), (0, 5, 100)],
        );
        instance
    }

    #[test]
    fn a_move_by_hand() {
        // {0,1},{2,3},{4,5} to {0,1,2},{3,4,5} with 3 joining the last and the middle falling.
        let instance = instance();
        let first = division_of("first", &[&[0, 1], &[2, 3], &[4, 5]]);
        let second = division_of("second", &[&[0, 1, 2], &[3, 4, 5]]);
        let found = compare(&instance, &first, &second);
        assert_eq!(found.matching.partner, [Some(0), None, Some(1)]);
        let moved: Vec<usize> = found.moved.iter().map(|moved| moved.area).collect();
        assert_eq!(moved, [2, 3]);
        assert_eq!(found.people_moved(&instance), 200);
        assert_eq!(found.internal, (24, 33));
        // Border A|B fell: 1–2 with 8; B|C fell: 3–4 with 6. New border: 2–3 with 5.
        let gained: Vec<_> =
            found.gained.iter().map(|b| (b.one[0], b.other[0], b.commuters, b.pairs)).collect();
        assert_eq!(gained, [(0, 1, 8, 1), (1, 2, 6, 1)]);
        let lost: Vec<_> = found.lost.iter().map(|b| (b.one[0], b.other[0], b.commuters)).collect();
        assert_eq!(lost, [(0, 1, 5)]);
        let cells: Vec<_> = found
            .intersections
            .iter()
            .map(|cell| (cell.first, cell.second, cell.areas.len()))
            .collect();
        assert_eq!(
            cells,
            [
                (Some(0), Some(0), 2),
                (Some(1), Some(0), 1),
                (Some(1), Some(1), 1),
                (Some(2), Some(1), 2)
            ]
        );
    }

    #[test]
    fn the_other_way_round_gains_are_losses() {
        let instance = instance();
        let first = division_of("first", &[&[0, 1], &[1, 2, 3], &[4]]);
        let second = division_of("second", &[&[0, 5], &[1, 2], &[3, 4]]);
        let (there, back) =
            (compare(&instance, &first, &second), compare(&instance, &second, &first));
        assert_eq!((&there.gained, &there.lost), (&back.lost, &back.gained));
        assert_eq!((&there.joined, &there.left), (&back.left, &back.joined));
        assert_eq!(there.joined, [5]);
        assert_eq!(there.moved.len(), back.moved.len());
        let sum = |borders: &[Border]| borders.iter().map(|border| border.commuters).sum::<u64>();
        assert_eq!(there.internal.0 + sum(&there.gained), there.internal.1 + sum(&there.lost));
    }

    #[test]
    fn a_division_is_itself() {
        let instance = instance();
        let cover = division_of("cover", &[&[0, 1], &[1, 2, 3]]);
        let found = compare(&instance, &cover, &cover);
        assert!(found.moved.is_empty() && found.gained.is_empty() && found.lost.is_empty());
        assert_eq!(found.intersections.len(), 4, "a double member stands in four cells");
    }
}
