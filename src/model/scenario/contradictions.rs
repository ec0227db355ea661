//! Rules that contradict each other whatever the number of regions, found before any solving.
//!
//! Every finding is a proof that no plan keeps all rules; what is merely unlikely is left to the
//! engines. Codes `E220` to `E239`; those that depend on `k` are in `arithmetic`.

use std::collections::{BTreeMap, BTreeSet};

use super::parts::{Left, Part, common, components, held, total};
use super::{Group, Measure, Problem};
use crate::defect::Defect;
use crate::instance::LinkKind;
use crate::quantity::grouped;

/// Where the rules of a problem were given, in the order of [`super::Rules`].
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) together: Vec<String>,
    pub(super) apart: Vec<String>,
    pub(super) closed: Vec<String>,
    pub(super) fixed: Vec<String>,
    /// By key, for limits and links.
    pub(super) keys: BTreeMap<String, String>,
}

impl Places {
    /// The keys a file would have, for problems that come from none.
    fn by_key(problem: &Problem) -> Self {
        let numbered = |key: &str, groups: &[Group]| {
            (1..=groups.len()).map(|at| format!("{key}[{at}]")).collect()
        };
        let rules = &problem.rules;
        Self {
            together: numbered("keep_together", &rules.together),
            apart: numbered("keep_apart", &rules.apart),
            closed: numbered("closed", &rules.closed),
            fixed: numbered("fixed", &rules.fixed),
            keys: BTreeMap::new(),
        }
    }

    fn key(&self, key: &str) -> String {
        self.keys.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

impl Problem {
    /// Contradictions that do not depend on the number of regions. A problem made by
    /// [`Problem::resolve`] has none.
    pub fn contradictory_rules(&self) -> Vec<Defect> {
        for_every_k(self, &Places::by_key(self))
    }
}

/// As [`Problem::contradictory_rules`], with the places where the rules were given.
pub(super) fn for_every_k(problem: &Problem, places: &Places) -> Vec<Defect> {
    let mut found = crossed_limits(problem, places);
    found.extend(together_and_apart(problem, places));
    let exact = exact_groups(problem, places);
    found.extend(overlaps(problem, &exact));
    let rules = &problem.rules;
    let (together, apart) = (Holders::of(&rules.together), Holders::of(&rules.apart));
    let neighbours = neighbours(problem);
    for group in &exact {
        if found.len() > MOST {
            return found;
        }
        found.extend(cut_by(problem, places, group, (&together, &apart)));
        if !is_connected(&group.group.areas, &neighbours) {
            found.extend(not_connected(problem, group));
        }
        if group.limited {
            found.extend(closed_outside_limits(problem, group));
        }
    }
    found.extend(too_large(problem, places));
    // What is left over is only meaningful when the groups themselves agree.
    if found.is_empty() {
        let left = Left::of(problem);
        found.extend(torn_apart(problem, places, &left));
        for part in &left.parts {
            found.extend(part_outside_limits(problem, places, part));
        }
    }
    found
}

/// How many contradictions are enough: thousands of groups can clash in millions of pairs.
const MOST: usize = 1_000;

/// Which groups hold an area, so that only groups that share one are compared.
struct Holders(BTreeMap<usize, Vec<usize>>);

impl Holders {
    fn of<'a>(groups: impl IntoIterator<Item = &'a Group>) -> Self {
        let mut holders: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, group) in groups.into_iter().enumerate() {
            for &area in &group.areas {
                holders.entry(area).or_default().push(at);
            }
        }
        Self(holders)
    }

    /// The groups that share an area with this one, ascending.
    fn sharing(&self, group: &Group) -> BTreeSet<usize> {
        let lists = group.areas.iter().filter_map(|area| self.0.get(area));
        lists.flatten().copied().collect()
    }
}

/// The neighbours of every area under the chosen links.
fn neighbours(problem: &Problem) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); problem.instance.num_areas()];
    let chosen = |kind| problem.rules.links.contains(kind);
    for link in problem.instance.links.iter().filter(|link| chosen(&link.kind)) {
        neighbours[link.a].push(link.b);
        neighbours[link.b].push(link.a);
    }
    neighbours
}

