//! Tables into an instance.
//!
//! The areas are those of the base instance, else those with a population. A code counts in the
//! year its text says it is valid in. Everybody else is outside: other municipalities, Svalbard,
//! abroad, unknown places. Employed residents and jobs are the sums of all flows from and to an
//! area, those with the outside included, and so the instance adds up.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::{Account, Imported, LeftOut, Missing};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Area, ExternalPlace, Flows, Instance, LARGEST};
use regionfront_model::quantity::grouped;

use super::collect::{self, FlowTable, Place, few};
use super::request::Request;
use super::table::Value;
use super::{areas, sources, telling};
use regionfront_model::reading::Mark;

/// The external place for everybody outside who has no place of their own.
const ELSEWHERE: &str = "elsewhere";

/// Makes an instance of tables. Without a base it has no links.
///
/// # Errors
/// Everything that is wrong with the tables, or with their fit.
pub fn build(request: &Request) -> Result<Imported, Defects> {
    let is_foreign = request.is_foreign;
    let flows = collect::flows(&request.commuting, request.year, is_foreign)?;
    let population = if request.population.is_empty() {
        None
    } else {
        let tables = &request.population;
        Some(collect::population(tables, request.population_year, flows.year, is_foreign)?)
    };
    let mut areas = areas::areas(request.base.as_ref(), population.as_ref(), flows.year)?;
    if is_foreign && request.base.is_none() {
        // Tables of population hold counties and the country, too.
        let lives = |side: &BTreeSet<u32>| -> BTreeSet<&str> {
            side.iter().map(|&place| flows.places[place as usize].code.as_str()).collect()
        };
        let (residences, workplaces) = (lives(&flows.residences), lives(&flows.workplaces));
        areas.retain(|area| {
            residences.contains(area.code.as_str()) && workplaces.contains(area.code.as_str())
        });
    }
    refuse_unclear(&flows, &areas, is_foreign)?;
    let mut builder = Builder::new(request, &flows, areas)?;
    builder.add_flows()?;
    let mut instance = builder.instance;
    instance.title = match &request.base {
        Some(base) => format!("{}; flows of {}", base.title, flows.year),
        None => format!("{} municipalities, flows of {}", instance.num_areas(), flows.year),
    };
    sources::cite(&mut instance, request, &flows, population.as_ref());
    let mut account = builder.account;
    telling::tell(&mut account, request, &flows, population.as_ref(), &instance);
    Ok(Imported { instance, account })
}

/// Refuses places of other offices that may be sums of areas: those whose codes have another length.
/// Counted as outside, they would count commuters twice.
fn refuse_unclear(flows: &FlowTable, areas: &[Area], is_foreign: bool) -> Result<(), Defects> {
    let codes: BTreeSet<&str> = areas.iter().map(|area| area.code.as_str()).collect();
    let lengths: BTreeSet<usize> = codes.iter().map(|code| code.len()).collect();
    let seen = flows.residences.union(&flows.workplaces);
    let unclear: Vec<&Place> = seen
        .map(|&place| &flows.places[place as usize])
        .filter(|place| {
            !codes.contains(place.code.as_str()) && !lengths.contains(&place.code.len())
        })
        .collect();
    if !is_foreign || unclear.is_empty() {
        return Ok(());
    }
    let labels: Vec<String> = unclear.iter().map(|place| place.label()).collect();
    let listed: Vec<&str> = unclear.iter().map(|place| place.code.as_str()).collect();
    Err(Defect::new(
        "E177",
        "commuting",
        format!("these may be sums of areas, or places outside: {}", few(&labels)),
        format!(
            "leave sums out, as with --where \"DIMENSION!={}\", in both dimensions",
            listed.join("|")
        ),
    )
    .into())
}

/// Where a place of the flows belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    /// An area, by index.
    Area(usize),
    /// An external place, by index.
    Outside(usize),
}

struct Builder<'a> {
    request: &'a Request,
    table: &'a FlowTable,
    homes: Vec<Home>,
    /// Codes that are not valid in the year.
    invalid: BTreeSet<u32>,
    instance: Instance,
    account: Account,
}

