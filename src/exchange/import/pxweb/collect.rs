//! Cells of one year and one quantity, out of tables that may hold several.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::codes::LOST_ZERO;

use regionfront_model::reading::is_total_word;

use super::codes::{Kind, Validity, bare, kind, name_and_validity, year_in};
use super::table::{Category, Cell, Role, Table, Value, plain};
use regionfront_model::reading::Mark;

/// How many things are named in one message.
const NAMED: usize = 8;

/// A municipality or another place that is no sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) validity: Validity,
}

impl Place {
    pub(super) fn label(&self) -> String {
        format!("{} ({})", self.name, self.code)
    }
}

/// Flows of one year between places.
#[derive(Clone, Debug, Default)]
pub(super) struct FlowTable {
    pub(super) year: u16,
    pub(super) places: Vec<Place>,
    /// By residence and workplace, as indices of places.
    pub(super) flows: BTreeMap<(u32, u32), Value>,
    pub(super) residences: BTreeSet<u32>,
    pub(super) workplaces: BTreeSet<u32>,
    /// Names of the codes that are sums of others.
    pub(super) sums: BTreeMap<String, String>,
    pub(super) cells: usize,
    pub(super) repeated: usize,
}

/// Population of one year.
#[derive(Clone, Debug, Default)]
pub(super) struct PopulationTable {
    pub(super) year: u16,
    pub(super) places: BTreeMap<String, (Place, Value)>,
    /// Names of counties that are valid in the year, by their two digits.
    pub(super) counties: BTreeMap<String, String>,
    /// How many categories of sex and age were added up.
    pub(super) added: (usize, usize),
}

/// The names of the quantity that is wanted, as the service's code or text.
const EMPLOYED: [&str; 5] =
    ["sysselsatte", "employedpersons", "förvärvsarbetande", "beskæftigede", "antal"];
const PERSONS: [&str; 7] =
    ["personer1", "personer", "persons", "population", "folkmängd", "folketal", "väkiluku"];

/// Flows of a year from one table or several parts of it.
///
/// Codes of other offices than Statistics Norway have any form: sums are told by their words and
/// figures then.
pub(super) fn flows(
    tables: &[Table],
    year: Option<u16>,
    is_foreign: bool,
) -> Result<FlowTable, Defects> {
    let mut defects = Defects::default();
    for table in tables {
        require(table, &[Role::Workplace, Role::Residence], &mut defects);
    }
    let year = settled(chosen_year(tables, year, "--year"), &mut defects);
    let chosen: Vec<Option<u32>> = tables
        .iter()
        .map(|table| settled(quantity(table, &EMPLOYED), &mut defects).flatten())
        .collect();
    defects.into_result()?;
    let mut found = FlowTable { year: year.unwrap_or_default(), ..FlowTable::default() };
    let mut defects = Defects::default();
    let mut index = BTreeMap::new();
    let mut differing = Vec::new();
    for (table, contents) in tables.iter().zip(chosen) {
        let years = years_of(table, found.year);
        let mut registered = |role, seen: &mut BTreeSet<u32>| -> Vec<Option<u32>> {
            let categories = table.categories(role).iter();
            let places: Vec<Option<u32>> = categories
                .map(|category| {
                    register(
                        category,
                        is_foreign,
                        &mut index,
                        &mut found.places,
                        &mut found.sums,
                        &mut |code| {
                            defects.push(lost_zero(table, role, code));
                        },
                    )
                })
                .collect();
            seen.extend(places.iter().flatten());
            places
        };
        let residences = registered(Role::Residence, &mut found.residences);
        let workplaces = registered(Role::Workplace, &mut found.workplaces);
        let at = |cell: &Cell, role| table.place(role).map(|place| cell.at[place]);
        for cell in &table.cells {
            let is_wanted = at(cell, Role::Time).is_none_or(|time| years.contains(&time))
                && at(cell, Role::Contents).is_none_or(|of| contents.is_none_or(|one| one == of));
            let place = |places: &[Option<u32>], role| {
                places.get(usize::try_from(at(cell, role)?).ok()?).copied().flatten()
            };
            let ends = place(&residences, Role::Residence).zip(place(&workplaces, Role::Workplace));
            let (true, Some(ends)) = (is_wanted, ends) else { continue };
            found.cells += 1;
            match found.flows.insert(ends, cell.value) {
                None => {}
                Some(before) if before == cell.value => found.repeated += 1,
                Some(_) => differing.push(ends),
            }
        }
    }
    if let Some(&(from, to)) = differing.first() {
        let label = |place: u32| found.places[place as usize].label();
        defects.push(Defect::new(
            "E174",
            "commuting",
            format!(
                "{} pairs stand twice with different figures, first {} to {}",
                differing.len(),
                label(from),
                label(to)
            ),
            "give every part of the table once, and one kind of codes: plain ones or K- ones; --sum adds \
             up sex and age",
        ));
    }
    defects.into_result()?;
    if is_foreign {
        drop_sums(&mut found);
    }
    Ok(found)
}

