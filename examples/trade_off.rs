//! What balance costs: the Pareto front of Viken in six regions, internal commuting against the
//! population of the smallest region.
//!
//! `cargo run --release --example trade_off`

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::path::Path;

use regionfront::Front;
use regionfront::front::ObjectiveKind::MinPopulation;
use regionfront::instance::Instance;
use regionfront::scenario::{Problem, Scenario};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let scenario = Scenario::read(&folder.join("scenarios/default.toml"))?;
    let problem = Problem::resolve(Instance::load(&folder)?, &scenario)?;

    for front in Front::of(&problem).k([6]).against(MinPopulation).threads(2).run()? {
        let state = if front.is_complete() { "complete and proven" } else { "cut short" };
        println!("{} regions: {} nondominated points, {state}", front.k, front.points.len());
        println!("internal commuting   smallest region");
        // Points come by falling commuting: every tenth shows how the front bends.
        for point in front.points.iter().step_by(10) {
            println!("{:>18}   {:>15}", point.plan.objective(), point.scores[0].value());
        }
    }
    Ok(())
}
