//! Certificates on trial: every true claim about small problems is certified, both checkers agree, and
//! no false claim passes, whatever is changed in a certificate or in the figures below it.
//!
//! The truth comes from the oracle, which judges every partition one by one.

mod truth;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use regionfront_certify::{Asked, Caps, Uncertified, produce};
use regionfront_check::document::{self, Against, Front};
use regionfront_check::{Rejection, SCHEMA, check_text};
use regionfront_model::instance::{Flows, Instance, Link};
use regionfront_model::scenario::{Group, Limits, Problem, Rules};
use regionfront_testkit::generate::{problems, repeatable};
use regionfront_testkit::mutations::mutated;
use regionfront_testkit::oracle::best_for_each_k;
use regionfront_testkit::schema::departures;
use regionfront_testkit::shapes::{self, Dice};
use serde_json::{Value, json};
use tempfile::TempDir;

use truth::{Put, is_true, problem_of, score};

const CHECKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../checker/check.py");

/// The three tables of an instance.
fn write_instance(instance: &Instance, folder: &Path) {
    let mut areas = String::from("code,name,population,employed_residents,jobs\n");
    for area in &instance.areas {
        let (code, name) = (&area.code, &area.name);
        let figures = (area.population, area.employed_residents, area.jobs);
        writeln!(areas, "{code},{name},{},{},{}", figures.0, figures.1, figures.2)
            .expect("a string");
    }
    let code = |at: usize| &instance.areas[at].code;
    let mut flows = String::from("residence,workplace,commuters\n");
    for (from, to, count) in instance.flows.triples() {
        writeln!(flows, "{},{},{count}", code(from), code(to)).expect("a string");
    }
    let mut links = String::from("a,b,kind\n");
    for link in &instance.links {
        writeln!(links, "{},{},{}", code(link.a), code(link.b), link.kind.word())
            .expect("a string");
    }
    for (file, text) in [("areas.csv", areas), ("flows.csv", flows), ("adjacency.csv", links)] {
        fs::write(folder.join(file), text).expect("a file");
    }
}

fn codes(instance: &Instance, areas: &[usize]) -> Vec<String> {
    areas.iter().map(|&at| instance.areas[at].code.clone()).collect()
}

fn rules_of(problem: &Problem) -> document::Rules {
    let Rules { links, together, apart, closed, fixed, exempt, limits, texts: _ } = &problem.rules;
    let groups = |groups: &[Group]| -> Vec<Vec<String>> {
        groups.iter().map(|group| codes(&problem.instance, &group.areas)).collect()
    };
    document::Rules {
        areas: None,
        external_areas: Vec::new(),
        links: links.iter().map(|kind| kind.word().to_owned()).collect(),
        keep_together: groups(together),
        keep_apart: groups(apart),
        closed: groups(closed),
        fixed: groups(fixed),
        limits_do_not_apply_to: codes(&problem.instance, exempt),
        limits: document::Limits {
            min_population: limits.population.min,
            max_population: limits.population.max,
            min_areas: limits.areas.min,
            max_areas: limits.areas.max,
            min_jobs: limits.jobs.min,
            max_jobs: limits.jobs.max,
            min_employed: limits.employed.min,
            max_employed: limits.employed.max,
            min_self_containment: limits
                .min_self_containment
                .map(regionfront_model::quantity::Share::fraction),
        },
    }
}

/// What there is to certify about a problem: every k, those without a plan included.
fn truths(problem: &Problem) -> Vec<Asked> {
    let regions = |labels: &[usize]| -> Vec<Vec<String>> {
        let k = labels.iter().max().map_or(0, |label| label + 1);
        (0..k)
            .map(|label| {
                let inside: Vec<usize> =
                    (0..labels.len()).filter(|&at| labels[at] == label).collect();
                codes(&problem.instance, &inside)
            })
            .collect()
    };
    best_for_each_k(problem)
        .into_iter()
        .enumerate()
        .skip(1)
        .map(|(k, best)| Asked {
            k,
            limits: document::Limits::default(),
            best: best.map(|best| (regions(&best.labels), best.objective)),
        })
        .collect()
}

