//! From names to indices: a [`Scenario`] and an [`Instance`] become a [`Problem`].
//!
//! All defects are collected; contradictions are looked for only when every name is known.

use std::collections::{BTreeMap, BTreeSet};

use super::contradictions::{self, Places};
use super::file::{AreaGroup, DivisionRegions, FixedRegions, Scenario};
use super::parts::root_of;
use super::read::nearest;
use super::{Bounds, Group, Limits, Problem, Rules};
use crate::defect::{Defect, Defects};
use crate::instance::{
    AreaIndex, AreaNotFound, Division, DivisionRegion, Instance, LinkKind, read_division_noting,
};

/// Link kinds that count as contiguous when a scenario names none.
pub const DEFAULT_LINKS: [LinkKind; 2] = [LinkKind::Land, LinkKind::FixedLink];

impl Problem {
    /// The question a scenario asks of an instance.
    ///
    /// External areas are added first, then the subset is taken, which always holds them, then the
    /// rules are read; a rule
    /// naming an area left out is a defect. Keep-together groups that overlap become one, of
    /// joined names; groups that say nothing (one area to be kept together, or apart) are dropped,
    /// and so is a closed group given twice, or given as a fixed region too.
    ///
    /// # Errors
    /// Every unknown name (`E206` to `E216`) or, with all names known, every contradiction that
    /// does not depend on the number of regions (`E220` to `E239`).
    pub fn resolve(instance: Instance, scenario: &Scenario) -> Result<Self, Defects> {
        let (problem, contradictions) = Self::resolve_names(instance, scenario)?;
        Defects(contradictions).into_result()?;
        Ok(problem)
    }

    /// As [`Problem::resolve`], where rules that contradict each other are a finding, not an error:
    /// the question as it was asked, and every contradiction that does not depend on the number of
    /// regions.
    ///
    /// # Errors
    /// Every unknown name (`E206` to `E216`).
    pub fn resolve_names(
        instance: Instance,
        scenario: &Scenario,
    ) -> Result<(Self, Vec<Defect>), Defects> {
        let (full, mut instance) = in_question(instance, scenario)?;
        let mut resolver = Resolver {
            full: &full,
            full_index: AreaIndex::of(&full),
            instance: &instance,
            index: AreaIndex::of(&instance),
            unknown: 0,
            oddities: Vec::new(),
            defects: Defects::default(),
        };
        let links = resolver.links(scenario);
        let mut together = resolver.groups(&scenario.keep_together);
        for regions in &scenario.keep_whole {
            together.extend(resolver.regions(regions));
        }
        let apart = resolver.groups(&scenario.keep_apart);
        let closed = resolver.groups(&scenario.closed);
        let mut fixed = Vec::new();
        for entry in &scenario.fixed {
            match entry {
                FixedRegions::Areas(group) => fixed.extend(resolver.group(group)),
                FixedRegions::Division(regions) => fixed.extend(resolver.regions(regions)),
            }
        }
        let place = scenario.place("limits_do_not_apply_to");
        let exempt: BTreeSet<usize> = scenario
            .limits_do_not_apply_to
            .iter()
            .filter_map(|name| resolver.area(name, place))
            .collect();
        resolver.defects.into_result()?;
        let oddities = resolver.oddities;

        let together = says_something(merged(together));
        let apart = says_something(apart);
        let fixed = once(fixed, &[]);
        let closed = once(closed, &fixed);
        let (together, together_places) = unzip(together);
        let (apart, apart_places) = unzip(apart);
        let (closed, closed_places) = unzip(closed);
        let (fixed, fixed_places) = unzip(fixed);
        let places = Places {
            together: together_places,
            apart: apart_places,
            closed: closed_places,
            fixed: fixed_places,
            keys: scenario.places.clone(),
        };
        let rules = Rules {
            links,
            together,
            apart,
            closed,
            fixed,
            exempt: exempt.into_iter().collect(),
            limits: limits(scenario),
            texts: scenario.texts(),
        };
        let scenario = scenario.name.clone().unwrap_or_default();
        instance.oddities.extend(oddities);
        let problem = Self { instance, scenario, rules };
        let found = contradictions::for_every_k(&problem, &places);
        Ok((problem, found))
    }
}

/// A group and where it was given.
struct Placed {
    group: Group,
    place: String,
}

