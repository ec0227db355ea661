//! Labels: plans near a given one.
//!
//! Let *home* be a division of the areas into `k` regions `H_1 … H_k`, which need not keep any rule.
//! Every region of a plan bears one of `k` labels, each borne once, and an area has *moved* when its
//! region does not bear its home's. Over all ways to give out labels, fewest areas have moved under
//! a best matching of regions to homes (Kuhn, *Naval Research Logistics Quarterly*, 1955). So the
//! model need not know the matching: it chooses one, and the plans within `m` moved areas are those
//! with some labelling that moves at most `m`.
//!
//! ```text
//! maximise    Σ_{S,j} v(S) x_{S,j}
//! subject to  Σ_{(S,j): S ∋ i} x_{S,j} = 1            for every node i     (π_i)
//!             Σ_S x_{S,j} = 1                         for every label j    (σ_j)
//!             Σ_{S,j} |S \ H_j| x_{S,j} ≤ m                                (μ ≥ 0)
//!             x_{S,j} ∈ {0, 1}
//! ```
//!
//! The rows of labels have the form of rows of nodes. So labels *are* nodes, without areas, flows or
//! neighbours; a column is a set that holds one of them, and master, pool, enumeration, cover and
//! branching need to know nothing else. The moved areas are an additive measure whose price depends
//! on the label as a cost by centre depends on the root. Pricing searches every root once per label,
//! with `own_i − π_i − μ [i ∉ H_j]` for a node and `σ_j` off the whole. Whatever the duals,
//! `Σ π + Σ σ + μ m + Σ_j` (largest reduced value under label `j`) bounds every plan, and a settled
//! region is a node as well, whose columns are itself with each label.
//!
//! A region that bears `j` moves the areas it takes from other homes and those of `H_j` it leaves to
//! others: `|S \ H_j| + |H_j \ S| ≤ m` holds for every column of a plan. That is what keeps pricing
//! short for small `m`.
//!
//! Regions that hold no area of the home they bear the label of may swap labels among themselves:
//! some plan of every such family gives them labels in the order of their first nodes, and under a
//! labelling that moves fewest areas, no swap would let one of them keep an area. The cover looks
//! for those plans only.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use crate::exact::problem::reduced::Core;
use crate::exact::problem::side::Extra;
use crate::graph::AreaSet;

impl<const W: usize> Core<W> {
    /// The measure of moved areas, where regions bear labels.
    pub(crate) fn moving(&self) -> Option<&Extra> {
        self.extra.as_ref().filter(|_| !self.labels.is_empty())
    }

    /// Areas of a node whose home bears a label.
    pub(crate) fn at_home(&self, extra: &Extra, label: usize, node: usize) -> i64 {
        extra.home[label * self.n + node]
    }

    /// Whether a labelled region moves no more areas than may move in all.
    pub(crate) fn is_near(&self, region: &AreaSet<W>) -> bool {
        let Some(extra) = self.moving() else { return true };
        let others = AreaSet::first_areas(self.n).difference(region);
        self.stays_near(&others, extra.gain(region))
    }

    /// Whether labelled regions that leave these nodes open, with this gain, move no more areas than
    /// may move in all: those they hold, and open ones whose label is borne.
    pub(crate) fn stays_near(&self, open: &AreaSet<W>, gain: i64) -> bool {
        let Some(extra) = self.moving() else { return true };
        let left_behind: i64 = self
            .labels
            .difference(open)
            .iter()
            .map(|label| open.iter().map(|node| self.at_home(extra, label, node)).sum::<i64>())
            .sum();
        gain - left_behind >= extra.least
    }

    /// Whether two labelled regions may stand in one plan: where neither keeps an area, their labels
    /// must be in the order of their first nodes.
    pub(crate) fn are_in_order(&self, a: &AreaSet<W>, b: &AreaSet<W>) -> bool {
        let Some(extra) = self.moving() else { return true };
        let strange = |set: &AreaSet<W>| {
            let label = set.intersection(&self.labels).first()?;
            set.iter().all(|node| self.at_home(extra, label, node) == 0).then_some(label)
        };
        match (strange(a), strange(b)) {
            (Some(ours), Some(theirs)) => (a.first() < b.first()) == (ours < theirs),
            _ => true,
        }
    }

    /// Regions with the labels under which fewest areas move, settled regions among them; as they
    /// are where regions bear no labels, or are more or fewer than labels.
    pub(crate) fn labelled(&self, mut regions: Vec<AreaSet<W>>) -> Vec<AreaSet<W>> {
        let Some(extra) = self.moving() else { return regions };
        regions.extend(self.ghosts.iter().map(AreaSet::single));
        let labels: Vec<usize> = self.labels.iter().collect();
        if regions.len() != labels.len() {
            return regions;
        }
        let kept = Matrix::from_fn(labels.len(), labels.len(), |(region, label)| {
            let nodes = regions[region].iter();
            nodes.map(|node| self.at_home(extra, labels[label], node)).sum::<i64>()
        });
        for (region, label) in regions.iter_mut().zip(kuhn_munkres(&kept).1) {
            region.insert(labels[label]);
        }
        regions
    }
}
