//! Is today's division any good? Viken's regional councils against the rules, in figures, and beside
//! the best plan with as many regions.
//!
//! `cargo run --release --example judge_a_division`

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::path::Path;

use regionfront::Solver;
use regionfront::division::{Validity, evaluate};
use regionfront::instance::Instance;
use regionfront::scenario::{Problem, Scenario};
use regionfront::verify::judge_division;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let scenario = Scenario::read(&folder.join("scenarios/default.toml"))?;
    let problem = Problem::resolve(Instance::load(&folder)?, &scenario)?;
    let instance = &problem.instance;
    let councils =
        instance.divisions.get("regional_councils_2019").ok_or("the instance has no councils")?;

    // The verifier names everything that is wrong, each with its code.
    match judge_division(&problem, councils, None) {
        Ok(_) => println!("The councils keep all rules."),
        Err(violations) => {
            println!("The councils break rules in {} places:", violations.len());
            for violation in &violations {
                println!("    {} {violation}", violation.code());
            }
        }
    }

    let figures = evaluate(instance, &problem.rules.links, &Validity::default(), councils);
    let today = figures.internal_commuting;
    println!("internal commuting today: {} of {}", today.part, today.whole);

    let k = councils.regions.len();
    if let Some(best) = Solver::new(&problem).k(k).solve()?.plan {
        println!("best plan with {k} regions: {}", best.objective());
    }
    Ok(())
}