/// The front of a problem against the smallest population, by enumeration.
fn front_of(problem: &Problem, k: usize) -> Vec<Asked> {
    let put =
        Put::new(problem_of(&problem.instance, &rules_of(problem), document::Limits::default()));
    let plans = put.plans(k);
    let mut asked = Vec::new();
    let mut demand = document::Limits::default();
    loop {
        let least = demand.min_population.unwrap_or(0);
        let scored = plans
            .iter()
            .map(|(labels, keeps)| (labels, *keeps, score(problem, labels, Against::MinPopulation)))
            .filter(|(_, _, score)| *score >= least);
        let best = scored.max_by_key(|&(_, keeps, score)| (keeps, score));
        let Some((labels, keeps, score)) = best else {
            asked.push(Asked { k, limits: demand, best: None });
            return asked;
        };
        let regions = (0..k)
            .map(|label| {
                let inside: Vec<usize> =
                    (0..labels.len()).filter(|&at| labels[at] == label).collect();
                codes(&problem.instance, &inside)
            })
            .collect();
        asked.push(Asked { k, limits: demand, best: Some((regions, keeps)) });
        demand.min_population = Some(score + 1);
    }
}

/// A small problem; every third has areas to whose regions limits do not apply, and every second of
/// the others no commuters but between areas that touch.
fn shaped(seed: u64, num_areas: usize) -> Problem {
    match seed % 6 {
        0 | 3 => shapes::exempt_problem(seed, num_areas),
        1 | 2 => next_door(shapes::problem(seed, num_areas)),
        _ => shapes::problem(seed, num_areas),
    }
}

/// The same where all commuters work in their own area or in one that touches it.
fn next_door(mut problem: Problem) -> Problem {
    let instance = &mut problem.instance;
    let touch = |a: usize, b: usize| {
        let counts = |link: &&Link| problem.rules.links.contains(&link.kind);
        let same = |link: &Link| (link.a, link.b) == (a, b) || (link.b, link.a) == (a, b);
        instance.links.iter().filter(counts).any(same)
    };
    let stay = instance.flows.triples().filter(|&(from, to, _)| from == to || touch(from, to));
    instance.flows = Flows::from_triples(instance.num_areas(), stay.collect::<Vec<_>>());
    problem
}

fn placed(problem: &Problem) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write_instance(&problem.instance, folder.path());
    folder
}

fn certified(problem: &Problem, folder: &Path, front: Option<Front>, asked: &[Asked]) -> String {
    produce(folder, &rules_of(problem), front, asked, &Caps::default())
        .unwrap_or_else(|why| panic!("{}: {why}", problem.scenario))
        .text
}

/// Whether the checker in Python finds certificates proved, in order.
fn python(folder: &Path, texts: &[String]) -> Vec<bool> {
    let place = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("python3");
    command.arg(CHECKER).arg(folder);
    for (at, text) in texts.iter().enumerate() {
        let path = place.path().join(format!("{at:05}.ndjson"));
        fs::write(&path, text).expect("a file");
        command.arg(path);
    }
    let output = command.output().expect("python3 is there");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let verdicts: Vec<bool> = said
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.ends_with(": proved"))
        .collect();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert_eq!(verdicts.len(), texts.len(), "{said}{wrong}");
    assert_eq!(output.status.code(), Some(if verdicts.contains(&false) { 6 } else { 0 }));
    verdicts
}

proptest! {
    #![proptest_config(repeatable(150))]

    #[test]
    fn every_truth_about_a_small_problem_is_certified(problem in problems(1..=7)) {
        let folder = placed(&problem);
        let text = certified(&problem, folder.path(), None, &truths(&problem));
        let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            prop_assert_eq!(departures(&schema, &line), Vec::<String>::new());
        }
        prop_assert!(check_text(folder.path(), &text).is_ok());
        prop_assert!(is_true(&problem.instance, &text));
    }
}

