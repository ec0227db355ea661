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
//! use std::sync::Arc;
//!
//! use regionfront::engine::Silent;
//! use regionfront::exact::Exact;
//! use regionfront::instance::Instance;
//! use regionfront::job::{self, Settings, SharedEngine, SharedWatcher, Termination};
//! use regionfront::scenario::{Problem, Scenario};
//!
//! # fn main() -> Result<(), regionfront::defect::Defects> {
//! let instance = Instance::load(Path::new("instances/tiny"))?;
//! let rules = r#"
//!     min_population = 10_000
//!     keep_together = [["Dune Island", "Grove End"]]
//! "#;
//! let problem = Arc::new(Problem::resolve(instance, &Scenario::parse(rules, "rules")?)?);
//! let (engine, watcher): (SharedEngine, SharedWatcher) = (Arc::new(Exact), Arc::new(Silent));
//!
//! let answers =
//!     job::run(&problem, &[2], &engine, &Settings::default(), &[], &watcher, &mut |_| {});
//!
//! let best = answers[0].plan.as_ref().expect("there is such a division");
//! assert_eq!(answers[0].termination, Termination::Optimal);
//! assert_eq!(best.plan().num_regions(), 2);
//! println!("{} commuters stay inside their region", best.objective());
//! # Ok(())
//! # }
//! ```
//!
//! A crate each, from the bottom up; Cargo sees to it that none uses one after it:
//!
//! | crate | holds |
//! |---|---|
//! | `model` | [`quantity`], [`defect`], [`reading`] of the texts of others, [`instance`], [`plan`] and [`scenario`], which resolves the rules of one question into a [`scenario::Problem`] |
//! | `verify` | [the independent verifier](mod@verify): depends on `model` alone |
//! | `checker` | [the checker of certificates](mod@checker), in Rust and, as a text to read, in Python: depends on none of these |
//! | `certify` | [certificates](certify): the prices that the checker takes for a proof |
//! | `solver` | [`exact`] and [`compact`] behind the trait of [`engine`]; [`job`], one question per k; [`front`], trade-offs over all k; [`graph`] |
//! | `analysis` | [`indicators`] of regions; [`division`]: evaluate, compare, derive; [`explain`]: why there is no plan |
//! | `exchange` | [`import`] and [`export`] of the formats of others; [`synthetic`] instances |
//! | `report` | [`report`]: documents, run directories, tables, files and maps |
//! | `batch` | [`batch`]: many runs from one file |
//! | `cli` | [`cli`]: the command line; the only crate that prints |

pub use regionfront_analysis::{division, explain, indicators};
pub use regionfront_batch as batch;
pub use regionfront_certify as certify;
pub use regionfront_check as checker;
pub use regionfront_cli as cli;
pub use regionfront_exchange::{export, import, synthetic};
pub use regionfront_model::{defect, instance, plan, quantity, reading, scenario};
pub use regionfront_report as report;
pub use regionfront_solver::{allowance, compact, engine, exact, front, graph, job};
pub use regionfront_verify as verify;
