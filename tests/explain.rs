//! Explanations against the oracle: the rules named leave no plan, without any one of them there is
//! one, and every change proposed leads where it says. And what they say of Viken.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use regionfront::allowance::Allowance;
use regionfront::exact::Exact;
use regionfront::explain::{
    Change, Explainer, Explanation, Relaxation, Rule, RuleSet, Side, Verdict, conflict_sentence,
    relaxation_sentence,
};
use regionfront::instance::{Instance, Link, LinkKind};
use regionfront::job::{Settings, SharedEngine};
use regionfront::quantity::Share;
use regionfront::scenario::rule::{all_touching, under};
use regionfront::scenario::{AreaGroup, Bounds, Group, Limits, Measure, Problem, Rules, Scenario};
use regionfront_testkit::generate::{problems, repeatable};
use regionfront_testkit::oracle::{self, best_for_each_k, partitions};
use regionfront_testkit::shapes::exempt_problem;
use regionfront_testkit::{Sketch, group};

fn explainer(problem: &Problem) -> Explainer {
    let engine: SharedEngine = Arc::new(Exact);
    Explainer::new(problem, &engine, &Settings::default())
}

fn explain(problem: &Problem, k: usize) -> Explanation {
    explainer(problem).explain(k, None)
}

// ---- the oracle ---------------------------------------------------------------------------------

/// A problem that has no rules but these, judged plainly. A region to be fixed is exempt from the
/// limits whether or not its rule is among them.
struct Loosened {
    groups: Problem,
    limits: Problem,
    k: Option<usize>,
}

impl Loosened {
    fn new(problem: &Problem, rules: &RuleSet, k: usize) -> Self {
        let all = &problem.rules;
        let has = |rule| rules.contains(&rule);
        let pick = |groups: &[Group], rule: fn(usize) -> Rule| -> Vec<Group> {
            let mut picked = Vec::new();
            for (at, group) in groups.iter().enumerate() {
                if has(rule(at)) {
                    picked.push(group.clone());
                }
            }
            picked
        };
        let mut groups = problem.clone();
        let counts = |kind: &LinkKind| all.links.contains(kind) || !has(Rule::NotCounted(*kind));
        groups.rules = Rules {
            links: LinkKind::ALL.into_iter().filter(counts).collect(),
            together: pick(&all.together, Rule::Together),
            apart: pick(&all.apart, Rule::Apart),
            closed: pick(&all.closed, Rule::Closed),
            fixed: pick(&all.fixed, Rule::Fixed),
            ..Rules::default()
        };
        if !has(Rule::Contiguity) {
            let n = problem.instance.num_areas();
            for a in 0..n {
                for b in a + 1..n {
                    let kind = LinkKind::Land;
                    let link = Link { a, b, kind, border_km: None, note: String::new() };
                    groups.instance.links.push(link);
                }
            }
            groups.rules.links = vec![LinkKind::Land];
        }
        let mut limits = problem.clone();
        let side = |measure, given: Bounds| Bounds {
            min: given.min.filter(|_| has(Rule::Limit(measure, Side::Min))),
            max: given.max.filter(|_| has(Rule::Limit(measure, Side::Max))),
        };
        let given = all.limits;
        limits.rules.limits = Limits {
            population: side(Measure::Population, given.population),
            areas: side(Measure::Areas, given.areas),
            jobs: side(Measure::Jobs, given.jobs),
            employed: side(Measure::Employed, given.employed),
            min_self_containment: given.min_self_containment.filter(|_| has(Rule::SelfContainment)),
        };
        Self { groups, limits, k: has(Rule::Regions).then_some(k) }
    }

    fn is_kept(&self, labels: &[usize]) -> bool {
        let num_regions = labels.iter().max().map_or(0, |label| label + 1);
        self.k.is_none_or(|k| k == num_regions)
            && oracle::keeps_groups(&self.groups, labels)
            && (0..num_regions).all(|label| {
                let members: Vec<usize> =
                    (0..labels.len()).filter(|&area| labels[area] == label).collect();
                oracle::is_connected(&self.groups, &members)
                    && oracle::keeps_limits(&self.limits, &members)
            })
    }
}

