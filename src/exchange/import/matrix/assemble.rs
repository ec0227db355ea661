//! What a matrix lists into a part of an instance.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{ExternalPlace, Flows, counted};
use regionfront_model::quantity::grouped;
use regionfront_model::reading::{Decimal, skeleton};

use super::super::spelling::Spelling;
use super::super::{Missing, Part, exchange_codes, some_of, source};
use super::grid::Grid;
use super::outside::{self, Home};
use super::{Label, Listing, MatrixOptions, totals};

/// Two places: of rows and columns, or of lines and cells.
type Cell = (usize, usize);

/// The part of an instance that a matrix holds.
pub(super) fn part_of(
    grid: &Grid,
    mut listing: Listing,
    options: &MatrixOptions,
) -> Result<Part, Defects> {
    let file = grid.file.as_str();
    let named = Names::of(&listing.labels);
    let known: BTreeSet<&str> = options.known.iter().map(|(code, _)| code.as_str()).collect();
    let is_area = |text: &str| known.contains(named.code(text));
    let totals = totals::find(&mut listing, options, &is_area)?;
    totals::check(grid, &mut listing, &totals, options.ignore_totals)?;
    let codes: Vec<String> =
        listing.labels.iter().map(|label| named.code(&label.text).to_owned()).collect();
    if known.is_empty() && matches!(options.totals, totals::Totals::BySums) {
        totals::refuse_levels(&listing, &codes, &totals)?;
    }
    totals::refuse_shares(grid, &listing, &totals)?;
    let mut defects = Defects::default();
    let spelled = (0..codes.len()).filter(|at| !totals.contains(at)).map(|at| codes[at].clone());
    let spelling = Spelling::of(file, spelled, options.code_width, &mut defects);
    std::mem::take(&mut defects).into_result()?;
    let places = outside::places(options);
    let homes = outside::homes(&mut listing, &totals, &codes, &spelling, &places, options)?;
    let mut areas: BTreeSet<String> = homes
        .iter()
        .filter_map(|home| match home {
            Home::Area(code) => Some(code.clone()),
            _ => None,
        })
        .collect();
    if areas.is_empty() {
        let cure = "write the codes of the folder's areas, or begin with a new folder";
        return Err(
            source::format(file, "none of its places is an area of the folder", cure).into()
        );
    }
    let unseen: Vec<String> = options
        .known
        .iter()
        .filter(|(code, _)| options.employment && !areas.contains(code))
        .map(|(code, name)| format!("{name} ({code})"))
        .collect();
    if options.employment {
        areas.extend(options.known.iter().map(|(code, _)| code.clone()));
    }
    let mut part = Part::of_codes(&areas);
    let index: BTreeMap<&String, usize> =
        areas.iter().enumerate().map(|(at, code)| (code, at)).collect();
    for (label, home) in listing.labels.iter().zip(&homes) {
        let Home::Area(code) = home else { continue };
        let area = &mut part.instance.areas[index[code]];
        let name = if label.name.is_empty() { named.name(&label.text) } else { &label.name };
        if area.name.is_empty() {
            name.clone_into(&mut area.name);
        }
    }
    let added = add_flows(grid, &listing, &homes, &index, places.len(), &mut defects);
    defects.into_result()?;
    added.into_part(&mut part, &places, options);
    if options.employment {
        add_employment(&mut part, &unseen);
    }
    tell(file, &mut part, &listing, &homes, options);
    part.instance.oddities.extend(spelling.oddity);
    tell_alike(file, &mut part, &areas);
    Ok(part)
}

/// Flows added up by where their ends belong.
struct Added {
    between: BTreeMap<(usize, usize), Decimal>,
    /// By place and area.
    to: BTreeMap<(usize, usize), Decimal>,
    from: BTreeMap<(usize, usize), Decimal>,
    outside: Decimal,
}

