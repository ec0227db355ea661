//! Fronts against full enumeration: every nondominated point of every small random problem is
//! there, proven, and nothing else.
#![allow(clippy::print_stdout, reason = "trials on demand tell how far they are")]

mod enumeration;
mod interrupted;

use enumeration::{agrees, all_values, front, furnish, objective_set, one_way, terms};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use regionfront::front::{Front, ObjectiveKind, Terms};
use regionfront::instance::Distances;
use regionfront::quantity::Share;
use regionfront_testkit::generate::{Switches, instances, problems, repeatable, with_rules};
use regionfront_testkit::shapes::exempt_problem;
use regionfront_testkit::{Sketch, extremes, group};

fn try_kinds(cases: u32, kinds: &[ObjectiveKind]) {
    TestRunner::new(repeatable(cases))
        .run(&problems(1..=6), |problem| agrees(&furnish(problem), kinds).map(|_| ()))
        .unwrap_or_else(|failure| panic!("{kinds:?}: {failure}"));
}

#[test]
fn fronts_are_those_of_enumeration_for_every_objective() {
    for kind in ObjectiveKind::ALL {
        try_kinds(80, &[kind]);
    }
}

/// With distances of its own, as `distances.csv` gives them, an instance needs no positions.
#[test]
fn fronts_against_given_distances_are_those_of_enumeration() {
    TestRunner::new(repeatable(120))
        .run(&problems(1..=6), |problem| {
            let mut problem = furnish(problem);
            let codes = problem.instance.areas.iter().map(|area| area.code.clone()).collect();
            let km = |from, to| Some(f64::from(one_way(from, to)) / 10.0);
            problem.instance.distances = Some(Distances::new(codes, km));
            for area in &mut problem.instance.areas {
                area.position = None;
            }
            agrees(&problem, &[ObjectiveKind::Distance]).map(|_| ())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn joint_fronts_are_those_of_enumeration() {
    use ObjectiveKind::{
        Distance, KeptTogether, MaxPopulation, MinAreas, MinJobs, MinPopulation,
        MinSelfContainment, OtherYear,
    };
    for kinds in [
        &[MinPopulation, KeptTogether][..],
        &[KeptTogether, MinPopulation],
        &[MaxPopulation, MinPopulation],
        &[MinAreas, Distance],
        &[MinSelfContainment, MinJobs],
        &[MinPopulation, MaxPopulation, KeptTogether],
        &[MinPopulation, OtherYear],
    ] {
        try_kinds(40, kinds);
    }
}

/// Each kind of rule alone, so that a fault in one is not hidden by another.
#[test]
fn fronts_are_those_of_enumeration_for_each_kind_of_rule() {
    let none = Switches::NONE;
    let kinds = [
        ObjectiveKind::MinPopulation,
        ObjectiveKind::MaxPopulation,
        ObjectiveKind::MinSelfContainment,
        ObjectiveKind::KeptTogether,
        ObjectiveKind::Distance,
        ObjectiveKind::OtherYear,
    ];
    for switches in [
        none,
        Switches { together: true, ..none },
        Switches { apart: true, ..none },
        Switches { closed: true, ..none },
        Switches { fixed: true, ..none },
        Switches { population: true, ..none },
        Switches { areas: true, ..none },
        Switches { jobs: true, employed: true, ..none },
        Switches { self_containment: true, ..none },
        Switches { fixed: true, closed: true, population: true, ..none },
    ] {
        let strategy = instances(2..=6).prop_flat_map(move |it| with_rules(it, switches));
        TestRunner::new(repeatable(12))
            .run(&strategy, |problem| {
                let problem = furnish(problem);
                kinds.iter().try_for_each(|&kind| agrees(&problem, &[kind]).map(|_| ()))
            })
            .unwrap_or_else(|failure| panic!("{switches:?}: {failure}"));
    }
}

/// Regions to which limits do not apply count in no bottleneck, as fixed ones do not.
#[test]
fn fronts_beside_exempt_regions_are_those_of_enumeration() {
    for kind in ObjectiveKind::ALL {
        for seed in 0..60 {
            let num_areas = 2 + usize::try_from(seed % 5).expect("small");
            let problem = furnish(exempt_problem(seed, num_areas));
            agrees(&problem, &[kind]).unwrap_or_else(|failure| panic!("{kind:?}: {failure}"));
        }
    }
}

/// A front along the smallest or largest region measures nothing where limits may apply to none.
#[test]
fn a_front_along_regions_without_limits_is_refused() {
    let problem =
        furnish(Sketch::chain(4).flow(0, 1, 7).rules(|rules| rules.exempt = vec![1]).problem());
    let asked = |k: usize, kind| Front::of(&problem).k([k]).against(kind).run();
    let refused = asked(1, ObjectiveKind::MinPopulation).expect_err("nothing to measure");
    assert!(refused.to_string().contains("E258"), "{refused}");
    assert!(asked(2, ObjectiveKind::MinPopulation).is_ok());
    assert!(asked(1, ObjectiveKind::Distance).is_ok(), "a sum over all regions");
}

/// Near plans are all those that meet the point's demand and lose at most the share asked for.
#[test]
fn near_plans_are_those_of_enumeration() {
    let slack = Share::from_millionths(150_000).expect("a share");
    let terms = Terms { within: Some(slack), most_near: 100_000, ..terms() };
    let kinds = [ObjectiveKind::MinPopulation];
    TestRunner::new(repeatable(150))
        .run(&problems(2..=6), |problem| {
            let problem = furnish(problem);
            let Some(set) = objective_set(&problem, &kinds) else { return Ok(()) };
            for k in 1..=problem.instance.num_areas() {
                let values = all_values(&problem, k, &kinds);
                let mut beyond: Option<i128> = None;
                for point in front(&set, k, &terms)?.points {
                    let best = u128::from(point.plan.objective());
                    let expected = values
                        .iter()
                        .filter(|(value, scores)| {
                            u128::from(*value) * 1_000_000 >= best * 850_000
                                && beyond.is_none_or(|beyond| scores[0].0 > beyond)
                        })
                        .count();
                    prop_assert!(point.is_near_complete);
                    prop_assert_eq!(point.near.len(), expected, "k = {}", k);
                    prop_assert_eq!(&point.near[0].0, point.plan.plan());
                    beyond = Some(i128::from(point.scores[0].part));
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Objectives, single and joint, of the long search.
const SETS: [&[ObjectiveKind]; 18] = {
    use ObjectiveKind::{
        Distance, KeptTogether, MaxPopulation, MinAreas, MinEmployed, MinJobs, MinPopulation,
        MinSelfContainment, OtherYear,
    };
    [
        &[MinPopulation],
        &[MinJobs],
        &[MinEmployed],
        &[MinAreas],
        &[MaxPopulation],
        &[MinSelfContainment],
        &[KeptTogether],
        &[Distance],
        &[MinPopulation, MaxPopulation],
        &[MaxPopulation, MinSelfContainment],
        &[MinPopulation, Distance],
        &[MinSelfContainment, KeptTogether],
        &[KeptTogether, MinJobs],
        &[MinEmployed, MinAreas],
        &[MinPopulation, MinSelfContainment, Distance],
        &[MinAreas, MaxPopulation, KeptTogether],
        &[OtherYear],
        &[OtherYear, MinPopulation],
    ]
};

/// Compares the fronts of one problem for one set of objectives; which and how many from the seed.
fn try_extreme(seed: u64) -> usize {
    let at = usize::try_from(seed % 1_000_000).expect("small");
    let problem = extremes::problem(seed, 1 + at / SETS.len() % 7);
    let kinds = SETS[at % SETS.len()];
    agrees(&problem, kinds).unwrap_or_else(|failure| panic!("seed {seed}, {kinds:?}: {failure}"))
}

/// Figures from nothing to 10^12, ties, shapes and rules at the ends of what is possible.
#[test]
fn fronts_at_the_extremes_are_those_of_enumeration() {
    let fronts: usize = (0..1_600).map(try_extreme).sum();
    assert!(fronts > 6_000, "{fronts} fronts");
}

/// Distances that hardly leave room beside those of bad plans: the simplex method called the master
/// unbounded, whatever way it went.
#[test]
fn figures_far_from_one_leave_a_front() {
    try_extreme(6_033_822);
}

/// The same for as many fronts as are asked for, from any seed on; what differs is named at the
/// end. Recorded in `benches/RELIABILITY.md`.
#[test]
#[ignore = "takes hours: DISCOVERY_FRONTS=200000 DISCOVERY_SEED=0 cargo test --release --test front -- --ignored --nocapture"]
fn long_discovery() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let most = number("DISCOVERY_FRONTS", 200_000);
    let first = number("DISCOVERY_SEED", 0);
    let mut fronts = 0_u64;
    let mut differ = Vec::new();
    for seed in first.. {
        match std::panic::catch_unwind(|| try_extreme(seed)) {
            Ok(more) => fronts += more as u64,
            Err(_) => differ.push(seed),
        }
        if seed % 500 == 0 || fronts >= most {
            println!("seeds {first} to {seed}: {fronts} fronts, {} seeds differ", differ.len());
        }
        if fronts >= most {
            break;
        }
    }
    assert!(differ.is_empty(), "{fronts} fronts; these seeds differ: {differ:?}");
}

/// An audit confirms every demand of a complete front, and misses no point taken out of it.
#[test]
fn audits_confirm_fronts_and_notice_what_is_missing() {
    use regionfront::front::{Finding, audit, claims};
    let mut refuted = 0;
    for seed in 0..300 {
        let at = usize::try_from(seed).expect("small");
        let problem = extremes::problem(seed, 2 + at % 5);
        let Some(set) = objective_set(&problem, SETS[at % SETS.len()]) else { continue };
        for k in 1..=3 {
            let mut front = front(&set, k, &terms()).expect("no fault");
            let findings = |front: &regionfront::front::Front| {
                let claims = claims(&set, front);
                let listed: Vec<_> = claims.iter().enumerate().collect();
                assert!(!listed.is_empty(), "seed {seed}");
                audit(&set, &listed, 1, &terms(), 2, &|_, _| ()).expect("there are threads")
            };
            let found = findings(&front);
            assert!(found.iter().all(|it| *it == Finding::Confirmed), "seed {seed}: {found:?}");
            if front.points.len() > 2 {
                front.points.remove(1 + at % (front.points.len() - 2));
                let found = findings(&front);
                assert!(found.iter().any(|it| matches!(it, Finding::Refuted(_))), "seed {seed}");
                refuted += 1;
            }
        }
    }
    assert!(refuted > 20, "{refuted} fronts of more than two points");
}

/// When every region is decided there is one plan, whatever is demanded.
#[test]
fn a_decided_division_is_a_front_of_one_point() {
    let problem = furnish(
        Sketch::chain(4)
            .flow(0, 1, 7)
            .flow(2, 3, 5)
            .rules(|rules| {
                rules.fixed = vec![group("a", &[0, 1]), group("b", &[2, 3])];
            })
            .problem(),
    );
    for kind in ObjectiveKind::ALL {
        let set = objective_set(&problem, &[kind]).expect("it has what it needs");
        let front = front(&set, 2, &terms()).expect("no fault");
        assert!(front.is_complete(), "{kind}");
        assert_eq!(front.points.len(), 1, "{kind}");
    }
}

/// More plans of equal value than are compared: the point is proven all the same, and says that
/// its plan need not be the first of them.
#[test]
fn ties_that_are_not_all_compared_are_told() {
    let kinds = [ObjectiveKind::MinPopulation];
    // A row of 17 areas where nobody commutes falls into eight parts in 11,440 ways.
    for (num_areas, is_canonical) in [(9, true), (17, false)] {
        let problem = furnish(Sketch::chain(num_areas).problem());
        let set = objective_set(&problem, &kinds).expect("it needs nothing");
        let front = front(&set, 8, &terms()).expect("no fault");
        assert!(front.is_complete(), "{:?}", front.missing);
        assert!(front.points.iter().any(|point| point.is_canonical == is_canonical));
    }
}

/// Few regions and large flows: lists of regions are short enough never to end for want of room.
/// They once went on doubling until their range wrapped around, and a list of no region at all
/// claimed to hold every plan.
#[test]
fn large_flows_on_few_areas_lose_no_point() {
    let far = furnish(
        Sketch::new(5)
            .land(0, 3)
            .land(1, 2)
            .land(2, 4)
            .populations(&[1, 8, 1, 1, 9])
            .employed(&[1_578_222, 2_406_830, 2_320_081, 1_907_371, 1_516_581])
            .jobs(&[0, 479, 5_358_026, 0, 1_327_455])
            .flow(2, 1, 700_000)
            .flow(4, 2, 600_000)
            .problem(),
    );
    let near = furnish(
        Sketch::new(8)
            .land(2, 5)
            .land(2, 7)
            .land(3, 4)
            .land(4, 5)
            .populations(&[78, 95, 20, 1, 1, 96, 79, 1])
            .employed(&[0, 0, 6_000, 8_000, 0, 5_000, 0, 14_000])
            .flow(2, 4, 6_000)
            .flow(3, 2, 8_000)
            .flow(5, 4, 5_000)
            .flow(7, 3, 8_000)
            .flow(7, 2, 6_000)
            .problem(),
    );
    for problem in [far, near] {
        for kind in ObjectiveKind::ALL {
            agrees(&problem, &[kind]).unwrap_or_else(|failure| panic!("{kind}: {failure}"));
        }
    }
}

/// What is listed beside the points, and how much of it, changes no point.
#[test]
fn points_do_not_depend_on_what_else_is_asked_for() {
    let slack = Share::from_millionths(200_000);
    let others = [
        Terms { within: slack, most_near: 1, alternatives: 0, ..terms() },
        Terms { alternatives: 0, ..terms() },
        Terms { within: slack, seed: 7, ..terms() },
    ];
    TestRunner::new(repeatable(100))
        .run(&problems(2..=6), |problem| {
            let problem = furnish(problem);
            for kind in [ObjectiveKind::MinPopulation, ObjectiveKind::Distance] {
                let Some(set) = objective_set(&problem, &[kind]) else { continue };
                for k in 1..=problem.instance.num_areas() {
                    let points = |terms: &Terms| -> Result<Vec<(u64, _)>, TestCaseError> {
                        let points = front(&set, k, terms)?.points;
                        Ok(points.iter().map(|p| (p.plan.objective(), p.scores.clone())).collect())
                    };
                    let expected = points(&terms())?;
                    for terms in &others {
                        prop_assert_eq!(&points(terms)?, &expected, "{} k = {}", kind, k);
                    }
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}