/// Whether some areas (ascending) are connected among themselves.
fn is_connected(areas: &[usize], neighbours: &[Vec<usize>]) -> bool {
    let mut is_reached = vec![false; areas.len()];
    let mut open: Vec<usize> = areas.first().copied().into_iter().collect();
    if let Some(first) = is_reached.first_mut() {
        *first = true;
    }
    let mut reached = open.len();
    while let Some(area) = open.pop() {
        for neighbour in &neighbours[area] {
            if let Ok(at) = areas.binary_search(neighbour)
                && !std::mem::replace(&mut is_reached[at], true)
            {
                reached += 1;
                open.push(*neighbour);
            }
        }
    }
    reached == areas.len()
}

/// A group that has to be exactly a region.
struct Exact<'a> {
    group: &'a Group,
    place: &'a str,
    /// Whether limits apply to it.
    limited: bool,
}

fn exact_groups<'a>(problem: &'a Problem, places: &'a Places) -> Vec<Exact<'a>> {
    let rules = &problem.rules;
    let fixed: BTreeSet<&[usize]> =
        rules.fixed.iter().map(|group| group.areas.as_slice()).collect();
    let closed = rules.closed.iter().zip(&places.closed).map(move |(group, place)| Exact {
        group,
        place,
        limited: !fixed.contains(group.areas.as_slice()) && !rules.exempts(&group.areas),
    });
    let fixed = rules.fixed.iter().zip(&places.fixed);
    closed.chain(fixed.map(|(group, place)| Exact { group, place, limited: false })).collect()
}

/// Whether limits may apply to none of the regions that are not fixed: whether some area that exempts
/// its region is in one of them.
fn may_be_exempt(problem: &Problem) -> bool {
    let is_fixed = held(&problem.rules.fixed, problem.instance.num_areas());
    problem.rules.exempt.iter().any(|&area| !is_fixed[area])
}

/// E220: a minimum above its maximum, when any region is subject to limits.
fn crossed_limits(problem: &Problem, places: &Places) -> Vec<Defect> {
    let fixed: usize = problem.rules.fixed.iter().map(|group| group.areas.len()).sum();
    if fixed >= problem.instance.num_areas() || may_be_exempt(problem) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for measure in Measure::ALL {
        let bounds = measure.bounds(&problem.rules.limits);
        if let (Some(min), Some(max)) = (bounds.min, bounds.max)
            && min > max
        {
            let word = measure.word();
            let [min_key, max_key] = ["min", "max"].map(|side| format!("{side}_{word}"));
            found.push(Defect::new(
                "E220",
                both(&places.key(&min_key), &places.key(&max_key)),
                format!(
                    "the minimum {measure} is {}, above the maximum of {}",
                    grouped(min),
                    grouped(max)
                ),
                "raise the maximum or lower the minimum",
            ));
        }
    }
    found
}

/// E221: areas to be kept together and apart.
fn together_and_apart(problem: &Problem, places: &Places) -> Vec<Defect> {
    let rules = &problem.rules;
    let mut found = Vec::new();
    let holders = Holders::of(&rules.apart);
    for (together, together_place) in rules.together.iter().zip(&places.together) {
        for at in holders.sharing(together) {
            let (apart, apart_place) = (&rules.apart[at], &places.apart[at]);
            if found.len() > MOST {
                return found;
            }
            let shared = shared(together, apart);
            if shared.len() > 1 {
                found.push(Defect::new(
                    "E221",
                    both(together_place, apart_place),
                    format!("{} are to be kept together and apart", list(problem, &shared)),
                    "take one of them out of one of the two groups",
                ));
            }
        }
    }
    found
}

