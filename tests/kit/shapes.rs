//! Problems that look like real ones, or are worse: planar-like graphs with bottlenecks, lumpy
//! flows and figures, limits that bind. A seed gives the same problem on every machine.

use regionfront_model::instance::{Flows, Instance, LinkKind};
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Bounds, Group, Problem, Rules};

use super::Sketch;

/// A small random number generator (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).expect("below count")
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// `true` in that many cases of a hundred.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// So many different numbers of `0..count`, ascending.
    pub fn some(&mut self, count: usize, how_many: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        for at in 0..how_many.min(count) {
            let other = at + self.below(count - at);
            all.swap(at, other);
        }
        all.truncate(how_many);
        all.sort_unstable();
        all
    }
}

/// A problem of so many areas.
pub fn problem(seed: u64, num_areas: usize) -> Problem {
    let mut dice = Dice::new(seed);
    let edges = shuffled(graph(&mut dice, num_areas), &mut dice, num_areas);
    let mut sketch = Sketch::new(num_areas);
    for (a, b) in edges {
        let kind = if dice.percent(8) { LinkKind::FixedLink } else { LinkKind::Land };
        sketch = sketch.link(a, b, kind);
    }
    let mut instance = sketch.instance();
    populate(&mut dice, &mut instance);
    let rules = rules(&mut dice, &instance);
    Problem { instance, scenario: format!("shape {seed}"), rules }
}

/// A problem of so many areas in which limits do not apply to the regions of one or two of them.
pub fn exempt_problem(seed: u64, num_areas: usize) -> Problem {
    exempting(problem(seed, num_areas), seed)
}

/// The same with flows between neighbours only.
pub fn near_exempt_problem(seed: u64, num_areas: usize) -> Problem {
    exempting(near_problem(seed, num_areas), seed)
}

/// The problem, and limits do not apply to the regions of one or two areas.
pub fn exempting(mut problem: Problem, seed: u64) -> Problem {
    let mut dice = Dice::new(seed ^ 0xE1E);
    let how_many = 1 + dice.below(2);
    problem.rules.exempt = dice.some(problem.instance.num_areas(), how_many);
    problem.scenario = format!("exempt {}", problem.scenario);
    problem
}

/// A problem of so many areas with flows between neighbours only, and limits on the population that
/// leave regions little room, or none.
pub fn near_problem(seed: u64, num_areas: usize) -> Problem {
    let mut dice = Dice::new(seed);
    let mut edges = shuffled(graph(&mut dice, num_areas), &mut dice, num_areas);
    edges.sort_unstable();
    edges.dedup();
    let is_even = dice.percent(50);
    let mut sketch = Sketch::new(num_areas);
    for &(a, b) in &edges {
        let flow = if is_even { 1 } else { dice.between(0, 20) };
        sketch = sketch.land(a, b).flow(a, b, flow);
    }
    let most = [1, 9, 60][dice.below(3)];
    let mut populations: Vec<u64> = (0..num_areas).map(|_| dice.between(1, most)).collect();
    if dice.percent(20) {
        populations[dice.below(num_areas)] *= 4;
    }
    let total: u64 = populations.iter().sum();
    let mean = total / (1 + dice.below(num_areas.min(5)) as u64);
    let room = mean * [0, 2, 5, 15, 40][dice.below(5)] / 100;
    let bounds = match dice.below(6) {
        0 => Bounds::default(),
        1 => Bounds { min: Some(mean - room), max: None },
        2 => Bounds { min: None, max: Some(mean + room) },
        _ => Bounds { min: Some(mean - room), max: Some(mean + room) },
    };
    let apart = dice.percent(25) && !edges.is_empty();
    let problem = sketch.populations(&populations).rules(|rules| {
        rules.limits.population = bounds;
        if apart {
            let (a, b) = edges[dice.below(edges.len())];
            rules.apart.push(Group { name: String::new(), areas: vec![a.min(b), a.max(b)] });
        }
    });
    Problem { scenario: format!("near shape {seed}"), ..problem.problem() }
}

