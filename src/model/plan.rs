//! A plan: every area assigned to one of `k` regions.

use serde::{Deserialize, Serialize};

/// A complete assignment of areas to regions `1..=k`.
///
/// Labels are canonical: regions are numbered in the order of the smallest area index inside, and
/// an instance sorts its areas by code. Two plans with the same regions are therefore `==`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Plan {
    /// `labels[area]` is the region of that area, from 1.
    labels: Vec<u32>,
    num_regions: usize,
}

impl Plan {
    /// A plan from any labels, one per area; equal labels mean the same region.
    ///
    /// # Panics
    /// With 2^32 regions or more.
    pub fn from_labels<L: Ord + Copy>(labels: &[L]) -> Self {
        let mut canonical = std::collections::BTreeMap::new();
        let labels: Vec<u32> = labels
            .iter()
            .map(|label| {
                let next = u32::try_from(canonical.len() + 1).expect("fewer than 2^32 regions");
                *canonical.entry(*label).or_insert(next)
            })
            .collect();
        Self { labels, num_regions: canonical.len() }
    }

    /// A plan from its regions, each a list of area indices.
    ///
    /// Returns `None` unless every area in `0..num_areas` stands in exactly one region.
    pub fn from_regions<'a>(
        num_areas: usize,
        regions: impl IntoIterator<Item = &'a [usize]>,
    ) -> Option<Self> {
        let mut labels = vec![usize::MAX; num_areas];
        for (label, region) in regions.into_iter().enumerate() {
            for &area in region {
                let slot = labels.get_mut(area)?;
                if *slot != usize::MAX {
                    return None;
                }
                *slot = label;
            }
        }
        (!labels.contains(&usize::MAX)).then(|| Self::from_labels(&labels))
    }

    /// How many areas.
    pub fn num_areas(&self) -> usize {
        self.labels.len()
    }

    /// How many regions.
    pub fn num_regions(&self) -> usize {
        self.num_regions
    }

    /// The region of an area, from 1.
    pub fn region_of(&self, area: usize) -> u32 {
        self.labels[area]
    }

    /// The region of every area, from 1.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The areas of every region, ascending; region `r` stands at `r - 1`.
    pub fn regions(&self) -> Vec<Vec<usize>> {
        let mut regions = vec![Vec::new(); self.num_regions];
        for (area, &label) in self.labels.iter().enumerate() {
            regions[label as usize - 1].push(area);
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_canonical() {
        let plan = Plan::from_labels(&[7, 3, 7, 9]);
        assert_eq!(plan.labels(), [1, 2, 1, 3]);
        assert_eq!(plan, Plan::from_labels(&["c", "a", "c", "b"]));
        assert_eq!(plan.regions(), vec![vec![0, 2], vec![1], vec![3]]);
    }

    #[test]
    fn regions_must_cover_each_area_once() {
        assert!(Plan::from_regions(3, [&[0, 1][..], &[2][..]]).is_some());
        assert!(Plan::from_regions(3, [&[0, 1][..], &[1, 2][..]]).is_none());
        assert!(Plan::from_regions(3, [&[0, 1][..]]).is_none());
        assert!(Plan::from_regions(2, [&[0, 1, 2][..]]).is_none());
    }
}
