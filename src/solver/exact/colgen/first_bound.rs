//! Bounds before any column: honest within a second on a problem of any size.
//!
//! **First nodes.** Take the nodes in a fixed order, and call the first node of a region its root. All
//! flows from a root to nodes before it are cut, and every pair cut this way is counted once, at the
//! later of its ends. So no plan holds more than all commuters less the `k` smallest losses of a root.
//! Where regions need a least weight, a root does not lose alone: its region holds a connected set of
//! nodes after it that is heavy enough, and each of them loses its flows to nodes before the root. With
//! `D` the loss on the cheapest way to a node, the region either stays among the nodes nearer than `D`,
//! and loses at least what their best fractional cover of the weight does, or loses `D`.
//!
//! **Pairs.** Let `y_ij` say whether two nodes share a region. Under a ceiling `U` no node gathers more
//! than fits beside it, `Σ_j p_j y_ij ≤ U − p_i`; pairs that no way light enough connects are out; and
//! as `(U − p(S)) (p(S) − L) ≥ 0` for every region, the regions together satisfy
//!
//! ```text
//! Σ_i Σ_j p_i p_j y_ij ≤ (L + U) T − k L U
//! ```
//!
//! which is where the number of regions comes in. The last enters with a multiplier, the first ones
//! inside what every node gathers, by the split of the module `gathering`: the bound of the quadratic
//! knapsack (Caprara, Pisinger, Toth, *INFORMS Journal on Computing*, 1999) with every node taken once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::exact::pricing::gathering::Gathering;
use crate::exact::problem::reduced::{Core, Resource};

/// Nodes looked at around one root.
const REACH: usize = 256;

/// Flows looked at while the split moves, over all steps, and most of these.
const EFFORT: usize = 4_000_000;
const MOST_STEPS: usize = 40;

/// With more nodes than this, ways are looked for under low ceilings only, where they are short.
const LONG: usize = 1024;

/// Multipliers tried, and units of one.
const TRIES: usize = 8;
const UNIT: i128 = 1 << 40;

/// No plan has a larger value, scaled: what is known by the time to stop, which is looked at before
/// every root.
pub(crate) fn first_bound<const W: usize>(core: &Core<W>, stop: &dyn Fn() -> bool) -> i64 {
    let all = core.most_value();
    if !core.labels.is_empty() || core.k < 2 {
        return all;
    }
    let mut bound = all.min(roots_bound(core, stop).unwrap_or(all));
    for kind in 0..core.resources.len() {
        bound = bound.min(pairs_bound(core, kind, stop).unwrap_or(all));
    }
    bound.max(0)
}

/// All commuters less the smallest losses of as many roots as there are regions; `None` where it is time
/// to stop.
fn roots_bound<const W: usize>(core: &Core<W>, stop: &dyn Fn() -> bool) -> Option<i64> {
    let row = |node: usize| &core.pair[node * core.n..(node + 1) * core.n];
    let rank = smallest_last(core, stop)?;
    // For every node the ranks of its partners, ascending, with the flows up to each of them.
    let before: Vec<Vec<(usize, i64)>> = (0..core.n)
        .map(|node| {
            let partners = row(node).iter().enumerate().filter(|&(_, &flow)| flow > 0);
            let mut flows: Vec<(usize, i64)> = partners.map(|(at, &w)| (rank[at], w)).collect();
            flows.sort_unstable();
            let mut sum = 0;
            for flow in &mut flows {
                sum += flow.1;
                flow.1 = sum;
            }
            flows
        })
        .collect();
    let losses = Losses { core, rank, before };
    let each = (0..core.n).map(|root| (!stop()).then(|| losses.least(root)));
    let mut least: Vec<i64> = each.collect::<Option<_>>()?;
    least.sort_unstable();
    let lost = least.iter().take(core.k).fold(0, |sum: i64, &loss| sum.saturating_add(loss));
    Some(core.most_value().saturating_sub(lost))
}