/// Where all commuters work next door, states of a frontier are listed by instead of trees of nodes:
/// whatever order and rates a certificate states for that, both checkers find the same.
#[test]
fn places_where_commuters_work_next_door_are_certified_by_a_sweep() {
    let mut swept = 0;
    for seed in 0..60 {
        let problem = next_door(shapes::problem(seed, 5 + usize::try_from(seed % 3).expect("few")));
        let folder = placed(&problem);
        let text = certified(&problem, folder.path(), None, &truths(&problem));
        assert!(check_text(folder.path(), &text).is_ok(), "seed {seed}");
        let mut texts = vec![text.clone()];
        for (change, is_valid) in [
            (reversed_order as Change, true),
            (other_rates, true),
            (too_many_rates, false),
            (one_node_too_few, false),
        ] {
            let mut lines: Vec<Value> =
                text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            let hints = lines.iter().filter(|line| line.to_string().contains("\"sweep\"")).count();
            swept += hints;
            for line in &mut lines {
                each_hint(line, change);
            }
            let other = lines.iter().fold(String::new(), |text, line| text + &format!("{line}\n"));
            let is_proved = hints == 0 || is_valid;
            assert_eq!(check_text(folder.path(), &other).is_ok(), is_proved, "seed {seed}");
            texts.push(other);
        }
        if seed % 4 == 0 {
            let verdicts = python(folder.path(), &texts);
            let ours = texts.iter().map(|text| check_text(folder.path(), text).is_ok());
            assert_eq!(verdicts, ours.collect::<Vec<_>>(), "seed {seed}");
        }
    }
    assert!(swept > 200, "{swept}");
}

/// A change of a hint to sweep.
type Change = fn(&mut Value);

/// Changes every hint to sweep of a proof.
fn each_hint(value: &mut Value, change: Change) {
    if let Some(hint) = value.get_mut("sweep") {
        change(hint);
    }
    if let Some(entries) = value.as_object_mut() {
        for entry in entries.values_mut() {
            each_hint(entry, change);
        }
    }
}

fn reversed_order(hint: &mut Value) {
    hint["order"].as_array_mut().expect("codes").reverse();
}

fn other_rates(hint: &mut Value) {
    hint["rates"] = json!([-7, 0, 900]);
    hint["per"] = json!(3);
}

fn too_many_rates(hint: &mut Value) {
    hint["rates"] = json!(vec![0; 33]);
}

fn one_node_too_few(hint: &mut Value) {
    hint["order"].as_array_mut().expect("codes").pop();
}

/// What the checkers cannot read they refuse, both of them, and never end otherwise: a rule of a wrong
/// form, a value that is `null`.
#[test]
fn what_cannot_be_read_is_refused_by_both() {
    let problem = shapes::problem(1, 5);
    let folder = placed(&problem);
    let text = certified(&problem, folder.path(), None, &truths(&problem));
    let changed = |change: fn(&mut [Value])| {
        let mut lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        change(&mut lines);
        lines.iter().fold(String::new(), |text, line| text + &format!("{line}\n"))
    };
    let texts = [
        changed(|lines| lines[0]["rules"]["limits"]["min_self_containment"] = json!([1, 2, 3])),
        changed(|lines| lines[0]["front"] = Value::Null),
        changed(|lines| lines[1]["limits"] = json!({ "min_areas": null })),
    ];
    for text in &texts {
        assert!(check_text(folder.path(), text).is_err(), "{text}");
    }
    assert_eq!(python(folder.path(), &texts), vec![false; texts.len()]);
}

#[test]
fn fronts_of_small_problems_are_certified() {
    for seed in 0..40 {
        let mut problem = shaped(seed, 6);
        problem.rules.limits.population.min = None;
        let folder = placed(&problem);
        let front = Some(Front { against: Against::MinPopulation });
        for k in 1..=4 {
            if problem.rules.fixed.len() + problem.rules.exempt.len() >= k {
                continue;
            }
            let text = certified(&problem, folder.path(), front, &front_of(&problem, k));
            assert_eq!(
                check_text(folder.path(), &text).map(|_| ()),
                Ok(()),
                "seed {seed}, k = {k}"
            );
            assert!(is_true(&problem.instance, &text));
        }
    }
}