fn add_flows(
    grid: &Grid,
    listing: &Listing,
    homes: &[Home],
    index: &BTreeMap<&String, usize>,
    num_places: usize,
    defects: &mut Defects,
) -> Added {
    let mut added = Added {
        between: BTreeMap::new(),
        to: BTreeMap::new(),
        from: BTreeMap::new(),
        outside: Decimal::default(),
    };
    let mut first: BTreeMap<Cell, (Cell, Cell)> = BTreeMap::new();
    let mut all = Decimal::default();
    for flow in &listing.flows {
        let add = |sums: &mut BTreeMap<(usize, usize), Decimal>, key| {
            let sum: &mut Decimal = sums.entry(key).or_default();
            *sum = sum.plus(flow.value);
        };
        match (&homes[flow.from], &homes[flow.to]) {
            (Home::Total, _) | (_, Home::Total) => continue,
            (Home::Area(from), Home::Area(to)) => {
                let key = (index[from], index[to]);
                let labels = (flow.from, flow.to);
                let &mut (earlier, at) = first.entry(key).or_insert((labels, flow.at));
                // Two spellings of one code.
                if earlier != labels {
                    defects.push(Defect::new(
                        exchange_codes::TWICE,
                        grid.at(flow.at.0, flow.at.1),
                        format!(
                            "the flow from {from} to {to} already stands at {}",
                            grid.at(at.0, at.1)
                        ),
                        "keep one figure per pair; add them up if both are meant",
                    ));
                }
                add(&mut added.between, key);
            }
            (Home::Area(from), Home::Outside(place)) => add(&mut added.to, (*place, index[from])),
            (Home::Outside(place), Home::Area(to)) => add(&mut added.from, (*place, index[to])),
            (Home::Outside(_), Home::Outside(_)) => added.outside = added.outside.plus(flow.value),
        }
        all = all.plus(flow.value);
    }
    debug_assert!(added.to.keys().chain(added.from.keys()).all(|&(place, _)| place < num_places));
    if all.is_too_large() {
        defects.push(source::no_count(&grid.file, "the sum of all flows", &all.shown()));
    }
    added
}

impl Added {
    /// Whole flows of an instance, and what rounding changed.
    fn into_part(self, part: &mut Part, places: &[outside::Outside], options: &MatrixOptions) {
        let num_areas = part.instance.areas.len();
        let (mut before, mut after, mut rounded) = (Decimal::default(), 0_u64, 0_usize);
        let mut whole = |value: &Decimal| {
            let number = value.rounded();
            before = before.plus(*value);
            after = after.saturating_add(number);
            rounded += usize::from(value.as_whole().is_none());
            number
        };
        let triples: Vec<(usize, usize, u64)> =
            self.between.iter().map(|(&(from, to), value)| (from, to, whole(value))).collect();
        part.instance.flows = Flows::from_triples(num_areas, triples);
        part.holds.flows = true;
        let mut external: Vec<ExternalPlace> = places
            .iter()
            .map(|place| ExternalPlace {
                name: place.name.clone(),
                to: vec![0; num_areas],
                from: vec![0; num_areas],
            })
            .collect();
        for (&(place, area), value) in &self.to {
            external[place].to[area] = whole(value);
        }
        for (&(place, area), value) in &self.from {
            external[place].from[area] = whole(value);
        }
        external.retain(|place| place.to.iter().chain(&place.from).any(|&people| people > 0));
        part.instance.external = external;
        if rounded > 0 {
            part.account.note(format!(
                "{} rounded to whole people{}: {} in all before, {} after",
                counted(rounded, "flow"),
                if options.round { ", as asked" } else { "" },
                before.shown(),
                grouped(after)
            ));
        }
        if !self.outside.is_zero() {
            part.account
                .note(format!("{} who live and work outside were left out", self.outside.shown()));
        }
    }
}

/// Employed residents and jobs as the sums of all flows, those with the outside included.
fn add_employment(part: &mut Part, unseen: &[String]) {
    let instance = &mut part.instance;
    for (at, area) in instance.areas.iter_mut().enumerate() {
        area.employed_residents = instance.external.iter().map(|place| place.to[at]).sum();
        area.jobs = instance.external.iter().map(|place| place.from[at]).sum();
    }
    for (from, to, commuters) in instance.flows.triples() {
        instance.areas[from].employed_residents += commuters;
        instance.areas[to].jobs += commuters;
    }
    part.holds.employment = true;
    part.account.note(if part.instance.external.is_empty() {
        "employed residents and jobs are the sums of the flows, and the source holds none to or from \
         elsewhere: self-containment is that among the areas only"
    } else {
        "employed residents and jobs are the sums of the flows, those to and from outside included"
    });
    if !unseen.is_empty() {
        part.account.note(format!(
            "areas of the folder that the source does not name have 0 employed residents and jobs: {}",
            some_of(unseen)
        ));
    }
}

