//! Problems at the ends of what is possible: figures from nothing to 10^12, ties, stars, cliques,
//! paths, islands, groups that do not touch, an area named in a rule twice, areas added from
//! outside. A seed gives the same problem on every machine.

use std::collections::BTreeMap;

use regionfront_model::instance::{
    Division, DivisionRegion, ExternalArea, ExternalLink, ExternalPlace, Flows, Instance, LinkKind,
};
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Bounds, Group, Problem, Rules};

use super::Sketch;
use super::shapes::Dice;

/// Largest figure drawn.
const MOST: u64 = 1_000_000_000_000;

/// Name of the division that [`problem`] adds.
pub const REFERENCE: &str = "reference";

/// A problem of so many areas, with positions and a division that overlaps.
pub fn problem(seed: u64, num_areas: usize) -> Problem {
    let mut dice = Dice::new(seed ^ 0x00D1_5C0E);
    let mut instance = grown(&mut dice, num_areas);
    if dice.percent(20) && num_areas > 1 {
        instance = with_one_from_outside(&mut dice, &instance);
    }
    furnish(&mut dice, &mut instance);
    let rules = rules(&mut dice, &instance);
    Problem { instance, scenario: format!("extreme {seed}"), rules }
}

/// How large figures are drawn.
#[derive(Clone, Copy)]
enum Style {
    Nothing,
    Alike(u64),
    Few,
    Small,
    Sizes,
    Huge,
}

impl Style {
    fn drawn(dice: &mut Dice) -> Self {
        match dice.below(12) {
            0 => Self::Nothing,
            1 => Self::Alike([1, 7, 1_000_000, MOST][dice.below(4)]),
            2 | 3 => Self::Few,
            4..=6 => Self::Small,
            7..=9 => Self::Sizes,
            _ => Self::Huge,
        }
    }

    fn figure(self, dice: &mut Dice) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Alike(figure) => figure,
            Self::Few => dice.between(0, 2) * 1_000,
            Self::Small => dice.between(0, 30),
            // Any number of digits is as likely.
            Self::Sizes => {
                let most = 10_u64.pow(u32::try_from(dice.below(13)).expect("small"));
                dice.between(0, most)
            }
            Self::Huge => [MOST, MOST - 1, MOST / 2, 1, 0][dice.below(5)],
        }
    }
}

/// Areas with borders, figures and flows.
fn grown(dice: &mut Dice, n: usize) -> Instance {
    let mut sketch = Sketch::new(n);
    for (a, b) in graph(dice, n) {
        let kind = match dice.below(10) {
            0 => LinkKind::FixedLink,
            1 => LinkKind::Ferry,
            _ => LinkKind::Land,
        };
        sketch = sketch.link(a, b, kind);
    }
    let mut instance = sketch.instance();
    let style = Style::drawn(dice);
    let sparse = [0, 50, 90][dice.below(3)];
    let mut triples = Vec::new();
    for from in 0..n {
        for to in 0..n {
            let figure = if dice.percent(sparse) { 0 } else { style.figure(dice) };
            triples.push((from, to, figure));
        }
    }
    instance.flows = Flows::from_triples(n, triples);
    let people = Style::drawn(dice);
    let elsewhere = if dice.percent(40) { Style::drawn(dice) } else { Style::Nothing };
    for at in 0..n {
        let out: u64 = (0..n).map(|to| instance.flows.get(at, to)).sum();
        let into: u64 = (0..n).map(|from| instance.flows.get(from, at)).sum();
        let area = &mut instance.areas[at];
        area.population = people.figure(dice);
        area.employed_residents = out + elsewhere.figure(dice);
        area.jobs = into + elsewhere.figure(dice);
    }
    instance
}

/// Pairs that touch, each once or, by two links, twice.
fn graph(dice: &mut Dice, n: usize) -> Vec<(usize, usize)> {
    let mut edges: Vec<(usize, usize)> = match dice.below(8) {
        // A path, a star, a clique, a ring.
        0 => (1..n).map(|b| (b - 1, b)).collect(),
        1 => (1..n).map(|b| (0, b)).collect(),
        2 => (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect(),
        3 => (1..n).map(|b| (b - 1, b)).chain((n > 2).then(|| (0, n - 1))).collect(),
        // Trees that need not hang together, or hardly anything that touches.
        4 => forest(dice, n, 75),
        5 => forest(dice, n, 30),
        _ => forest(dice, n, 100),
    };
    if dice.percent(40) {
        for a in 0..n {
            for b in a + 1..n {
                if dice.percent(15) {
                    edges.push((a, b));
                }
            }
        }
    }
    edges
}

/// A random tree with so many of its links in a hundred.
fn forest(dice: &mut Dice, n: usize, kept: usize) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for b in 1..n {
        let a = dice.below(b);
        if dice.percent(kept) {
            edges.push((a, b));
        }
    }
    edges
}

