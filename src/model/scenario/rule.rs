//! The rules of a question one by one, so that some of them can be left out.

use std::collections::BTreeSet;

use crate::instance::{Link, LinkKind};
use crate::plan::Plan;
use crate::scenario::{Group, Limits, Measure, Problem, Rules};

/// A set of rules.
pub type RuleSet = BTreeSet<Rule>;

/// Which end of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// At least.
    Min,
    /// At most.
    Max,
}

/// One rule of a question. Groups go by their place in [`Rules`]. The order is that of sentences.
///
/// Leaving a rule out never rules out a plan (Chinneck's *monotone* case), on two conditions that
/// are kept here: leaving out contiguity leaves out what counts as contiguous too, and a region
/// that was to be fixed stays exempt from the limits, fixed or not. That limits do not apply to the
/// region of an area is no rule: it only ever allows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A group is exactly a region, within the limits.
    Closed(usize),
    /// A group is exactly a region.
    Fixed(usize),
    /// The areas of a group share a region.
    Together(usize),
    /// No two areas of a group share a region.
    Apart(usize),
    /// There are exactly as many regions as asked for.
    Regions,
    /// Every region keeps this side of a limit.
    Limit(Measure, Side),
    /// Every region is self-contained enough.
    SelfContainment,
    /// Every region is contiguous.
    Contiguity,
    /// Links of this kind do not count as contiguous. Only kinds that would tie areas nothing else
    /// ties are rules.
    NotCounted(LinkKind),
}

impl Rule {
    /// Every rule of a problem.
    pub fn all(problem: &Problem) -> RuleSet {
        let rules = &problem.rules;
        let limits = &rules.limits;
        let mut all = RuleSet::from([Self::Regions, Self::Contiguity]);
        all.extend((0..rules.closed.len()).map(Self::Closed));
        all.extend((0..rules.fixed.len()).map(Self::Fixed));
        all.extend((0..rules.together.len()).map(Self::Together));
        all.extend((0..rules.apart.len()).map(Self::Apart));
        for measure in Measure::ALL {
            let bounds = measure.bounds(limits);
            all.extend(bounds.min.map(|_| Self::Limit(measure, Side::Min)));
            all.extend(bounds.max.map(|_| Self::Limit(measure, Side::Max)));
        }
        all.extend(limits.min_self_containment.map(|_| Self::SelfContainment));
        let tied: BTreeSet<(usize, usize)> = problem.adjacency().into_iter().collect();
        let others =
            problem.instance.links.iter().filter(|link| {
                !rules.links.contains(&link.kind) && !tied.contains(&(link.a, link.b))
            });
        all.extend(others.map(|link| Self::NotCounted(link.kind)));
        all
    }

    /// How gladly a rule is blamed where several explanations are possible; least first. What is
    /// asked in figures is easier to give way on than what is on the map.
    pub fn preference(self) -> impl Ord {
        let class = match self {
            Self::Regions => 0,
            Self::Limit(..) | Self::SelfContainment => 1,
            Self::Closed(_) | Self::Fixed(_) => 2,
            Self::Together(_) | Self::Apart(_) => 3,
            Self::Contiguity => 4,
            Self::NotCounted(_) => 5,
        };
        (class, self)
    }

    /// Whether a plan keeps the rule, the number of regions apart.
    fn is_kept(self, problem: &Problem, plan: &Plan, regions: &[Vec<usize>]) -> bool {
        let rules = &problem.rules;
        let is_region = |group: &Group| regions.contains(&group.areas);
        match self {
            Self::Closed(at) => is_region(&rules.closed[at]),
            Self::Fixed(at) => is_region(&rules.fixed[at]),
            Self::Together(at) => {
                let areas = &rules.together[at].areas;
                areas.iter().all(|&area| plan.region_of(area) == plan.region_of(areas[0]))
            }
            Self::Apart(at) => {
                let labels: BTreeSet<u32> =
                    rules.apart[at].areas.iter().map(|&area| plan.region_of(area)).collect();
                labels.len() == rules.apart[at].areas.len()
            }
            Self::Limit(..) | Self::SelfContainment => regions
                .iter()
                .filter(|region| !is_exempt(problem, region))
                .all(|region| self.holds_for(problem, &rules.limits, region)),
            Self::Contiguity => problem.instance.are_connected(&LinkKind::ALL, regions),
            // Taken together: a plan that needs any kind that does not count breaks all of them.
            Self::NotCounted(_) => problem.instance.are_connected(&rules.links, regions),
            Self::Regions => true,
        }
    }

    /// Whether a region is within this limit; true for rules that are no limits.
    pub fn holds_for(self, problem: &Problem, limits: &Limits, region: &[usize]) -> bool {
        match self {
            Self::Limit(measure, side) => {
                let (bounds, value) = (measure.bounds(limits), total(problem, measure, region));
                match side {
                    Side::Min => bounds.min.is_none_or(|min| value >= u128::from(min)),
                    Side::Max => bounds.max.is_none_or(|max| value <= u128::from(max)),
                }
            }
            Self::SelfContainment => {
                let (inside, employed) = containment(problem, region);
                limits
                    .min_self_containment
                    .is_none_or(|share| share.is_reached_by(inside, employed))
            }
            _ => true,
        }
    }
}

