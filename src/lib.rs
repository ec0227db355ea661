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
//! use regionfront::engine::{Silent, exact::Exact};
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
//! The modules, from the bottom up; imports point downwards only:
//!
//! | module | holds |
//! |---|---|
//! | [`quantity`], [`defect`] | units of measure; defects of an input, with place and cure |
//! | [`instance`] | areas, flows, adjacency, divisions: load and validate |
//! | [`synthetic`] | invented instances of any size, by seed |
//! | [`import`] | instances and parts of them from other formats, with an account of what was done |
//! | [`export`] | an instance, and a division of it, in other formats |
//! | [`plan`] | an assignment of areas to regions, canonically labelled |
//! | [`scenario`] | the rules of one question, resolved against an instance into a [`scenario::Problem`] |
//! | [`verify`](mod@verify) | the independent judge: instance, scenario and plan only |
//! | [`graph`] | area sets and connectivity for the engines |
//! | [`engine`] | the exact engine and the compact mixed-integer model behind one trait |
//! | [`indicators`] | commuting statistics of regions |
//! | [`job`] | one question in, one judged answer per k out: the only door to the engines |
//! | [`front`] | trade-offs between internal commuting and other objectives, over all k |
//! | [`explain`] | why there is no plan: a smallest set of conflicting rules, and ways out |
//! | [`division`] | any division: evaluate, compare, derive |
//! | [`report`] | documents, tables, files and maps of a run |
//! | [`batch`] | many runs from one file: spelt out, planned, done side by side, recorded, merged |
//! | [`cli`] | the command line; the only module that prints |

mod atomic;
pub mod batch;
pub mod cli;
pub mod defect;
pub mod division;
pub mod engine;
pub mod explain;
pub mod export;
pub mod front;
pub mod graph;
pub mod import;
pub mod indicators;
pub mod instance;
pub mod job;
mod likeness;
pub mod plan;
pub mod quantity;
pub mod report;
pub mod scenario;
pub mod synthetic;
pub mod verify;

#[cfg(test)]
mod test_support;

/// What unit tests share with the integration tests, which call this crate by its name.
#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod common;
#[cfg(test)]
extern crate self as regionfront;