fn is_feasible(problem: &Problem, rules: &RuleSet, k: usize) -> bool {
    let loosened = Loosened::new(problem, rules, k);
    partitions(problem.instance.num_areas()).iter().any(|labels| loosened.is_kept(labels))
}

fn best(problem: &Problem, k: usize) -> Option<u64> {
    let all = best_for_each_k(problem);
    all.get(k)?.as_ref().map(|best| best.objective)
}

// ---- properties ---------------------------------------------------------------------------------

/// The problem as the user would have it without these rules, the number of regions apart.
fn without(problem: &Problem, out: &[Rule]) -> Problem {
    let mut changed = problem.clone();
    let rules = &mut changed.rules;
    let keep = |groups: &[Group], rule: fn(usize) -> Rule| -> Vec<Group> {
        let is_in = |at: &usize| !out.contains(&rule(*at));
        (0..groups.len()).filter(is_in).map(|at| groups[at].clone()).collect()
    };
    rules.together = keep(&rules.together, Rule::Together);
    rules.apart = keep(&rules.apart, Rule::Apart);
    rules.closed = keep(&rules.closed, Rule::Closed);
    rules.fixed = keep(&rules.fixed, Rule::Fixed);
    for rule in out {
        match *rule {
            Rule::Limit(measure, side) => *limit_of(rules, measure, side) = None,
            Rule::SelfContainment => rules.limits.min_self_containment = None,
            Rule::NotCounted(kind) => rules.links.push(kind),
            Rule::Contiguity => {
                let n = changed.instance.num_areas();
                let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
                let kind = rules.links[0];
                changed.instance.links.extend(pairs.map(|(a, b)| Link {
                    a,
                    b,
                    kind,
                    border_km: None,
                    note: String::new(),
                }));
            }
            _ => {}
        }
    }
    changed
}

fn limit_of(rules: &mut Rules, measure: Measure, side: Side) -> &mut Option<u64> {
    let bounds = match measure {
        Measure::Population => &mut rules.limits.population,
        Measure::Areas => &mut rules.limits.areas,
        Measure::Jobs => &mut rules.limits.jobs,
        Measure::Employed => &mut rules.limits.employed,
    };
    match side {
        Side::Min => &mut bounds.min,
        Side::Max => &mut bounds.max,
    }
}

fn leads_where_it_says(
    problem: &Problem,
    k: usize,
    relaxation: &Relaxation,
) -> Result<(), TestCaseError> {
    prop_assert!(relaxation.is_nearest);
    prop_assert!(relaxation.outcome.is_optimal);
    let objective = Some(relaxation.outcome.objective);
    match &relaxation.change {
        Change::Limit { measure, side, to } => {
            let mut changed = problem.clone();
            *limit_of(&mut changed.rules, *measure, *side) = Some(*to);
            prop_assert_eq!(best(&changed, k), objective);
            let nearer = if *side == Side::Min { to + 1 } else { to - 1 };
            *limit_of(&mut changed.rules, *measure, *side) = Some(nearer);
            prop_assert_eq!(best(&changed, k), None);
        }
        Change::SelfContainment { to } => {
            let mut changed = problem.clone();
            changed.rules.limits.min_self_containment = Some(*to);
            prop_assert_eq!(best(&changed, k), objective);
            changed.rules.limits.min_self_containment =
                Share::from_millionths(to.millionths_up() + 1);
            prop_assert_eq!(best(&changed, k), None);
        }
        Change::Regions { to, extreme } => {
            let all = best_for_each_k(problem);
            prop_assert_eq!(all[*to].as_ref().map(|best| best.objective), objective);
            for (other, best) in all.iter().enumerate() {
                let is_between = (*to < other && other < k) || (k < other && other < *to);
                let is_beyond = match extreme {
                    Some(Side::Max) => other > *to,
                    Some(Side::Min) => other < *to,
                    None => false,
                };
                prop_assert!(best.is_none() || !(is_between || is_beyond));
            }
        }
        Change::Without(out) if out.len() == 1 => {
            prop_assert_eq!(best(&without(problem, out), k), objective);
        }
        Change::Without(_) => {}
    }
    Ok(())
}

