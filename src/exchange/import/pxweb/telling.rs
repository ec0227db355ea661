//! What is said of an instance made from tables: counts, remarks.

use crate::import::{Account, LeftOut};
use regionfront_model::instance::Instance;

use super::collect::{FlowTable, PopulationTable};
use super::request::Request;

/// What was read, made and left out: counts first, then remarks.
pub(super) fn tell(
    account: &mut Account,
    request: &Request,
    flows: &FlowTable,
    population: Option<&PopulationTable>,
    instance: &Instance,
) {
    let mut counts = Account::default();
    counts.count(format!("cells of {} read", flows.year), flows.cells as u64);
    counts.count_of("areas", instance.num_areas());
    counts.count("population", instance.population());
    counts.count("employed residents", instance.areas.iter().map(|a| a.employed_residents).sum());
    counts.count("jobs", instance.areas.iter().map(|area| area.jobs).sum());
    counts.count("commuters between the areas", instance.flows.total_between());
    counts.count("commuters within their own area", instance.flows.total_own());
    for place in &instance.external {
        counts.count(format!("commuters to {}", place.name), place.to.iter().sum());
        counts.count(format!("commuters from {}", place.name), place.from.iter().sum());
    }
    if !flows.sums.is_empty() {
        counts.count_of("codes that are sums of others, left out", flows.sums.len());
        account.left_out.extend(flows.sums.iter().map(|(code, name)| LeftOut {
            code: code.clone(),
            name: name.clone(),
            why: "a sum of others".to_owned(),
        }));
    }
    counts.counts.append(&mut account.counts);
    account.counts = counts.counts;
    if flows.repeated > 0 {
        account.note(format!("{} cells stand twice, with the same figures", flows.repeated));
    }
    if let Some(table) = population {
        let (sexes, ages) = table.added;
        if sexes > 1 || ages > 1 {
            let parts: Vec<String> = [(sexes, "of sex"), (ages, "of age")]
                .into_iter()
                .filter(|(number, _)| *number > 1)
                .map(|(number, of)| format!("{number} categories {of}"))
                .collect();
            account.note(format!("population is added up over {}", parts.join(" and ")));
        }
        if table.year != flows.year {
            account.note(format!("population is of {}, flows of {}", table.year, flows.year));
        }
    } else {
        account.note("population is that of the base");
    }
    let known = request.base.iter().flat_map(|base| &base.external_areas);
    let known: Vec<String> = known.map(|external| external.area.label()).collect();
    if !known.is_empty() {
        account.note(format!(
            "external areas of the base are not taken along, as their figures are of another \
             year: {}",
            known.join(", ")
        ));
    }
    if instance.external.is_empty() {
        account.note(
            "the table holds nobody from or to the outside: employed residents and jobs are those \
             between the areas only",
        );
    }
    for table in request.commuting.iter().chain(&request.population) {
        account.notes.extend(table.notes.iter().cloned());
    }
}
