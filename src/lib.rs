//! Proven best divisions of areas into `k` contiguous regions.
//!
//! `regionfront` answers one question: *into which k contiguous regions should these
//! municipalities be divided* so that as many commuters as possible live and work in the same
//! region, under rules such as a group that must stay together or a smallest region of 20,000
//! people? Every plan it returns has passed an independent [verifier](mod@verify), and "optimal" means
//! that the bound is closed in whole commuters.
//!
//! Seven invented areas, divided into two regions that keep Dune Island and Grove End together:
//!
//! ```
//! use std::path::Path;
//!
//! use regionfront::Solver;
//! use regionfront::instance::Instance;
//! use regionfront::job::Termination;
//! use regionfront::scenario::{Problem, Scenario};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let instance = Instance::load(Path::new("instances/tiny"))?;
//! let rules = r#"
//!     min_population = 10_000
//!     keep_together = [["Dune Island", "Grove End"]]
//! "#;
//! let problem = Problem::resolve(instance, &Scenario::parse(rules, "rules")?)?;
//! let best = Solver::new(&problem).k(2).solve()?;
//!
//! assert_eq!(best.termination, Termination::Optimal);
//! let plan = best.plan.expect("proven optimal, so there is a plan");
//! assert_eq!(plan.plan().num_regions(), 2);
//! println!("{} commuters stay inside their region", plan.objective());
//! # Ok(())
//! # }
//! ```
//!
//! What can be had against a second objective is a [`Front`], asked for by [`Front::of`].
//!
//! A program that asks the solver needs neither spreadsheets, maps, TLS nor SQLite: with
//! `default-features = false` only `model`, `verify`, `solver` and `analysis` are compiled. The features
//! `certify`, `exchange`, `report`, `batch`, `cli` and `service` (the default, with all of them) add the
//! others.
//!
//! A crate each, from the bottom up; Cargo sees to it that none uses one after it:
//!
//! | crate | holds |
//! |---|---|
//! | `model` | [`quantity`], [`defect`], [`reading`] of the texts of others, [`instance`], [`plan`] and [`scenario`], which resolves the rules of one question into a [`scenario::Problem`] |
//! | `verify` | [the independent verifier](mod@verify): depends on `model` alone |
//! | `checker` | [the checker of certificates](mod@checker), in Rust and, as a text to read, in Python: depends on none of these |
//! | `certify` | [certificates](certify): the prices that the checker takes for a proof |
//! | `solver` | [`exact`] and [`compact`] behind the trait of [`engine`]; [`Solver`] and [`job`], one question per k; [`front`], trade-offs over all k; [`over_years`], one plan for several years; [`graph`] |
//! | `analysis` | [`indicators`] of regions; [`division`]: evaluate, compare, derive; [`explain`]: why there is no plan |
//! | `exchange` | [`import`] and [`export`] of other formats; [`synthetic`] instances |
//! | `report` | [`report`]: documents, run directories, tables, files and maps |
//! | `batch` | [`batch`]: many runs from one file |
//! | `service` | [`service`]: questions over HTTP, kept in a database, done by processes of their own |
//! | `cli` | [`cli`]: the command line; the only crate that prints |
//! | `python` | the extension of the package for Python, above this facade |

pub use regionfront_analysis::{division, explain, indicators};
#[cfg(feature = "batch")]
pub use regionfront_batch as batch;
#[cfg(feature = "certify")]
pub use regionfront_certify as certify;
#[cfg(feature = "certify")]
pub use regionfront_check as checker;
#[cfg(feature = "cli")]
pub use regionfront_cli as cli;
#[cfg(feature = "exchange")]
pub use regionfront_exchange::{export, import, synthetic};
pub use regionfront_model::{defect, instance, plan, quantity, reading, scenario};
#[cfg(feature = "report")]
pub use regionfront_report as report;
#[cfg(feature = "service")]
pub use regionfront_service as service;
pub use regionfront_solver::front::Front;
pub use regionfront_solver::{
    SolveError, Solver, allowance, compact, engine, exact, front, graph, job, over_years,
};
pub use regionfront_verify as verify;
