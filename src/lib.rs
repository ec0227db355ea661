//! Proven best divisions of areas into `k` contiguous regions.
//!
//! `regionfront` answers one question: *into which k contiguous regions should these
//! municipalities be divided* so that as many commuters as possible live and work in the same
//! region, under rules such as a group that must stay together or a smallest region of 20,000
//! people? Every plan it returns has passed an independent [verifier](mod@verify), and "optimal" means
//! that the bound is closed in whole commuters.
//!
//! The modules, from the bottom up; imports point downwards only:
//!
//! | module | holds |
//! |---|---|
//! | [`quantity`], [`defect`] | units of measure; defects of an input, with place and cure |
//! | [`instance`] | areas, flows, adjacency, divisions: load and validate |
//! | [`plan`] | an assignment of areas to regions, canonically labelled |
//! | [`scenario`] | the rules of one question, resolved against an instance into a [`scenario::Problem`] |
//! | [`verify`](mod@verify) | the independent judge: instance, scenario and plan only |
//! | [`graph`] | area sets and connectivity for the engines |
//! | [`engine`] | the exact engine and the compact mixed-integer model behind one trait |
//! | [`indicators`] | commuting statistics of regions |
//! | [`job`] | one question in, one judged answer per k out: the only door to the engines |
//! | [`front`] | Pareto fronts: objectives, the sweep over demands, many fronts side by side |
//! | [`report`] | documents, tables, files and maps of a run |
//! | [`cli`] | the command line; the only module that prints |

pub mod cli;
pub mod defect;
pub mod engine;
pub mod front;
pub mod graph;
pub mod indicators;
pub mod instance;
pub mod job;
pub mod plan;
pub mod quantity;
pub mod report;
pub mod scenario;
pub mod verify;

#[cfg(test)]
mod test_support;