/// E222: two groups that are to be exactly regions and share some areas but not all.
fn overlaps(problem: &Problem, exact: &[Exact<'_>]) -> Vec<Defect> {
    let mut found = Vec::new();
    let holders = Holders::of(exact.iter().map(|exact| exact.group));
    for (at, one) in exact.iter().enumerate() {
        for &other in holders.sharing(one.group).range(at + 1..) {
            if found.len() > MOST {
                return found;
            }
            let other = &exact[other];
            let shared = shared(one.group, other.group);
            if !shared.is_empty() && one.group.areas != other.group.areas {
                found.push(Defect::new(
                    "E222",
                    both(one.place, other.place),
                    format!(
                        "{} and {} are each to be exactly a region and share {}",
                        called(problem, one.group),
                        called(problem, other.group),
                        list(problem, &shared)
                    ),
                    "let each area stand in one of them only",
                ));
            }
        }
    }
    found
}

/// E223 and E224: a group that is exactly a region cuts a group to be kept together, or holds two
/// areas to be kept apart.
fn cut_by(
    problem: &Problem,
    places: &Places,
    exact: &Exact<'_>,
    (in_together, in_apart): (&Holders, &Holders),
) -> Vec<Defect> {
    let rules = &problem.rules;
    let name = called(problem, exact.group);
    let mut found = Vec::new();
    for at in in_together.sharing(exact.group) {
        let (together, place) = (&rules.together[at], &places.together[at]);
        let inside = shared(together, exact.group);
        if !inside.is_empty() && inside.len() < together.areas.len() {
            let outside: Vec<usize> =
                together.areas.iter().copied().filter(|area| !inside.contains(area)).collect();
            found.push(Defect::new(
                "E223",
                both(exact.place, place),
                format!(
                    "{name} is to be exactly a region and holds {} but not {}, which {} keeps \
                     together",
                    list(problem, &inside),
                    list(problem, &outside),
                    called(problem, together)
                ),
                format!("add {} to the region, or loosen the group", list(problem, &outside)),
            ));
        }
    }
    for at in in_apart.sharing(exact.group) {
        let (apart, place) = (&rules.apart[at], &places.apart[at]);
        let inside = shared(apart, exact.group);
        if inside.len() > 1 {
            found.push(Defect::new(
                "E224",
                both(exact.place, place),
                format!(
                    "{name} is to be exactly a region and holds {}, which are to be kept apart",
                    list(problem, &inside)
                ),
                "take one of them out of one of the two groups",
            ));
        }
    }
    found
}

/// E225: a group that is to be exactly a region and is not connected.
fn not_connected(problem: &Problem, exact: &Exact<'_>) -> Option<Defect> {
    let areas = &exact.group.areas;
    let parts = components(problem, areas, &problem.rules.links);
    (parts.len() > 1).then(|| {
        Defect::new(
            "E225",
            exact.place,
            format!(
                "{} is to be exactly a region but falls into {} parts under {}: {}",
                called(problem, exact.group),
                parts.len(),
                kinds(&problem.rules.links),
                listed_parts(problem, &parts)
            ),
            tie(problem, areas, areas)
                .unwrap_or_else(|| "add the areas between the parts, or drop the rule".into()),
        )
    })
}

/// E226: a closed group below a minimum or above a maximum.
fn closed_outside_limits(problem: &Problem, exact: &Exact<'_>) -> Vec<Defect> {
    let name = format!("{} closed", called(problem, exact.group));
    let mut found = Vec::new();
    for measure in Measure::ALL {
        let bounds = measure.bounds(&problem.rules.limits);
        let value = total(problem, measure, &exact.group.areas);
        for (side, limit) in [
            ("minimum", bounds.min.filter(|&min| value < u128::from(min))),
            ("maximum", bounds.max.filter(|&max| value > u128::from(max))),
        ] {
            if let Some(limit) = limit {
                found.push(Defect::new(
                    "E226",
                    exact.place,
                    format!(
                        "{name} holds {}, the {side} {measure} is {}",
                        measure.with_unit(value),
                        grouped(limit)
                    ),
                    "change the limit or the group, or give it as a fixed region: those are \
                     exempt from limits",
                ));
            }
        }
    }
    if let Some((inside, employed, share)) = below_self_containment(problem, &exact.group.areas) {
        found.push(Defect::new(
            "E226",
            exact.place,
            format!(
                "{name} employs {} of its {} employed residents, the minimum self-containment is \
                 {share}",
                grouped(inside),
                grouped(employed)
            ),
            "lower the minimum or change the group, or give it as a fixed region: those are \
             exempt from limits",
        ));
    }
    found
}

/// E227: an area, or a group to be kept together, above a maximum, where no region to which limits do
/// not apply may hold it.
fn too_large(problem: &Problem, places: &Places) -> Vec<Defect> {
    if may_be_exempt(problem) {
        return Vec::new();
    }
    let rules = &problem.rules;
    let num_areas = problem.instance.num_areas();
    let (is_closed, is_fixed) = (held(&rules.closed, num_areas), held(&rules.fixed, num_areas));
    let decided = |area: usize| is_closed[area] || is_fixed[area];
    let mut found = Vec::new();
    for measure in Measure::ALL {
        let Some(max) = measure.bounds(&rules.limits).max else { continue };
        let key = places.key(&format!("max_{}", measure.word()));
        let too_much = |value: u128| {
            (value > u128::from(max)).then(|| {
                format!(
                    "holds {}, the maximum {measure} is {}",
                    measure.with_unit(value),
                    grouped(max)
                )
            })
        };
        for (index, area) in problem.instance.areas.iter().enumerate() {
            if let Some(excess) = too_much(u128::from(measure.of(area)))
                && !decided(index)
            {
                found.push(Defect::new(
                    "E227",
                    &key,
                    format!("{} alone {excess}", area.label()),
                    "raise the maximum, or give the area as a fixed region",
                ));
            }
        }
        for (group, place) in rules.together.iter().zip(&places.together) {
            if let Some(excess) = too_much(total(problem, measure, &group.areas))
                && !group
                    .areas
                    .iter()
                    .any(|&area| decided(area) || measure.of(&problem.instance.areas[area]) > max)
            {
                found.push(Defect::new(
                    "E227",
                    both(place, &key),
                    format!("{} kept together {excess}", called(problem, group)),
                    "raise the maximum, or keep fewer areas together",
                ));
            }
        }
    }
    found
}

/// E228: a group to be kept together whose areas no connected region can hold.
fn torn_apart(problem: &Problem, places: &Places, left: &Left) -> Vec<Defect> {
    let mut found = Vec::new();
    for (group, place) in problem.rules.together.iter().zip(&places.together) {
        let pieces: Vec<Vec<usize>> = left
            .parts
            .iter()
            .map(|part| {
                group
                    .areas
                    .iter()
                    .copied()
                    .filter(|at| part.areas.binary_search(at).is_ok())
                    .collect()
            })
            .filter(|piece: &Vec<usize>| !piece.is_empty())
            .collect();
        if pieces.len() < 2 {
            continue;
        }
        let around = if left.decided > 0 { " around the closed and fixed regions" } else { "" };
        let mut among: Vec<usize> =
            left.parts.iter().flat_map(|part| part.areas.iter().copied()).collect();
        among.sort_unstable();
        found.push(Defect::new(
            "E228",
            place,
            format!(
                "{} cannot be kept together: no way under {} leads{around} from {}",
                called(problem, group),
                kinds(&problem.rules.links),
                pieces.iter().map(|piece| list(problem, piece)).collect::<Vec<_>>().join(" to ")
            ),
            tie(problem, &among, &group.areas)
                .unwrap_or_else(|| "take the areas on one side out of the group".into()),
        ));
    }
    found
}

/// E229: a part of the map below a minimum. E230: one that no number of regions fits.
fn part_outside_limits(problem: &Problem, places: &Places, part: &Part) -> Vec<Defect> {
    let mut found = Vec::new();
    let rules = &problem.rules;
    let name = part_name(problem, &part.areas);
    let is_all = part.areas.len() == problem.instance.num_areas();
    let holds = |verb: &str| match part.areas.len() {
        several @ 2.. if is_all => format!("all {several} areas together {verb}"),
        1 => format!(
            "{name} can join nothing else under {} and the rules, and {verb}s",
            kinds(&rules.links)
        ),
        _ => format!(
            "{name} can join nothing else under {} and the rules, and together {verb}",
            kinds(&rules.links)
        ),
    };
    let cure = || {
        let all: Vec<usize> = (0..problem.instance.num_areas()).collect();
        tie(problem, &all, &all).unwrap_or_else(|| "loosen the limit".into())
    };
    let is_limited = part.exempt.is_empty();
    for measure in Measure::ALL {
        let value = total(problem, measure, &part.areas);
        let min = measure.bounds(&rules.limits).min;
        let min = min.filter(|&min| is_limited && value < u128::from(min));
        if let Some(min) = min {
            found.push(Defect::new(
                "E229",
                places.key(&format!("min_{}", measure.word())),
                format!(
                    "{} {}; the minimum {measure} is {}",
                    holds("hold"),
                    measure.with_unit(value),
                    grouped(min)
                ),
                cure(),
            ));
        }
    }
    // Internal flows of a union are at least those of its regions, employed residents exactly: were
    // every region of the part self-contained enough, the part would be.
    let short = below_self_containment(problem, &part.areas).filter(|_| is_limited);
    if let Some((inside, employed, share)) = short {
        found.push(Defect::new(
            "E229",
            places.key("min_self_containment"),
            format!(
                "{} {} of {} employed residents; the minimum self-containment is {share}",
                holds("employ"),
                grouped(inside),
                grouped(employed)
            ),
            cure(),
        ));
    }
    let (fewest, most) = (part.fewest(problem), part.most(problem));
    if found.is_empty() && fewest > most {
        found.push(Defect::new(
            "E230",
            "limits",
            format!(
                "{name} would need at least {fewest} regions to keep the maxima and the areas to \
                 be kept apart, and at most {most} to keep the minima and what is kept together"
            ),
            "widen the limits",
        ));
    }
    found
}

/// People who live and work inside, employed residents and the minimum share, where the areas are
/// below it.
fn below_self_containment(
    problem: &Problem,
    areas: &[usize],
) -> Option<(u128, u128, crate::quantity::Share)> {
    let share = problem.rules.limits.min_self_containment?;
    let inside: u128 = areas
        .iter()
        .flat_map(|&from| problem.instance.flows.row(from))
        .filter(|(to, _)| areas.binary_search(to).is_ok())
        .map(|&(_, flow)| u128::from(flow))
        .sum();
    let employed = total(problem, Measure::Employed, areas);
    let (part, whole) = share.fraction();
    let reached = inside * u128::from(whole) >= u128::from(part) * employed;
    (!reached).then_some((inside, employed, share))
}

/// Areas two groups share.
fn shared(one: &Group, other: &Group) -> Vec<usize> {
    one.areas.iter().copied().filter(|area| other.areas.binary_search(area).is_ok()).collect()
}

/// The link kinds that would bring some areas, among others, into one component.
fn tie(problem: &Problem, among: &[usize], areas: &[usize]) -> Option<String> {
    let chosen = &problem.rules.links;
    let ties = |more: &[LinkKind]| {
        let kinds: Vec<LinkKind> = chosen.iter().chain(more).copied().collect();
        components(problem, among, &kinds)
            .iter()
            .any(|component| common(areas, component) == areas.len())
    };
    let others: Vec<LinkKind> =
        LinkKind::ALL.into_iter().filter(|kind| !chosen.contains(kind)).collect();
    let single = others.iter().find(|kind| ties(&[**kind])).map(|kind| vec![*kind]);
    let all = || (!others.is_empty() && ties(&others)).then(|| others.clone());
    let needed = single.or_else(all)?;
    Some(format!("count {} as contiguous too: that would tie them", kinds(&needed)))
}

/// `land and fixed_link`.
pub(super) fn kinds(links: &[LinkKind]) -> String {
    links.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" and ")
}