fn unzip(placed: Vec<Placed>) -> (Vec<Group>, Vec<String>) {
    placed.into_iter().map(|Placed { group, place }| (group, place)).unzip()
}

/// The instance with its external areas, and the part of it that is in question.
fn in_question(
    mut instance: Instance,
    scenario: &Scenario,
) -> Result<(Instance, Instance), Defects> {
    let mut defects = Defects::default();
    let mut added = BTreeSet::new();
    let own: BTreeSet<String> = instance.areas.iter().map(|area| area.code.clone()).collect();
    for name in &scenario.external_areas {
        if !added.insert(name.trim()) {
            continue;
        }
        match instance.with_external_area(name) {
            Ok(larger) => instance = larger,
            Err(Defect { what, cure, .. }) => {
                let place = scenario.place("external_areas");
                defects.push(Defect::new("E214", place, what, cure));
            }
        }
    }
    let Some(names) = &scenario.areas else {
        defects.into_result()?;
        return Ok((instance.clone(), instance));
    };
    let place = scenario.place("areas");
    if names.is_empty() {
        let what = "the list of areas in question is empty";
        defects.push(Defect::new("E215", place, what, "name areas, or leave the key out"));
    }
    let mut kept = BTreeSet::new();
    let index = AreaIndex::of(&instance);
    for name in names {
        match index.find(name, defects.0.len() < MOST_EXPLAINED) {
            Ok(area) => {
                kept.insert(area);
            }
            Err(error) => defects.push(unknown_area(place, &error)),
        }
    }
    drop(index);
    defects.into_result()?;
    // What was added is in question: a list of areas does not take it away again.
    kept.extend((0..instance.num_areas()).filter(|&at| !own.contains(&instance.areas[at].code)));
    let kept: Vec<usize> = kept.into_iter().collect();
    let part = instance.subset(&kept);
    Ok((instance, part))
}

fn limits(scenario: &Scenario) -> Limits {
    Limits {
        population: Bounds { min: scenario.min_population, max: scenario.max_population },
        areas: Bounds { min: scenario.min_areas, max: scenario.max_areas },
        jobs: Bounds { min: scenario.min_jobs, max: scenario.max_jobs },
        employed: Bounds { min: scenario.min_employed, max: scenario.max_employed },
        min_self_containment: scenario.min_self_containment,
    }
}

struct Resolver<'a> {
    /// With the areas that are left out, for better messages.
    full: &'a Instance,
    full_index: AreaIndex<'a>,
    /// The areas in question.
    instance: &'a Instance,
    index: AreaIndex<'a>,
    /// How many names led to no area so far.
    unknown: usize,
    /// What is odd about files of divisions.
    oddities: Vec<Defect>,
    defects: Defects,
}

/// How many unknown names get a hint what was meant: for each all names are compared.
const MOST_EXPLAINED: usize = 100;

