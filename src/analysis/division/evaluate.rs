//! Indicators of any division: plan, cover or partial.
//!
//! Figures of a region count all its members, double members included. Figures of the whole count
//! every area, and every pair of areas, once. Shares are pairs of integers, and name what they are
//! a share of.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::indicators::{self, Ratio, RegionFigures};
use regionfront_model::instance::{Division, Instance, LinkKind};
use regionfront_model::quantity::{Commuters, Persons, Share};

use super::Membership;

/// When a region counts as a labour market of its own, in the manner of travel-to-work areas.
///
/// Both self-containments, supply and demand side, must reach a share that depends on the number
/// of employed residents: `small.0` at `small.1` persons, `large.0` from `large.1` persons on, and
/// in between a share in proportion. A region below `small.1` persons is never valid. After M.
/// Coombes, S. Bond, *Travel-to-Work Areas: the 2007 review*, Office for National Statistics 2008.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Share asked of the smallest regions, and the fewest employed residents of a region.
    pub small: (Share, Persons),
    /// Share that is enough for large regions, and from how many employed residents on.
    pub large: (Share, Persons),
}

impl Default for Validity {
    /// 75 % at 3,500 employed residents, 66.7 % from 25,000 on.
    fn default() -> Self {
        let share = |millionths| Share::from_millionths(millionths).expect("below one");
        Self { small: (share(750_000), 3_500), large: (share(667_000), 25_000) }
    }
}

/// Thresholds have at most six decimal places, so that products with persons fit 128 bits.
const MOST_WHOLE: u64 = 1_000_000;

impl Validity {
    /// Whether a region is valid. Exact, without rounding.
    pub fn accepts(&self, region: &RegionFigures) -> bool {
        let employed = region.employed_residents;
        let (small, large) = (self.small.1, self.large.1);
        if employed < small {
            return false;
        }
        let parts = [region.supply_self_containment(), region.demand_self_containment()];
        if employed >= large {
            return parts.iter().all(|ratio| self.large.0.is_reached_by(ratio.part, ratio.whole));
        }
        // part / whole ≥ s + (l − s)·(employed − small) / (large − small), times both wholes.
        let (span, over) = (u128::from(large - small), u128::from(employed - small));
        // Both shares over one denominator; thresholds have few places.
        let (one, other) = (self.small.0.fraction(), self.large.0.fraction());
        let one_whole = u128::from(one.1.max(other.1));
        let over_one =
            |(part, whole): (u64, u64)| u128::from(part) * (one_whole / u128::from(whole));
        let asked = over_one(one) * (span - over) + over_one(other) * over;
        parts.iter().all(|ratio| {
            u128::from(ratio.part) * one_whole * span >= asked * u128::from(ratio.whole)
        })
    }
}

impl FromStr for Validity {
    type Err = String;

    /// Reads `75%:3500,66.7%:25000`, or `75%:3500` for one share whatever the size.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a threshold such as 75%:3500 or 75%:3500,66.7%:25000");
        let mut corners = Vec::new();
        for part in text.split(',') {
            let (share, persons) = part.split_once(':').ok_or_else(wrong)?;
            let persons: Persons = persons.trim().parse().map_err(|_| wrong())?;
            let share: Share = share.trim().parse()?;
            if share.fraction().1 > MOST_WHOLE {
                return Err(format!("`{text}`: thresholds have at most six decimal places"));
            }
            corners.push((share, persons));
        }
        match corners[..] {
            [only] => Ok(Self { small: only, large: only }),
            [small, large] if small.1 < large.1 => Ok(Self { small, large }),
            [_, _] => Err(format!("`{text}`: the second number of persons must be larger")),
            _ => Err(wrong()),
        }
    }
}

/// Distances from the members of a region to its centre: those of `distances.csv`, else as the crow
/// flies between the centres of municipalities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Mean over inhabitants, in kilometres; those of the centre itself count as 0.
    pub mean_km: f64,
    /// The farthest, in kilometres.
    pub largest_km: f64,
}

/// One region of a division.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedRegion {
    /// Its commuting figures.
    pub figures: RegionFigures,
    /// The parts it falls into under the chosen links; one where it is contiguous.
    pub parts: Vec<Vec<usize>>,
    /// The counties of its areas, ascending; empty where the data name none.
    pub counties: Vec<String>,
    /// Directed pairs of different areas with commuters ÷ all directed pairs.
    pub cohesion: Ratio,
    /// Distances to the centre; `None` where a position is missing.
    pub reach: Option<Reach>,
    /// Whether it is a labour market of its own.
    pub is_valid: bool,
}

