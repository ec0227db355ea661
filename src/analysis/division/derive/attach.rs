//! `attach-singletons`: regions of one area go to a region of several.

use regionfront_model::instance::{Division, Instance, LinkKind};
use regionfront_model::quantity::grouped;

use super::super::membership::in_order;
use super::{Decision, by_flow, strongest, touched};

const STEP: &str = "attach-singletons";

/// What decides where a region of one area goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttachBy {
    /// The nearest centre municipality, by `distances.csv`, else as the crow flies between
    /// municipal centres. The centre of a region is the area with most jobs.
    NearestCentre,
    /// The region most of its out-commuters work in.
    StrongestFlow,
}

/// Every region of one area joins a region of several areas that it touches.
///
/// A region of one area that touches none of several waits for a round in which it does; one that
/// never does stays as it is and is named in the log. Between centres equally far, flow decides.
/// Regions without positions cannot be nearest and are passed over.
pub fn attach_singletons(
    instance: &Instance,
    links: &[LinkKind],
    by: AttachBy,
    division: &Division,
) -> (Division, Vec<Decision>) {
    let mut division = in_order(division.clone());
    let mut log = Vec::new();
    loop {
        let is_single = |region: usize| division.regions[region].areas.len() == 1;
        let singles: Vec<usize> =
            (0..division.regions.len()).filter(|&region| is_single(region)).collect();
        let mut joining = Vec::new();
        for &single in &singles {
            let area = division.regions[single].areas[0];
            let mut candidates = touched(instance, links, &division, area);
            candidates.retain(|&region| !is_single(region));
            let chosen = match by {
                AttachBy::StrongestFlow => strongest(instance, &division, area, &candidates)
                    .map(|found| (found.0, by_flow(instance, &division, area, found, &candidates))),
                AttachBy::NearestCentre => nearest(instance, &division, area, &candidates),
            };
            joining.extend(chosen.map(|(region, why)| (single, region, why)));
        }
        if joining.is_empty() {
            log.extend(singles.iter().map(|&single| {
                Decision {
                step: STEP,
                area: Some(division.regions[single].areas[0]),
                from: vec![division.regions[single].name.clone()],
                to: None,
                why: match by {
                    AttachBy::StrongestFlow => "it touches no region of several areas",
                    AttachBy::NearestCentre => {
                        "it touches no region of several areas whose centre is a known distance away"
                    }
                }
                .to_owned(),
            }
            }));
            return (division, log);
        }
        for (single, region, why) in joining {
            let area = division.regions[single].areas.remove(0);
            if !division.regions[region].areas.contains(&area) {
                division.regions[region].areas.push(area);
            }
            log.push(Decision {
                step: STEP,
                area: Some(area),
                from: vec![division.regions[single].name.clone()],
                to: Some(division.regions[region].name.clone()),
                why,
            });
        }
        division = in_order(division);
    }
}

/// The candidate with the nearest centre, and why.
fn nearest(
    instance: &Instance,
    division: &Division,
    area: usize,
    candidates: &[usize],
) -> Option<(usize, String)> {
    let mut known: Vec<(f64, usize, usize)> = candidates
        .iter()
        .filter_map(|&region| {
            let centre = instance.centre(&division.regions[region].areas);
            Some((instance.distance_km(area, centre)?, region, centre))
        })
        .collect();
    known.sort_by(|a, b| {
        let flow = |region: usize| super::tie(instance, area, &division.regions[region].areas);
        a.0.total_cmp(&b.0).then_with(|| flow(b.1).cmp(&flow(a.1))).then(a.1.cmp(&b.1))
    });
    let said: Vec<String> = known
        .iter()
        .map(|&(km, region, centre)| {
            let out = super::tie(instance, area, &division.regions[region].areas).out;
            format!(
                "{} (centre {}) {km:.1} km, {} out-commuters",
                division.regions[region].name,
                instance.areas[centre].name,
                grouped(out)
            )
        })
        .collect();
    known.first().map(|&(_, region, _)| (region, said.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::Flows;
    use regionfront_testkit::rows::{division_of, instance_of};

    /// 0 1 | 2 | 3 | 4 5 in a row; centres 0 and 5 have most jobs.
    fn row() -> (Instance, Division) {
        let mut instance = instance_of(6);
        instance.areas[0].jobs = 100;
        instance.areas[5].jobs = 100;
        instance.flows = Flows::from_triples(6, [(2, 5, 9), (2, 1, 2), (3, 0, 8), (3, 4, 1)]);
        for (at, area) in (0_u8..).zip(&mut instance.areas) {
            area.position = Some((60.0, 10.0 + f64::from(at) / 10.0));
        }
        (instance, division_of("row", &[&[0, 1], &[2], &[3], &[4, 5]]))
    }

    #[test]
    fn singletons_join_regions_they_touch() {
        let (instance, division) = row();
        for by in [AttachBy::NearestCentre, AttachBy::StrongestFlow] {
            let (found, log) = attach_singletons(&instance, &[LinkKind::Land], by, &division);
            // 2 touches A only, 3 touches D only, whatever flow says.
            assert_eq!(found.regions.len(), 2);
            assert_eq!(found.regions[0].areas, [0, 1, 2]);
            assert_eq!(log.len(), 2);
            assert_eq!(log[0].to.as_deref(), Some("A"));
        }
    }

    #[test]
    fn distance_and_flow_can_disagree() {
        let (mut instance, division) = row();
        // 2 now touches both, and lies nearer to the centre of A.
        let mut link = instance.links[0].clone();
        (link.a, link.b) = (2, 5);
        instance.links.push(link);
        let join = |by| {
            let (found, _) = attach_singletons(&instance, &[LinkKind::Land], by, &division);
            found.regions.iter().find(|region| region.areas.contains(&2)).map(|r| r.name.clone())
        };
        assert_eq!(join(AttachBy::NearestCentre).as_deref(), Some("A"));
        assert_eq!(join(AttachBy::StrongestFlow).as_deref(), Some("D"));
    }

    #[test]
    fn without_positions_or_regions_nothing_is_near() {
        let (mut instance, division) = row();
        for area in &mut instance.areas {
            area.position = None;
        }
        let (found, log) =
            attach_singletons(&instance, &[LinkKind::Land], AttachBy::NearestCentre, &division);
        assert_eq!(found, division);
        assert!(log.iter().all(|decision| decision.to.is_none()));
    }
}
