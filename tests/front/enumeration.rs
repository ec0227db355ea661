//! Fronts by full enumeration, and whether ours are the same: every nondominated point, proven, and
//! nothing else. Written plainly, after the definitions.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use regionfront::engine::{Limits, News, Observer};
use regionfront::front::{
    Front, ObjectiveKind, ObjectiveRequest, ObjectiveSet, Reply, Sweep, SweepObserver, Terms, sweep,
};
use regionfront::instance::{Area, Division, DivisionRegion, Flows, Instance, OtherYear};
use regionfront::plan::Plan;
use regionfront::scenario::Problem;

use regionfront_testkit::extremes::REFERENCE;
use regionfront_testkit::oracle::{keeps_all, partitions};

/// Hears nothing.
pub(crate) struct Silent;

impl Observer for Silent {
    fn news(&self, _: usize, _: News) {}
}

impl SweepObserver for Silent {
    fn replied(&self, _: usize, _: usize, _: &Reply) {}
}

/// The year beside the instance's own.
const OTHER_YEAR: u16 = 2030;

/// Adds what objectives need: positions on a grid, a reference division that overlaps, and flows of
/// another year: as large as those of this one, the other way round, and without some.
pub(crate) fn furnish(mut problem: Problem) -> Problem {
    let num_areas = problem.instance.num_areas();
    for (index, area) in problem.instance.areas.iter_mut().enumerate() {
        let (row, column) = (index / 3, index % 3);
        let degrees = |steps: usize| f64::from(u32::try_from(steps).expect("a few")) * 0.1;
        area.position = Some((60.0 + degrees(row * row), 10.0 + degrees(column)));
    }
    let members = |is_in: &dyn Fn(usize) -> bool| (0..num_areas).filter(|&a| is_in(a)).collect();
    let regions = vec![
        DivisionRegion { name: "low".into(), areas: members(&|area| area < 3) },
        DivisionRegion { name: "middle".into(), areas: members(&|area| (1..5).contains(&area)) },
        DivisionRegion { name: "high".into(), areas: members(&|area| area >= 4) },
    ];
    let division = Division { name: REFERENCE.into(), regions };
    problem.instance.divisions.insert(REFERENCE.into(), division);
    let flows = &problem.instance.flows;
    let turned = flows.triples().filter(|(from, to, _)| (from + 2 * to) % 3 != 0);
    let turned = turned.map(|(from, to, commuters)| (to, from, commuters));
    let flows = Flows::from_triples(num_areas, turned);
    problem.instance.years = vec![OTHER_YEAR];
    problem.instance.other_year = Some(OtherYear { year: OTHER_YEAR, flows });
    problem
}

