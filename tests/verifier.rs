//! The verifier on trial: before it judges others it accepts known plans, rejects one plan per
//! violation, and rejects random changes to good plans unless a plain check says they survive.

use proptest::prelude::*;
use regionfront::instance::{Division, DivisionRegion, LinkKind};
use regionfront::plan::Plan;
use regionfront::quantity::Share;
use regionfront::scenario::Problem;
use regionfront::verify::{Violation, judge_division, verify};
use regionfront_testkit::generate::{problems, repeatable};
use regionfront_testkit::oracle::{best_for_each_k, keeps_all};
use regionfront_testkit::{Sketch, group};

/// A – B – C – D with 7 and 2 commuters between A and B, 5 between C and D, 9 across.
fn chain() -> Sketch {
    Sketch::chain(4).flow(0, 1, 7).flow(1, 0, 2).flow(2, 3, 5).flow(1, 2, 9).flow(0, 0, 3)
}

const HALVES: [u32; 4] = [1, 1, 2, 2];

/// The codes of what the verifier finds, and the messages joined.
fn found(problem: &Problem, labels: &[u32], claim: u64) -> (Vec<&'static str>, String) {
    let plan = Plan::from_labels(labels);
    let k = plan.num_regions();
    match verify(problem, k, plan, claim) {
        Ok(_) => (Vec::new(), String::new()),
        Err(violations) => read(&violations),
    }
}

fn read(violations: &[Violation]) -> (Vec<&'static str>, String) {
    let codes = violations.iter().map(Violation::code).collect();
    let text = violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    (codes, text)
}

fn division(regions: &[(&str, &[usize])]) -> Division {
    let regions = regions
        .iter()
        .map(|(name, areas)| DivisionRegion { name: (*name).into(), areas: areas.to_vec() })
        .collect();
    Division { name: "ours".into(), regions }
}

#[test]
fn a_good_plan_is_accepted_with_its_objective() {
    let verified = verify(&chain().problem(), 2, Plan::from_labels(&HALVES), 14)
        .expect("both halves are connected and hold 7 + 2 + 5");
    assert_eq!(verified.objective(), 14);
    assert_eq!(verified.plan().labels(), HALVES);
}

#[test]
fn one_region_and_one_per_area_are_accepted() {
    assert_eq!(found(&chain().problem(), &[1, 1, 1, 1], 23).0, [""; 0]);
    assert_eq!(found(&chain().problem(), &[1, 2, 3, 4], 0).0, [""; 0]);
}

#[test]
fn a_plan_that_keeps_every_rule_at_its_limit_is_accepted() {
    let problem = chain()
        .rules(|rules| {
            rules.together = vec![group("west", &[0, 1])];
            rules.apart = vec![group("", &[1, 2])];
            rules.closed = vec![group("east", &[2, 3])];
            rules.limits.population =
                regionfront::scenario::Bounds { min: Some(20), max: Some(20) };
            rules.limits.areas = regionfront::scenario::Bounds { min: Some(2), max: Some(2) };
            rules.limits.min_self_containment = Share::from_millionths(500_000);
        })
        .problem();
    assert_eq!(found(&problem, &HALVES, 14).0, [""; 0], "5 of 10 residents is exactly one half");
}

#[test]
fn a_wrong_objective_is_rejected_both_ways() {
    for claim in [13, 15, u64::MAX] {
        assert_eq!(found(&chain().problem(), &HALVES, claim).0, ["V16"]);
    }
}

#[test]
fn a_plan_for_another_instance_is_rejected() {
    assert_eq!(found(&chain().problem(), &[1, 1, 2], 14).0, ["V01"]);
}

#[test]
fn the_number_of_regions_must_be_k() {
    for k in [0, 1, 3] {
        let violations = verify(&chain().problem(), k, Plan::from_labels(&HALVES), 14)
            .expect_err("the plan has two regions");
        assert_eq!(read(&violations).0, ["V07"]);
    }
}

