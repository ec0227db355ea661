//! `resolve-overlaps`: a cover becomes a partition by strongest flow.

use regionfront_model::instance::{Division, Instance, LinkKind};

use super::super::Membership;
use super::super::evaluate::parts;
use super::super::membership::in_order;
use super::{Decision, by_flow, strongest};

const STEP: &str = "resolve-overlaps";

/// Every double member stays in the one of its regions most of its out-commuters work in, and
/// leaves the others. All decide by the division as it was. Regions left empty are dropped;
/// regions that a departure cuts in parts are named in the log.
pub fn resolve_overlaps(
    instance: &Instance,
    links: &[LinkKind],
    division: &Division,
) -> (Division, Vec<Decision>) {
    let before = in_order(division.clone());
    let membership = Membership::new(instance.num_areas(), &before);
    let mut after = before.clone();
    let mut log = Vec::new();
    for area in membership.double_members() {
        let candidates = membership.of(area);
        let Some(chosen) = strongest(instance, &before, area, candidates) else { continue };
        for &region in candidates.iter().filter(|&&region| region != chosen.0) {
            after.regions[region].areas.retain(|&other| other != area);
        }
        log.push(Decision {
            step: STEP,
            area: Some(area),
            from: candidates.iter().map(|&region| before.regions[region].name.clone()).collect(),
            to: Some(before.regions[chosen.0].name.clone()),
            why: by_flow(instance, &before, area, chosen, candidates),
        });
    }
    for (old, new) in before.regions.iter().zip(&after.regions) {
        let remark = if new.areas.is_empty() {
            "nothing is left of the region"
        } else if parts(instance, links, &new.areas).len()
            > parts(instance, links, &old.areas).len()
        {
            "the region falls into parts without it"
        } else {
            continue;
        };
        log.push(Decision {
            step: STEP,
            area: None,
            from: vec![new.name.clone()],
            to: None,
            why: remark.to_owned(),
        });
    }
    (in_order(after), log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::Flows;
    use regionfront_testkit::rows::{division_of, instance_of};

    #[test]
    fn the_stronger_flow_keeps_the_double_member() {
        let mut instance = instance_of(5);
        instance.flows = Flows::from_triples(5, [(2, 0, 5), (2, 4, 7), (0, 2, 99)]);
        let cover = division_of("cover", &[&[0, 1, 2], &[2, 3, 4]]);
        let (found, log) = resolve_overlaps(&instance, &[LinkKind::Land], &cover);
        assert_eq!(found.regions[0].areas, [0, 1]);
        assert_eq!(found.regions[1].areas, [2, 3, 4]);
        assert_eq!(log.len(), 1);
        assert_eq!(log[0].from, ["A", "B"]);
        assert_eq!(log[0].why, "7 of its residents work in B, 0 come from there; A 5 and 99");
    }

    #[test]
    fn what_a_departure_breaks_is_said() {
        let mut instance = instance_of(5);
        instance.flows = Flows::from_triples(5, [(1, 4, 7), (3, 4, 1)]);
        let cover = division_of("cover", &[&[0, 1, 2], &[1, 3, 4], &[3]]);
        let (found, log) = resolve_overlaps(&instance, &[LinkKind::Land], &cover);
        assert_eq!(found.regions.len(), 2, "the third is empty");
        let remarks: Vec<&str> = log.iter().filter(|d| d.area.is_none()).map(|d| &*d.why).collect();
        assert_eq!(
            remarks,
            ["the region falls into parts without it", "nothing is left of the region"]
        );
    }
}
