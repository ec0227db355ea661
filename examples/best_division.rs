//! The best division of Viken into 6 to 9 regions, under rules written here, with its proof.
//!
//! `cargo run --release --example best_division`

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use regionfront::Solver;
use regionfront::indicators;
use regionfront::instance::Instance;
use regionfront::job::Termination;
use regionfront::scenario::{Problem, Scenario};

/// The keys are those of a scenario file.
const RULES: &str = r#"
    links = ["land", "fixed_link"]
    min_population = 20_000
    max_population = 300_000
    keep_together = [["Flå", "Nesbyen", "Gol", "Hemsedal", "Ål", "Hol"]]
    keep_apart = [["Asker", "Lier"]]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder)?;
    let problem = Problem::resolve(instance, &Scenario::parse(RULES, "rules")?)?;

    let answers =
        Solver::new(&problem).time_limit(Duration::from_secs(60)).threads(2).solve_each(6..=9)?;

    for answer in &answers {
        // A plan has passed the verifier, or it would not be here.
        let Some(plan) = &answer.plan else {
            println!("{} regions: {}", answer.k, answer.termination.word());
            continue;
        };
        let proof = match answer.termination {
            Termination::Optimal => "proven optimal".to_owned(),
            _ => format!("at most {} are possible", answer.bound.unwrap_or_default()),
        };
        println!("{} regions: {} in internal commuting, {proof}", answer.k, plan.objective());
        for region in indicators::regions(&problem, plan.plan()) {
            println!("    {:<24} {:>8} inhabitants", region.name, region.population);
        }
    }
    Ok(())
}