/// A dense problem: everybody commutes everywhere, and one to four measures are limited, most of them
/// from above and from below.
pub fn dense_problem(seed: u64, num_areas: usize) -> Problem {
    let mut dice = Dice::new(seed);
    let edges = shuffled(graph(&mut dice, num_areas), &mut dice, num_areas);
    let mut sketch = Sketch::new(num_areas);
    for (a, b) in edges {
        sketch = sketch.land(a, b);
    }
    for a in 0..num_areas {
        for b in 0..num_areas {
            if a != b {
                sketch = sketch.flow(a, b, dice.between(0, 30));
            }
        }
    }
    let mut instance = sketch.instance();
    for area in &mut instance.areas {
        area.population = dice.between(1, 100);
        area.jobs = dice.between(0, 60);
        area.employed_residents += dice.between(0, 60);
    }
    let mut rules = Rules { links: vec![LinkKind::Land], ..Rules::default() };
    let num_limits = 1 + dice.below(4);
    let first = dice.below(4);
    for at in first..first + num_limits {
        let areas = &instance.areas;
        let (total, bounds): (u64, &mut Bounds) = match at % 4 {
            0 => (areas.iter().map(|area| area.population).sum(), &mut rules.limits.population),
            1 => (areas.iter().map(|area| area.jobs).sum(), &mut rules.limits.jobs),
            2 => {
                (areas.iter().map(|area| area.employed_residents).sum(), &mut rules.limits.employed)
            }
            _ => (areas.len() as u64, &mut rules.limits.areas),
        };
        let mean = total / (1 + dice.below(num_areas.min(5)) as u64);
        let room = [15, 40, 80][dice.below(3)];
        if dice.percent(70) {
            bounds.min = Some(mean * (100 - room) / 100);
        }
        if dice.percent(85) {
            bounds.max = Some(mean * (100 + room) / 100);
        }
    }
    Problem { instance, scenario: format!("dense shape {seed}"), rules }
}

type Edges = Vec<(usize, usize)>;

/// One of the shapes below.
fn graph(dice: &mut Dice, n: usize) -> Edges {
    match dice.below(11) {
        0 => grid(dice, n, 0),
        1 => grid(dice, n, 30),
        2 => holed_grid(dice, n),
        3 => tree(dice, n),
        4 => (0..n).map(|a| (a, (a + 1) % n)).filter(|(a, b)| a != b).collect(),
        5 => horseshoe(n),
        6 => star(dice, n),
        7 => pendants(dice, n),
        8 => two_blocks(dice, n, true),
        9 => two_blocks(dice, n, false),
        _ => (1..n).map(|b| (b - 1, b)).collect(),
    }
}

/// Rows of three or four; so many diagonals in a hundred.
fn grid(dice: &mut Dice, n: usize, diagonals: usize) -> Edges {
    let width = 3 + dice.below(2);
    let mut edges = Vec::new();
    for a in 0..n {
        if (a + 1) % width > 0 && a + 1 < n {
            edges.push((a, a + 1));
        }
        if a + width < n {
            edges.push((a, a + width));
            if (a + 1) % width > 0 && a + width + 1 < n && dice.percent(diagonals) {
                edges.push((a, a + width + 1));
            }
        }
    }
    edges
}

/// A grid from which borders are missing, tied together by a tree.
fn holed_grid(dice: &mut Dice, n: usize) -> Edges {
    let mut edges = grid(dice, n, 20);
    edges.retain(|_| dice.percent(60));
    edges.extend((1..n).filter(|b| b % 3 > 0).map(|b| (b - 1, b)));
    edges.extend((3..n).filter(|b| b % 3 == 0).map(|b| (b - 3, b)));
    edges
}

fn tree(dice: &mut Dice, n: usize) -> Edges {
    (1..n).map(|b| (dice.below(b), b)).collect()
}