/// A division in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Its regions, in the order of their smallest codes.
    pub regions: Vec<EvaluatedRegion>,
    /// Areas in at least one region, ascending.
    pub covered: Vec<usize>,
    /// Areas in more than one region, ascending.
    pub double_members: Vec<usize>,
    /// Areas in no region, ascending.
    pub outside: Vec<usize>,
    /// Areas of the instance.
    pub num_areas: usize,
    /// Inhabitants of areas in at least one region ÷ all inhabitants.
    pub population_covered: Ratio,
    /// Commuters between different areas that share a region ÷ commuters between areas. A pair of
    /// areas counts once.
    pub internal_commuting: Ratio,
    /// Those, and people who live and work in the same covered area ÷ employed residents of the
    /// covered areas.
    pub supply_self_containment: Ratio,
    /// The same ÷ jobs in the covered areas.
    pub demand_self_containment: Ratio,
    /// Directed modularity of the flows between different areas, as `modularity` sums it up.
    pub modularity: Option<f64>,
}

impl Evaluation {
    /// Inhabitants of the smallest and the largest region, with their places in the list.
    pub fn extremes(&self) -> Option<((usize, Persons), (usize, Persons))> {
        let population = |at: usize| (at, self.regions[at].figures.population);
        let all = || (0..self.regions.len()).map(population);
        Some((all().min_by_key(|found| found.1)?, all().max_by_key(|found| found.1)?))
    }

    /// How many regions are no labour markets of their own.
    pub fn num_invalid(&self) -> usize {
        self.regions.iter().filter(|region| !region.is_valid).count()
    }
}

/// Evaluates a division; contiguity under these links. Regions without areas are left out.
///
/// Time O(regions × flows + areas²).
pub fn evaluate(
    instance: &Instance,
    links: &[LinkKind],
    validity: &Validity,
    division: &Division,
) -> Evaluation {
    let division = &super::membership::in_order(division.clone());
    let membership = Membership::new(instance.num_areas(), division);
    let covered = membership.covered();
    let sum = |areas: &[usize], figure: fn(&regionfront_model::instance::Area) -> u64| -> u64 {
        areas.iter().map(|&area| figure(&instance.areas[area])).sum()
    };
    let internal = membership.internal_commuting(instance);
    let own: Commuters = covered.iter().map(|&area| instance.flows.get(area, area)).sum();
    let regions = division
        .regions
        .iter()
        .zip(1..)
        .map(|(region, id)| {
            let figures =
                indicators::region(instance, id, region.name.clone(), region.areas.clone());
            EvaluatedRegion {
                parts: parts(instance, links, &region.areas),
                counties: counties(instance, &region.areas),
                cohesion: cohesion(instance, &region.areas),
                reach: reach(instance, &region.areas),
                is_valid: validity.accepts(&figures),
                figures,
            }
        })
        .collect();
    Evaluation {
        regions,
        population_covered: Ratio {
            part: sum(&covered, |area| area.population),
            whole: instance.population(),
        },
        internal_commuting: indicators::internal_share(instance, internal),
        supply_self_containment: Ratio {
            part: internal + own,
            whole: sum(&covered, |area| area.employed_residents),
        },
        demand_self_containment: Ratio {
            part: internal + own,
            whole: sum(&covered, |area| area.jobs),
        },
        modularity: modularity(instance, &membership),
        double_members: membership.double_members(),
        outside: membership.outside(),
        num_areas: instance.num_areas(),
        covered,
    }
}

/// The connected parts of some areas, largest first, then by smallest area.
pub fn parts(instance: &Instance, links: &[LinkKind], areas: &[usize]) -> Vec<Vec<usize>> {
    let mut parts = instance.parts_of(links, areas);
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
    parts
}

fn counties(instance: &Instance, areas: &[usize]) -> Vec<String> {
    let found: BTreeSet<&str> = areas
        .iter()
        .map(|&area| instance.areas[area].county.as_str())
        .filter(|county| !county.is_empty())
        .collect();
    found.into_iter().map(str::to_owned).collect()
}

fn cohesion(instance: &Instance, areas: &[usize]) -> Ratio {
    let realised = areas
        .iter()
        .flat_map(|&from| instance.flows.row(from).iter().map(move |&(to, _)| (from, to)))
        .filter(|(from, to)| from != to && areas.binary_search(to).is_ok())
        .count();
    Ratio { part: realised as u64, whole: (areas.len() * (areas.len() - 1)) as u64 }
}

#[expect(clippy::cast_precision_loss, reason = "a mean for people; populations are below 2^52")]
fn reach(instance: &Instance, areas: &[usize]) -> Option<Reach> {
    let centre = instance.centre(areas);
    let mut people_km = 0.0;
    let mut largest_km: f64 = 0.0;
    let mut people = 0;
    for &area in areas {
        let km = instance.distance_km(area, centre)?;
        let population = instance.areas[area].population;
        people_km += km * population as f64;
        largest_km = largest_km.max(km);
        people += population;
    }
    (people > 0).then(|| Reach { mean_km: people_km / people as f64, largest_km })
}

