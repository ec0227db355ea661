//! The tables of an instance, as the loader reads them.

use std::io::{self, Write};

use regionfront_model::instance::{Area, ExternalLink, ExternalPlace, Instance, Link, Year};

/// Columns of `areas.csv`.
const AREA_COLUMNS: [&str; 10] = [
    "code",
    "name",
    "county",
    "population",
    "employed_residents",
    "jobs",
    "land_area_km2",
    "centre",
    "centre_lat",
    "centre_lon",
];

/// Columns of `adjacency.csv`.
const LINK_COLUMNS: [&str; 5] = ["a", "b", "kind", "border_km", "note"];

pub(super) fn areas(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(AREA_COLUMNS)?;
    for area in &instance.areas {
        table.write_record(area_cells(area))?;
    }
    table.flush()
}

fn area_cells(area: &Area) -> [String; 10] {
    let (lat, lon) = area
        .position
        .map_or_else(Default::default, |(lat, lon)| (lat.to_string(), lon.to_string()));
    [
        area.code.clone(),
        area.name.clone(),
        area.county.clone(),
        area.population.to_string(),
        area.employed_residents.to_string(),
        area.jobs.to_string(),
        decimal(area.land_area_km2),
        area.centre.clone(),
        lat,
        lon,
    ]
}

/// To a thousandth: lengths to the metre. Sums of decimals carry noise far below that.
fn decimal(number: f64) -> String {
    ((number * 1000.0).round() / 1000.0).to_string()
}

pub(super) fn flows(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(["residence", "workplace", "commuters"])?;
    for (from, to, commuters) in instance.flows.triples() {
        let (from, to) = (&instance.areas[from].code, &instance.areas[to].code);
        table.write_record([from, to, &commuters.to_string()])?;
    }
    table.flush()
}

/// Columns of `years/areas_by_year.csv`.
pub(super) const YEAR_COLUMNS: [&str; 5] =
    ["code", "year", "population", "employed_residents", "jobs"];

/// The figures of the areas in every one of these years.
pub(super) fn areas_by_year(years: &[Instance], out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(YEAR_COLUMNS)?;
    for year in years {
        for area in &year.areas {
            table.write_record(year_cells(area, year.year.unwrap_or_default()))?;
        }
    }
    table.flush()
}

/// What `years/areas_by_year.csv` says of an area.
pub(super) fn year_cells(area: &Area, year: Year) -> [String; 5] {
    let figures = [area.population, area.employed_residents, area.jobs].map(|n| n.to_string());
    let [population, employed, jobs] = figures;
    [area.code.clone(), year.to_string(), population, employed, jobs]
}

pub(super) fn adjacency(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(LINK_COLUMNS)?;
    for Link { a, b, kind, border_km, note } in &instance.links {
        let (a, b) = (&instance.areas[*a].code, &instance.areas[*b].code);
        let length = border_km.map(decimal).unwrap_or_default();
        table.write_record([a, b, kind.word(), &length, note])?;
    }
    table.flush()
}

pub(super) fn external_flows(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    let columns = instance
        .external
        .iter()
        .flat_map(|place| [format!("to_{}", place.name), format!("from_{}", place.name)]);
    table.write_record(std::iter::once("code".to_owned()).chain(columns))?;
    for (at, area) in instance.areas.iter().enumerate() {
        let figures = instance
            .external
            .iter()
            .flat_map(|place| [place.to[at].to_string(), place.from[at].to_string()]);
        table.write_record(std::iter::once(area.code.clone()).chain(figures))?;
    }
    table.flush()
}

/// External flows with a row for every one of these codes; areas that the instance lacks have none.
pub(super) fn external_flows_of(
    instance: &Instance,
    codes: &[&str],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut whole = Instance::default();
    let places: Vec<Option<usize>> =
        codes.iter().map(|code| instance.index_of_code(code)).collect();
    let pick = |figures: &[u64]| -> Vec<u64> {
        places.iter().map(|at| at.map_or(0, |at| figures[at])).collect()
    };
    whole.areas =
        codes.iter().map(|code| Area { code: (*code).to_owned(), ..Area::default() }).collect();
    whole.external = instance
        .external
        .iter()
        .map(|place| ExternalPlace {
            name: place.name.clone(),
            to: pick(&place.to),
            from: pick(&place.from),
        })
        .collect();
    external_flows(&whole, out)
}

pub(super) fn distances(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(["from", "to", "km"])?;
    for from in 0..instance.num_areas() {
        for to in (0..instance.num_areas()).filter(|&to| to != from) {
            if let Some(km) = instance.distance_km(from, to) {
                let (from, to) = (&instance.areas[from].code, &instance.areas[to].code);
                table.write_record([from, to, &km.to_string()])?;
            }
        }
    }
    table.flush()
}

/// Every external area has columns for every place; those of its own place are nil.
pub(super) fn external_areas(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    let places = || instance.external.iter().map(|place| place.name.as_str());
    let header = AREA_COLUMNS.iter().chain(&["place", "own_flow"]).map(ToString::to_string);
    let columns = places().flat_map(|place| [format!("to_{place}"), format!("from_{place}")]);
    table.write_record(header.chain(columns))?;
    for external in &instance.external_areas {
        let own = [external.place.clone(), external.own_flow.to_string()];
        let figures = places().flat_map(|place| {
            [&external.to, &external.from]
                .map(|figures| figures.get(place).copied().unwrap_or(0).to_string())
        });
        table.write_record(area_cells(&external.area).into_iter().chain(own).chain(figures))?;
    }
    table.flush()
}

/// The links of external areas to areas the instance has, and to each other. Where areas were left
/// out, it still knows those to them.
pub(super) fn external_links_within(instance: &Instance) -> impl Iterator<Item = &ExternalLink> {
    let is_known = |code: &str| {
        instance.index_of_code(code).is_some()
            || instance.external_areas.iter().any(|external| external.area.code == code)
    };
    instance.external_links.iter().filter(move |link| is_known(&link.a) && is_known(&link.b))
}

pub(super) fn external_links(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(LINK_COLUMNS)?;
    for link in external_links_within(instance) {
        let length = link.border_km.map(decimal).unwrap_or_default();
        table.write_record([&link.a, &link.b, link.kind.word(), &length, &link.note])?;
    }
    table.flush()
}

/// What a writer writes; memory does not fail.
pub(super) fn bytes(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory succeeds");
    bytes
}