/// What an explanation says holds; true of feasible problems, too.
fn holds(problem: &Problem, found: &Explanation, is_possible: bool) -> Result<(), TestCaseError> {
    let k = found.k;
    if is_possible {
        prop_assert_eq!(found.verdict, Verdict::Feasible);
        return Ok(());
    }
    prop_assert_eq!(found.verdict, Verdict::Infeasible);
    prop_assert!(found.is_complete && found.is_irreducible);
    prop_assert!(!is_feasible(problem, &found.rules, k), "{:?} leave a plan", found.rules);
    for rule in &found.rules {
        let mut fewer = found.rules.clone();
        fewer.remove(rule);
        prop_assert!(is_feasible(problem, &fewer, k), "{rule:?} is not needed");
    }
    prop_assert!(!found.relaxations.is_empty());
    for relaxation in &found.relaxations {
        leads_where_it_says(problem, k, relaxation)?;
        prop_assert!(!relaxation_sentence(problem, relaxation).is_empty());
    }
    // Whatever one rule left out would do is proposed.
    let proposed = |rule: Rule| {
        found.relaxations.iter().any(|relaxation| match (&relaxation.change, rule) {
            (Change::Limit { measure, side, .. }, rule) => Rule::Limit(*measure, *side) == rule,
            (Change::SelfContainment { .. }, Rule::SelfContainment)
            | (Change::Regions { .. }, Rule::Regions) => true,
            (Change::Without(out), rule) => *out == [rule],
            _ => false,
        })
    };
    for rule in &found.rules {
        let changed = without(problem, &[*rule]);
        let helps = match rule {
            Rule::Regions => best_for_each_k(problem).iter().any(Option::is_some),
            _ => best(&changed, k).is_some(),
        };
        prop_assert_eq!(proposed(*rule), helps, "{:?}", rule);
    }
    Ok(())
}

proptest! {
    #![proptest_config(repeatable(250))]

    #[test]
    fn explanations_hold(problem in problems(1..=6)) {
        let mut explainer = explainer(&problem);
        let mut possible: Vec<bool> =
            best_for_each_k(&problem).iter().map(Option::is_some).collect();
        possible.push(false);
        for (k, &is_possible) in possible.iter().enumerate().skip(1) {
            let found = explainer.explain(k, None);
            holds(&problem, &found, is_possible)?;
            // One k after another or alone: the same words.
            prop_assert_eq!(&explain(&problem, k), &found);
        }
    }
}

/// Limits do not apply to the regions of some areas: what is said there holds against enumeration, too.
#[test]
fn explanations_hold_where_limits_do_not_apply_to_some_regions() {
    let mut conflicts = 0;
    for seed in 0..150 {
        let num_areas = 2 + usize::try_from(seed % 5).expect("small");
        let problem = exempt_problem(seed, num_areas);
        let possible: Vec<bool> = best_for_each_k(&problem).iter().map(Option::is_some).collect();
        let mut explainer = explainer(&problem);
        for (k, &is_possible) in possible.iter().enumerate().skip(1) {
            let found = explainer.explain(k, None);
            holds(&problem, &found, is_possible)
                .unwrap_or_else(|error| panic!("seed {seed}, k = {k}: {error}"));
            conflicts += usize::from(!is_possible);
        }
    }
    assert!(conflicts > 50, "{conflicts} conflicts were explained");
}

/// What the property above was tried on: conflicts and ways out of every kind.
#[test]
fn the_trial_meets_every_kind_of_rule() {
    let mut runner = TestRunner::new(repeatable(400));
    let strategy = problems(1..=6);
    let mut seen = BTreeMap::<&str, u32>::new();
    for _ in 0..400 {
        let problem = strategy.new_tree(&mut runner).expect("a problem").current();
        let mut explainer = explainer(&problem);
        for k in 1..=problem.instance.num_areas() {
            let found = explainer.explain(k, None);
            for rule in &found.rules {
                *seen.entry(kind_of(*rule)).or_default() += 1;
            }
            if found.rules.len() > 2 {
                *seen.entry("three rules and more").or_default() += 1;
            }
            for way in &found.relaxations {
                let kind = match &way.change {
                    Change::Limit { side: Side::Min, .. } => "lower",
                    Change::Limit { side: Side::Max, .. } => "raise",
                    Change::SelfContainment { .. } => "lower self-containment",
                    Change::Regions { extreme: None, .. } => "another number",
                    Change::Regions { extreme: Some(_), .. } => "the most or fewest",
                    Change::Without(out) if out.len() == 1 => "without",
                    Change::Without(_) => "without several",
                };
                *seen.entry(kind).or_default() += 1;
            }
        }
    }
    let expected = [
        "closed",
        "fixed",
        "together",
        "apart",
        "k",
        "minimum",
        "maximum",
        "self-containment",
        "contiguity",
        "link kind",
        "three rules and more",
        "lower",
        "raise",
        "lower self-containment",
        "the most or fewest",
        "without",
        "without several",
    ];
    for kind in expected {
        assert!(seen.get(kind).is_some_and(|&count| count > 3), "{kind}: {seen:#?}");
    }
}