#[test]
fn the_checker_in_python_agrees() {
    for seed in 100..112 {
        let problem = shaped(seed, 6);
        let folder = placed(&problem);
        let text = certified(&problem, folder.path(), None, &truths(&problem));
        let mut dice = Dice::new(seed);
        let mut texts = vec![text.clone()];
        texts.extend((0..40).map(|_| mutated(&text, &mut dice)));
        let verdicts = python(folder.path(), &texts);
        assert!(verdicts[0], "seed {seed}");
        for (text, in_python) in texts.iter().zip(verdicts) {
            match check_text(folder.path(), text) {
                Ok(_) => assert!(in_python, "seed {seed}: {text}"),
                // Whole numbers of Python have no largest.
                Err(why) if why.reason.contains("too large") => {}
                Err(why) => assert!(!in_python, "seed {seed}: {why}: {text}"),
            }
        }
    }
}

/// 10,000 of them; two in three are rejected, the others claim what is true.
#[test]
fn no_mutation_that_makes_a_false_claim_passes() {
    let (mut rejected, mut harmless) = (0, 0);
    let mut dice = Dice::new(7);
    let front = Some(Front { against: Against::MinPopulation });
    for seed in 0..100 {
        let mut problem = shaped(seed, 5 + dice.below(2));
        let is_front = seed % 2 == 0 && problem.rules.fixed.is_empty();
        let text = if is_front {
            problem.rules.limits.population.min = None;
            let folder = placed(&problem);
            let asked = front_of(&problem, 1 + problem.rules.exempt.len() + dice.below(4));
            certified(&problem, folder.path(), front, &asked)
        } else {
            let folder = placed(&problem);
            certified(&problem, folder.path(), None, &truths(&problem))
        };
        let folder = placed(&problem);
        for _ in 0..100 {
            let mutated = mutated(&text, &mut dice);
            match check_text(folder.path(), &mutated) {
                Ok(_) => {
                    assert!(is_true(&problem.instance, &mutated), "{seed}: {mutated}");
                    harmless += 1;
                }
                Err(rejection) => {
                    assert!(!rejection.reason.is_empty());
                    rejected += 1;
                }
            }
        }
    }
    assert!(rejected > 5_000, "{rejected} rejected, {harmless} true for all that");
}

#[test]
fn a_certificate_of_another_instance_is_rejected() {
    for seed in 0..30 {
        let (problem, other) = (shaped(seed, 6), shaped(seed + 1_000, 6));
        let (folder, elsewhere) = (placed(&problem), placed(&other));
        let text = certified(&problem, folder.path(), None, &truths(&problem));
        let rejection = check_text(elsewhere.path(), &text).expect_err("another instance");
        assert!(rejection.line == 1 && rejection.reason.contains("SHA-256"), "{rejection}");
        // Not even with the hashes of the other: then it is as true as it is.
        let own: Value =
            serde_json::from_str(text.lines().next().expect("a header")).expect("JSON");
        let empty = certified(&other, elsewhere.path(), None, &truths(&other));
        let theirs: Value =
            serde_json::from_str(empty.lines().next().expect("a header")).expect("JSON");
        let mut header = own.clone();
        header["instance"] = theirs["instance"].clone();
        let forged = text.replacen(&own.to_string(), &header.to_string(), 1);
        let first = text.lines().next().expect("a header");
        let forged = forged.replacen(first, &header.to_string(), 1);
        if check_text(elsewhere.path(), &forged).is_ok() {
            assert!(is_true(&other.instance, &forged), "seed {seed}");
        }
    }
}

/// What an engine would answer whose bound is unsound, in ten ways: none is certified, whatever
/// proof is tried for it.
#[test]
fn the_answers_of_unsound_bounds_are_not_certified() {
    let mut tried = [0; 10];
    for seed in 0..60 {
        let mut problem = shaped(seed, 6);
        problem.rules.limits.population.min = None;
        problem.rules.fixed.clear();
        problem.rules.exempt.clear();
        let folder = placed(&problem);
        let front = Some(Front { against: Against::MinPopulation });
        for k in 2..=4 {
            for (kind, (along, asked)) in wrong_answers(&problem, k) {
                let along = along.then_some(front).flatten();
                let made =
                    produce(folder.path(), &rules_of(&problem), along, &asked, &Caps::default());
                let passes = |text: &str| check_text(folder.path(), text).is_ok();
                match made {
                    Err(Uncertified::Refuted) => {}
                    Err(why) => panic!("seed {seed}, k = {k}, bound {kind}: {why}"),
                    Ok(made) => assert!(!passes(&made.text), "seed {seed}, k = {k}, bound {kind}"),
                }
                tried[kind] += 1;
            }
        }
    }
    assert!(tried.iter().all(|&times| times > 0), "{tried:?}");
}

