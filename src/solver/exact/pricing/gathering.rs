//! What areas can gather of each other within limits, by a split of the flows between them.
//!
//! Every flow is split, `w_ij = a_ij + a_ji`, and every area gathers what fits of the parts credited
//! to it:
//!
//! ```text
//! Q_i = max Σ_j a_ij y_j   s.t.  Σ_j p_j y_j ≤ room − p_i,  0 ≤ y ≤ 1
//!     = min over μ ≥ 0 of  μ (room − p_i) + Σ_j max(0, a_ij − μ p_j)
//! ```
//!
//! where the measure that limits it most decides. The split moves by subgradients: where `i` gathers
//! more of `j` than `j` of `i`, credit goes from `i` to `j`. All this is in floating point and only
//! proposes: any split and any whole `μ` give a valid bound, and [`Gathering::evaluate`] finds it in
//! whole numbers.

use crate::exact::problem::reduced::Resource;

/// Most tangents to a multiplier at a time.
const TANGENTS: usize = 4;

/// Sums are added up in so many lanes.
const LANES: usize = 4;

/// The flows between some areas, as lists.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// The areas.
    pub(crate) nodes: Vec<usize>,
    /// Where each node stands among them.
    place: Vec<usize>,
    /// Where the list of each of them begins, and the last one ends.
    start: Vec<usize>,
    /// Whom the flow runs to, and where it stands in that one's list.
    pub(crate) to: Vec<usize>,
    pub(crate) back: Vec<usize>,
    /// What of it is credited to the area, now and at the best bound met.
    pub(crate) part: Vec<f64>,
    best_part: Vec<f64>,
    /// The weights of those it runs to, one list for every limited measure.
    heavy: Vec<Vec<f64>>,
    /// Per measure, whether some area weighs less than nothing: what is gathered beside it may weigh any
    /// amount, and the measure limits nothing here.
    is_lifted: Vec<bool>,
    /// How much of the other the area gathers.
    share: Vec<f64>,
    /// What the area gathers, and the measure that limits it most with its multiplier, now and at the
    /// best bound met.
    pub(crate) gathered: Vec<f64>,
    limiting: Vec<(usize, f64)>,
    best_limiting: Vec<(usize, f64)>,
    /// Multiplier of every node's own limit for every measure, kept from one problem to the next.
    prices: Vec<f64>,
}

/// No measure limits what an area gathers.
const UNLIMITED: (usize, f64) = (usize::MAX, 0.0);

impl Gathering {
    /// For problems of so many nodes and limited measures.
    pub(crate) fn new(num_nodes: usize, num_kinds: usize) -> Self {
        Self {
            place: vec![0; num_nodes],
            prices: vec![0.0; num_nodes * num_kinds],
            heavy: vec![Vec::new(); num_kinds],
            is_lifted: vec![false; num_kinds],
            ..Self::default()
        }
    }

    /// Lists the flows between some areas. `partners` gives the partners among them of an area,
    /// ascending, with what is credited to it.
    pub(crate) fn fill<I: Iterator<Item = (usize, i64)>>(
        &mut self,
        nodes: impl Iterator<Item = usize>,
        resources: &[Resource],
        partners: impl Fn(usize) -> I,
    ) {
        let Self { nodes: all, place, start, to, back, part, heavy, is_lifted, .. } = self;
        all.clear();
        all.extend(nodes);
        for (at, &node) in all.iter().enumerate() {
            place[node] = at;
        }
        start.clear();
        to.clear();
        part.clear();
        for &node in all.iter() {
            start.push(to.len());
            for (other, credit) in partners(node) {
                to.push(place[other]);
                part.push(as_float(credit));
            }
        }
        start.push(to.len());
        for (heavy, resource) in heavy.iter_mut().zip(resources) {
            heavy.clear();
            heavy.extend(to.iter().map(|&other| as_float(resource.weight[all[other]])));
        }
        for (is_lifted, resource) in is_lifted.iter_mut().zip(resources) {
            *is_lifted = all.iter().any(|&node| resource.weight[node] < 0);
        }
        // Partners are ascending, so the lists of all areas meet each one in ascending order.
        back.clear();
        let mut next: Vec<usize> = start[..all.len()].to_vec();
        back.extend(to.iter().map(|&other| {
            next[other] += 1;
            next[other] - 1
        }));
    }

