//! Which region of one division is which of another.
//!
//! An assignment problem: regions are paired one to one so that as many areas as possible keep
//! their region, and among such pairings as many people as possible. Solved by the Hungarian
//! method (Kuhn 1955, Munkres 1957), O(k³).

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use regionfront_model::instance::{Division, Instance};

/// Regions of two divisions, paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// For every region of the first division, its partner in the second. Regions without a common
    /// area are no partners.
    pub partner: Vec<Option<usize>>,
}

impl Matching {
    /// The region of the first division that is this one of the second.
    pub fn back(&self, region: usize) -> Option<usize> {
        self.partner.iter().position(|&partner| partner == Some(region))
    }
}

/// The pairing of regions under which most areas, then most people, keep their region.
///
/// In a cover every membership counts. The number of areas and people kept does not depend on
/// which division comes first; among pairings equally good in both, one is chosen by a fixed rule.
pub fn best_matching(instance: &Instance, first: &Division, second: &Division) -> Matching {
    let mut partner = vec![None; first.regions.len()];
    if first.regions.is_empty() || second.regions.is_empty() {
        return Matching { partner };
    }
    let people: i128 = instance.areas.iter().map(|area| i128::from(area.population)).sum();
    let overlap = |a: usize, b: usize| -> i128 {
        first.regions[a]
            .areas
            .iter()
            .filter(|area| second.regions[b].areas.contains(area))
            .map(|&area| people + 1 + i128::from(instance.areas[area].population))
            .sum()
    };
    // The method wants no more rows than columns.
    let (rows, columns) = (first.regions.len(), second.regions.len());
    if rows <= columns {
        let weights = Matrix::from_fn(rows, columns, |(row, column)| overlap(row, column));
        for (row, column) in kuhn_munkres(&weights).1.into_iter().enumerate() {
            partner[row] = (weights[(row, column)] > 0).then_some(column);
        }
    } else {
        let weights = Matrix::from_fn(columns, rows, |(row, column)| overlap(column, row));
        for (row, column) in kuhn_munkres(&weights).1.into_iter().enumerate() {
            if weights[(row, column)] > 0 {
                partner[column] = Some(row);
            }
        }
    }
    Matching { partner }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::{division_of, instance_of};

    #[test]
    fn pairs_keep_most_areas_together_not_each_region_its_largest_part() {
        // A shares 3 areas with both X and Y, B shares 2 with X only: A–Y and B–X keep 5.
        let instance = instance_of(8);
        let first = division_of("first", &[&[0, 1, 2, 3, 4, 5], &[6, 7]]);
        let second = division_of("second", &[&[0, 1, 2, 6, 7], &[3, 4, 5]]);
        assert_eq!(best_matching(&instance, &first, &second).partner, [Some(1), Some(0)]);
    }

    #[test]
    fn people_decide_between_pairings_that_keep_as_many_areas() {
        let mut instance = instance_of(2);
        instance.areas[1].population = 101;
        let first = division_of("first", &[&[0, 1]]);
        let second = division_of("second", &[&[0], &[1]]);
        assert_eq!(best_matching(&instance, &first, &second).partner, [Some(1)]);
        let back = best_matching(&instance, &second, &first);
        assert_eq!(back.partner, [None, Some(0)]);
        assert_eq!(back.back(0), Some(1));
    }

    #[test]
    fn regions_without_a_common_area_are_no_partners() {
        let instance = instance_of(3);
        let first = division_of("first", &[&[0], &[1]]);
        let second = division_of("second", &[&[0], &[2]]);
        assert_eq!(best_matching(&instance, &first, &second).partner, [Some(0), None]);
        let none = division_of("none", &[]);
        assert_eq!(best_matching(&instance, &first, &none).partner, [None, None]);
    }
}
