//! Golden values: what the record of the Viken instance claims is proven again, and its divisions
//! pass the verifier.

use std::path::{Path, PathBuf};

use regionfront::engine::{Engine, Limits, Outcome, Silent};
use regionfront::exact::Exact;
use regionfront::instance::{Instance, read_division};
use regionfront::scenario::{Problem, Scenario};
use regionfront::verify::{judge_division, verify};

/// Optima without a ceiling on the population, Hallingdal kept together, for k = 6 to 13, where one
/// municipality may be a region. Known
/// from other models and other solvers besides.
const WITHOUT_CEILING: [u64; 8] =
    [142_666, 138_007, 133_141, 128_318, 123_306, 118_073, 112_239, 105_166];

struct Record {
    scenario: String,
    k: usize,
    objective: u64,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020")
}

fn records() -> Vec<Record> {
    let mut table =
        csv::Reader::from_path(folder().join("best/best_known.csv")).expect("the record opens");
    let records = table.records().map(|row| {
        let row = row.expect("a row");
        assert_eq!(&row[3], "proven_optimal", "only proven values are recorded so far");
        Record {
            scenario: row[0].to_owned(),
            k: row[1].parse().expect("a number of regions"),
            objective: row[2].parse().expect("a number of commuters"),
        }
    });
    records.collect()
}

fn problem(scenario: &str) -> Problem {
    let instance = Instance::load(&folder()).expect("the instance loads");
    let file = folder().join(format!("scenarios/{scenario}.toml"));
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    Problem::resolve(instance, &scenario).expect("the rules resolve")
}

/// The proven optimum, its plan judged.
fn optimum(problem: &Problem, k: usize) -> u64 {
    let solved = Exact.solve(problem, k, &Limits::default(), 0, None, &Silent);
    match solved.expect("the engine has no fault").outcome {
        Outcome::Optimal { plan, objective } => {
            verify(problem, k, plan, objective).expect("the judge agrees").objective()
        }
        other => panic!("k = {k} has an optimum and no limit is set: {other:?}"),
    }
}

#[test]
fn every_recorded_value_is_proven_again() {
    let records = records();
    for name in Scenario::names(&folder()) {
        let problem = problem(&name);
        let of_scenario: Vec<&Record> =
            records.iter().filter(|record| record.scenario == name).collect();
        let ks: Vec<usize> = of_scenario.iter().map(|record| record.k).collect();
        assert_eq!(ks, (6..=13).collect::<Vec<_>>(), "{name}");
        for record in of_scenario {
            assert_eq!(optimum(&problem, record.k), record.objective, "{name}, k = {}", record.k);
        }
    }
}

#[test]
fn the_optima_without_a_ceiling_are_the_known_ones() {
    let mut problem = problem("single_municipalities_allowed");
    problem.rules.limits.population.max = None;
    for (k, wanted) in (6..).zip(WITHOUT_CEILING) {
        assert_eq!(optimum(&problem, k), wanted, "k = {k}");
    }
}

#[test]
fn the_committed_divisions_are_the_recorded_optima() {
    let problem = problem("default");
    for record in records().iter().filter(|record| record.scenario == "default") {
        let file = folder().join(format!("best/default/k{:02}.csv", record.k));
        let division = read_division(&file, &problem.instance).expect("the division is sound");
        let judged = judge_division(&problem, &division, Some(record.k));
        assert_eq!(judged.expect("it keeps every rule").objective(), record.objective);
    }
}