impl<'a> Builder<'a> {
    fn new(request: &'a Request, table: &'a FlowTable, areas: Vec<Area>) -> Result<Self, Defects> {
        let mut instance = match &request.base {
            Some(base) => Instance {
                links: base.links.clone(),
                divisions: base.divisions.clone(),
                shapes: base.shapes.clone(),
                ..Instance::default()
            },
            None => Instance::default(),
        };
        instance.areas = areas;
        let mut builder = Self {
            request,
            table,
            homes: Vec::new(),
            invalid: (0..)
                .zip(&table.places)
                .filter(|(_, place)| !place.validity.holds(table.year))
                .map(|(at, _)| at)
                .collect(),
            instance,
            account: Account::default(),
        };
        builder.check_areas()?;
        builder.place_outside()?;
        Ok(builder)
    }

    /// Every area must be a residence and a workplace that is valid in the year.
    fn check_areas(&self) -> Result<(), Defects> {
        let known = |side: &BTreeSet<u32>| -> BTreeSet<&str> {
            let valid = side.iter().filter(|place| !self.invalid.contains(place));
            valid.map(|&place| self.table.places[place as usize].code.as_str()).collect()
        };
        let (residences, workplaces) =
            (known(&self.table.residences), known(&self.table.workplaces));
        let mut defects = Defects::default();
        for (side, word) in [(&residences, "residence"), (&workplaces, "workplace")] {
            let lacking: Vec<String> = self
                .instance
                .areas
                .iter()
                .filter(|area| !side.contains(area.code.as_str()))
                .map(Area::label)
                .collect();
            if !lacking.is_empty() {
                defects.push(Defect::new(
                    "E177",
                    "commuting",
                    format!("the table of {} has no {word} {}", self.table.year, few(&lacking)),
                    "flows and areas must have the borders of one year: take the population, or \
                     a base, of that year, and carry the instance to newer borders with \
                     `instance merge`",
                ));
            }
        }
        defects.into_result()
    }

    /// Sorts the places of the flows into areas and places outside.
    fn place_outside(&mut self) -> Result<(), Defects> {
        let mut names: Vec<String> = Vec::new();
        let mut own: BTreeMap<&str, usize> = BTreeMap::new();
        let mut defects = Defects::default();
        for wanted in &self.request.places {
            let wanted = wanted.trim();
            let lower = wanted.to_lowercase();
            let place = self
                .table
                .places
                .iter()
                .find(|place| place.code == wanted || place.name.to_lowercase() == lower);
            match place {
                Some(place) if self.instance.index_of_code(&place.code).is_none() => {
                    own.insert(&place.code, names.len());
                    names.push(self.name_of(place, &names));
                }
                Some(place) => defects.push(Defect::new(
                    "E177",
                    "--place",
                    format!("{} is an area of the instance", place.label()),
                    "name places outside",
                )),
                None => defects.push(Defect::new(
                    "E177",
                    "--place",
                    format!("the flows know no place `{wanted}`"),
                    "give a code or name that the table has",
                )),
            }
        }
        defects.into_result()?;
        let elsewhere = names.len();
        names.push(ELSEWHERE.to_owned());
        for place in &self.table.places {
            self.homes.push(match self.instance.index_of_code(&place.code) {
                Some(area) => Home::Area(area),
                None => Home::Outside(own.get(place.code.as_str()).copied().unwrap_or(elsewhere)),
            });
        }
        let zeros = vec![0; self.instance.num_areas()];
        self.instance.external = names
            .into_iter()
            .map(|name| ExternalPlace { name, to: zeros.clone(), from: zeros.clone() })
            .collect();
        Ok(())
    }

    /// The word for a place in the columns of external flows: the base's, else its name.
    fn name_of(&self, place: &Place, taken: &[String]) -> String {
        let known = self.request.base.as_ref().and_then(|base| {
            base.external_areas.iter().find(|external| external.area.code == place.code)
        });
        let name = known.map_or_else(
            || {
                place
                    .name
                    .to_lowercase()
                    .chars()
                    .map(|letter| if letter.is_alphanumeric() { letter } else { '_' })
                    .collect()
            },
            |external| external.place.clone(),
        );
        let is_taken = name == ELSEWHERE || taken.contains(&name);
        if is_taken { format!("{name}_{}", place.code) } else { name }
    }