impl Resolver<'_> {
    fn links(&mut self, scenario: &Scenario) -> Vec<LinkKind> {
        let mut links = scenario.links.clone().unwrap_or_else(|| DEFAULT_LINKS.to_vec());
        if links.is_empty() {
            self.defects.push(Defect::new(
                "E213",
                scenario.place("links"),
                "no link kind counts as contiguous",
                "name at least one of land, fixed_link, ferry and sea_link, or leave the key out",
            ));
        }
        links.sort_unstable();
        links.dedup();
        links
    }

    fn groups(&mut self, groups: &[AreaGroup]) -> Vec<Placed> {
        groups.iter().filter_map(|group| self.group(group)).collect()
    }

    fn group(&mut self, group: &AreaGroup) -> Option<Placed> {
        let place = &group.place;
        if group.areas.is_empty() {
            self.defects.push(Defect::new(
                "E209",
                place,
                "the group names no area",
                "name its areas, or remove it",
            ));
            return None;
        }
        let mut areas = BTreeSet::new();
        // A region of a division goes by its name, where no area does.
        if let [only] = group.areas.as_slice()
            && self.full_index.find(only, false).is_err()
            && let Some((called, areas)) = self.region_called(only)
        {
            let name = if group.name.is_empty() { called } else { group.name.clone() };
            return Some(Placed { group: Group { name, areas }, place: place.clone() });
        }
        for name in &group.areas {
            if let Some(area) = self.area(name, place)
                && !areas.insert(area)
            {
                self.defects.push(Defect::new(
                    "E208",
                    place,
                    format!("{} is named twice in one group", self.instance.areas[area].label()),
                    "name it once",
                ));
            }
        }
        let areas = areas.into_iter().collect();
        Some(Placed { group: Group { name: group.name.clone(), areas }, place: place.clone() })
    }

    /// The areas in question of the region with this name, whatever its capitals; `None` where no
    /// division has one, or several have different ones.
    fn region_called(&self, name: &str) -> Option<(String, Vec<usize>)> {
        let wanted = name.to_lowercase();
        let mut found: Option<(String, Vec<usize>)> = None;
        for division in self.full.divisions.values() {
            let division = self.in_question(division.clone());
            for region in division.regions {
                if region.name.to_lowercase() == wanted && !region.areas.is_empty() {
                    let mut areas = region.areas;
                    areas.sort_unstable();
                    if found.as_ref().is_some_and(|(_, known)| *known != areas) {
                        return None;
                    }
                    found = Some((region.name, areas));
                }
            }
        }
        found
    }

    fn area(&mut self, name: &str, place: &str) -> Option<usize> {
        let error = match self.index.find(name, self.unknown < MOST_EXPLAINED) {
            Ok(area) => return Some(area),
            Err(error) => error,
        };
        self.unknown += 1;
        let defect = match self.full_index.find(name, false) {
            Ok(area) => Defect::new(
                "E207",
                place,
                format!("{} is not among the areas in question", self.full.areas[area].label()),
                "add it to `areas`, or take it out of the rule",
            ),
            Err(_) => unknown_area(place, &error),
        };
        self.defects.push(defect);
        None
    }

    /// Regions of a division as groups; areas not in question are left out of them.
    fn regions(&mut self, wanted: &DivisionRegions) -> Vec<Placed> {
        let Some(division) = self.division(wanted) else { return Vec::new() };
        let mut chosen = Vec::new();
        match &wanted.regions {
            None => {
                let in_question = |region: &&DivisionRegion| !region.areas.is_empty();
                chosen.extend(division.regions.iter().filter(in_question));
            }
            Some(names) => {
                for name in names {
                    let found = division.regions.iter().find(|region| region.name == *name);
                    match found {
                        Some(region) if !region.areas.is_empty() => chosen.push(region),
                        _ => self.defects.push(unknown_region(&division, name, &wanted.place)),
                    }
                }
            }
        }
        let mut owners: BTreeMap<usize, &str> = BTreeMap::new();
        for region in &chosen {
            for &area in &region.areas {
                if let Some(other) = owners.insert(area, &region.name) {
                    self.defects.push(Defect::new(
                        "E212",
                        &wanted.place,
                        format!(
                            "{} stands in both {other} and {} of {}",
                            self.instance.areas[area].label(),
                            region.name,
                            division.name
                        ),
                        "choose `regions` that do not overlap, or correct the division",
                    ));
                }
            }
        }
        chosen
            .into_iter()
            .map(|region| {
                let mut areas = region.areas.clone();
                areas.sort_unstable();
                areas.dedup();
                let group = Group { name: region.name.clone(), areas };
                Placed { group, place: wanted.place.clone() }
            })
            .collect()
    }

    /// A division of the instance by name, or one from a file.
    fn division(&mut self, wanted: &DivisionRegions) -> Option<Division> {
        if let Some(division) = self.full.divisions.get(&wanted.division) {
            return Some(self.in_question(division.clone()));
        }
        let path = wanted.path();
        if path.is_file() {
            return match read_division_noting(&path, self.full) {
                Ok((division, oddity)) => {
                    self.oddities.extend(oddity);
                    Some(self.in_question(division))
                }
                Err(defects) => {
                    self.defects.0.extend(defects.0);
                    None
                }
            };
        }
        let names: Vec<&str> = self.full.divisions.keys().map(String::as_str).collect();
        let cure = match nearest(&wanted.division, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if names.is_empty() => "give the path of a CSV file".into(),
            None => format!("use {}, or the path of a CSV file", names.join(", ")),
        };
        self.defects.push(Defect::new(
            "E210",
            &wanted.place,
            format!("there is no division and no file `{}`", wanted.division),
            cure,
        ));
        None
    }

    /// A division without the areas that are not in question.
    fn in_question(&self, mut division: Division) -> Division {
        for region in &mut division.regions {
            region.areas = region
                .areas
                .iter()
                .filter_map(|&area| self.instance.index_of_code(&self.full.areas[area].code))
                .collect();
        }
        division
    }
}