fn kind_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Closed(_) => "closed",
        Rule::Fixed(_) => "fixed",
        Rule::Together(_) => "together",
        Rule::Apart(_) => "apart",
        Rule::Regions => "k",
        Rule::Limit(_, Side::Min) => "minimum",
        Rule::Limit(_, Side::Max) => "maximum",
        Rule::SelfContainment => "self-containment",
        Rule::Contiguity => "contiguity",
        Rule::NotCounted(_) => "link kind",
    }
}

// ---- limits -------------------------------------------------------------------------------------

#[test]
fn without_time_the_rules_named_still_conflict() {
    // A – B – C – D, of 10 people each, cannot be two regions of 25.
    let problem = Sketch::chain(4)
        .rules(|rules| {
            rules.limits.population.min = Some(25);
            rules.together = vec![group("Pair", &[0, 1])];
        })
        .problem();
    let found = explainer(&problem).explain_proven(2, Some(Duration::ZERO));
    assert_eq!(found.verdict, Verdict::Infeasible);
    assert!(!found.is_complete);
    assert!(!is_feasible(&problem, &found.rules, 2));
    // An engine is needed to see that A – B – C cannot be two regions of two areas.
    let problem = Sketch::chain(4)
        .populations(&[10, 1, 1, 10])
        .rules(|rules| {
            rules.limits.population = Bounds { min: Some(11), max: Some(11) };
            rules.apart = vec![group("", &[1, 2])];
            rules.together = vec![group("Ends", &[0, 2])];
        })
        .problem();
    let found = explainer(&problem).explain_proven(2, Some(Duration::ZERO));
    assert!(!found.is_irreducible);
    assert!(!is_feasible(&problem, &found.rules, 2));
}

/// Without a limit of time, how far an explanation comes depends on nothing but the question.
#[test]
fn an_amount_of_work_explains_the_same_every_time() {
    let viken = Instance::load(Path::new("instances/viken-2020")).expect("it loads");
    let rules = Scenario::parse("min_population = 100000", "rules").expect("it reads");
    let problem = Problem::resolve(viken, &rules).expect("it resolves");
    let with = |units: u64| explainer(&problem).explain_proven(12, Allowance::Work(units));
    let little = with(2_000);
    assert!(!little.is_complete, "that is hardly enough for one question");
    assert_eq!(with(2_000), little);
    let more = with(200_000);
    assert_eq!(with(200_000), more);
}

// ---- words --------------------------------------------------------------------------------------

#[test]
fn links_that_do_not_count_are_named() {
    // A – B on land, B to C by ferry.
    let problem = Sketch::new(3).land(0, 1).link(1, 2, LinkKind::Ferry).problem();
    let found = explain(&problem, 1);
    assert_eq!(
        conflict_sentence(&problem, 1, &found.rules),
        "1 region and contiguity without ferries cannot both hold"
    );
    let ways: Vec<String> =
        found.relaxations.iter().map(|way| relaxation_sentence(&problem, way)).collect();
    assert_eq!(
        ways,
        [
            "ask for 2 regions, the fewest the other rules allow",
            "let regions fall into parts that do not touch",
            "count ferries as contiguous"
        ]
    );
}

// ---- Viken --------------------------------------------------------------------------------------

const HALLINGDAL: [&str; 6] = ["Flå", "Nesbyen", "Gol", "Hemsedal", "Ål", "Hol"];

fn viken(change: impl FnOnce(&mut Scenario)) -> Problem {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder).expect("a sound instance");
    let mut scenario = Scenario::default();
    change(&mut scenario);
    Problem::resolve_names(instance, &scenario).expect("known names").0
}