/// Two rows side by side, as a bent band two areas wide.
fn horseshoe(n: usize) -> Edges {
    let mut edges: Edges = (2..n).map(|b| (b - 2, b)).collect();
    edges.extend((1..n).step_by(2).map(|b| (b - 1, b)));
    edges
}

/// One or two hubs, and areas that touch little else.
fn star(dice: &mut Dice, n: usize) -> Edges {
    let hubs = 1 + dice.below(2);
    let mut edges: Edges = (hubs..n).map(|b| (dice.below(hubs), b)).collect();
    if hubs == 2 && n > 1 {
        edges.push((0, 1));
    }
    for b in hubs + 1..n {
        if dice.percent(25) {
            edges.push((b - 1, b));
        }
    }
    edges
}

/// A ring or grid with areas that hang on one other.
fn pendants(dice: &mut Dice, n: usize) -> Edges {
    let core = (n / 2).max(1);
    let mut edges = if dice.percent(50) {
        grid(dice, core, 0)
    } else {
        (0..core).map(|a| (a, (a + 1) % core)).filter(|(a, b)| a != b).collect()
    };
    edges.extend((1..core).map(|b| (b - 1, b)));
    edges.extend((core..n).map(|b| (dice.below(core), b)));
    edges
}

/// Two graphs, tied by one border if they are to be joined.
fn two_blocks(dice: &mut Dice, n: usize, joined: bool) -> Edges {
    let first = 1 + dice.below(n);
    let mut edges = if first > 3 { grid(dice, first, 20) } else { tree(dice, first) };
    let rest = n - first;
    let second = if rest > 3 { grid(dice, rest, 20) } else { tree(dice, rest) };
    edges.extend(second.into_iter().map(|(a, b)| (a + first, b + first)));
    if joined && rest > 0 {
        edges.push((dice.below(first), first + dice.below(rest)));
    }
    edges
}