/// A plan's score, more being better, as a fraction: written plainly, after the definitions.
pub(crate) fn score(problem: &Problem, kind: ObjectiveKind, labels: &[usize]) -> (i128, i128) {
    let num_areas = labels.len();
    let areas = &problem.instance.areas;
    let k = labels.iter().max().map_or(0, |label| label + 1);
    let members = |label: usize| -> Vec<usize> {
        (0..num_areas).filter(|&area| labels[area] == label).collect()
    };
    let regions: Vec<Vec<usize>> = (0..k).map(members).collect();
    let rules = &problem.rules;
    let is_exempt = |region: &&Vec<usize>| {
        rules.fixed.iter().any(|group| group.areas == **region)
            || region.iter().any(|area| rules.exempt.contains(area))
    };
    let mut open: Vec<&Vec<usize>> = regions.iter().filter(|region| !is_exempt(region)).collect();
    if open.is_empty() {
        open = regions.iter().collect();
    }
    let sums = |figure: fn(&Area) -> u64| -> Vec<i128> {
        let sum =
            |region: &&Vec<usize>| region.iter().map(|&a| i128::from(figure(&areas[a]))).sum();
        open.iter().map(sum).collect()
    };
    let least = |sums: Vec<i128>| (sums.into_iter().min().expect("a region"), 1);
    match kind {
        ObjectiveKind::MinPopulation => least(sums(|area| area.population)),
        ObjectiveKind::MinJobs => least(sums(|area| area.jobs)),
        ObjectiveKind::MinEmployed => least(sums(|area| area.employed_residents)),
        ObjectiveKind::MinAreas => least(sums(|_| 1)),
        ObjectiveKind::MaxPopulation => {
            (-sums(|area| area.population).into_iter().max().expect("a region"), 1)
        }
        ObjectiveKind::MinSelfContainment => open
            .iter()
            .map(|region| {
                let mut inside = 0;
                let mut employed = 0;
                for &from in *region {
                    employed += i128::from(areas[from].employed_residents);
                    for &to in *region {
                        inside += i128::from(problem.instance.flows.get(from, to));
                    }
                }
                (inside, employed.max(1))
            })
            .reduce(|a, b| if b.0 * a.1 < a.0 * b.1 { b } else { a })
            .expect("a region"),
        ObjectiveKind::KeptTogether => {
            let mut kept = 0;
            for a in 0..num_areas {
                for b in a + 1..num_areas {
                    let reference = &problem.instance.divisions[REFERENCE].regions;
                    let held = reference
                        .iter()
                        .any(|region| region.areas.contains(&a) && region.areas.contains(&b));
                    kept += i128::from(held && labels[a] == labels[b]);
                }
            }
            (kept, 1)
        }
        ObjectiveKind::OtherYear => {
            let other = problem.instance.other_year.as_ref().expect("furnished");
            (i128::from(commuting(&other.flows, labels)), 1)
        }
        ObjectiveKind::Distance => {
            let mut cost = 0;
            for region in &regions {
                let centre = *region
                    .iter()
                    .max_by_key(|&&area| (areas[area].jobs, std::cmp::Reverse(area)))
                    .expect("not empty");
                for &area in region {
                    cost += i128::from(areas[area].population)
                        * tenths_of_km(&problem.instance, area, centre);
                }
            }
            (-cost, 1)
        }
    }
}

fn tenths_of_km(instance: &Instance, from: usize, to: usize) -> i128 {
    if instance.distances.is_some() {
        return i128::from(one_way(from, to));
    }
    let areas = &instance.areas;
    let (from, to) = (areas[from].position.expect("set"), areas[to].position.expect("set"));
    let (a, b) = (from.0.to_radians(), to.0.to_radians());
    let across = (to.1 - from.1).to_radians();
    let chord = ((b - a) / 2.0).sin().powi(2) + a.cos() * b.cos() * (across / 2.0).sin().powi(2);
    let km = 2.0 * 6371.0088 * chord.sqrt().asin();
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred kilometres")]
    let units = (km * 10.0).round() as i128;
    units
}

/// A distance in tenths of a kilometre that differs between there and back, and that is no metric.
pub(crate) fn one_way(from: usize, to: usize) -> u32 {
    let figure = u32::try_from((from * 37 + to * 101) % 89).expect("a small number");
    if from == to { 0 } else { figure }
}

/// The problem without its own limit on what an objective measures.
pub(crate) fn without_own_limit(problem: &Problem, kinds: &[ObjectiveKind]) -> Problem {
    let mut problem = problem.clone();
    let limits = &mut problem.rules.limits;
    for kind in kinds {
        match kind {
            ObjectiveKind::MinPopulation => limits.population.min = None,
            ObjectiveKind::MinJobs => limits.jobs.min = None,
            ObjectiveKind::MinEmployed => limits.employed.min = None,
            ObjectiveKind::MinAreas => limits.areas.min = None,
            ObjectiveKind::MaxPopulation => limits.population.max = None,
            ObjectiveKind::MinSelfContainment => limits.min_self_containment = None,
            ObjectiveKind::KeptTogether | ObjectiveKind::Distance | ObjectiveKind::OtherYear => {}
        }
    }
    problem
}

pub(crate) type Value = (u64, Vec<(i128, i128)>);

pub(crate) fn is_at_least(a: &Value, b: &Value) -> bool {
    a.0 >= b.0 && a.1.iter().zip(&b.1).all(|(a, b)| a.0 * b.1 >= b.0 * a.1)
}

pub(crate) fn is_equal(a: &Value, b: &Value) -> bool {
    is_at_least(a, b) && is_at_least(b, a)
}

pub(crate) fn commuting(flows: &Flows, labels: &[usize]) -> u64 {
    let mut sum = 0;
    for from in 0..labels.len() {
        for to in 0..labels.len() {
            if from != to && labels[from] == labels[to] {
                sum += flows.get(from, to);
            }
        }
    }
    sum
}