/// Wrong answers about one k by the bound that leads to them: 0 prunes the best plan; 1 prunes all but
/// the worst; 2 prunes everything; 3 holds more than there is; 4 forgets a limit; 5 to 9 are about the
/// front: a point is lost, its end comes too early, a point in its middle is not the best, all but the
/// first are lost, the first is lost.
fn wrong_answers(problem: &Problem, k: usize) -> Vec<(usize, (bool, Vec<Asked>))> {
    let put =
        Put::new(problem_of(&problem.instance, &rules_of(problem), document::Limits::default()));
    let mut plans = put.plans(k);
    plans.sort_by_key(|(_, keeps)| std::cmp::Reverse(*keeps));
    let Some(best) = plans.first().map(|plan| plan.1) else { return Vec::new() };
    let as_asked = |labels: &[usize], keeps: u64| {
        let inside = |label: usize| -> Vec<usize> {
            (0..labels.len()).filter(|&at| labels[at] == label).collect()
        };
        let plan = (0..k).map(|label| codes(&problem.instance, &inside(label))).collect();
        vec![Asked { k, limits: document::Limits::default(), best: Some((plan, keeps)) }]
    };
    let mut wrong = Vec::new();
    if let Some((labels, keeps)) = plans.iter().find(|plan| plan.1 < best) {
        wrong.push((0, (false, as_asked(labels, *keeps))));
        let (labels, keeps) = plans.last().expect("a plan");
        wrong.push((1, (false, as_asked(labels, *keeps))));
    }
    let none = vec![Asked { k, limits: document::Limits::default(), best: None }];
    wrong.push((2, (false, none)));
    wrong.push((3, (false, as_asked(&plans[0].0, best + 1))));
    let mut loose = problem.clone();
    loose.rules.limits = Limits::default();
    let loose =
        Put::new(problem_of(&loose.instance, &rules_of(&loose), document::Limits::default()));
    let others = loose.plans(k);
    if let Some((labels, keeps)) = others.iter().find(|plan| !plans.contains(plan)) {
        wrong.push((4, (false, as_asked(labels, *keeps))));
    }
    let front = front_of(problem, k);
    if front.len() > 3 {
        let demand =
            |before: &Asked| front.iter().position(|at| at == before).map(|at| front[at].limits);
        let mut lost = front.clone();
        lost.remove(1);
        lost[1].limits = demand(&front[1]).expect("a demand");
        wrong.push((5, (true, lost)));
        let mut early = front.clone();
        early.truncate(2);
        early[1].best = None;
        wrong.push((6, (true, early)));
        let mut poor = front.clone();
        poor[1].best.clone_from(&front[2].best);
        poor.remove(2);
        wrong.push((7, (true, poor)));
        wrong.push((8, (true, vec![front[0].clone(), front[front.len() - 1].clone()])));
        let mut headless = front.clone();
        headless.remove(0);
        headless[0].limits = document::Limits::default();
        wrong.push((9, (true, headless)));
    }
    wrong
}

#[test]
fn a_rejection_names_line_and_place() {
    let problem = shaped(3, 6);
    let folder = placed(&problem);
    let text = certified(&problem, folder.path(), None, &truths(&problem));
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let at = lines.iter().position(|line| line["plan"].is_array()).expect("a plan");
    lines[at]["keeps"] = json!(lines[at]["keeps"].as_u64().expect("a number") + 1);
    let forged = lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
    let Rejection { line, place, reason } =
        check_text(folder.path(), &forged).expect_err("one commuter too many");
    assert_eq!((line, place.as_str()), (at + 1, "plan"));
    assert!(reason.starts_with("the plan keeps "), "{reason}");
}