/// A name or code, standing at `place`, that leads to no single area.
pub fn unknown_area(place: &str, error: &AreaNotFound) -> Defect {
    let (what, cure) = match error {
        AreaNotFound::Unknown { query, suggestions } if suggestions.is_empty() => {
            (format!("no area is called `{query}`"), "use a name or code of areas.csv".to_owned())
        }
        AreaNotFound::Unknown { query, suggestions } => (
            format!("no area is called `{query}`"),
            format!("did you mean {}?", suggestions.join(" or ")),
        ),
        AreaNotFound::Ambiguous { query, matches } => {
            (format!("`{query}` may be {}", matches.join(" or ")), "write the code".to_owned())
        }
    };
    Defect::new("E206", place, what, cure)
}

fn unknown_region(division: &Division, name: &str, place: &str) -> Defect {
    let known: Vec<&str> = division
        .regions
        .iter()
        .filter(|region| !region.areas.is_empty())
        .map(|region| region.name.as_str())
        .collect();
    let what = if division.regions.iter().any(|region| region.name == name) {
        format!("region `{name}` of {} has no area in question", division.name)
    } else {
        format!("division {} has no region `{name}`", division.name)
    };
    let cure = match nearest(name, known.iter().copied().filter(|known| *known != name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use {}", known.join(", ")),
    };
    Defect::new("E211", place, what, cure)
}

/// Groups that overlap become one, until none do; in the order of their first parts. Time
/// O(s log s) in the number of areas that they name.
fn merged(groups: Vec<Placed>) -> Vec<Placed> {
    let mut roots: Vec<usize> = (0..groups.len()).collect();
    let mut first_with: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, placed) in groups.iter().enumerate() {
        for &area in &placed.group.areas {
            let earlier = *first_with.entry(area).or_insert(at);
            let (one, other) = (root_of(&mut roots, earlier), root_of(&mut roots, at));
            roots[one.max(other)] = one.min(other);
        }
    }
    let mut parts: BTreeMap<usize, Vec<Placed>> = BTreeMap::new();
    for (at, placed) in groups.into_iter().enumerate() {
        parts.entry(root_of(&mut roots, at)).or_default().push(placed);
    }
    parts.into_values().map(joined).collect()
}

/// Groups as one: all their areas, and their names and places, each once.
fn joined(mut groups: Vec<Placed>) -> Placed {
    let texts = |text: &dyn Fn(&Placed) -> &String, between: &str| {
        const SHOWN: usize = 8;
        let mut seen = BTreeSet::new();
        let all = groups.iter().map(text).filter(|text| !text.is_empty());
        let distinct: Vec<&str> =
            all.map(String::as_str).filter(|text| seen.insert(*text)).collect();
        match distinct.len().checked_sub(SHOWN) {
            None | Some(0) => distinct.join(between),
            Some(more) => format!("{}{between}{more} more", distinct[..SHOWN].join(between)),
        }
    };
    let name = texts(&|placed| &placed.group.name, " + ");
    let place = texts(&|placed| &placed.place, " and ");
    let mut areas: Vec<usize> =
        groups.iter_mut().flat_map(|placed| std::mem::take(&mut placed.group.areas)).collect();
    areas.sort_unstable();
    areas.dedup();
    Placed { group: Group { name, areas }, place }
}

/// Without groups of one area, which keep nothing together and nothing apart.
fn says_something(groups: Vec<Placed>) -> Vec<Placed> {
    groups.into_iter().filter(|placed| placed.group.areas.len() > 1).collect()
}

/// Each set of areas once, and none that `others` hold.
fn once(groups: Vec<Placed>, others: &[Placed]) -> Vec<Placed> {
    let mut seen: BTreeSet<Vec<usize>> =
        others.iter().map(|placed| placed.group.areas.clone()).collect();
    groups.into_iter().filter(|placed| seen.insert(placed.group.areas.clone())).collect()
}