/// Population of a year, summed over sex and age.
pub(super) fn population(
    tables: &[Table],
    year: Option<u16>,
    year_of_flows: u16,
    is_foreign: bool,
) -> Result<PopulationTable, Defects> {
    let mut defects = Defects::default();
    for table in tables {
        require(table, &[Role::Region], &mut defects);
    }
    let same = years_in(tables).contains(&year_of_flows).then_some(year_of_flows);
    let year = settled(chosen_year(tables, year.or(same), "--population-year"), &mut defects);
    let chosen: Vec<Option<u32>> = tables
        .iter()
        .map(|table| settled(quantity(table, &PERSONS), &mut defects).flatten())
        .collect();
    defects.into_result()?;
    let mut found =
        PopulationTable { year: year.unwrap_or(year_of_flows), ..PopulationTable::default() };
    let mut defects = Defects::default();
    // By code, and then by sex and age: several parts may hold the same cell.
    let mut cells: BTreeMap<String, BTreeMap<(String, String), Value>> = BTreeMap::new();
    for (table, contents) in tables.iter().zip(chosen) {
        let years = years_of(table, found.year);
        let sexes =
            parts_or_total(table.categories(Role::Sex), &["0", "begge kjønn", "both sexes"]);
        let ages = parts_or_total(
            table.categories(Role::Age),
            &["999a", "999", "alle aldre", "all ages", "i alt", "total"],
        );
        found.added = (found.added.0.max(sexes.len()), found.added.1.max(ages.len()));
        for category in table.categories(Role::Region) {
            let code = bare(&category.code).to_owned();
            let (name, validity) = name_and_validity(&category.code, &category.label);
            match kind_of(category, &code, is_foreign) {
                Kind::LostZero => defects.push(lost_zero(table, Role::Region, &code)),
                Kind::Place => {
                    let place = Place { code: code.clone(), name, validity };
                    let nil = Value::Missing(Mark::Unsaid);
                    found.places.entry(code).or_insert((place, nil));
                }
                Kind::Sum if code.len() == 2 && !is_foreign && validity.holds(found.year) => {
                    found.counties.insert(code, name);
                }
                Kind::Sum | Kind::Rest => {}
            }
        }
        let at = |cell: &Cell, role| table.place(role).map(|place| cell.at[place]);
        let code_of = |cell: &Cell, role| -> Option<&str> {
            let at = usize::try_from(at(cell, role)?).ok()?;
            Some(table.categories(role).get(at)?.code.as_str())
        };
        for cell in &table.cells {
            let is_wanted = at(cell, Role::Time).is_none_or(|time| years.contains(&time))
                && at(cell, Role::Contents).is_none_or(|of| contents.is_none_or(|one| one == of))
                && at(cell, Role::Sex).is_none_or(|sex| sexes.contains(&sex))
                && at(cell, Role::Age).is_none_or(|age| ages.contains(&age));
            let Some(region) = code_of(cell, Role::Region).filter(|_| is_wanted) else { continue };
            let part = |role| code_of(cell, role).unwrap_or_default().to_owned();
            let parts = cells.entry(bare(region).to_owned()).or_default();
            let key = (part(Role::Sex), part(Role::Age));
            if parts.insert(key, cell.value).is_some_and(|before| before != cell.value) {
                defects.push(Defect::new(
                    "E174",
                    table.file.clone(),
                    format!("the population of {region} stands twice with different figures"),
                    "give every part of the table once, and one kind of codes",
                ));
            }
        }
    }
    defects.into_result()?;
    for (code, (_, value)) in &mut found.places {
        if let Some(parts) = cells.get(code) {
            *value = summed(parts.values().copied());
        }
    }
    Ok(found)
}