/// The same with its last area taken out and added again as one from outside.
fn with_one_from_outside(dice: &mut Dice, whole: &Instance) -> Instance {
    let last = whole.num_areas() - 1;
    let place = "beyond";
    let mut instance = whole.subset(&(0..last).collect::<Vec<_>>());
    instance.external = vec![ExternalPlace {
        name: place.to_owned(),
        to: (0..last).map(|area| whole.flows.get(area, last)).collect(),
        from: (0..last).map(|area| whole.flows.get(last, area)).collect(),
    }];
    let area = whole.areas[last].clone();
    let code = |at: usize| whole.areas[at].code.clone();
    instance.external_links = whole
        .links
        .iter()
        .filter(|link| link.b == last)
        .map(|link| ExternalLink {
            a: code(link.a),
            b: code(link.b),
            kind: link.kind,
            border_km: None,
            note: String::new(),
        })
        .collect();
    if dice.percent(50) {
        "elsewhere".clone_into(&mut instance.external[0].name);
    }
    instance.external_areas = vec![ExternalArea {
        place: instance.external[0].name.clone(),
        own_flow: whole.flows.get(last, last),
        to: BTreeMap::new(),
        from: BTreeMap::new(),
        shape: None,
        area,
    }];
    instance.with_external_area(&whole.areas[last].code).expect("it is there")
}

/// Positions, some of them the same, and a division whose regions overlap or leave areas out.
fn furnish(dice: &mut Dice, instance: &mut Instance) {
    let degrees = |dice: &mut Dice| f64::from(u32::try_from(dice.below(12)).expect("small")) * 0.05;
    for area in &mut instance.areas {
        area.position = Some((60.0 + degrees(dice), 10.0 + degrees(dice)));
    }
    let n = instance.num_areas();
    let regions = (0..3)
        .map(|number| {
            let size = 1 + dice.below(n);
            DivisionRegion { name: format!("region {number}"), areas: dice.some(n, size) }
        })
        .collect();
    let division = Division { name: REFERENCE.into(), regions };
    instance.divisions.insert(REFERENCE.into(), division);
}

/// Limits that may or may not leave a plan, and groups of one area and more.
fn rules(dice: &mut Dice, instance: &Instance) -> Rules {
    let n = instance.num_areas();
    let links = match dice.below(4) {
        0 => vec![LinkKind::Land],
        1 => LinkKind::ALL.to_vec(),
        _ => vec![LinkKind::Land, LinkKind::FixedLink],
    };
    let mut rules = Rules { links, ..Rules::default() };
    let areas = &instance.areas;
    let limits = &mut rules.limits;
    if dice.percent(35) {
        limits.population = bounds(dice, &areas.iter().map(|a| a.population).collect::<Vec<_>>());
    }
    if dice.percent(15) {
        limits.areas = bounds(dice, &vec![1; n]);
    }
    if dice.percent(15) {
        limits.jobs = bounds(dice, &areas.iter().map(|a| a.jobs).collect::<Vec<_>>());
    }
    if dice.percent(15) {
        let employed: Vec<u64> = areas.iter().map(|a| a.employed_residents).collect();
        limits.employed = bounds(dice, &employed);
    }
    if dice.percent(15) {
        limits.min_self_containment = Some(share(dice));
    }
    let mut groups = |chance: usize, most: usize| -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        while groups.len() < 3 && dice.percent(chance) {
            let size = 1 + dice.below(most);
            groups.push(Group { name: String::new(), areas: dice.some(n, size) });
            // The same group twice, as a file and a command line may name it.
            if dice.percent(25) {
                groups.push(groups[groups.len() - 1].clone());
            }
        }
        groups
    };
    rules.together = groups(25, 3);
    rules.apart = groups(25, 3);
    rules.closed = groups(7, 3);
    rules.fixed = groups(7, 3);
    rules
}

/// A share of any number of places.
fn share(dice: &mut Dice) -> Share {
    let texts = ["0", "0.000001", "0.081633", "0.3333333", "0.6666666", "0.6666667", "1"];
    let text = match dice.below(texts.len() + 3) {
        at if at < texts.len() => texts[at].to_owned(),
        _ => {
            let digits = dice.between(0, 999_999_999_999_999_999);
            format!("0.{digits:018}")
        }
    };
    text.parse().expect("a share")
}

/// Limits at, just below or just above what some areas together hold, or a third of everything.
fn bounds(dice: &mut Dice, figures: &[u64]) -> Bounds {
    let mut around = || {
        let size = 1 + dice.below(figures.len());
        let some = dice.some(figures.len(), size);
        let held: u64 = some.iter().map(|&at| figures[at]).sum();
        (held + dice.between(0, 2)).saturating_sub(1)
    };
    let (one, other) = (around(), around());
    match dice.below(4) {
        0 => Bounds { min: Some(one / 2), max: None },
        1 => Bounds { min: Some(one.min(other)), max: None },
        2 => Bounds { min: None, max: Some(one.max(other)) },
        _ => Bounds { min: Some(one.min(other) / 2), max: Some(one.max(other)) },
    }
}
