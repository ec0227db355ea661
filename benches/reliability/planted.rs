//! Answers of an engine with planted bugs, held against the truth and given to the checker. Compiled in a
//! copy of the source by `planted.py`, which see.
#![allow(missing_docs, clippy::pedantic, clippy::print_stdout, reason = "a trial, run by a script")]

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use regionfront_certify::{Asked, Caps, produce};
use regionfront_check::check_text;
use regionfront_check::document::{self, Against, Front as Along};
use regionfront_model::instance::Instance;
use regionfront_model::scenario::{Group, Problem, Scenario};

use regionfront_solver::job::Termination;
use regionfront_solver::front::{Front, ObjectiveKind};
use regionfront_solver::{Solver, planted};
use regionfront_testkit::shapes;
use regionfront_verify::Verified;

/// What is asked of the engine: the best plan with so many regions, or the front.
struct Question {
    problem: Problem,
    folder: tempfile::TempDir,
    k: usize,
    is_front: bool,
}

/// Plans by falling value, with what each scores in the second objective of a front.
type Points = Vec<(Vec<Vec<String>>, u64, u64)>;

fn write_instance(instance: &Instance, folder: &Path) {
    let mut areas = String::from("code,name,population,employed_residents,jobs\n");
    for area in &instance.areas {
        let figures = (area.population, area.employed_residents, area.jobs);
        writeln!(areas, "{},{},{},{},{}", area.code, area.name, figures.0, figures.1, figures.2).unwrap();
    }
    let code = |at: usize| &instance.areas[at].code;
    let mut flows = String::from("residence,workplace,commuters\n");
    for (from, to, count) in instance.flows.triples() {
        writeln!(flows, "{},{},{count}", code(from), code(to)).unwrap();
    }
    let mut links = String::from("a,b,kind\n");
    for link in &instance.links {
        writeln!(links, "{},{},{}", code(link.a), code(link.b), link.kind.word()).unwrap();
    }
    for (file, text) in [("areas.csv", areas), ("flows.csv", flows), ("adjacency.csv", links)] {
        fs::write(folder.join(file), text).unwrap();
    }
}

fn rules_of(problem: &Problem) -> document::Rules {
    let rules = &problem.rules;
    let groups = |groups: &[Group]| -> Vec<Vec<String>> {
        let code = |&at: &usize| problem.instance.areas[at].code.clone();
        groups.iter().map(|group| group.areas.iter().map(code).collect()).collect()
    };
    let limits = &rules.limits;
    document::Rules {
        areas: None,
        external_areas: Vec::new(),
        links: rules.links.iter().map(|kind| kind.word().to_owned()).collect(),
        keep_together: groups(&rules.together),
        keep_apart: groups(&rules.apart),
        closed: groups(&rules.closed),
        fixed: groups(&rules.fixed),
        limits: document::Limits {
            min_population: limits.population.min,
            max_population: limits.population.max,
            min_areas: limits.areas.min,
            max_areas: limits.areas.max,
            min_jobs: limits.jobs.min,
            max_jobs: limits.jobs.max,
            min_employed: limits.employed.min,
            max_employed: limits.employed.max,
            min_self_containment: limits.min_self_containment.map(|share| share.fraction()),
        },
    }
}

fn questions() -> Vec<Question> {
    let mut questions = Vec::new();
    let mut ask = |problem: &Problem, k: usize, is_front: bool| {
        let folder = tempfile::tempdir().unwrap();
        write_instance(&problem.instance, folder.path());
        questions.push(Question { problem: problem.clone(), folder, k, is_front });
    };
    for seed in 0..120 {
        let mut problem = shapes::problem(seed, 9);
        for k in 2..=4 {
            ask(&problem, k, false);
        }
        problem.rules.limits.population.min = None;
        problem.rules.fixed.clear();
        for k in 2..=4 {
            ask(&problem, k, true);
        }
    }
    let viken = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../instances/viken-2020");
    let instance = Instance::load(&viken).unwrap();
    let scenario = Scenario::read(&viken.join("scenarios/default.toml")).unwrap();
    let mut problem = Problem::resolve(instance, &scenario).unwrap();
    for k in 6..=13 {
        ask(&problem, k, false);
    }
    problem.rules.limits.population.min = None;
    ask(&problem, 6, true);
    ask(&problem, 13, true);
    questions
}

