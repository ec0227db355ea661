//! Which areas hang together under which link kinds.

use super::{Instance, LinkKind};

impl Instance {
    /// The parts into which the areas fall when only these link kinds count: area indices,
    /// ascending, the parts by their smallest.
    ///
    /// Time O(areas + links log areas), nearly.
    pub fn components(&self, kinds: &[LinkKind]) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.num_areas()).collect();
        self.parts_of(kinds, &all)
    }

    /// The parts into which some areas, ascending, fall among themselves when only these link kinds
    /// count: area indices, ascending, the parts by their smallest.
    pub fn parts_of(&self, kinds: &[LinkKind], areas: &[usize]) -> Vec<Vec<usize>> {
        let mut parent: Vec<usize> = (0..areas.len()).collect();
        for link in self.links.iter().filter(|link| kinds.contains(&link.kind)) {
            if let (Ok(a), Ok(b)) = (areas.binary_search(&link.a), areas.binary_search(&link.b)) {
                let (a, b) = (root(&mut parent, a), root(&mut parent, b));
                // The smaller becomes the root, so that roots are the smallest of their part.
                parent[a.max(b)] = a.min(b);
            }
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); areas.len()];
        for (at, &area) in areas.iter().enumerate() {
            let first = root(&mut parent, at);
            parts[first].push(area);
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Whether every one of some regions, none of which share an area, hangs together when only these
    /// link kinds count.
    ///
    /// Time O(areas + links), nearly.
    pub fn are_connected(&self, kinds: &[LinkKind], regions: &[Vec<usize>]) -> bool {
        let mut region_of = vec![usize::MAX; self.num_areas()];
        for (number, region) in regions.iter().enumerate() {
            for &area in region {
                region_of[area] = number;
            }
        }
        let mut parent: Vec<usize> = (0..self.num_areas()).collect();
        for link in self.links.iter().filter(|link| kinds.contains(&link.kind)) {
            if region_of[link.a] == region_of[link.b] {
                let (a, b) = (root(&mut parent, link.a), root(&mut parent, link.b));
                parent[a.max(b)] = a.min(b);
            }
        }
        regions.iter().all(|region| {
            let mut roots = region.iter().map(|&area| root(&mut parent, area));
            let first = roots.next();
            roots.all(|other| Some(other) == first)
        })
    }

    /// Neighbours of an area under these link kinds, ascending, each once.
    pub fn neighbours(&self, area: usize, kinds: &[LinkKind]) -> Vec<usize> {
        let mut neighbours: Vec<usize> = self
            .links
            .iter()
            .filter(|link| kinds.contains(&link.kind))
            .filter_map(|link| match (link.a == area, link.b == area) {
                (true, _) => Some(link.b),
                (_, true) => Some(link.a),
                _ => None,
            })
            .collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }
}

/// The root of an area's part, halving the path on the way.
fn root(parent: &mut [usize], mut area: usize) -> usize {
    while parent[area] != area {
        parent[area] = parent[parent[area]];
        area = parent[area];
    }
    area
}