/// The place of every node in an order in which each, among those up to it, has the least flows to the
/// others (Matula, Beck, *Journal of the ACM*, 1983): the losses of roots are large in it.
fn smallest_last<const W: usize>(core: &Core<W>, stop: &dyn Fn() -> bool) -> Option<Vec<usize>> {
    let row = |node: usize| &core.pair[node * core.n..(node + 1) * core.n];
    let mut left: Vec<i64> = (0..core.n).map(|node| row(node).iter().sum()).collect();
    let mut rank = vec![usize::MAX; core.n];
    for place in (0..core.n).rev() {
        if stop() {
            return None;
        }
        let open = (0..core.n).filter(|&node| rank[node] == usize::MAX);
        let Some(last) = open.min_by_key(|&node| (left[node], Reverse(node))) else { break };
        rank[last] = place;
        for (left, flow) in left.iter_mut().zip(row(last)) {
            *left -= flow;
        }
    }
    Some(rank)
}

/// What regions lose to nodes before their roots.
struct Losses<'a, const W: usize> {
    core: &'a Core<W>,
    rank: Vec<usize>,
    before: Vec<Vec<(usize, i64)>>,
}

impl<const W: usize> Losses<'_, W> {
    /// Flows of a node to the nodes before a root.
    fn of(&self, node: usize, root: usize) -> i64 {
        let flows = &self.before[node];
        let count = flows.partition_point(|flow| flow.0 < self.rank[root]);
        if count == 0 { 0 } else { flows[count - 1].1 }
    }

    /// The least that a region of a root loses.
    fn least(&self, root: usize) -> i64 {
        let needs = self.core.resources.iter().filter(|resource| resource.min > 0);
        let more = needs.map(|resource| self.around(root, resource)).max().unwrap_or(0);
        self.of(root, root).saturating_add(more)
    }

    /// The least that the other nodes of its region lose, which make it heavy enough.
    fn around(&self, root: usize, resource: &Resource) -> i64 {
        let need = resource.min - resource.weight[root];
        if need <= 0 {
            return 0;
        }
        let mut seen = vec![false; self.core.n];
        seen[root] = true;
        let mut heap = BinaryHeap::new();
        let mut open = |from: usize, way: i64, heap: &mut BinaryHeap<_>| {
            for node in self.core.neighbours[from].iter() {
                if !seen[node] && self.rank[node] > self.rank[root] {
                    seen[node] = true;
                    heap.push(Reverse((way + self.of(node, root), node)));
                }
            }
        };
        open(root, 0, &mut heap);
        let mut near: Vec<(i64, i64)> = Vec::new();
        let mut least = 0;
        while let Some(Reverse((way, node))) = heap.pop() {
            let cover = cover(&near, need);
            least = least.max(way.min(cover));
            if cover <= way || near.len() >= REACH {
                return least;
            }
            let part = (self.of(node, root), resource.weight[node]);
            if part.1 > 0 {
                let at = near.partition_point(|&other| is_cheaper(other, part));
                near.insert(at, part);
            }
            open(node, way, &mut heap);
        }
        // All that the region may hold.
        least.max(cover(&near, need))
    }
}

/// Whether a loss buys more weight than another; both weigh something.
fn is_cheaper(one: (i64, i64), other: (i64, i64)) -> bool {
    i128::from(one.0) * i128::from(other.1) < i128::from(other.0) * i128::from(one.1)
}

/// The least loss, rounded down, that covers a weight by losses and weights in order, each taken in
/// part; without end where they are too light.
fn cover(parts: &[(i64, i64)], need: i64) -> i64 {
    let mut left = need;
    let mut lost = 0_i64;
    for &(loss, weight) in parts {
        if weight >= left {
            let part = i128::from(loss) * i128::from(left) / i128::from(weight.max(1));
            return lost.saturating_add(i64::try_from(part).unwrap_or(i64::MAX));
        }
        lost = lost.saturating_add(loss);
        left -= weight;
    }
    if left > 0 { i64::MAX / 4 } else { lost }
}

