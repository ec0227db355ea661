//! `assign-missing`: areas the division leaves out go where they commute most.

use crate::instance::{Division, Instance, LinkKind};

use super::super::Membership;
use super::super::membership::in_order;
use super::{Decision, by_flow, strongest, touched};

const STEP: &str = "assign-missing";

/// Every area in no region joins the region most of its out-commuters work in, among the regions
/// it touches. Areas that touch no region wait for a round in which they do; those that never do
/// stay out and are named in the log.
pub fn assign_missing(
    instance: &Instance,
    links: &[LinkKind],
    division: &Division,
) -> (Division, Vec<Decision>) {
    let mut division = in_order(division.clone());
    let mut log = Vec::new();
    loop {
        let outside = Membership::new(instance.num_areas(), &division).outside();
        let mut joining = Vec::new();
        for &area in &outside {
            let candidates = touched(instance, links, &division, area);
            if let Some(chosen) = strongest(instance, &division, area, &candidates) {
                let why = by_flow(instance, &division, area, chosen, &candidates);
                joining.push((area, chosen.0, why));
            }
        }
        if joining.is_empty() {
            log.extend(outside.into_iter().map(|area| Decision {
                step: STEP,
                area: Some(area),
                from: Vec::new(),
                to: None,
                why: "it touches no region".to_owned(),
            }));
            return (in_order(division), log);
        }
        for (area, region, why) in joining {
            let region = &mut division.regions[region];
            region.areas.push(area);
            log.push(Decision {
                step: STEP,
                area: Some(area),
                from: Vec::new(),
                to: Some(region.name.clone()),
                why,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Flows;
    use crate::test_support::{division_of, instance_of};

    #[test]
    fn areas_join_in_rounds_and_islands_stay_out() {
        // 0 – 1 – 2 – 3 in a row, 4 cut off; 2 commutes to 0, which it does not touch.
        let mut instance = instance_of(5);
        instance.links.pop();
        instance.flows = Flows::from_triples(5, [(2, 0, 50), (2, 3, 1), (1, 0, 2), (1, 3, 9)]);
        let division = division_of("partial", &[&[0], &[3]]);
        let (found, log) = assign_missing(&instance, &[LinkKind::Land], &division);
        // 1 touches A only, and 2 only B, in the first round.
        assert_eq!(found.regions[0].areas, [0, 1]);
        assert_eq!(found.regions[1].areas, [2, 3]);
        assert_eq!(log.len(), 3);
        assert_eq!((log[2].area, &log[2].to), (Some(4), &None));
        assert!(log[1].why.starts_with("1 of its residents work in B"), "{}", log[1].why);
    }
}