fn tell(file: &str, part: &mut Part, listing: &Listing, homes: &[Home], options: &MatrixOptions) {
    let instance = &part.instance;
    let counts = [
        ("areas".to_owned(), instance.areas.len() as u64),
        ("flows above 0".to_owned(), instance.flows.triples().count() as u64),
        ("commuters between areas".to_owned(), instance.flows.total_between()),
        ("commuters within their own area".to_owned(), instance.flows.total_own()),
    ];
    let outside = instance.external.iter().flat_map(|place| {
        [
            (format!("commuters to {}", place.name), place.to.iter().sum::<u64>()),
            (format!("commuters from {}", place.name), place.from.iter().sum::<u64>()),
        ]
    });
    let counts: Vec<(String, u64)> = counts.into_iter().chain(outside).collect();
    for (what, number) in counts {
        part.account.count(what, number);
    }
    for note in &listing.notes {
        part.account.note(note);
    }
    let strangers: Vec<String> = listing
        .labels
        .iter()
        .zip(homes)
        .filter(|(_, home)| matches!(home, Home::Outside(_)))
        .map(|(label, _)| match label.name.as_str() {
            "" => label.text.clone(),
            name => format!("{name} ({})", label.text),
        })
        .collect();
    if !strangers.is_empty() {
        part.account.note(format!("places that count as outside: {}", some_of(&strangers)));
    }
    let lonely: Vec<String> = listing
        .labels
        .iter()
        .enumerate()
        .zip(homes)
        .filter(|((at, _), home)| {
            matches!(home, Home::Area(_))
                && !listing.is_square
                && options.known.is_empty()
                && listing.seen.iter().any(|side| !side.contains(at))
        })
        .map(|((_, label), _)| label.text.clone())
        .collect();
    if !lonely.is_empty() {
        part.account.note(format!(
            "these are residences or workplaces only, and taken for areas: {}; --outside NAME=CODE,CODE \
             counts them as outside",
            some_of(&lonely)
        ));
    }
    if listing.empty > 0 {
        let doubt = if listing.writes_nil {
            "; others hold 0, so that these may be figures that are missing"
        } else {
            ""
        };
        part.account.note(format!("empty cells, taken as 0: {}{doubt}", listing.empty));
    }
    if listing.nil > 0 {
        part.account.note(format!("dashes, which stand for nil: {}", listing.nil));
    }
    if let (false, Missing::Count(count)) = (listing.missing.is_empty(), options.missing) {
        let what =
            format!("figures that are missing, taken as {count}: {}", some_of(&listing.missing));
        let cure = "nobody knows how large these flows are";
        part.odd(exchange_codes::LEFT_OUT, file, what, cure);
    }
}

/// Remarks on codes that differ in nothing that people see: in capitals, or in letters of other scripts.
fn tell_alike(file: &str, part: &mut Part, areas: &BTreeSet<String>) {
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    let mut alike = Vec::new();
    for code in areas {
        if let Some(other) = seen.insert(skeleton(code), code) {
            alike.push(format!("`{other}` and `{code}`"));
        }
    }
    if !alike.is_empty() {
        let what = format!("codes that look alike, and are two areas each: {}", some_of(&alike));
        part.odd(exchange_codes::ALIKE, file, what, "correct the codes if one area is meant");
    }
}

/// Labels that hold a code and a name, as in `0301 Oslo` or `Oslo (0301)`, where most of them do.
struct Names {
    are_split: bool,
}

impl Names {
    fn of(labels: &[Label]) -> Self {
        let split = labels.iter().filter(|label| Self::split(&label.text).is_some()).count();
        Self { are_split: 2 * split > labels.len() }
    }

    fn split(text: &str) -> Option<(&str, &str)> {
        let behind = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        let behind = behind.map(|(name, code)| (code.trim(), name));
        [behind, text.split_once([' ', '\u{a0}'])].into_iter().flatten().find(|(code, name)| {
            code.len() >= 2
                && code.bytes().all(|byte| byte.is_ascii_digit())
                && name.chars().any(char::is_alphabetic)
        })
    }

    fn code<'a>(&self, text: &'a str) -> &'a str {
        Self::split(text).filter(|_| self.are_split).map_or(text, |(code, _)| code)
    }

    fn name<'a>(&self, text: &'a str) -> &'a str {
        Self::split(text).filter(|_| self.are_split).map_or("", |(_, name)| name.trim())
    }
}
