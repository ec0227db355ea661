//! Small random problems: connected and disconnected graphs, sparse flows, every kind of rule.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{Config, RngSeed};

use regionfront_model::instance::{Area, Flows, Instance, Link, LinkKind};
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Bounds, Group, Limits, Problem, Rules};

use super::Sketch;

/// A proptest configuration that tries the same cases on every run.
pub fn repeatable(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(20_200_101),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Which kinds of rules a problem may have.
#[expect(clippy::struct_excessive_bools, reason = "one switch per kind of rule")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    pub together: bool,
    pub apart: bool,
    pub closed: bool,
    pub fixed: bool,
    pub population: bool,
    pub areas: bool,
    pub jobs: bool,
    pub employed: bool,
    pub self_containment: bool,
}

impl Switches {
    /// Contiguity only.
    pub const NONE: Self = Self {
        together: false,
        apart: false,
        closed: false,
        fixed: false,
        population: false,
        areas: false,
        jobs: false,
        employed: false,
        self_containment: false,
    };
}

/// Each switch on in one case of four, so that problems with a plan are not rare.
pub fn switches() -> impl Strategy<Value = Switches> {
    vec(prop::bool::weighted(0.25), 9).prop_map(|on| Switches {
        together: on[0],
        apart: on[1],
        closed: on[2],
        fixed: on[3],
        population: on[4],
        areas: on[5],
        jobs: on[6],
        employed: on[7],
        self_containment: on[8],
    })
}

