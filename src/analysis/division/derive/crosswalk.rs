//! `crosswalk`: a division carried across municipal mergers.

use std::collections::BTreeMap;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Crosswalk, Division, DivisionRegion, Instance, codes};

use super::Decision;

const STEP: &str = "crosswalk";

/// A division by old codes on the new areas of an instance. A new area whose parts were in several
/// regions becomes a member of each of them; the log names it, and areas only some parts of which
/// were in a region.
///
/// # Errors
/// New codes that the instance does not have.
pub fn carry_division(
    instance: &Instance,
    crosswalk: &Crosswalk,
    name: &str,
    old: &[(String, Vec<String>)],
) -> Result<(Division, Vec<Decision>), Defects> {
    let mut defects = Defects::default();
    let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut regions = Vec::new();
    for (region, members) in old {
        let mut areas = Vec::new();
        for code in members {
            homes.entry(code).or_default().push(region);
            let known: Vec<&str> = crosswalk.new_codes(code).collect();
            let new = if known.is_empty() { vec![code.as_str()] } else { known };
            for new in new {
                match instance.index_of_code(new) {
                    Some(area) => areas.push(area),
                    None => defects.push(Defect::new(
                        codes::CROSSWALK,
                        region.as_str(),
                        format!(
                            "{} goes to `{new}`, which the instance does not have",
                            crosswalk.old_label(code)
                        ),
                        "correct the crosswalk, or drop the row",
                    )),
                }
            }
        }
        areas.sort_unstable();
        areas.dedup();
        regions.push(DivisionRegion { name: region.clone(), areas });
    }
    defects.into_result()?;

    let mut log = Vec::new();
    for (new, parts) in crosswalk.parts() {
        let Some(area) = instance.index_of_code(new) else { continue };
        let of = |part: &&str| homes.get(part).cloned().unwrap_or_default();
        let mut found: Vec<&str> = parts.iter().flat_map(&of).collect();
        found.sort_unstable();
        found.dedup();
        let is_mixed = parts.iter().any(|part| of(part) != of(&parts[0]));
        if !is_mixed || found.is_empty() {
            continue;
        }
        let said: Vec<String> = parts
            .iter()
            .map(|part| {
                let regions = of(part);
                let regions =
                    if regions.is_empty() { "none".to_owned() } else { regions.join(", ") };
                format!("{} in {regions}", crosswalk.old_label(part))
            })
            .collect();
        log.push(Decision {
            step: STEP,
            area: Some(area),
            from: found.iter().map(ToString::to_string).collect(),
            to: Some(found.join(" and ")),
            why: format!("its parts were in different regions: {}", said.join("; ")),
        });
    }
    let division = Division { name: name.to_owned(), regions };
    Ok((super::super::membership::in_order(division), log))
}