/// The sum of some cells; a mark where one of them holds no figure, though it could.
fn summed(values: impl Iterator<Item = Value>) -> Value {
    let mut sum = 0_u64;
    let mut is_any = false;
    for value in values {
        match value {
            Value::Count(count) => {
                is_any = true;
                sum = sum.saturating_add(count);
            }
            Value::Missing(Mark::NotApplicable) => {}
            missing @ Value::Missing(_) => return missing,
        }
    }
    if is_any { Value::Count(sum) } else { Value::Missing(Mark::NotApplicable) }
}

fn require(table: &Table, roles: &[Role], defects: &mut Defects) {
    for role in roles.iter().filter(|role| table.place(**role).is_none()) {
        let has: Vec<&str> =
            table.dimensions.iter().map(|dimension| dimension.role.word()).collect();
        defects.push(Defect::new(
            "E173",
            table.file.clone(),
            format!("the table has no dimension `{}`; it has {}", role.word(), has.join(", ")),
            "commuting needs ArbstedKomm and Bokommuen, population needs Region",
        ));
    }
}

fn settled<T>(result: Result<T, Defects>, defects: &mut Defects) -> Option<T> {
    result.map_err(|mut found| defects.0.append(&mut found.0)).ok()
}

/// The year of a category of time: `2017`, `2017K4`.
fn year_of(category: &Category) -> Option<u16> {
    year_in(&category.code).or_else(|| year_in(&category.label))?.parse().ok()
}

fn years_in(tables: &[Table]) -> BTreeSet<u16> {
    tables.iter().flat_map(|table| table.categories(Role::Time)).filter_map(year_of).collect()
}

/// Places of the categories of time that lie in a year.
fn years_of(table: &Table, year: u16) -> BTreeSet<u32> {
    (0..)
        .zip(table.categories(Role::Time))
        .filter(|(_, category)| year_of(category) == Some(year))
        .map(|(at, _)| at)
        .collect()
}

fn chosen_year(tables: &[Table], wanted: Option<u16>, option: &str) -> Result<u16, Defects> {
    let years = years_in(tables);
    let listed = years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let refuse = |what: String, cure: String| Err(Defect::new("E176", option, what, cure).into());
    let year = match (wanted, years.len()) {
        (Some(year), 0) => return Ok(year),
        (Some(year), _) if years.contains(&year) => year,
        (Some(year), _) => {
            let cure = format!("use one of {listed}, or ask the service for {year}");
            return refuse(format!("the table holds no figures of {year}"), cure);
        }
        (None, 0) => {
            let cure = format!("add {option}, such as {option} 2017");
            return refuse("the table does not say of which year it is".to_owned(), cure);
        }
        (None, 1) => *years.first().unwrap_or(&0),
        (None, _) => {
            let cure = format!("add {option} with one of {listed}");
            return refuse("the table holds several years".to_owned(), cure);
        }
    };
    for table in tables {
        let times = years_of(table, year);
        if times.len() > 1 {
            let what = format!("{} holds {} periods of {year}", table.file, times.len());
            return refuse(what, "ask the service for one period of the year".to_owned());
        }
    }
    Ok(year)
}

/// The quantity that is wanted, where there are several.
fn quantity(table: &Table, names: &[&str]) -> Result<Option<u32>, Defects> {
    let categories = table.categories(Role::Contents);
    if categories.len() < 2 {
        return Ok(None);
    }
    let is_wanted = |category: &Category| {
        [&category.code, &category.label].iter().any(|text| names.contains(&plain(text).as_str()))
    };
    let fitting: Vec<u32> = (0..)
        .zip(categories)
        .filter(|(_, category)| is_wanted(category))
        .map(|(at, _)| at)
        .collect();
    if let [one] = fitting[..] {
        return Ok(Some(one));
    }
    let listed: Vec<&str> = categories.iter().map(|category| category.code.as_str()).collect();
    Err(Defect::new(
        "E176",
        table.file.clone(),
        format!("it is not clear which of its quantities is meant: {}", listed.join(", ")),
        "ask the service for one ContentsCode only",
    )
    .into())
}