/// Problems with any rules, on graphs connected or not.
pub fn problems(num_areas: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Problem> {
    (instances(num_areas), switches())
        .prop_flat_map(|(instance, switches)| with_rules(instance, switches))
        .boxed()
}

/// Problems without rules on graphs that are connected under land and fixed links.
pub fn connected(num_areas: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Problem> {
    num_areas
        .prop_flat_map(|n| graph(n, true).prop_flat_map(move |links| instance(n, links)))
        .prop_flat_map(|instance| with_rules(instance, Switches::NONE))
        .boxed()
}

/// Instances with connected graphs in about two cases of three.
pub fn instances(num_areas: std::ops::RangeInclusive<usize>) -> BoxedStrategy<Instance> {
    (num_areas, prop::bool::weighted(0.6))
        .prop_flat_map(|(n, connected)| {
            graph(n, connected).prop_flat_map(move |links| instance(n, links))
        })
        .boxed()
}

/// What the links that hold a graph together look like.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Tree,
    Path,
    Star,
}

/// A random tree, path or star of land borders and fixed links, with extra edges of every kind. Unless
/// `connected`, each tree edge may instead be a ferry or missing.
fn graph(n: usize, connected: bool) -> impl Strategy<Value = Vec<Link>> {
    let shape = prop_oneof![6 => Just(Shape::Tree), 1 => Just(Shape::Path), 1 => Just(Shape::Star)];
    let is_clique = prop::bool::weighted(0.08);
    let parents = (vec(any::<Index>(), n), shape, is_clique);
    let tree_kinds = vec(0_usize..if connected { 4 } else { 7 }, n);
    let extra = vec(prop::option::weighted(0.2, 0_usize..6), n * n);
    (parents, tree_kinds, extra).prop_map(
        move |((parents, shape, is_clique), tree_kinds, extra)| {
            let mut links = Vec::new();
            for b in 1..n {
                let kind = match tree_kinds[b] {
                    0..=2 => LinkKind::Land,
                    3 => LinkKind::FixedLink,
                    4 => LinkKind::Ferry,
                    _ => continue,
                };
                let parent = match shape {
                    Shape::Tree => parents[b].index(b),
                    Shape::Path => b - 1,
                    Shape::Star => 0,
                };
                links.push((parent, b, kind));
            }
            for a in 0..n {
                for b in a + 1..n {
                    if is_clique {
                        links.push((a, b, LinkKind::Land));
                    } else if let Some(kind) = extra[a * n + b] {
                        // Land is the commonest kind; an edge may stand twice, with two kinds.
                        links.push((a, b, LinkKind::ALL[kind.saturating_sub(2)]));
                    }
                }
            }
            links.sort_unstable();
            links.dedup();
            links
                .into_iter()
                .map(|(a, b, kind)| Link { a, b, kind, border_km: None, note: String::new() })
                .collect()
        },
    )
}

/// Largest figure drawn.
const MOST: u64 = 1_000_000_000_000;

/// Figures of an instance: usual ones in two cases of three; else all the same, few different ones,
/// or any number of digits.
fn figures(count: usize, usual: std::ops::RangeInclusive<u64>) -> BoxedStrategy<Vec<u64>> {
    let digits =
        (0_u32..=12, 0..=MOST).prop_map(|(digits, figure)| figure % (10_u64.pow(digits) + 1));
    prop_oneof![
        8 => vec(usual, count),
        1 => prop_oneof![Just(0), Just(7), Just(MOST)].prop_map(move |figure| vec![figure; count]),
        1 => vec(0_u64..=2, count),
        2 => vec(digits, count),
    ]
    .boxed()
}

/// Figures and flows on a graph. Employed residents and jobs are at least what the flows need.
fn instance(n: usize, links: Vec<Link>) -> impl Strategy<Value = Instance> {
    let populations = figures(n, 1..=100);
    let beyond = vec((0_u64..=20, 0_u64..=20), n);
    let flows = (figures(n * n, 1..=30), vec(prop::bool::weighted(0.6), n * n)).prop_map(
        |(figures, flows)| -> Vec<u64> {
            figures.iter().zip(flows).map(|(&count, flows)| count * u64::from(flows)).collect()
        },
    );
    (populations, beyond, flows).prop_map(move |(populations, beyond, flows)| {
        let mut instance = Sketch::new(n).instance();
        instance.links.clone_from(&links);
        let triples = (0..n * n).map(|cell| (cell / n, cell % n, flows[cell]));
        instance.flows = Flows::from_triples(n, triples);
        for (index, area) in instance.areas.iter_mut().enumerate() {
            let out: u64 = (0..n).map(|to| flows[index * n + to]).sum();
            let into: u64 = (0..n).map(|from| flows[from * n + index]).sum();
            area.population = populations[index];
            area.employed_residents = out + beyond[index].0;
            area.jobs = into + beyond[index].1;
        }
        instance
    })
}

/// Random rules of the kinds switched on.
pub fn with_rules(instance: Instance, on: Switches) -> impl Strategy<Value = Problem> {
    let n = instance.num_areas();
    let links = prop_oneof![
        4 => Just(vec![LinkKind::Land, LinkKind::FixedLink]),
        1 => Just(vec![LinkKind::Land]),
        1 => Just(LinkKind::ALL.to_vec()),
    ];
    let groups = (
        groups(n, 1, 3, 2, on.together),
        groups(n, 1, 3, 2, on.apart),
        groups(n, 1, 4, 1, on.closed),
        groups(n, 1, 4, 1, on.fixed),
    );
    let total = |figure: fn(&Area) -> u64| instance.areas.iter().map(figure).sum::<u64>();
    let limits = (
        bounds(total(|area| area.population), on.population),
        bounds(n as u64, on.areas),
        bounds(total(|area| area.jobs), on.jobs),
        bounds(total(|area| area.employed_residents), on.employed),
        0_u32..=700_000,
    );
    (links, groups, limits).prop_map(move |(links, groups, limits)| {
        let share = on
            .self_containment
            .then(|| Share::from_millionths(limits.4).expect("at most 700,000 millionths"));
        Problem {
            instance: instance.clone(),
            scenario: "generated".into(),
            rules: Rules {
                links,
                together: groups.0,
                apart: groups.1,
                closed: groups.2,
                fixed: groups.3,
                limits: Limits {
                    population: limits.0,
                    areas: limits.1,
                    jobs: limits.2,
                    employed: limits.3,
                    min_self_containment: share,
                },
                ..Rules::default()
            },
        }
    })
}

/// Up to `most` groups of `smallest..=largest` areas out of `n`.
fn groups(
    n: usize,
    smallest: usize,
    largest: usize,
    most: usize,
    on: bool,
) -> BoxedStrategy<Vec<Group>> {
    if !on || n < smallest {
        return Just(Vec::new()).boxed();
    }
    let group = subsequence((0..n).collect::<Vec<_>>(), smallest..=largest.min(n))
        .prop_map(|areas| Group { name: String::new(), areas });
    vec(group, 1..=most).boxed()
}

/// Limits of which a few regions can keep both: the minimum up to a third of the total, the
/// maximum from a third of it.
fn bounds(total: u64, on: bool) -> BoxedStrategy<Bounds> {
    if !on {
        return Just(Bounds::default()).boxed();
    }
    let min = prop::option::weighted(0.7, 0..=total / 3);
    let max = prop::option::weighted(0.7, total / 3..=total);
    (min, max).prop_map(|(min, max)| Bounds { min, max }).boxed()
}
