//! What is to be cited.

use crate::instance::Source;

use super::{COMMUTING, POPULATION};

/// The licence of Statistics Norway's figures.
pub(super) const LICENCE: &str = "Creative Commons Attribution 4.0 International (CC BY 4.0)";

/// The table of commuting, with its year.
pub(super) fn commuting(year: u16) -> Source {
    Source {
        title: format!(
            "Statistics Norway (SSB), table {COMMUTING}: employed persons by workplace and \
             residence, 4th quarter {year}"
        ),
        path: page(COMMUTING),
    }
}

/// The table of population, with its year.
pub(super) fn population(year: u16) -> Source {
    Source {
        title: format!("Statistics Norway (SSB), table {POPULATION}: population, 1 January {year}"),
        path: page(POPULATION),
    }
}

fn page(table: &str) -> String {
    format!("https://www.ssb.no/en/statbank/table/{table}")
}