/// The same graph with its areas in another order, so that no engine profits from ours.
fn shuffled(edges: Edges, dice: &mut Dice, n: usize) -> Edges {
    let mut place: Vec<usize> = (0..n).collect();
    for at in (1..n).rev() {
        place.swap(at, dice.below(at + 1));
    }
    let mut edges: Edges =
        edges.into_iter().map(|(a, b)| (place[a].min(place[b]), place[a].max(place[b]))).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Figures and flows: every area equal, or uneven by a factor of a hundred, or with giants.
fn populate(dice: &mut Dice, instance: &mut Instance) {
    let n = instance.num_areas();
    let style = dice.below(5);
    let populations: Vec<u64> = (0..n)
        .map(|_| match style {
            0 => 100,
            1 => dice.between(80, 120),
            2 => 10 + dice.between(0, 30).pow(2),
            3 => dice.between(1, 10) * if dice.percent(15) { 700 } else { 5 },
            _ => dice.between(1, 1000),
        })
        .collect();
    let hops = hops(instance);
    let style = dice.below(8);
    let centre = dice.below(n);
    let mut triples = Vec::new();
    for from in 0..n {
        for to in 0..n {
            let steps = hops[from * n + to];
            let product = populations[from] * populations[to];
            let count = match style {
                // Gravity: falls off with the square of the distance.
                0 => product / (10 * (steps * steps).max(1)),
                // Everybody to the largest centre, few elsewhere.
                1 if to == centre => populations[from] / 2,
                1 => dice.between(0, 3),
                // One commuter per border: ties everywhere.
                2 => u64::from(steps == 1),
                // Long distance only.
                3 => {
                    if steps >= 2 {
                        dice.between(0, 40)
                    } else {
                        0
                    }
                }
                // Few and large.
                4 => {
                    if dice.percent(12) {
                        dice.between(1, 2000)
                    } else {
                        0
                    }
                }
                // All the same.
                5 => 7,
                // Gravity with noise and long-distance lumps.
                6 => {
                    let near = product / (20 * (steps * steps * steps).max(1));
                    near * dice.between(20, 180) / 100
                        + if dice.percent(8) { dice.between(0, 300) } else { 0 }
                }
                _ => dice.between(0, 30),
            };
            triples.push((from, to, count));
        }
    }
    // Now and then as many commuters as people live in the world's largest country.
    let total: u64 = triples.iter().map(|flow| flow.2).sum();
    if dice.percent(15) {
        let factor = (1 << 30) / total.max(1);
        for flow in &mut triples {
            flow.2 *= factor;
        }
    }
    let flows = Flows::from_triples(n, triples);
    let crowd = if dice.percent(15) { 10_000 } else { 1 };
    let generous = dice.percent(50);
    for (index, area) in instance.areas.iter_mut().enumerate() {
        let out: u64 = (0..n).map(|to| flows.get(index, to)).sum();
        let into: u64 = (0..n).map(|from| flows.get(from, index)).sum();
        area.population = populations[index] * if dice.percent(80) { crowd } else { 1 };
        area.employed_residents = out + if generous { dice.between(0, out / 2 + 3) } else { 0 };
        area.jobs = into + if generous { dice.between(0, 5) } else { 0 };
    }
    instance.flows = flows;
}

/// Borders to cross from each area to each other one; `n` where there is no way.
fn hops(instance: &Instance) -> Vec<u64> {
    let n = instance.num_areas();
    let mut hops = vec![n as u64; n * n];
    for area in 0..n {
        hops[area * n + area] = 0;
    }
    for link in &instance.links {
        hops[link.a * n + link.b] = 1;
        hops[link.b * n + link.a] = 1;
    }
    for via in 0..n {
        for from in 0..n {
            for to in 0..n {
                let detour = hops[from * n + via] + hops[via * n + to];
                hops[from * n + to] = hops[from * n + to].min(detour);
            }
        }
    }
    hops
}

/// Limits near what some number of regions can just keep, and now and then groups.
fn rules(dice: &mut Dice, instance: &Instance) -> Rules {
    let n = instance.num_areas();
    let mut rules = Rules { links: vec![LinkKind::Land, LinkKind::FixedLink], ..Rules::default() };
    let regions = 2 + dice.below((n / 2).max(1));
    let figures = &instance.areas;
    let limits = &mut rules.limits;
    if dice.percent(65) {
        limits.population = tight(dice, figures.iter().map(|area| area.population).sum(), regions);
    }
    if dice.percent(20) {
        limits.areas = tight(dice, n as u64, regions);
    }
    if dice.percent(15) {
        limits.jobs = tight(dice, figures.iter().map(|area| area.jobs).sum(), regions);
    }
    if dice.percent(15) {
        let employed = figures.iter().map(|area| area.employed_residents).sum();
        limits.employed = tight(dice, employed, regions);
    }
    if dice.percent(20) {
        let share = u32::try_from(dice.between(0, 700_000)).expect("below a million");
        limits.min_self_containment = Share::from_millionths(share);
    }
    let mut groups = |chance: usize, most: usize| -> Vec<Group> {
        let mut groups = Vec::new();
        while groups.len() < 2 && dice.percent(chance) {
            let size = 1 + dice.below(most);
            groups.push(Group { name: String::new(), areas: dice.some(n, size) });
        }
        groups
    };
    rules.together = groups(20, 3);
    rules.apart = groups(20, 3);
    rules.closed = groups(6, 3);
    rules.fixed = groups(6, 3);
    rules
}

/// A floor up to the mean of so many regions, a ceiling not far above it, or one of the two.
fn tight(dice: &mut Dice, total: u64, regions: usize) -> Bounds {
    let mean = total / regions as u64;
    let min = dice.percent(75).then(|| mean * dice.between(30, 100) / 100);
    let max = dice.percent(50).then(|| mean * dice.between(100, 220) / 100 + 1);
    Bounds { min, max }
}
