//! A whole front as a sweep that hands regions and duals on, and the same points solved afresh.
//!
//! `cargo bench --bench fronts`. The ratio of the two is what reuse saves.

use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use regionfront::engine::{Limits, News, Observer, Silent};
use regionfront::exact::{Asked, Session, Step};
use regionfront::front::{
    Front, ObjectiveKind, ObjectiveRequest, Reply, Sweep, SweepObserver, Terms, release, sweep,
};
use regionfront::instance::Instance;
use regionfront::scenario::{Problem, Scenario};

const REGIONS: [usize; 3] = [6, 9, 12];

struct Deaf;

impl Observer for Deaf {
    fn news(&self, _: usize, _: News) {}
}

impl SweepObserver for Deaf {
    fn replied(&self, _: usize, _: usize, _: &Reply) {}
}

/// Viken under the scenario that the records were made with: single municipalities allowed.
fn viken() -> Problem {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder).expect("the instance loads");
    let file = folder.join("scenarios/single_municipalities_allowed.toml");
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    Problem::resolve(instance, &scenario).expect("the rules resolve")
}

fn whole_front(problem: &Problem, k: usize) -> Front {
    let request = ObjectiveRequest { kind: ObjectiveKind::MinPopulation, reference: None };
    let objectives = [request.resolve(problem).expect("it needs nothing")];
    let (problem, _) = release(problem, &objectives);
    let terms = Terms {
        seed: 0,
        alternatives: 0,
        within: None,
        most_near: 0,
        point_limit: None,
        limits: Limits::default(),
    };
    let (objectives, terms) = (&objectives[..], &terms);
    let asked = Sweep { problem: &problem, k, objectives, terms, is_closed: false };
    sweep(&asked, Vec::new(), &Deaf).expect("the engine has no fault")
}

/// Every point of a front on its own, and the proof that there is none beyond.
fn afresh(problem: &Problem, k: usize, front: &Front) {
    let demands = front.points.iter().map(|point| point.scores[0].part + 1);
    for least in std::iter::once(0).chain(demands) {
        let mut step = Step { limits: problem.rules.limits, ..Step::default() };
        step.limits.population.min = Some(least);
        let mut session = Session::new(problem, k, 0).expect("the instance fits");
        let solved = session.solve(&step, &Asked::default(), &Limits::default(), &Silent);
        std::hint::black_box(solved.expect("the engine has no fault"));
    }
}

fn fronts(criterion: &mut Criterion) {
    let problem = viken();
    for k in REGIONS {
        let front = whole_front(&problem, k);
        criterion.bench_function(&format!("front/sweep/{k}"), |bencher| {
            bencher.iter(|| whole_front(&problem, k));
        });
        criterion.bench_function(&format!("front/afresh/{k}"), |bencher| {
            bencher.iter(|| afresh(&problem, k, &front));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(20));
    targets = fronts
}
criterion_main!(benches);