/// The bound over pairs with the limits of a measure, where its ceiling binds and there is time.
fn pairs_bound<const W: usize>(
    core: &Core<W>,
    kind: usize,
    is_late: &dyn Fn() -> bool,
) -> Option<i64> {
    let resource = &core.resources[kind];
    let total: i64 = resource.weight.iter().sum();
    let is_lax = core.n > LONG && resource.max > total / 4;
    if resource.max >= total || resource.max <= 0 || is_lax {
        return None;
    }
    let partners: Option<Vec<Vec<usize>>> = (0..core.n)
        .map(|node| {
            if is_late() {
                return None;
            }
            let near = lightest_ways(core, resource, node);
            let row = &core.pair[node * core.n..(node + 1) * core.n];
            Some((0..core.n).filter(|&other| row[other] > 0 && near[other]).collect())
        })
        .collect();
    let partners = partners?;
    let count: usize = partners.iter().map(Vec::len).sum();
    let steps = (EFFORT / TRIES / count.max(1)).clamp(2, MOST_STEPS);
    let at = |multiplier: i128| Pairs { core, kind, partners: &partners, multiplier }.bound(steps);
    // The least over the multiplier, which the bound is convex in: by falling steps around the best.
    let (mut best, mut centre) = (at(0), 0);
    let square = i128::from(resource.max) * i128::from(total).max(1);
    let mut step = (i128::from(best) * UNIT / square).max(1);
    for _ in 0..TRIES {
        if is_late() {
            break;
        }
        let tried = [centre + step, centre - step];
        let found = tried
            .into_iter()
            .filter(|&multiplier| multiplier >= 0)
            .map(|multiplier| (at(multiplier), multiplier))
            .min();
        match found {
            Some((bound, multiplier)) if bound < best => (best, centre) = (bound, multiplier),
            _ => step /= 2,
        }
    }
    Some(best)
}

/// The nodes that a way light enough leads to.
fn lightest_ways<const W: usize>(core: &Core<W>, resource: &Resource, from: usize) -> Vec<bool> {
    let mut least = vec![i64::MAX; core.n];
    let mut heap = BinaryHeap::from([Reverse((resource.weight[from], from))]);
    least[from] = resource.weight[from];
    while let Some(Reverse((way, node))) = heap.pop() {
        if way > least[node] {
            continue;
        }
        for next in core.neighbours[node].iter() {
            let longer = way + resource.weight[next];
            if longer <= resource.max && longer < least[next] {
                least[next] = longer;
                heap.push(Reverse((longer, next)));
            }
        }
    }
    least.into_iter().map(|way| way <= resource.max).collect()
}

/// The relaxation over pairs at a multiplier, in parts of [`UNIT`], of the sum of products.
struct Pairs<'a, const W: usize> {
    core: &'a Core<W>,
    kind: usize,
    partners: &'a [Vec<usize>],
    multiplier: i128,
}

impl<const W: usize> Pairs<'_, W> {
    /// What a pair brings, less the price of the product of its weights, rounded down.
    fn flow(&self, a: usize, b: usize) -> i64 {
        let weight = &self.core.resources[self.kind].weight;
        let product = i128::from(weight[a]) * i128::from(weight[b]);
        let price = 2 * self.multiplier * product / UNIT;
        let price = i64::try_from(price).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        (self.core.pair[a * self.core.n + b] - price).max(0)
    }

    /// The price of what the products may sum to, beyond those of nodes with themselves.
    fn allowance(&self) -> i128 {
        let resource = &self.core.resources[self.kind];
        let (least, most) = (i128::from(resource.min), i128::from(resource.max));
        let total: i128 = resource.weight.iter().map(|&weight| i128::from(weight)).sum();
        let squares: i128 = resource.weight.iter().map(|&p| i128::from(p) * i128::from(p)).sum();
        let regions = i128::try_from(self.core.k).expect("few regions");
        let room = (least + most) * total - regions * least * most - squares;
        (self.multiplier * room).div_euclid(UNIT) + 1
    }

    fn bound(&self, steps: usize) -> i64 {
        let core = self.core;
        let resources = std::slice::from_ref(&core.resources[self.kind]);
        let own: i64 = core.own.iter().sum();
        let mut gathering = Gathering::new(core.n, 1);
        gathering.fill(0..core.n, resources, |node| {
            self.partners[node].iter().map(move |&other| {
                let flow = self.flow(node, other);
                (other, if node < other { flow / 2 } else { flow - flow / 2 })
            })
        });
        let mut best = f64::INFINITY;
        let mut length = 1.0;
        for step in 0..=steps {
            gathering.gather(resources, &[0]);
            let now: f64 = gathering.gathered.iter().sum();
            if now < best {
                best = now;
                gathering.keep();
            }
            // A tenth of the bound is about as far as it falls.
            if step == steps || !gathering.step(resources, &[0], |_| true, now / 10.0, length) {
                break;
            }
            length *= 0.9;
        }
        let (_, gathered) = gathering.evaluate(resources, &[0], |a, b| self.flow(a, b));
        let sum = gathered.iter().fold(i128::from(own), |sum, &part| sum + i128::from(part));
        i64::try_from(sum + self.allowance()).unwrap_or(i64::MAX).max(0)
    }
}
