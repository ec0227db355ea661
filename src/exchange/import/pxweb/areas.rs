//! The areas of an instance made from tables: those of the base, else those with a population.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Area, Instance, LARGEST};

use super::collect::{PopulationTable, few};
use super::table::Value;
use regionfront_model::reading::Mark;

/// The areas with everything but employment, by code.
pub(super) fn areas(
    base: Option<&Instance>,
    population: Option<&PopulationTable>,
    year: u16,
) -> Result<Vec<Area>, Defects> {
    let mut defects = Defects::default();
    let mut areas = match (base, population) {
        (Some(base), _) => base.areas.clone(),
        (None, Some(population)) => named_areas(population),
        (None, None) => {
            return Err(Defect::new(
                "E177",
                "population",
                "nothing says which municipalities there are and how many people live there",
                "give table 07459 with --population, or an instance that has the areas with --base",
            )
            .into());
        }
    };
    if let Some(population) = population {
        let mut lacking = Vec::new();
        for area in &mut areas {
            match population.places.get(&area.code) {
                Some((_, Value::Count(people))) if *people > 0 => area.population = *people,
                _ => lacking.push(area.label()),
            }
        }
        if !lacking.is_empty() {
            defects.push(Defect::new(
                "E177",
                "population",
                format!("the table has no population of {} for {}", population.year, few(&lacking)),
                "give the year whose borders the areas have",
            ));
        }
    }
    let people: u128 = areas.iter().map(|area| u128::from(area.population)).sum();
    if people > u128::from(LARGEST) {
        defects.push(Defect::new(
            "E174",
            "population",
            "the population adds up to more than 10^15 people",
            "check the table for figures that are far too large",
        ));
    }
    if areas.is_empty() {
        defects.push(Defect::new(
            "E177",
            "population",
            format!("no municipality has a population in the table ({year})"),
            "ask the service for all municipalities of one year, with their codes",
        ));
    }
    defects.into_result()?;
    Ok(areas)
}

/// The municipalities of a year that have a population, by code.
fn named_areas(population: &PopulationTable) -> Vec<Area> {
    let is_lived_in =
        |value: &Value| *value != Value::Count(0) && *value != Value::Missing(Mark::NotApplicable);
    population
        .places
        .values()
        .filter(|(place, value)| place.validity.holds(population.year) && is_lived_in(value))
        .map(|(place, _)| Area {
            code: place.code.clone(),
            name: place.name.clone(),
            county: place
                .code
                .get(..2)
                .and_then(|county| population.counties.get(county))
                .cloned()
                .unwrap_or_default(),
            ..Area::default()
        })
        .collect()
}
