//! What is to be cited.

use std::collections::BTreeSet;

use regionfront_model::instance::{Instance, Source};

use super::collect::{FlowTable, PopulationTable};
use super::request::Request;
use super::{COMMUTING, POPULATION};

/// The licence of Statistics Norway's figures.
const LICENCE: &str = "Creative Commons Attribution 4.0 International (CC BY 4.0)";

/// Sources and licences: of the tables, then of the base.
pub(super) fn cite(
    instance: &mut Instance,
    request: &Request,
    flows: &FlowTable,
    population: Option<&PopulationTable>,
) {
    if request.is_foreign {
        // Who published them and under which licence only the tables can say.
        let tables = request.commuting.iter().chain(&request.population);
        instance.sources.extend(tables.filter(|table| !table.title.is_empty()).map(|table| {
            let by =
                if table.source.is_empty() { String::new() } else { format!("{}: ", table.source) };
            Source { title: format!("{by}{}", table.title), path: String::new() }
        }));
    } else {
        instance.sources.push(commuting(flows.year));
        instance.sources.extend(population.map(|table| population_of(table.year)));
        instance.licences.push(LICENCE.to_owned());
    }
    if let Some(base) = &request.base {
        instance.sources.extend(base.sources.iter().cloned());
        instance.licences.extend(base.licences.iter().cloned());
    }
    let mut seen = BTreeSet::new();
    instance.sources.retain(|source| seen.insert(source.title.clone()));
    let mut seen = BTreeSet::new();
    instance.licences.retain(|licence| seen.insert(licence.clone()));
}

/// The table of commuting, with its year.
fn commuting(year: u16) -> Source {
    Source {
        title: format!(
            "Statistics Norway (SSB), table {COMMUTING}: employed persons by workplace and \
             residence, 4th quarter {year}"
        ),
        path: page(COMMUTING),
    }
}

/// The table of population, with its year.
fn population_of(year: u16) -> Source {
    Source {
        title: format!("Statistics Norway (SSB), table {POPULATION}: population, 1 January {year}"),
        path: page(POPULATION),
    }
}

fn page(table: &str) -> String {
    format!("https://www.ssb.no/en/statbank/table/{table}")
}