    /// The list of an area.
    pub(crate) fn list(&self, at: usize) -> std::ops::Range<usize> {
        self.start[at]..self.start[at + 1]
    }

    /// Finds what every area can gather, with so much of every measure used already.
    pub(crate) fn gather(&mut self, resources: &[Resource], used: &[i64]) {
        self.gathered.clear();
        self.limiting.clear();
        for at in 0..self.nodes.len() {
            let node = self.nodes[at];
            let list = self.list(at);
            let part = &self.part[list.clone()];
            let mut least = (part.iter().map(|part| part.max(0.0)).sum(), UNLIMITED);
            for (kind, resource) in resources.iter().enumerate().filter(|it| !self.is_lifted[it.0])
            {
                let room = as_float(resource.max - used[kind] - resource.weight[node]);
                let price = &mut self.prices[node * resources.len() + kind];
                let gathered = within(part, &self.heavy[kind][list.clone()], room, price);
                if gathered < least.0 {
                    least = (gathered, (kind, *price));
                }
            }
            self.gathered.push(least.0);
            self.limiting.push(least.1);
        }
    }

    /// Remembers the split as it is.
    pub(crate) fn keep(&mut self) {
        self.best_part.clone_from(&self.part);
        self.best_limiting.clone_from(&self.limiting);
    }

    /// Moves credit from those that gather more of each other than is gathered of them, by Polyak's
    /// step to a bound that lies so far off, times `length`. Areas gather only where they are `taken`.
    /// `false` where all agree.
    pub(crate) fn step(
        &mut self,
        resources: &[Resource],
        used: &[i64],
        taken: impl Fn(usize) -> bool,
        far: f64,
        length: f64,
    ) -> bool {
        self.share.clear();
        self.share.resize(self.to.len(), 0.0);
        for at in (0..self.nodes.len()).filter(|&at| taken(at)) {
            let node = self.nodes[at];
            let (kind, price) = self.limiting[at];
            let room = resources
                .get(kind)
                .map_or(0, |resource| resource.max - used[kind] - resource.weight[node]);
            let list = self.list(at);
            let heavy = self.heavy.get(kind).map_or(&[][..], |heavy| &heavy[list.clone()]);
            let share = &mut self.share[list.clone()];
            fill_shares(&self.part[list], heavy, as_float(room), price, share);
        }
        let Self { to, back, part, share, .. } = self;
        let norm: f64 = share
            .iter()
            .zip(back.iter())
            .map(|(own, &other)| (own - share[other]) * (own - share[other]))
            .sum();
        if norm <= 0.0 {
            return false;
        }
        // Every pair stands in two lists.
        let long = length * far / (norm / 2.0);
        for place in 0..to.len() {
            let other = back[place];
            let off = share[place] - share[other];
            if place < other && off != 0.0 {
                let flow = part[place] + part[other];
                let (low, high) = if flow < 0.0 { (flow, 0.0) } else { (0.0, flow) };
                part[place] = (part[place] - long * off).clamp(low, high);
                part[other] = flow - part[place];
            }
        }
        true
    }

    /// The split kept, in whole numbers that sum to the flows; and what every area gathers by it at
    /// most, in whole numbers too.
    pub(crate) fn evaluate(
        &self,
        resources: &[Resource],
        used: &[i64],
        flow: impl Fn(usize, usize) -> i64,
    ) -> (Vec<i64>, Vec<i64>) {
        let Self { nodes, to, back, best_part, best_limiting, .. } = self;
        let mut credit = vec![0; to.len()];
        for at in 0..nodes.len() {
            for place in self.list(at).filter(|&place| place < back[place]) {
                let flow = flow(nodes[at], nodes[to[place]]);
                let part = rounded(best_part[place]).clamp(flow.min(0), flow.max(0));
                credit[place] = part;
                credit[back[place]] = flow - part;
            }
        }
        let gathered = (0..nodes.len()).map(|at| {
            let list = self.list(at);
            let all: i64 = credit[list.clone()].iter().map(|&part| part.max(0)).sum();
            let (kind, price) = best_limiting[at];
            resources.get(kind).map_or(all, |resource| {
                let room = resource.max - used[kind] - resource.weight[nodes[at]];
                let price = rounded(price).clamp(0, resource.most_multiplier);
                let net = |at: usize| credit[at] - price * resource.weight[nodes[to[at]]];
                let sum: i64 = list.map(|at| net(at).max(0)).sum();
                // An area that no longer fits gathers nothing.
                if room < 0 { 0 } else { all.min(sum + price * room) }
            })
        });
        let gathered = gathered.collect();
        (credit, gathered)
    }
}