fn named(name: &str, areas: &[&str]) -> AreaGroup {
    AreaGroup {
        name: name.into(),
        areas: areas.iter().map(ToString::to_string).collect(),
        place: String::new(),
    }
}

/// The conflict, and the ways out.
fn said(problem: &Problem, k: usize) -> (String, Vec<String>) {
    let found = explain(problem, k);
    assert!(found.is_complete && found.is_irreducible, "{found:?}");
    let ways = found.relaxations.iter().map(|way| relaxation_sentence(problem, way)).collect();
    (conflict_sentence(problem, k, &found.rules), ways)
}

#[test]
fn hallingdal_closed_is_below_a_minimum_of_25_000() {
    let problem = viken(|scenario| {
        scenario.closed = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.min_population = Some(25_000);
        scenario.max_population = Some(300_000);
    });
    let (conflict, ways) = said(&problem, 9);
    assert_eq!(
        conflict,
        "Hallingdal closed (20,532 people) and a minimum population of 25,000 cannot both hold"
    );
    assert_eq!(
        ways,
        [
            "do not close Hallingdal",
            "lower the minimum population to 20,532, the largest that works"
        ]
    );
}

#[test]
fn thirteen_regions_of_95_000_people_do_not_exist() {
    let problem = viken(|scenario| {
        scenario.keep_together = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.min_population = Some(95_000);
        scenario.max_population = Some(300_000);
    });
    let (conflict, ways) = said(&problem, 13);
    assert_eq!(conflict, "13 regions and a minimum population of 95,000 cannot both hold");
    assert_eq!(
        ways,
        [
            "ask for 11 regions, the most the other rules allow",
            "lower the minimum population to 81,947, the largest that works"
        ]
    );
    let reasons = explain(&problem, 13).reasons;
    assert_eq!(
        reasons,
        ["Bærum (3024) holds 127,731 people, which leaves 1,113,434 for 12 other regions of at \
          least 95,000 people; they need 1,140,000"]
    );
}

#[test]
fn twelve_regions_of_100_000_people_cannot_be_contiguous() {
    let problem = viken(|scenario| scenario.min_population = Some(100_000));
    let (conflict, ways) = said(&problem, 12);
    assert_eq!(
        conflict,
        "12 regions, a minimum population of 100,000 and contiguity cannot all hold"
    );
    assert_eq!(ways.len(), 3);
    assert_eq!(ways[0], "ask for 11 regions, the most the other rules allow");
}

#[test]
fn hvaler_needs_its_tunnel() {
    let problem = viken(|scenario| {
        scenario.links = Some(vec![LinkKind::Land]);
        scenario.min_population = Some(20_000);
    });
    let (conflict, ways) = said(&problem, 10);
    assert_eq!(
        conflict,
        "A minimum population of 20,000 and contiguity without fixed links cannot both hold"
    );
    assert!(ways.contains(&"count fixed links as contiguous".to_owned()), "{ways:?}");
    assert!(
        ways.contains(&"lower the minimum population to 4,668, the largest that works".to_owned()),
        "{ways:?}"
    );
}

#[test]
fn areas_kept_together_cannot_be_kept_apart() {
    let problem = viken(|scenario| {
        scenario.keep_together = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.keep_apart = vec![named("", &["Flå", "Hol"])];
    });
    let (conflict, ways) = said(&problem, 9);
    assert_eq!(
        conflict,
        "Hallingdal kept together and Flå (3039) and Hol (3044) kept apart cannot both hold"
    );
    assert_eq!(
        ways,
        ["do not keep Hallingdal together", "do not keep Flå (3039) and Hol (3044) apart"]
    );
}

#[test]
fn rules_of_two_conflicts_are_given_up_together() {
    let problem = viken(|scenario| {
        scenario.closed = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.min_population = Some(25_000);
        scenario.max_population = Some(300_000);
        scenario.keep_together = vec![named("Border", &["Halden", "Aremark"])];
        scenario.keep_apart = vec![named("", &["Halden", "Aremark"])];
    });
    let found = explain(&problem, 9);
    let [way] = found.relaxations.as_slice() else { panic!("{found:?}") };
    let Change::Without(out) = &way.change else { panic!("{way:?}") };
    assert_eq!(out.len(), 2);
    assert_eq!(
        relaxation_sentence(&problem, way),
        "do not keep Border together and drop the minimum population"
    );
}

