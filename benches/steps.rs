//! The steps of a solve on the Viken instance: what each costs on its own.
//!
//! `cargo bench --bench steps`, or with a word such as `pricing` for the benches that hold it.
//! Whole solves, and engines side by side, are what `regionfront bench` measures.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use regionfront::engine::{Engine, Limits, Outcome, Silent};
use regionfront::exact::{Exact, probe::Probe};
use regionfront::instance::Instance;
use regionfront::scenario::{Problem, Scenario};
use regionfront::verify::verify;

/// Few large regions, the middle, and many small ones.
const REGIONS: [usize; 3] = [6, 9, 12];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020")
}

/// Viken under the scenario that the records were made with: single municipalities allowed.
fn viken() -> Problem {
    let instance = Instance::load(&folder()).expect("the instance loads");
    let file = folder().join("scenarios/single_municipalities_allowed.toml");
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    Problem::resolve(instance, &scenario).expect("the rules resolve")
}

fn optimum(problem: &Problem, k: usize) -> Outcome {
    let solved = Exact.solve(problem, k, &Limits::default(), 0, None, &Silent);
    solved.expect("the engine has no fault").outcome
}

fn loading(criterion: &mut Criterion) {
    criterion.bench_function("load", |bencher| bencher.iter(|| Instance::load(&folder())));
}

fn inner_steps(criterion: &mut Criterion) {
    let problem = viken();
    for k in REGIONS {
        let probe = Probe::new(&problem, k).expect("the relaxation closes");
        criterion.bench_function(&format!("local_search/{k}"), |bencher| {
            let mut seed = 0;
            bencher.iter(|| {
                seed += 1;
                probe.anneal(seed, 50_000)
            });
        });
        criterion.bench_function(&format!("master/{k}"), |bencher| {
            bencher.iter(|| probe.master());
        });
        criterion.bench_function(&format!("pricing/{k}"), |bencher| {
            bencher.iter(|| probe.price());
        });
    }
}

fn verification(criterion: &mut Criterion) {
    let problem = viken();
    for k in REGIONS {
        let Outcome::Optimal { plan, objective } = optimum(&problem, k) else {
            panic!("k = {k} has an optimum")
        };
        criterion.bench_function(&format!("verify/{k}"), |bencher| {
            bencher.iter(|| verify(&problem, k, black_box(plan.clone()), objective));
        });
    }
}

fn solving(criterion: &mut Criterion) {
    let problem = viken();
    let mut group = criterion.benchmark_group("solve");
    group.sample_size(10);
    for k in REGIONS {
        group.bench_function(k.to_string(), |bencher| bencher.iter(|| optimum(&problem, k)));
    }
    group.finish();
}

/// Fewer and shorter than criterion's own settings: the whole file in about two minutes.
fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .without_plots()
}

criterion_group! {
    name = steps;
    config = settings();
    targets = loading, inner_steps, verification, solving
}
criterion_main!(steps);
