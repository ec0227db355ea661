//! A whole front from the compact model, as far as it gets, beside the same points from the exact
//! engine.
//!
//! `cargo bench --bench compact_front -- 600 9` gives the compact model 600 seconds for k = 9
//! (without figures: 60 seconds, k = 9). Each of its points is the best plan strictly beyond the
//! last one's smallest population, as the exact engine's are; it breaks no ties, so that its points
//! may be dominated by others of the same commuting.

use std::path::Path;
use std::time::{Duration, Instant};

use regionfront::compact::Compact;
use regionfront::engine::{Engine, Limits, Outcome, Silent};
use regionfront::exact::Exact;
use regionfront::instance::Instance;
use regionfront::plan::Plan;
use regionfront::scenario::{Problem, Scenario};

/// Viken under the scenario that the records were made with, without its minimum population.
fn viken() -> Problem {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder).expect("the instance loads");
    let file = folder.join("scenarios/single_municipalities_allowed.toml");
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    let mut problem = Problem::resolve(instance, &scenario).expect("the rules resolve");
    problem.rules.limits.population.min = None;
    problem
}

fn smallest(problem: &Problem, plan: &Plan) -> u64 {
    let population = |area: &usize| problem.instance.areas[*area].population;
    let sums = plan.regions().into_iter().map(|region| region.iter().map(population).sum());
    sums.min().expect("a plan has regions")
}

/// Proven points, each afresh, until there is none beyond, `most` are there or time is up; whether
/// the front is complete.
fn front(engine: &dyn Engine, k: usize, most: usize, time: Duration) -> (Vec<(u64, u64)>, bool) {
    let mut problem = viken();
    let mut points = Vec::new();
    let end = Instant::now() + time;
    while points.len() < most {
        let limits = Limits { deadline: Some(end), ..Limits::default() };
        let solved = engine.solve(&problem, k, &limits, 0, None, &Silent).expect("no fault");
        match solved.outcome {
            Outcome::Optimal { plan, objective } => {
                let least = smallest(&problem, &plan);
                points.push((objective, least));
                problem.rules.limits.population.min = Some(least + 1);
            }
            Outcome::Infeasible { .. } => return (points, true),
            Outcome::Feasible { .. } | Outcome::Unknown { .. } => break,
        }
    }
    (points, false)
}

#[expect(clippy::cast_precision_loss, reason = "a few points")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::print_stdout, reason = "a program that measures and tells")]
fn main() {
    let figures: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let seconds = figures.first().copied().unwrap_or(60);
    let ks = if figures.len() > 1 { &figures[1..] } else { &[9] };
    for &k in ks {
        let k = usize::try_from(k).expect("a number of regions");
        let begun = Instant::now();
        let (points, is_complete) = front(&Compact, k, usize::MAX, Duration::from_secs(seconds));
        let compact = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let (same, _) = front(&Exact, k, points.len().max(1), Duration::from_secs(seconds));
        let exact = begun.elapsed().as_secs_f64();
        let end = if is_complete { "complete" } else { "as far as it got" };
        println!(
            "k = {k}: compact {} points in {compact:.1} s ({end}); exact {} points in {exact:.2} s, \
             {:.0} times as fast a point",
            points.len(),
            same.len(),
            (compact / exact) * ratio(same.len(), points.len().max(1)),
        );
    }
}