/// Rules that a plan breaks, the number of regions apart.
pub fn broken(problem: &Problem, all: &RuleSet, plan: &Plan) -> RuleSet {
    let regions = plan.regions();
    all.iter().copied().filter(|rule| !rule.is_kept(problem, plan, &regions)).collect()
}

/// Whether limits do not apply to a region.
pub fn is_exempt(problem: &Problem, region: &[usize]) -> bool {
    problem.rules.exempts(region)
}

/// What a region holds.
pub fn total(problem: &Problem, measure: Measure, region: &[usize]) -> u128 {
    region.iter().map(|&area| u128::from(measure.of(&problem.instance.areas[area]))).sum()
}

/// People who live and work in a region, and its employed residents.
pub fn containment(problem: &Problem, region: &[usize]) -> (u64, u64) {
    let flows = &problem.instance.flows;
    let inside = region
        .iter()
        .flat_map(|&from| flows.row(from))
        .filter(|(to, _)| region.binary_search(to).is_ok())
        .map(|(_, commuters)| commuters)
        .sum();
    let employed = region.iter().map(|&area| problem.instance.areas[area].employed_residents).sum();
    (inside, employed)
}

/// The problem without one of its rules.
pub fn without(problem: &Problem, rule: Rule) -> Problem {
    let mut kept = Rule::all(problem);
    kept.remove(&rule);
    let freed = under(problem, &kept, &problem.rules.limits, &[]);
    if rule == Rule::Contiguity { all_touching(freed) } else { freed }
}

/// The problem under some of its rules, with these limits; `exact` are fixed groups that are kept
/// for their exemption although their rule is left out.
///
/// Without contiguity everything touches everything. Thousands of areas are millions of pairs; so
/// only what shows in the arithmetic of the rules is written down here: every decided group hangs
/// together, and so does what is left. For an engine there is [`all_touching`].
pub fn under(problem: &Problem, kept: &RuleSet, limits: &Limits, exact: &[usize]) -> Problem {
    let all = &problem.rules;
    let chosen = |groups: &[Group], rule: fn(usize) -> Rule| -> Vec<Group> {
        let is_kept = |at: &usize| kept.contains(&rule(*at));
        (0..groups.len()).filter(is_kept).map(|at| groups[at].clone()).collect()
    };
    let mut fixed = chosen(&all.fixed, Rule::Fixed);
    fixed.extend(exact.iter().map(|&at| all.fixed[at].clone()));
    dedup(&mut fixed, &[]);
    let mut closed = chosen(&all.closed, Rule::Closed);
    dedup(&mut closed, &fixed);
    let mut instance = problem.instance.clone();
    let mut links = all.links.clone();
    if kept.contains(&Rule::Contiguity) {
        let counted =
            |kind: &LinkKind| !links.contains(kind) && !kept.contains(&Rule::NotCounted(*kind));
        let more: Vec<LinkKind> = LinkKind::ALL.into_iter().filter(counted).collect();
        links.extend(more);
        links.sort_unstable();
    } else {
        let mut is_left = vec![true; instance.num_areas()];
        let mut chains: Vec<Vec<usize>> = Vec::new();
        for group in fixed.iter().chain(&closed) {
            for &area in &group.areas {
                is_left[area] = false;
            }
            chains.push(group.areas.clone());
        }
        chains.push((0..instance.num_areas()).filter(|&area| is_left[area]).collect());
        let pairs = chains.iter().flat_map(|areas| areas.windows(2));
        instance.links = pairs.map(|pair| touching(pair[0], pair[1])).collect();
        links = vec![LinkKind::Land];
    }
    let mut kept_limits = Limits::default();
    for (measure, bounds) in [
        (Measure::Population, &mut kept_limits.population),
        (Measure::Areas, &mut kept_limits.areas),
        (Measure::Jobs, &mut kept_limits.jobs),
        (Measure::Employed, &mut kept_limits.employed),
    ] {
        let given = measure.bounds(limits);
        bounds.min = given.min.filter(|_| kept.contains(&Rule::Limit(measure, Side::Min)));
        bounds.max = given.max.filter(|_| kept.contains(&Rule::Limit(measure, Side::Max)));
    }
    kept_limits.min_self_containment =
        limits.min_self_containment.filter(|_| kept.contains(&Rule::SelfContainment));
    let rules = Rules {
        links,
        together: chosen(&all.together, Rule::Together),
        apart: chosen(&all.apart, Rule::Apart),
        closed,
        fixed,
        exempt: all.exempt.clone(),
        limits: kept_limits,
        texts: all.texts.clone(),
    };
    Problem { instance, scenario: problem.scenario.clone(), rules }
}

/// The same problem where everything touches everything. Links grow with the square of the areas.
pub fn all_touching(mut problem: Problem) -> Problem {
    let n = problem.instance.num_areas();
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| touching(a, b)));
    problem.instance.links = pairs.collect();
    problem.rules.links = vec![LinkKind::Land];
    problem
}

fn touching(a: usize, b: usize) -> Link {
    Link { a, b, kind: LinkKind::Land, border_km: None, note: String::new() }
}

/// Each set of areas once, and none that `others` hold.
fn dedup(groups: &mut Vec<Group>, others: &[Group]) {
    let mut seen: BTreeSet<Vec<usize>> = others.iter().map(|group| group.areas.clone()).collect();
    groups.retain(|group| seen.insert(group.areas.clone()));
}
