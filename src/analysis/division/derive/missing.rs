//! `assign-missing`: areas the division leaves out go where they commute most.

use regionfront_model::instance::{Division, Instance, LinkKind};

use super::super::Membership;
use super::super::membership::in_order;
use super::{Decision, by_flow, strongest, touched};

const STEP: &str = "assign-missing";

/// Every area in no region joins the region most of its out-commuters work in, among the regions
/// it touches. One area joins at a time, the one with most such commuters first, so that areas
/// around it can follow it; areas that touch no region in the end stay out and are named in the
/// log.
pub fn assign_missing(
    instance: &Instance,
    links: &[LinkKind],
    division: &Division,
) -> (Division, Vec<Decision>) {
    let mut division = in_order(division.clone());
    let mut log = Vec::new();
    let mut outside = Membership::new(instance.num_areas(), &division).outside();
    loop {
        let joining = outside
            .iter()
            .filter_map(|&area| {
                let candidates = touched(instance, links, &division, area);
                let chosen = strongest(instance, &division, area, &candidates)?;
                Some((area, chosen, candidates))
            })
            .max_by_key(|(area, chosen, _)| (chosen.1, std::cmp::Reverse(*area)));
        let Some((area, chosen, candidates)) = joining else { break };
        log.push(Decision {
            step: STEP,
            area: Some(area),
            from: Vec::new(),
            to: Some(division.regions[chosen.0].name.clone()),
            why: by_flow(instance, &division, area, chosen, &candidates),
        });
        division.regions[chosen.0].areas.push(area);
        outside.retain(|&other| other != area);
    }
    log.extend(outside.into_iter().map(|area| Decision {
        step: STEP,
        area: Some(area),
        from: Vec::new(),
        to: None,
        why: "it touches no region".to_owned(),
    }));
    (in_order(division), log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::Flows;
    use regionfront_testkit::rows::{division_of, instance_of};

    #[test]
    fn the_strongest_goes_first_and_islands_stay_out() {
        // 0 – 1 – 2 – 3 in a row, 4 cut off. 2 touches only B until 1 has joined A.
        let mut instance = instance_of(5);
        instance.links.pop();
        instance.flows = Flows::from_triples(5, [(2, 1, 50), (2, 3, 4), (1, 0, 9), (1, 3, 2)]);
        let division = division_of("partial", &[&[0], &[3]]);
        let (found, log) = assign_missing(&instance, &[LinkKind::Land], &division);
        assert_eq!(found.regions[0].areas, [0, 1, 2]);
        assert_eq!(found.regions[1].areas, [3]);
        assert_eq!(log.len(), 3);
        assert_eq!((log[2].area, &log[2].to), (Some(4), &None));
        assert_eq!(log[1].why, "50 of its residents work in A, 0 come from there; B 4 and 0");
    }
}