/// A part of the map by its areas: `Hvaler (3011)`, `Flå (3039), Gol (3041) and 5 more`.
pub(super) fn part_name(problem: &Problem, areas: &[usize]) -> String {
    const SHOWN: usize = 3;
    if areas.len() <= SHOWN + 1 {
        return list(problem, areas);
    }
    format!(
        "{} and {} more areas",
        labels(problem, &areas[..SHOWN]).join(", "),
        areas.len() - SHOWN
    )
}

fn listed_parts(problem: &Problem, parts: &[Vec<usize>]) -> String {
    parts.iter().map(|part| part_name(problem, part)).collect::<Vec<_>>().join(" | ")
}

fn labels(problem: &Problem, areas: &[usize]) -> Vec<String> {
    areas.iter().map(|&area| problem.instance.areas[area].label()).collect()
}

/// `Flå (3039), Gol (3041) and Hol (3044)`.
pub fn list(problem: &Problem, areas: &[usize]) -> String {
    match labels(problem, areas).as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What the user calls a group, or its areas where it has no name.
pub fn called(problem: &Problem, group: &Group) -> String {
    if group.name.is_empty() { part_name(problem, &group.areas) } else { group.name.clone() }
}

/// Two places, once where they are the same.
fn both(one: &str, other: &str) -> String {
    if one == other { one.to_owned() } else { format!("{one} and {other}") }
}