/// The sum of what parts exceed the price of their weights by, and the weights of those that do.
fn exceeding(part: &[f64], heavy: &[f64], price: f64) -> (f64, f64) {
    let (mut sums, mut weights) = ([0.0; LANES], [0.0; LANES]);
    let (some, others) = (part.chunks_exact(LANES), heavy.chunks_exact(LANES));
    let last = some.remainder().iter().zip(others.remainder());
    for (some, others) in some.zip(others) {
        let lanes = sums.iter_mut().zip(&mut weights).zip(some.iter().zip(others));
        for ((sum, weight), (part, heavy)) in lanes {
            let net = part - price * heavy;
            *sum += if net > 0.0 { net } else { 0.0 };
            *weight += if net > 0.0 { *heavy } else { 0.0 };
        }
    }
    for (part, heavy) in last {
        let net = part - price * heavy;
        if net > 0.0 {
            sums[0] += net;
            weights[0] += heavy;
        }
    }
    (sums.iter().sum(), weights.iter().sum())
}

/// The most that fits of the parts credited, by the best multiplier tangents find from the last one.
fn within(part: &[f64], heavy: &[f64], room: f64, price: &mut f64) -> f64 {
    let (all, weight) = exceeding(part, heavy, 0.0);
    if weight <= room {
        *price = 0.0;
        return all;
    }
    // Value and slope at a multiplier below the best one, and above it.
    let mut low = (0.0, all, room - weight);
    let mut high: Option<(f64, f64, f64)> = None;
    let mut best = (all, 0.0);
    let mut mu = if *price > 0.0 { *price } else { all / weight };
    for _ in 0..TANGENTS {
        let (sum, weight) = exceeding(part, heavy, mu);
        let (value, slope) = (sum + mu * room, room - weight);
        if value < best.0 {
            best = (value, mu);
        }
        if slope < 0.0 {
            low = (mu, value, slope);
        } else {
            high = Some((mu, value, slope));
        }
        let next = high.map_or(2.0 * mu, |high| {
            ((low.1 - low.2 * low.0) - (high.1 - high.2 * high.0)) / (high.2 - low.2)
        });
        if slope == 0.0 || next <= low.0 || high.is_some_and(|high| next >= high.0) {
            break;
        }
        mu = next;
    }
    *price = best.1;
    best.0
}

/// What an area gathers of the others at a multiplier: all or nothing, and a share of the last one
/// where that makes it fit.
fn fill_shares(part: &[f64], heavy: &[f64], room: f64, price: f64, share: &mut [f64]) {
    if heavy.is_empty() {
        for (share, &part) in share.iter_mut().zip(part) {
            *share = if part > 0.0 { 1.0 } else { 0.0 };
        }
        return;
    }
    let mut left = room;
    // The least of those in, and the most of those out.
    let mut last_in = (f64::INFINITY, usize::MAX);
    let mut first_out = (f64::NEG_INFINITY, usize::MAX);
    for (at, ((&part, &heavy), share)) in part.iter().zip(heavy).zip(share.iter_mut()).enumerate() {
        let net = part - price * heavy;
        if net > 0.0 {
            *share = 1.0;
            left -= heavy;
            if net < last_in.0 {
                last_in = (net, at);
            }
        } else if part > 0.0 && net > first_out.0 {
            first_out = (net, at);
        }
    }
    let (whole, at) = if left < 0.0 { (1.0, last_in.1) } else { (0.0, first_out.1) };
    if at != usize::MAX {
        share[at] = (whole + left / heavy[at].max(1.0)).clamp(0.0, 1.0);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a step that steers the split")]
pub(crate) fn as_float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "any whole split and multiplier are valid")]
pub(crate) fn rounded(value: f64) -> i64 {
    value.round() as i64
}