    fn add_flows(&mut self) -> Result<(), Defects> {
        let mut missing: BTreeMap<Mark, Vec<(u32, u32)>> = BTreeMap::new();
        let mut triples = Vec::new();
        let mut total = 0_u128;
        let mut of_invalid = 0_u64;
        for (&(from, to), &value) in &self.table.flows {
            let (residence, workplace) = (self.homes[from as usize], self.homes[to as usize]);
            if let (Home::Outside(_), Home::Outside(_)) = (residence, workplace) {
                continue;
            }
            let is_valid = !self.invalid.contains(&from) && !self.invalid.contains(&to);
            let commuters = match value {
                Value::Count(count) => count,
                Value::Missing(_) if !is_valid => 0,
                Value::Missing(mark) => {
                    missing.entry(mark).or_default().push((from, to));
                    match (mark, self.request.missing) {
                        (Mark::NotApplicable, _) | (_, Missing::Refuse) => 0,
                        (_, Missing::Count(count)) => count,
                    }
                }
            };
            total += u128::from(commuters);
            if !is_valid {
                of_invalid = of_invalid.saturating_add(commuters);
            }
            match (residence, workplace) {
                (Home::Area(from), Home::Area(to)) => triples.push((from, to, commuters)),
                (Home::Area(from), Home::Outside(place)) => {
                    let figure = &mut self.instance.external[place].to[from];
                    *figure = figure.saturating_add(commuters);
                }
                (Home::Outside(place), Home::Area(to)) => {
                    let figure = &mut self.instance.external[place].from[to];
                    *figure = figure.saturating_add(commuters);
                }
                (Home::Outside(_), Home::Outside(_)) => {}
            }
        }
        if total > u128::from(LARGEST) {
            return Err(Defect::new(
                "E174",
                "commuting",
                "the flows add up to more than 10^15 people",
                "check the table for figures that are far too large",
            )
            .into());
        }
        self.tell_missing(&missing)?;
        self.tell_invalid(of_invalid);
        let num_areas = self.instance.num_areas();
        let pairs = num_areas.saturating_mul(num_areas);
        if triples.len() < pairs {
            let absent = grouped((pairs - triples.len()) as u64);
            self.account.note(format!(
                "{absent} of {} pairs of areas do not stand in the table: nobody is taken to \
                 commute between them",
                grouped(pairs as u64)
            ));
        }
        self.instance.flows = Flows::from_triples(num_areas, triples);
        self.instance
            .external
            .retain(|place| place.to.iter().chain(&place.from).any(|&commuters| commuters > 0));
        self.add_employment();
        Ok(())
    }

    /// Employed residents and jobs as the sums of all flows.
    fn add_employment(&mut self) {
        let Instance { areas, flows, external, .. } = &mut self.instance;
        for (at, area) in areas.iter_mut().enumerate() {
            area.employed_residents = external.iter().map(|place| place.to[at]).sum();
            area.jobs = external.iter().map(|place| place.from[at]).sum();
        }
        for (from, to, commuters) in flows.triples() {
            areas[from].employed_residents += commuters;
            areas[to].jobs += commuters;
        }
    }

    /// Says how many flows hold no figure, and what they count for.
    fn tell_missing(&mut self, missing: &BTreeMap<Mark, Vec<(u32, u32)>>) -> Result<(), Defects> {
        let mut defects = Defects::default();
        for (&mark, pairs) in missing {
            let label = |place: u32| self.table.places[place as usize].label();
            let (from, to) = pairs[0];
            let what = format!(
                "{} {}, first {} to {}",
                if pairs.len() == 1 {
                    "1 flow is".to_owned()
                } else {
                    format!("{} flows are", grouped(pairs.len() as u64))
                },
                mark.words(),
                label(from),
                label(to)
            );
            match (mark, self.request.missing) {
                (Mark::NotApplicable, _) => self.account.note(format!("{what}: nobody commutes")),
                (_, Missing::Count(count)) => {
                    self.account.note(format!("{what}: counted as {count} each, as asked"));
                }
                (_, Missing::Refuse) => defects.push(Defect::new(
                    "E175",
                    "commuting",
                    what,
                    "say what such a flow is to count for: --missing 0, or another number of people",
                )),
            }
        }
        defects.into_result()
    }

    fn tell_invalid(&mut self, commuters: u64) {
        if self.invalid.is_empty() {
            return;
        }
        let labels: Vec<String> =
            self.invalid.iter().map(|&at| self.table.places[at as usize].label()).collect();
        self.account
            .count_of(format!("codes not valid in {}, left out", self.table.year), labels.len());
        self.account.note(format!("not valid in {}: {}", self.table.year, few(&labels)));
        self.account.left_out.extend(self.invalid.iter().map(|&at| {
            let Place { code, name, .. } = &self.table.places[at as usize];
            let why = format!("not valid in {}", self.table.year);
            LeftOut { code: code.clone(), name: name.clone(), why }
        }));
        if commuters > 0 {
            self.account.note(format!(
                "{} commuters to and from codes that are not valid are counted as outside",
                grouped(commuters)
            ));
        }
    }
}