#[test]
fn a_rule_that_stands_in_every_conflict_is_the_way_out() {
    let problem = viken(|scenario| {
        scenario.closed = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.min_population = Some(25_000);
        scenario.keep_together = vec![named("Ends", &["Halden", "Hol"])];
    });
    let (conflict, ways) = said(&problem, 9);
    assert_eq!(
        conflict,
        "Hallingdal closed (20,532 people) and a minimum population of 25,000 cannot both hold"
    );
    assert_eq!(ways, ["do not close Hallingdal"], "Halden and Hol stay together");
}

/// Without contiguity everything touches everything: a link for every pair, of which thousands of areas
/// have millions. The arithmetic needs no more than that what may be a region hangs together.
#[test]
fn without_contiguity_few_links_say_what_all_pairs_do() {
    let mut problem = viken(|scenario| {
        scenario.closed = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.keep_together = vec![named("Ends", &["Halden", "Lier"])];
        scenario.min_population = Some(150_000);
    });
    let all = Rule::all(&problem);
    let limits = problem.rules.limits;
    for left_out in all.iter().copied().map(Some).chain([None]) {
        let kept: RuleSet = all
            .iter()
            .copied()
            .filter(|rule| *rule != Rule::Contiguity && Some(*rule) != left_out)
            .collect();
        let few = under(&problem, &kept, &limits, &[]);
        assert!(few.instance.links.len() < few.instance.num_areas());
        let every = all_touching(few.clone());
        assert_eq!(few.contradictory_rules(), every.contradictory_rules());
        assert_eq!(few.fewest_by_parts(), every.fewest_by_parts());
        for k in 1..15 {
            assert_eq!(few.contradictions(k), every.contradictions(k), "k = {k}");
        }
    }
    // Areas that touch nothing are as good as any then.
    problem.instance.links.clear();
    let kept: RuleSet = all.into_iter().filter(|rule| *rule != Rule::Contiguity).collect();
    assert_eq!(under(&problem, &kept, &limits, &[]).fewest_by_parts(), 2);
}

/// Thousands of areas are explained by arithmetic even where no time is left for an engine.
#[test]
fn thousands_of_areas_are_explained_within_no_time() {
    let mut problem = Sketch::chain(6_000).problem();
    for area in &mut problem.instance.areas {
        area.population = 10;
    }
    problem.rules.limits.population.min = Some(30_000);
    let found = explainer(&problem).explain(3, Allowance::Time(Duration::ZERO));
    assert_eq!(found.verdict, Verdict::Infeasible);
    let limit = Rule::Limit(Measure::Population, Side::Min);
    assert_eq!(found.rules, RuleSet::from([Rule::Regions, limit]));
    assert!(!found.is_complete);
}

/// No price is found once it is time to stop, and each says that it is not proven.
#[test]
fn an_interrupt_ends_the_search_for_prices() {
    use regionfront::engine::{Engine as _, Interrupt, Limits as EngineLimits, Outcome, Silent};
    use regionfront::front::{Price, Priced, prices};
    let problem = viken(|scenario| {
        scenario.closed = vec![named("Hallingdal", &HALLINGDAL)];
        scenario.min_population = Some(20_000);
    });
    let solved =
        Exact.solve(&problem, 9, &EngineLimits::default(), 0, None, &Silent).expect("no fault");
    let Outcome::Optimal { plan, objective } = solved.outcome else { panic!("it is solved") };
    let plan =
        regionfront::verify::verify(&problem, 9, plan, objective).expect("it keeps the rules");
    let priced = [Priced { problem: &problem, set: None, plan: &plan }];
    let interrupt = Interrupt::default();
    let found = |interrupt: &Interrupt| prices(&priced, 0, Allowance::Unlimited, 1, interrupt);
    assert!(found(&interrupt)[0].iter().all(Price::is_proven));
    interrupt.raise();
    let found = found(&interrupt);
    assert_eq!(found[0].len(), 2);
    assert!(found[0].iter().all(|price| price.bound.is_none() && price.objective == objective));
}