/// The answer of the engine; `None` where it failed, or was stopped before it was sure.
fn answered(question: &Question) -> Option<Points> {
    let areas = &question.problem.instance.areas;
    let codes = |plan: &Verified| -> Vec<Vec<String>> {
        let code = |&at: &usize| areas[at].code.clone();
        plan.plan().regions().iter().map(|region| region.iter().map(code).collect()).collect()
    };
    let limit = Duration::from_secs(60);
    let asked = || -> Option<Points> {
        if question.is_front {
            let front = Front::of(&question.problem)
                .k([question.k])
                .against(ObjectiveKind::MinPopulation)
                .time_limit(limit)
                .run()
                .ok()?
                .pop()?;
            front.is_complete().then(|| {
                let point = |point: &regionfront_solver::front::FrontPoint| {
                    (codes(&point.plan), point.plan.objective(), point.scores[0].part)
                };
                front.points.iter().map(point).collect()
            })
        } else {
            let answer = Solver::new(&question.problem).k(question.k).time_limit(limit).solve().ok()?;
            match (answer.termination, &answer.plan) {
                (Termination::Optimal, Some(plan)) => Some(vec![(codes(plan), plan.objective(), 0)]),
                (Termination::Infeasible, None) => Some(Vec::new()),
                _ => None,
            }
        }
    };
    catch_unwind(AssertUnwindSafe(asked)).ok().flatten()
}

/// Whether an answer is certified, by the checker's word.
fn is_certified(question: &Question, points: &Points) -> bool {
    let mut demand = document::Limits::default();
    let mut asked = Vec::new();
    for (plan, keeps, score) in points {
        asked.push(Asked { k: question.k, limits: demand, best: Some((plan.clone(), *keeps)) });
        demand.min_population = Some(score + 1);
    }
    if question.is_front || points.is_empty() {
        asked.push(Asked { k: question.k, limits: demand, best: None });
    }
    let along = question.is_front.then_some(Along { against: Against::MinPopulation });
    let rules = rules_of(&question.problem);
    produce(question.folder.path(), &rules, along, &asked, &Caps::default())
        .is_ok_and(|made| check_text(question.folder.path(), &made.text).is_ok())
}

fn values(points: &Points) -> Vec<(u64, u64)> {
    points.iter().map(|(_, keeps, score)| (*keeps, *score)).collect()
}

#[test]
fn no_false_answer_of_a_bug_is_certified() {
    let words = std::env::var("PLANTED").expect("planted.py runs this");
    let names: Vec<&str> = words.split('|').collect();
    std::panic::set_hook(Box::new(|_| {}));
    let questions = questions();
    let truths: Vec<Points> =
        questions.iter().map(|question| answered(question).expect("an answer")).collect();
    let certified =
        questions.iter().zip(&truths).filter(|(question, truth)| is_certified(question, truth)).count();
    println!("{} questions; without a bug {certified} answers are certified", questions.len());
    println!("| bug | wrong answers | certified | failed or stopped | right and certified |");
    println!("|---|---:|---:|---:|---:|");
    let mut false_claims = 0;
    for (at, name) in names.iter().enumerate() {
        let (mut wrong, mut believed, mut failed, mut right) = (0, 0, 0, 0);
        for (question, truth) in questions.iter().zip(&truths) {
            planted::set(at + 1);
            let answer = answered(question);
            planted::set(0);
            match answer {
                None => failed += 1,
                Some(answer) if values(&answer) == values(truth) => {
                    right += usize::from(is_certified(question, &answer));
                }
                Some(answer) => {
                    wrong += 1;
                    believed += usize::from(is_certified(question, &answer));
                }
            }
        }
        println!("| {name} | {wrong} | {believed} | {failed} | {right} |");
        false_claims += believed;
    }
    assert_eq!(false_claims, 0, "a false answer is certified");
}