/// Values of every plan with `k` regions that keeps the rules.
pub(crate) fn all_values(problem: &Problem, k: usize, kinds: &[ObjectiveKind]) -> Vec<Value> {
    let problem = without_own_limit(problem, kinds);
    partitions(problem.instance.num_areas())
        .into_iter()
        .filter(|labels| labels.iter().max().map_or(0, |label| label + 1) == k)
        .filter(|labels| keeps_all(&problem, labels))
        .map(|labels| {
            let scores = kinds.iter().map(|&kind| score(&problem, kind, &labels)).collect();
            (commuting(&problem.instance.flows, &labels), scores)
        })
        .collect()
}

/// The nondominated values, each once.
pub(crate) fn nondominated(values: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for value in values {
        let beaten =
            values.iter().any(|other| is_at_least(other, value) && !is_equal(other, value));
        if !beaten && !kept.iter().any(|other| is_equal(other, value)) {
            kept.push(value.clone());
        }
    }
    kept.sort_by_key(|value| std::cmp::Reverse(value.0));
    kept
}

pub(crate) fn terms() -> Terms {
    Terms {
        seed: 0,
        alternatives: 10_000,
        within: None,
        most_near: 100,
        point_limit: None,
        limits: Limits::default(),
    }
}

pub(crate) fn objective_set(problem: &Problem, kinds: &[ObjectiveKind]) -> Option<ObjectiveSet> {
    let requests: Vec<ObjectiveRequest> = kinds
        .iter()
        .map(|&kind| {
            let is_year = kind == ObjectiveKind::OtherYear;
            let reference = if is_year { OTHER_YEAR.to_string() } else { REFERENCE.into() };
            ObjectiveRequest { kind, reference: Some(reference) }
        })
        .collect();
    ObjectiveSet::resolve(problem, &requests).ok()
}

pub(crate) fn front(set: &ObjectiveSet, k: usize, terms: &Terms) -> Result<Front, TestCaseError> {
    let (problem, objectives) = (&set.problem, &set.objectives[..]);
    let question = Sweep { problem, k, objectives, terms, is_closed: false };
    sweep(&question, Vec::new(), &Silent).map_err(|fault| TestCaseError::fail(fault.to_string()))
}

pub(crate) fn labels(plan: &Plan) -> Vec<usize> {
    plan.labels().iter().map(|&label| label as usize - 1).collect()
}

/// The front of every k is the one of enumeration, alternatives included. How many fronts that were.
pub(crate) fn agrees(problem: &Problem, kinds: &[ObjectiveKind]) -> Result<usize, TestCaseError> {
    // No pair held together by the reference: there is no such objective then.
    let Some(set) = objective_set(problem, kinds) else { return Ok(0) };
    let terms = terms();
    for k in 1..=problem.instance.num_areas() + 1 {
        // Limits may apply to none of the regions: the question is refused.
        if set.refuse_without_limits(k).is_err() {
            continue;
        }
        let values = all_values(problem, k, kinds);
        let expected = nondominated(&values);
        let front = front(&set, k, &terms)?;
        prop_assert!(front.is_complete(), "{:?} k = {}: {:?}", kinds, k, front.missing);
        let found: Vec<Value> = front
            .points
            .iter()
            .map(|point| {
                let labels = labels(point.plan.plan());
                let scores = kinds.iter().map(|&kind| score(problem, kind, &labels)).collect();
                (point.plan.objective(), scores)
            })
            .collect();
        prop_assert_eq!(
            found.len(),
            expected.len(),
            "{:?} k = {}: {:?}, expected {:?}",
            kinds,
            k,
            found,
            expected
        );
        for value in &expected {
            prop_assert!(
                found.iter().any(|other| is_equal(other, value)),
                "{:?} k = {}: {:?} is missing in {:?}",
                kinds,
                k,
                value,
                found
            );
        }
        for (point, value) in front.points.iter().zip(&found) {
            prop_assert_eq!(point.bound, point.plan.objective());
            let equals = values.iter().filter(|other| is_equal(other, value)).count();
            prop_assert_eq!(point.alternatives.len() + 1, equals, "{:?} k = {}", kinds, k);
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].0 >= pair[1].0));
    }
    Ok(problem.instance.num_areas() + 1)
}
