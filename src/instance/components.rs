//! Which areas hang together under which link kinds.

use super::{Instance, LinkKind};

impl Instance {
    /// The parts into which the areas fall when only these link kinds count: area indices,
    /// ascending, the parts by their smallest.
    ///
    /// Time O(areas + links), nearly.
    pub fn components(&self, kinds: &[LinkKind]) -> Vec<Vec<usize>> {
        let mut parent: Vec<usize> = (0..self.num_areas()).collect();
        for link in self.links.iter().filter(|link| kinds.contains(&link.kind)) {
            let (a, b) = (root(&mut parent, link.a), root(&mut parent, link.b));
            // The smaller index becomes the root, so that roots are the smallest of their part.
            parent[a.max(b)] = a.min(b);
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); self.num_areas()];
        for area in 0..self.num_areas() {
            let at = root(&mut parent, area);
            parts[at].push(area);
        }
        parts.retain(|part| !part.is_empty());
        parts
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