#[test]
fn labels_read_from_elsewhere_are_not_trusted() {
    for labels in ["[1,1,3,3]", "[0,0,1,1]", "[2,2,1,1]"] {
        let text = format!(r#"{{"labels":{labels},"num_regions":2}}"#);
        let plan: Plan = serde_json::from_str(&text).expect("the shape of a plan");
        let violations = verify(&chain().problem(), 2, plan, 14).expect_err("bad labels");
        assert_eq!(read(&violations).0, ["V06"], "{labels}");
    }
}

#[test]
fn a_split_region_is_named_with_its_parts() {
    let (codes, text) = found(&chain().problem(), &[1, 2, 1, 1], 5);
    assert_eq!(codes, ["V08"]);
    assert!(text.contains("2 parts: A (01) | C (03), D (04)"), "{text}");
}

#[test]
fn only_the_chosen_links_connect() {
    let ferry = Sketch::new(2).link(0, 1, LinkKind::Ferry);
    assert_eq!(found(&ferry.clone().problem(), &[1, 1], 0).0, ["V08"]);
    let all = ferry.rules(|rules| rules.links = LinkKind::ALL.to_vec());
    assert_eq!(found(&all.problem(), &[1, 1], 0).0, [""; 0]);
}

#[test]
fn a_parted_group_is_rejected() {
    let problem = chain().rules(|rules| rules.together = vec![group("Midt", &[1, 2])]).problem();
    let (codes, text) = found(&problem, &HALVES, 14);
    assert_eq!(codes, ["V09"]);
    assert!(text.contains("Midt, to be kept together"), "{text}");
}

#[test]
fn areas_to_be_kept_apart_are_rejected_together() {
    let problem = chain().rules(|rules| rules.apart = vec![group("", &[0, 1, 3])]).problem();
    let (codes, text) = found(&problem, &HALVES, 14);
    assert_eq!(codes, ["V10"]);
    assert!(text.contains("A (01) and B (02)"), "{text}");
}

#[test]
fn a_closed_group_must_be_exactly_a_region() {
    for areas in [&[0][..], &[0, 1, 2], &[1, 2]] {
        let problem = chain().rules(|rules| rules.closed = vec![group("it", areas)]).problem();
        assert_eq!(found(&problem, &HALVES, 14).0, ["V11"]);
    }
}

#[test]
fn a_fixed_region_must_be_kept_and_is_exempt_from_limits() {
    let fixed = |areas: &[usize]| {
        chain()
            .populations(&[1, 1, 10, 10])
            .rules(|rules| {
                rules.fixed = vec![group("it", areas)];
                rules.limits.population.min = Some(10);
            })
            .problem()
    };
    assert_eq!(found(&fixed(&[0, 1]), &HALVES, 14).0, [""; 0]);
    assert_eq!(found(&fixed(&[2, 3]), &HALVES, 14).0, ["V13"], "the other region is not exempt");
    assert_eq!(found(&fixed(&[0]), &HALVES, 14).0, ["V12", "V13"]);
}

#[test]
fn limits_do_not_apply_to_the_region_of_an_exempt_area() {
    let exempt = |areas: &[usize]| {
        chain()
            .populations(&[1, 1, 10, 10])
            .rules(|rules| {
                rules.exempt = areas.to_vec();
                rules.limits.population =
                    regionfront::scenario::Bounds { min: Some(3), max: Some(19) };
            })
            .problem()
    };
    assert_eq!(found(&exempt(&[]), &HALVES, 14).0, ["V13", "V14"]);
    assert_eq!(found(&exempt(&[1]), &HALVES, 14).0, ["V14"], "the other region is not exempt");
    assert_eq!(found(&exempt(&[2]), &HALVES, 14).0, ["V13"]);
    assert_eq!(found(&exempt(&[0, 3]), &HALVES, 14).0, [""; 0]);
}

#[test]
fn each_limit_is_checked_on_both_sides() {
    type Pick = fn(&mut regionfront::scenario::Limits) -> &mut regionfront::scenario::Bounds;
    let sides: [(Pick, u64); 4] = [
        (|limits| &mut limits.population, 20),
        (|limits| &mut limits.areas, 2),
        (|limits| &mut limits.jobs, 10),
        (|limits| &mut limits.employed, 10),
    ];
    for (pick, value) in sides {
        let low = chain().rules(|rules| pick(&mut rules.limits).min = Some(value + 1)).problem();
        let (codes, text) = found(&low, &HALVES, 14);
        assert_eq!(codes, ["V13", "V13"], "{text}");
        let high = chain().rules(|rules| pick(&mut rules.limits).max = Some(value - 1)).problem();
        assert_eq!(found(&high, &HALVES, 14).0, ["V14", "V14"]);
    }
}

#[test]
fn self_containment_is_compared_exactly() {
    let problem = chain()
        .rules(|rules| rules.limits.min_self_containment = Share::from_millionths(500_001))
        .problem();
    let (codes, text) = found(&problem, &HALVES, 14);
    assert_eq!(codes, ["V15"], "12 of 10 in the west, 5 of 10 in the east");
    assert!(text.contains("employs 5 of its 10"), "{text}");
}

#[test]
fn huge_figures_do_not_wrap_around() {
    let problem = chain()
        .populations(&[u64::MAX; 4])
        .rules(|rules| rules.limits.population.max = Some(u64::MAX))
        .problem();
    assert_eq!(found(&problem, &HALVES, 14).0, ["V14", "V14"]);
}

#[test]
fn a_division_that_is_a_partition_is_judged_like_a_plan() {
    let halves = division(&[("East", &[2, 3]), ("West", &[0, 1])]);
    let verified = judge_division(&chain().problem(), &halves, None).expect("good halves");
    assert_eq!((verified.objective(), verified.plan().labels()), (14, &HALVES[..]));
    let violations = judge_division(&chain().problem(), &halves, Some(3)).expect_err("two regions");
    assert_eq!(read(&violations).0, ["V07"]);
}

#[test]
fn a_cover_is_judged_as_far_as_it_goes() {
    let cover = division(&[("West", &[0, 1]), ("Split", &[1, 3]), ("None", &[]), ("Far", &[9])]);
    let violations = judge_division(&chain().problem(), &cover, None).expect_err("a cover");
    let (codes, text) = read(&violations);
    assert_eq!(codes, ["V05", "V02", "V05", "V04", "V03", "V08"], "{text}");
    assert!(text.contains("B (02) stands in 2 regions: West, Split"), "{text}");
    assert!(text.contains("C (03) stands in no region"), "{text}");
}

#[test]
fn an_area_listed_twice_in_one_region_is_a_double_member() {
    let twice = division(&[("All", &[0, 1, 2, 3, 3])]);
    let violations = judge_division(&chain().problem(), &twice, None).expect_err("D is in twice");
    assert_eq!(read(&violations).0, ["V04"]);
}

/// The objective of a labelling, counted plainly.
fn count(problem: &Problem, labels: &[usize]) -> u64 {
    problem
        .instance
        .flows
        .triples()
        .filter(|&(from, to, _)| from != to && labels[from] == labels[to])
        .map(|(_, _, flow)| flow)
        .sum()
}

proptest! {
    #![proptest_config(repeatable(400))]

    #[test]
    fn changed_plans_pass_only_if_they_survive_a_plain_check(
        problem in problems(2..=8),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8), 1..4),
        claim_off in -1_i64..=1,
    ) {
        let n = problem.instance.num_areas();
        for best in best_for_each_k(&problem).into_iter().flatten() {
            let mut labels = best.labels;
            for (area, label) in &changes {
                labels[area.index(n)] = label % n;
            }
            let plan = Plan::from_labels(&labels);
            let claim = count(&problem, &labels).saturating_add_signed(claim_off);
            let canonical: Vec<usize> =
                plan.labels().iter().map(|&label| label as usize - 1).collect();
            let good = keeps_all(&problem, &canonical) && claim == count(&problem, &labels);
            prop_assert_eq!(verify(&problem, plan.num_regions(), plan, claim).is_ok(), good);
        }
    }

    #[test]
    fn random_labels_pass_only_if_they_survive_a_plain_check(
        problem in problems(1..=8),
        labels in prop::collection::vec(0_usize..4, 8),
    ) {
        let labels = &labels[..problem.instance.num_areas()];
        let plan = Plan::from_labels(labels);
        let canonical: Vec<usize> = plan.labels().iter().map(|&label| label as usize - 1).collect();
        let good = keeps_all(&problem, &canonical);
        let claim = count(&problem, labels);
        prop_assert_eq!(verify(&problem, plan.num_regions(), plan, claim).is_ok(), good);
    }
}