/// Directed modularity (Leicht, Newman, *Physical Review Letters* 2008) of the flows between
/// different areas: Σ over ordered pairs that share a region of `w_ij / W − out_i in_j / W²`. In a
/// cover a pair counts once; an area in no region adds nothing. `None` without flows.
#[expect(clippy::cast_precision_loss, reason = "a number for people; flows are below 2^52")]
fn modularity(instance: &Instance, membership: &Membership) -> Option<f64> {
    let (mut leaving, mut arriving) =
        (vec![0_u64; instance.num_areas()], vec![0_u64; instance.num_areas()]);
    let mut all = 0_u64;
    for (from, to, commuters) in instance.flows.triples().filter(|(from, to, _)| from != to) {
        leaving[from] += commuters;
        arriving[to] += commuters;
        all += commuters;
    }
    let mut expected = 0_u128;
    for (from, leaving) in leaving.iter().enumerate() {
        for (to, arriving) in arriving.iter().enumerate() {
            if membership.share(from, to) {
                expected += u128::from(*leaving) * u128::from(*arriving);
            }
        }
    }
    let inside = membership.internal_commuting(instance) as f64;
    let all_flow = all as f64;
    (all > 0).then(|| inside / all_flow - expected as f64 / (all_flow * all_flow))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::Flows;
    use regionfront_testkit::rows::{division_of, instance_of};

    const LAND: [LinkKind; 1] = [LinkKind::Land];

    fn instance() -> Instance {
        let mut instance = instance_of(5);
        instance.flows = Flows::from_triples(
            5,
            [(0, 0, 20), (1, 1, 20), (0, 1, 10), (1, 0, 5), (1, 2, 3), (2, 3, 4), (4, 0, 8)],
        );
        instance
    }

    #[test]
    fn a_cover_by_hand() {
        let instance = instance();
        let cover = division_of("cover", &[&[1, 2], &[0, 1, 3]]);
        let found = evaluate(&instance, &LAND, &Validity::default(), &cover);
        assert_eq!(found.covered, [0, 1, 2, 3]);
        assert_eq!((found.double_members, found.outside), (vec![1], vec![4]));
        // Pairs 01, 10 and 12; 23 is cut, 40 leads out.
        assert_eq!(found.internal_commuting, Ratio { part: 18, whole: 30 });
        assert_eq!(found.supply_self_containment, Ratio { part: 58, whole: 200 });
        assert_eq!(found.demand_self_containment, Ratio { part: 58, whole: 160 });
        assert_eq!(found.population_covered, Ratio { part: 400, whole: 500 });
        let first = &found.regions[0];
        assert_eq!(first.figures.areas, [0, 1, 3], "numbered by smallest code");
        assert_eq!(first.parts, vec![vec![0, 1], vec![3]]);
        assert_eq!(first.cohesion, Ratio { part: 2, whole: 6 });
        assert_eq!(first.figures.in_commuters, 4 + 8);
        // W 30. Shared pairs: out·in over {0,1,3}² and {1,2}², once each. out = 10, 8, 4, 0, 8;
        // in = 13, 10, 3, 4, 0. 18·27 + 8·3 + 4·13 … by pair: {0,1,3}: 18·27 = 486;
        // 12: 8·3 = 24; 21: 4·10 = 40; 22: 4·3 = 12.
        let expected = 18.0 / 30.0 - (486.0 + 24.0 + 40.0 + 12.0) / 900.0;
        assert!((found.modularity.expect("there are flows") - expected).abs() < 1e-12);
    }

    #[test]
    fn thresholds_fall_with_size_and_hold_both_sides() {
        let instance = instance();
        let with = |employed: u64, inside: u64, jobs: u64| {
            let mut region = indicators::region(&instance, 1, String::new(), vec![0]);
            region.employed_residents = employed;
            region.jobs = jobs;
            region.own_area_flow = inside;
            region.internal_commuting = 0;
            Validity::default().accepts(&region)
        };
        assert!(!with(3_499, 3_499, 3_499), "too small, however self-contained");
        assert!(with(3_500, 2_625, 3_500), "75 % of 3,500");
        assert!(!with(3_500, 2_624, 3_500));
        assert!(with(25_000, 16_675, 25_000), "66.7 % of 25,000");
        assert!(!with(25_000, 16_675, 25_001), "the demand side falls short");
        // Half way, 14,250 persons, 70.85 % is asked: 10,096.125.
        assert!(with(14_250, 10_097, 14_250) && !with(14_250, 10_096, 14_250));
    }

    #[test]
    fn thresholds_are_read() {
        let read = |text: &str| text.parse::<Validity>();
        assert_eq!(read("75%:3500,66.7%:25000"), Ok(Validity::default()));
        assert_eq!(read("0.6:1000").map(|found| found.small == found.large), Ok(true));
        for wrong in ["75%", "75%:many", "75%:3500,66%:3500", "2:1", "1:1,1:2,1:3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn half_the_people_live_in_the_centre() {
        let mut instance = instance_of(2);
        assert!(reach(&instance, &[0, 1]).is_none(), "nobody knows where the areas are");
        instance.areas[0].position = Some((60.0, 10.0));
        instance.areas[1].position = Some((61.0, 10.0));
        let km = instance.distance_km(0, 1).expect("both have positions");
        let reach = reach(&instance, &[0, 1]).expect("both have positions");
        assert!((reach.mean_km - km / 2.0).abs() < 1e-9, "{reach:?}");
    }
}