/// Places of the categories to add up: the total alone where there is one, else all.
fn parts_or_total(categories: &[Category], totals: &[&str]) -> BTreeSet<u32> {
    let is_total = |category: &Category| {
        let words = [category.code.to_lowercase(), category.label.trim().to_lowercase()];
        words.iter().any(|word| totals.contains(&word.as_str()))
    };
    let places = |wanted: &dyn Fn(&Category) -> bool| {
        (0..).zip(categories).filter(|(_, category)| wanted(category)).map(|(at, _)| at).collect()
    };
    let total: BTreeSet<u32> = places(&is_total);
    match total.first() {
        Some(&first) => BTreeSet::from([first]),
        None => places(&|_| true),
    }
}

/// The index of the place a category stands for; `None` for sums.
fn register(
    category: &Category,
    is_foreign: bool,
    index: &mut BTreeMap<String, u32>,
    places: &mut Vec<Place>,
    sums: &mut BTreeMap<String, String>,
    lost: &mut dyn FnMut(&str),
) -> Option<u32> {
    let code = bare(&category.code).to_owned();
    match kind_of(category, &code, is_foreign) {
        Kind::Sum => {
            let (name, _) = name_and_validity(&category.code, &category.label);
            sums.insert(category.code.clone(), name);
            return None;
        }
        Kind::LostZero => {
            lost(&code);
            return None;
        }
        Kind::Place | Kind::Rest => {}
    }
    Some(*index.entry(code.clone()).or_insert_with(|| {
        let (name, validity) = name_and_validity(&category.code, &category.label);
        places.push(Place { code, name, validity });
        u32::try_from(places.len() - 1).unwrap_or(u32::MAX)
    }))
}

/// What a category stands for.
fn kind_of(category: &Category, code: &str, is_foreign: bool) -> Kind {
    match is_foreign {
        false => kind(code),
        true if is_total_word(&category.label) || is_total_word(code) => Kind::Sum,
        true => Kind::Place,
    }
}

/// Leaves places out whose figures are the sums of all others, whatever they are called.
fn drop_sums(found: &mut FlowTable) {
    let count = |value: &Value| match value {
        Value::Count(count) => u128::from(*count),
        Value::Missing(_) => 0,
    };
    let mut sums: BTreeMap<(bool, u32), u128> = BTreeMap::new();
    for (&(from, to), value) in &found.flows {
        *sums.entry((false, from)).or_default() += count(value);
        *sums.entry((true, to)).or_default() += count(value);
    }
    let is_sum = |place: u32| {
        let mut compared = 0_usize;
        let all = found.flows.iter().all(|(&(from, to), value)| {
            let sum = match (from == place, to == place) {
                (false, true) => sums.get(&(false, from)),
                (true, false) => sums.get(&(true, to)),
                _ => return true,
            };
            let value = count(value);
            compared += usize::from(value > 0);
            sum.copied().unwrap_or(0) == 2 * value
        });
        all && compared >= 2
    };
    let number = u32::try_from(found.places.len()).unwrap_or(u32::MAX);
    let dropped: BTreeSet<u32> = (0..number).filter(|&place| is_sum(place)).collect();
    if dropped.is_empty() || dropped.len() * 2 > found.places.len() {
        return;
    }
    for &place in &dropped {
        let Place { code, name, .. } = &found.places[place as usize];
        found.sums.insert(code.clone(), name.clone());
        found.residences.remove(&place);
        found.workplaces.remove(&place);
    }
    found.flows.retain(|(from, to), _| !dropped.contains(from) && !dropped.contains(to));
}

fn lost_zero(table: &Table, role: Role, code: &str) -> Defect {
    Defect::new(
        LOST_ZERO,
        format!("{}, {}", table.file, role.word()),
        format!("the code `{code}` has lost its leading zero: it is 0{code}"),
        "download the table again and do not open it in a spreadsheet",
    )
}

/// The first few of a list, and how many more there are.
pub(super) fn few(labels: &[String]) -> String {
    let shown = labels.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match labels.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
